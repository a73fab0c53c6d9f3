"""A model without weights: sessions that compute something simple, and the spec that describes them."""

import numpy as np
from numpy.typing import NDArray

from huewise.color import ab313
from huewise.engine import Colorizer
from huewise.models import Feed, Graph, Output, Part, Spec, SpreadRule

F32 = NDArray[np.float32]


class Encode:
    """Automatic colour: a = L / 10 everywhere; uniform affinities at a quarter of the size."""

    calls = 0

    def run(self, feeds: dict[str, F32]) -> dict[str, F32]:
        Encode.calls += 1
        half = feeds["l"][..., ::2, ::2]
        auto = np.concatenate([half / 11.0, np.zeros_like(half)], 1)
        grid = np.ones((1, 4, half.shape[2] // 2, half.shape[3] // 2), np.float32)
        grid[:, 2] = 1e-3
        return {"auto": auto, "grid": grid}


class Decode:
    """Automatic colour plus the spread residual; a histogram's mean and a saturation take its place, scale it."""

    def run(self, feeds: dict[str, F32]) -> dict[str, F32]:
        spread = feeds["spread_ab"].repeat(2, 2).repeat(2, 3)
        h, w = feeds["spread_ab"].shape[2:]
        logits = np.zeros((1, 313, h, w), np.float32)
        logits[:, 150] = 4.0
        histogram, known, saturation, saturation_known = np.split(feeds["globals"], (313, 314, 315), 1)
        mean_ab = (histogram[0, :, 0, 0] @ ab313().centers).reshape(1, 2, 1, 1) / 110.0
        ab = feeds["auto"] + spread + known * (mean_ab - feeds["auto"])
        ab = ab * (1 - saturation_known + saturation_known * saturation)
        return {"ab": ab.astype(np.float32), "logits": logits}


def spec() -> Spec:
    encode = Graph(
        "encode.onnx",
        "0" * 64,
        "picture",
        [Feed("l", [Part("l", scale=100.0)])],
        [Output("auto", "auto_ab", 2, 110.0), Output("grid", "affinities", 4)],
    )
    decode = Graph(
        "decode.onnx",
        "0" * 64,
        "edit",
        [
            Feed("auto", [Part("kept", name="auto")]),
            Feed("spread_ab", [Part("spread_ab", scale=110.0)]),
            Feed(
                "globals",
                [Part("histogram"), Part("histogram_known"), Part("saturation"), Part("saturation_known")],
            ),
        ],
        [Output("ab", "ab", 2, 110.0), Output("logits", "logits", 4)],
    )
    return Spec(
        name="fake",
        kind="photo",
        description="for tests",
        licence="CC0",
        data="none",
        graphs=[encode, decode],
        side=64,
        bins="ab313",
        global_hints=True,
        spread=SpreadRule("grid", "auto"),
    )


def colorizer() -> Colorizer:
    return Colorizer(spec(), {"encode.onnx": Encode(), "decode.onnx": Decode()})
