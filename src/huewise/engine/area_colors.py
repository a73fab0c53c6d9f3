"""Colours and questions for the closed areas of a drawing, from the model's distribution over bins of sRGB.

A photograph's errors are alike across the picture (`propagate.doubt`); those of a drawing end at its lines: every area
is decided for itself, and an answer tells of its own area.
"""

from collections.abc import Sequence
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from huewise.color import BinSet, rgb_to_lab
from huewise.engine.palette import WHITE, stretched
from huewise.engine.questions import resized
from huewise.propagate.areas import centres, deepest, outer_areas
from huewise.propagate.doubt import variance
from huewise.propagate.stamp import Labels

F32 = NDArray[np.float32]

LEAST_AREA = 0.002  # share of the picture below which an area has no colour of its own and is not asked about
LEAST_GAIN = 1.0  # Lab units squared, mean over the picture, below which nothing is worth a question
DARK = 0.35  # of the highest channel: up to here a bin hides the lines, and is not drawn


def drawn_colors(p_hwq: F32, areas_hw: Labels, bins: BinSet, temperature: float) -> tuple[F32, F32]:
    """A colour for each area, sRGB (n, 3), and which areas got one, (n,) 0 or 1.

    A mean over all that an area might be is the same beige everywhere. So each area inside the drawing gets one colour
    of its distribution, drawn with probability p^(1 / T): white where that is likelier than not, else one that is not
    white and does not hide the lines. The draw is the same for the same drawing, and moves with the distribution.
    """
    n = int(areas_hw.max()) + 1
    label_m, p_mq = _distributions(p_hwq, areas_hw)
    own_n = (_shares(areas_hw) >= LEAST_AREA) & ~outer_areas(areas_hw)
    kept = own_n[label_m]
    label_m, p_mq = label_m[kept], p_mq[kept]
    rgb_q3 = stretched(bins.centers, bins)
    white_q = rgb_q3.min(1) > WHITE
    barred_q = white_q | (rgb_q3.max(1) < DARK)
    sharp_mq = np.where(barred_q, 0.0, p_mq.astype(np.float64) ** (1.0 / temperature)).cumsum(1)
    luck_n = np.random.default_rng(crc32(areas_hw.tobytes())).random(n)
    drawn_m = luck_n[label_m] * sharp_mq[:, -1]
    color_m3 = rgb_q3[np.minimum((sharp_mq <= drawn_m[:, None]).sum(1), len(bins) - 1)]
    color_m3[p_mq[:, white_q].sum(1) > 0.5] = 1.0
    rgb_n3, got_n = np.ones((n, 3), np.float32), np.zeros(n, np.float32)
    rgb_n3[label_m], got_n[label_m] = color_m3, 1.0
    return rgb_n3, got_n


def next_area(
    p_hwq: F32,
    areas_hw: Labels,
    told_hw: NDArray[np.bool_],
    skipped: Sequence[F32],
    bins: BinSet,
    last_n: NDArray[np.bool_],
) -> tuple[int, F32] | None:
    """The area (its label) to ask about, and its distribution (Q,); None: nothing is worth a question.

    It is the one that is most in doubt, weighed by its size. `p_hwq`: distributions on a small grid; `areas_hw`: labels
    on a larger one; `told_hw`: where hints lie on it; `skipped`: maps (h, w) of questions that were not answered;
    `last_n`: areas that are asked about when nothing else is left: the background, which is white if nobody says more.
    """
    label_m, p_mq = _distributions(p_hwq, areas_hw)
    share_n = _shares(areas_hw)
    share_n[share_n < LEAST_AREA] = 0.0
    share_n[areas_hw[told_hw]] = 0.0
    for region_hw in skipped:
        share_n[_most_covered(region_hw, areas_hw)] = 0.0
    gain_m = share_n[label_m] * variance(p_mq, rgb_to_lab(stretched(bins.centers, bins)))
    first_m = np.where(last_n[label_m], 0.0, gain_m)
    if first_m.max() >= LEAST_GAIN:
        gain_m = first_m
    best = int(gain_m.argmax())
    return (int(label_m[best]), p_mq[best]) if gain_m[best] >= LEAST_GAIN else None


def place_in(area_hw: NDArray[np.bool_], size: tuple[int, int]) -> tuple[float, float]:
    """The place (x, y) deepest inside an area (h, w), in the pixels of a picture of `size` (width, height)."""
    row, column = deepest(area_hw)
    height, width = area_hw.shape
    return (column + 0.5) * size[0] / width, (row + 0.5) * size[1] / height


def _shares(areas_hw: Labels) -> NDArray[np.float64]:
    return np.bincount(areas_hw.ravel()) / areas_hw.size


def _distributions(p_hwq: F32, areas_hw: Labels) -> tuple[NDArray[np.int32], F32]:
    """The labels (m,) of the areas that hold the middle of a cell of the small grid, and their mean distributions."""
    h, w, q = p_hwq.shape
    y, x = centres(h, areas_hw.shape[0]), centres(w, areas_hw.shape[1])
    label = areas_hw[y[:, None], x].ravel()
    order = np.argsort(label, kind="stable")
    first = np.flatnonzero(np.diff(label[order], prepend=-1))
    sums = np.add.reduceat(p_hwq.reshape(-1, q)[order], first, axis=0)
    return label[order][first], np.asarray(sums / sums.sum(1, keepdims=True), np.float32)


def _most_covered(region_hw: F32, areas_hw: Labels) -> NDArray[np.intp]:
    """The area that a question was about, as an index; none where its map is empty."""
    total_n = np.bincount(areas_hw.ravel(), resized(region_hw, areas_hw.shape).ravel())
    return np.flatnonzero(total_n == total_n.max())[:1] if total_n.any() else np.empty(0, np.intp)
