"""An engine without a model: enough of `huewise.server.ports` to test the server and the page with.

Colour depends on the place and on the hints: warm at the left, cool at the right, and around each point its colour.
"""

import threading
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from huewise.color import lab_to_rgb
from huewise.engine.render import render
from huewise.hints import Point, Region, Stroke, rasterize
from huewise.imaging import Picture, encode, read, shrink

MAP_SIDE = 128


@dataclass
class FakePrediction:
    ab_hw2: NDArray[np.float32]
    rgb_hw3: NDArray[np.uint8] | None = None
    notes: tuple[str, ...] = ()


@dataclass
class FakeSpec:
    name: str = "fake"
    bins: str = "ab313"
    hints: bool = True
    global_hints: bool = True
    square: bool = False


@dataclass
class FakeQuestion:
    region: NDArray[np.float32]
    suggestions: list["FakeSuggestion"]
    label: str | None = None
    place: tuple[float, float] | None = None


@dataclass
class FakeSuggestion:
    color: str
    probability: float


@dataclass
class FakeResult:
    picture: Picture
    ab_small_hw2: NDArray[np.float32]

    def encode(
        self, *, format: str | None = None, quality: int | None = None, bits: int | None = None
    ) -> bytes:
        rgb_hw3 = render(self.picture.lightness, self.ab_small_hw2, bits=bits or self.picture.bits)
        return encode(rgb_hw3, self.picture, format=format, quality=quality, bits=bits)


def open_gate() -> threading.Event:
    """Edits go through; `clear()` holds them up until `set()`."""
    gate = threading.Event()
    gate.set()
    return gate


@dataclass
class FakeOpenPicture:
    picture: Picture
    colorizer: "FakeColorizer"
    kind: str = "ab"
    options: list[dict[str, Any]] = field(default_factory=list)
    asked_with: list[dict[str, Any]] = field(default_factory=list)
    seen: list[int] = field(default_factory=list)
    gate: threading.Event = field(default_factory=open_gate)

    def guide(self, max_side: int) -> NDArray[np.uint8]:
        scale = min(1.0, max_side / max(self.picture.width, self.picture.height))
        size = (max(1, round(self.picture.height * scale)), max(1, round(self.picture.width * scale)))
        l_hw = shrink(self.picture.lightness, size) if scale < 1 else self.picture.lightness / 655.35
        return np.rint(np.asarray(l_hw) * 2.55).astype(np.uint8)

    def predict(self, hints: Any = (), **options: Any) -> FakePrediction:
        self.gate.wait(60)
        self.seen.append(len(hints))
        self.options.append(options)
        ab_hw2 = self._wished(self._ab(hints), options)
        if self.kind == "ab" and not options.get("flats"):
            return FakePrediction(ab_hw2)
        lab_hw3 = np.dstack([np.full(ab_hw2.shape[:2], 75, np.float32), ab_hw2])
        rgb_hw3 = np.rint(np.clip(lab_to_rgb(lab_hw3), 0, 1) * 255).astype(np.uint8)
        return FakePrediction(
            ab_hw2, rgb_hw3, (f"{len(hints)} hints – flats",) if options.get("flats") else ()
        )

    def colorize(self, hints: Any = (), **options: Any) -> FakeResult:
        return FakeResult(self.picture, self._wished(self._ab(hints), options))

    @cached_property
    def half(self) -> "FakeOpenPicture | None":
        """As good as the whole; it only notes that it was asked."""
        return replace(self, options=[], seen=[]) if self.kind == "ab" else None

    @property
    def as_drawing(self) -> "FakeOpenPicture":
        """A drawing of white paper."""
        white_hw = np.full_like(self.picture.lightness, 65535)
        return FakeOpenPicture(replace(self.picture, lightness=white_hw), self.colorizer, "rgb")

    def question(self, hints: Any = (), skipped: Any = (), *, k: int = 3, **told: Any) -> FakeQuestion | None:
        """Asks about the left, the middle and the right third, until each is hinted or skipped."""
        self.asked_with.append(told)
        h, w = 40, 60
        told = [hint for hint in hints if isinstance(hint, Region)]
        done_hw = rasterize(told, (self.picture.width, self.picture.height), (h, w))[1] if told else 0
        for other in skipped:
            done_hw = np.maximum(done_hw, np.asarray(Image.fromarray(other.region).resize((w, h))))
        for third in range(3):
            region = np.zeros((h, w), np.float32)
            region[4:-4, third * 20 + 2 : third * 20 + 18] = 1
            if (region * done_hw).sum() < 0.5 * region.sum():
                place = ((third * 20 + 10) * self.picture.width / w, self.picture.height / 2)
                return FakeQuestion(
                    region, self._colors(third * 20, k), place=place if self.kind == "rgb" else None
                )
        return None

    def palette(
        self, x: float, y: float, *, hints: Any = (), k: int = 9, **told: Any
    ) -> list[FakeSuggestion]:
        self.asked_with.append(told)
        return self._colors(x, k)

    def _colors(self, x: float, k: int) -> list[FakeSuggestion]:
        hues = np.linspace(0, 1, k, endpoint=False) + x / self.picture.width
        colors = [
            np.rint(127 + 90 * np.cos(2 * np.pi * (hue + np.arange(3) / 3))).astype(int) for hue in hues
        ]
        return [FakeSuggestion("#{:02x}{:02x}{:02x}".format(*c), 1 / (2 + i)) for i, c in enumerate(colors)]

    def _wished(self, ab_hw2: NDArray[np.float32], options: dict[str, Any]) -> NDArray[np.float32]:
        if "saturation" in options:
            ab_hw2 = ab_hw2 * np.float32(2 * options["saturation"])
        for reference in options.get("reference", ()):
            ab_hw2 = ab_hw2 + reference.ab_n2.mean(0)
        return ab_hw2

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
    spec: FakeSpec = field(default_factory=FakeSpec)
    kind: str = "ab"

    def open(self, source: bytes, *, max_pixels: int) -> FakeOpenPicture:
        self.opened.append(FakeOpenPicture(read(source, max_pixels=max_pixels), self, self.kind))
        return self.opened[-1]
