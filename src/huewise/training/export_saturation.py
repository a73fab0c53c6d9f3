"""The trained network for saturations as one more graph of the shop's photo model."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from huewise.engine.sources import GlobalValues
from huewise.models.spec import Feed, Output, Part, Spec
from huewise.networks.photo import AB_SCALE
from huewise.networks.saturation import SaturationNetwork
from huewise.training.export import Facts, exported, graph_of, parity_pictures, write_graph
from huewise.training.export_beside import photo_with

_INPUTS = ("ab", "l", "wanted")
WISHES = (0.05, 0.3, 0.7)  # at which graph and network are compared


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
    write_graph(network.eval().cpu().float(), inputs, ("saturated",), path)
    graph = graph_of(path, "saturation", feeds, [Output("saturated", "saturated_ab", 1, AB_SCALE)])
    return photo_with(graph, out, facts.name)


def measured_saturation_difference(
    network: SaturationNetwork, folder: Path, pictures: Sequence[NDArray[Any]] = ()
) -> float:
    """Mean |ab difference| between ONNX Runtime and torch on real pictures' automatic colours."""
    colorizer = exported(folder)
    graph = next(graph for graph in colorizer.spec.graphs if graph.per == "saturation")
    differences = []
    for rgb in pictures or parity_pictures():
        opened = colorizer.open(rgb)
        sources = replace(opened.sources(), answer_hw2=opened.predict().ab_hw2)
        for wanted in WISHES:
            sources = replace(sources, globals=GlobalValues(saturation=wanted))
            with torch.no_grad():
                truth = (
                    AB_SCALE * network.eval()(*map(torch.from_numpy, sources.feeds(graph).values())).numpy()
                )
            made = colorizer.run("saturation", sources)["saturated"]
            differences.append(np.abs(made - truth).mean())
    return float(np.mean(differences))
