"""How different two colours look."""

import numpy as np
from numpy.typing import ArrayLike

from huewise.color.spaces import Floats


def delta_e_76(lab1: ArrayLike, lab2: ArrayLike) -> Floats:
    """CIE 1976: the distance of two Lab colours (..., 3) -> (...)."""
    difference: Floats = np.sqrt(((np.asarray(lab1, np.float64) - np.asarray(lab2, np.float64)) ** 2).sum(-1))
    return difference


def delta_e_2000(lab1: ArrayLike, lab2: ArrayLike) -> Floats:
    """CIEDE2000 of two Lab colours (..., 3) -> (...) float64, kL = kC = kH = 1.

    Sharma, Wu, Dalal 2005, "The CIEDE2000 color-difference formula", equations 2 to 22 and their letters.
    """
    L1, a1, b1 = np.moveaxis(np.asarray(lab1, np.float64), -1, 0)
    L2, a2, b2 = np.moveaxis(np.asarray(lab2, np.float64), -1, 0)
    a1, a2 = _stretched(a1, a2, (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2)
    C1, C2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1)) % 360, np.degrees(np.arctan2(b2, a2)) % 360
    no_hue = C1 * C2 == 0

    turn = np.where(no_hue, 0, (h2 - h1 + 180) % 360 - 180)  # eq. 10
    # At exactly 180 degrees eq. 10 keeps the sign of h2 - h1; only its square and R_T times it matter.
    turn = np.where(~no_hue & (h2 - h1 == 180), 180, turn)
    dL, dC = L2 - L1, C2 - C1
    dH = 2 * np.sqrt(C1 * C2) * np.sin(np.radians(turn / 2))

    h = _mean_hue(h1, h2, no_hue)
    L, C = (L1 + L2) / 2, (C1 + C2) / 2
    T = (
        1
        - 0.17 * np.cos(np.radians(h - 30))
        + 0.24 * np.cos(np.radians(2 * h))
        + 0.32 * np.cos(np.radians(3 * h + 6))
        - 0.20 * np.cos(np.radians(4 * h - 63))
    )
    S_L = 1 + 0.015 * (L - 50) ** 2 / np.sqrt(20 + (L - 50) ** 2)
    S_C = 1 + 0.045 * C
    S_H = 1 + 0.015 * C * T
    R_T = -2 * _chroma_share(C) * np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2))))
    light, chroma, hue = dL / S_L, dC / S_C, dH / S_H
    # Rounding may leave a square of -1e-17 for equal colours.
    difference: Floats = np.sqrt(np.maximum(light**2 + chroma**2 + hue**2 + R_T * chroma * hue, 0))
    return difference


def _chroma_share(C: Floats) -> Floats:
    """sqrt(C^7 / (C^7 + 25^7)), of equations 4 and 17."""
    share: Floats = np.sqrt(C**7 / (C**7 + 25.0**7))
    return share


def _stretched(a1: Floats, a2: Floats, C: Floats) -> tuple[Floats, Floats]:
    """a' of equations 4 and 5."""
    stretch = 1.5 - 0.5 * _chroma_share(C)
    return a1 * stretch, a2 * stretch


def _mean_hue(h1: Floats, h2: Floats, no_hue: Floats) -> Floats:
    """Equation 14."""
    total = h1 + h2
    mean = np.where(np.abs(h1 - h2) <= 180, total, np.where(total < 360, total + 360, total - 360)) / 2
    return np.where(no_hue, total, mean)


def psnr(made: ArrayLike, truth: ArrayLike) -> float:
    """Peak signal-to-noise ratio in dB of two pictures with values 0..255, over all channels; infinite where equal."""
    error = np.square(np.asarray(made, np.float64) - np.asarray(truth, np.float64)).mean()
    return float(10.0 * np.log10(255.0**2 / error)) if error > 0 else float("inf")
