"""Spreading hints over a grid of affinities: the exact solve behind `guided_fill`, the network's spread, `adherence`.

Levin et al. 2004 in quadratic form, with a screening term: find r that minimizes

    sum_ij w_ij (r_i - r_j)^2 + sum_i s_i r_i^2 + sum_i m_i (r_i - h_i)^2

over 4-neighbours ij; w: affinity (a model's, or the luminance's), s: screening, m: weight of the hints h. The matrix is
banded (the grid's shorter side), so a banded Cholesky factorization answers in a few milliseconds at 64 x 64.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import block_mean

F32 = NDArray[np.float32]

_EXPECTED = 7.0  # ab units: a hint so far from the automatic colour has its screening doubled
_DAMPED = 0.8  # of a Jacobi step
LEAST_CONFIDENCE = 1e-3  # below it a fill fades to nothing


@dataclass(frozen=True)
class Affinities:
    """A grid's weights, each (h, w) and positive: to the right neighbour, to the one below, and the screening.

    The last column of `right` and the last row of `down` are not used.
    """

    right: F32
    down: F32
    screen: F32

    @property
    def degree(self) -> F32:
        """Sum of each cell's affinities."""
        right, down = self.right.copy(), self.down.copy()
        right[:, -1], down[-1] = 0.0, 0.0
        degree = right + down
        degree[:, 1:] += right[:, :-1]
        degree[1:] += down[:-1]
        return degree

    def screened(self, factor: float) -> "Affinities":
        """The same grid with its screening times `factor`: hints reach less far."""
        return Affinities(self.right, self.down, self.screen * np.float32(factor))

    def transposed(self) -> "Affinities":
        """The same grid with x and y exchanged."""
        return Affinities(self.down.T, self.right.T, self.screen.T)


def luminance_affinities(l_hw: F32, *, step: float = 4.0, screen: float = 1e-3) -> Affinities:
    """Affinity exp(-|dL| / step) between neighbours, constant screening; L in 0..100."""
    right, down = np.zeros_like(l_hw), np.zeros_like(l_hw)
    right[:, :-1] = np.exp(-np.abs(np.diff(l_hw, axis=1)) / step)
    down[:-1] = np.exp(-np.abs(np.diff(l_hw, axis=0)) / step)
    return Affinities(right, down, np.full_like(l_hw, screen))


def surprise(residual_hw2: F32, mask_hw: F32) -> float:
    """How much more the screening counts for hints that differ so much from the automatic colour, 1 or more.

    A hint near the automatic colour tells of the light and the whole picture; one far from it, a green face or a red
    coat, tells of its own object. Decision 0004 has the measurements.
    """
    hinted = mask_hw > 0
    square, share = np.square(residual_hw2[hinted]).sum(-1), mask_hw[hinted]
    # Weighted by itself: a second hint that agrees with the picture must not lengthen the reach of the first.
    mean = float((np.square(square) * share).sum() / max(float((square * share).sum()), 1e-6))
    return 1.0 + mean / _EXPECTED**2


class Factor:
    """The factorized system of a grid and its hint weights: one factorization, many solves."""

    def __init__(self, grid: Affinities, weight_hw: F32) -> None:
        from scipy.linalg import cholesky_banded

        self._turned = weight_hw.shape[1] > weight_hw.shape[0]  # the band is the shorter side
        if self._turned:
            grid, weight_hw = grid.transposed(), weight_hw.T
        h, w = weight_hw.shape
        band = np.zeros(
            (h * w, w + 1), np.float32
        ).T  # LAPACK's order: a copy into it costs up to four solves
        band[0] = (grid.degree + grid.screen + weight_hw).ravel()
        band[w] = -grid.down.ravel()
        if w > 1:
            right = grid.right.copy()
            right[:, -1] = 0.0
            band[1] -= right.ravel()
        self._weight_hw = weight_hw
        self._factor = cholesky_banded(band, overwrite_ab=True, lower=True, check_finite=False)

    def solve(self, value_hwc: F32) -> F32:
        """The minimizer r for each channel of h = `value_hwc`."""
        from scipy.linalg import cho_solve_banded

        value = value_hwc.transpose(1, 0, 2) if self._turned else value_hwc
        target = (value * self._weight_hw[..., None]).reshape(self._weight_hw.size, -1).astype(np.float32)
        solved = cho_solve_banded((self._factor, True), target, overwrite_b=True, check_finite=False)
        out = np.asarray(solved, np.float32).reshape(value.shape)
        return out.transpose(1, 0, 2) if self._turned else out


def pooled(value_hwc: F32, mask_hw: F32, by: int) -> tuple[F32, F32]:
    """On cells of `by` x `by`: the mean of the hinted values, and the hinted share."""
    share = block_mean(mask_hw, by)
    total = block_mean(value_hwc * mask_hw[..., None], by)
    return np.asarray(total / np.maximum(share, 1e-6)[..., None], np.float32), share


def spread(factor: Factor, value_hwc: F32) -> tuple[F32, F32]:
    """Hinted values spread over the grid and the confidence in 0..1: the same solve of the constant 1."""
    solved = factor.solve(np.concatenate([value_hwc, np.ones_like(value_hwc[..., :1])], -1))
    confidence: F32 = np.clip(solved[..., -1], 0.0, 1.0)
    return solved[..., :-1], confidence


def filled(spread_hwc: F32, confidence_hw: F32) -> F32:
    """Spread values divided by their confidence: a weighted mean of the hints, 0 where no hint reaches."""
    return (spread_hwc / np.maximum(confidence_hw, LEAST_CONFIDENCE)[..., None]).astype(np.float32)


def guided_fill(grid: Affinities, weight_hw: F32, ab_hw2: F32) -> tuple[F32, F32]:
    """Hinted colours filled into every cell and the fill's confidence: the spread hints divided by the spread mask."""
    spread_ab, confidence = spread(Factor(grid, weight_hw), ab_hw2)
    return filled(spread_ab, confidence), confidence


def relax(grid: Affinities, start_hwc: F32, weight_hw: F32, value_hwc: F32, n_iter: int) -> F32:
    """Damped Jacobi steps towards `Factor`'s solve from a good start: finer than a coarse solve, at less cost."""
    h, w = weight_hw.shape
    wide = w + 1  # a margin of zeros: every shift is then one long slice, which is twice as quick
    inner = slice(wide, -wide)

    def flat(plane_hw: F32) -> F32:
        padded = np.zeros((h + 2, wide), np.float32)
        padded[1:-1, :w] = plane_hw
        return padded.ravel()

    right_hw, down_hw = grid.right.copy(), grid.down.copy()
    right_hw[:, -1], down_hw[-1] = 0.0, 0.0
    right, down = flat(right_hw), flat(down_hw)
    step = flat(np.float32(_DAMPED) / (grid.degree + grid.screen + weight_hw))[inner]
    from_right, from_left = right[inner] * step, right[wide - 1 : -wide - 1] * step
    from_below, from_above = down[inner] * step, down[: -2 * wide] * step
    made = np.empty_like(value_hwc)
    for channel in range(value_hwc.shape[-1]):
        x = flat(start_hwc[..., channel])
        target = flat(value_hwc[..., channel] * weight_hw)[inner] * step
        following, part = np.zeros_like(x), np.empty_like(target)
        for _ in range(n_iter):  # x + _DAMPED (gathered / diagonal - x)
            sums = following[inner]
            np.multiply(x[inner], np.float32(1.0 - _DAMPED), out=sums)
            sums += target
            for weight, neighbour in (
                (from_right, x[wide + 1 : -wide + 1]),
                (from_left, x[wide - 1 : -wide - 1]),
                (from_below, x[2 * wide :]),
                (from_above, x[: -2 * wide]),
            ):
                np.multiply(weight, neighbour, out=part)
                sums += part
            x, following = following, x
        made[..., channel] = x.reshape(h + 2, wide)[1:-1, :w]
    return made
