"""Training the unified asker on cached features: a handful of questions shall lower the photo network's loss most.

A phase with `hints = false` leaves the photo network as it is; with `hints = true` its decoder learns along, from
regions as the asker draws them.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import msgspec
import torch
from torch import Tensor, nn
from torch.nn import functional

from huewise.networks.photo import PhotoNetwork
from huewise.networks.unified_asker import UnifiedAsker, first_state, unified_talk
from huewise.training.asking import AskingRule, roughness, with_noise
from huewise.training.features import feature_cache
from huewise.training.loop import Run
from huewise.training.photo import Batch, build, load_weights, prefetch, to_device, windows
from huewise.training.pictures import Source
from huewise.training.recipe import Phase, Recipe

FEATURES = ("f4", "f8", "f16", "f32")
HINTED = 0.25  # share of conversations that begin with a person's hints


class AskingPhoto(nn.Module):
    """The photo network and the asker on top of it, kept in one checkpoint."""

    def __init__(self, photo: PhotoNetwork) -> None:
        super().__init__()
        self.photo = photo
        self.asker = UnifiedAsker(photo.size)


def train_unified(
    recipe: Recipe, sources: Sequence[Source], folder: Path, start: Path | None = None
) -> AskingPhoto:
    """Run (or resume) the recipe's phases; `start`: weights of the photo network. Averages are in `folder/run.pt`."""
    torch.manual_seed(recipe.seed)
    caches = [
        feature_cache(sources, augment=recipe.augment, seed=recipe.seed + i) for i in range(recipe.crops)
    ]
    network = AskingPhoto(build(recipe))
    if start is not None:
        load_weights(network.photo, start)
    rule = msgspec.convert(recipe.mix, AskingRule)
    run = Run(recipe, network, folder)
    for phase in run.phases():
        data = prefetch(windows(caches, phase, recipe, recipe.seed + 1000 * run.phase_index + run.n_step))
        batches: Iterator[Batch] = to_device(data, run.device)
        step = partial(unified_losses, network, rule=rule, beta=recipe.beta, phase=phase)
        run.train(phase, trained_parameters(network, phase), batches, step)
    return network


def trained_parameters(network: AskingPhoto, phase: Phase) -> list[nn.Parameter]:
    """The asker's parameters, and the decoder's where the phase says so; all else is frozen."""
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    bins = set(network.photo.decoder.bins.parameters())
    chosen = list(network.asker.parameters())
    if phase.hints:
        chosen += [p for p in network.photo.decoder.parameters() if p not in bins]
    for parameter in chosen:
        parameter.requires_grad_(True)
    return chosen


def unified_losses(
    network: AskingPhoto, batch: Batch, rule: AskingRule, beta: float, phase: Phase
) -> dict[str, Tensor]:
    """Loss after 1..T questions, T first where the photo network is frozen: nothing is learnt without a question.

    The paper's loss stands at the end only; here every answer's prediction counts, later ones as much as earlier ones,
    since a person may stop after any of them.
    """
    network.train()
    network.photo.eval()
    with torch.no_grad():
        context = network.photo.neck([batch[name] for name in FEATURES], batch["l"])
    keep = (torch.rand(len(batch["hint"]), 1, 1, 1, device=batch["hint"].device) < HINTED).float()
    state = first_state(network.photo, context, batch["hint"] * keep, batch["mask"] * keep)
    n = int(torch.randint(1, int(rule.questions) + 1, ()))
    states, questions = unified_talk(
        network.asker, network.photo, context, state, batch["ab"], n, lambda a: with_noise(a, rule.noise)
    )
    errors = [_error(s.ab2, batch["ab"], beta) for s in states]
    final = torch.stack(errors[1:]).mean()
    smoothness = torch.stack([roughness(question) for question in questions]).sum()
    loss = final + 100.0 * rule.smoothness * smoothness + (errors[0] if phase.hints else 0.0)
    area = torch.stack([question.mean() for question in questions]).mean()
    return {"loss": loss, "before": errors[0], "after": errors[-1], "smoothness": smoothness, "area": area}


def _error(ab2: Tensor, truth2: Tensor, beta: float) -> Tensor:
    """The photo network's own loss (`photo.py`), so that both pull the same way."""
    return 100.0 * functional.smooth_l1_loss(ab2, truth2, beta=beta)
