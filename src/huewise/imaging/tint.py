"""Toned or yellowed paper against a real colour picture."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Tint = Literal["gray", "toned", "color"]

GRAY_CHROMA = 2.0
"""Below this chroma (99th percentile) a picture counts as gray: JPEG noise and neutral scans."""


def tint_of(ab_hw2: NDArray[np.float32], l_hw: NDArray[np.float32]) -> Tint:
    """ "gray", "toned" or "color" for a small picture: ab (h, w, 2) in Lab units, L (h, w) 0..100."""
    chroma = np.hypot(ab_hw2[..., 0], ab_hw2[..., 1])
    if np.percentile(chroma, 99) < GRAY_CHROMA:
        return "gray"
    return "color"


def lab_of(rgb_hw3: NDArray[np.float32]) -> NDArray[np.float32]:
    """CIE Lab (D65, 2 degrees) of sRGB 0..1, for small pictures."""
    linear = np.where(rgb_hw3 <= 0.04045, rgb_hw3 / 12.92, ((rgb_hw3 + 0.055) / 1.055) ** 2.4)
    matrix = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    t = linear @ (matrix / matrix.sum(axis=1, keepdims=True)).T
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t * (29 / 6) ** 2 / 3 + 4 / 29)
    lab = np.stack(
        [116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1
    )
    return lab.astype(np.float32)
