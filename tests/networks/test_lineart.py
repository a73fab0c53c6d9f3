import pytest

torch = pytest.importorskip("torch")

from huewise.networks.lineart import (  # noqa: E402
    ClassificationUNet,
    LineartNetwork,
    LineartSize,
    RegressionUNet,
    Trunk,
    _means,
)

pytestmark = pytest.mark.train
SMALL = LineartSize((8, 8, 8, 16, 16), 1)


def test_the_papers_networks_give_colours_at_full_size_and_bins_at_a_quarter():
    paper = torch.rand(1, 1, 64, 96)
    assert RegressionUNet(2).eval()(paper).shape == (1, 3, 64, 96)
    assert ClassificationUNet(2).eval()(paper).shape == (1, 512, 16, 24)


class Stub(torch.nn.Module):
    """In place of a trunk: gives what it is told."""

    def __init__(self, *features):
        super().__init__()
        self.features = features

    def forward(self, paper):
        return self.features


@pytest.mark.parametrize("network", [RegressionUNet(2), ClassificationUNet(2)], ids=["regression", "bins"])
def test_features_pass_through_to_the_layer_of_their_size(network):
    """Figures 4 and 5: with the deepest features gone, the answer still depends on each that is passed."""
    network = network.eval()
    paper = torch.rand(1, 1, 64, 64)
    f2, f4, deep = torch.rand(1, 2, 32, 32), torch.rand(1, 4, 16, 16), torch.zeros(1, 16, 8, 8)
    network.trunk = Stub(f2, f4, deep)
    plain = network(paper)
    network.trunk = Stub(f2, f4.flip(-1), deep)
    assert not torch.equal(network(paper), plain)
    if isinstance(network, RegressionUNet):
        network.trunk = Stub(f2.flip(-1), f4, deep)
        assert not torch.equal(network(paper), plain)
        network.trunk = Stub(f2, f4, deep)
        assert not torch.equal(network(paper.flip(-1)), plain), "and on the drawing itself"


def test_the_trunk_is_that_of_zhang2016():
    """An eightfold reduction; conv5 and conv6 are dilated by two, the rest is not."""
    trunk = Trunk(64).eval()
    dilations = [m.dilation[0] for m in trunk.deep.modules() if isinstance(m, torch.nn.Conv2d)]
    assert dilations == [1] * 3 + [2] * 6 + [1] * 3
    assert [tuple(f.shape[1:]) for f in trunk(torch.rand(1, 1, 64, 64))] == [
        (64, 32, 32),
        (128, 16, 16),
        (512, 8, 8),
    ]


def test_figure_8_has_48_filters():
    assert RegressionUNet(64).last.weight.shape == (3, 16, 3, 3)


def test_the_products_network_keeps_to_eight_million_parameters():
    assert sum(p.numel() for p in LineartNetwork().parameters()) <= 8_000_000


def test_the_product_gives_colours_at_full_size_for_any_multiple_of_32():
    network = LineartNetwork(SMALL).eval()
    color, column = network(torch.rand(2, 1, 64, 96), torch.rand(2, 4, 64, 96), torch.rand(2, 4, 64, 96))
    assert color.shape == (2, 3, 64, 96)
    assert network.logits(column).shape == (2, 512, 8, 12)


def test_learning_the_bins_does_not_move_the_colours():
    network = LineartNetwork(SMALL)
    _, column = network(torch.rand(1, 1, 64, 64), torch.rand(1, 4, 64, 64), torch.rand(1, 4, 64, 64))
    network.logits(column).sum().backward()
    assert {name.partition(".")[0] for name, p in network.named_parameters() if p.grad is not None} == {
        "bins"
    }


def test_where_nothing_is_filled_the_fills_colour_has_no_say():
    network = LineartNetwork(SMALL).eval()
    paper, hint = torch.rand(1, 1, 64, 64), torch.zeros(1, 4, 64, 64)
    torch.nn.init.constant_(network.last.bias, 0.0)
    torch.nn.init.zeros_(network.last.weight)
    fill = torch.zeros(1, 4, 64, 64)
    fill[..., :32] = torch.tensor([0.0, 0.0, 1.0, 1.0])[None, :, None, None]
    made, _ = network(paper, hint, fill)
    assert (made[..., 40:] == 0.8).all()
    assert (made[:, 2, :, :24] > 0.9).all() and (made[:, 0, :, :24] < 0.2).all()


def test_cells_hold_the_mean_of_what_is_hinted_and_white_where_nothing_is():
    hint = torch.zeros(1, 8, 4, 4)
    hint[0, :4, 0, 0] = torch.tensor([0.2, 0.4, 0.6, 1.0])
    cells = _means(hint, 2)
    assert torch.allclose(cells[0, :4, 0, 0], torch.tensor([0.2, 0.4, 0.6, 0.25**0.25]), atol=1e-3)
    assert torch.allclose(cells[0, :4, 1, 1], torch.tensor([1.0, 1.0, 1.0, 0.0]))
