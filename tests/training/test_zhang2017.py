"""Training the paper's own network: what it is fed, and that a step lowers both losses."""

from pathlib import Path

import numpy as np
import pytest
import torch

from huewise.networks.zhang2017 import PaperNetwork, PaperSize
from huewise.training.export import Facts
from huewise.training.export_zhang2017 import export_paper, measured_paper_difference
from huewise.training.features import SIDE, Cache
from huewise.training.recipe import Phase, Recipe, load_recipe
from huewise.training.zhang2017 import losses, pictures


def _cache(n: int = 4) -> Cache:
    rng = np.random.default_rng(0)
    ab = np.zeros((n, SIDE // 2, SIDE // 2, 2), np.int8)
    ab[:, : SIDE // 4] = (30, -20)
    return Cache(
        {
            "l": rng.integers(0, 255, (n, SIDE, SIDE)).astype(np.uint8),
            "ab": ab,
            "saturation": np.zeros((n, SIDE // 8, SIDE // 8), np.uint8),
            "f4": np.zeros((n, SIDE // 4, SIDE // 4, 24), np.float16),
        },
        n,
    )


def test_hints_are_the_truth_doubled_in_size_and_the_mask_is_whole() -> None:
    recipe = Recipe("zhang2017", [], mix={"none": 0.0, "full": 1.0})
    batch = next(pictures([_cache()], Phase("all", 1, batch=2, window=64), recipe, 0))
    assert batch["l"].shape == (2, 1, 64, 64) and batch["hint"].shape == (2, 2, 64, 64)
    assert set(batch["mask"].unique().tolist()) == {1.0}
    assert torch.equal(batch["hint"][:, :, ::2, ::2], batch["ab"])


def test_steps_lower_both_losses() -> None:
    torch.manual_seed(0)
    recipe = Recipe("zhang2017", [], beta=1 / 110)
    network = PaperNetwork(PaperSize(4, 16))
    optimizer = torch.optim.Adam(network.parameters(), 3e-3)
    data = pictures([_cache()], Phase("all", 1, batch=4, window=32), recipe, 0)
    seen = []
    for _ in range(25):
        made = losses(network, next(data), recipe.beta)
        optimizer.zero_grad()
        made["loss"].backward()
        optimizer.step()
        seen.append((made["color"].item(), made["bins"].item()))
    first, last = np.mean(seen[:5], 0), np.mean(seen[-5:], 0)
    assert (last < 0.9 * first).all()


def test_the_recipe_is_the_papers() -> None:
    recipe = load_recipe("zhang2017")
    assert recipe.mix["dense"] == 0 and abs(recipe.beta * 110 - 1) < 1e-3


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
def test_the_exported_graph_gives_what_the_network_gives(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = PaperNetwork(PaperSize(4, 16))
    spec = export_paper(network, tmp_path, Facts("zhang2017", "abc", "nothing"))
    picture = np.random.default_rng(0).integers(0, 255, (64, 96, 3)).astype(np.uint8)
    assert measured_paper_difference(network, tmp_path, [picture]) < 0.05
    assert not spec.adhere and spec.bins == "ab313"
