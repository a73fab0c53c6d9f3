"""The colours sRGB can hold: is it in, and how much chroma must go so that it is."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from huewise.color.spaces import Floats, lab_to_linear, lab_to_rgb, linear_to_rgb

_TOLERANCE = 1e-5
"""In linear light: above the rounding of float32, below a thirtieth of an 8-bit step even in black."""
_CHROMA_ERROR = 0.02
_YELLOW_RED = 0.02
"""How far red may exceed 1, in linear light, beside pure yellow. There (L > 93, hue 98 to 106) a ray of
growing chroma leaves sRGB by at most 2/255 of red and comes back as far as chroma 96: taken strictly, a bright yellow
would fade to a third of its chroma. Clipping that red moves L by less than 0.2."""


def in_gamut(lab: ArrayLike) -> NDArray[np.bool_]:
    """Lab (..., 3) -> whether sRGB holds the colour (...)."""
    return _holds(lab_to_linear(lab))


def fit_gamut(lab: ArrayLike) -> Floats:
    """Lab (..., 3) -> the same lightness and hue with the most chroma, up to its own, that sRGB holds.

    Chroma is exact within 0.02, but for a narrow range beside pure yellow, where red may exceed 1 by 2/255. L
    is clipped to 0..100 first. Colours that fit are returned unchanged.
    """
    lab = np.array(lab, copy=True)
    if lab.dtype != np.float64:
        lab = lab.astype(np.float32, copy=False)
    np.clip(lab[..., 0], 0, 100, out=lab[..., 0])
    outside = ~_fits(lab, lab_to_linear(lab))
    if outside.any():
        lab[outside] = _reduced(lab[outside])
    return lab


def lab_to_rgb_fitted(lab: ArrayLike) -> Floats:
    """Lab (..., 3) -> sRGB 0..1 of `fit_gamut`, converting what fits only once."""
    lab = np.asarray(lab)
    linear = lab_to_linear(lab)
    outside = ~_fits(lab, linear)
    rgb = linear_to_rgb(linear)
    if outside.any():
        rgb[outside] = lab_to_rgb(fit_gamut(lab[outside]))
    return np.clip(rgb, 0, 1, out=rgb)


def max_chroma(lightness: ArrayLike, hue: ArrayLike) -> Floats:
    """L 0..100 and hue in degrees (broadcast) -> the most chroma that sRGB holds there, within 0.02."""
    lightness, hue = np.broadcast_arrays(
        np.asarray(lightness, np.float64), np.radians(np.asarray(hue, np.float64))
    )
    lab = np.stack([lightness, 150 * np.cos(hue), 150 * np.sin(hue)], -1)
    fitted = fit_gamut(lab)
    return np.hypot(fitted[..., 1], fitted[..., 2])


def _holds(linear: Floats, red_excess: float | Floats = 0.0) -> NDArray[np.bool_]:
    low, high = -_TOLERANCE, 1 + _TOLERANCE
    red, green, blue = linear[..., 0], linear[..., 1], linear[..., 2]
    # Comparing columns is ten times faster than `all` along an axis of three.
    held: NDArray[np.bool_] = (red >= low) & (green >= low) & (blue >= low)
    held &= (red <= high + red_excess) & (green <= high) & (blue <= high)
    return held


def _fits(lab: Floats, linear: Floats) -> NDArray[np.bool_]:
    """Whether sRGB holds the colour, with the allowance beside pure yellow."""
    a, b = lab[..., 1], lab[..., 2]
    beside_yellow = (lab[..., 0] > 93) & (a < -0.14 * b) & (a > -0.28 * b)
    return _holds(linear, np.where(beside_yellow, _YELLOW_RED, 0.0))


def _reduced(lab_n3: NDArray[Any]) -> NDArray[Any]:
    """Bisection of the chroma of colours that do not fit; what is returned fits."""
    ab = lab_n3[:, 1:]
    largest = float(np.nanmax(np.hypot(ab[:, 0], ab[:, 1]), initial=_CHROMA_ERROR))
    low = np.zeros((len(ab), 1), lab_n3.dtype)  # share of the chroma that fits
    high = np.ones_like(low)
    trial = lab_n3.copy()
    for _ in range(int(np.ceil(np.log2(largest / _CHROMA_ERROR)))):
        middle = (low + high) / 2
        trial[:, 1:] = ab * middle
        fits = _fits(trial, lab_to_linear(trial))[:, None]
        low = np.where(fits, middle, low)
        high = np.where(fits, high, middle)
    trial[:, 1:] = ab * low
    return trial
