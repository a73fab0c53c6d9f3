"""Suggested colours at a place (zhang2017 section 3.2), from the model's distribution over colour bins."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from huewise.color import BinSet, delta_e_76, fit_gamut, format_hex, in_gamut, rgb_to_lab
from huewise.errors import UsageError

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

SOFTNESS = 0.5  # exponent of the softened distribution; the paper softens, without a number
APART = 8.0  # delta E 1976 between two suggestions: distinct to the eye
REACH = 10.0  # delta E within which a suggestion answers for a colour's probability
SPACING = 10.0  # ab units between the bins of a photo model
CELL = 2.5  # ab units between the colours that a suggestion may have
SIDE = 96  # cells of the ab plane along a and along b: more than the gamut needs
OUTSIDE = 2  # cells beyond the gamut at a lightness that colours are thought to lie, since bins are coarse
LEAST_MASS = 0.1  # of a distribution inside the gamut, below which colours outside of it are fitted into it
WHITE = 0.84  # of the lowest channel: from here on a bin of sRGB is paper
RGB_REACH = 24.0  # the same for the 512 bins of sRGB, whose neighbours are 12 to 23 apart in the median


@dataclass(frozen=True)
class Suggestion:
    """A colour `#rrggbb`, and the probability that it answers for; of a photograph with its own lightness at the place.

    `lab`: the same colour. Probabilities of one palette sum to at most 1.
    """

    color: str
    probability: float
    lab: tuple[float, float, float]


def suggest(p_q: F32, bins: BinSet, lightness: float, k: int) -> list[Suggestion]:
    """At most k suggestions for a distribution over ab bins, which sums to 1, at a lightness (0..100).

    Probabilities are those among the colours that the lightness may have, where a share of them lies there. Suggestions
    are looked for between the bins' centres, too: nine that lie at centres leave gaps between their discs.
    """
    plane = _plane(bins)
    p_n, soft_n = plane.density(p_q), plane.density(p_q**SOFTNESS)
    possible_n = _possible(round(lightness))
    if p_n[possible_n].sum() > LEAST_MASS:
        p_n, soft_n = np.where(possible_n, p_n, 0.0), np.where(possible_n, soft_n, 0.0)
    lab_n3 = np.column_stack([np.full(len(p_n), lightness, np.float32), _cells()])
    return _cover(p_n, soft_n, lab_n3, plane, k)


def suggest_rgb(p_q: F32, bins: BinSet, k: int) -> list[Suggestion]:
    """At most k suggestions for a distribution over bins of sRGB: each has its own lightness."""
    return _cover(p_q, p_q, *_rgb_neighbourhood(bins), k)


def stretched(rgb: F32, bins: BinSet) -> F32:
    """Means of bin centres (..., 3) with the outermost centres at 0 and 1, so that white paper is white."""
    low, high = bins.centers.min(), bins.centers.max()
    made: F32 = np.clip((rgb - low) / (high - low), 0.0, 1.0).astype(np.float32)
    return made


class _Neighbours(Protocol):
    """Which of n colours answer for each other."""

    def around(self, p_n: F64) -> F64:
        """How much of `p_n` each of the colours answers for."""
        ...

    def of(self, index: int) -> NDArray[np.bool_]:
        """(n,): those that one colour answers for."""
        ...


def _cover(
    p_n: NDArray[Any], soft_n: NDArray[Any], lab_n3: F32, neighbours: _Neighbours, k: int
) -> list[Suggestion]:
    """Greedy cover: each pick is the mean around the colour near which most of `soft_n` lies that none answers for yet.

    That beats weighted k-means here, which spends centres on splitting one broad mode. `p_n`: the probabilities of the
    colours `lab_n3`, `soft_n`: the same softened. Deterministic; sorted by probability. UsageError for k below 1.
    """
    if k < 1:
        raise UsageError(f"{k} suggestions", "at least 1")
    p_n, left_n = p_n / p_n.sum(), soft_n.astype(np.float64) / soft_n.sum()
    picks: list[tuple[float, F32]] = []
    while len(picks) < k and left_n.sum() > 1e-6:
        near_n = neighbours.of(int(neighbours.around(left_n).argmax()))
        weight_n = np.where(near_n, left_n, 0.0)
        mean = fit_gamut((weight_n @ lab_n3 / weight_n.sum()).astype(np.float32))
        free_n = near_n & (left_n > 0.0)
        left_n = np.where(near_n, 0.0, left_n)
        if all(delta_e_76(mean, other) >= APART for _, other in picks):
            picks.append((float(p_n[free_n].sum()), mean))
    picks.sort(key=lambda pick: -pick[0])
    return [Suggestion(format_hex(lab), p, (float(lab[0]), float(lab[1]), float(lab[2]))) for p, lab in picks]


@dataclass(frozen=True)
class _Plane:
    """The cells of the ab plane (`_cells`), and what each of Q bins tells of them: `share_nq`, sparse."""

    share_nq: Any

    def density(self, p_q: F32) -> F64:
        """A distribution over bins as one over cells, linear between the bins' centres."""
        told_n: F64 = self.share_nq @ p_q.astype(np.float64)
        return told_n * (CELL / SPACING) ** 2

    def around(self, p_n: F64) -> F64:
        """The sum over a disc of REACH around each cell, by the convolution theorem."""
        waves = np.fft.rfft2(p_n.reshape(SIDE, SIDE)) * _disc_waves()
        return np.fft.irfft2(waves, s=(SIDE, SIDE)).ravel()

    def of(self, index: int) -> NDArray[np.bool_]:
        """The disc around a cell."""
        ab_n2 = _cells()
        return np.asarray(np.square(ab_n2 - ab_n2[index]).sum(-1) <= REACH**2)


def _axis() -> F32:
    return np.asarray((np.arange(SIDE) - SIDE // 2) * CELL, np.float32)


@lru_cache(maxsize=1)
def _cells() -> F32:
    """SIDE x SIDE colours ab, a after a, (n, 2)."""
    return np.stack(np.meshgrid(_axis(), _axis(), indexing="ij"), -1).reshape(-1, 2)


@lru_cache(maxsize=1)
def _disc_waves() -> NDArray[np.complex128]:
    steps = np.minimum(np.arange(SIDE), SIDE - np.arange(SIDE)) * CELL
    return np.fft.rfft2((np.square(steps)[:, None] + np.square(steps) <= REACH**2).astype(np.float64))


@lru_cache(maxsize=2)
def _plane(bins: BinSet) -> _Plane:
    from scipy.sparse import csr_array

    near_nq2 = np.clip(1.0 - np.abs(_axis()[:, None, None] - bins.centers) / SPACING, 0.0, None)
    share_nnq = near_nq2[:, None, :, 0] * near_nq2[None, :, :, 1]
    return _Plane(csr_array(share_nnq.reshape(SIDE**2, -1)))


@lru_cache(maxsize=128)
def _possible(level: int) -> NDArray[np.bool_]:
    """Which cells a colour of a whole lightness may lie in, (n,); gray's own always."""
    from scipy.ndimage import binary_dilation

    ab_n2 = _cells()
    inside_n = in_gamut(np.column_stack([np.full(len(ab_n2), level, np.float32), ab_n2]))
    inside_n |= ~ab_n2.any(-1)
    near_hw: NDArray[np.bool_] = binary_dilation(inside_n.reshape(SIDE, SIDE), iterations=OUTSIDE)
    return near_hw.ravel()


@dataclass(frozen=True)
class _Pairs:
    """Neighbours by a table (n, n) of booleans."""

    near_nn: NDArray[np.bool_]

    def around(self, p_n: F64) -> F64:
        """Sums over the table's rows."""
        made: F64 = self.near_nn @ p_n
        return made

    def of(self, index: int) -> NDArray[np.bool_]:
        """A row of the table."""
        near: NDArray[np.bool_] = self.near_nn[index]
        return near


@lru_cache(maxsize=1)
def _rgb_neighbourhood(bins: BinSet) -> tuple[F32, _Pairs]:
    """The colours of bins of sRGB; RGB_REACH apart they are neighbours, since so far apart neighbouring bins are."""
    rgb_q3 = stretched(bins.centers, bins)
    rgb_q3[rgb_q3.min(1) > WHITE] = 1.0
    lab_q3 = rgb_to_lab(rgb_q3)
    return lab_q3, _Pairs(delta_e_76(lab_q3[:, None], lab_q3[None]) <= RGB_REACH)
