"""Training the belief about the photo model's errors: a few answered questions shall take most of them away.

What the shipped photo model says of a crop is cached once (`Seen`). First the likelihood of the true errors is raised,
then conversations are held as they are with a person: the product's own questions (`propagate.doubt`), answered by
the truth, and the error that is left after each of them lowered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from huewise.color import rgb_to_lab
from huewise.imaging.lightness import block_mean
from huewise.networks.belief import AB_UNIT, RANK, BeliefNetwork, Summary, summarize
from huewise.networks.photo import AB_SCALE
from huewise.propagate.doubt import ANSWER_NOISE, Doubt
from huewise.training.features import SIDE
from huewise.training.loop import Run
from huewise.training.photo import load_weights, prefetch
from huewise.training.pictures import Source
from huewise.training.recipe import Recipe, numbers
from huewise.training.seen import keep_photo, seen_batches, seen_cache

ANYWHERE = 0.2  # share of training questions about random blobs, so that other questions are believed, too
_N = SIDE // 8
_SHAPES: dict[str, tuple[int, ...]] = {
    "a16": (160, _N // 2, _N // 2),
    "root16": (313, _N // 2, _N // 2),
    "a8": (64, _N, _N),
    "cells8": (5, _N, _N),
    "error": (2, _N, _N),  # true ab - automatic ab
    "fine": (1,),  # mean squared error of ab within the cells, which no belief on this grid takes away
}  # the last two in AB_UNIT

Batch = dict[str, Tensor]


@dataclass(frozen=True)
class BeliefRule:
    """The numbers of a recipe's `mix`."""

    questions: float = 4
    likelihood: float = 0.2  # weight of the likelihood beside the conversations


def train_belief(
    recipe: Recipe, sources: Sequence[Source], folder: Path, start: Path | None = None
) -> BeliefNetwork:
    """Run (or resume) the recipe's phases; the averaged weights are in `folder/run.pt`."""
    torch.manual_seed(recipe.seed)
    network = BeliefNetwork()
    if start is not None:
        load_weights(network, start)
    rule = numbers(recipe.mix, BeliefRule)
    keep_photo(folder)
    cache = seen_cache("belief", sources, _SHAPES, seen, seed=recipe.seed)
    run = Run(recipe, network, folder)
    for phase in run.phases():
        rng = np.random.default_rng(run.seed)
        data = prefetch(seen_batches(cache, phase.batch, rng, run.device))
        step = partial(
            likelihood_losses if not phase.hints else partial(asking_losses, rule=rule, rng=rng), network
        )
        run.train(phase, list(network.parameters()), data, step)
    return network


def likelihood_losses(network: BeliefNetwork, batch: Batch) -> dict[str, Tensor]:
    """The Gaussian's negative log-likelihood of the true errors, per value."""
    factor, own = believed(network, batch)
    with precisely(factor):
        return {"loss": surprise(factor, own, batch["error"].flatten(2)).clamp_max(20.0).mean()}


def asking_losses(
    network: BeliefNetwork, batch: Batch, *, rule: BeliefRule, rng: np.random.Generator
) -> dict[str, Tensor]:
    """Log of the squared error that is left after each of a conversation's answers, summed: what PSNR measures."""
    factor, own = believed(network, batch)
    with precisely(factor):
        error = batch["error"].flatten(2)
        likelihood = surprise(factor, own, error).clamp_max(20.0).mean()
        fine = batch["fine"][:, 0].clamp_min(1e-3)
        left = [
            torch.log(mse + fine).mean() for mse in conversation(factor, own, error, int(rule.questions), rng)
        ]
        before = torch.log(error.square().mean((1, 2)) + fine).mean()
        gained = {f"gain{n + 1}": 4.343 * (before - value) for n, value in enumerate(left)}  # dB
        return {
            "loss": torch.stack(left).sum() + rule.likelihood * likelihood,
            "likelihood": likelihood,
            **gained,
        }


def precisely(like: Tensor) -> torch.autocast:
    """Single precision throughout: covariances are not positive in half of it."""
    return torch.autocast(like.device.type, enabled=False)


def believed(network: BeliefNetwork, batch: Batch) -> tuple[Tensor, Tensor]:
    """Factors (b, 2, n, RANK) and own deviation (b, n), single precision."""
    made, own = network(Summary(*(batch[name] for name in Summary._fields)))
    b = len(made)
    return made.float().reshape(b, 2, RANK, -1).transpose(2, 3), own.float().reshape(b, -1)


def surprise(factor_bcnk: Tensor, own_bn: Tensor, error_bcn: Tensor) -> Tensor:
    """Negative log-likelihood (b,) per value of errors under N(0, F F' + own^2), by the Woodbury identity."""
    variance = own_bn.square()[:, None].expand_as(error_bcn)
    weighed = factor_bcnk / variance[..., None]
    eye = torch.eye(factor_bcnk.shape[-1], device=factor_bcnk.device)
    root = torch.linalg.cholesky(eye + torch.einsum("bcnk,bcnl->bkl", factor_bcnk, weighed))
    explained = torch.einsum("bcnk,bcn->bk", weighed, error_bcn)
    solved = torch.cholesky_solve(explained[..., None], root)[..., 0]
    square = (error_bcn.square() / variance).sum((1, 2)) - (explained * solved).sum(1)
    volume = variance.log().sum((1, 2)) + 2.0 * root.diagonal(dim1=1, dim2=2).log().sum(1)
    made: Tensor = 0.5 * (square + volume) / error_bcn[0].numel()
    return made


def conversation(
    factor: Tensor, own: Tensor, error: Tensor, n: int, rng: np.random.Generator, anywhere: float = ANYWHERE
) -> list[Tensor]:
    """Mean squared error (b,) left after 1..n questions, each answered by the truth (kang2018, eq. 4)."""
    b, rank = len(factor), factor.shape[-1]
    latent = torch.eye(rank, device=factor.device).expand(b, rank, rank)
    mean = factor.new_zeros(b, rank)
    left = []
    for _ in range(n):
        maps = questions(factor, own, latent, rng, anywhere).to(factor.device)
        latent, mean = told(factor, own, latent, mean, error, maps)
        left.append((error - torch.einsum("bcnk,bk->bcn", factor, mean)).square().mean((1, 2)))
    return left


@torch.no_grad()
def questions(
    factor: Tensor, own: Tensor, latent: Tensor, rng: np.random.Generator, anywhere: float
) -> Tensor:
    """The product's question of each picture (b, n), now and then a random blob in its place."""
    maps = []
    for f, o, c in zip(factor.cpu().numpy(), own.cpu().numpy(), latent.cpu().numpy(), strict=True):
        side = round(len(o) ** 0.5)
        doubt = Doubt(AB_UNIT * f, c, (AB_UNIT * o) ** 2, (side, side))
        asked = None if rng.random() < anywhere else doubt.question()
        maps.append((blob(side, rng) if asked is None else asked).ravel())
    return torch.from_numpy(np.stack(maps).astype(np.float32))


def blob(side: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """A smooth random region (side, side), 0 or 1, a tenth to more than half of the square."""
    from scipy.ndimage import gaussian_filter

    field = gaussian_filter(rng.standard_normal((side, side)), side / rng.choice([8.0, 4.0, 2.7]) / 2.0)
    return np.asarray(field > np.quantile(field, rng.uniform(0.4, 0.9)), np.float32)


def told(
    factor: Tensor, own: Tensor, latent: Tensor, mean: Tensor, error: Tensor, maps: Tensor
) -> tuple[Tensor, Tensor]:
    """Covariance and mean of the latents after the answers: `Doubt.told` for a batch, with gradients."""
    u = maps / maps.sum(1, keepdim=True).clamp_min(1e-6)
    follows = torch.einsum("bn,bcnk->bck", u, factor)
    lacked = torch.einsum("bn,bcn->bc", u, error) - torch.einsum("bck,bk->bc", follows, mean)
    moved = follows @ latent
    noise = (u.square() * own.square()).sum(1) + ANSWER_NOISE / AB_UNIT**2
    spread = moved @ follows.transpose(1, 2) + noise[:, None, None] * torch.eye(2, device=u.device)
    gain = torch.linalg.solve(spread, moved).transpose(1, 2)
    return latent - gain @ moved, mean + (gain @ lacked[..., None])[..., 0]


def seen(colorizer: Any, rgb_hw3: NDArray[np.uint8]) -> dict[str, NDArray[Any]]:
    """A cache's row: the summary of a crop (256, 256, 3), the errors of its automatic colours and what is finer."""
    opened = colorizer.open(rgb_hw3)
    sources, _ = opened.unhinted()
    kept = {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in sources.kept.items()}
    l_b1hw = torch.from_numpy(opened.l_hw)[None, None] / 50.0 - 1.0
    summary = summarize(l_b1hw, kept["a16"], kept["a8"], kept["ab"], kept["logits"])
    made = functional.interpolate(kept["ab"], scale_factor=2, mode="bilinear")[0].permute(1, 2, 0).numpy()
    truth_hw2 = rgb_to_lab(rgb_hw3.astype(np.float32) / 255.0)[..., 1:]
    error_hw2 = ((truth_hw2 - AB_SCALE * made) / AB_UNIT).astype(np.float32)
    coarse_hw2 = block_mean(error_hw2, 8)
    fine = np.square(error_hw2).mean() - np.square(coarse_hw2).mean()
    row = {name: value[0].numpy() for name, value in summary._asdict().items()}
    return row | {"error": coarse_hw2.transpose(2, 0, 1), "fine": np.array([fine])}
