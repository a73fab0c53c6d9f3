"""Small drawings, and a model for drawings without weights: every pixel becomes one blue."""

from io import BytesIO
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from huewise.color import rgb512
from huewise.engine import Colorizer
from huewise.engine.open_drawing import OpenDrawing
from huewise.models import Feed, Graph, Output, Part, Spec
from huewise.models.methods import METHODS

F32 = NDArray[np.float32]
BLUE = np.array([60, 120, 200], np.uint8)
LEFT, RIGHT, OUTSIDE = (80, 110), (220, 110), (150, 15)
"""Places (x, y) in the two boxes, and outside of them."""


class Blue:
    """Gives one colour whatever it is fed, and remembers that."""

    def __init__(self) -> None:
        self.fed: list[dict[str, F32]] = []

    def run(self, feeds: dict[str, F32]) -> dict[str, F32]:
        self.fed.append(feeds)
        h, w = feeds["paper"].shape[2:]
        rgb = np.broadcast_to((BLUE / np.float32(255))[None, :, None, None], (1, 3, h, w))
        return {"rgb": rgb.astype(np.float32)}


def drawing_spec() -> Spec:
    feeds = [
        Feed("paper", [Part("paper")]),
        Feed("hint", [Part("hint_rgb")]),
        Feed("fill", [Part("fill_rgb")]),
    ]
    return Spec(
        name="lineart",
        kind="drawing",
        description="for tests",
        licence="CC0",
        data="none",
        graphs=[Graph("model.onnx", "0" * 64, "edit", feeds, [Output("rgb", "rgb", 1)])],
        side=96,
        longest=192,
        adhere=False,
    )


def colorizer(session: Any = None) -> Colorizer:
    return Colorizer(drawing_spec(), {"model.onnx": session or Blue()})


class Bins:
    """A distribution at 1/8: the left half is red or, less likely, white; the right half surely green."""

    def run(self, feeds: dict[str, F32]) -> dict[str, F32]:
        h, w = feeds["column"].shape[2:]
        logits = np.full((1, 512, h, w), -30.0, np.float32)
        red, white, green = rgb512().encode([[1.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 1.0, 0.0]])
        logits[:, red, :, : w // 2], logits[:, white, :, : w // 2] = 1.0, 0.0
        logits[:, green, :, w // 2 :] = 1.0
        return {"logits": logits}


class BlueColumn(Blue):
    """`Blue` that also keeps a column for `Bins`."""

    def run(self, feeds: dict[str, F32]) -> dict[str, F32]:
        h, w = feeds["paper"].shape[2:]
        return super().run(feeds) | {"column": np.zeros((1, 1, h // 8, w // 8), np.float32)}


def with_bins(edit: Any = None) -> Colorizer:
    """The model without weights, and a distribution."""
    plain = drawing_spec()
    first = msgspec.structs.replace(
        plain.graphs[0], outputs=[*plain.graphs[0].outputs, Output("column", "context", 8)]
    )
    bins = Graph(
        "bins.onnx",
        "0" * 64,
        "distribution",
        [Feed("column", [Part("kept", name="column")])],
        [Output("logits", "logits", 8)],
    )
    spec = msgspec.structs.replace(plain, graphs=[first, bins], bins="rgb512", temperature=0.5)
    return Colorizer(spec, {"model.onnx": edit or BlueColumn(), "bins.onnx": Bins()})


def by_hints_alone() -> Colorizer:
    return Colorizer(METHODS["flats"], {})


def opened(source: Any, model: Colorizer | None = None) -> OpenDrawing:
    made = (model or colorizer()).open(source)
    assert isinstance(made, OpenDrawing)
    return made


def two_boxes(width: int = 3, scale: int = 1) -> NDArray[np.uint8]:
    """(220, 300) times `scale`: black outlines on white."""
    image = Image.new("L", (300 * scale, 220 * scale), 255)
    draw = ImageDraw.Draw(image)
    for left in (20, 160):
        draw.rectangle([v * scale for v in (left, 40, left + 120, 180)], outline=0, width=width)
    return np.asarray(image)


def as_file(pixels: NDArray[Any], kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image = pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)
    image.save(out, kind, **options)
    return out.getvalue()
