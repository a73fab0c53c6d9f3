"""Training the asking networks of kang2018: losses (eq. 8-10), the number of questions, noise on the answers.

The paper gives neither lambda nor the noise; both stand in the recipes. It contradicts itself on the number of
questions ((T-1) in section 3, 0..T in section 4, four in 5.1.3): here n is drawn from 0..T for each batch, so that four
work at T = 4.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool2d

from huewise.errors import PictureError, UsageError
from huewise.networks.asker import Asker, AskerSize
from huewise.networks.photo import AB_SCALE
from huewise.training.features import SIDE, Cache, feature_cache
from huewise.training.lineart_data import Drawings
from huewise.training.loop import Run
from huewise.training.photo import load_weights, prefetch
from huewise.training.pictures import Source, batches
from huewise.training.recipe import Phase, Recipe, numbers

Batch = dict[str, Tensor]
Arrays = dict[str, NDArray[Any]]
Batches = Callable[[int, int, np.random.Generator], Iterator[Arrays]]  # batch size, window in pixels, rng


@dataclass(frozen=True)
class AskingRule:
    """The numbers of a recipe's `mix`: how the conversations go that a network learns from."""

    questions: float = 4  # T: n_hint is uniform on 0..T, drawn per batch
    noise: float = (
        0.03  # deviation of the noise on an answer, in its normalized units (0.03 of ab/110: 3.3 ab)
    )
    smoothness: float = 0.05  # lambda of eq. 8


def train_asker(recipe: Recipe, sources: Sequence[Source], folder: Path, start: Path | None = None) -> Asker:
    """Run (or resume) the recipe's phases for the photo or the line-art asker; weights in `folder/run.pt`."""
    torch.manual_seed(recipe.seed)
    network = build_asker(recipe)
    for phase in recipe.phases:
        check_sides(phase, network.size)
    if start is not None:
        load_weights(network, start)
    rule = numbers(recipe.mix, AskingRule)
    batches_of = (
        photo_batches(sources, recipe) if network.size.colors == 2 else drawing_batches(sources, recipe)
    )
    run = Run(recipe, network, folder)
    for phase in run.phases():
        rng = np.random.default_rng(run.seed)
        # Of the numbers of questions and the noise: others in each process and phase.
        torch.manual_seed(int(rng.integers(2**32)))
        data = as_tensors(batches_of(phase.batch, phase.window, rng), run.device, phase.shrink)
        step = partial(asking_losses, network, rule=rule)
        run.train(phase, list(network.parameters()), data, step)
    return network


def check_sides(phase: Phase, size: AskerSize) -> None:
    """UsageError where the network cannot halve what a phase shows it as often as it does."""
    photos = size.colors == 2  # are cached at half size
    side, least = phase.window / phase.shrink / (2 if photos else 1), 2**size.depth
    if side % least:
        raise UsageError(
            f"phase {phase.name}: window {phase.window}, shrink {phase.shrink}",
            f"a side of a multiple of {least}, where it is {side:g}",
            "mend the recipe",
        )


def as_tensors(source: Iterator[Arrays], device: torch.device, shrink: int = 1) -> Iterator[Batch]:
    """Arrays (b, c, h, w) made ahead in a thread -> float tensors, means of `shrink` x `shrink` pixels."""
    for arrays in prefetch(source):
        tensors = {name: torch.from_numpy(np.ascontiguousarray(a)) for name, a in arrays.items()}
        yield {name: avg_pool2d(t.to(device).float(), shrink) for name, t in tensors.items()}


def build_asker(recipe: Recipe) -> Asker:
    """The network of a recipe's size."""
    return Asker(numbers(recipe.size, AskerSize))


def asking_losses(network: Asker, batch: Batch, rule: AskingRule) -> dict[str, Tensor]:
    """L_total of a conversation of n questions, n uniform on 0..T (eq. 8), loss on the last prediction alone."""
    n = int(torch.randint(int(rule.questions) + 1, ()))
    talk = network.talk(batch["x"], batch["y"], n, partial(with_noise, sigma=rule.noise))
    regression = squared_error(talk.predictions[-1], batch["y"])
    smoothness = sum((roughness(question) for question in talk.questions), regression.new_zeros(()))
    return {
        "loss": regression + rule.smoothness * smoothness,
        "regression": regression,
        "smoothness": smoothness,
    }


def with_noise(answer: Tensor, sigma: float) -> Tensor:
    """Noise on an answer, so that it does not pay to ask about several things at once (4.1)."""
    return answer + sigma * torch.randn_like(answer)


def squared_error(made_bnhw: Tensor, truth_bnhw: Tensor) -> Tensor:
    """L_reg (eq. 9): squared error summed over the channels, mean over the pixels and the batch."""
    return (made_bnhw - truth_bnhw).square().sum(1).mean()


def roughness(question_bhw: Tensor) -> Tensor:
    """One question's part of L_seg (eq. 10): absolute differences between neighbours over the number of pixels.

    (b, h, w) or (b, 1, h, w); mean over the batch. The sum over the questions is the caller's.
    """
    down = (question_bhw[..., 1:, :] - question_bhw[..., :-1, :]).abs().sum()
    right = (question_bhw[..., 1:] - question_bhw[..., :-1]).abs().sum()
    return (down + right) / question_bhw.numel()


def photo_batches(sources: Sequence[Source], recipe: Recipe) -> Batches:
    """Windows of the cached crops at half size: x is L/50 - 1, y is ab/110."""
    caches = [
        feature_cache(sources, augment=recipe.augment, seed=recipe.seed + i) for i in range(recipe.crops)
    ]
    return partial(_photo_windows, caches)


def _photo_windows(
    caches: Sequence[Cache], size: int, window: int, rng: np.random.Generator
) -> Iterator[Arrays]:
    for turn, indices in enumerate(batches(caches[0].n, size, rng)):
        cache, n = caches[turn % len(caches)], window // 2
        y, x = (int(v) for v in rng.integers(0, SIDE // 2 - n + 1, 2))
        l_bhw = cache["l"][indices, 2 * y : 2 * y + window, 2 * x : 2 * x + window].astype(np.float32)
        l2 = l_bhw.reshape(size, n, 2, n, 2).mean((2, 4))
        ab = cache["ab"][indices, y : y + n, x : x + n].astype(np.float32)
        yield {"x": (l2 / 127.5 - 1.0)[:, None], "y": ab.transpose(0, 3, 1, 2) / AB_SCALE}


def drawing_batches(sources: Sequence[Source], recipe: Recipe) -> Batches:
    """Windows of the line-art issue's drawings (`lineart_data.py`): x is the worn drawing, y its RGB, both in -1..1."""
    drawings = Drawings.of(sources, seed=recipe.seed)
    if not len(drawings):
        raise PictureError(
            "no drawing with colour", "NAME.line and NAME.color, or colour pictures", "check --data"
        )
    return partial(_drawing_windows, drawings)


def _drawing_windows(
    drawings: Drawings, size: int, window: int, rng: np.random.Generator
) -> Iterator[Arrays]:
    for indices in batches(len(drawings), size, rng):
        cuts = [drawings.window(int(i), rng, window) for i in indices]
        yield {
            "x": 2.0 * np.stack([cut.paper_hw for cut in cuts])[:, None] - 1.0,
            "y": 2.0 * np.stack([cut.target_hw3 for cut in cuts]).transpose(0, 3, 1, 2) - 1.0,
        }
