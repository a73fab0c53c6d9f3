"""The paper's own network: sizes of what it gives, and which loss reaches which part (zhang2017 3.4.2)."""

import torch

from huewise.networks.zhang2017 import N_BINS, PaperNetwork, PaperSize


def _inputs(h: int, w: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    return torch.rand(2, 1, h, w) * 100, torch.zeros(2, 2, h, w), torch.zeros(2, 1, h, w)


def test_colours_come_at_half_size_and_bins_at_a_quarter() -> None:
    ab, logits = PaperNetwork(PaperSize(2, 8))(*_inputs(64, 96))
    assert ab.shape == (2, 2, 32, 48) and logits.shape == (2, N_BINS, 16, 24)
    assert ab.abs().max() <= 110.0


def test_the_classifiers_gradient_stays_out_of_the_main_branch() -> None:
    network = PaperNetwork(PaperSize(2, 8))
    _, logits = network(*_inputs(32, 32))
    logits.square().sum().backward()
    assert all(parameter.grad is None for parameter in network.body.parameters())
    assert all(parameter.grad is not None for parameter in network.classifier.parameters())


def test_a_gray_hint_differs_from_none() -> None:
    network = PaperNetwork(PaperSize(4, 8)).eval()
    l_b1hw, ab, mask = _inputs(32, 32)
    with torch.no_grad():
        without = network(l_b1hw, ab, mask)[0]
        mask[:, :, 8:16, 8:16] = 1.0
        assert (network(l_b1hw, ab, mask)[0] - without).abs().max() > 1e-4
