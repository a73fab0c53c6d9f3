"""Training pictures: tar shards or plain folders, found by a documented search path, split by picture."""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from huewise.errors import PictureError

SUFFIXES = {".webp", ".jpg", ".jpeg", ".png", ".tif", ".tiff"}


class Source(NamedTuple):
    """A picture that has not been read yet: its name (`source/id`) and where its bytes lie."""

    name: str
    path: Path
    offset: int  # in a tar shard; -1: a file of its own
    size: int


def data_folder(given: str | Path | None = None) -> Path:
    """Where pictures are looked for: `given`, $HUEWISE_DATA, ./data, ../shared/data; the first that exists."""
    tried = [Path(p) for p in (given, os.environ.get("HUEWISE_DATA"), "data", "../shared/data") if p]
    for path in tried:
        if path.exists():
            return path
    names = ", ".join(str(path) for path in tried)
    raise PictureError(f"no data folder at {names}", "a folder of pictures or shards", "say --data FOLDER")


def list_pictures(places: Sequence[Path]) -> list[Source]:
    """Every picture of the given shards and folders (recursively; shards in folders too), sorted by name."""
    found: list[Source] = []
    for place in places:
        if place.is_dir():
            for path in sorted(place.rglob("*")):
                if path.suffix == ".tar":
                    found += _members(path)
                elif path.suffix.lower() in SUFFIXES:
                    found.append(
                        Source(str(path.relative_to(place).with_suffix("")), path, -1, path.stat().st_size)
                    )
        elif place.suffix == ".tar":
            found += _members(place)
        else:
            raise PictureError(f"{place}", "a folder or a .tar shard of pictures", "check --data")
    if not found:
        places_named = ", ".join(str(place) for place in places) or "any of the recipe's places"
        raise PictureError(f"no pictures at {places_named}", "pictures or .tar shards", "check --data")
    return sorted(found)


def _members(shard: Path) -> list[Source]:
    with tarfile.open(shard) as tar:
        return [
            Source(str(Path(m.name).with_suffix("")), shard, m.offset_data, m.size)
            for m in tar
            if m.isfile() and Path(m.name).suffix.lower() in SUFFIXES
        ]


def read_rgb(source: Source) -> NDArray[np.uint8]:
    """The upright picture, (h, w, 3) sRGB."""
    with source.path.open("rb") as file:
        file.seek(max(source.offset, 0))
        data = file.read(source.size)
    try:
        image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
        return np.asarray(image.convert("RGB"))
    except OSError as error:
        where = f"{source.name} in {source.path}"
        raise PictureError(
            f"{where}: no picture that can be read", "a whole picture file", "take it out"
        ) from error


def short_side(source: Source) -> int:
    """Pixels of the picture's short side, from its header."""
    with source.path.open("rb") as file:
        file.seek(max(source.offset, 0))
        return min(Image.open(io.BytesIO(file.read(source.size))).size)


def is_held_out(source: Source, share: float = 0.04) -> bool:
    """Whether a picture belongs to the held-out part: decided by its name alone, so it never moves."""
    digest = hashlib.sha256(source.name.encode()).digest()
    return int.from_bytes(digest[:4], "big") < share * 2**32


def split(sources: Sequence[Source], share: float = 0.04) -> tuple[list[Source], list[Source]]:
    """(training pictures, held-out pictures)."""
    held_out = [s for s in sources if is_held_out(s, share)]
    return [s for s in sources if not is_held_out(s, share)], held_out


def batches(n: int, size: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """Endless shuffled batches of indices; every index once before any twice."""
    order = rng.permutation(n)
    while True:
        while len(order) < size:
            order = np.concatenate([order, rng.permutation(n)])
        yield order[:size]
        order = order[size:]
