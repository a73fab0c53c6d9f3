"""What travels: the JSON of requests and answers, and the binary form of a prediction and of a guide.

All binary forms begin with 16 bytes, little-endian: the magic "HWab", "HWrg" or "HWgl", uint32 width, uint32 height,
uint32 sequence number (0 for a guide). Then come, row by row from the top,
- "HWab": for each pixel int16 a, int16 b, in 1/256 of a CIE Lab unit;
- "HWrg": for each pixel uint8 r, g, b: sRGB colours that the drawing (its gray, 0..1) is to be multiplied with;
- "HWgl": for each pixel uint8, L times 2.55.
"""

import struct
from collections.abc import Sequence
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from huewise.server.ports import Suggestion

AB_STEPS = 256
"""Steps per unit of a and b."""

MEDIA_TYPES = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "avif": "image/avif",
    "ora": "image/openraster",
}

Format = Literal["jpeg", "png", "tiff", "webp", "avif", "ora"]
"""What can be saved; "ora" (OpenRaster): flats, in layers."""
HintJson = dict[str, Any]
Corner = tuple[float, float]
MOST_CORNERS = 4000
MOST_SKIPPED = 200
MOST_HINTS = 20_000
MOST_ANSWERS = 200  # among them: each costs as much as many hints


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class GlobalWish(_Strict):
    """Wishes for the whole picture, as `global` of the hints file. `reference`: ids that `references` gave.

    `keep_tint`: of toned paper, beneath the colours.
    """

    reference: list[Annotated[str, Field(max_length=100)]] = Field(default=[], max_length=16)
    saturation: Annotated[float, Field(ge=0, le=1)] | None = None
    temperature: Annotated[float, Field(gt=0, le=1)] | None = None
    flats: bool = False
    keep_tint: bool = False


class _Hinted(_Strict):
    hints: list[HintJson] = Field(
        default=[], max_length=MOST_HINTS, description="the list `hints` of the hints file"
    )
    wishes: GlobalWish = Field(default=GlobalWish(), alias="global")


class ColorRequest(_Hinted):
    """The whole set of hints, and a number that rises with every edit.

    `trial`: beside the edits; overtakes none. `draft`: quickly, while a hint is dragged; the colours are near those of
    an answer without it, which should follow.
    """

    sequence: Annotated[int, Field(ge=0, lt=1 << 53)] = 0
    trial: bool = False
    draft: bool = False


class PaletteRequest(_Hinted):
    """A place in the picture, in its pixels, the hints so far, and the wishes: reference and saturation count."""

    x: float
    y: float
    k: Annotated[int, Field(ge=1, le=32)] = 9


class QuestionRequest(_Hinted):
    """The hints and wishes so far (reference and saturation count), and the `region` of each skipped question."""

    skipped: list[Annotated[list[Corner], Field(max_length=MOST_CORNERS)]] = Field(
        default=[], max_length=MOST_SKIPPED
    )
    k: Annotated[int, Field(ge=1, le=9)] = 3


class AnswerRequest(_Strict):
    """`question`, `place`: the `region` and the `place` of a question; `color`: as in the hints file."""

    question: Annotated[list[Corner], Field(min_length=3, max_length=MOST_CORNERS)]
    place: Corner | None = None
    color: str


class ExportRequest(_Hinted):
    """What to save; what is left out is as in the input file."""

    format: Format | None = None
    quality: Annotated[int, Field(ge=1, le=100)] | None = None
    bits: Literal[8, 16] | None = None


REQUESTS = (ColorRequest, PaletteRequest, QuestionRequest, AnswerRequest, ExportRequest)
"""Every JSON body that is taken."""

Offer = Literal[
    "hints", "palette", "question", "reference", "saturation", "temperature", "flats", "keep_tint", "draft"
]


class PictureAnswer(BaseModel):
    """An open picture. `kind`: what `color` sends, "ab" or "rgb". `model`: which opened it; `offers`: what it can."""

    id: str
    width: int
    height: int
    format: str
    bits: int
    notes: list[str]
    kind: Literal["ab", "rgb"]
    model: str
    offers: list[Offer]


class SuggestionAnswer(BaseModel):
    """One colour of a palette."""

    color: str
    probability: float


def suggestion_answers(found: Sequence[Suggestion]) -> list[SuggestionAnswer]:
    """The engine's suggestions as they are sent."""
    return [SuggestionAnswer(color=one.color, probability=one.probability) for one in found]


class PaletteAnswer(BaseModel):
    """Best first."""

    suggestions: list[SuggestionAnswer]


class QuestionAnswer(BaseModel):
    """Which colour has this region?

    `region`: one even-odd polygon in the picture's pixels, as a region of the hints file. `area`: its share of the
    picture, 0..1. `label`: what it shows, where the model knows. `place`: of a drawing, x and y inside that area.
    `suggestions`: likely answers, of a photograph at the region's own lightness.
    """

    region: list[Corner]
    area: float
    label: str | None
    place: Corner | None
    suggestions: list[SuggestionAnswer]


class QuestionReply(BaseModel):
    """The next question; null: nothing is left to ask."""

    question: QuestionAnswer | None


class HintReply(BaseModel):
    """An answer as a hint of the hints file."""

    hint: HintJson


class ReferenceAnswer(BaseModel):
    """A reference picture: its id for `global`, and its main colours, most frequent first, at a middle lightness."""

    id: str
    colors: list[str]


def ab_bytes(ab_hw2: NDArray[np.float32], sequence: int) -> bytes:
    """(h, w, 2) a and b, -128..128, as "HWab"."""
    height, width = ab_hw2.shape[:2]
    steps_hw2 = np.clip(np.rint(ab_hw2 * AB_STEPS), -32768, 32767).astype("<i2")
    return _header(b"HWab", width, height, sequence) + steps_hw2.tobytes()


def rgb_bytes(rgb_hw3: NDArray[np.uint8], sequence: int) -> bytes:
    """(h, w, 3) uint8 as "HWrg"."""
    height, width = rgb_hw3.shape[:2]
    return _header(b"HWrg", width, height, sequence) + np.ascontiguousarray(rgb_hw3).tobytes()


def guide_bytes(l_hw: NDArray[np.uint8]) -> bytes:
    """(h, w) uint8 as "HWgl"."""
    height, width = l_hw.shape
    return _header(b"HWgl", width, height, 0) + l_hw.tobytes()


def _header(magic: bytes, width: int, height: int, sequence: int) -> bytes:
    return struct.pack("<4sIII", magic, width, height, sequence & 0xFFFFFFFF)
