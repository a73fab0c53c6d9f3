"""Training the photo network: windows of cached features, simulated hints, the losses of each phase."""

import pickle
import queue
import threading
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from huewise.color import ab313
from huewise.errors import ModelError, PictureError
from huewise.networks.photo import (
    AB_SCALE,
    N_BINS,
    N_GLOBAL,
    Levels,
    PhotoNetwork,
    PhotoSize,
    Prediction,
    hypercolumn,
)
from huewise.training.bins import HINTS, bin_losses, column_batches, entropy_of_few
from huewise.training.features import SIDE, Cache, feature_cache
from huewise.training.hint_simulation import HintMix, simulate
from huewise.training.loop import Run, Step
from huewise.training.pictures import Source, batches, short_side
from huewise.training.recipe import Phase, Recipe, numbers

Batch = dict[str, Tensor]
LEAST_ERROR = 1.5  # ab units a channel: what is nearer than that is near enough


def train_photo(
    recipe: Recipe, sources: Sequence[Source], folder: Path, start: Path | None = None
) -> PhotoNetwork:
    """Run (or resume) the recipe's phases; the averaged weights are in `folder/run.pt` afterwards."""
    torch.manual_seed(recipe.seed)
    network = build(recipe)
    if start is not None:
        load_weights(network, start)
    for phase in recipe.phases:
        if not any(_is_sharp(source, phase) for source in sources):
            raise PictureError(
                f"no picture with {phase.least_side} pixels, for the phase {phase.name}",
                "larger ones",
                "check --data",
            )
    run = Run(recipe, network, folder)
    for phase in run.phases():
        caches = phase_caches(recipe, phase, sources)
        data = to_device(prefetch(windows(caches, phase, recipe, run.seed)), run.device)
        if phase.bins:
            data = column_batches(partial(columns_of, network), data, phase.batch, [*run.seed, 1])
        run.train(phase, trained_parameters(network, phase, recipe), data, step_of(network, phase, recipe))
    return network


def phase_caches(recipe: Recipe, phase: Phase, sources: Sequence[Source]) -> list[Cache]:
    """The cached features that a phase is trained on."""
    sharp = [source for source in sources if _is_sharp(source, phase)]
    return [
        feature_cache(sharp, augment=recipe.augment, seed=recipe.seed + i, scale=phase.scale)
        for i in range(recipe.crops)
    ]


def _is_sharp(source: Source, phase: Phase) -> bool:
    return phase.least_side == 0 or short_side(source) >= phase.least_side


def build(recipe: Recipe) -> PhotoNetwork:
    """The network of a recipe's size."""
    return PhotoNetwork(numbers(recipe.size, PhotoSize), pretrained=True)


def load_weights(network: nn.Module, path: Path) -> None:
    """Weights from a run's checkpoint or a safetensors file; ModelError where a name or a shape does not fit.

    Those of earlier forms of the photo network are brought into today's.
    """
    weights = _read_weights(path)
    if isinstance(network, PhotoNetwork):
        _bring_up_to_date(weights, network)
    try:
        network.load_state_dict(weights)
    except RuntimeError as error:
        first = " ".join(str(error).split("\n")[1].split()) if "\n" in str(error) else str(error)
        raise ModelError(
            f"{path}: {first[:120]}", "weights of this very network", "take those of its own recipe"
        ) from error


def _bring_up_to_date(weights: dict[str, Tensor], network: PhotoNetwork) -> None:
    """In place; what a later form of the network has merged is merged.

    Before there was a crown the encoder had the pretrained one. A 1x1 convolution with a pixel shuffle is a transposed
    convolution but for its bias, of which each channel had four; their mean stands in (decision 0002).
    """
    if not any(name.startswith("crown.") for name in weights):
        weights |= {f"crown.{name}": value for name, value in network.crown.state_dict().items()}
    for name in ("neck.to2", "decoder.to2"):
        weight = weights.get(f"{name}.weight")
        if weight is not None and weight.shape[2:] == (1, 1):
            n_out, n_in = weight.shape[0] // 4, weight.shape[1]
            weights[f"{name}.weight"] = weight.view(n_out, 2, 2, n_in).permute(3, 0, 1, 2)
            weights[f"{name}.bias"] = weights[f"{name}.bias"].view(n_out, 4).mean(1)
    if "decoder.bins.0.weight" in weights:  # before what they read was normalized
        norm = network.decoder.bins.norm
        weights |= {f"decoder.bins.norm.{name}": value.clone() for name, value in norm.state_dict().items()}
        for old, new in (("0", "first"), ("2", "last")):
            for kind in ("weight", "bias"):
                weights[f"decoder.bins.{new}.{kind}"] = weights.pop(f"decoder.bins.{old}.{kind}")
    if "decoder.gate.weight" in weights:
        for kind in ("weight", "bias"):
            parts = [weights.pop(f"decoder.{part}.{kind}") for part in ("gate", "correct")]
            weights[f"decoder.gate_and_correction.{kind}"] = torch.cat(parts)


def _read_weights(path: Path) -> dict[str, Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        if path.suffix != ".safetensors":
            kept: dict[str, Tensor] = torch.load(path, weights_only=True, map_location="cpu")["average"]
            return kept
        weights = load_file(path)
    except (OSError, KeyError, RuntimeError, pickle.UnpicklingError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ModelError(
            f"{path}: {reason}",
            "a run's checkpoint, or weights in safetensors",
            "take what `huewise train` wrote",
        ) from error
    return {name: value.float() if value.dtype == torch.float16 else value for name, value in weights.items()}


def trained_parameters(network: PhotoNetwork, phase: Phase, recipe: Recipe) -> list[nn.Parameter]:
    """What a phase may change; all else is frozen."""
    bins = set(network.decoder.bins.parameters())
    if phase.bins:
        chosen = list(bins)
    elif phase.crown:
        chosen = [*network.crown.parameters(), *network.neck.parameters()]
    elif phase.hints:
        neck = network.neck
        parts = [neck.affinity4, neck.affinity2] if recipe.keep_automatic else [neck]
        chosen = [p for part in (network.decoder, *parts) for p in part.parameters() if p not in bins]
    else:
        chosen = list(network.neck.parameters())
    if recipe.distribution and not phase.bins:
        chosen += bins
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for parameter in chosen:
        parameter.requires_grad_(True)
    return chosen


def windows(
    caches: Sequence[Cache], phase: Phase, recipe: Recipe, seed: int | Sequence[int]
) -> Iterator[dict[str, NDArray[Any]]]:
    """Endless batches of windows, with hints where the phase learns from any: all that a step needs, as arrays.

    The map at 1/8 comes whole, with the windows' places: see `features_of`.
    """
    rng = np.random.default_rng(seed)
    mix = HINTS if phase.bins else numbers(recipe.mix, HintMix)
    for turn, indices in enumerate(batches(caches[0].n, phase.batch, rng)):
        cache = caches[turn % len(caches)]
        places = rng.integers(0, (SIDE - phase.window) // 32 + 1, (len(indices), 2)) * 32
        batch = {
            name: cache[name][indices] if name == "f8" else _cut(cache[name], indices, places, phase.window)
            for name in cache.arrays
        }
        batch["places"] = places
        batch["l"] = batch["l"].astype(np.float32) / 2.55
        batch["ab"] = batch["ab"].astype(np.float32)
        saturation = batch.pop("saturation")
        if not phase.crown:
            l2 = batch["l"].reshape(len(indices), phase.window // 2, 2, phase.window // 2, 2).mean((2, 4))
            batch["hint"], batch["mask"] = simulate(batch["ab"], l2, rng, mix)
            batch["globals"] = draw_globals(batch["ab"], saturation, rng, reveal=phase.globals)
        yield batch


def _cut(
    array: NDArray[Any],
    indices: NDArray[np.int64],
    places: NDArray[np.int64],
    window: int,
) -> NDArray[Any]:
    stride = SIDE // array.shape[1]
    n = window // stride
    cuts = [array[i, y : y + n, x : x + n] for i, (y, x) in zip(indices, places // stride, strict=True)]
    return np.stack(cuts)


def draw_globals(
    ab_bhw2: NDArray[np.float32], saturation_bhw: NDArray[np.uint8], rng: np.random.Generator, *, reveal: bool
) -> NDArray[np.float32]:
    """True histogram over ab313 at 1/4 and mean saturation, both, either or neither revealed (zhang2017 3.3)."""
    b, h, w, _ = ab_bhw2.shape
    out = np.zeros((b, N_GLOBAL), np.float32)
    if not reveal:
        return out
    quarter = ab_bhw2.reshape(b, h // 2, 2, w // 2, 2, 2).mean((2, 4))
    bins = ab313().encode(quarter)
    kind = rng.choice(np.arange(4), b, p=[0.55, 0.2, 0.1, 0.15])  # neither, histogram, saturation, both
    for i in range(b):
        if kind[i] in (1, 3):
            out[i, :N_BINS] = np.bincount(bins[i].ravel(), minlength=N_BINS) / bins[i].size
            out[i, N_BINS] = 1.0
        if kind[i] in (2, 3):
            out[i, N_BINS + 1] = saturation_bhw[i].mean() / 255.0
            out[i, N_BINS + 2] = 1.0
    return out


def prefetch(source: Iterator[Any], depth: int = 3) -> Iterator[Any]:
    """The same items, made ahead in a thread."""
    ready: queue.Queue[Any] = queue.Queue(depth)

    def fill() -> None:
        try:
            for item in source:
                ready.put(item)
        except Exception as error:  # handed over: the loop would wait for ever
            ready.put(error)

    threading.Thread(target=fill, daemon=True).start()
    while True:
        item = ready.get()
        if isinstance(item, Exception):
            raise item
        yield item


def to_device(source: Iterator[dict[str, NDArray[Any]]], device: torch.device) -> Iterator[Batch]:
    """Arrays -> channel-first tensors, normalized as the networks want them."""
    for arrays in source:
        batch: Batch = {}
        for name, array in arrays.items():
            tensor = torch.from_numpy(np.ascontiguousarray(array)).to(device).float()
            batch[name] = tensor.permute(0, 3, 1, 2) if tensor.ndim == 4 else tensor
        batch["l"] = batch["l"][:, None] / 50.0 - 1.0
        batch["ab"] = batch["ab"] / AB_SCALE
        if "hint" in batch:
            batch["hint"], batch["mask"] = batch["hint"] / AB_SCALE, batch["mask"][:, None]
            batch["globals"] = batch["globals"][:, :, None, None]
        yield batch


def step_of(network: PhotoNetwork, phase: Phase, recipe: Recipe) -> Step:
    """The losses of a phase."""
    rng = np.random.default_rng(recipe.seed)
    if phase.bins:
        return lambda batch: bin_losses(network.decoder.bins, batch)
    if phase.crown:
        return lambda batch: color_losses(network, batch, recipe, rng)
    if phase.hints:
        return lambda batch: hint_losses(network, batch, recipe, rng)
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


def color_losses(
    network: PhotoNetwork, batch: Batch, recipe: Recipe, rng: np.random.Generator
) -> dict[str, Tensor]:
    """The automatic colour alone, in dB too; without hints and their solve a step is several times as quick."""
    network.neck.train(not recipe.keep_statistics)
    context = network.neck(features_of(network, batch), batch["l"])
    auto, auto_db = smooth_l1(context.auto2, batch["ab"], recipe.beta), decibels(context.auto2, batch["ab"])
    losses = {"loss": auto + recipe.decibels * auto_db, "auto": auto, "decibels": auto_db}
    if recipe.distribution:
        network.decoder.eval()
        levels = network.decoder.untold(context)
        losses = _with_distribution(losses, network, levels, batch, recipe, rng)
    return losses


def _with_distribution(
    losses: dict[str, Tensor],
    network: PhotoNetwork,
    levels: Levels,
    batch: Batch,
    recipe: Recipe,
    rng: np.random.Generator,
) -> dict[str, Tensor]:
    """And the cross-entropy of the bins, which disturbs the colour branch on purpose (decision 0002)."""
    entropy = entropy_of_few(network.decoder.bins, hypercolumn(*levels), _quarter_ab(batch), rng)
    return losses | {"loss": losses["loss"] + recipe.distribution * entropy, "bins": entropy}


def _quarter_ab(batch: Batch) -> Tensor:
    """The true ab at 1/4, ab units."""
    return functional.avg_pool2d(batch["ab"], 2) * AB_SCALE


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


def hint_losses(
    network: PhotoNetwork, batch: Batch, recipe: Recipe, rng: np.random.Generator
) -> dict[str, Tensor]:
    """Automatic colour, spread hints and corrected colour against the truth; the last two in dB, too."""
    network.train(not recipe.keep_statistics)
    network.neck.train(not (recipe.keep_statistics or recipe.keep_automatic))
    made, levels = _forward(network, batch)
    auto, base, final = (smooth_l1(ab, batch["ab"], recipe.beta) for ab in (made.auto2, made.base2, made.ab2))
    base_db, final_db = (decibels(ab, batch["ab"]) for ab in (made.base2, made.ab2))
    loss = final + 0.5 * auto + 0.5 * base + recipe.decibels * (final_db + 0.5 * base_db)
    losses = {"loss": loss, "auto": auto, "base": base, "final": final, "decibels": final_db}
    return _with_distribution(losses, network, levels, batch, recipe, rng) if recipe.distribution else losses


@torch.no_grad()
def columns_of(network: PhotoNetwork, batch: Batch) -> tuple[Tensor, Tensor]:
    """The hypercolumn of a batch (b, c, h/4, w/4), and the true ab there, ab units."""
    network.eval()
    _, levels = _forward(network, batch)
    return hypercolumn(*levels), _quarter_ab(batch)


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
