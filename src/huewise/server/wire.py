"""What travels: the JSON of requests and answers, and the binary form of a prediction and of a guide.

Both binary forms begin with 16 bytes, little-endian: the magic "HWab" or "HWgl", uint32 width, uint32 height,
uint32 sequence number (0 for a guide). Then come, row by row from the top,
- "HWab": for each pixel int16 a, int16 b, in 1/256 of a CIE Lab unit;
- "HWgl": for each pixel uint8, L times 2.55.
"""

import struct
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

AB_STEPS = 256
"""Steps per unit of a and b."""

MEDIA_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "avif": "image/avif",
}

Format = Literal["jpeg", "png", "tiff", "webp", "avif"]
HintJson = dict[str, Any]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ColorRequest(_Strict):
    """The whole set of hints, and a number that rises with every edit."""

    hints: list[HintJson] = Field(default=[], description="the list `hints` of the hints file")
    sequence: Annotated[int, Field(ge=0, lt=1 << 53)] = 0


class PaletteRequest(_Strict):
    """A place in the picture, in its pixels, and the hints so far."""

    x: float
    y: float
    hints: list[HintJson] = []
    k: Annotated[int, Field(ge=1, le=32)] = 9


class ExportRequest(_Strict):
    """What to save; what is left out is as in the input file."""

    hints: list[HintJson] = []
    format: Format | None = None
    quality: Annotated[int, Field(ge=1, le=100)] | None = None
    bits: Literal[8, 16] | None = None


class PictureAnswer(BaseModel):
    """An open picture. `kind`: what `color` sends, "ab". `formats`: what `export` can write."""

    id: str
    width: int
    height: int
    format: str
    bits: int
    notes: list[str]
    kind: Literal["ab"] = "ab"


class SuggestionAnswer(BaseModel):
    """One colour of a palette."""

    color: str
    probability: float


class PaletteAnswer(BaseModel):
    """Best first."""

    suggestions: list[SuggestionAnswer]


def ab_bytes(ab_hw2: NDArray[np.float32], sequence: int) -> bytes:
    """(h, w, 2) a and b, -128..128, as "HWab"."""
    height, width = ab_hw2.shape[:2]
    steps_hw2 = np.clip(np.rint(ab_hw2 * AB_STEPS), -32768, 32767).astype("<i2")
    return _header(b"HWab", width, height, sequence) + steps_hw2.tobytes()


def guide_bytes(l_hw: NDArray[np.uint8]) -> bytes:
    """(h, w) uint8 as "HWgl"."""
    height, width = l_hw.shape
    return _header(b"HWgl", width, height, 0) + l_hw.tobytes()


def _header(magic: bytes, width: int, height: int, sequence: int) -> bytes:
    return struct.pack("<4sIII", magic, width, height, sequence & 0xFFFFFFFF)
