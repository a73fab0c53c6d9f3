"""Where hints are placed for a measurement: nested random points, and points of maximal error (zhang2017 4.1)."""

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from huewise.hints import Region

F32 = NDArray[np.float32]
PATCH = 7  # picture pixels: the revealed patch
WINDOW = 25  # picture pixels: the error is averaged over this window before its maximum is looked for


def random_centres(n: int, height: int, width: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """(n, 2) pixel (y, x), uniform; a slice of its first k is nested in it."""
    return np.stack([rng.integers(0, height, n), rng.integers(0, width, n)], 1)


def max_error_centre(error_hw: F32, taken: NDArray[np.int64]) -> tuple[int, int]:
    """The pixel of largest window-mean error whose patch overlaps none of the patches around `taken` (k, 2)."""
    mean = ndimage.uniform_filter(error_hw, WINDOW, mode="reflect")
    for y, x in taken:
        mean[max(0, y - PATCH + 1) : y + PATCH, max(0, x - PATCH + 1) : x + PATCH] = -1.0
    y, x = np.unravel_index(int(mean.argmax()), mean.shape)
    return int(y), int(x)


def reveal(ab_hw2: F32, centre: tuple[int, int]) -> Region:
    """The hint that tells the mean ab of the 7x7 patch around a pixel (cut at the border)."""
    h, w, _ = ab_hw2.shape
    y, x = centre
    y0, y1 = max(0, y - PATCH // 2), min(h, y + PATCH // 2 + 1)
    x0, x1 = max(0, x - PATCH // 2), min(w, x + PATCH // 2 + 1)
    a, b = ab_hw2[y0:y1, x0:x1].mean((0, 1))
    return Region([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], (float(a), float(b)))
