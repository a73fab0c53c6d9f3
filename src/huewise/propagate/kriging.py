"""What an answer has left of many hints, interpolated by a Gaussian process over place and lightness (kriging).

The fills (`second_opinion`, `adherence`) minimize a Dirichlet energy, so their hints stand out like tent poles; a
process with a smooth kernel passes through them without. Its reach is the hints' own spacing: thirty hints speak for
wide surroundings, five hundred for what is next to them, and a process of half that reach then finds what is finer.
Measured on held-out pictures (decision 0004).
"""

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import block_mean
from huewise.propagate.patches import Patches
from huewise.propagate.resample import enlarged

F32 = NDArray[np.float32]

LEAST_PATCHES, ENOUGH_PATCHES = 16, 32  # none and all of it is taken: a few tell of their objects alone
MANY_PATCHES, MOST_PATCHES = 700, 1000  # all and none of it is taken: the cost grows with their square
_REACH, _SHORT_REACH = 1.4, 0.7  # of the kernels' deviations, in spacings of the hints
_AGAIN, _WHOLLY_AGAIN = (
    150,
    300,
)  # patches from which on what is left is interpolated once more, by the short kernel
_LIGHTNESS = 20.0  # deviation of the kernels in L
_NOISE = 0.2  # variance of a patch's mean, as a share of the process's
_BY = 4  # cells a side are answered as one (decision 0004)


def kriged(ab_hw2: F32, hint_hw2: F32, patches: Patches, l_hw: F32) -> F32:
    """`ab_hw2` (h, w, 2), moved by what it lacks in the `patches` of the hints `hint_hw2`; `l_hw` in 0..100.

    The grid's sides are multiples of 4.
    """
    n = len(patches.size)
    share = np.interp(n, [LEAST_PATCHES, ENOUGH_PATCHES, MANY_PATCHES, MOST_PATCHES], [0.0, 1.0, 1.0, 0.0])
    again = share * np.interp(n, [_AGAIN, _WHOLLY_AGAIN], [0.0, 1.0])
    for part, reach in ((share, _REACH), (again, _SHORT_REACH)):
        if part > 0.0:
            lacked_n2 = patches.means(hint_hw2 - ab_hw2)
            ab_hw2 = ab_hw2 + np.float32(part) * _interpolated(lacked_n2, patches, l_hw, reach)
    return ab_hw2


def _interpolated(lacked_n2: F32, patches: Patches, l_hw: F32, reach: float) -> F32:
    """What is lacked everywhere (h, w, 2) by a process that reaches so many spacings, from what the patches lack."""
    n = len(lacked_n2)
    spacing = (l_hw.size / n) ** 0.5
    scale = np.array([reach * spacing, reach * spacing, _LIGHTNESS], np.float32)
    known = (np.concatenate([patches.centres, patches.means(l_hw[..., None])], -1) / scale).astype(np.float32)
    weights = np.linalg.solve(kernel(known, known) + _NOISE * np.eye(n, dtype=np.float32), lacked_n2)
    small = block_mean(l_hw, _BY)
    row, column = np.indices(small.shape, np.float32) * _BY + (_BY - 1) / 2.0
    asked = (np.stack([row, column, small], -1).reshape(-1, 3) / scale).astype(np.float32)
    moved: F32 = (kernel(asked, known) @ weights).reshape(*small.shape, 2)
    return enlarged(moved, l_hw.shape)


def kernel(a_n3: F32, b_m3: F32) -> F32:
    """exp(-|a - b|^2 / 2), (n, m), of places and lightnesses in units of how far each reaches."""
    power: F32 = a_n3 @ b_m3.T
    power -= 0.5 * np.square(a_n3).sum(1)[:, None]
    power -= 0.5 * np.square(b_m3).sum(1)[None]
    np.exp(np.minimum(power, 0.0, out=power), out=power)
    return power
