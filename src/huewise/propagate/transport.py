"""A known histogram of colours, carried to every cell by what is believed to err together (zhang2017 3.3 and beyond).

The true colours have the histogram, the predicted ones do not. Along a direction of the ab plane the nearest values
that have a histogram are those that keep their order; the mean over directions is sliced optimal transport (Rabin et
al. 2011). Taken at its word it would stretch noise and textures. So each cell's way is only *seen*: the belief about
the errors (`propagate.doubt`) says which common error explains it, and the colours follow that, until nothing new is
seen.
"""

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import area_mean, block_mean
from huewise.propagate.doubt import Doubt
from huewise.propagate.resample import enlarged

F32 = NDArray[np.float32]

# Chosen on held-out training pictures: docs/decisions/0004-after-the-network.md.
_NOISE = 200.0  # ab units squared: how far the way of all cells together may be wrong: all see one histogram
_PLAIN = 0.3  # share of the way from colours that do not know of the histogram
_PLAIN_NOISE = 30.0  # ab units squared, of that way: it is taken more at its word
FINER = 2  # cells of a belief's cell to each side: there the colours are compared, since means lack extremes
_ROUNDS = 6
_DIRECTIONS = 6


def carried(agreeing_hw2: F32, plain_hw2: F32, histogram_q: F32, centers_q2: F32, doubt: Doubt) -> F32:
    """Colours (h, w, 2) that have taken two ways to a histogram, in the mean, since the ways err differently.

    One leads from colours that agree with it already, the other from those of a model that does not know of it.
    """
    near_hw2 = transported(agreeing_hw2, histogram_q, centers_q2, doubt)
    far_hw2 = transported(plain_hw2, histogram_q, centers_q2, doubt, _PLAIN_NOISE)
    return near_hw2 + np.float32(_PLAIN) * (far_hw2 - near_hw2)


def transported(ab_hw2: F32, histogram_q: F32, centers_q2: F32, doubt: Doubt, noise: float = _NOISE) -> F32:
    """Colours (h, w, 2) nearer to a histogram over bin centres (Q, 2): what errs together moves together."""
    h, w = doubt.shape
    fine_hw2 = area_mean(ab_hw2, (FINER * h, FINER * w))
    moved_hw2 = np.zeros((h, w, 2), np.float32)
    for turn in range(_ROUNDS):
        now_hw2 = fine_hw2 + moved_hw2.repeat(FINER, 0).repeat(FINER, 1)
        way_n2 = displacement(now_hw2.reshape(-1, 2), histogram_q, centers_q2, turn / _ROUNDS)
        seen_hw2 = moved_hw2 + block_mean(way_n2.reshape(now_hw2.shape), FINER)
        moved_hw2 = doubt.explained(seen_hw2, noise * h * w)
    made: F32 = ab_hw2 + enlarged(moved_hw2, ab_hw2.shape[:2])
    return made


def displacement(ab_n2: F32, histogram_q: F32, centers_q2: F32, turn: float = 0.0) -> F32:
    """How far (n, 2) each colour lies from where it would be if all of them had the histogram (its sum above 0).

    Equal colours stay equal. `turn`: by which share of their distance the directions are turned.
    """
    n = len(ab_n2)
    rank = (np.arange(n) + 0.5) / n
    way_n2 = np.zeros((n, 2), np.float32)
    for angle in np.pi * (np.arange(_DIRECTIONS) + turn) / _DIRECTIONS:
        direction = np.array([np.cos(angle), np.sin(angle)], np.float32)
        value_n, center_q = ab_n2 @ direction, centers_q2 @ direction
        bins = np.argsort(center_q)
        filled_q = np.cumsum(histogram_q[bins], dtype=np.float64)
        wanted = center_q[bins][np.searchsorted(filled_q, rank * filled_q[-1])]
        values, group_n = np.unique(value_n, return_inverse=True)
        ranked = np.sort(group_n)  # as the wanted values are
        mean = np.bincount(ranked, wanted) / np.bincount(ranked)
        way_n2 += (mean.astype(np.float32) - values)[group_n, None] * direction
    return way_n2 * np.float32(2.0 / _DIRECTIONS)  # two dimensions: each direction sees half of the way
