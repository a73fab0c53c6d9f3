"""Suggested colours at a place (zhang2017 section 3.2), from the model's distribution over colour bins."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from huewise.color import BinSet, delta_e_76, fit_gamut, format_hex, rgb_to_lab

F32 = NDArray[np.float32]

SOFTNESS = 1.0  # exponent of the softened distribution; the paper softens, without a number
APART = 8.0  # delta E 1976 between two suggestions: distinct to the eye
REACH = 10.0  # delta E within which a suggestion answers for a bin's probability
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
    """At most k suggestions for a distribution over ab bins, at a lightness (0..100)."""
    fitted_q3, near_qq = _neighbourhood(bins, round(lightness))
    lab_q3 = np.column_stack([np.full(len(bins), lightness, np.float32), fitted_q3[:, 1:]])
    return _cover(p_q, lab_q3, near_qq, k)


def suggest_rgb(p_q: F32, bins: BinSet, k: int) -> list[Suggestion]:
    """At most k suggestions for a distribution over bins of sRGB: each has its own lightness."""
    return _cover(p_q, *_rgb_neighbourhood(bins), k)


def stretched(rgb: F32, bins: BinSet) -> F32:
    """Means of bin centres (..., 3) with the outermost centres at 0 and 1, so that white paper is white."""
    low, high = bins.centers.min(), bins.centers.max()
    made: F32 = np.clip((rgb - low) / (high - low), 0.0, 1.0).astype(np.float32)
    return made


def _cover(p_q: F32, lab_q3: F32, near_qq: NDArray[np.float64], k: int) -> list[Suggestion]:
    """Greedy cover: each pick is the colour around which most probability lies that no earlier pick answers for.

    That beats weighted k-means here, which spends centres on splitting one broad mode. `lab_q3`: the bins' colours,
    `near_qq`: 1 where one answers for another. Deterministic; sorted by probability.
    """
    left = p_q.astype(np.float64) ** SOFTNESS
    left /= left.sum()
    picks: list[tuple[float, F32]] = []
    while len(picks) < k and left.sum() > 1e-6:
        best = int((near_qq @ left).argmax())
        weight = np.where(near_qq[best], left, 0.0)
        mean = fit_gamut((weight @ lab_q3 / weight.sum()).astype(np.float32))
        left = np.where(near_qq[best], 0.0, left)
        if all(delta_e_76(mean, other) >= APART for _, other in picks):
            picks.append((float(weight.sum()), mean))
    picks.sort(key=lambda pick: -pick[0])
    return [Suggestion(format_hex(lab), p, (float(lab[0]), float(lab[1]), float(lab[2]))) for p, lab in picks]


@lru_cache(maxsize=128)
def _neighbourhood(bins: BinSet, level: int) -> tuple[F32, NDArray[np.float64]]:
    """The bins' colours in gamut at a whole lightness (Q, 3), and which lie within REACH of each other (Q, Q)."""
    lab_q3 = np.column_stack([np.full(len(bins), level, np.float32), bins.centers])
    fitted_q3 = fit_gamut(lab_q3)
    return fitted_q3, (delta_e_76(fitted_q3[:, None], fitted_q3[None]) <= REACH).astype(np.float64)


@lru_cache(maxsize=1)
def _rgb_neighbourhood(bins: BinSet) -> tuple[F32, NDArray[np.float64]]:
    """The same for bins of sRGB; RGB_REACH apart, since so far apart neighbouring bins are."""
    rgb_q3 = stretched(bins.centers, bins)
    rgb_q3[rgb_q3.min(1) > WHITE] = 1.0
    lab_q3 = rgb_to_lab(rgb_q3)
    return lab_q3, (delta_e_76(lab_q3[:, None], lab_q3[None]) <= RGB_REACH).astype(np.float64)
