"""The trained network for saturations as one more graph of the shop's photo model."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from huewise.engine.sources import GlobalValues
from huewise.models.spec import Feed, Output, Part, Spec
from huewise.networks.photo import AB_SCALE
from huewise.networks.saturation import SaturationNetwork
from huewise.training.export import Facts, exported, graph_of, parity_pictures, write_graph
from huewise.training.export_beside import photo_with

_INPUTS = ("ab", "l", "wanted")
WISHES = (0.05, 0.3, 0.7)  # at which graph and network are compared


class _Saturate(nn.Module):
    def __init__(self, network: SaturationNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, ab: Tensor, l: Tensor, wanted: Tensor) -> Tensor:  # noqa: E741 - the name of the graph's input
        return self.network(ab, l, wanted)  # type: ignore[no-any-return]


def export_saturation(network: SaturationNetwork, out: Path, facts: Facts) -> Spec:
    """The photo model's own files and `saturation.onnx` in `out`; the caller checks parity."""
    h, w = 256, 320
    shapes = ((1, 2, h, w), (1, 1, h, w), (1, 1, 1, 1))
    inputs = {name: torch.zeros(shape) for name, shape in zip(_INPUTS, shapes, strict=True)}
    feeds = [
        Feed("ab", [Part("answer_ab", scale=AB_SCALE)]),
        Feed("l", [Part("l", offset=50.0, scale=50.0)]),
        Feed("wanted", [Part("saturation")]),
    ]
    out.mkdir(parents=True, exist_ok=True)
    path = out / "saturation.onnx"
    write_graph(_Saturate(network.eval().cpu().float()), inputs, ("saturated",), path)
    graph = graph_of(path, "saturation", feeds, [Output("saturated", "saturated_ab", 1, AB_SCALE)])
    return photo_with(graph, out, facts.name)


def measured_saturation_difference(
    network: SaturationNetwork, folder: Path, pictures: Sequence[NDArray[Any]] = ()
) -> float:
    """Mean |ab difference| between ONNX Runtime and torch on real pictures' automatic colours."""
    colorizer, saturate = exported(folder), _Saturate(network.eval())
    graph = next(graph for graph in colorizer.spec.graphs if graph.per == "saturation")
    differences = []
    for rgb in pictures or parity_pictures():
        opened = colorizer.open(rgb)
        sources = replace(opened.sources(), answer_hw2=opened.predict().ab_hw2)
        for wanted in WISHES:
            sources = replace(sources, globals=GlobalValues(saturation=wanted))
            with torch.no_grad():
                feeds = {name: torch.from_numpy(value) for name, value in sources.feeds(graph).items()}
                truth = AB_SCALE * saturate(**feeds).numpy()
            made = colorizer.run("saturation", sources)["saturated"]
            differences.append(np.abs(made - truth).mean())
    return float(np.mean(differences))
