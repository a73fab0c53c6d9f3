"""Spreading hints over a grid of affinities: the exact solve behind `guided_fill`, the network's spread, `adherence`.

Levin et al. 2004 in quadratic form, with a screening term: find r that minimizes

    sum_ij w_ij (r_i - r_j)^2 + sum_i s_i r_i^2 + sum_i m_i (r_i - h_i)^2

over 4-neighbours ij; w: affinity (a model's, or the luminance's), s: screening, m: weight of the hints h. The matrix is
banded (the grid's shorter side), so a banded Cholesky factorization answers in a few milliseconds at 64 x 64.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]


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

    def transposed(self) -> "Affinities":
        """The same grid with x and y exchanged."""
        return Affinities(self.down.T, self.right.T, self.screen.T)


def luminance_affinities(l_hw: F32, *, step: float = 4.0, screen: float = 1e-3) -> Affinities:
    """Affinity exp(-|dL| / step) between neighbours, constant screening; L in 0..100."""
    right, down = np.zeros_like(l_hw), np.zeros_like(l_hw)
    right[:, :-1] = np.exp(-np.abs(np.diff(l_hw, axis=1)) / step)
    down[:-1] = np.exp(-np.abs(np.diff(l_hw, axis=0)) / step)
    return Affinities(right, down, np.full_like(l_hw, screen))


def solve(grid: Affinities, weight_hw: F32, value_hwc: F32) -> F32:
    """The minimizer r for each channel of h = `value_hwc` with hint weight m = `weight_hw` (0: nothing hinted)."""
    from scipy.linalg import cho_solve_banded, cholesky_banded

    h, w = weight_hw.shape
    if w > h:
        return solve(grid.transposed(), weight_hw.T, value_hwc.transpose(1, 0, 2)).transpose(1, 0, 2)
    band = np.zeros((w + 1, h * w), np.float32)
    band[0] = (grid.degree + grid.screen + weight_hw).ravel()
    band[w] = -grid.down.ravel()
    if w > 1:
        right = grid.right.copy()
        right[:, -1] = 0.0
        band[1] -= right.ravel()
    target = (value_hwc * weight_hw[..., None]).reshape(h * w, -1).astype(np.float32)
    factor = cholesky_banded(band, overwrite_ab=True, lower=True, check_finite=False)
    solved = cho_solve_banded((factor, True), target, overwrite_b=True, check_finite=False)
    return np.asarray(solved, np.float32).reshape(value_hwc.shape)


def spread(grid: Affinities, weight_hw: F32, residual_hw2: F32) -> tuple[F32, F32]:
    """Residual spread over the grid and its confidence in 0..1: the same solve of the constant 1."""
    value = np.concatenate([residual_hw2, np.ones_like(residual_hw2[..., :1])], -1)
    solved = solve(grid, weight_hw, value)
    confidence: F32 = np.clip(solved[..., 2], 0.0, 1.0)
    return solved[..., :2], confidence


def guided_fill(grid: Affinities, weight_hw: F32, ab_hw2: F32) -> tuple[F32, F32]:
    """Hinted colours filled into every cell and the fill's confidence: the spread hints divided by the spread mask."""
    spread_ab, confidence = spread(grid, weight_hw, ab_hw2)
    filled = (spread_ab / np.maximum(confidence, 1e-6)[..., None]).astype(np.float32)
    return filled, confidence


def relax(grid: Affinities, start_hwc: F32, weight_hw: F32, value_hwc: F32, n_iter: int) -> F32:
    """Damped Jacobi steps towards `solve` from a good start: detail finer than a coarse solve, without its cost."""
    diagonal = (grid.degree + grid.screen + weight_hw)[..., None]
    right, down = grid.right[:, :-1, None], grid.down[:-1, :, None]
    target = value_hwc * weight_hw[..., None]
    x = start_hwc
    for _ in range(n_iter):
        gathered = target.copy()
        gathered[:, :-1] += right * x[:, 1:]
        gathered[:, 1:] += right * x[:, :-1]
        gathered[:-1] += down * x[1:]
        gathered[1:] += down * x[:-1]
        x = x + 0.8 * (gathered / diagonal - x)
    return x
