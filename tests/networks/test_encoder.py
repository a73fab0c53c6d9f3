"""The encoder's upper part gives what its blocks give, however it computes them."""

import pytest

torch = pytest.importorskip("torch")

from huewise.networks.encoder import Crown, PhotoEncoder  # noqa: E402

pytestmark = pytest.mark.train


@pytest.mark.parametrize("size", [(32, 32), (20, 36), (12, 8)])
def test_the_crown_gives_what_its_blocks_give(size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    crown = Crown()
    x = torch.randn(2, 40, *size)
    with torch.no_grad():
        at16, at32 = crown(x)
        for block in crown.blocks:
            x = block(x)
            if x.shape[1] == 112:
                wanted16 = x
    assert torch.allclose(at16, wanted16, atol=1e-3)
    assert torch.allclose(at32, x, atol=1e-3)


def test_training_leaves_the_crowns_statistics_alone() -> None:
    crown = Crown(pretrained=False).train()
    before = crown.blocks[0]._bn1.running_mean.clone()
    crown(torch.randn(2, 40, 8, 8)).pop().sum().backward()
    assert torch.equal(crown.blocks[0]._bn1.running_mean, before)
    assert crown.blocks[0]._bn1.weight.grad.abs().sum() > 0  # what it multiplies with is learnt all the same


def test_encoder_and_crown_are_cut_where_they_meet() -> None:
    below = PhotoEncoder(pretrained=False).eval()
    maps = below(torch.zeros(1, 1, 64, 96))
    maps += Crown(pretrained=False)(maps[-1])
    assert [tuple(m.shape[1:]) for m in maps] == [(24, 16, 24), (40, 8, 12), (112, 4, 6), (320, 2, 3)]
