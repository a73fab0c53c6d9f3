"""The quick measure: its stages, its nested hints, and that hints count."""

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from huewise.networks.photo import PhotoNetwork
from huewise.training.features import SIDE, Cache
from huewise.training.validate import gains
from tests.training.small import SMALL

pytestmark = pytest.mark.train


def cache() -> Cache:
    """One crop: two colours, flat lightness, features of noise."""
    rng = np.random.default_rng(0)
    shapes = {"f4": (64, 64, 24), "f8": (32, 32, 40)}
    arrays = {name: rng.normal(0, 1, (1, *shape)).astype(np.float16) for name, shape in shapes.items()}
    ab = np.zeros((1, SIDE // 2, SIDE // 2, 2), np.int8)
    ab[:, :, : SIDE // 4], ab[:, :, SIDE // 4 :] = (40, 30), (-30, -20)
    return Cache(arrays | {"l": np.full((1, SIDE, SIDE), 150, np.uint8), "ab": ab}, 1)


@pytest.fixture(scope="module")
def made() -> dict[str, np.ndarray]:
    torch.manual_seed(0)
    return gains(PhotoNetwork(SMALL), cache(), n=1, counts=(0, 100))


def test_every_stage_has_a_gain_for_each_count(made: dict[str, np.ndarray]) -> None:
    assert set(made) == {"auto", "base", "final"}
    assert all(values.shape == (2, 1) and np.isfinite(values).all() for values in made.values())


def test_automatic_colour_knows_no_hints(made: dict[str, np.ndarray]) -> None:
    np.testing.assert_allclose(made["auto"], made["auto"][0, 0], atol=1e-3)


def test_spread_hints_bring_even_an_untrained_network_nearer(made: dict[str, np.ndarray]) -> None:
    assert made["base"][1, 0] > made["base"][0, 0] + 3
