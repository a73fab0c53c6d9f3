"""Small ab to full size: smooth interpolation, sharpened where the lightness says that there is an edge.

    ab = up(ab_low) + up(A) (L - up(L_low)),   A = cov(ab_low, L_low) / (var(L_low) + EPSILON)

in Gaussian windows of WINDOW small pixels, `up` the cubic interpolation: the slope of the guided filter (He, Sun and
Tang 2010, eq. 5) applied only to what the small size has lost, so that smooth ab is not smoothed again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import area_mean
from huewise.propagate.resample import Band, Planes, along_x, along_y, cubic_band, gaussian_band

WINDOW = 1.0
"""Sigma in low-resolution pixels."""
EPSILON = 100.0
"""Squared L: contrasts well below 10 L move no colour."""


class GuidedUpsampler:
    """The formula above, ready for any rows. Holds small rows at full width, (5, low h, w) floats: at most five
    a pixel."""

    def __init__(
        self, ab_hw2_low: NDArray[np.float32], guide_l_hw_low: NDArray[np.float32], size: tuple[int, int]
    ) -> None:
        """`guide_l_hw_low`: the guide's area mean at the size of ab; `size`: (h, w) of the full guide."""
        low_h, low_w = ab_hw2_low.shape[:2]
        blur_y, blur_x = _blur_band(low_h), _blur_band(low_w)

        def blur(planes: Planes) -> Planes:
            return along_x(along_y(planes, blur_y), blur_x)

        ab_2hw = np.moveaxis(ab_hw2_low, -1, 0).astype(np.float32)
        centred = guide_l_hw_low - np.float32(50)  # float32 squares keep more digits
        mean = blur(centred)
        variance = np.maximum(blur(centred * centred) - mean * mean, 0)
        slope_2hw = (blur(ab_2hw * centred) - blur(ab_2hw) * mean) / (variance + np.float32(EPSILON))
        planes_5hw = np.stack([*ab_2hw, *slope_2hw, guide_l_hw_low.astype(np.float32)])
        self._up_y = cubic_band(size[0], low_h)
        if (
            size[0] < low_h
        ):  # a thin strip of a picture: its few rows at once, they are less than the small ones
            planes_5hw = along_y(planes_5hw, self._up_y)
            self._up_y = _as_it_is(size[0])
        # Rows first: those that a strip needs lie together, and one product brings all five planes up.
        self._wide = along_x(planes_5hw.swapaxes(0, 1), cubic_band(size[1], low_w), block=64)

    def planes(self, y0: int, guide_l_hw: NDArray[np.float32]) -> Planes:
        """A and b as (2, rows, w) for the rows of the guide from `y0` on."""
        rows, width = guide_l_hw.shape
        near, weights = self._up_y.rows(y0, y0 + rows)
        # einsum and not a BLAS product, which would start threads of its own inside each of the caller's.
        up = np.einsum("rk,kpx->rpx", weights, self._wide[near])
        detail = np.subtract(guide_l_hw, up[:, 4], out=up[:, 4])
        out = np.empty((2, rows, width), np.float32)
        for channel in range(2):
            np.multiply(up[:, 2 + channel], detail, out=out[channel])
            out[channel] += up[:, channel]
        return out

    def rows(self, y0: int, y1: int, guide_l_hw: NDArray[np.float32]) -> NDArray[np.float32]:
        """Ab (y1 - y0, w, 2) of rows `y0` to `y1` (exclusive), whose lightness is `guide_l_hw`."""
        return np.ascontiguousarray(np.moveaxis(self.planes(y0, guide_l_hw[: y1 - y0]), 0, -1))


def guided_upsample(ab_hw2_low: NDArray[np.float32], guide_l_hw: NDArray[np.float32]) -> NDArray[np.float32]:
    """Ab (h, w, 2) at the size of the guide (h, w), L 0..100, in one piece."""
    guide_low = area_mean(guide_l_hw, ab_hw2_low.shape[:2])
    return GuidedUpsampler(ab_hw2_low, guide_low, guide_l_hw.shape).rows(0, len(guide_l_hw), guide_l_hw)


def _blur_band(length: int) -> Band:
    band = gaussian_band(np.arange(length, dtype=np.float64), length, WINDOW, radius=3 * WINDOW)
    return Band(band.node_nk, band.weight_nk / band.weight_nk.sum(axis=1, keepdims=True))


def _as_it_is(length: int) -> Band:
    return Band(np.arange(length, dtype=np.int32)[:, None], np.ones((length, 1), np.float32))
