"""Learning what a saturation tells, and its graph in the photo model."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from huewise.color import saturation
from huewise.engine import Colorizer
from huewise.errors import OutputError, UsageError
from huewise.models import find
from huewise.networks.saturation import SaturationNetwork
from huewise.training.export import Facts, exported
from huewise.training.export_saturation import export_saturation, measured_saturation_difference
from huewise.training.runs import export_model
from huewise.training.saturation import _SHAPES, losses, seen
from huewise.training.seen import keep_photo, photo_graphs

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


CHECKPOINT = Path(__file__).parents[2] / "checkpoints" / "saturation"


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
def test_the_kept_weights_become_the_shops_photo_model(tmp_path: Path) -> None:
    photo = find("photo")
    assert photo.folder is not None
    out = export_model(CHECKPOINT / "weights.safetensors", tmp_path / "photo")
    picture = np.random.default_rng(0).integers(0, 255, (256, 288, 3)).astype(np.uint8)
    made, there = (
        one.open(picture).predict(saturation=0.3) for one in (exported(out), Colorizer.load("photo"))
    )
    assert np.abs(made.ab_hw2 - there.ab_hw2).max() < 0.05
    assert photo_graphs(exported(out).spec) == photo_graphs()
    assert (out / "card.md").read_text() == photo.card
    assert (out / "weights-saturation" / "weights.safetensors").exists()


def test_what_else_is_beside_a_photo_model_is_not_replaced(tmp_path: Path) -> None:
    spec = find("photo").spec
    others = [
        msgspec.structs.replace(graph, sha256="0" * 64) if graph.per == "belief" else graph
        for graph in spec.graphs
    ]
    (tmp_path / "spec.json").write_bytes(msgspec.json.encode(msgspec.structs.replace(spec, graphs=others)))
    with pytest.raises(OutputError, match="another photo model than the shop"):
        export_model(CHECKPOINT / "weights.safetensors", tmp_path, overwrite=True)


def test_a_run_about_another_photo_model_does_not_go_on(tmp_path: Path) -> None:
    keep_photo(tmp_path)
    keep_photo(tmp_path)
    (tmp_path / "photo.json").write_text("[]")
    with pytest.raises(UsageError, match="another photo model"):
        keep_photo(tmp_path)
