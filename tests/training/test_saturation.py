"""Learning what a saturation tells, and its graph in the photo model."""

from pathlib import Path

import numpy as np
import pytest
import torch

from huewise.color import saturation
from huewise.engine import Colorizer
from huewise.networks.saturation import SaturationNetwork
from huewise.training.export import Facts
from huewise.training.export_saturation import export_saturation, measured_saturation_difference
from huewise.training.saturation import _SHAPES, losses, seen
from huewise.training.seen import photo_graphs

pytestmark = pytest.mark.train


def pictures(b: int = 16) -> dict[str, torch.Tensor]:
    """All guessed alike; some are gray, some twice as strong, and their mean saturation says so."""
    strength = 2.0 * torch.randint(0, 2, (b, 1, 1, 1))
    ab = 15.0 * torch.randn(b, 2, 8, 8)
    return {"ab": ab, "true": strength * ab, "l": torch.full((b, 1, 8, 8), 60.0), "wanted": 0.25 * strength}


def test_how_strong_colours_are_is_learnt_from_the_saturation() -> None:
    torch.manual_seed(0)
    network = SaturationNetwork()
    optimizer = torch.optim.AdamW(network.parameters(), 1e-2)
    for _ in range(60):
        made = losses(network, pictures())
        optimizer.zero_grad()
        made["loss"].backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert losses(network, pictures(64))["gain"].item() > 5.0  # dB


def test_a_row_of_the_cache_is_some_pixels_and_the_true_saturation() -> None:
    rgb = np.random.default_rng(0).integers(0, 255, (256, 256, 3)).astype(np.uint8)
    row = seen(Colorizer.load("photo"), rgb)
    assert {name: np.shape(value) for name, value in row.items()} == _SHAPES | {"wanted": ()}
    assert row["wanted"] == pytest.approx(saturation(rgb).mean())


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
def test_the_photo_model_gets_one_more_graph_and_stays_what_it_was(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = SaturationNetwork()
    torch.nn.init.normal_(network.last.weight, std=0.1)
    spec = export_saturation(network, tmp_path, Facts("photo", "abc", "nothing"))
    assert [graph.per for graph in spec.graphs].count("saturation") == 1
    assert [graph.per for graph in spec.graphs].count("belief") == 1
    assert photo_graphs(spec) == photo_graphs()
    picture = np.random.default_rng(0).integers(0, 255, (256, 288, 3)).astype(np.uint8)
    assert measured_saturation_difference(network, tmp_path, [picture]) < 0.05
