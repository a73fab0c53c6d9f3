"""Toned or yellowed paper against a real colour picture.

Silver prints on yellowed paper, sepia and cyanotypes have colour, but only one: their ab is a curve over L
along one hue. Fit that curve; what it leaves unexplained is small on a toned print and large on a colour
picture.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Tint = Literal["gray", "toned", "color"]

# In Lab units. Set on 42 old photographs and 2,373 colour pictures.
_GRAY_CHROMA = 4.0  # the 99th percentile of chroma: scans and JPEG stay below it, the eye does too
_OFF_CURVE = 4.0  # the 95th percentile of the distance from the curve, on neutral paper
_OFF_CURVE_PER_CHROMA = 0.22  # stronger tones are also less even
_OFF_HUE_95, _OFF_HUE_99 = 4.0, 5.8  # percentiles of the distance across the hue: stains lie along it


def tint_of(ab_hw2: NDArray[np.float32], l_hw: NDArray[np.float32]) -> Tint:
    """ "gray", "toned" or "color" for a small picture: ab (h, w, 2) in Lab units, L (h, w) 0..100."""
    ab = ab_hw2.reshape(-1, 2).astype(np.float64)
    chroma = np.hypot(ab[:, 0], ab[:, 1])
    if np.percentile(chroma, 99) < _GRAY_CHROMA:
        return "gray"
    l_unit = l_hw.reshape(-1).astype(np.float64) / 100
    residual = ab - curve_at(tone_curve(ab, l_unit), l_unit)
    off_curve = np.percentile(np.hypot(residual[:, 0], residual[:, 1]), 95)
    hue = ab.mean(axis=0) / max(float(np.hypot(*ab.mean(axis=0))), 1e-6)
    off_hue = np.abs(residual @ np.array([-hue[1], hue[0]]))
    one_curve = off_curve < _OFF_CURVE + _OFF_CURVE_PER_CHROMA * np.median(chroma)
    one_hue = np.percentile(off_hue, 95) < _OFF_HUE_95 and np.percentile(off_hue, 99) < _OFF_HUE_99
    return "toned" if one_curve and one_hue else "color"


def tone_curve(ab: NDArray[np.float64], l_unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """Coefficients (4, 2) of the cubic of L (0..1) that comes nearest to ab (n, 2)."""
    return np.asarray(np.linalg.lstsq(l_unit[:, None] ** np.arange(4), ab, rcond=None)[0], np.float64)


def curve_at(coefficients: NDArray[np.float64], l_unit: NDArray[np.float64]) -> NDArray[np.float64]:
    """The curve's ab (..., 2) at L (0..1)."""
    return np.asarray(l_unit[..., None] ** np.arange(4) @ coefficients, np.float64)
