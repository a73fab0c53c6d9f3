"""A coloured drawing: colours multiplied with the lines at full size, strip by strip, when somebody asks for pixels."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huewise.engine.render import STRIP_PIXELS, THREADS, Pixels
from huewise.engine.result import NO_FLATS, Result
from huewise.errors import UsageError
from huewise.propagate.flats import Flats, paint
from huewise.propagate.layers import layers_of
from huewise.propagate.resample import cell_taps

F32 = NDArray[np.float32]


@dataclass(frozen=True, repr=False)
class DrawnResult(Result):
    """`paper_hw`: the drawing at full size, 1 paper and 0 ink. `map_hw3`: its colours, sRGB 0..1, at any size.

    `flats`: areas of one colour each at full size, which then take the map's place.
    """

    paper_hw: F32
    map_hw3: F32
    flats: Flats | None = None

    def pixels(self, bits: int) -> Pixels:
        """(h, w, 3) sRGB, uint8 or uint16: white paper shows the colours exactly, black ink stays black."""
        return multiplied(self, bits)

    def encode(
        self, *, format: str | None = None, quality: int | None = None, bits: int | None = None
    ) -> bytes:
        """As `Result.encode`; flats in the format "ora", too: OpenRaster, in layers."""
        if format != "ora":
            return super().encode(format=format, quality=quality, bits=bits)
        if self.flats is None:
            raise UsageError(*NO_FLATS)
        from huewise.imaging.openraster import openraster_bytes

        return openraster_bytes(layers_of(self.flats, self.paper_hw), paint(self.flats, self.paper_hw))

    def save_layers(self, target: str | Path, *, overwrite: bool = False) -> Path:
        """Flats as layers: an OpenRaster file (.ora), or a folder of PNG files; UsageError for another kind of file."""
        if self.flats is None:
            raise UsageError(*NO_FLATS)
        from huewise.imaging.openraster import write_layer_folder, write_openraster

        kind = Path(target).suffix.lower()
        if kind not in ("", ".ora") and not os.path.isdir(target):  # noqa: PTH112 - says no to a name that is too long
            raise UsageError(
                f"layers in {target}", "a folder, or a file ending in .ora", "choose one of them"
            )
        layers = layers_of(self.flats, self.paper_hw)
        if kind == ".ora":
            merged = paint(self.flats, self.paper_hw)
            return write_openraster(target, layers, merged, source=self.picture.path, overwrite=overwrite)
        size = self.picture.height, self.picture.width
        return write_layer_folder(target, layers, size, overwrite=overwrite)


def multiplied(drawn: DrawnResult, bits: int) -> Pixels:
    """The pixels of a coloured drawing."""
    if bits not in (8, 16):
        raise UsageError(f"{bits} bits", "8 or 16 bits a sample")
    height, width = drawn.paper_hw.shape
    rgb_hw3 = np.empty((height, width, 3), np.uint8 if bits == 8 else np.uint16)
    rows = max(1, 8 * STRIP_PIXELS // width)
    top = np.float32((1 << bits) - 1)
    y0, y1, v = cell_taps(drawn.map_hw3.shape[0], height)
    x0, x1, u = cell_taps(drawn.map_hw3.shape[1], width)

    def colors(part: slice) -> F32:
        if drawn.flats is not None:
            return drawn.flats.rgb_n3[drawn.flats.labels_hw[part]]
        low, high = drawn.map_hw3[y0[part]], drawn.map_hw3[y1[part]]
        lines = low + (high - low) * v[part, None, None]
        left = lines[:, x0]
        return np.asarray(left + (lines[:, x1] - left) * u[:, None], np.float32)

    def strip(start: int) -> None:
        part = slice(start, start + rows)
        inked = colors(part) * drawn.paper_hw[part, :, None]
        inked *= top
        inked += np.float32(0.5)
        rgb_hw3[part] = inked.astype(rgb_hw3.dtype)

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(strip, range(0, height, rows)))
    return rgb_hw3
