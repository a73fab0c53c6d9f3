"""The distribution's head learns alone, from places of many crops."""

from collections.abc import Iterator
from functools import partial
from itertools import islice

import torch

from huewise.networks.photo import Bins, PhotoNetwork
from huewise.training.bins import PLACES, TURNS, bin_losses, column_batches
from huewise.training.photo import columns_of
from tests.training.small import SMALL, noise


def crops(n: int) -> Iterator[dict[str, torch.Tensor]]:
    """Batches of two crops; `l` is the number of the batch."""
    for i in range(n):
        yield {"l": torch.full((2, 1, 8, 8), float(i))}


def read(crop: dict[str, torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """A column that names its crop and its cell, a colour that does so, too."""
    cell = torch.arange(64.0).view(1, 1, 8, 8).expand(2, -1, -1, -1)
    column = torch.cat([crop["l"], cell], 1)
    return column, -column


def test_a_place_keeps_its_colour_and_is_mixed_with_those_of_other_crops() -> None:
    batches = list(column_batches(read, crops(5), 2, 0))
    assert len(batches) == 5 * TURNS
    last = batches[-1]
    assert last["column"].shape == (2 * PLACES, 2, 1, 1)
    assert torch.equal(last["column"], -last["ab"])
    assert set(last["column"][:, 0].flatten().tolist()) == {0.0, 1.0, 2.0, 3.0, 4.0}


def test_the_head_alone_learns_and_counts_what_it_reads() -> None:
    network = PhotoNetwork(SMALL)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    (batch,) = islice(column_batches(partial(columns_of, network), iter([noise()]), 2, 0), 1)
    bin_losses(network.decoder.bins, batch)["loss"].backward()
    moved = {name for name, value in network.named_parameters() if value.grad is not None}
    assert moved == {
        f"decoder.bins.{name}.{kind}" for name in ("first", "last") for kind in ("weight", "bias")
    }
    changed = {name for name, value in network.state_dict().items() if not torch.equal(value, before[name])}
    assert all(name.startswith("decoder.bins.norm.") for name in changed) and changed


def test_what_is_read_is_normalized_alike_in_training_and_in_use() -> None:
    torch.manual_seed(0)
    head, loud = Bins(6), torch.tensor([60.0, 1.0, 0.1, 5.0, 1.0, 1.0]).view(1, 6, 1, 1)
    column = 3.0 + loud * torch.randn(4, 6, 16, 16)
    head.train()
    for _ in range(200):
        learning = head(column)
    head.eval()
    torch.testing.assert_close(head(column), learning, rtol=0.01, atol=0.01)
