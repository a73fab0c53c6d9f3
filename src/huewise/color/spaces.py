"""Colour spaces: sRGB, linear RGB, CIE XYZ, Lab and LCH (D65, 2 degrees), YUV (BT.601), HSV's saturation.

Every function takes an array whose last axis holds the three channels, any leading shape, and gives the same
shape. float64 stays float64, everything else becomes float32. sRGB may also come as uint8 or uint16 and is
then divided by 255 or 65535; floats are 0..1.

The matrix follows from the sRGB primaries and the white of IEC 61966-2-1 (x = 0.3127, y = 0.3290), so that
grays are exactly neutral: many programs mix a rounded matrix with a differently rounded white and give white
a colour of 0.01.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[Any]
"""A float32 or float64 array."""

_PRIMARIES_XY = np.array([[0.64, 0.33], [0.30, 0.60], [0.15, 0.06]])
_WHITE_XY = np.array([0.3127, 0.3290])


def _xyz_of_xy(xy: Floats) -> Floats:
    """Chromaticities (..., 2) -> XYZ with Y = 1."""
    x, y = xy[..., 0], xy[..., 1]
    return np.stack([x / y, np.ones_like(x), (1 - x - y) / y], -1)


def _rgb_matrix() -> Floats:
    """Linear RGB (3,) -> XYZ (3,), from the primaries and the white."""
    primaries = _xyz_of_xy(_PRIMARIES_XY).T
    matrix: Floats = primaries * np.linalg.solve(primaries, WHITE_XYZ)
    return matrix


WHITE_XYZ: Floats = _xyz_of_xy(_WHITE_XY)
"""D65, Y = 1."""
_XYZ_OF_RGB = _rgb_matrix()
_RGB_OF_XYZ = np.linalg.inv(_XYZ_OF_RGB)
# Lab divides XYZ by the white at once: one product less per pixel.
_RELATIVE_OF_RGB = _XYZ_OF_RGB / WHITE_XYZ[:, None]
_RGB_OF_RELATIVE = _RGB_OF_XYZ * WHITE_XYZ

_EPSILON = (6 / 29) ** 3
_SLOPE = (29 / 6) ** 2 / 3  # of the straight part of CIE f(t)

_LUMA = np.array([0.299, 0.587, 0.114])
_U_SCALE, _V_SCALE = 0.436 / (1 - _LUMA[2]), 0.615 / (1 - _LUMA[0])
_YUV_OF_RGB = np.stack(
    [_LUMA, _U_SCALE * (np.array([0, 0, 1.0]) - _LUMA), _V_SCALE * (np.array([1.0, 0, 0]) - _LUMA)]
)
_RGB_OF_YUV = np.linalg.inv(_YUV_OF_RGB)


def _as_floats(values: ArrayLike) -> Floats:
    array = np.asarray(values)
    return array if array.dtype == np.float64 else np.asarray(array, np.float32)


def _times(matrix: Floats, values: Floats) -> Floats:
    """The matrix applied to the last axis, in the array's own precision."""
    product: Floats = values @ matrix.T.astype(values.dtype)
    return product


def _unit(rgb: ArrayLike) -> Floats:
    """SRGB of any accepted type -> floats 0..1."""
    array = np.asarray(rgb)
    if array.dtype in (np.uint8, np.uint16):
        return array.astype(np.float32) * np.float32(1 / np.iinfo(array.dtype).max)
    return _as_floats(array)


def _decode(rgb: Floats) -> Floats:
    bent = np.maximum(rgb, 0.04045)
    bent += 0.055
    bent *= 1 / 1.055
    np.power(bent, 2.4, out=bent)
    return np.where(rgb > 0.04045, bent, rgb * (1 / 12.92))


_LINEAR_OF_BYTE = _decode(np.arange(256) / 255).astype(np.float32)


def rgb_to_linear(rgb: ArrayLike) -> Floats:
    """SRGB -> linear light, 0..1; the straight part is continued below 0."""
    array = np.asarray(rgb)
    return _LINEAR_OF_BYTE[array] if array.dtype == np.uint8 else _decode(_unit(array))


def linear_to_rgb(linear: ArrayLike) -> Floats:
    """Linear light -> sRGB, not clipped; the straight part is continued below 0."""
    linear = _as_floats(linear)
    bent = np.maximum(linear, 0.0031308)
    np.power(bent, 1 / 2.4, out=bent)
    bent *= 1.055
    bent -= 0.055
    return np.where(linear > 0.0031308, bent, linear * 12.92)


def linear_to_xyz(linear: ArrayLike) -> Floats:
    """Linear RGB -> XYZ with Y of white = 1."""
    return _times(_XYZ_OF_RGB, _as_floats(linear))


def xyz_to_linear(xyz: ArrayLike) -> Floats:
    """XYZ with Y of white = 1 -> linear RGB, not clipped."""
    return _times(_RGB_OF_XYZ, _as_floats(xyz))


def rgb_to_xyz(rgb: ArrayLike) -> Floats:
    """SRGB -> XYZ with Y of white = 1."""
    return linear_to_xyz(rgb_to_linear(rgb))


def xyz_to_rgb(xyz: ArrayLike) -> Floats:
    """XYZ with Y of white = 1 -> sRGB, not clipped."""
    return linear_to_rgb(xyz_to_linear(xyz))


def _lab_of_relative(relative: Floats) -> Floats:
    """XYZ divided by the white -> Lab (CIE 15:2004, 8.2.1)."""
    f = np.where(relative > _EPSILON, np.cbrt(relative), relative * _SLOPE + 4 / 29)
    lab = np.empty_like(f)
    lab[..., 0] = 116 * f[..., 1] - 16
    lab[..., 1] = 500 * (f[..., 0] - f[..., 1])
    lab[..., 2] = 200 * (f[..., 1] - f[..., 2])
    return lab


def _relative_of_lab(lab: Floats) -> Floats:
    """Lab -> XYZ divided by the white."""
    f = np.empty_like(lab)
    f[..., 1] = (lab[..., 0] + 16) * (1 / 116)
    f[..., 0] = f[..., 1] + lab[..., 1] * (1 / 500)
    f[..., 2] = f[..., 1] - lab[..., 2] * (1 / 200)
    return np.where(f > 6 / 29, f * f * f, (f - 4 / 29) * (1 / _SLOPE))


def xyz_to_lab(xyz: ArrayLike) -> Floats:
    """XYZ with Y of white = 1 -> Lab, L 0..100."""
    xyz = _as_floats(xyz)
    return _lab_of_relative(xyz / WHITE_XYZ.astype(xyz.dtype))


def lab_to_xyz(lab: ArrayLike) -> Floats:
    """Lab -> XYZ with Y of white = 1."""
    lab = _as_floats(lab)
    xyz: Floats = _relative_of_lab(lab) * WHITE_XYZ.astype(lab.dtype)
    return xyz


def rgb_to_lab(rgb: ArrayLike) -> Floats:
    """SRGB -> Lab: L 0..100, a and b about -110..110."""
    return _lab_of_relative(_times(_RELATIVE_OF_RGB, rgb_to_linear(rgb)))


def lab_to_linear(lab: ArrayLike) -> Floats:
    """Lab -> linear RGB, not clipped: outside 0..1 where sRGB does not hold the colour."""
    return _times(_RGB_OF_RELATIVE, _relative_of_lab(_as_floats(lab)))


def lab_to_rgb(lab: ArrayLike, *, clip: bool = True) -> Floats:
    """Lab -> sRGB, clipped to 0..1 unless `clip=False`.

    Clipping moves lightness and hue: `gamut.fit_gamut` first keeps both.
    """
    rgb = linear_to_rgb(lab_to_linear(lab))
    return np.clip(rgb, 0, 1, out=rgb) if clip else rgb


def lab_to_lch(lab: ArrayLike) -> Floats:
    """Lab -> LCH: lightness 0..100, chroma, hue in degrees 0..360 (0 where there is no chroma)."""
    lab = _as_floats(lab)
    hue = np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) % 360
    hue = np.where(hue >= 360, 0, hue)  # a tiny negative angle rounds up to the full turn
    return np.stack([lab[..., 0], np.hypot(lab[..., 1], lab[..., 2]), hue], -1).astype(lab.dtype, copy=False)


def lch_to_lab(lch: ArrayLike) -> Floats:
    """LCH -> Lab; hue in degrees, any turn."""
    lch = _as_floats(lch)
    hue = np.radians(lch[..., 2])
    return np.stack([lch[..., 0], lch[..., 1] * np.cos(hue), lch[..., 1] * np.sin(hue)], -1)


def rgb_to_yuv(rgb: ArrayLike) -> Floats:
    """SRGB (gamma kept) -> YUV of BT.601: Y 0..1, U within +-0.436, V within +-0.615 (billaut2018, 1)."""
    return _times(_YUV_OF_RGB, _unit(rgb))


def yuv_to_rgb(yuv: ArrayLike, *, clip: bool = True) -> Floats:
    """YUV of BT.601 -> sRGB, clipped to 0..1 unless `clip=False`."""
    rgb = _times(_RGB_OF_YUV, _as_floats(yuv))
    return np.clip(rgb, 0, 1, out=rgb) if clip else rgb


BLACK = 0.5 / 255
"""Of a colour's largest part: what is below rounds to black in 8 bits, whatever its hue."""


def saturation(rgb: ArrayLike) -> Floats:
    """HSV's S of sRGB (..., 3) -> (...): (max - min) / max, 0 for what is `BLACK` (zhang2017, section 3.3)."""
    rgb = _unit(rgb)
    brightest, darkest = rgb.max(-1), rgb.min(-1)
    result: Floats = np.divide(
        brightest - darkest, brightest, out=np.zeros_like(brightest), where=brightest > BLACK
    )
    return result


Convert = Callable[[ArrayLike], Floats]
"""A conversion (..., 3) -> (..., 3)."""
