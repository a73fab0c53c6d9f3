"""What a phase of the photo network changes, and which run weights belong to."""

from dataclasses import asdict
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from huewise.errors import ModelError, PictureError
from huewise.models import find
from huewise.networks.photo import PhotoNetwork
from huewise.training.photo import (
    load_weights,
    train_photo,
    trained_parameters,
)
from huewise.training.photo_losses import step_of
from huewise.training.pictures import list_pictures
from huewise.training.recipe import Phase, Recipe
from huewise.training.runs import recipe_of
from tests.training.small import SMALL, noise


def test_the_kept_weights_are_of_todays_network() -> None:
    kept = Path(__file__).parents[2] / "checkpoints" / "photo" / "weights.safetensors"
    network = PhotoNetwork()
    load_weights(network, kept)
    named = load_file(kept).keys()
    assert named == network.state_dict().keys(), "nothing has to be brought up to date"


@pytest.mark.parametrize("name", ["photo", "lineart"])
def test_a_shipped_model_names_the_recipe_that_is_kept_with_its_weights(name: str) -> None:
    kept = Path(__file__).parents[2] / "checkpoints" / name
    assert find(name).spec.recipe == recipe_of(kept).digest()


def trained(
    recipe: Recipe, phase: Phase | None = None
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """A network's state before and after three steps of a phase, with hints unless another is given."""
    torch.manual_seed(0)
    network, phase = PhotoNetwork(SMALL), phase or Phase("hints", 1.0)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    optimizer = torch.optim.SGD(trained_parameters(network, phase, recipe), lr=1e-2)
    for _ in range(3):
        optimizer.zero_grad()
        step_of(network, phase, recipe)(noise())["loss"].backward()
        optimizer.step()
    return before, network.state_dict()


def changed(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> set[str]:
    return {name for name, value in after.items() if not torch.equal(value, before[name])}


def test_hints_can_be_learnt_without_touching_the_automatic_colour() -> None:
    names = changed(*trained(Recipe("photo", [], keep_automatic=True)))
    assert any(name.startswith("decoder.") for name in names)
    assert any(name.startswith("neck.affinity4.") for name in names)
    assert not any(name.startswith("neck.") and "affinity" not in name for name in names)


def test_kept_statistics_stay_as_they_are() -> None:
    counted, kept = (changed(*trained(Recipe("photo", [], keep_statistics=keep))) for keep in (False, True))
    assert any("running_mean" in name for name in counted)
    assert not any("running" in name or "tracked" in name for name in kept)
    assert any(name.startswith("neck.auto") for name in kept)


def test_the_crown_learns_with_the_automatic_colour_alone_and_keeps_its_statistics() -> None:
    names = changed(*trained(Recipe("photo", [], decibels=0.5), Phase("crown", 1.0, crown=True)))
    assert any(name.startswith("crown.") for name in names)
    assert any(name.startswith("neck.auto") for name in names)
    assert not any(name.startswith(("decoder.", "neck.affinity")) for name in names)
    assert not any(name.startswith("crown.") and "running" in name for name in names)


def test_no_other_phase_touches_the_crown() -> None:
    for phase in (Phase("hints", 1.0), Phase("automatic", 1.0, hints=False)):
        assert not any(name.startswith("crown.") for name in changed(*trained(Recipe("photo", []), phase)))


def test_a_phase_that_no_picture_is_sharp_enough_for_is_said_before_any_training(tmp_path: Path) -> None:
    Image.new("RGB", (300, 208)).save(tmp_path / "small.png")
    (source,) = list_pictures([tmp_path])
    phases = [Phase("hints", 30), Phase("sharp", 12, least_side=256)]
    with pytest.raises(PictureError, match="256 pixels, for the phase sharp"):
        train_photo(Recipe(model="photo", phases=phases, size=asdict(SMALL)), [source], tmp_path / "run")


@pytest.mark.parametrize("name", ["missing.safetensors", "broken.safetensors", "broken.pt", "other.pt"])
def test_weights_that_cannot_be_read_are_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "broken.safetensors").write_bytes(b"no weights")
    (tmp_path / "broken.pt").write_bytes(b"no weights")
    torch.save({"weights": 1}, tmp_path / "other.pt")
    with pytest.raises(ModelError, match=name):
        load_weights(PhotoNetwork(SMALL), tmp_path / name)
