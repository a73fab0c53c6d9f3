"""Training the paper's own network (zhang2017 3.4.1, 3.4.2): the "as written" row of every table, not the product."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

from huewise.color import ab313
from huewise.networks.zhang2017 import PaperNetwork, PaperSize
from huewise.training.bins import soft_cross_entropy
from huewise.training.features import Cache
from huewise.training.loop import Run
from huewise.training.photo import load_weights, phase_caches, prefetch, windows
from huewise.training.pictures import Source
from huewise.training.recipe import Phase, Recipe, numbers

Batch = dict[str, Tensor]

_SEEN = ("l", "ab", "saturation")  # of a cache: this network has no encoder


def train_paper(
    recipe: Recipe, sources: Sequence[Source], folder: Path, start: Path | None = None
) -> PaperNetwork:
    """Run (or resume) the recipe's phases."""
    torch.manual_seed(recipe.seed)
    network = build(recipe)
    if start is not None:
        load_weights(network, start)
    run = Run(recipe, network, folder)
    for phase in run.phases():
        data = prefetch(pictures(phase_caches(recipe, phase, sources), phase, recipe, run.seed))
        run.train(
            phase,
            list(network.parameters()),
            ({name: value.to(run.device) for name, value in batch.items()} for batch in data),
            lambda batch: losses(network, batch, recipe.beta),
        )
    return network


def build(recipe: Recipe) -> PaperNetwork:
    """The network of a recipe's size."""
    return PaperNetwork(numbers(recipe.size, PaperSize))


def pictures(
    caches: Sequence[Cache], phase: Phase, recipe: Recipe, seed: int | Sequence[int]
) -> Iterator[Batch]:
    """Endless batches: lightness at full size, truth at half of it, hints at full size as the paper joins them."""
    seen = [Cache({name: cache[name] for name in _SEEN}, cache.n) for cache in caches]
    for arrays in windows(seen, phase, recipe, seed):
        hint_b2hw = torch.from_numpy(arrays["hint"]).permute(0, 3, 1, 2)
        mask_b1hw = torch.from_numpy(arrays["mask"])[:, None]
        yield {
            "l": torch.from_numpy(arrays["l"])[:, None],
            "ab": torch.from_numpy(arrays["ab"]).permute(0, 3, 1, 2),
            "hint": _doubled(hint_b2hw),
            "mask": _doubled((mask_b1hw > 0).float()),
        }


def _doubled(value_bchw: Tensor) -> Tensor:
    return functional.interpolate(value_bchw, scale_factor=2, mode="nearest")


def losses(network: PaperNetwork, batch: Batch, beta: float) -> dict[str, Tensor]:
    """Eq. 4, 5: smooth L1 (delta = `beta` * 110 ab units) at half size; eq. 6, 7: cross-entropy of the bins."""
    network.train()
    ab_b2hw, logits = network(batch["l"], batch["hint"] * batch["mask"], batch["mask"])
    color = 100.0 * functional.smooth_l1_loss(ab_b2hw.float() / 110.0, batch["ab"] / 110.0, beta=beta)
    bins = soft_cross_entropy(logits, functional.avg_pool2d(batch["ab"], 2), ab313()).mean()
    return {"loss": color + bins, "color": color, "bins": bins}
