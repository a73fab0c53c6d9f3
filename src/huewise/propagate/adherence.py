"""A hint's colour is *reached*: what the network left of it is spread along the guide, exact under the hints."""

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import block_mean
from huewise.propagate.spread import Factor, luminance_affinities, pooled, relax

F32 = NDArray[np.float32]

COARSE = 4  # the far reach is solved on cells of 4 x 4
_STEPS = (
    4  # relaxation steps on the full grid, the near reach: 8 give 0.002 dB more at 500 hints, none at few
)
_FIRM = 1e3  # weight of a wholly hinted cell: its colour is the hint's to a thousandth


def adhere(ab_hw2: F32, hint_hw2: F32, mask_hw: F32, l_hw: F32, coarse: Factor | None = None) -> F32:
    """`ab_hw2` changed so that hinted cells have the hinted colour and their surroundings follow along the guide.

    All on one grid whose sides are multiples of 4: `hint_hw2` the hinted ab, `mask_hw` the hinted share (0..1), `l_hw`
    the guide (0..100). `coarse`: a model's own system for these hints at a quarter of the size, else the luminance's.
    """
    hinted = np.nonzero(mask_hw)  # few: what is needed of the whole grid is needed there alone
    if not len(hinted[0]):
        return ab_hw2
    residual = np.zeros_like(ab_hw2)
    residual[hinted] = hint_hw2[hinted] - ab_hw2[hinted]
    pulled, share = pooled(residual, mask_hw, COARSE)
    if coarse is None:
        coarse = Factor(luminance_affinities(block_mean(l_hw, COARSE), screen=1e-2), _FIRM * share)
    start = coarse.solve(pulled)
    start = start.repeat(COARSE, 0).repeat(COARSE, 1)
    near = relax(luminance_affinities(l_hw, screen=0.0), start, _FIRM * mask_hw**2, residual, _STEPS)
    whole = tuple(places[mask_hw[hinted] > 0.999] for places in hinted)
    near[whole] = residual[whole]
    near += ab_hw2
    return near
