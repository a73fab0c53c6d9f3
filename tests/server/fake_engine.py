"""An engine without a model: enough of `huewise.server.ports` to test the server and the page with.

Colour depends on the place and on the hints: warm at the left, cool at the right, and around each point its colour.
"""

import threading
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.color import lab_to_rgb
from huewise.hints import Point, Region, Stroke, rasterize
from huewise.imaging import Picture, encode, read, shrink

MAP_SIDE = 128


@dataclass
class FakePrediction:
    ab_hw2: NDArray[np.float32]


@dataclass
class FakeSuggestion:
    color: str
    probability: float


@dataclass
class FakeResult:
    picture: Picture
    ab_hw2: NDArray[np.float32]

    def encode(
        self, *, format: str | None = None, quality: int | None = None, bits: int | None = None
    ) -> bytes:
        height, width = self.picture.height, self.picture.width
        rows = (np.arange(height) * self.ab_hw2.shape[0]) // height
        columns = (np.arange(width) * self.ab_hw2.shape[1]) // width
        l_hw = self.picture.lightness_rows(0, height)
        lab_hw3 = np.dstack([l_hw, self.ab_hw2[rows][:, columns]]).astype(np.float32)
        top = 65535 if (bits or self.picture.bits) == 16 else 255
        rgb_hw3 = np.rint(np.clip(lab_to_rgb(lab_hw3), 0, 1) * top).astype(
            np.uint16 if top > 255 else np.uint8
        )
        return encode(rgb_hw3, self.picture, format=format, quality=quality, bits=bits)


def open_gate() -> threading.Event:
    """Edits go through; `clear()` holds them up until `set()`."""
    gate = threading.Event()
    gate.set()
    return gate


@dataclass
class FakeOpenPicture:
    picture: Picture
    seen: list[int] = field(default_factory=list)
    gate: threading.Event = field(default_factory=open_gate)

    def guide(self, max_side: int) -> NDArray[np.uint8]:
        scale = min(1.0, max_side / max(self.picture.width, self.picture.height))
        size = (max(1, round(self.picture.height * scale)), max(1, round(self.picture.width * scale)))
        l_hw = shrink(self.picture.lightness, size) if scale < 1 else self.picture.lightness / 655.35
        return np.rint(np.asarray(l_hw) * 2.55).astype(np.uint8)

    def predict(self, hints: Any = ()) -> FakePrediction:
        self.gate.wait(60)
        self.seen.append(len(hints))
        return FakePrediction(self._ab(hints))

    def colorize(self, hints: Any = ()) -> FakeResult:
        return FakeResult(self.picture, self._ab(hints))

    def palette(self, x: float, y: float, *, hints: Any = (), k: int = 9) -> list[FakeSuggestion]:
        hues = np.linspace(0, 1, k, endpoint=False) + x / self.picture.width
        colors = [
            np.rint(127 + 90 * np.cos(2 * np.pi * (hue + np.arange(3) / 3))).astype(int) for hue in hues
        ]
        return [FakeSuggestion("#{:02x}{:02x}{:02x}".format(*c), 1 / (2 + i)) for i, c in enumerate(colors)]

    def _ab(self, hints: Any) -> NDArray[np.float32]:
        scale = MAP_SIDE / max(self.picture.width, self.picture.height)
        height = max(1, round(self.picture.height * scale))
        width = max(1, round(self.picture.width * scale))
        across = np.linspace(-1, 1, width, dtype=np.float32)
        ab_hw2 = np.zeros((height, width, 2), np.float32)
        ab_hw2[..., 0] = 8
        ab_hw2[..., 1] = -22 * across
        local = [hint for hint in hints if isinstance(hint, Point | Stroke | Region)]
        y, x = np.mgrid[0:height, 0:width].astype(np.float32)
        for hint in local:
            if isinstance(hint, Point):
                distance = np.hypot(x + 0.5 - hint.x * scale, y + 0.5 - hint.y * scale)
                near_hw = np.exp(-((distance / 14) ** 2))[..., None]
                ab_hw2 += near_hw * (np.asarray(hint.lab[1:], np.float32) - ab_hw2)
            else:
                ab_hint_hw2, mask_hw = rasterize(
                    [hint], (self.picture.width, self.picture.height), (height, width)
                )
                ab_hw2 += mask_hw[..., None] * (ab_hint_hw2 - ab_hw2)
        return ab_hw2


@dataclass
class FakeColorizer:
    opened: list[FakeOpenPicture] = field(default_factory=list)

    def open(self, source: bytes, *, max_pixels: int) -> FakeOpenPicture:
        self.opened.append(FakeOpenPicture(read(source, max_pixels=max_pixels)))
        return self.opened[-1]
