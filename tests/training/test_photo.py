"""The photo network's losses, and which run they belong to."""

from pathlib import Path

import numpy as np
import pytest
import torch

from huewise.models import find
from huewise.training.photo import AB_SCALE, LEAST_ERROR, decibels, smooth_l1
from huewise.training.runs import recipe_of


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


@pytest.mark.parametrize("name", ["photo", "lineart"])
def test_a_shipped_model_names_the_recipe_that_is_kept_with_its_weights(name: str) -> None:
    kept = Path(__file__).parents[2] / "checkpoints" / name
    assert find(name).spec.recipe == recipe_of(kept).digest()
