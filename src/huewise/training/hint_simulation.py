"""Simulated hints (zhang2017 section 3.2), on the half-size grid, for a whole batch.

Points: number geometric with p = 1/8, position Gaussian around the centre with a quarter of the side as deviation,
square patches of 1 to 9 picture pixels, the mean ab of the patch revealed; 1 % of pictures fully revealed. Beyond the
paper: a share of dense uniform draws (so that hundreds of hints work too), strokes and regions.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

F32 = NDArray[np.float32]


@dataclass(frozen=True)
class HintMix:
    """How often which kind of hint is drawn; the rest are the paper's points."""

    none: float = 0.12
    full: float = 0.01
    dense: float = 0.20
    regions: float = 0.08
    strokes: float = 0.06
    dense_range: tuple[int, int] = (10, 600)  # for a 256x256 picture; scaled by the window's area


def simulate(ab_bhw2: F32, l_bhw: F32, rng: np.random.Generator, mix: HintMix) -> tuple[F32, F32]:
    """Hints for a batch of windows at half the picture's size.

    Returns hinted ab (b, h, w, 2) in ab units and the hinted share of each cell (b, h, w).
    """
    b, h, w = l_bhw.shape
    hint, mask = np.zeros_like(ab_bhw2), np.zeros((b, h, w), np.float32)
    kinds = ["none", "full", "dense", "regions", "strokes"]
    chances = np.cumsum([getattr(mix, kind) for kind in kinds])
    picked = np.asarray(np.searchsorted(chances, rng.random(b), side="right"))
    points: list[NDArray[np.float64]] = []
    for i in range(b):
        kind = [*kinds, "points"][picked[i]]
        if kind == "full":
            hint[i], mask[i] = ab_bhw2[i], 1.0
        elif kind == "dense":
            points.append(_dense(i, h, w, rng, mix))
        elif kind == "points":
            points.append(_gaussian(i, h, w, rng))
        elif kind in ("regions", "strokes"):
            for _ in range(1 + min(rng.geometric(0.4), 5)):
                region = flood(ab_bhw2[i], l_bhw[i], rng)
                _reveal(hint[i], mask[i], ab_bhw2[i], region if kind == "regions" else stroke(region, rng))
    if points:
        draw_patches(ab_bhw2, hint, mask, np.concatenate(points))
    return hint, mask


def _gaussian(i: int, h: int, w: int, rng: np.random.Generator) -> NDArray[np.float64]:
    n = rng.geometric(1 / 8)
    y, x = rng.normal(h / 2, h / 4, n), rng.normal(w / 2, w / 4, n)
    inside = (y >= 0) & (y < h) & (x >= 0) & (x < w)
    return _rows(i, y[inside], x[inside], rng.integers(1, 10, n)[inside] / 2)


def _dense(i: int, h: int, w: int, rng: np.random.Generator, mix: HintMix) -> NDArray[np.float64]:
    low, high = (np.log(bound * h * w / 128**2) for bound in mix.dense_range)
    n = max(1, round(np.exp(rng.uniform(low, high))))
    side = np.full(n, 3.5) if rng.random() < 0.5 else rng.integers(1, 10, n) / 2
    return _rows(i, rng.uniform(0, h, n), rng.uniform(0, w, n), side)


def _rows(
    i: int, y: NDArray[np.float64], x: NDArray[np.float64], side: NDArray[np.float64]
) -> NDArray[np.float64]:
    return np.stack([np.full(len(y), i, float), y, x, np.broadcast_to(side, y.shape)], 1)


def draw_patches(ab_bhw2: F32, hint: F32, mask: F32, patches: NDArray[np.float64]) -> None:
    """Reveal the mean ab of square patches, rows of (picture, y, x, side) in cells; later ones over earlier ones."""
    _, h, w = mask.shape
    i, y, x, side = patches.T
    reach = 6  # a side of 4.5 cells touches at most 6
    first_y, first_x = np.floor(y - side / 2), np.floor(x - side / 2)
    rows = first_y[:, None] + np.arange(reach)
    columns = first_x[:, None] + np.arange(reach)
    cover = _overlap(rows, y, side)[:, :, None] * _overlap(columns, x, side)[:, None, :]
    inside = ((rows >= 0) & (rows < h))[:, :, None] & ((columns >= 0) & (columns < w))[:, None, :]
    cover = np.where(inside, cover, 0.0)
    index = (
        i.astype(int)[:, None, None],
        np.clip(rows, 0, h - 1).astype(int)[:, :, None],
        np.clip(columns, 0, w - 1).astype(int)[:, None, :],
    )
    total = cover.sum((1, 2))
    mean = (ab_bhw2[index] * cover[..., None]).sum((1, 2)) / np.maximum(total, 1e-9)[:, None]
    where = np.nonzero(cover > 0.02)
    cell = (index[0][where[0], 0, 0], index[1][where[0], where[1], 0], index[2][where[0], 0, where[2]])
    hint[cell] = mean[where[0]]  # NumPy assigns in order: the last hint of a cell stays
    np.maximum.at(mask, cell, cover[where].astype(np.float32))


def _overlap(
    cells: NDArray[np.float64], centre: NDArray[np.float64], side: NDArray[np.float64]
) -> NDArray[np.float64]:
    low, high = (centre - side / 2)[:, None], (centre + side / 2)[:, None]
    overlap: NDArray[np.float64] = np.clip(np.minimum(cells + 1, high) - np.maximum(cells, low), 0.0, 1.0)
    return overlap


def flood(ab_hw2: F32, l_hw: F32, rng: np.random.Generator) -> NDArray[np.bool_]:
    """A segment: the cells connected to a random one whose colour and lightness stay near its own."""
    h, w = l_hw.shape
    y, x = int(rng.integers(h)), int(rng.integers(w))
    near_ab = np.square(ab_hw2 - ab_hw2[y, x]).sum(-1) < rng.uniform(6.0, 14.0) ** 2
    near_l = np.abs(l_hw - l_hw[y, x]) < rng.uniform(8.0, 25.0)
    labels, _ = ndimage.label(near_ab & near_l)
    segment: NDArray[np.bool_] = labels == labels[y, x]
    return segment


def stroke(segment: NDArray[np.bool_], rng: np.random.Generator) -> NDArray[np.bool_]:
    """A straight brush stroke between two cells of a segment, cut to the segment."""
    ys, xs = np.nonzero(segment)
    a, b = rng.integers(len(ys), size=2)
    steps = int(max(abs(ys[a] - ys[b]), abs(xs[a] - xs[b]))) + 1
    line = np.zeros_like(segment)
    line[
        np.linspace(ys[a], ys[b], steps).round().astype(int),
        np.linspace(xs[a], xs[b], steps).round().astype(int),
    ] = True
    return ndimage.binary_dilation(line, iterations=int(rng.integers(1, 4))) & segment


def _reveal(hint_hw2: F32, mask_hw: F32, ab_hw2: F32, cells: NDArray[np.bool_]) -> None:
    hint_hw2[cells] = ab_hw2[cells].mean(0)
    mask_hw[cells] = 1.0
