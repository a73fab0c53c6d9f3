"""A hint tells the mean colour of its patch (zhang2017, section 3.2), not that every pixel of it has this colour.

Patches are found on the grid on which hints were laid: connected, wholly hinted cells of one colour. Large ones are
strokes and regions, which a person paints in the colour that they mean: those are no patches.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
Ints = NDArray[np.signedinteger[Any]]

WHOLE = 0.999  # hinted share from which a cell counts as hinted all over
LARGEST = 10  # cells a side
_EXACT = 0.7  # cells from a patch's centre within which its colour is exactly the hint's


class Patches(NamedTuple):
    """Of n small patches on a grid: the cells' `row`, `column` and `owner` (their patch), and `size` (n,) in cells."""

    row: Ints
    column: Ints
    owner: Ints
    size: Ints

    def means(self, value_hwc: F32) -> F32:
        """A map's mean (n, c) in each patch."""
        told = value_hwc[self.row, self.column]
        sums = [np.bincount(self.owner, channel, len(self.size)) for channel in told.T]
        return (np.stack(sums, -1) / self.size[:, None]).astype(np.float32)

    @property
    def centres(self) -> F32:
        """Mean row and column (n, 2) of each patch's cells."""
        places = [np.bincount(self.owner, place, len(self.size)) for place in (self.row, self.column)]
        return (np.stack(places, -1) / self.size[:, None]).astype(np.float32)


def small_patches(hint_hw2: F32, mask_hw: F32) -> Patches:
    """The small patches of hints as `hints.rasterize` lays them: colours, and the hinted share of each cell."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    row, column = np.nonzero(mask_hw > WHOLE)
    cells = np.arange(len(row))
    number_hw = np.full((mask_hw.shape[0] + 1, mask_hw.shape[1] + 1), -1, np.intp)
    number_hw[row, column] = cells
    told = hint_hw2[row, column]
    neighbours = np.concatenate([number_hw[row, column + 1], number_hw[row + 1, column]])
    first, second = np.tile(cells, 2)[neighbours >= 0], neighbours[neighbours >= 0]
    same = (told[first] == told[second]).all(-1)
    first, second = first[same], second[same]
    links = coo_matrix((np.ones(len(first), np.int8), (first, second)), shape=(len(row), len(row)))
    n, owner = connected_components(links, directed=False)
    sides = [_extent(place, owner, n) for place in (row, column)]
    small = np.maximum(*sides) <= LARGEST
    kept = small[owner]
    renumbered = np.cumsum(small) - 1
    owner = renumbered[owner[kept]]
    return Patches(row[kept], column[kept], owner, np.bincount(owner, minlength=int(small.sum())))


def _extent(place: Ints, owner: Ints, n: int) -> Ints:
    """Rows or columns that each patch spans."""
    least, most = np.full(n, np.iinfo(np.intp).max), np.zeros(n, np.intp)
    np.minimum.at(least, owner, place)
    np.maximum.at(most, owner, place)
    return np.asarray(most - least + 1)


def with_detail(hint_hw2: F32, ab_hw2: F32, patches: Patches) -> F32:
    """The hints' colours (h, w, 2), in small patches with what an answer `ab_hw2` has there beside its mean.

    A patch keeps its hint's colour in the mean, and exactly in its centre, where a person has clicked. Held-out
    pictures gain 0.05 dB at 100 hints and 0.25 at 500 (decision 0004).
    """
    if not len(patches.size):
        return hint_hw2
    told = ab_hw2[patches.row, patches.column] - patches.means(ab_hw2)[patches.owner]
    place = np.stack([patches.row, patches.column], -1) - patches.centres[patches.owner]
    told *= -np.expm1(-np.square(place).sum(-1, keepdims=True) / (2.0 * _EXACT**2))
    made = hint_hw2.copy()
    made[patches.row, patches.column] += told
    return made
