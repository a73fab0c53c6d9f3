"""The photo network's losses, and which run they belong to."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from huewise.errors import ModelError, PictureError
from huewise.models import find
from huewise.networks.photo import N_GLOBAL, PhotoNetwork
from huewise.training.photo import (
    AB_SCALE,
    LEAST_ERROR,
    decibels,
    features_of,
    load_weights,
    smooth_l1,
    step_of,
    train_photo,
    trained_parameters,
)
from huewise.training.pictures import list_pictures
from huewise.training.recipe import Phase, Recipe
from huewise.training.runs import recipe_of
from tests.training.small import SMALL


def ab(*levels: float) -> torch.Tensor:
    """Pictures of one ab each, in ab units, as the network has them."""
    return torch.tensor(levels).view(-1, 1, 1, 1).expand(-1, 2, 4, 4) / AB_SCALE


def test_ten_times_the_squared_error_is_ten_decibels() -> None:
    far = float(decibels(ab(60.0), ab(0.0)) - decibels(ab(60.0 / 10**0.5), ab(0.0)))
    assert far == pytest.approx(10.0, abs=0.1)
    assert float(decibels(ab(0.0), ab(0.0))) == pytest.approx(20 * np.log10(LEAST_ERROR / AB_SCALE), abs=1e-3)


def test_each_picture_counts_alike_in_decibels_and_strong_colours_in_smooth_l1() -> None:
    one, other = decibels(ab(3.0), ab(0.0)), decibels(ab(50.0), ab(0.0))
    assert float(decibels(ab(3.0, 50.0), ab(0.0, 0.0))) == pytest.approx(float(one + other) / 2, abs=1e-4)
    shares = [float(smooth_l1(ab(level), ab(0.0), 0.2)) for level in (3.0, 50.0)]
    assert shares[1] > 150 * shares[0]


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


def noise() -> dict[str, torch.Tensor]:
    """A batch of two windows of 64 pixels in whole crops, half of each hinted."""
    torch.manual_seed(0)
    shapes = {"f4": (24, 16), "f8": (40, 32), "l": (1, 64), "ab": (2, 32)}
    batch = {name: torch.randn(2, n, side, side) / 3 for name, (n, side) in shapes.items()}
    batch["places"] = torch.tensor([[0.0, 0.0], [64.0, 192.0]])
    batch["mask"] = torch.zeros(2, 1, 32, 32)
    batch["mask"][..., :16] = 1.0
    return batch | {"hint": batch["ab"] * batch["mask"], "globals": torch.zeros(2, N_GLOBAL, 1, 1)}


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


def test_the_distribution_reaches_the_crown_only_where_the_recipe_lets_its_gradient_through() -> None:
    """zhang2017 3.4.2 lets none through; the colour's losses alone are not changed by it either way."""
    states = [
        trained(Recipe("photo", [], distribution=weight), Phase("crown", 1.0, crown=True))[1]
        for weight in (0.0, 1.0, 1.0)
    ]
    named = [changed(state, states[1]) for state in states]
    assert any(name.startswith("crown.") for name in named[0])
    assert any(name.startswith("decoder.bins.") for name in named[0])
    assert not any(name.startswith("decoder.") and ".bins." not in name for name in named[0])
    assert not named[2], "the same places are drawn again"


def test_no_other_phase_touches_the_crown() -> None:
    for phase in (Phase("hints", 1.0), Phase("automatic", 1.0, hints=False)):
        assert not any(name.startswith("crown.") for name in changed(*trained(Recipe("photo", []), phase)))


def test_a_window_sees_what_the_whole_crop_gives_at_its_place() -> None:
    network, batch = PhotoNetwork(SMALL), noise()
    f8, f16, f32 = features_of(network, batch)[1:]
    whole16, whole32 = network.crown(batch["f8"])
    torch.testing.assert_close(f8[1], batch["f8"][1, :, 8:16, 24:32])
    torch.testing.assert_close(f16[1], whole16[1, :, 4:8, 12:16])
    torch.testing.assert_close(f32[0], whole32[0, :, 0:2, 0:2])


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
