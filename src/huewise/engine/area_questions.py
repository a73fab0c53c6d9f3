"""What to ask about a drawing: the closed area whose colour is most in doubt, weighed by its size.

A photograph's errors are alike across the picture (`propagate.doubt`); those of a drawing end at its lines: an answer
tells of its own area, and of the rest what any hint tells the model.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from huewise.color import BinSet, rgb_to_lab
from huewise.engine.palette import stretched
from huewise.propagate.areas import centres
from huewise.propagate.doubt import variance
from huewise.propagate.stamp import Labels

F32 = NDArray[np.float32]

LEAST_AREA = 0.002  # share of the picture below which an area is not worth a question
LEAST_GAIN = 1.0  # Lab units squared, mean over the picture


def next_area(
    p_hwq: F32, areas_hw: Labels, told_hw: NDArray[np.bool_], skipped: Sequence[F32], bins: BinSet
) -> tuple[int, F32] | None:
    """The area (its label) to ask about, and its distribution (Q,); None: nothing is worth a question.

    `p_hwq`: distributions over bins of sRGB on a small grid; `areas_hw`: labels on a larger one; `told_hw`: where hints
    lie on it; `skipped`: maps (h, w) of questions that were not answered.
    """
    n = int(areas_hw.max()) + 1
    share_n = np.bincount(areas_hw.ravel(), minlength=n) / areas_hw.size
    p_nq, seen_n = _distributions(p_hwq, areas_hw, n)
    gain_n = share_n * variance(p_nq, rgb_to_lab(stretched(bins.centers, bins)))
    gain_n[(share_n < LEAST_AREA) | ~seen_n] = 0.0
    gain_n[areas_hw[told_hw]] = 0.0
    for region_hw in skipped:
        gain_n[_most_covered(region_hw, areas_hw, n)] = 0.0
    best = int(gain_n.argmax())
    return (best, p_nq[best]) if gain_n[best] >= LEAST_GAIN else None


def _distributions(p_hwq: F32, areas_hw: Labels, n: int) -> tuple[F32, NDArray[np.bool_]]:
    """The mean distribution (n, Q) of each area, and which areas hold the middle of a cell at all."""
    h, w, q = p_hwq.shape
    y, x = centres(h, areas_hw.shape[0]), centres(w, areas_hw.shape[1])
    label_m = areas_hw[y[:, None], x].ravel()
    order = np.argsort(label_m, kind="stable")
    first = np.flatnonzero(np.diff(label_m[order], prepend=-1))
    sums = np.add.reduceat(p_hwq.reshape(-1, q)[order], first, axis=0)
    p_nq = np.zeros((n, q), np.float32)
    p_nq[label_m[order][first]] = sums / sums.sum(1, keepdims=True)
    seen_n = np.zeros(n, np.bool_)
    seen_n[label_m] = True
    return p_nq, seen_n


def _most_covered(region_hw: F32, areas_hw: Labels, n: int) -> int:
    """The area that a question was about."""
    h, w = areas_hw.shape
    covered = np.asarray(Image.fromarray(region_hw).resize((w, h), Image.Resampling.BILINEAR)) >= 0.5
    return int(np.bincount(areas_hw[covered], minlength=n).argmax())
