"""The photo network's losses."""

import numpy as np
import pytest
import torch

from huewise.networks.photo import AB_SCALE, PhotoNetwork
from huewise.training.photo_losses import LEAST_ERROR, decibels, features_of, smooth_l1
from tests.training.small import SMALL, noise


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


def test_a_window_sees_what_the_whole_crop_gives_at_its_place() -> None:
    network, batch = PhotoNetwork(SMALL), noise()
    f8, f16, f32 = features_of(network, batch)[1:]
    whole16, whole32 = network.crown(batch["f8"])
    torch.testing.assert_close(f8[1], batch["f8"][1, :, 8:16, 24:32])
    torch.testing.assert_close(f16[1], whole16[1, :, 4:8, 12:16])
    torch.testing.assert_close(f32[0], whole32[0, :, 0:2, 0:2])
