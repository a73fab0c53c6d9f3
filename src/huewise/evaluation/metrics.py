"""Measures of a coloured picture against the truth; pictures are (h, w, 3) uint8 sRGB unless said otherwise."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from huewise.color import psnr, rgb_to_lab

__all__ = ["bounded", "colorfulness", "mean_and_error", "mean_chroma", "psnr"]

U8 = NDArray[np.uint8]


def mean_chroma(rgb_hw3: U8) -> float:
    """Mean CIE Lab chroma."""
    lab = rgb_to_lab(rgb_hw3.astype(np.float32) / 255.0)
    return float(np.hypot(lab[..., 1], lab[..., 2]).mean())


def colorfulness(rgb_hw3: U8) -> float:
    """Hasler and Suesstrunk 2003, with signed opponent values (several colourization codes take absolute ones)."""
    r, g, b = (rgb_hw3[..., i].astype(np.float64) for i in range(3))
    rg, yb = r - g, 0.5 * (r + g) - b
    return float(np.hypot(rg.std(), yb.std()) + 0.3 * np.hypot(rg.mean(), yb.mean()))


def bounded(decibels: ArrayLike) -> NDArray[np.float64]:
    """PSNR of which means and differences can be taken: equal pictures count as 100 dB."""
    return np.minimum(np.asarray(decibels, np.float64), 100.0)


def mean_and_error(values: NDArray[np.float64]) -> tuple[float, float]:
    """Mean and standard error of the mean."""
    error = values.std(ddof=1) / np.sqrt(values.size) if values.size > 1 else 0.0
    return float(values.mean()), float(error)
