"""Building blocks compute the same however their parts are joined."""

import pytest

torch = pytest.importorskip("torch")

from huewise.networks.blocks import ConvNorm  # noqa: E402

pytestmark = pytest.mark.train


def seasoned(kernel: int, *, active: bool) -> ConvNorm:
    """One whose normalization has seen something."""
    torch.manual_seed(1)
    block = ConvNorm(3, 5, kernel, active=active)
    torch.nn.init.uniform_(block[1].weight, 0.5, 2.0)
    torch.nn.init.normal_(block[1].bias)
    for _ in range(20):
        block(torch.randn(4, 3, 8, 8) + 1.0)
    return block.eval()


@pytest.mark.parametrize("kernel", [1, 3])
@pytest.mark.parametrize("active", [True, False])
def test_kept_statistics_within_the_weights_change_nothing(kernel: int, active: bool) -> None:
    block, x = seasoned(kernel, active=active), torch.randn(2, 3, 6, 7)
    normed = block[1](block[0](x))
    assert torch.allclose(block(x), normed.relu() if active else normed, atol=1e-5)


def test_training_counts_new_statistics() -> None:
    block = ConvNorm(3, 5)
    before = block[1].running_mean.clone()
    block(torch.randn(4, 3, 8, 8) + 3.0)
    assert not torch.equal(block[1].running_mean, before)
