"""Shapes, the promised size, and what a hint may and may not change."""

import pytest

torch = pytest.importorskip("torch")

from huewise.networks.encoder import PhotoEncoder, lightness_to_input  # noqa: E402
from huewise.networks.photo import N_GLOBAL, N_GUIDE, Fuse, PhotoNetwork, hypercolumn  # noqa: E402

pytestmark = pytest.mark.train


def predict(network: PhotoNetwork, mask_at: "list[tuple[int, int]]") -> "torch.Tensor":
    torch.manual_seed(3)  # the encoder's random weights too
    l_b1hw = torch.rand(1, 1, 64, 96) * 2 - 1
    f4, f8 = PhotoEncoder(pretrained=False).eval()(l_b1hw)
    features = [f4, f8, *network.crown(f8)]
    hint, mask = torch.zeros(1, 2, 32, 48), torch.zeros(1, 1, 32, 48)
    for y, x in mask_at:
        hint[0, :, y, x], mask[0, 0, y, x] = torch.tensor([0.5, -0.3]), 1.0
    with torch.no_grad():
        return network.eval()(features, l_b1hw, hint, mask, torch.zeros(1, N_GLOBAL, 1, 1))[0]


def test_colours_come_at_half_size_for_any_aspect() -> None:
    made = predict(PhotoNetwork(), [(3, 4)])
    assert made.ab2.shape == (1, 2, 32, 48)


def test_encoder_and_network_stay_below_eight_million_parameters() -> None:
    n = sum(
        p.numel() for module in (PhotoEncoder(pretrained=False), PhotoNetwork()) for p in module.parameters()
    )
    assert n <= 8e6


def test_an_untrained_network_spreads_a_hint_and_leaves_the_automatic_colour_alone() -> None:
    torch.manual_seed(0)
    network = PhotoNetwork()
    without, hinted = predict(network, []), predict(network, [(16, 24)])
    assert torch.equal(without.auto2, hinted.auto2)
    moved = (hinted.base2 - without.base2).abs().sum(1)[0]
    assert moved[16, 24] > 0.1
    assert moved[16, 24] > moved[0, 0]


def test_the_gate_moves_towards_the_fill_and_the_correction_adds_a_and_b() -> None:
    torch.manual_seed(0)
    network = PhotoNetwork()
    made = predict(network, [(16, 24)])
    bias = network.decoder.gate_and_correction.bias
    with torch.no_grad():
        bias[0] = -100.0
    assert torch.allclose(predict(network, [(16, 24)]).ab2, made.base2, atol=1e-6), (
        "untrained, it corrects nothing"
    )
    with torch.no_grad():
        bias[1] = 0.25
    moved = predict(network, [(16, 24)]).ab2 - made.base2
    assert torch.allclose(moved[:, 0], torch.tensor(0.25)) and moved[:, 1].abs().max() < 1e-6
    assert (made.ab2 - made.base2).abs().max() > 0.01, "the gate lets the fill through"


def test_the_bins_gradient_stays_out_of_the_colour_branch() -> None:
    network = PhotoNetwork()
    l_b1hw = torch.rand(1, 1, 64, 64) * 2 - 1
    f4, f8 = PhotoEncoder(pretrained=False).eval()(l_b1hw)
    features = [f4, f8, *network.crown(f8)]
    hint, mask = torch.zeros(1, 2, 32, 32), torch.zeros(1, 1, 32, 32)
    _, levels = network(features, l_b1hw, hint, mask, torch.zeros(1, N_GLOBAL, 1, 1))
    logits = network.decoder.bins(hypercolumn(*levels))
    assert logits.shape == (1, 313, 16, 16)
    logits.square().mean().backward()
    assert network.decoder.fuse4[0][0].weight.grad is None
    assert network.decoder.bins.first.weight.grad is not None


def test_lightness_enters_as_the_srgb_gray_of_that_lightness() -> None:
    l_b1hw = torch.tensor([0.0, 50.0, 100.0]).view(1, 1, 1, 3) / 50 - 1
    gray = (lightness_to_input(l_b1hw) * 128 + 127).flatten()
    assert torch.allclose(gray, torch.tensor([0.0, 118.9, 255.0]), atol=0.2)  # sRGB 119 is L* 50


def test_the_context_computed_ahead_is_the_same_convolution() -> None:
    torch.manual_seed(0)
    fuse = Fuse(8, 16, 12)
    fuse.train()
    below, context, guide = torch.randn(4, 8, 6, 6), torch.randn(4, 16, 6, 6), torch.randn(4, N_GUIDE, 6, 6)
    joined = torch.cat([below, context, guide], 1)
    rest = torch.cat([below, guide], 1)
    for _ in range(3):  # the running statistics leave their start
        fuse(rest, fuse.ahead(context))
    plain = torch.nn.Sequential(fuse[0], fuse[1], torch.nn.ReLU())
    with torch.no_grad():
        for mode in (True, False):
            fuse.train(mode)
            plain.train(mode)
            assert torch.allclose(fuse(rest, fuse.ahead(context)), plain(joined), atol=1e-5)
