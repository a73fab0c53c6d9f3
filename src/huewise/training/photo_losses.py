"""The losses of the photo network's phases."""

import torch
from torch import Tensor
from torch.nn import functional

from huewise.networks.photo import AB_SCALE, Levels, PhotoNetwork, Prediction, hypercolumn
from huewise.training.bins import bin_losses
from huewise.training.features import SIDE
from huewise.training.loop import Step
from huewise.training.recipe import Phase, Recipe

Batch = dict[str, Tensor]
LEAST_ERROR = 1.5  # ab units a channel: what is nearer than that is near enough


def step_of(network: PhotoNetwork, phase: Phase, recipe: Recipe) -> Step:
    """The losses of a phase."""
    if phase.bins:
        return lambda batch: bin_losses(network.decoder.bins, batch)
    if phase.crown:
        return lambda batch: color_losses(network, batch, recipe)
    if phase.hints:
        return lambda batch: hint_losses(network, batch, recipe)
    return lambda batch: automatic_losses(network, batch, recipe)


def features_of(network: PhotoNetwork, batch: Batch) -> list[Tensor]:
    """The four maps in the batch's windows; crown and encoder see whole crops, as they see whole pictures in use."""
    upper = [batch["f8"], *network.crown(batch["f8"])]
    n = batch["l"].shape[-1]
    return [batch["f4"], *(_windows_of(map_bchw, batch["places"], n) for map_bchw in upper)]


def _windows_of(map_bchw: Tensor, places_b2: Tensor, window: int) -> Tensor:
    stride = SIDE // map_bchw.shape[-1]
    n = window // stride
    corners = (places_b2 / stride).long().tolist()
    return torch.stack([one[:, y : y + n, x : x + n] for one, (y, x) in zip(map_bchw, corners, strict=True)])


def color_losses(network: PhotoNetwork, batch: Batch, recipe: Recipe) -> dict[str, Tensor]:
    """The automatic colour alone, in dB too; without hints and their solve a step is several times as quick."""
    network.neck.train(not recipe.keep_statistics)
    auto2 = network.neck(features_of(network, batch), batch["l"]).auto2
    auto, auto_db = smooth_l1(auto2, batch["ab"], recipe.beta), decibels(auto2, batch["ab"])
    return {"loss": auto + recipe.decibels * auto_db, "auto": auto, "decibels": auto_db}


def automatic_losses(network: PhotoNetwork, batch: Batch, recipe: Recipe) -> dict[str, Tensor]:
    """The neck alone: automatic colour, and the affinities by what a plain spread of hints makes of them."""
    network.neck.train(not recipe.keep_statistics)
    context = network.neck(features_of(network, batch), batch["l"])
    with torch.autocast(batch["l"].device.type, enabled=False):
        spread4 = network.spread(context, batch["hint"], batch["mask"])
        base2, _ = network.decoder.relaxed(context, batch["hint"], batch["mask"], spread4)
    auto = smooth_l1(context.auto2, batch["ab"], recipe.beta)
    base = smooth_l1(base2, batch["ab"], recipe.beta)
    return {"loss": auto + base, "auto": auto, "base": base}


def hint_losses(network: PhotoNetwork, batch: Batch, recipe: Recipe) -> dict[str, Tensor]:
    """Automatic colour, spread hints and corrected colour against the truth; the last two in dB, too."""
    network.train(not recipe.keep_statistics)
    network.neck.train(not (recipe.keep_statistics or recipe.keep_automatic))
    made, _ = _forward(network, batch)
    auto, base, final = (smooth_l1(ab, batch["ab"], recipe.beta) for ab in (made.auto2, made.base2, made.ab2))
    base_db, final_db = (decibels(ab, batch["ab"]) for ab in (made.base2, made.ab2))
    loss = final + 0.5 * auto + 0.5 * base + recipe.decibels * (final_db + 0.5 * base_db)
    return {"loss": loss, "auto": auto, "base": base, "final": final, "decibels": final_db}


@torch.no_grad()
def columns_of(network: PhotoNetwork, batch: Batch) -> tuple[Tensor, Tensor]:
    """The hypercolumn of a batch (b, c, h/4, w/4), and the true ab there, ab units."""
    network.eval()
    _, levels = _forward(network, batch)
    return hypercolumn(*levels), functional.avg_pool2d(batch["ab"], 2) * AB_SCALE


def _forward(network: PhotoNetwork, batch: Batch) -> tuple[Prediction, Levels]:
    made: tuple[Prediction, Levels] = network(
        features_of(network, batch), batch["l"], batch["hint"], batch["mask"], batch["globals"]
    )
    return made


def smooth_l1(ab_b2hw: Tensor, truth_b2hw: Tensor, beta: float) -> Tensor:
    """Squared below `beta` (ab/110), linear above: pictures of strong colours and without hints decide it."""
    return 100.0 * functional.smooth_l1_loss(ab_b2hw, truth_b2hw, beta=beta)


def decibels(ab_b2hw: Tensor, truth_b2hw: Tensor) -> Tensor:
    """A picture's squared error in dB, its mean over the pictures: a tenth less error counts the same in each.

    So PSNR counts, too: pictures with many hints, whose errors are small, weigh as much as the others.
    """
    squared_b = (ab_b2hw - truth_b2hw).square().mean((1, 2, 3))
    return 10.0 * torch.log10(squared_b + (LEAST_ERROR / AB_SCALE) ** 2).mean()
