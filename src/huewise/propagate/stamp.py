"""Which hint lies on top where: hints as hard-edged marks on a grid, for areas of one colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from huewise.hints import Hint, Point, Region, Stroke

Labels = NDArray[np.int32]

LEAST_RADIUS = 1.5  # cells: then all four cells around a point are marked, whatever lies between


def stamp(hints: Sequence[Hint], picture_size: tuple[int, int], labels_hw: Labels) -> Labels:
    """(h, w) int32: 1, 2, ... of the last hint that marks the cell, 0 where none does.

    `picture_size`: (width, height) that the hints refer to. `labels_hw`: areas on the grid; a point marks nothing
    beyond the area that its centre lies in, however large it is.
    """
    h, w = labels_hw.shape
    scale = (w / picture_size[0], h / picture_size[1])
    marks = np.zeros((h, w), np.int32)
    for number, hint in enumerate(hints, 1):
        if isinstance(hint, Point):
            _point(marks, number, hint.scaled(*scale), labels_hw)
        elif isinstance(hint, Stroke):
            _stroke(marks, number, hint.scaled(*scale))
        else:
            _region(marks, number, hint.scaled(*scale))
    return marks


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


def _stroke(marks: Labels, number: int, hint: Stroke) -> None:
    from PIL import Image, ImageDraw

    h, w = marks.shape
    image = Image.new("1", (w, h))
    draw = ImageDraw.Draw(image)
    radius = max(hint.width / 2, LEAST_RADIUS)
    # Pillow counts from the middle of a pixel, we from its corner.
    xy = [(x - 0.5, y - 0.5) for x, y in hint.points]
    if len(xy) > 1:
        draw.line(xy, fill=1, width=max(1, round(2 * radius)))
    for x, y in xy:
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=1)
    marks[np.asarray(image, bool)] = number


def _region(marks: Labels, number: int, hint: Region) -> None:
    from PIL import Image, ImageDraw

    h, w = marks.shape
    if hint.mask_hw is not None:
        cover = Image.fromarray(hint.mask_hw).resize((w, h), Image.Resampling.BOX)
        marks[np.asarray(cover) >= 0.5] = number
        return
    image = Image.new("1", (w, h))
    ImageDraw.Draw(image).polygon([(x - 0.5, y - 0.5) for x, y in hint.polygon or ()], fill=1)
    marks[np.asarray(image, bool)] = number


def colors_of(hints: Sequence[Hint]) -> NDArray[np.float32]:
    """SRGB 0..1 of the hints, (n, 3), clipped to the gamut."""
    from huewise.color import lab_to_rgb

    lab = np.array([hint.lab for hint in hints], np.float64).reshape(-1, 3)
    rgb: NDArray[np.float32] = np.clip(lab_to_rgb(lab), 0, 1).astype(np.float32)
    return rgb
