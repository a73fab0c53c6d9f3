"""A colorizer without weights: every picture becomes orange, hints are remembered."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from huewise import imaging
from huewise.engine import Result, Suggestion
from huewise.hints import rasterize
from huewise.imaging import Picture
from huewise.limits import DEFAULT_MAX_PIXELS

AB = (30.0, 60.0)


@dataclass
class FakeOpenPicture:
    picture: Picture
    owner: "FakeColorizer"
    kind: str = "rgb"  # nothing is said of drawings

    def colorize(self, hints: Any = (), **wishes: Any) -> Result:
        ab_hw2, mask_hw = rasterize(hints, (self.picture.width, self.picture.height), (8, 8))
        self.owner.hints.append(list(hints))
        self.owner.wishes.append(wishes)
        ab_hw2[mask_hw == 0] = AB
        return Result(self.picture, ab_hw2.astype(np.float32))

    def palette(self, x: float, y: float, *, hints: Any = (), k: int = 9, **wishes: Any) -> list[Suggestion]:
        self.owner.hints.append(list(hints))
        self.owner.wishes.append(wishes)
        return [Suggestion("#ff8000", 0.75, (60, 30, 60)), Suggestion("#00ff00", 0.125, (80, -80, 80))][:k]


@dataclass
class FakeColorizer:
    name: str = "auto"
    hints: list[list[Any]] = field(default_factory=list)
    wishes: list[dict[str, Any]] = field(default_factory=list)
    opened: list[Any] = field(default_factory=list)

    def open(self, source: Any, *, max_pixels: int = DEFAULT_MAX_PIXELS) -> FakeOpenPicture:
        if isinstance(source, Path) and source.name.startswith("interrupt"):
            raise KeyboardInterrupt
        if isinstance(source, Path) and source.name.startswith("crash"):
            raise ZeroDivisionError("a bug")
        self.opened.append(source)
        return FakeOpenPicture(imaging.read(source, max_pixels=max_pixels), self)
