"""Training the photo network: windows of cached features, simulated hints, what each phase may change."""

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

from huewise.color import ab313
from huewise.errors import ModelError, PictureError
from huewise.networks.photo import AB_SCALE, N_BINS, N_GLOBAL, PhotoNetwork, PhotoSize
from huewise.training.bins import HINTS, TURNS, column_batches
from huewise.training.features import SIDE, Cache, feature_cache
from huewise.training.hint_simulation import HintMix, simulate
from huewise.training.loop import Run
from huewise.training.photo_losses import columns_of, step_of
from huewise.training.pictures import Source, batches, short_side
from huewise.training.recipe import Phase, Recipe, numbers

Batch = dict[str, Tensor]


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
        parameters, step = trained_parameters(network, phase, recipe), step_of(network, phase, recipe)
        run.train(phase, parameters, data, step, turns=TURNS if phase.bins else 1)
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
