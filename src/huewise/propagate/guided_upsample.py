"""Small ab to full size: smooth interpolation, sharpened where the lightness says that there is an edge.

    ab = up(ab_low) + up(A) (L - up(L_low)),   A = cov(ab_low, L_low) / (var(L_low) + EPSILON)

in Gaussian windows of WINDOW small pixels, `up` the cubic interpolation: the slope of the guided filter (He, Sun and
Tang 2010, eq. 5) applied only to what the small size has lost, so that smooth ab is not smoothed again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import area_mean
from huewise.propagate.resample import Planes, along_x, along_y, cubic_matrix, gaussian_matrix

WINDOW = 1.0
"""Sigma in low-resolution pixels."""
EPSILON = 100.0
"""Squared L: contrasts well below 10 L move no colour."""


class GuidedUpsampler:
    """The formula above, ready for any rows. Holds (5, low h, w) floats: small rows at full width."""

    def __init__(
        self, ab_hw2_low: NDArray[np.float32], guide_l_hw_low: NDArray[np.float32], size: tuple[int, int]
    ) -> None:
        """`guide_l_hw_low`: the guide's area mean at the size of ab; `size`: (h, w) of the full guide."""
        low_h, low_w = ab_hw2_low.shape[:2]
        blur_y, blur_x = _blur_matrix(low_h), _blur_matrix(low_w)

        def blur(planes: Planes) -> Planes:
            return along_x(along_y(planes, blur_y), blur_x)

        ab_2hw = np.moveaxis(ab_hw2_low, -1, 0).astype(np.float32)
        centred = guide_l_hw_low - np.float32(50)  # float32 squares keep more digits
        mean = blur(centred)
        variance = np.maximum(blur(centred * centred) - mean * mean, 0)
        slope_2hw = (blur(ab_2hw * centred) - blur(ab_2hw) * mean) / (variance + np.float32(EPSILON))
        # low_h first: the rows that a strip needs lie together, and one product brings all five planes up.
        small = np.stack([*ab_2hw, *slope_2hw, guide_l_hw_low.astype(np.float32)], axis=1)
        self._wide = along_x(small, cubic_matrix(size[1], low_w), block=64)
        self._up_y = cubic_matrix(size[0], low_h)

    def planes(self, y0: int, guide_l_hw: NDArray[np.float32]) -> Planes:
        """A and b as (2, rows, w) for the rows of the guide from `y0` on."""
        rows, width = guide_l_hw.shape
        weights = self._up_y[y0 : y0 + rows]
        used = np.flatnonzero(weights.any(axis=0))
        near = slice(used[0], used[-1] + 1)
        # einsum and not a BLAS product, which would start threads of its own inside each of the caller's.
        up = np.einsum("rk,kpx->rpx", weights[:, near], self._wide[near])
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


def _blur_matrix(length: int) -> NDArray[np.float32]:
    weights = gaussian_matrix(np.arange(length, dtype=np.float64), length, WINDOW, radius=3 * WINDOW)
    np.divide(weights, weights.sum(axis=1, keepdims=True), out=weights)
    return weights
