"""Suggested colours at a place (zhang2017 section 3.2), from the model's distribution over colour bins."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huewise.color import delta_e_2000, fit_gamut, format_hex

F32 = NDArray[np.float32]

SOFTNESS = 1.0  # exponent of the softened distribution; the paper softens, without a number
APART = 8.0  # delta E 2000 between two suggestions: distinct to the eye
REACH = 10.0  # delta E within which a suggestion answers for a bin's probability


@dataclass(frozen=True)
class Suggestion:
    """A colour `#rrggbb` with the picture's own lightness at the place, and its probability (they sum to <= 1)."""

    color: str
    probability: float
    lab: tuple[float, float, float]


def suggest(p_q: F32, centers_q2: F32, lightness: float, k: int) -> list[Suggestion]:
    """At most k suggestions for a distribution over bins with these centres.

    Greedy cover: each pick is the colour around which most probability lies that no earlier pick answers for, moved to
    the mean of what it covers. That beats weighted k-means here, which spends centres on splitting one broad mode.
    Deterministic; sorted by probability.
    """
    lab_q3 = np.column_stack([np.full(len(centers_q2), lightness, np.float32), centers_q2])
    fitted_q3 = fit_gamut(lab_q3)
    near_qq = delta_e_2000(fitted_q3[:, None], fitted_q3[None]) <= REACH
    left = p_q.astype(np.float64) ** SOFTNESS
    left /= left.sum()
    picks: list[tuple[float, F32]] = []
    for _ in range(len(p_q)):
        if len(picks) == k or left.sum() < 1e-6:
            break
        covered = near_qq @ left
        best = int(covered.argmax())
        weight = np.where(near_qq[best], left, 0.0)
        lab = fit_gamut((weight @ fitted_q3 / weight.sum()).astype(np.float32))
        probability = float(weight.sum())
        left = np.where(near_qq[best], 0.0, left)
        if all(delta_e_2000(lab, other) >= APART for _, other in picks):
            picks.append((probability, lab))
    picks.sort(key=lambda pick: -pick[0])
    return [Suggestion(format_hex(lab), p, (float(lab[0]), float(lab[1]), float(lab[2]))) for p, lab in picks]
