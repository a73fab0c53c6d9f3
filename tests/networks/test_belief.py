"""What the belief network sees of a picture, and that it takes pictures of any size."""

import pytest
import torch

from huewise.color import ab313
from huewise.networks.belief import RANK, BeliefNetwork, Summary, places, summarize
from huewise.networks.photo import PhotoSize

pytestmark = pytest.mark.train

H, W = 64, 96
SIZE = PhotoSize(decoder=(16, 12, 8, 8))


def seen(logits4: torch.Tensor | None = None) -> Summary:
    torch.manual_seed(0)
    l_b1hw = torch.rand(1, 1, H, W) * 2 - 1
    logits4 = torch.randn(1, 313, H // 4, W // 4) if logits4 is None else logits4
    ab2 = torch.full((1, 2, H // 2, W // 2), 0.1)
    return summarize(
        l_b1hw, torch.randn(1, 16, H // 16, W // 16), torch.randn(1, 12, H // 8, W // 8), ab2, logits4
    )


def test_a_summary_has_whole_distributions_and_the_colours_of_each_cell() -> None:
    made = seen()
    assert torch.allclose(made.root16.square().sum(1), torch.ones(1, H // 16, W // 16), atol=1e-5)
    assert torch.allclose(made.cells8[:, 2:4], torch.tensor(11.0 / 30.0))  # 0.1 of ab/110, in 30 ab units


def test_a_sure_distribution_has_no_deviation_and_one_over_two_colours_half_their_distance() -> None:
    logits = torch.full((1, 313, H // 4, W // 4), -50.0)
    logits[:, 100] = 0.0
    assert seen(logits).cells8[:, 4].max() < 0.01
    logits[:, 200] = 0.0
    centers = torch.tensor(ab313().centers)
    half = (centers[100] - centers[200]).norm() / 2.0 / 15.0
    assert torch.allclose(seen(logits).cells8[:, 4], half, rtol=1e-3)


def test_factors_of_both_channels_and_a_deviation_for_each_cell_of_an_eighth() -> None:
    factors, own = BeliefNetwork(SIZE, width=16).eval()(seen())
    assert factors.shape == (1, 2 * RANK, H // 8, W // 8)
    assert own.shape == (1, 1, H // 8, W // 8) and own.min() > 0


def test_places_run_from_edge_to_edge_whatever_the_size() -> None:
    down, across, off = places(torch.zeros(1, 1, 4, 6))[0]
    assert torch.allclose(down[:, 0], torch.tensor([-0.75, -0.25, 0.25, 0.75]))
    assert torch.allclose(across[0], -across[0].flip(0)) and across[0, -1] < 1
    assert torch.allclose(off, across.square())
