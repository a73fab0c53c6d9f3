"""A validation picture opened for measuring: the truth, its colours, and the same picture in a model's hands."""

import hashlib
import sys
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import huewise
from huewise.color import rgb_to_lab
from huewise.engine import Colorizer, OpenPicture
from huewise.engine.render import render
from huewise.errors import PictureError
from huewise.evaluation.metrics import mean_chroma
from huewise.hints import Hint
from huewise.training.pictures import Source, read_rgb

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

LEAST_CHROMA = 1.0  # of a picture in colour, in the mean


@dataclass(frozen=True)
class Subject:
    """`truth` (h, w, 3) sRGB; `lab` of it; `opened` sees its lightness or drawing. `rng` depends on the name alone."""

    name: str
    truth: U8
    lab: F32
    opened: OpenPicture

    @classmethod
    def read(cls, source: Source, colorizer: Colorizer, seen: Source | None = None) -> "Subject":
        """Read the truth and open its lightness; `seen`: the drawing that came with it, opened in its place."""
        truth = read_rgb(source)
        opened = colorizer.open(truth if seen is None else read_rgb(seen))
        return cls(source.name, truth, rgb_to_lab(truth.astype(np.float32) / 255.0), opened)

    @property
    def rng(self) -> np.random.Generator:
        """A generator seeded by the picture's name: the same hints for every method."""
        return np.random.default_rng(zlib.crc32(self.name.encode()))

    @property
    def gray(self) -> U8:
        """The picture without colour."""
        return self.painted(np.zeros((8, 8, 2), np.float32))

    def painted(self, ab_hw2: F32) -> U8:
        """Small colours as the pixels that would be written."""
        return as_pixels(render(self.opened.picture.lightness, ab_hw2, bits=8))

    def colorized(self, hints: Sequence[Hint] = (), **wishes: Any) -> U8:
        """What a person gets."""
        return as_pixels(self.opened.colorize(hints, **wishes).pixels(8))


def in_colour(sources: Sequence[Source]) -> list[Source]:
    """Those that have any colour, without which nothing can be gained; how many have none is said."""
    kept = [source for source in sources if mean_chroma(read_rgb(source)) > LEAST_CHROMA]
    if not kept:
        raise PictureError("no picture in colour", "colour pictures to measure on", "check --data")
    if gray := len(sources) - len(kept):
        print(f"{gray} of {len(sources)} pictures have no colour and are left out", file=sys.stderr)
    return kept


def fingerprint(colorizer: Colorizer) -> str:
    """What tells this model's rows from those of another one, of other weights of the same name, of other code."""
    hashes = "".join(graph.sha256 for graph in colorizer.spec.graphs)
    weights = hashlib.sha256(hashes.encode()).hexdigest()[:12]
    return f"{colorizer.spec.name}-{weights}-{code_digest(Path(huewise.__file__).parent)}"


@cache
def code_digest(package: Path) -> str:
    """Of all Python in `package` that shapes a figure: its server and command line do not."""
    files = (path.relative_to(package) for path in package.rglob("*.py"))
    shaping = sorted(file for file in files if file.parts[0] not in ("server", "cli"))
    code = b"".join(str(file).encode() + (package / file).read_bytes() for file in shaping)
    return hashlib.sha256(code).hexdigest()[:8]


def as_pixels(rgb_hw3: NDArray[Any]) -> U8:
    """The same array, typed."""
    return np.asarray(rgb_hw3, np.uint8)
