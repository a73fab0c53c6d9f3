"""A hint's colour is *reached*: what the network left of it is spread along the guide, exact under the hints."""

import numpy as np
from numpy.typing import NDArray

from huewise.propagate.spread import Affinities, luminance_affinities, relax, solve

F32 = NDArray[np.float32]

_COARSE = 4  # the far reach is solved on cells of 4 x 4
_STEPS = 12  # relaxation steps on the full grid: the near reach
_FIRM = 1e3  # weight of a wholly hinted cell: its colour is the hint's to a thousandth


def adhere(ab_hw2: F32, hint_hw2: F32, mask_hw: F32, l_hw: F32, coarse: Affinities | None = None) -> F32:
    """`ab_hw2` changed so that hinted cells have the hinted colour and their surroundings follow along the guide.

    All on one grid whose sides are multiples of 4: `hint_hw2` the hinted ab, `mask_hw` the hinted share (0..1), `l_hw`
    the guide (0..100). `coarse`: a model's own affinities at a quarter of the size, else those of the luminance.
    """
    if not mask_hw.any():
        return ab_hw2
    residual = (hint_hw2 - ab_hw2) * (mask_hw > 0)[..., None]
    share = _blocks(mask_hw[..., None])
    coarse_residual = _blocks(residual * mask_hw[..., None]) / np.maximum(share, 1e-6)
    grid = coarse or luminance_affinities(_blocks(l_hw[..., None])[..., 0], screen=1e-2)
    start = _enlarge(solve(grid, _FIRM * share[..., 0], coarse_residual))
    near = relax(luminance_affinities(l_hw, screen=0.0), start, _FIRM * mask_hw**2, residual, _STEPS)
    whole = (mask_hw > 0.999)[..., None]
    return ab_hw2 + np.where(whole, residual, near)


def _blocks(array_hwc: F32) -> F32:
    h, w, c = array_hwc.shape
    return array_hwc.reshape(h // _COARSE, _COARSE, w // _COARSE, _COARSE, c).mean((1, 3))


def _enlarge(array_hwc: F32) -> F32:
    return array_hwc.repeat(_COARSE, 0).repeat(_COARSE, 1)
