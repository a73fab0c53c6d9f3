"""Training what a mean saturation tells (`networks.saturation`), on the shipped photo model's automatic colours.

Its cells see nothing of each other: every eighth pixel along each side of a crop stands for all of them.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from huewise.color import rgb_to_lab, saturation
from huewise.networks.photo import AB_SCALE
from huewise.networks.saturation import SaturationNetwork
from huewise.networks.spaces import lab_to_rgb
from huewise.propagate.resample import enlarged
from huewise.training.features import SIDE
from huewise.training.loop import Run
from huewise.training.photo import load_weights, prefetch
from huewise.training.pictures import Source
from huewise.training.recipe import Recipe
from huewise.training.seen import keep_photo, seen_batches, seen_cache

if TYPE_CHECKING:
    from huewise.engine import Colorizer

EVERY = 8  # pixel of a crop, along each side
LEAST_ERROR = 0.016  # of sRGB, 36 dB: what is nearer than that is near enough
_N = SIDE // EVERY
_SHAPES = {"ab": (2, _N, _N), "l": (1, _N, _N), "true": (2, _N, _N), "wanted": (1, 1, 1)}

Batch = dict[str, Tensor]


def train_saturation(
    recipe: Recipe, sources: Sequence[Source], folder: Path, start: Path | None = None
) -> SaturationNetwork:
    """Run (or resume) the recipe's phases; the averaged weights are in `folder/run.pt`."""
    torch.manual_seed(recipe.seed)
    network = SaturationNetwork()
    if start is not None:
        load_weights(network, start)
    keep_photo(folder)
    cache = seen_cache("saturation", sources, _SHAPES, seen, seed=recipe.seed)
    run = Run(recipe, network, folder)
    for phase in run.phases():
        data = prefetch(seen_batches(cache, phase.batch, np.random.default_rng(run.seed), run.device))
        run.train(phase, list(network.parameters()), data, partial(losses, network))
    return network


def losses(network: SaturationNetwork, batch: Batch) -> dict[str, Tensor]:
    """The error in dB, as PSNR counts it: pale pictures, whose errors are small, weigh as much as strong ones."""
    with torch.autocast(batch["l"].device.type, enabled=False):
        made = network(batch["ab"] / AB_SCALE, batch["l"] / 50.0 - 1.0, batch["wanted"])
        after = decibels(made * AB_SCALE, batch)
        gained = decibels(batch["ab"], batch) - after
    return {"loss": after.mean(), "gain": gained.mean()}


def decibels(ab_b2hw: Tensor, batch: Batch) -> Tensor:
    """The squared error of sRGB in dB, (b,)."""
    made, true = (lab_to_rgb(batch["l"], ab) for ab in (ab_b2hw, batch["true"]))
    return 10.0 * torch.log10((made - true).square().mean((1, 2, 3)) + LEAST_ERROR**2)


def seen(colorizer: "Colorizer", rgb_hw3: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
    """A cache's row: some pixels of a crop's automatic colours, their lightness and truth, and the mean saturation."""
    opened = colorizer.open(rgb_hw3)
    small_hw2 = opened.regression(opened.sources())
    some = np.s_[EVERY // 2 :: EVERY, EVERY // 2 :: EVERY]
    lab_hw3 = rgb_to_lab(rgb_hw3)[some]
    return {
        "ab": enlarged(small_hw2, opened.l_hw.shape)[some].transpose(2, 0, 1),
        "l": opened.l_hw[some][None],
        "true": lab_hw3[..., 1:].transpose(2, 0, 1),
        "wanted": saturation(rgb_hw3).mean(),
    }
