"""`Picture`: an opened picture file, upright, ready to be given colour."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import STEPS_PER_L
from huewise.imaging.tint import Tint


@dataclass(frozen=True)
class Metadata:
    """What the file says about the picture; it goes out again as it came in, except for the orientation.

    `blobs`: raw EXIF, XMP and IPTC blocks by libvips' field name. `texts`: EXIF fields and comments as text.
    `pixels_per_mm`: horizontal and vertical resolution, or None where the file gives none.
    """

    blobs: dict[str, bytes] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    pixels_per_mm: tuple[float, float] | None = None


@dataclass(frozen=True, repr=False)
class Picture:
    """An opened picture.

    `lightness`: (h, w) uint16, CIE L* of the sRGB luminance times 655.35 (0..65535), read-only.
    `alpha`: (h, w) uint8 (`bits` 8) or uint16 (`bits` 16), or None.
    `bits`: 8 or 16 a sample. `format`: "jpeg", "png", "tiff", "webp", "avif", "heic", "gif", "bmp",
    "array".
    `lowest`: (h, w) uint8, the lowest of each pixel's three samples; None where no pixel has colour. It shows coloured
    pencil that is as light as the paper.
    `tint`: "gray" (no colour), "toned" (sepia, cyanotype, yellowed paper) or "color" (a real colour picture).
    `input_ab`: (h, w, 2) float32, the file's own chroma at no more than 256 pixels a side; None when gray.
    `notes`: what the person should know ("first frame of 12"). `path`: the file it came from, if any.
    """

    lightness: NDArray[np.uint16]
    alpha: NDArray[np.uint8] | NDArray[np.uint16] | None = None
    bits: int = 8
    format: str = "array"
    lowest: NDArray[np.uint8] | None = None
    tint: Tint = "gray"
    input_ab: NDArray[np.float32] | None = None
    notes: tuple[str, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    path: Path | None = None

    def __repr__(self) -> str:
        return (
            f"Picture({self.path or self.format}, {self.width}x{self.height}, {self.bits} bits, {self.tint})"
        )

    @property
    def width(self) -> int:
        """Pixels from left to right, upright."""
        return int(self.lightness.shape[1])

    @property
    def height(self) -> int:
        """Pixels from top to bottom, upright."""
        return int(self.lightness.shape[0])

    def lightness_rows(self, y0: int, y1: int) -> NDArray[np.float32]:
        """L of rows y0 to y1 (exclusive): (y1 - y0, w) float32, 0..100."""
        return self.lightness[y0:y1] * np.float32(1 / STEPS_PER_L)
