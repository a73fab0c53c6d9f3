"""Colour as numbers: spaces, gamut, differences, bins and what a person may write for a colour. NumPy only.

Knows nothing of pictures, hints or models. Read `spaces.py` first, then `bins.py`.
"""

from huewise.color.bins import BinSet, ab313, bin_set, lch512, most_frequent, rgb512
from huewise.color.decode import annealed_mean, mean_color, mode_color, top_k
from huewise.color.difference import delta_e_76, delta_e_2000, psnr
from huewise.color.gamut import fit_gamut, in_gamut, lab_to_rgb_fitted, max_chroma
from huewise.color.parse import LAB_RANGES, format_hex, parse_color
from huewise.color.rebalance import rebalance_weights
from huewise.color.spaces import (
    lab_to_lch,
    lab_to_linear,
    lab_to_rgb,
    lab_to_xyz,
    lch_to_lab,
    linear_to_rgb,
    linear_to_xyz,
    rgb_to_lab,
    rgb_to_linear,
    rgb_to_xyz,
    rgb_to_yuv,
    saturation,
    xyz_to_lab,
    xyz_to_linear,
    xyz_to_rgb,
    yuv_to_rgb,
)

__all__ = [
    "LAB_RANGES",
    "BinSet",
    "ab313",
    "annealed_mean",
    "bin_set",
    "delta_e_76",
    "delta_e_2000",
    "fit_gamut",
    "format_hex",
    "in_gamut",
    "lab_to_lch",
    "lab_to_linear",
    "lab_to_rgb",
    "lab_to_rgb_fitted",
    "lab_to_xyz",
    "lch512",
    "lch_to_lab",
    "linear_to_rgb",
    "linear_to_xyz",
    "max_chroma",
    "mean_color",
    "mode_color",
    "most_frequent",
    "parse_color",
    "psnr",
    "rebalance_weights",
    "rgb512",
    "rgb_to_lab",
    "rgb_to_linear",
    "rgb_to_xyz",
    "rgb_to_yuv",
    "saturation",
    "top_k",
    "xyz_to_lab",
    "xyz_to_linear",
    "xyz_to_rgb",
    "yuv_to_rgb",
]
