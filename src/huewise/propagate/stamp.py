"""Which hint lies on top where: hints as hard-edged marks on a grid, for areas of one colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from huewise.hints import Hint, Point, Region, Stroke

Labels = NDArray[np.int32]
Box = tuple[slice, slice]

LEAST_RADIUS = 1.5  # cells: then all four cells around a point are marked, whatever lies between
_OF_STROKE = 0.05  # of a stroke's length: less in an area is a slip
_OF_AREA, _OF_REGION = 0.5, 0.25  # of an area that lies in a region; of a region that lies in an area
_MOST_OF_REGION = 0.75  # a part of the sky, say, though it is a small part of it


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
            _mark(marks, number, at, labels_hw)
    return marks


def mostly_left_out(hints: Sequence[Hint], picture_size: tuple[int, int], labels_hw: Labels) -> int:
    """How many regions lie by more than half in areas that they are not taken to mean."""
    h, w = labels_hw.shape
    scale = (w / picture_size[0], h / picture_size[1])
    laid = [_laid(hint.scaled(*scale), labels_hw) for hint in hints if isinstance(hint, Region)]
    return sum(bool(2 * meant.sum() < covered.sum()) for _, covered, meant in laid)


def areas_meant(hint: Hint, labels_hw: Labels) -> NDArray[np.intp]:
    """The areas that a hint of the grid's own size is for: what it only touches beside them is a slip of the hand.

    A point's: the one that its centre lies in. A stroke's: those with a twentieth of its length at least. A region's:
    those that lie in it by half, or hold three quarters of it; where there are none, those that hold a quarter of it,
    or most.
    """
    if isinstance(hint, Point):
        return np.array([_at(labels_hw, hint.x, hint.y)])
    return _meant(hint, *_covered(hint, (labels_hw.shape[0], labels_hw.shape[1])), labels_hw)


def _meant(
    hint: Stroke | Region, box: Box, covered: NDArray[np.bool_], labels_hw: Labels
) -> NDArray[np.intp]:
    n = int(labels_hw.max()) + 1
    inside = np.bincount(labels_hw[box][covered], minlength=n)
    if isinstance(hint, Stroke):
        along = np.bincount(labels_hw[_on_line(hint, labels_hw.shape)], minlength=n)
        inside = along if along.any() else inside
        chosen = np.flatnonzero((inside > 0) & (inside >= _OF_STROKE * inside.sum()))
        return chosen if len(chosen) else np.flatnonzero(inside)  # it crosses very many: all of them
    size = np.bincount(labels_hw.ravel(), minlength=n)
    filled = (inside >= _OF_AREA * size) | (inside >= _MOST_OF_REGION * inside.sum())
    chosen = np.flatnonzero((inside > 0) & filled)
    if len(chosen):
        return chosen
    return np.flatnonzero((inside > 0) & (inside >= min(_OF_REGION * inside.sum(), inside.max())))


def _on_line(stroke: Stroke, size: tuple[int, ...]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the cells along the middle of a stroke, each step of a cell once."""
    ends = zip(stroke.points, stroke.points[1:] or stroke.points, strict=False)
    x, y = np.concatenate([_walk(a, b) for a, b in ends]).T
    h, w = size
    inside = (x >= 0) & (x <= w) & (y >= 0) & (y <= h)
    rows, columns = np.minimum(y[inside].astype(np.intp), h - 1), np.minimum(x[inside].astype(np.intp), w - 1)
    return rows, columns


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


def _mark(marks: Labels, number: int, hint: Stroke | Region, labels_hw: Labels) -> None:
    box, _, meant = _laid(hint, labels_hw)
    marks[box][meant] = number


def _laid(hint: Stroke | Region, labels_hw: Labels) -> tuple[Box, NDArray[np.bool_], NDArray[np.bool_]]:
    """A box of the grid, which of its cells a hint covers, and which of these lie in areas that it means."""
    box, covered = _covered(hint, (labels_hw.shape[0], labels_hw.shape[1]))
    meant = np.zeros(int(labels_hw.max()) + 1, np.bool_)
    meant[_meant(hint, box, covered, labels_hw)] = True
    return box, covered, covered & meant[labels_hw[box]]


def _covered(hint: Stroke | Region, size: tuple[int, int]) -> tuple[Box, NDArray[np.bool_]]:
    """The rows and columns around a stroke or a region on a grid (h, w), and which of their cells it lies on."""
    from PIL import Image, ImageDraw

    h, w = size
    if isinstance(hint, Region) and hint.mask_hw is not None:
        cover = np.asarray(Image.fromarray(hint.mask_hw).resize((w, h), Image.Resampling.BOX))
        return (slice(0, h), slice(0, w)), cover >= 0.5
    radius = max(hint.width / 2, LEAST_RADIUS) if isinstance(hint, Stroke) else 0.0
    corners = np.array(hint.points if isinstance(hint, Stroke) else hint.polygon or ())
    left, top = np.clip(np.floor(corners.min(0) - radius) - 1, 0, (w, h)).astype(int)
    right, bottom = np.clip(np.ceil(corners.max(0) + radius) + 1, (left, top), (w, h)).astype(int)
    box = slice(int(top), int(bottom)), slice(int(left), int(right))
    if right == left or bottom == top:
        return box, np.zeros((bottom - top, right - left), np.bool_)
    image = Image.new("1", (int(right - left), int(bottom - top)))
    draw = ImageDraw.Draw(image)
    # Pillow counts from the middle of a pixel, we from its corner.
    xy = [(float(x), float(y)) for x, y in corners - (left + 0.5, top + 0.5)]
    if isinstance(hint, Region):
        draw.polygon(xy, fill=1)
        return box, np.asarray(image, bool)
    if len(xy) > 1:
        draw.line(xy, fill=1, width=max(1, round(2 * radius)))
    for x, y in xy:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
    return box, np.asarray(image, bool)


def colors_of(hints: Sequence[Hint]) -> NDArray[np.float32]:
    """SRGB 0..1 of the hints, (n, 3), clipped to the gamut."""
    from huewise.color import lab_to_rgb

    lab = np.array([hint.lab for hint in hints], np.float64).reshape(-1, 3)
    rgb: NDArray[np.float32] = np.clip(lab_to_rgb(lab), 0, 1).astype(np.float32)
    return rgb
