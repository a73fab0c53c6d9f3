"""A coloured picture: small colours joined with the full-size lightness when somebody asks for pixels."""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huewise import imaging
from huewise.color import rgb_to_lab
from huewise.engine.render import render
from huewise.errors import UsageError
from huewise.imaging import Picture

F32 = NDArray[np.float32]

NO_FLATS = ("layers of a picture without flats", "flats", "colour it with flats")


@dataclass(frozen=True, repr=False)
class Result:
    """`picture` coloured with `ab_small_hw2`, the colours at network size (ab units).

    `notes`: what the person should know of this colouring, beside the picture's own.
    """

    picture: Picture
    ab_small_hw2: F32
    notes: tuple[str, ...] = field(default=(), kw_only=True)

    def __repr__(self) -> str:
        return f"{type(self).__name__} of {self.picture!r}"

    @cached_property
    def rgb(self) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """(h, w, 3) sRGB at full size, uint8 or uint16 as the input was."""
        return self.pixels(self.picture.bits)

    def pixels(self, bits: int) -> NDArray[np.uint8] | NDArray[np.uint16]:
        """The same with 8 or 16 bits."""
        return render(self.picture.lightness, self.ab_small_hw2, bits=bits)

    @cached_property
    def lab(self) -> F32:
        """(h, w, 3) CIE Lab at full size, of the pixels that are written (within the gamut)."""
        return rgb_to_lab(self.rgb.astype(np.float32) / (255.0 if self.rgb.dtype == np.uint8 else 65535.0))

    @property
    def ab(self) -> F32:
        """(h, w, 2) ab at full size."""
        return self.lab[..., 1:]

    def save(
        self,
        path: str | Path,
        *,
        format: str | None = None,
        quality: int | None = None,
        bits: int | None = None,
        overwrite: bool = False,
    ) -> Path:
        """Write the picture; never over the input, over another file only with `overwrite`."""
        return imaging.write(
            path,
            self.pixels(bits or self.picture.bits),
            self.picture,
            format=format,
            quality=quality,
            bits=bits,
            overwrite=overwrite,
        )

    def save_layers(self, target: str | Path, *, overwrite: bool = False) -> Path:
        """Only flats come in layers: UsageError."""
        raise UsageError(*NO_FLATS)

    def encode(
        self, *, format: str | None = None, quality: int | None = None, bits: int | None = None
    ) -> bytes:
        """The file's bytes, in the input's format unless another is asked for."""
        if format == "ora":
            raise UsageError(*NO_FLATS)
        pixels = self.pixels(bits or self.picture.bits)
        return imaging.encode(pixels, self.picture, format=format, quality=quality, bits=bits)
