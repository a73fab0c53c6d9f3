"""What a wanted saturation makes of colours: nothing before it is learnt, then each cell's own way."""

import pytest
import torch

from huewise.networks.saturation import SaturationNetwork, cells, statistics

pytestmark = pytest.mark.train

H, W = 6, 9


def colours() -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    return 0.2 * torch.randn(1, 2, H, W), torch.rand(1, 1, H, W) * 2 - 1


def learnt() -> SaturationNetwork:
    network = SaturationNetwork()
    for parameter in network.parameters():
        torch.nn.init.normal_(parameter, std=0.1)
    return network


def test_before_it_is_learnt_colours_stay() -> None:
    ab, lightness = colours()
    assert torch.allclose(SaturationNetwork()(ab, lightness, torch.full((1, 1, 1, 1), 0.5)), ab)


def test_a_cell_goes_the_same_way_wherever_it_lies_and_however_large_the_picture_is() -> None:
    ab, lightness = colours()
    network, wanted = learnt(), torch.full((1, 1, 1, 1), 0.5)
    made = network(ab, lightness, wanted)
    assert not torch.allclose(made, ab, atol=1e-3)
    mirrored = network(ab.flip(3), lightness.flip(3), wanted)
    assert torch.allclose(mirrored.flip(3), made, atol=1e-5)
    twice = network(ab.repeat(1, 1, 2, 1), lightness.repeat(1, 1, 2, 1), wanted)
    assert torch.allclose(twice[:, :, :H], made, atol=1e-5)


def test_statistics_are_means_and_deviations_of_what_is_seen() -> None:
    seen = cells(*colours())
    made = statistics(seen)
    assert torch.allclose(
        made[0, :, 0, 0], torch.cat([seen[0].mean((1, 2)), seen[0].std((1, 2), correction=0)])
    )


def test_who_wants_what_no_picture_has_gets_what_is_learnt() -> None:
    network = learnt()
    made = [network(*colours(), torch.full((1, 1, 1, 1), wanted)) for wanted in (0.0, 0.1, 0.8, 1.0)]
    assert torch.equal(made[0], made[1]) and torch.equal(made[2], made[3])
    assert not torch.equal(made[1], made[2])
