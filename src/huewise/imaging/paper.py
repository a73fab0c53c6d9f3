"""`clean_drawing`: a scanned, inverted, transparent or pencilled drawing becomes ink on white paper."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.color.spaces import lab_to_rgb
from huewise.imaging.lightness import area_mean
from huewise.imaging.picture import Picture

Floats = NDArray[Any]

BLANK = "a blank page: there is nothing to colour"
INVERTED = "a drawing in white on black: it is inverted"
_INK_BELOW = 0.8  # of the paper
_BLANK_SHARE = 1e-4
_BLOCKS = 24  # the paper's tone is taken from so many blocks along the shorter side
_WHITE_PAPER = 0.98


@dataclass(frozen=True)
class Drawing:
    """Ink on white paper.

    `paper_hw`: (h, w) float32, 1 paper and 0 black ink, to be multiplied with colours in sRGB. `blank`: there is no
    ink. `notes`: what was done that the person should know.
    """

    paper_hw: NDArray[np.float32]
    blank: bool = False
    notes: tuple[str, ...] = ()


def clean_drawing(picture: Picture) -> Drawing:
    """Flatten, invert if need be, and divide by the paper; coloured lines count by their lightness."""
    gray = _flattened(np.take(_gray_of_lightness(), picture.lightness), picture.alpha)
    notes: tuple[str, ...] = ()
    if _is_inverted(gray):
        gray, notes = 1 - gray, (INVERTED,)
    paper_hw = _on_white(gray)
    blank = float((paper_hw < _INK_BELOW).mean()) < _BLANK_SHARE
    return Drawing(paper_hw, blank, (*notes, BLANK) if blank else notes)


@lru_cache(maxsize=1)
def _gray_of_lightness() -> NDArray[np.float32]:
    """From stored lightness to the sRGB value of the gray that has it; exact at black and white."""
    lab = np.zeros((65536, 3), np.float32)
    lab[:, 0] = np.arange(65536, dtype=np.float32) * np.float32(100 / 65535)
    gray = lab_to_rgb(lab)[:, 1]
    return np.clip(gray, 0, 1).astype(np.float32)


def _flattened(gray: Floats, alpha: NDArray[Any] | None) -> Floats:
    """On white; light lines on nothing are laid on black."""
    if alpha is None:
        return gray
    cover = alpha.astype(np.float32) / np.float32(np.iinfo(alpha.dtype).max)
    covered = float(cover.mean())
    light_lines = covered < 0.5 and float((gray * cover).mean()) > 0.8 * covered > 0
    flat: Floats = gray * cover + (0 if light_lines else 1) * (1 - cover)
    return flat


def _is_inverted(gray: Floats) -> bool:
    """Whether both the border and most of the picture are dark."""
    rim = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]])
    sample = gray[:: max(1, gray.shape[0] // 256), :: max(1, gray.shape[1] // 256)]
    return bool(np.median(rim) < 0.35 and np.median(sample) < 0.35 and np.percentile(sample, 99.5) > 0.5)


def _on_white(gray: Floats) -> NDArray[np.float32]:
    """Divided by the paper's tone, block by block, and by what its grain spreads."""
    tone, grain = _paper_tone(gray)
    if tone.min() > _WHITE_PAPER and grain < 0.005:
        return gray.astype(np.float32)
    # Only rows are made large at a time: the whole tone at full size would double the memory.
    out = np.empty(gray.shape, np.float32)
    x, x_share = _taps(gray.shape[1], tone.shape[1])
    wide = tone[:, x] * (1 - x_share) + tone[:, np.minimum(x + 1, tone.shape[1] - 1)] * x_share
    y, y_share = _taps(gray.shape[0], tone.shape[0])
    below = np.minimum(y + 1, tone.shape[0] - 1)
    white = np.float32(1 - min(2.5 * grain, 0.25))
    for start in range(0, gray.shape[0], 256):
        rows = slice(start, start + 256)
        share = y_share[rows, None]
        paper = wide[y[rows]] * (1 - share) + wide[below[rows]] * share
        np.clip(gray[rows] / (paper * white), 0, 1, out=out[rows])
    return out


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
