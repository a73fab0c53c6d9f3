"""What the shipped photo model says of one crop of each picture, cached: networks beside it learn from that."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tqdm import tqdm

from huewise.errors import UsageError
from huewise.models import Spec, find
from huewise.training.features import SIDE, cache_folder, fill_once
from huewise.training.pictures import Source, batches, read_rgb

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from huewise.engine import Colorizer

LEAST_CROP = 0.8  # of the picture's short side: nearly whole pictures
PHOTO = "photo.json"  # in a run's folder: the photo model that it is about
BESIDE = ("belief", "saturation")  # graphs that are trained beside a photo model, when it is there

Shapes = Mapping[str, tuple[int, ...]]
Row = dict[str, NDArray[Any]]
See = Callable[["Colorizer", NDArray[np.uint8]], Row]


def photo_graphs(spec: Spec | None = None) -> list[str]:
    """What tells a photo model, by default the shop's, from others: its own graphs' hashes."""
    spec = spec or find("photo").spec
    return [graph.sha256 for graph in spec.graphs if graph.per not in BESIDE]


def keep_photo(folder: Path) -> None:
    """Write down in a run's folder which photo model it is about; UsageError where that was another one."""
    check_photo(folder)
    (folder / PHOTO).write_text(json.dumps(photo_graphs()))


def check_photo(folder: Path) -> None:
    """UsageError where the run in `folder` is about another photo model than the shop's."""
    path = folder / PHOTO
    if path.exists() and json.loads(path.read_text()) != photo_graphs():
        raise UsageError(
            f"{folder}, a run about another photo model",
            "one that was trained on the shop's",
            "train it anew",
        )


def seen_cache(
    name: str, sources: Sequence[Source], shapes: Shapes, see: See, *, seed: int, jobs: int = 2
) -> dict[str, NDArray[Any]]:
    """Memory maps (n, ...) of half precision: what `see` makes of one crop of each picture; a broken fill begins anew.

    `see` is a module's function: other processes call it.
    """
    named = [(s.name, s.size) for s in sources]
    key = hashlib.sha256(
        json.dumps([named, photo_graphs(), seed, LEAST_CROP, SIDE, dict(shapes)]).encode()
    ).hexdigest()
    folder = cache_folder() / name / key[:16]
    fill_once(folder, partial(_fill, folder, sources, shapes, see, seed, jobs))
    return {part: _open(folder, part, (len(sources), *shape), "r") for part, shape in shapes.items()}


def seen_batches(
    cache: Mapping[str, NDArray[Any]], size: int, rng: np.random.Generator, device: "torch.device"
) -> "Iterator[dict[str, Tensor]]":
    """Endless batches of a cache's rows."""
    import torch

    for indices in batches(len(next(iter(cache.values()))), size, rng):
        rows = np.sort(indices)
        yield {part: torch.from_numpy(a[rows].astype(np.float32)).to(device) for part, a in cache.items()}


def _fill(folder: Path, sources: Sequence[Source], shapes: Shapes, see: See, seed: int, jobs: int) -> None:
    for part, shape in shapes.items():
        _open(folder, part, (len(sources), *shape), "w+")
    start = (folder, list(sources), dict(shapes), see, seed)
    with get_context("spawn").Pool(jobs, _start, start) as pool:
        rows = pool.imap_unordered(_see, range(len(sources)), 8)
        for _ in tqdm(rows, total=len(sources), desc=folder.parent.name, disable=None):
            pass


def _open(folder: Path, part: str, shape: tuple[int, ...], mode: Any) -> NDArray[Any]:
    return np.memmap(folder / f"{part}.raw", np.float16, mode, shape=shape)


_worker: dict[str, Any] = {}


def _start(folder: Path, sources: list[Source], shapes: Shapes, see: See, seed: int) -> None:
    import torch

    from huewise.engine import Colorizer

    torch.set_num_threads(1)
    _worker["arrays"] = {
        part: _open(folder, part, (len(sources), *shape), "r+") for part, shape in shapes.items()
    }
    _worker["rest"] = Colorizer.load("photo"), sources, see, seed


def _see(i: int) -> None:
    colorizer, sources, see, seed = _worker["rest"]
    crop = whole_crop(read_rgb(sources[i]), np.random.default_rng([seed, i]))
    for part, value in see(colorizer, crop).items():
        _worker["arrays"][part][i] = value


def whole_crop(rgb_hw3: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A square of most of the picture, at random mirrored, (256, 256, 3)."""
    h, w = rgb_hw3.shape[:2]
    side = round(min(h, w) * rng.uniform(LEAST_CROP, 1.0))
    y, x = int(rng.integers(h - side + 1)), int(rng.integers(w - side + 1))
    image = Image.fromarray(rgb_hw3).resize(
        (SIDE, SIDE), Image.Resampling.LANCZOS, box=(x, y, x + side, y + side)
    )
    return np.ascontiguousarray(np.asarray(image)[:, :: int(rng.choice([1, -1]))])
