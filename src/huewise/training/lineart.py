"""Training for drawings: the five models of inoue2017 as recipes, and the product's network with hints."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from huewise.color import BinSet, lab_to_lch, lch512, rebalance_weights, rgb512, rgb_to_lab
from huewise.errors import UsageError
from huewise.networks.lineart import (
    BINS_AT,
    PRODUCT_BINS_AT,
    ClassificationUNet,
    LineartNetwork,
    LineartSize,
    RegressionUNet,
)
from huewise.propagate.flats import find_areas
from huewise.training.bins import soft_cross_entropy
from huewise.training.lineart_data import VARIANTS, Drawings, Wear, Window
from huewise.training.lineart_hints import LineartHintMix, simulate_hints
from huewise.training.loop import Run, Step
from huewise.training.photo import load_weights, prefetch
from huewise.training.pictures import Source, batches
from huewise.training.recipe import Phase, Recipe
from huewise.training.runs import DRAWING_MODELS

Floats = NDArray[Any]
Batch = dict[str, Tensor]
Arrays = dict[str, Floats]

_UNWORN = Wear(untouched=1.0)
_REAL_SHARE = 0.7  # of a drawing's windows that show its own lines, where it has them: the product's subject
_PRIOR_WINDOWS = 300
_PAPER = 0.9  # of a drawing: brighter is no ink


def train_lineart(
    recipe: Recipe, sources: Sequence[Source], folder: Path, start: Path | None = None
) -> nn.Module:
    """Run (or resume) the recipe's phases; the averaged weights are in `folder/run.pt` afterwards."""
    torch.manual_seed(recipe.seed)
    drawings = Drawings.of(sources, "training")  # the split stays when a later run has another seed
    if len(drawings) == 0:
        raise UsageError(
            "no colour picture of 256 pixels or more", "illustrations to learn from", "check --data"
        )
    network = build(recipe)
    if start is not None:
        load_weights(network, start)
    run = Run(recipe, network, folder)
    step_of = _steps(network, recipe, drawings)
    for phase in run.phases():
        data = to_device(prefetch(window_batches(drawings, phase, recipe, run.seed)), run.device)
        network.train()
        run.train(phase, list(network.parameters()), data, step_of)
    return network


def build(recipe: Recipe) -> nn.Module:
    """The network of a recipe's model and size."""
    size = dict(recipe.size)
    if recipe.model == "lineart":
        return LineartNetwork(
            LineartSize(**{k: tuple(v) if isinstance(v, list | tuple) else v for k, v in size.items()})  # type: ignore[arg-type]
        )
    width = int(size.get("width", 64))  # type: ignore[arg-type]
    if recipe.model == "inoue-regression":
        return RegressionUNet(width)
    if recipe.model == "inoue-classification":
        return ClassificationUNet(width)
    raise UsageError(f"the model {recipe.model!r}", ", ".join(DRAWING_MODELS), "mend the recipe")


def bins_of(recipe: Recipe) -> BinSet:
    """The bin set of a classification model: LCH where the recipe's size says so, else RGB."""
    return lch512() if recipe.size.get("lch") else rgb512()


def window_batches(
    drawings: Drawings, phase: Phase, recipe: Recipe, seed: int | Sequence[int]
) -> Iterator[Arrays]:
    """Endless batches: `paper` and `clean` (b, h, w, 1), `rgb` and `target` (b, h, w, 3), for the product hints too.

    `target`: see `Window.target_hw3`.
    """
    rng = np.random.default_rng(seed)
    product = recipe.model == "lineart"
    mix = LineartHintMix(**{k: v for k, v in recipe.mix.items() if k in LineartHintMix.__dataclass_fields__})
    for indices in batches(len(drawings), phase.batch, rng):
        wear, real_share = (Wear(), _REAL_SHARE) if product else (_UNWORN, 1 / VARIANTS)
        made = [drawings.window(int(i), rng, phase.window, wear, real_share) for i in indices]
        batch = _arrays(made)
        if product:
            batch |= _hints(made, rng, mix)
        yield batch


def _arrays(windows: Sequence[Window]) -> Arrays:
    rgb = np.stack([w.rgb_hw3 for w in windows]).astype(np.float32) / 255
    clean = np.stack([w.clean_hw for w in windows])[..., None]
    return {
        "paper": np.stack([w.paper_hw for w in windows])[..., None],
        "clean": clean,
        "rgb": rgb,
        "target": np.stack([w.target_hw3 for w in windows]),
    }


def _hints(windows: Sequence[Window], rng: np.random.Generator, mix: LineartHintMix) -> Arrays:
    hints, fills = [], []
    for window in windows:
        gap = int(rng.integers(0, 5))
        labels_hw = find_areas(window.paper_hw, gap)
        paper_hw = np.minimum(window.paper_hw, window.clean_hw)
        hint, fill = simulate_hints(window.rgb_hw3 / np.float32(255), paper_hw, labels_hw, rng, mix)
        hints.append(hint)
        fills.append(fill)
    return {"hint": np.stack(hints), "fill": np.stack(fills)}


def to_device(source: Iterator[Arrays], device: torch.device) -> Iterator[Batch]:
    """Arrays (b, h, w, c) -> channel-first tensors."""
    for arrays in source:
        yield {
            name: torch.from_numpy(array).to(device).permute(0, 3, 1, 2).float()
            for name, array in arrays.items()
        }


def _steps(network: nn.Module, recipe: Recipe, drawings: Drawings) -> Step:
    if recipe.model == "lineart":
        assert isinstance(network, LineartNetwork)
        product = network
        return lambda batch: product_losses(product, batch, recipe.beta)
    if recipe.model == "inoue-regression":
        return lambda batch: regression_losses(network, batch)
    bins = bins_of(recipe)
    weights = None
    if "rebalance" in recipe.mix:
        weights = torch.from_numpy(
            rebalance_weights(prior(drawings, bins, recipe.seed), uniform=recipe.mix["rebalance"])
        )
    return lambda batch: classification_losses(network, batch, bins, weights, recipe.mix.get("chroma", 0.0))


def product_losses(network: LineartNetwork, batch: Batch, beta: float) -> dict[str, Tensor]:
    """What the coloured drawing lacks of the truth, and the cross-entropy of the bins with the paper's colour."""
    color, column = network(batch["paper"], batch["hint"], batch["fill"])
    losses = drawn_losses(color, batch, beta)
    bins = paper_entropy(network.logits(column), batch["rgb"], batch["clean"])
    return losses | {"loss": losses["color"] + bins, "bins": bins}


def drawn_losses(color_b3hw: Tensor, batch: Batch, beta: float) -> dict[str, Tensor]:
    """Smooth L1 between the coloured drawing and the truth; what lies under ink counts as little as it shows."""
    made = color_b3hw * batch["clean"]
    loss = 100.0 * functional.smooth_l1_loss(made, batch["target"], beta=beta)
    return {"color": loss, "mse": functional.mse_loss(made.clamp(0, 1), batch["target"])}


def paper_entropy(logits_bqhw: Tensor, rgb_b3hw: Tensor, clean_b1hw: Tensor) -> Tensor:
    """Cross-entropy with the soft-encoded mean colour of each cell's paper; cells of ink count nothing."""
    paper = (clean_b1hw > _PAPER).float()
    share = functional.avg_pool2d(paper, PRODUCT_BINS_AT)
    mean = functional.avg_pool2d(rgb_b3hw * paper, PRODUCT_BINS_AT) / share.clamp_min(1e-4)
    entropy = soft_cross_entropy(logits_bqhw, mean, rgb512())
    return (entropy * share[:, 0]).sum() / share.sum().clamp_min(1.0)


def regression_losses(network: Callable[..., Tensor], batch: Batch) -> dict[str, Tensor]:
    """Half the squared distance of the colours, multiplied with the drawing (inoue2017 3.2.1), a pixel's mean."""
    made = network(batch["paper"]) * batch["clean"]
    loss = 0.5 * (made - batch["rgb"]).square().sum(1).mean()
    return {"loss": loss}


def classification_losses(
    network: Callable[..., Tensor], batch: Batch, bins: BinSet, weights: Tensor | None, chroma: float
) -> dict[str, Tensor]:
    """Cross-entropy with soft-encoded truth, weighted by the rarity of its nearest bin (3.2.2), a pixel's mean.

    With `chroma` (lambda_mix) also the probability of bins whose chroma is not the truth's. The paper prints
    Z^T M_sat log Z^, which has no lower bound; its program, and so this, takes Z^T M_sat Z^.
    """
    logits = network(batch["paper"])
    truth = to_space(functional.avg_pool2d(batch["rgb"], BINS_AT).permute(0, 2, 3, 1).cpu().numpy(), bins)
    index, share = (torch.from_numpy(a).to(logits.device) for a in bins.encode_soft(truth))
    index = index.permute(0, 3, 1, 2).long()
    share = share.permute(0, 3, 1, 2)
    logs: Tensor = functional.log_softmax(logits, 1)
    entropy = -(logs.gather(1, index) * share).sum(1)
    if weights is not None:
        entropy = (
            entropy * weights.to(logits.device)[torch.from_numpy(bins.encode(truth)).to(logits.device).long()]
        )
    losses = {"loss": entropy.mean(), "entropy": entropy.mean()}
    if chroma:
        wrong = wrong_chroma(logs.exp(), index, share)
        losses |= {"loss": losses["loss"] + chroma * wrong.mean(), "wrong_chroma": wrong.mean()}
    return losses


def wrong_chroma(p_bqhw: Tensor, index_bkhw: Tensor, share_bkhw: Tensor) -> Tensor:
    """Z^T M_sat Z^ (b, h, w), M_sat being 0 between bins of `lch512` of one chroma, else 1: needs only eight sums."""
    b, _, h, w = p_bqhw.shape
    predicted = p_bqhw.reshape(b, 8, 8, 8, h, w).sum((1, 3))
    true = torch.zeros_like(predicted).scatter_add_(1, index_bkhw // 8 % 8, share_bkhw.to(predicted.dtype))
    return 1.0 - (predicted * true).sum(1)


def to_space(rgb: Floats, bins: BinSet) -> Floats:
    """SRGB 0..1 (..., 3) in the space of the bins."""
    return np.asarray(lab_to_lch(rgb_to_lab(rgb)) if bins.space == "lch" else rgb, np.float32)


def prior(drawings: Drawings, bins: BinSet, seed: int) -> NDArray[np.float32]:
    """The share of each bin (Q,) in windows of the training drawings."""
    rng = np.random.default_rng(seed)
    total = np.zeros(len(bins), np.float64)
    for i in rng.integers(0, len(drawings), _PRIOR_WINDOWS):
        rgb = drawings.color(int(i))[::BINS_AT, ::BINS_AT].astype(np.float32) / 255
        total += bins.histogram(to_space(rgb, bins))
    return np.asarray(total / total.sum(), np.float32)
