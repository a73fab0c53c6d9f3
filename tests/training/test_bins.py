"""The distribution's head learns alone, from places of many crops."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from huewise.networks.photo import Bins
from huewise.training import bins, photo
from huewise.training.bins import PLACES, TURNS, column_batches
from huewise.training.features import Cache
from huewise.training.pictures import Source
from huewise.training.recipe import Phase, Recipe
from tests.training.small import SMALL


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
    batches = list(column_batches(read, crops(20), 2, 0))
    assert len(batches) == 20 * TURNS, "each crop comes TURNS times"
    last = batches[-1]
    assert last["column"].shape == (2 * PLACES, 2, 1, 1)
    assert torch.equal(last["column"], -last["ab"])
    assert len(set(last["column"][:, 0].flatten().tolist())) > 15
    first = set(batches[0]["column"][:, 0].flatten().tolist())
    assert len(first) == TURNS, "no step is of few crops alone"


def test_a_batch_may_be_of_more_crops_than_come_at_once() -> None:
    batches = list(column_batches(read, crops(60), 3, 0))
    assert len(batches) == 60 * 2 * TURNS // 3


def test_the_oldest_crops_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bins, "_MOST", 20)
    *_, last = column_batches(read, crops(30), 2, 0)
    assert last["column"][:, 0].min() == 20.0


def crop_cache(n: int = 2) -> Cache:
    """Crops of noise, as `features` keeps them."""
    rng, sides = np.random.default_rng(0), {"f4": (64, 24), "f8": (32, 40)}
    arrays = {name: rng.normal(size=(n, side, side, c)) for name, (side, c) in sides.items()}
    arrays["l"] = rng.integers(0, 256, (n, 256, 256))
    arrays["ab"] = rng.integers(-40, 40, (n, 128, 128, 2))
    arrays["saturation"] = rng.integers(0, 256, (n, 32, 32))
    return Cache(arrays, n)


def test_a_run_trains_the_head_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo, "phase_caches", lambda *_: [crop_cache()])
    phase = Phase("bins", 1.0, batch=1, window=64, bins=True, globals=True, until_step=2)
    recipe = Recipe("photo", [phase], crops=1, size=asdict(SMALL))
    start = tmp_path / "start.safetensors"
    save_file(photo.build(recipe).state_dict(), start)
    made = photo.train_photo(recipe, [Source("a", tmp_path, -1, 0)], tmp_path / "run", start)
    before = load_file(start)
    changed = {name for name, value in made.state_dict().items() if not torch.equal(value, before[name])}
    assert all(name.startswith("decoder.bins.") for name in changed)
    assert changed >= {
        "decoder.bins.first.weight",
        "decoder.bins.last.weight",
        "decoder.bins.norm.running_var",
    }


def test_what_is_read_is_normalized_alike_in_training_and_in_use() -> None:
    torch.manual_seed(0)
    head, loud = Bins(6), torch.tensor([60.0, 1.0, 0.1, 5.0, 1.0, 1.0]).view(1, 6, 1, 1)
    column = 3.0 + loud * torch.randn(4, 6, 16, 16)
    head.train()
    for _ in range(200):
        learning = head(column)
    head.eval()
    torch.testing.assert_close(head(column), learning, rtol=0.01, atol=0.01)
