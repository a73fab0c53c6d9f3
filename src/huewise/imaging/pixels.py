"""`read_rgb`: the colours of a picture file at full size, for what needs more of them than a `Picture` keeps."""

from __future__ import annotations

import io
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.decode import Strip, decode_file
from huewise.imaging.reader import kind_of, opened, upright
from huewise.limits import DEFAULT_MAX_PIXELS


def read_rgb(source: str | Path | bytes, *, max_pixels: int = DEFAULT_MAX_PIXELS) -> NDArray[np.uint8]:
    """The upright picture (h, w, 3) uint8 sRGB, on white where it is transparent. Errors as `read`."""
    if isinstance(source, bytes):
        return _read(io.BytesIO(source), max_pixels)
    with opened(Path(source)) as stream:
        return _read(stream, max_pixels)


def _read(stream: BinaryIO, max_pixels: int) -> NDArray[np.uint8]:
    decoded = decode_file(stream, kind_of(stream), max_pixels)
    strips: list[NDArray[np.uint8]] = []
    decoded.feed(lambda strip: strips.append(_flat(strip, decoded.channels, decoded.has_alpha)))
    return np.asarray(upright(np.concatenate(strips), decoded.orientation), np.uint8)


def _flat(strip: Strip, channels: int, has_alpha: bool) -> NDArray[np.uint8]:
    """Eight bits, three channels, on white."""
    eight: NDArray[np.uint8] = (
        strip.astype(np.uint8) if strip.dtype == np.uint8 else (strip >> 8).astype(np.uint8)
    )
    rgb = np.repeat(eight[..., :1], 3, axis=2) if channels == 1 else eight[..., :3]
    if not has_alpha:
        return np.ascontiguousarray(rgb)
    cover = eight[..., -1:].astype(np.uint16)
    return ((rgb * cover + 255 * (255 - cover) + 127) // 255).astype(np.uint8)
