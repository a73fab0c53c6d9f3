"""Reference pictures: their colours, as a histogram, are a global hint (zhang2017 section 3.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise import imaging
from huewise.color import BinSet
from huewise.errors import PictureError
from huewise.imaging import Picture
from huewise.imaging.lightness import area_mean, block_mean
from huewise.limits import DEFAULT_MAX_PIXELS

F32 = NDArray[np.float32]
ReferenceLike = str | Path | bytes | NDArray[Any] | Picture

SEEN = 0.5  # of a cell: a reference's colours are those of cells of which at least so much is opaque
_SIDE = 64  # a quarter of the network's short side, as in the paper


@dataclass(frozen=True)
class Reference:
    """The colours of a picture: `ab_n2`, those of its cells at quarter resolution."""

    ab_n2: F32
    name: str = ""

    @classmethod
    def read(cls, source: ReferenceLike, *, max_pixels: int = DEFAULT_MAX_PIXELS) -> "Reference":
        """From a colour picture, without what is transparent of it; PictureError where it has no colour to give."""
        picture = source if isinstance(source, Picture) else imaging.read(source, max_pixels=max_pixels)
        name = str(source) if isinstance(source, str | Path) else "the reference"
        if picture.input_ab is None or picture.tint == "gray":
            raise _useless("a picture without colour", name)
        cover_hw1 = _cover(picture, picture.input_ab.shape[:2])
        seen_hw3 = np.concatenate([picture.input_ab * cover_hw1, cover_hw1], -1)
        by = max(1, min(seen_hw3.shape[:2]) // _SIDE)
        ab_n2, cover_n1 = np.split(block_mean(_whole(seen_hw3, by), by).reshape(-1, 3), [2], 1)
        seen = cover_n1[:, 0] >= SEEN
        if not seen.any():
            raise _useless("a picture that is transparent all over", name)
        return cls((ab_n2[seen] / cover_n1[seen]).astype(np.float32), name)

    def histogram(self, bins: BinSet) -> F32:
        """Share of each bin, (Q,), sums to 1."""
        return bins.histogram(self.ab_n2)


def _cover(picture: Picture, shape: tuple[int, int]) -> F32:
    """How much is seen of each pixel of the picture's colours, (h, w, 1) in 0..1."""
    if picture.alpha is None:
        return np.ones((*shape, 1), np.float32)
    return area_mean(picture.alpha, shape)[..., None] / np.float32(np.iinfo(picture.alpha.dtype).max)


def _whole(array_hwc: F32, by: int) -> F32:
    """Without what is left over beside cells of `by` x `by`."""
    h, w = (side // by * by for side in array_hwc.shape[:2])
    return array_hwc[:h, :w]


def _useless(got: str, name: str) -> PictureError:
    error = PictureError(got, "a colour picture as reference", "choose another one")
    error.add_note(f"The picture: {name}")  # as of one that cannot be read
    return error


def mean_histogram(references: Sequence[Reference], bins: BinSet) -> F32 | None:
    """Several references average; none gives None."""
    if not references:
        return None
    mean: F32 = np.mean([reference.histogram(bins) for reference in references], 0, dtype=np.float32)
    return mean
