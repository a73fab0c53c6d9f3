"""A hint tells the mean colour of its patch (zhang2017, section 3.2), not that every pixel of it has this colour.

Patches are found on the grid on which hints were laid: connected cells that have the colour of one point or polygon,
and of nothing else. Large ones are no patches, and strokes are none either: a person paints those in the colour that
they mean.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from huewise.hints import Hint, Point, Region

F32 = NDArray[np.float32]
Ints = NDArray[np.signedinteger[Any]]

LARGEST = 10  # cells a side
_SAME = 0.01  # ab units: what rounding does to a hint's colour; a mixture of two is farther from both
_EXACT = 0.7  # cells from the middle of a hint within which the colour is exactly the hint's


class Patches(NamedTuple):
    """Of n small patches on a grid: the cells' `row`, `column` and `owner` (their patch), and `size` (n,) in cells.

    `distance`: of each cell from the middle of the nearest hint, in cells.
    """

    row: Ints
    column: Ints
    owner: Ints
    size: Ints
    distance: NDArray[np.float64]

    def means(self, value_hwc: F32) -> F32:
        """A map's mean (n, c) in each patch."""
        n, values_cm = len(self.size), value_hwc[self.row, self.column].T
        sums = [np.bincount(self.owner, channel_m, n) for channel_m in values_cm]
        return (np.stack(sums, -1) / self.size[:, None]).astype(np.float32)


def small_patches(
    hints: Sequence[Hint], picture_size: tuple[int, int], hint_hw2: F32, mask_hw: F32
) -> Patches:
    """The small patches of hints that lie on a grid as `hints.rasterize` has laid them there.

    `picture_size`: (width, height) that the hints refer to; `hint_hw2`, `mask_hw`: the cells' colour and hinted share.
    """
    from scipy.spatial import cKDTree

    told = pointed(hints)
    row, column = np.nonzero(mask_hw > 0.0)
    if not told:
        row, column = row[:0], column[:0]
    else:
        colours = cKDTree(np.array([hint.lab[1:] for hint in told], np.float64))
        own = np.isfinite(colours.query(hint_hw2[row, column], distance_upper_bound=_SAME)[0])
        row, column = row[own], column[own]
    n, owner = _pieces(row, column, hint_hw2)
    small = np.maximum(_extent(row, owner, n), _extent(column, owner, n)) <= LARGEST
    kept = small[owner]
    row, column, owner = row[kept], column[kept], (np.cumsum(small) - 1)[owner[kept]]
    distance = np.zeros(0)
    if len(row):
        scale = np.array(mask_hw.shape[::-1]) / picture_size
        middles = cKDTree([scale * middle(hint) for hint in told])
        distance = np.asarray(middles.query(np.stack([column, row], -1) + 0.5)[0])
    return Patches(row, column, owner, np.bincount(owner, minlength=int(small.sum())), distance)


def pointed(hints: Sequence[Hint]) -> list[Point | Region]:
    """Those that tell of a place: points and polygons."""
    return [hint for hint in hints if isinstance(hint, Point) or (isinstance(hint, Region) and hint.polygon)]


def middle(hint: Point | Region) -> NDArray[np.float64]:
    """The (x, y) of a point, the mean corner of a polygon."""
    return np.array((hint.x, hint.y)) if isinstance(hint, Point) else np.mean(hint.polygon or (), 0)


def _pieces(row: Ints, column: Ints, hint_hw2: F32) -> tuple[int, Ints]:
    """How many connected pieces of one colour the cells form, and the piece of each."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    h, w = hint_hw2.shape[:2]
    cells = np.arange(len(row))
    number_hw = np.full((h + 1, w + 1), -1, np.intp)  # a margin: no cell has a neighbour beyond the border
    number_hw[row, column] = cells
    colour = hint_hw2[row, column]
    neighbours = np.concatenate([number_hw[row, column + 1], number_hw[row + 1, column]])
    first, second = np.tile(cells, 2)[neighbours >= 0], neighbours[neighbours >= 0]
    same = (np.abs(colour[first] - colour[second]) < _SAME).all(-1)
    links = coo_matrix(
        (np.ones(same.sum(), np.int8), (first[same], second[same])), shape=(len(cells), len(cells))
    )
    n, piece = connected_components(links, directed=False)
    return int(n), piece


def _extent(place: Ints, owner: Ints, n: int) -> Ints:
    """Rows or columns that each patch spans."""
    least, most = np.full(n, np.iinfo(np.intp).max), np.zeros(n, np.intp)
    np.minimum.at(least, owner, place)
    np.maximum.at(most, owner, place)
    return np.asarray(most - least + 1)


def with_detail(hint_hw2: F32, ab_hw2: F32, patches: Patches) -> F32:
    """The hints' colours (h, w, 2), in small patches with what an answer `ab_hw2` has there beside its mean.

    A patch has its hint's colour about in the mean, and exactly in the hint's middle, where a person has clicked.
    """
    if not len(patches.size):
        return hint_hw2
    detail = ab_hw2[patches.row, patches.column] - patches.means(ab_hw2)[patches.owner]
    detail *= -np.expm1(-np.square(patches.distance)[:, None] / (2.0 * _EXACT**2))
    made = hint_hw2.copy()
    made[patches.row, patches.column] += detail
    return made
