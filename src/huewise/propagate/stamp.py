"""Which hint lies on top where: hints as hard-edged marks on a grid, for areas of one colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from huewise.hints import Hint, Point, Region, Stroke

Labels = NDArray[np.int32]

LEAST_RADIUS = 1.5  # cells: then all four cells around a point are marked, whatever lies between
_OF_STROKE = 0.05  # of a stroke's length: less in an area is a slip
_OF_AREA, _OF_REGION = 0.5, 0.25  # of an area that lies in a region; of a region that lies in an area


def stamp(hints: Sequence[Hint], picture_size: tuple[int, int], labels_hw: Labels) -> Labels:
    """(h, w) int32: 1, 2, ... of the last hint that marks the cell, 0 where none does.

    `picture_size`: (width, height) that the hints refer to. `labels_hw`: areas on the grid; a hint marks nothing beyond
    the areas that it means, however large it is.
    """
    h, w = labels_hw.shape
    scale = (w / picture_size[0], h / picture_size[1])
    marks = np.zeros((h, w), np.int32)
    for number, hint in enumerate(hints, 1):
        at = hint.scaled(*scale)
        if isinstance(at, Point):
            _point(marks, number, at, labels_hw)
        else:
            covered = _covered(at, (h, w))
            marks[covered & np.isin(labels_hw, _meant(at, covered, labels_hw))] = number
    return marks


def areas_meant(hint: Hint, labels_hw: Labels) -> NDArray[np.intp]:
    """The areas that a hint of the grid's own size is for: what it only touches beside them is a slip of the hand.

    A point's: the one that its centre lies in. A stroke's: those with a twentieth of its length at least. A region's:
    those that lie in it by half; where none does, those that hold a quarter of it, or most.
    """
    if isinstance(hint, Point):
        return np.array([_at(labels_hw, hint.x, hint.y)])
    return _meant(hint, _covered(hint, (labels_hw.shape[0], labels_hw.shape[1])), labels_hw)


def _meant(hint: Stroke | Region, covered_hw: NDArray[np.bool_], labels_hw: Labels) -> NDArray[np.intp]:
    n = int(labels_hw.max()) + 1
    if isinstance(hint, Stroke):
        h, w = labels_hw.shape
        ends = zip(hint.points, hint.points[1:] or hint.points, strict=False)
        along = np.concatenate([_walk(a, b) for a, b in ends])
        hits = np.array([_at(labels_hw, x, y) for x, y in along if 0 <= x <= w and 0 <= y <= h], int)
        return np.flatnonzero(np.bincount(hits, minlength=n) >= max(1, _OF_STROKE * len(hits)))
    inside = np.bincount(labels_hw[covered_hw], minlength=n)
    size = np.bincount(labels_hw.ravel(), minlength=n)
    chosen = np.flatnonzero((inside > 0) & (inside >= _OF_AREA * size))
    return chosen if len(chosen) else np.flatnonzero(inside >= min(_OF_REGION * inside.sum(), inside.max()))


def _at(labels_hw: Labels, x: float, y: float) -> int:
    h, w = labels_hw.shape
    return int(labels_hw[min(max(int(y), 0), h - 1), min(max(int(x), 0), w - 1)])


def _walk(a: tuple[float, float], b: tuple[float, float]) -> NDArray[np.float64]:
    steps = int(max(abs(b[0] - a[0]), abs(b[1] - a[1]))) + 1
    return np.linspace(a, b, steps + 1)


def _point(marks: Labels, number: int, at: Point, labels_hw: Labels) -> None:
    h, w = marks.shape
    row, column = min(max(int(at.y), 0), h - 1), min(max(int(at.x), 0), w - 1)
    radius = max(at.radius, LEAST_RADIUS)
    reach = min(int(radius) + 2, h + w)
    rows = slice(max(0, row - reach), min(h, row + reach + 1))
    columns = slice(max(0, column - reach), min(w, column + reach + 1))
    box = rows, columns
    y, x = np.ogrid[box]
    near = (y + 0.5 - at.y) ** 2 + (x + 0.5 - at.x) ** 2 <= radius**2
    near &= labels_hw[box] == labels_hw[row, column]
    marks[box][near] = number
    marks[row, column] = number


def _covered(hint: Stroke | Region, size: tuple[int, int]) -> NDArray[np.bool_]:
    """The cells (h, w) that a stroke or a region lies on."""
    from PIL import Image, ImageDraw

    h, w = size
    if isinstance(hint, Region) and hint.mask_hw is not None:
        return np.asarray(Image.fromarray(hint.mask_hw).resize((w, h), Image.Resampling.BOX)) >= 0.5
    image = Image.new("1", (w, h))
    draw = ImageDraw.Draw(image)
    # Pillow counts from the middle of a pixel, we from its corner.
    if isinstance(hint, Region):
        draw.polygon([(x - 0.5, y - 0.5) for x, y in hint.polygon or ()], fill=1)
        return np.asarray(image, bool)
    radius = max(hint.width / 2, LEAST_RADIUS)
    xy = [(x - 0.5, y - 0.5) for x, y in hint.points]
    if len(xy) > 1:
        draw.line(xy, fill=1, width=max(1, round(2 * radius)))
    for x, y in xy:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
    return np.asarray(image, bool)


def colors_of(hints: Sequence[Hint]) -> NDArray[np.float32]:
    """SRGB 0..1 of the hints, (n, 3), clipped to the gamut."""
    from huewise.color import lab_to_rgb

    lab = np.array([hint.lab for hint in hints], np.float64).reshape(-1, 3)
    rgb: NDArray[np.float32] = np.clip(lab_to_rgb(lab), 0, 1).astype(np.float32)
    return rgb
