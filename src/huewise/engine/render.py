"""Full-size pixels from full-size lightness and small colours, strip by strip on two threads.

A strip's rows go through everything while they are in the processor's cache: ab brought to full size along the
lightness, the conversion of `color.spaces` with powers replaced by products and tables, chroma reduced where
sRGB does not hold the colour (`color.gamut`), and rounding. Lightness is kept: only chroma gives way.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from huewise.color import fit_gamut
from huewise.color.spaces import WHITE_XYZ, lab_to_linear, linear_to_rgb, xyz_to_linear
from huewise.errors import UsageError
from huewise.imaging.lightness import STEPS_PER_L, shrink
from huewise.propagate.guided_upsample import GuidedUpsampler
from huewise.propagate.joint_upsample import JointUpsampler

F32 = NDArray[np.float32]
Pixels = NDArray[np.uint8] | NDArray[np.uint16]
Upsample = Literal["guided", "joint"]

THREADS = 2
STRIP_PIXELS = 24576
"""A strip's float32 planes are then 96 kB each: ten fit a second-level cache, and its products of (n, 3) by (3, 3)
are small enough for BLAS to keep to the calling thread."""
_TABLE_STEPS = {8: 1 << 14, 16: 1 << 20}  # in linear light; a step is at most 0.2 codes of 8 bits, 0.8 of 16
_GAMUT_TOLERANCE = 1e-5  # in linear light, below half a step of either table
_DELTA = 6 / 29  # where CIE f turns from a cube root into a line


class Upsampler(Protocol):
    """Small ab at full size, any rows at a time (`propagate`)."""

    def planes(self, y0: int, guide_l_hw: F32) -> F32:
        """A and b (2, rows, w) of the rows from `y0` on, whose L is given."""


def render(
    lightness_u16_hw: NDArray[np.uint16],
    ab_low_hw2: F32,
    *,
    bits: int = 8,
    upsample: Upsample = "guided",
) -> Pixels:
    """The coloured picture: sRGB (h, w, 3), uint8 or uint16 by `bits`.

    `lightness_u16_hw`: L * 655.35 at full size, as in `Picture`. `ab_low_hw2`: ab at any smaller (or larger)
    size over the same field of view. `upsample`: "guided" (sharper, and more faithful) or "joint" (zhao2018).
    L of the result is L of the input within what rounding to `bits` allows.
    """
    if bits not in _TABLE_STEPS:
        raise UsageError(f"{bits} bits", "8 or 16 bits a sample")
    if upsample not in ("guided", "joint"):
        raise UsageError(f"upsampling {upsample!r}", "guided or joint")
    height, width = lightness_u16_hw.shape
    upsampler_of = GuidedUpsampler if upsample == "guided" else JointUpsampler
    upsampler = upsampler_of(ab_low_hw2, shrink(lightness_u16_hw, ab_low_hw2.shape[:2]), (height, width))
    rgb_hw3 = np.empty((height, width, 3), np.uint8 if bits == 8 else np.uint16)
    rows = max(1, STRIP_PIXELS // width)

    def strip(y0: int) -> None:
        part = slice(y0, y0 + rows)
        _render_strip(upsampler, y0, lightness_u16_hw[part], rgb_hw3[part])

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(strip, range(0, height, rows)))
    return rgb_hw3


def _render_strip(
    upsampler: Upsampler, y0: int, lightness_u16_hw: NDArray[np.uint16], rgb_hw3: Pixels
) -> None:
    l_hw = np.multiply(lightness_u16_hw, np.float32(1 / STEPS_PER_L), dtype=np.float32)
    ab_2hw = upsampler.planes(y0, l_hw)
    linear_3n = _linear(l_hw, ab_2hw)
    _fit(linear_3n, l_hw, ab_2hw)
    table = _codes_of_linear(rgb_hw3.dtype.itemsize * 8)
    linear_3n *= np.float32(len(table) - 1)
    linear_3n += np.float32(0.5)
    steps = linear_3n.astype(np.int32).astype(np.intp)
    for channel in range(3):
        rgb_hw3[..., channel] = np.take(table, steps[channel], mode="clip").reshape(l_hw.shape)


def _linear(l_hw: F32, ab_2hw: F32) -> F32:
    """Linear RGB (3, h * w), not clipped: CIE 15:2004, 8.2.1 without branches.

    f^3 above delta and 3 delta^2 (f - 4/29) below is max(f, delta)^3 + 3 delta^2 min(f - delta, 0).
    """
    f = np.empty((3, l_hw.size), np.float32)
    np.multiply(l_hw.reshape(-1), np.float32(1 / 116), out=f[1])
    f[1] += np.float32(16 / 116)
    np.multiply(ab_2hw[0].reshape(-1), np.float32(1 / 500), out=f[0])
    f[0] += f[1]
    np.multiply(ab_2hw[1].reshape(-1), np.float32(-1 / 200), out=f[2])
    f[2] += f[1]
    bent = np.maximum(f, np.float32(_DELTA))
    f -= bent
    f *= np.float32(3 * _DELTA**2)
    cube = bent * bent
    cube *= bent
    f += cube
    # einsum and not a BLAS product, which would start threads of its own inside each of ours.
    return np.einsum("ij,jn->in", _linear_of_relative(), f, out=cube)


def _fit(linear_3n: F32, l_hw: F32, ab_2hw: F32) -> None:
    """Put colours that sRGB does not hold at the gamut's edge, at their lightness and hue."""
    least, most = np.float32(-_GAMUT_TOLERANCE), np.float32(1 + _GAMUT_TOLERANCE)
    outside = np.flatnonzero((linear_3n.min(axis=0) < least) | (linear_3n.max(axis=0) > most))
    if len(outside):
        lab_n3 = np.stack([plane.reshape(-1)[outside] for plane in (l_hw, *ab_2hw)], axis=1)
        linear_3n[:, outside] = lab_to_linear(fit_gamut(lab_n3)).T


@lru_cache
def _linear_of_relative() -> F32:
    """(3, 3): XYZ divided by the white -> linear RGB."""
    matrix: NDArray[Any] = xyz_to_linear(np.diag(WHITE_XYZ)).T
    return np.ascontiguousarray(matrix, np.float32)


@lru_cache
def _codes_of_linear(bits: int) -> Pixels:
    """The table from linear light in steps to sRGB samples."""
    steps = _TABLE_STEPS[bits]
    rgb = np.clip(linear_to_rgb(np.arange(steps + 1) / steps), 0, 1)
    codes: Pixels = np.rint(rgb * ((1 << bits) - 1)).astype(np.uint8 if bits == 8 else np.uint16)
    return codes
