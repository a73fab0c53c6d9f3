"""What is around a small hint and like it moves as far as the hint does: else a dot stands out.

A spread that minimizes an energy has its peak at the hint, and the network's answer has one, too: next to a patch of
seven pixels only 0.87 of its move is left, 0.76 ten pixels on. Of many hints kriging makes smooth surroundings.
Measured on held-out pictures (decision 0004).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from huewise.hints import Hint, Point, Region
from huewise.propagate.patches import LARGEST, middle, pointed

F32 = NDArray[np.float32]
Place = tuple[int, int]

REACH = 12 / 256  # of the grid's short side: deviation of the kernel over the distance
_LIGHTNESS, _COLOUR = 6.0, 8.0  # and over L and the automatic ab
_LEAST = np.float32(-12.0)  # of the kernel's exponent: what is nearly nothing is slow to count with


def small_hints(hints: Sequence[Hint], picture_size: tuple[int, int], shape: tuple[int, int]) -> list[Place]:
    """The cells (row, column) of a grid in which the middles of points and small polygons lie.

    `picture_size`: (width, height) that the hints refer to; `shape`: (h, w) of the grid.
    """
    scale = np.array(shape[::-1]) / picture_size
    small = [hint for hint in pointed(hints) if (scale * _extent(hint)).max() <= LARGEST]
    places = [(int(np.floor(y)), int(np.floor(x))) for x, y in (scale * middle(hint) for hint in small)]
    return [(row, column) for row, column in places if 0 <= row < shape[0] and 0 <= column < shape[1]]


def _extent(hint: Point | Region) -> NDArray[np.float64]:
    return np.zeros(2) if isinstance(hint, Point) else np.ptp(np.array(hint.polygon), axis=0)


def moved_alike(ab_hw2: F32, automatic_hw2: F32, places: Sequence[Place], mask_hw: F32, l_hw: F32) -> F32:
    """`ab_hw2` (h, w, 2), in which hints are reached at `places`, with their surroundings moved as they are.

    `automatic_hw2`: before any hint, whose differences within a surface stay; `mask_hw`: the hinted share, which keeps
    its colour; `l_hw` in 0..100.
    """
    if not places:
        return ab_hw2
    reach = np.float32(REACH * min(l_hw.shape))
    windows = [
        tuple(slice(max(0, int(at - 3 * reach)), int(at + 3 * reach) + 1) for at in place) for place in places
    ]
    weight_hw, most_hw, *lacking = (np.zeros_like(l_hw) for _ in range(4))
    for place, window in zip(places, windows, strict=True):
        share_hw = _alike(place, window, reach, l_hw, automatic_hw2)
        for channel, lacking_hw in enumerate(lacking):  # one by one: numpy multiplies pairs slowly
            ab_hw, automatic_hw = ab_hw2[..., channel], automatic_hw2[..., channel]
            moved = ab_hw[place] - automatic_hw[place]
            lacking_hw[window] += share_hw * (moved - ab_hw[window] + automatic_hw[window])
        weight_hw[window] += share_hw
        np.maximum(most_hw[window], share_hw, out=most_hw[window])
    whole = tuple(slice(min(w[i].start for w in windows), max(w[i].stop for w in windows)) for i in (0, 1))
    taken_hw = (1.0 - mask_hw[whole]) * most_hw[whole] / np.maximum(weight_hw[whole], 1e-6)
    made: F32 = ab_hw2.copy()
    for channel, lacking_hw in enumerate(lacking):
        made[..., channel][whole] += lacking_hw[whole] * taken_hw
    return made


def _alike(place: Place, window: tuple[slice, ...], reach: np.float32, l_hw: F32, automatic_hw2: F32) -> F32:
    """How near and alike the cells of a window are to those around a place, 0..1."""
    around = tuple(slice(max(0, at - 1), at + 2) for at in place)
    unlike_hw = np.square((l_hw[window] - l_hw[around].mean()) / np.float32(_LIGHTNESS))
    for channel in (0, 1):
        automatic_hw = automatic_hw2[..., channel]
        apart_hw = automatic_hw[window] - automatic_hw[around].mean()
        unlike_hw += np.square(apart_hw / np.float32(_COLOUR))
    for axis, (part, at) in enumerate(zip(window, place, strict=True)):
        far_n = np.square(
            (np.arange(part.start, part.start + unlike_hw.shape[axis], dtype=np.float32) - at) / reach
        )
        unlike_hw += far_n[:, None] if axis == 0 else far_n
    alike: F32 = np.exp(np.maximum(-0.5 * unlike_hw, _LEAST))
    return alike
