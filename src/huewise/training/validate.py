"""A quick measure of the photo network on held-out training pictures, at half size, straight from the cache.

It steers recipes; the figures that are published come from `evaluation`, through the exported graphs.
"""

from collections.abc import Sequence
from dataclasses import fields

import numpy as np
import torch
from numpy.typing import NDArray

from huewise.color import lab_to_rgb, psnr
from huewise.networks.photo import AB_SCALE, N_GLOBAL, Context, PhotoNetwork, Prediction
from huewise.training.features import SIDE, Cache
from huewise.training.hint_simulation import draw_patches

F32 = NDArray[np.float32]

COUNTS = (0, 1, 3, 10, 100, 500)


@torch.no_grad()
def gains(
    network: PhotoNetwork, cache: Cache, n: int = 200, counts: Sequence[int] = COUNTS
) -> dict[str, NDArray[np.float64]]:
    """Gain over gray in dB, (len(counts), n) for each stage of the prediction: auto, base (spread) and final."""
    network.eval()
    out = {stage: np.zeros((len(counts), n)) for stage in ("auto", "base", "final")}
    for i in range(n):
        truth = cache["ab"][i].astype(np.float32)
        l_hw = cache["l"][i].astype(np.float32) / 2.55
        l2 = l_hw.reshape(SIDE // 2, 2, SIDE // 2, 2).mean((1, 3))
        target = _rgb(l2, truth)
        gray = psnr(_rgb(l2, np.zeros_like(truth)), target)
        made = _predict(network, cache, i, l_hw, *_nested_hints(truth, counts, np.random.default_rng([7, i])))
        for stage, ab in (("auto", made.auto2), ("base", made.base2), ("final", made.ab2)):
            for c, ab_2hw in enumerate(ab.numpy()):
                out[stage][c, i] = psnr(_rgb(l2, ab_2hw.transpose(1, 2, 0) * AB_SCALE), target) - gray
    return out


def _nested_hints(truth: F32, counts: Sequence[int], rng: np.random.Generator) -> tuple[F32, F32]:
    """Hints (len(counts), h, w, 2) and shares: random 7x7 patches, each count holding all of the smaller ones."""
    hint, mask = (
        np.zeros((len(counts), *truth.shape), np.float32),
        np.zeros((len(counts), *truth.shape[:2]), np.float32),
    )
    patches = _random_patches(rng, max(counts))
    for c, count in enumerate(counts):
        if count:
            draw_patches(truth[None], hint[c : c + 1], mask[c : c + 1], patches[:count])
    return hint, mask


def _random_patches(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    yx = rng.uniform(0, SIDE // 2, (n, 2))
    return np.column_stack([np.zeros(n), yx, np.full(n, 3.5)])


def _predict(network: PhotoNetwork, cache: Cache, i: int, l_hw: F32, hint: F32, mask: F32) -> Prediction:
    """One encoding of the picture, one prediction a hint set."""
    f4, f8 = (torch.from_numpy(cache[f][i].astype(np.float32)).permute(2, 0, 1)[None] for f in ("f4", "f8"))
    context = network.context(f4, f8, torch.from_numpy(l_hw)[None, None] / 50.0 - 1.0)
    n = len(hint)
    context = Context(*(getattr(context, f.name).expand(n, -1, -1, -1) for f in fields(Context)))
    hint_b2hw = torch.from_numpy(hint).permute(0, 3, 1, 2) / AB_SCALE
    mask_b1hw = torch.from_numpy(mask)[:, None]
    spread4 = network.spread(context, hint_b2hw, mask_b1hw)
    none = torch.zeros(n, N_GLOBAL, 1, 1)
    made: Prediction = network.decoder(context, hint_b2hw, mask_b1hw, spread4, none)[0]
    return made


def _rgb(l_hw: NDArray[np.float32], ab_hw2: NDArray[np.float32]) -> NDArray[np.float64]:
    rgb = lab_to_rgb(np.concatenate([l_hw[..., None], ab_hw2], -1))
    return np.rint(np.clip(rgb, 0.0, 1.0) * 255.0).astype(np.float64)
