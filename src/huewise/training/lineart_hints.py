"""Simulated hints for drawings: points, strokes and regions in RGB, each within one area, and their flood."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from huewise.propagate.flats import flood_hints
from huewise.propagate.stamp import Labels

Floats = NDArray[Any]


@dataclass(frozen=True)
class LineartHintMix:
    """How often a window has no hint, how many it has else (log-uniform), how often a hint is a stroke or region."""

    none: float = 0.2
    most: float = 40.0
    strokes: float = 0.2
    regions: float = 0.1


def simulate_hints(
    rgb_hw3: Floats, paper_hw: Floats, labels_hw: Labels, rng: np.random.Generator, mix: LineartHintMix
) -> tuple[Floats, Floats]:
    """Hints that tell the truth `rgb_hw3` (sRGB 0..1) of a window, (h, w, 4) RGB times share and share; their flood.

    A hint lies on paper and stays in the area that it begins in, as a person's does. `paper_hw`: what is ink in the
    truth has to be ink here, too: a gap that wear has torn into a line would tell its black as a colour.
    """
    hint = np.zeros((*labels_hw.shape, 4), np.float32)
    ys, xs = np.nonzero(paper_hw > 0.7)
    count = 0 if rng.random() < mix.none else round(float(np.exp(rng.uniform(0, np.log(mix.most)))))
    if len(ys) == 0 or count == 0:
        return hint, np.zeros_like(hint)
    # Half of the hints go to areas chosen alike, whatever their size: people hint small things, too.
    small = _one_of_each_area(labels_hw, ys, xs, rng)
    for _ in range(count):
        at = int(rng.choice(small)) if rng.random() < 0.5 else int(rng.integers(len(ys)))
        cells = _shape(int(ys[at]), int(xs[at]), labels_hw, paper_hw, rng, mix)
        told = cells & (paper_hw > 0.5)  # a mark may reach over a line, and tells no ink
        hint[cells] = (*np.median(rgb_hw3[told if told.any() else cells], axis=0), 1.0)
    return hint, flood_hints(labels_hw, hint)


def _one_of_each_area(
    labels_hw: Labels, ys: NDArray[np.intp], xs: NDArray[np.intp], rng: np.random.Generator
) -> NDArray[np.intp]:
    order = rng.permutation(len(ys))
    _, first = np.unique(labels_hw[ys, xs][order], return_index=True)
    return order[first]


def _shape(
    y: int, x: int, labels_hw: Labels, paper_hw: Floats, rng: np.random.Generator, mix: LineartHintMix
) -> NDArray[np.bool_]:
    area = labels_hw == labels_hw[y, x]
    kind = rng.random()
    if kind < mix.regions:
        return np.asarray(area & (paper_hw > 0.5), bool)
    marks = np.zeros(area.shape, bool)
    marks[y, x] = True
    if kind < mix.regions + mix.strokes:
        angle, length = rng.uniform(0, 2 * np.pi), rng.uniform(8, 60)
        steps = np.arange(length)
        rows = np.clip(np.rint(y + steps * np.sin(angle)), 0, area.shape[0] - 1).astype(int)
        columns = np.clip(np.rint(x + steps * np.cos(angle)), 0, area.shape[1] - 1).astype(int)
        outside = np.flatnonzero(~area[rows, columns])
        end = int(outside[0]) if len(outside) else len(rows)
        marks[rows[:end], columns[:end]] = True
    wide = int(rng.integers(0, 5))
    grown = ndimage.binary_dilation(marks, iterations=wide) if wide else marks
    return np.asarray(grown & area, bool)
