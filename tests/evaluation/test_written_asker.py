"""The paper's own asker in the tables: found where it was trained, asked as it was trained."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch

from huewise.evaluation.written_asker import WrittenAsker
from huewise.networks.asker import Asker, AskerSize
from huewise.training.asking import build_asker
from huewise.training.recipe import load_recipe


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A folder of runs with a small asker in it that nobody trained."""
    folder = tmp_path_factory.mktemp("runs") / "asker"
    folder.mkdir()
    recipe = msgspec.structs.replace(load_recipe("asker"), size={"width": 4, "depth": 3, "colors": 2})
    (folder / "recipe.json").write_bytes(msgspec.json.encode(recipe))
    torch.manual_seed(0)
    torch.save({"average": build_asker(recipe).state_dict()}, folder / "run.pt")
    return [folder.parent]


def lab(height: int = 96, width: int = 130) -> np.ndarray:
    l_hw = np.linspace(10, 90, width, dtype=np.float32)[None].repeat(height, 0)
    return np.stack([l_hw, 0.3 * l_hw, 20 - 0.2 * l_hw], -1)


def test_there_is_none_where_none_was_trained(tmp_path: Path) -> None:
    assert WrittenAsker.found([tmp_path]) is None


def test_a_conversation_is_the_networks_own_on_half_the_picture(places: list[Path]) -> None:
    asker = WrittenAsker.found(places)
    assert asker is not None
    talk = asker.talk(lab(), 3)
    assert [one.shape for one in talk.ab_thw2] == [(48, 64, 2)] * 4
    assert [one.shape for one in talk.questions] == [(48, 64)] * 3
    assert all(one.min() >= 0 and one.max() <= 1 for one in talk.questions)
    network = asker._network
    assert isinstance(network, Asker) and network.size == AskerSize(4, 3, 2)
    flat = np.full((96, 128, 3), (50, 10, -20), np.float32)
    truth = torch.tensor([10.0, -20.0]).reshape(1, 2, 1, 1).expand(1, 2, 48, 64) / 110
    with torch.no_grad():
        wanted = network.talk(torch.zeros(1, 1, 48, 64), truth, 2).predictions
    for made, one in zip(asker.talk(flat, 2).ab_thw2, wanted, strict=True):
        np.testing.assert_allclose(made, one[0].numpy().transpose(1, 2, 0) * 110, atol=1e-3)


def test_noise_is_on_the_answers(places: list[Path]) -> None:
    asker = WrittenAsker.found(places)
    assert asker is not None
    plain = asker.talk(lab(), 2)
    noisy = asker.talk(lab(), 2, 3.3, np.random.default_rng(0))
    np.testing.assert_array_equal(plain.questions[0], noisy.questions[0])
    assert np.abs(plain.ab_thw2[1] - noisy.ab_thw2[1]).max() > 0
