"""What an answer has left of many hints, interpolated by a Gaussian process over place, lightness and colour (kriging).

The fills (`second_opinion`, `adherence`) minimize a Dirichlet energy, so their hints stand out like tent poles; a
process with a smooth kernel passes through them without. Its reach grows with the hints' spacing: thirty hints speak
for wide surroundings, five hundred for what is next to them, and a process of half that reach then finds what is finer.
Cells that the answer gives one colour err alike. Measured on held-out pictures (decision 0004).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import block_mean
from huewise.propagate.patches import Patches
from huewise.propagate.resample import enlarged

F32 = NDArray[np.float32]


class _Process(NamedTuple):
    """One interpolation. Up to `none` patches nothing of what it says is taken, from `whole` on all of it."""

    none: int
    whole: int
    reach: float  # deviation of the kernel, in spacings of the hints
    noise: float  # variance of a patch's mean, as a share of the process's


LEAST_PATCHES = 8  # a few tell of their objects alone
_PROCESSES = (_Process(LEAST_PATCHES, 24, 2.0, 0.2), _Process(100, 200, 1.0, 0.1))  # each on what is left
MANY_PATCHES, MOST_PATCHES = 700, 1000  # all and none of it is taken: the cost grows with their square
_LIGHTNESS, _COLOUR = 20.0, 14.0  # deviations of the kernels in L and in ab
_EXPECTED = 10.0  # ab units: a patch that lacks so much tells of its own object, its noise is doubled
_FEW = 50  # patches up to which it is; of more, in proportion 50 / n: many speak for each other
_BY = 4  # cells a side are answered as one (decision 0004)


def kriged(ab_hw2: F32, hint_hw2: F32, patches: Patches, l_hw: F32) -> F32:
    """`ab_hw2` (h, w, 2), moved by what it lacks in the `patches` of the hints `hint_hw2`; `l_hw` in 0..100.

    The grid's sides are multiples of 4.
    """
    n = len(patches.size)
    for process in _PROCESSES:
        share = np.interp(n, [process.none, process.whole, MANY_PATCHES, MOST_PATCHES], [0.0, 1.0, 1.0, 0.0])
        if share > 0.0:
            ab_hw2 = ab_hw2 + np.float32(share) * _lacked(ab_hw2, hint_hw2, patches, l_hw, process)
    return ab_hw2


def _lacked(ab_hw2: F32, hint_hw2: F32, patches: Patches, l_hw: F32, process: _Process) -> F32:
    """What `ab_hw2` lacks everywhere (h, w, 2) by a process, from what it lacks in the patches."""
    n = len(patches.size)
    reach = process.reach * (l_hw.size / n) ** 0.5
    deviation = np.array([reach, reach, _LIGHTNESS, _COLOUR, _COLOUR], np.float32)
    row_hw, column_hw = np.indices(l_hw.shape, np.float32)
    all_hw5: F32 = np.divide(np.dstack([row_hw, column_hw, l_hw, ab_hw2]), deviation, dtype=np.float32)
    known_n5, lacked_n2 = patches.means(all_hw5), patches.means(hint_hw2 - ab_hw2)
    far_n = np.square(lacked_n2).sum(1) / np.float32(_EXPECTED**2)
    noise_n = np.float32(process.noise) * (1 + far_n * np.float32(min(1.0, _FEW / n)))
    weights: F32 = np.linalg.solve(kernel(known_n5, known_n5) + np.diag(noise_n), lacked_n2)
    asked_hw5 = block_mean(all_hw5, _BY)
    h, w, _ = asked_hw5.shape
    lacked: F32 = (kernel(asked_hw5.reshape(h * w, -1), known_n5) @ weights).reshape(h, w, 2)
    return enlarged(lacked, l_hw.shape)


def kernel(a_nd: F32, b_md: F32) -> F32:
    """exp(-|a - b|^2 / 2), (n, m), of places, lightnesses and colours in units of how far each reaches."""
    power: F32 = a_nd @ b_md.T
    power -= 0.5 * np.square(a_nd).sum(1)[:, None]
    power -= 0.5 * np.square(b_md).sum(1)[None]
    np.exp(np.minimum(power, 0.0, out=power), out=power)
    return power
