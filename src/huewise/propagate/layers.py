"""Flats as layers, one for each colour: white paper, the colours from the largest to the smallest, ink on top."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.color import delta_e_2000, format_hex, parse_color, rgb_to_lab
from huewise.color.names import CSS_COLORS
from huewise.imaging.openraster import Layer
from huewise.propagate.flats import Flats

Floats = NDArray[Any]


def layers_of(flats: Flats, paper_hw: Floats) -> Iterator[Layer]:
    """The lowest first; together they look like `flats.paint`. A colour's layer reaches under the lines.

    Their names: "paper", each colour's (`color_name`), "ink".
    """
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
                color_name(colors[index]),
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


def color_name(color_3: NDArray[np.uint8]) -> str:
    """The nearest of CSS's names and the colour itself: "tomato #ff6347"."""
    lab = rgb_to_lab(color_3.astype(np.float32) / 255)
    names, lab_n3 = _named()
    return f"{names[int(delta_e_2000(lab_n3, lab).argmin())]} {format_hex(lab)}"


@lru_cache(maxsize=1)
def _named() -> tuple[list[str], NDArray[np.float32]]:
    return list(CSS_COLORS), np.array([parse_color(name) for name in CSS_COLORS], np.float32)
