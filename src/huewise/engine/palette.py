"""Suggested colours at a place (zhang2017 section 3.2), from the model's distribution over colour bins."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from huewise.color import BinSet, delta_e_76, fit_gamut, format_hex

F32 = NDArray[np.float32]

SOFTNESS = 1.0  # exponent of the softened distribution; the paper softens, without a number
APART = 8.0  # delta E 1976 between two suggestions: distinct to the eye
REACH = 10.0  # delta E within which a suggestion answers for a bin's probability


@dataclass(frozen=True)
class Suggestion:
    """A colour `#rrggbb` with the picture's own lightness at the place, and the probability that it answers for.

    `lab`: the same colour. Probabilities of one palette sum to at most 1.
    """

    color: str
    probability: float
    lab: tuple[float, float, float]


def suggest(p_q: F32, bins: BinSet, lightness: float, k: int) -> list[Suggestion]:
    """At most k suggestions for a distribution over ab bins, at a lightness (0..100).

    Greedy cover: each pick is the colour around which most probability lies that no earlier pick answers for. That
    beats weighted k-means here, which spends centres on splitting one broad mode. Deterministic; sorted by probability.
    """
    fitted_q3, near_qq = _neighbourhood(bins, round(lightness))
    left = p_q.astype(np.float64) ** SOFTNESS
    left /= left.sum()
    picks: list[tuple[float, F32]] = []
    while len(picks) < k and left.sum() > 1e-6:
        best = int((near_qq @ left).argmax())
        weight = np.where(near_qq[best], left, 0.0)
        mean = fit_gamut(
            np.append(np.float32(lightness), weight @ fitted_q3[:, 1:] / weight.sum()).astype(np.float32)
        )
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
