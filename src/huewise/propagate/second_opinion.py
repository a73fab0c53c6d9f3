"""Where hints lie densely, the mean of a network's answer and of a plain fill is better than either.

The two err differently: the fill knows only lightness and hints, on a grid twice as fine as the network's own spread.
Measured on held-out pictures (decision 0004): nothing up to ten hints, +0.2 dB at 100, +0.4 dB at 500.
"""

import numpy as np
from numpy.typing import NDArray

from huewise.propagate.spread import guided_fill, luminance_affinities

F32 = NDArray[np.float32]

LEAST_HINTS = 8  # fewer do not change the answer, and an edit stays quick
MOST = 0.65  # of the fill, where many hints are near
_HALF_COUNT = 20  # hints at which half of it is reached
_REACH = 12.0  # cells from a hint over which the fill's share falls to 1/e


def with_fill(ab_hw2: F32, hint_hw2: F32, mask_hw: F32, l_hw: F32, n_hints: int) -> F32:
    """`ab_hw2` moved towards the guided fill of the hints; all on one grid (`l_hw` 0..100, `mask_hw` hinted share)."""
    if n_hints < LEAST_HINTS or not mask_hw.any():
        return ab_hw2
    filled, confidence = guided_fill(luminance_affinities(l_hw), mask_hw, hint_hw2)
    share = fill_share(mask_hw, n_hints) * np.minimum(confidence, 1.0)
    return (ab_hw2 + share[..., None] * (filled - ab_hw2)).astype(np.float32)


def fill_share(mask_hw: F32, n_hints: int) -> F32:
    """How much the fill counts in each cell, 0..1: more the more hints there are, less far from them."""
    from scipy import ndimage

    distance = ndimage.distance_transform_edt(mask_hw <= 0)
    share: F32 = (MOST * n_hints / (n_hints + _HALF_COUNT) * np.exp(-distance / _REACH)).astype(np.float32)
    return share
