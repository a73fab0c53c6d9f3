"""The trained belief as one more graph of the photo model that it was trained on."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from huewise.models.spec import Feed, Output, Part, Spec
from huewise.networks.belief import AB_UNIT, BeliefNetwork, summarize
from huewise.training.export import Facts, exported, graph_of, parity_pictures, write_graph
from huewise.training.export_beside import photo_with

_INPUTS = ("l", "a16", "a8", "ab", "logits")


class _Believe(nn.Module):
    """When a question is asked or answered."""

    def __init__(self, network: BeliefNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        l: Tensor,  # noqa: E741 - the name of the graph's input
        a16: Tensor,
        a8: Tensor,
        ab: Tensor,
        logits: Tensor,
    ) -> tuple[Tensor, Tensor]:
        return self.network(summarize(l, a16, a8, ab, logits))  # type: ignore[no-any-return]


def export_belief(network: BeliefNetwork, out: Path, facts: Facts) -> Spec:
    """The photo model's own files and `belief.onnx` in `out`; the caller checks parity."""
    out.mkdir(parents=True, exist_ok=True)
    h, w = 256, 320
    inputs = {
        "l": torch.zeros(1, 1, h, w),
        "a16": torch.zeros(1, network.norm16.num_features, h // 16, w // 16),
        "a8": torch.zeros(1, network.norm8.num_features, h // 8, w // 8),
        "ab": torch.zeros(1, 2, h // 2, w // 2),
        "logits": torch.zeros(1, network.bins.in_channels, h // 4, w // 4),
    }
    write_graph(_Believe(network.eval().cpu().float()), inputs, ("factors", "own"), out / "belief.onnx")
    feeds = [Feed("l", [Part("l", offset=50.0, scale=50.0)])]
    feeds += [Feed(name, [Part("kept", name=name)]) for name in _INPUTS[1:]]
    outputs = [Output("factors", "factors", 8, AB_UNIT), Output("own", "own_deviation", 8, AB_UNIT)]
    return photo_with(graph_of(out / "belief.onnx", "belief", feeds, outputs), out, facts.name)


def measured_belief_difference(
    network: BeliefNetwork, folder: Path, pictures: Sequence[NDArray[Any]] = ()
) -> float:
    """Mean |difference| of factors and own deviations, ab units, between ONNX Runtime and torch on real pictures."""
    colorizer, believe = exported(folder), _Believe(network.eval())
    graph = next(graph for graph in colorizer.spec.graphs if graph.per == "belief")
    differences = []
    for rgb in pictures or parity_pictures():
        sources, _ = colorizer.open(rgb).unhinted()
        with torch.no_grad():
            truth = believe(**{name: torch.from_numpy(value) for name, value in sources.feeds(graph).items()})
        made = colorizer.run("belief", sources)
        pairs = zip(("factors", "own"), truth, strict=True)
        differences.append(max(np.abs(made[name] - AB_UNIT * value.numpy()).mean() for name, value in pairs))
    return float(np.mean(differences))
