"""`clean_drawing`: a scanned, inverted, transparent or pencilled drawing becomes ink on white paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.color.spaces import lab_to_rgb
from huewise.imaging.lightness import area_mean, gray_table
from huewise.imaging.picture import Picture

Floats = NDArray[Any]

INK_BELOW = 0.72  # of the paper: where a line is a wall between areas
BLANK = "a page without lines: only hints give it colour"
INVERTED = "a drawing in white on black: it is inverted"
COLORED = "coloured lines: they become gray ones, the darker the stronger their colour"
LIGHT_INK = "light lines on a transparent page: they become dark lines on white"
TRANSPARENT = "a transparent page: it becomes white"
_BLANK_SHARE = 1e-4  # of the page, below `_INK_BELOW`, and ten times as much below `_FAINT_BELOW`
_INK_BELOW, _FAINT_BELOW = 0.8, 0.88  # of the paper
_BLOCKS = 24  # the paper's tone is taken from so many blocks along the shorter side
_WHITE_PAPER = 0.98
_LIGHT = 0.7  # of white: ink on nothing that is nowhere darker needs black beneath it
_TONE = 0.05  # how much darker than its gray a pixel's lowest sample is before that counts as a line's colour
MOST_COLORED = 0.25  # of the page: more is no pencil, but a coloured picture
_LEAST_INK = 0.06  # less is grain


@dataclass(frozen=True)
class Drawing:
    """Ink on white paper.

    `paper_hw`: (h, w) float32, 1 paper and 0 black ink, to be multiplied with colours in sRGB. `wall_below`: value of
    the paper below which a line parts areas; higher where all ink is faint. `blank`: there is no ink, and the paper is
    as it came in. `notes`: what was done that the person should know.
    """

    paper_hw: NDArray[np.float32]
    wall_below: float = INK_BELOW
    blank: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flattened:
    """A picture without transparency: on white, or on black where what is seen of it is light.

    `lightness`, `lowest`: as in `Picture`. `note`: what became of a transparent page, if it is one.
    """

    lightness: NDArray[np.uint16]
    lowest: NDArray[np.uint8] | None = None
    note: str | None = None


def flattened(picture: Picture) -> Flattened:
    """Lay a picture on white; light lines on nothing, which would not be seen there, on black."""
    alpha = picture.alpha
    if alpha is None or int(alpha.min()) == np.iinfo(alpha.dtype).max:
        return Flattened(picture.lightness, picture.lowest)
    light = _is_light_ink(picture.lightness, alpha)
    lightness = np.empty_like(picture.lightness)
    lowest = None if picture.lowest is None else np.empty_like(picture.lowest)
    for start in range(0, picture.height, 256):
        rows = slice(start, start + 256)
        cover = alpha[rows].astype(np.float32) / np.float32(np.iinfo(alpha.dtype).max)
        ground = (1 - cover) * np.float32(not light)
        gray = np.take(_gray_of_lightness(), picture.lightness[rows]) * cover + ground
        lightness[rows] = np.take(gray_table(16), np.rint(gray * 65535).astype(np.uint16))
        if picture.lowest is not None and lowest is not None:
            lowest[rows] = np.rint(picture.lowest[rows] * cover + 255 * ground)
    return Flattened(lightness, lowest, LIGHT_INK if light else TRANSPARENT)


def _is_light_ink(lightness: NDArray[np.uint16], alpha: NDArray[Any]) -> bool:
    """Whether what is seen is less than half of the page, and hardly any of it dark."""
    step = max(1, round((alpha.size / 4e6) ** 0.5))
    cover = alpha[::step, ::step] / np.iinfo(alpha.dtype).max
    seen = cover > 0.5 * cover.max()
    if cover.max() == 0 or seen.mean() > 0.5:
        return False
    inks = np.take(_gray_of_lightness(), lightness[::step, ::step][seen])
    return float(np.percentile(inks, 5)) > _LIGHT


def clean_drawing(picture: Picture, *, invertible: bool = True) -> Drawing:
    """Flatten, invert if need be, and divide by the paper; a coloured line counts by the lowest of its samples.

    `invertible`: light on dark may be lines; a photograph's negative would be no drawing either.
    """
    flat = flattened(picture)
    notes: tuple[str, ...] = () if flat.note is None else (flat.note,)
    paper_hw = np.take(_gray_of_lightness(), flat.lightness)
    inverted = flat.note == LIGHT_INK or (invertible and _is_inverted(paper_hw))
    if inverted:
        np.subtract(1, paper_hw, out=paper_hw)
        notes = notes or (INVERTED,)
    _whiten(paper_hw)
    if flat.lowest is not None and not inverted and _darken_colored_lines(paper_hw, flat.lowest):
        notes = (*notes, COLORED)
    if _is_blank(paper_hw):
        gray = np.take(_gray_of_lightness(), flat.lightness)
        return Drawing(1 - gray if inverted else gray, blank=True, notes=(*notes, BLANK))
    return Drawing(paper_hw, _wall_below(paper_hw), notes=notes)


def _is_blank(paper_hw: NDArray[np.float32]) -> bool:
    return bool(
        (paper_hw < _INK_BELOW).mean() < _BLANK_SHARE and (paper_hw < _FAINT_BELOW).mean() < 10 * _BLANK_SHARE
    )


@lru_cache(maxsize=1)
def _gray_of_lightness() -> NDArray[np.float32]:
    """From stored lightness to the sRGB value of the gray that has it; exact at black and white."""
    lab = np.zeros((65536, 3), np.float32)
    lab[:, 0] = np.arange(65536, dtype=np.float32) * np.float32(100 / 65535)
    gray = lab_to_rgb(lab)[:, 1]
    return np.clip(gray, 0, 1).astype(np.float32)


def _is_inverted(gray: Floats) -> bool:
    """Whether both the border and most of the picture are dark, and something on it is light."""
    rim = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    sample = gray[:: max(1, gray.shape[0] // 1024), :: max(1, gray.shape[1] // 1024)]
    dark = np.median(rim) < 0.35 and np.median(sample) < 0.35
    return bool(dark and float((sample > 0.5).mean()) > _BLANK_SHARE)


def _darken_colored_lines(paper_hw: NDArray[np.float32], lowest: NDArray[np.uint8]) -> bool:
    """In place, and whether there are any: yellow is nearly as light as paper, but its blue is not.

    Left alone where much of the page has colour.
    """
    low = lowest.astype(np.float32)
    low /= 255
    _whiten(low)
    low += _TONE
    step = max(1, round((low.size / 4e6) ** 0.5))
    colored = paper_hw[::step, ::step] - low[::step, ::step] > 2 * _TONE
    if not 10 * _BLANK_SHARE < colored.mean() < MOST_COLORED:
        return False
    np.minimum(paper_hw, low, out=paper_hw)
    return True


def _wall_below(paper_hw: NDArray[np.float32]) -> float:
    """Half way to the darkest ink, where that is faint."""
    step = max(1, round((paper_hw.size / 4e6) ** 0.5))
    ink = 1 - paper_hw[::step, ::step]
    lines = ink[ink > _LEAST_INK]
    darkest = float(np.percentile(lines, 98)) if len(lines) else 1.0
    return max(INK_BELOW, 1 - max(0.5 * darkest, _LEAST_INK))


def _whiten(gray: NDArray[np.float32]) -> None:
    """Divide by the paper's tone, block by block, and by what its grain spreads, in place."""
    tone, grain = _paper_tone(gray)
    if tone.min() > _WHITE_PAPER and grain < 0.005:
        return
    # Only rows are made large at a time: the whole tone at full size would double the memory.
    x, x_share = _taps(gray.shape[1], tone.shape[1])
    wide = tone[:, x] * (1 - x_share) + tone[:, np.minimum(x + 1, tone.shape[1] - 1)] * x_share
    y, y_share = _taps(gray.shape[0], tone.shape[0])
    below = np.minimum(y + 1, tone.shape[0] - 1)
    white = np.float32(1 - min(2.5 * grain, 0.25))
    for start in range(0, gray.shape[0], 256):
        rows = slice(start, start + 256)
        share = y_share[rows, None]
        paper = wide[y[rows]] * (1 - share) + wide[below[rows]] * share
        np.clip(gray[rows] / (paper * white), 0, 1, out=gray[rows])


def _taps(length: int, count: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    place = np.clip((np.arange(length) + 0.5) * count / length - 0.5, 0, count - 1)
    first = np.floor(place).astype(np.intp)
    return first, (place - first).astype(np.float32)


def _paper_tone(gray: Floats) -> tuple[NDArray[np.float32], float]:
    """The paper's value on a grid of blocks, and its grain's deviation; blocks full of ink take their neighbours'."""
    from scipy import ndimage

    small = _reduced(gray)
    h, w = small.shape
    block = min(max(4, min(h, w) // _BLOCKS), h, w)
    rows, columns = max(1, h // block), max(1, w // block)
    tiles = small[: rows * block, : columns * block].reshape(rows, block, columns, block).swapaxes(1, 2)
    high = np.percentile(tiles.reshape(rows, columns, -1), 80, axis=2)
    whole = float(np.percentile(high, 85))
    known = (high > 0.75 * whole).astype(np.float32)
    sums = ndimage.gaussian_filter(high * known, 1.5, mode="nearest")
    tone = sums / np.maximum(ndimage.gaussian_filter(known, 1.5, mode="nearest"), 1e-6)
    tone = np.where(ndimage.gaussian_filter(known, 1.5, mode="nearest") > 1e-3, tone, whole)
    return np.clip(tone, 0.05, 1).astype(np.float32), _grain(gray, whole)


def _reduced(gray: Floats) -> NDArray[np.float32]:
    """Averaged to about 600 pixels on the shorter side."""
    by = max(1, min(gray.shape) // 600)
    if by == 1:
        return gray.astype(np.float32)
    return area_mean(gray.astype(np.float32), (gray.shape[0] // by, gray.shape[1] // by))


def _grain(gray: Floats, paper: float) -> float:
    """Robust deviation of the paper's pixels, relative to the paper: from differences of neighbours without ink."""
    sample = gray[:: max(1, gray.shape[0] // 512)]
    left, right = sample[:, :-1:2], sample[:, 1::2]
    count = min(left.shape[1], right.shape[1])
    left, right = left[:, :count], right[:, :count]
    clear = (left > 0.75 * paper) & (right > 0.75 * paper)
    if not clear.any():
        return 0.0
    return float(np.median(np.abs(left - right)[clear])) * 1.4826 / 2**0.5 / max(paper, 1e-3)
