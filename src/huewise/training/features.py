"""Cached features of the frozen encoder: crops with full context, encoded once by ONNX Runtime, read by memory map.

A cache holds one crop of 256x256 of each picture (random scale, place, flip; lightness changed as old photographs
differ: gamma, contrast, blur, grain; colours untouched); a recipe takes several caches, which differ by their seed.
A crop takes 0.38 MB; the folder is a cache and can be deleted.
"""

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray
from PIL import Image
from platformdirs import user_cache_path
from scipy import ndimage
from tqdm import tqdm

from huewise.color import rgb_to_lab
from huewise.errors import OutputError
from huewise.training.appended import whole_lines
from huewise.training.pictures import Source, read_rgb

SIDE = 256
Scale = tuple[float, float]
How = tuple[bool, int, Scale]  # augment, seed, scale
WIDE: Scale = (0.65, 1.0)  # range of a crop's side, as a share of the picture's short side
LEAST = 166  # pixels: no crop is cut smaller, it would be blur
_SHAPES: dict[str, tuple[tuple[int, ...], type[np.generic]]] = {
    "f4": ((64, 64, 24), np.float16),
    "f8": ((32, 32, 40), np.float16),
    "l": ((SIDE, SIDE), np.uint8),  # L * 2.55, as the encoder saw it
    "ab": ((SIDE // 2, SIDE // 2, 2), np.int8),
    "saturation": ((SIDE // 8, SIDE // 8), np.uint8),  # HSV S * 255 of the colour picture
}


@dataclass(frozen=True)
class Cache:
    """Arrays of all crops, (n, ...) each, opened as memory maps."""

    arrays: dict[str, NDArray[Any]]
    n: int

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.arrays[name]


def cache_folder() -> Path:
    """$HUEWISE_CACHE, else the user's cache folder."""
    given = os.environ.get("HUEWISE_CACHE")
    return Path(given) if given else user_cache_path("huewise")


def feature_cache(
    sources: Sequence[Source], *, augment: bool, seed: int, scale: Scale = WIDE, jobs: int = 2
) -> Cache:
    """One crop of each picture, made where it is not there yet (a broken run is resumed); other seeds, other crops."""
    # The size, too: other bytes under an old name are another picture.
    named = [(s.name, s.size) for s in sources]
    key = hashlib.sha256(json.dumps([named, augment, seed, scale]).encode()).hexdigest()[:16]
    folder = cache_folder() / "features" / key
    fill_once(folder, partial(_fill, folder, sources, (augment, seed, scale), jobs))
    n = len(sources)
    return Cache({name: _open(folder, name, n, "r") for name in _SHAPES}, n)


def fill_once(folder: Path, fill: Callable[[], None]) -> None:
    """Have a cache's folder filled, unless it is; of several processes that want it one fills it, the others wait."""
    done = folder / "done"
    if done.exists():
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / "lock").acquire()
    except OSError as error:
        raise OutputError(
            f"the cache {folder} cannot be made ({error.strerror})", "a writable place", "set HUEWISE_CACHE"
        ) from error
    with lock:
        if not done.exists():
            fill()
            done.touch()


def _open(folder: Path, name: str, n: int, mode: Any) -> NDArray[Any]:
    shape, dtype = _SHAPES[name]
    array: NDArray[Any] = np.memmap(folder / f"{name}.raw", dtype, mode, shape=(n, *shape))
    return array


def _fill(folder: Path, sources: Sequence[Source], how: How, jobs: int) -> None:
    n = len(sources)
    for name in _SHAPES:
        if not (folder / f"{name}.raw").exists():
            _open(folder, name, n, "w+")
    graph = export_encoder(folder / "encoder.onnx")
    filled = folder / "filled.txt"
    done = set(map(int, whole_lines(filled)))
    tasks = [i for i in range(len(sources)) if i not in done]
    start = (graph, folder, list(sources), how)
    with (
        multiprocessing.get_context("spawn").Pool(jobs, _start_worker, start) as pool,
        filled.open("a") as log,
    ):
        for i in tqdm(
            pool.imap_unordered(_encode_picture, tasks, chunksize=8),
            total=len(tasks),
            desc="features",
            disable=None,
        ):
            log.write(f"{i}\n")


def export_encoder(path: Path) -> Path:
    """The frozen encoder as an ONNX graph, (1, 1, 256, 256) L/50 - 1 -> maps at 1/4 and 1/8."""
    import torch

    from huewise.networks.encoder import PhotoEncoder

    encoder = PhotoEncoder().eval()
    torch.onnx.export(
        encoder, (torch.zeros(1, 1, SIDE, SIDE),), path, dynamo=True, external_data=False, verbose=False
    )
    return path


_worker: dict[str, Any] = {}


def _start_worker(graph: Path, folder: Path, sources: list[Source], how: How) -> None:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    _worker["session"] = onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
    _worker["arrays"] = {name: _open(folder, name, len(sources), "r+") for name in _SHAPES}
    _worker["rest"] = (sources, how)


def _encode_picture(i: int) -> int:
    sources, (augment, seed, scale) = _worker["rest"]
    crop = make_crop(read_rgb(sources[i]), np.random.default_rng([seed, i]), augment, scale)
    l_input = (crop["l"].astype(np.float32) / 127.5 - 1.0)[None, None]
    session = _worker["session"]
    maps = session.run(None, {session.get_inputs()[0].name: l_input})
    for name, features in zip(("f4", "f8"), maps, strict=True):
        crop[name] = features[0].transpose(1, 2, 0)
    for name, value in crop.items():
        _worker["arrays"][name][i] = value
    return i


def make_crop(
    rgb_hw3: NDArray[np.uint8], rng: np.random.Generator, augment: bool, scale: Scale = WIDE
) -> dict[str, NDArray[Any]]:
    """One crop: `l` (256, 256) uint8, `ab` (128, 128, 2) int8, `saturation` (32, 32) uint8."""
    image = Image.fromarray(_cut(rgb_hw3, rng, augment, scale)).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
    rgb = np.asarray(image, np.float32) / 255.0
    lab = rgb_to_lab(rgb)
    ab2 = lab[..., 1:].reshape(SIDE // 2, 2, SIDE // 2, 2, 2).mean((1, 3))
    brightest = rgb.max(-1)
    saturation = (brightest - rgb.min(-1)) / np.maximum(brightest, 1e-6)
    saturation = saturation.reshape(SIDE // 8, 8, SIDE // 8, 8).mean((1, 3))
    l_hw = age(lab[..., 0], rng) if augment else lab[..., 0]
    return {
        "l": np.clip(np.rint(l_hw * 2.55), 0, 255).astype(np.uint8),
        "ab": np.clip(np.rint(ab2), -127, 127).astype(np.int8),
        "saturation": np.rint(saturation * 255).astype(np.uint8),
    }


def _cut(
    rgb_hw3: NDArray[np.uint8], rng: np.random.Generator, augment: bool, scale: Scale
) -> NDArray[np.uint8]:
    h, w, _ = rgb_hw3.shape
    side = min(h, w)
    if augment:
        side = int(side * rng.uniform(max(scale[0], min(LEAST / side, 1.0)), scale[1]))
    top = int(rng.integers(h - side + 1)) if augment else (h - side) // 2
    left = int(rng.integers(w - side + 1)) if augment else (w - side) // 2
    cut = rgb_hw3[top : top + side, left : left + side]
    return cut[:, ::-1] if augment and rng.random() < 0.5 else cut


def age(l_hw: NDArray[np.floating[Any]], rng: np.random.Generator) -> NDArray[np.floating[Any]]:
    """Lightness as other cameras, papers and years would have left it."""
    if rng.random() < 0.5:
        l_hw = 100.0 * (l_hw / 100.0) ** rng.uniform(0.75, 1.33)
        l_hw = 50.0 + (l_hw - 50.0) * rng.uniform(0.75, 1.1)
    if rng.random() < 0.25:
        l_hw = ndimage.gaussian_filter(l_hw, rng.uniform(0.3, 1.3))
    if rng.random() < 0.25:
        l_hw = l_hw + rng.normal(0, rng.uniform(0.5, 4.0), l_hw.shape)
    aged: NDArray[np.floating[Any]] = np.clip(l_hw, 0.0, 100.0)
    return aged
