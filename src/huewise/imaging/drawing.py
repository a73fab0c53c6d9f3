"""`is_drawing`: ink on paper or a photograph, told from a few statistics of the lightness.

A drawing is mostly one tone, the paper, with steep, dark marks on it; a photograph has most of its pixels between. Take
the marks away, and paper is left. Steepness counts in shares of the darkest ink too, so that faint pencil is seen. The
weights are a logistic regression; `benchmarks/drawing_classifier.py` fits them and measures them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import area_mean, gray_table, shrink
from huewise.imaging.paper import MOST_COLORED, flattened
from huewise.imaging.picture import Picture

Floats = NDArray[Any]

SIDE = 256
"""The longer side at which the statistics are taken."""

# Of the statistics in the order of `statistics`: weight and constant.
_WEIGHTS = np.array(
    [
        11.6288,
        4.0704,
        -32.0107,
        -3.0645,
        1.6915,
        12.186,
        -1.9794,
        -5.5818,
        -0.3855,
        11.0299,
        -3.739,
        19.511,
        4.5583,
    ]
)
_CONSTANT = -18.0120
_CLOSING = 7  # cells: lines and hatching are narrower
_PAPER = 0.75  # of lightness 0..1: no page is darker
_LEAST_INK = 0.02  # of lightness 0..1: fainter is grain


def is_drawing(picture: Picture) -> bool:
    """Whether the picture is a line drawing rather than a photograph."""
    return drawing_probability(picture) > 0.5


def drawing_probability(picture: Picture) -> float:
    """0..1, from how dark the picture is where; coloured lines count by the lowest of their samples."""
    l_hw = small_lightness(picture)
    if l_hw.min() > _PAPER and np.ptp(l_hw) < _LEAST_INK:
        return 1.0  # an empty page has no lines to be known by, and shall stay as it is
    score = float(statistics(l_hw) @ _WEIGHTS + _CONSTANT)
    return float(1 / (1 + np.exp(-np.clip(score, -50, 50))))


def small_lightness(picture: Picture) -> Floats:
    """Lightness 0..1 with the longer side at most `SIDE`, without transparency."""
    scale = min(1.0, SIDE / max(picture.width, picture.height))
    size = (max(1, round(picture.height * scale)), max(1, round(picture.width * scale)))
    flat = flattened(picture)
    l_hw: Floats = shrink(flat.lightness, size) / 100
    if flat.lowest is None:
        return l_hw
    low_hw = (np.interp(area_mean(flat.lowest, size), np.arange(256), gray_table(8)) / 65535).astype(
        np.float32
    )
    return np.minimum(l_hw, low_hw) if float((l_hw - low_hw > 0.1).mean()) < MOST_COLORED else l_hw


def statistics(l_hw: Floats) -> NDArray[np.float64]:
    """(13,): what tells paper and ink from a photograph, of lightness (h, w) 0..1."""
    from scipy import ndimage

    near = _near_tones(l_hw)
    paper = (int(near.argmax()) + 0.5) / 64
    if paper < 0.4:  # white on black
        l_hw, paper = 1 - l_hw, 1 - paper
    dy, dx = np.gradient(l_hw) if min(l_hw.shape) > 1 else (np.zeros_like(l_hw),) * 2
    steep = np.hypot(dx, dy)
    inked, edged = (l_hw < paper - 0.12).ravel(), (steep > 0.06).ravel()
    darkest = max(paper - float(np.percentile(l_hw, 1)), _LEAST_INK)
    without_ink = ndimage.grey_closing(l_hw, (_CLOSING, _CLOSING)) if min(l_hw.shape) >= _CLOSING else l_hw
    off_paper = np.abs(without_ink - paper)
    return np.array(
        [
            (np.abs(l_hw - paper) < 0.04).mean(),
            paper,
            (l_hw > paper + 0.06).mean(),  # nothing is lighter than paper
            (l_hw < paper - 0.3).mean(),
            np.log(np.median(steep) + 0.002),
            np.percentile(steep, 97),
            np.sort(near)[::-1][:16].sum() / 5,
            _correlation(inked, edged) if l_hw.std() > 0.01 else 1.0,
            (off_paper < 0.06).mean(),
            (off_paper < 0.15 * darkest).mean(),
            np.log(darkest),
            np.percentile(steep, 97) / darkest,
            (l_hw > paper + 0.15 * darkest).mean(),
        ]
    )


def _near_tones(l_hw: Floats) -> NDArray[np.float64]:
    """(64,): the share of pixels around each tone; the commonest is the paper, if it is a drawing."""
    counts = np.bincount(np.clip(l_hw * 64, 0, 63).astype(int).ravel(), minlength=64) / l_hw.size
    return np.convolve(counts, np.ones(5), "same")


def _correlation(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """0 where one of them never changes."""
    if one.all() or other.all() or not one.any() or not other.any():
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
