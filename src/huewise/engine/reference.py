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
from huewise.limits import DEFAULT_MAX_PIXELS

F32 = NDArray[np.float32]
ReferenceLike = str | Path | bytes | NDArray[Any] | Picture

_SIDE = 64  # a quarter of the network's short side, as in the paper


@dataclass(frozen=True)
class Reference:
    """The colours of a picture: `ab_n2`, those of its cells at quarter resolution."""

    ab_n2: F32
    name: str = ""

    @classmethod
    def read(cls, source: ReferenceLike, *, max_pixels: int = DEFAULT_MAX_PIXELS) -> "Reference":
        """From a colour picture; PictureError where it has none to give."""
        picture = source if isinstance(source, Picture) else imaging.read(source, max_pixels=max_pixels)
        name = str(source) if isinstance(source, str | Path) else "the reference"
        if picture.input_ab is None or picture.tint == "gray":
            error = PictureError(
                "a picture without colour", "a colour picture as reference", "choose another one"
            )
            error.add_note(f"The picture: {name}")  # as of one that cannot be read
            raise error
        h, w, _ = picture.input_ab.shape
        by = max(1, min(h, w) // _SIDE)
        cut = picture.input_ab[: h // by * by, : w // by * by]
        cells = cut.reshape(h // by, by, w // by, by, 2).mean((1, 3))
        return cls(cells.reshape(-1, 2).astype(np.float32), name)

    def histogram(self, bins: BinSet) -> F32:
        """Share of each bin, (Q,), sums to 1."""
        return bins.histogram(self.ab_n2)


def mean_histogram(references: Sequence[Reference], bins: BinSet) -> F32 | None:
    """Several references average; none gives None."""
    if not references:
        return None
    mean: F32 = np.mean([reference.histogram(bins) for reference in references], 0, dtype=np.float32)
    return mean
