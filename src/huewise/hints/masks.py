"""Masks of regions: from an array, or from a picture file in which white marks the region."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.errors import HintError

MAX_MASK_PIXELS = 178_956_970  # more Pillow does not open


def checked_mask(mask_hw: NDArray[Any], name: str) -> NDArray[np.float32]:
    """Return a read-only float32 copy of a mask (h, w) in 0..1; HintError if it is none, or empty."""
    if mask_hw.ndim != 2 or 0 in mask_hw.shape or mask_hw.dtype.kind not in "fbiu":
        raise HintError(
            f"{name} has shape {mask_hw.shape} of {mask_hw.dtype}", "(h, w) of floats 0..1", "give one layer"
        )
    checked_hw = mask_hw.astype(np.float32)
    if not np.isfinite(checked_hw).all() or checked_hw.min() < 0 or checked_hw.max() > 1:
        raise HintError(
            f"{name} has values from {checked_hw.min():g} to {checked_hw.max():g}", "0..1", "scale the mask"
        )
    if not checked_hw.any():
        raise HintError(f"{name} is empty", "some part above 0", "mark the region in white")
    checked_hw.setflags(write=False)
    return checked_hw


def read_mask(path: Path) -> NDArray[np.float32]:
    """Read a mask picture, upright: its gray value times its alpha, 0..1."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path) as opened:
                if opened.width * opened.height > MAX_MASK_PIXELS:
                    raise Image.DecompressionBombError
                gray_hw = _gray_times_alpha(ImageOps.exif_transpose(opened))
    except FileNotFoundError:
        raise HintError(f"mask {path} does not exist", "a picture file", "check the name") from None
    except Image.DecompressionBombError:
        raise HintError(
            f"mask {path} is too large",
            f"at most {MAX_MASK_PIXELS} pixels",
            "scale it down",
        ) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise HintError(
            f"mask {path} cannot be read ({error})", "a picture, white on black", "save it as PNG"
        ) from error
    return checked_mask(gray_hw, f"mask {path}")


def _gray_times_alpha(image: Any) -> NDArray[np.float32]:
    if image.mode.startswith(("I", "F")):
        values_hw = np.asarray(image, dtype=np.float32)
        return values_hw if image.mode == "F" else values_hw / np.float32(65535)
    la_hw2 = np.asarray(image.convert("RGBA").convert("LA"), dtype=np.float32) / 255
    return np.asarray(la_hw2[..., 0] * la_hw2[..., 1], dtype=np.float32)
