"""The paper's own network as a model for the shop, so that it stands beside ours in every table; see `export`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from huewise.models.spec import Feed, Output, Part, Spec
from huewise.networks.zhang2017 import N_BINS, PaperNetwork
from huewise.training.export import (
    Facts,
    exported,
    graph_of,
    parity_hints,
    parity_pictures,
    write_graph,
    write_spec,
)

_SIDE = 256


def export_paper(network: PaperNetwork, out: Path, facts: Facts) -> Spec:
    """Write `model.onnx` and `spec.json` into `out`. The caller checks parity."""
    out.mkdir(parents=True, exist_ok=True)
    network = network.eval().cpu().float()
    inputs = {
        "l": torch.zeros(1, 1, _SIDE, _SIDE + 64),
        "hint_ab": torch.zeros(1, 2, _SIDE, _SIDE + 64),
        "hint_mask": torch.zeros(1, 1, _SIDE, _SIDE + 64),
    }
    write_graph(network, inputs, ("ab", "logits"), out / "model.onnx")
    feeds = [
        Feed("l", [Part("l")]),
        Feed("hint_ab", [Part("hint_ab")]),
        Feed("hint_mask", [Part("hint_mask")]),
    ]
    outputs = [Output("ab", "ab", 2), Output("logits", "logits", 4)]
    spec = Spec(
        name=facts.name,
        kind="photo",
        description="The network of Zhang et al. 2017 as the paper writes it, narrow: for comparison.",
        licence="Apache-2.0",
        data=facts.data,
        recipe=facts.recipe,
        graphs=[graph_of(out / "model.onnx", "edit", feeds, outputs)],
        side=_SIDE,
        stride=8,
        bins=f"ab{N_BINS}",
        adhere=False,  # as written: nothing makes it copy a hint
    )
    write_spec(spec, out)
    return spec


def measured_paper_difference(
    network: PaperNetwork, folder: Path, pictures: Sequence[np.ndarray[Any, Any]] = ()
) -> float:
    """Mean |ab difference| between torch and the stored graph over real pictures, with two hints."""
    colorizer = exported(folder)
    differences = []
    for rgb in pictures or parity_pictures()[::4]:
        h, w = rgb.shape[:2]
        sources = colorizer.open(rgb).sources(parity_hints(w, h))
        feeds = sources.feeds(colorizer.spec.graphs[0])
        with torch.no_grad():
            truth = network(*(torch.from_numpy(feeds[name]) for name in ("l", "hint_ab", "hint_mask")))[0]
        differences.append(np.abs(colorizer.run("edit", sources)["ab"] - truth.numpy()).mean())
    return float(np.mean(differences))
