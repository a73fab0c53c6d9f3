"""Colour as numbers: spaces, gamut, differences, bins and what a person may write for a colour. NumPy only.

Knows nothing of pictures, hints or models. Read `spaces.py` first, then `bins.py`.
"""

from huewise.color.bins import BinSet, ab313, lch512, most_frequent, rgb512
from huewise.color.spaces import (
    lab_to_lch,
    lab_to_rgb,
    lch_to_lab,
    rgb_to_lab,
    rgb_to_yuv,
    saturation,
    yuv_to_rgb,
)

__all__ = [
    "BinSet",
    "ab313",
    "lab_to_lch",
    "lab_to_rgb",
    "lch512",
    "lch_to_lab",
    "most_frequent",
    "rgb512",
    "rgb_to_lab",
    "rgb_to_yuv",
    "saturation",
    "yuv_to_rgb",
]
