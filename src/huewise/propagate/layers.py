"""Flats as layers, one for each colour: white paper, the colours from the largest to the smallest, ink on top."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.openraster import Layer
from huewise.propagate.flats import Flats

Floats = NDArray[Any]


def layers_of(flats: Flats, paper_hw: Floats) -> Iterator[Layer]:
    """The lowest first; together they look like `flats.paint`. A colour's layer reaches under the lines."""
    from scipy import ndimage

    h, w = paper_hw.shape
    yield Layer("paper", np.full((h, w, 4), 255, np.uint8))
    colors, of_area = _colors(flats)
    of_pixel = np.where(flats.painted_n, of_area + 1, 0).astype(np.int32)[flats.labels_hw]
    boxes = ndimage.find_objects(of_pixel, max_label=len(colors))
    size = np.bincount(of_pixel.ravel(), minlength=len(colors) + 1)[1:]
    for index in np.argsort(-size, kind="stable"):
        if size[index]:
            box = boxes[index]
            yield Layer(
                _hex(colors[index]),
                _filled(of_pixel[box] == index + 1, colors[index]),
                box[1].start,
                box[0].start,
            )
    yield Layer("ink", _ink(paper_hw))


def _colors(flats: Flats) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    eight = np.rint(flats.rgb_n3 * 255).astype(np.uint8)
    colors, of_area = np.unique(eight, axis=0, return_inverse=True)
    return colors, of_area.reshape(-1)


def _filled(mask_hw: NDArray[np.bool_], color_3: NDArray[np.uint8]) -> NDArray[np.uint8]:
    rgba = np.zeros((*mask_hw.shape, 4), np.uint8)
    rgba[mask_hw] = (*color_3, 255)
    return rgba


def _ink(paper_hw: Floats) -> NDArray[np.uint8]:
    """Black with the ink as its opacity, which over any colour equals multiplying with the drawing."""
    rgba = np.zeros((*paper_hw.shape, 4), np.uint8)
    rgba[..., 3] = 255 - np.rint(paper_hw * 255).astype(np.uint8)
    return rgba


def _hex(color_3: NDArray[np.uint8]) -> str:
    return "#" + "".join(f"{value:02x}" for value in color_3)
