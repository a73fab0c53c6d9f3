"""The product's network for drawings as one graph: drawing and hints in RGB in, colours at network size out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from huewise.color import mean_color, rgb512, rgb_to_lab
from huewise.models.spec import Feed, Output, Part, Spec
from huewise.networks.lineart import N_BINS, PRODUCT_BINS_AT, PRODUCT_STRIDE, LineartNetwork
from huewise.training.export import (
    Facts,
    exported,
    graph_of,
    parity_hints,
    parity_pictures,
    write_graph,
    write_spec,
)

U8 = NDArray[np.uint8]

SIDE, LONGEST = 384, 768  # drawings of about this size are what it learns from
WHITE_FROM, WHITE_AT = 0.90, 0.96  # of the least channel: from here on a colour turns to the white of paper

CHROMA = 2.25  # chosen on held-out drawings, as are the next two: docs/decisions/0006-drawings.md
_LUMA = (0.299, 0.587, 0.114)  # BT.601
TEMPERATURE, BLEND = 0.6, 0.5  # of the colours drawn for the areas, and their share in the default


class _Colors(nn.Module):
    """The network's colours within 0..1; what is nearly white is paper, and becomes it.

    Colours that no hint's flood tells are means of what they might be: `CHROMA` times as far from gray they are nearer
    to the truth (docs/papers/inoue2017.md).
    """

    def __init__(self, network: LineartNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, paper: Tensor, hint: Tensor, fill: Tensor) -> tuple[Tensor, Tensor]:
        color, column = self.network(paper, hint, fill)
        rgb = color.clamp(0.0, 1.0)
        least = rgb.amin(1, keepdim=True)
        turn = ((least - WHITE_FROM) / (WHITE_AT - WHITE_FROM)).clamp(0.0, 1.0)
        gray = (rgb * rgb.new_tensor(_LUMA).view(1, 3, 1, 1)).sum(1, keepdim=True)
        vivid = (gray + (rgb - gray) * (1.0 + (CHROMA - 1.0) * (1.0 - fill[:, 3:]))).clamp(0.0, 1.0)
        return vivid + (1.0 - vivid) * turn, column


class _Bins(nn.Module):
    """The distribution, where it is asked for."""

    def __init__(self, network: LineartNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, column: Tensor) -> Tensor:
        return self.network.logits(column)


def export_lineart(
    network: LineartNetwork, out: Path, facts: Facts, *, side: int = SIDE, longest: int = LONGEST
) -> Spec:
    """Write `model.onnx`, `bins.onnx` and `spec.json` into `out`. The caller checks parity."""
    out.mkdir(parents=True, exist_ok=True)
    network = network.eval().cpu().float()
    h, w = side, side + 64
    inputs = {
        "paper": torch.ones(1, 1, h, w),
        "hint": torch.zeros(1, 4, h, w),
        "fill": torch.zeros(1, 4, h, w),
    }
    colors = _Colors(network)
    column = {"column": colors(*inputs.values())[1]}
    write_graph(colors, inputs, ("rgb", "column"), out / "model.onnx")
    write_graph(_Bins(network), column, ("logits",), out / "bins.onnx")
    feeds = [
        Feed("paper", [Part("paper")]),
        Feed("hint", [Part("hint_rgb")]),
        Feed("fill", [Part("fill_rgb")]),
    ]
    spec = Spec(
        name=facts.name,
        kind="drawing",
        description="Line drawings: automatic, hints of any colour, flats; lines stay as they are.",
        licence="Apache-2.0",
        data=facts.data,
        recipe=facts.recipe,
        side=side,
        longest=longest,
        stride=PRODUCT_STRIDE,
        adhere=False,
        bins=f"rgb{N_BINS}",
        temperature=TEMPERATURE,
        blend=BLEND,
        graphs=[
            graph_of(
                out / "model.onnx",
                "edit",
                feeds,
                [Output("rgb", "rgb", 1), Output("column", "context", PRODUCT_BINS_AT)],
            ),
            graph_of(
                out / "bins.onnx",
                "distribution",
                [Feed("column", [Part("kept", name="column")])],
                [Output("logits", "logits", PRODUCT_BINS_AT)],
            ),
        ],
    )
    write_spec(spec, out)
    return spec


def measured_rgb_difference(network: LineartNetwork, folder: Path, pictures: Sequence[U8] = ()) -> float:
    """Mean |ab difference| of the colours, and of the distributions' means, for drawings of real pictures.

    With and without hints. Both sides get the same inputs: the left is torch in float32, the right the stored graph.
    """
    from huewise.engine.open_drawing import OpenDrawing
    from huewise.imaging.lineart import line_drawing

    colorizer = exported(folder)
    graph = colorizer.spec.graphs[0]
    truth = _Colors(network.eval())
    differences, bins = list[Any](), rgb512()
    for rgb in pictures or parity_pictures():
        opened = OpenDrawing(colorizer, line_drawing(rgb))
        h, w = rgb.shape[:2]
        for hints in ([], parity_hints(w, h)):
            sources = opened.sources(hints)
            feeds = sources.feeds(graph)
            with torch.no_grad():
                wanted, column = truth(*(torch.from_numpy(feeds[name]) for name in ("paper", "hint", "fill")))
                logits = network.logits(column)
            made = colorizer.run("edit", sources)["rgb"]
            p_hwq = _channels_last(torch.softmax(logits, 1).numpy())
            pairs = (
                (_channels_last(made), _channels_last(wanted.numpy())),
                (mean_color(opened.distribution(sources), bins), mean_color(p_hwq, bins)),
            )
            differences += [np.abs(rgb_to_lab(a)[..., 1:] - rgb_to_lab(b)[..., 1:]).mean() for a, b in pairs]
    return float(np.mean(differences))


def _channels_last(array_1chw: NDArray[Any]) -> NDArray[np.float32]:
    return np.ascontiguousarray(array_1chw[0].transpose(1, 2, 0))
