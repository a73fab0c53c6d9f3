"""Nearest of scattered centres by a lookup table: which centres a colour of a small cell can have."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]

_CELLS_PER_AXIS = 120
_FAR = np.float32(1e6)


@dataclass(frozen=True, eq=False)
class Lattice:
    """Exact k nearest of the centres (Q, d).

    Points outside the box of the centres, widened by a fifth, are first moved to its nearest face.
    """

    centers: Floats
    k: int

    def nearest_one(self, points: Floats) -> NDArray[np.int32]:
        """Points (n, d) -> index of the nearest centre (n,) int32."""
        cell, squared = self._one.candidates(points)
        return self._one.at(cell, squared.argmin(1))

    def soft(self, points: Floats, sigma: float) -> tuple[NDArray[np.int32], Floats]:
        """Points (n, d) -> the k nearest centres (n, k) int32, nearest first, and Gaussian weights, sum 1."""
        cell, squared = self._many.candidates(points)
        chosen = _smallest(squared, self.k)
        index = self._many.at(cell[:, None], chosen)
        squared = np.take_along_axis(squared, chosen, 1)
        # Taking the nearest as zero keeps colours far outside from dividing nothing by nothing.
        squared -= squared.min(1, keepdims=True)
        squared *= np.float32(-0.5 / sigma**2)
        weight = np.exp(squared, out=squared)
        weight /= weight.sum(1, keepdims=True)
        return index, weight

    @cached_property
    def _one(self) -> "_Cells":
        return _Cells.of(self.centers, 1)

    @cached_property
    def _many(self) -> "_Cells":
        return _Cells.of(self.centers, self.k)


def _smallest(squared: Floats, k: int) -> NDArray[np.int32]:
    """The columns (n, k) of the k smallest of each row, smallest first.

    The column is written into the lowest bits of the (positive) floats, whose order is that of their bits:
    sorting integers is five times faster than `argpartition`. Only values equal within 2^-18 can change
    places.
    """
    mask = (1 << (squared.shape[1] - 1).bit_length()) - 1
    keys = squared.view(np.int32) & ~np.int32(mask)
    keys |= np.arange(squared.shape[1], dtype=np.int32)
    keys.sort(axis=1)
    return keys[:, :k] & np.int32(mask)


@dataclass(frozen=True, eq=False)
class _Cells:
    """Equal cells over a box; `table` (cells, c) int32 lists the candidates of each.

    `places` (d, cells, c): where the candidates lie. Rows are padded with a candidate that is infinitely far.
    """

    low: Floats
    step: Floats
    shape: tuple[int, ...]
    table: NDArray[np.int32]
    places: Floats

    @classmethod
    def of(cls, centers: Floats, k: int) -> "_Cells":
        margin = 0.2 * np.ptp(centers, axis=0)
        low = centers.min(0) - margin
        step = (np.ptp(centers, axis=0) + 2 * margin) / _CELLS_PER_AXIS
        shape = (_CELLS_PER_AXIS,) * centers.shape[1]
        middles = np.moveaxis(np.indices(shape), 0, -1).reshape(-1, len(shape)) + np.float32(0.5)
        middles = (low + step * middles).astype(np.float32)
        # Within a cell each distance changes by at most half its diagonal: this reach misses no candidate.
        table = _within_reach(middles, centers, k, 1.001 * float(np.linalg.norm(step)))
        padded = np.concatenate([centers, np.full((1, centers.shape[1]), _FAR, np.float32)])
        return cls(low, step, shape, table, np.ascontiguousarray(np.moveaxis(padded[table], -1, 0)))

    def candidates(self, points: Floats) -> tuple[NDArray[np.intp], Floats]:
        """Points (n, d) -> their cells (n,) and squared distances to the cells' candidates (n, c)."""
        inside = np.clip(points, self.low, self.low + self.step * np.asarray(self.shape, np.float32))
        place = ((inside - self.low) / self.step).astype(np.int32)
        place = np.minimum(place, np.asarray(self.shape, np.int32) - 1)
        cell = np.ravel_multi_index(tuple(place.T), self.shape)
        squared = np.zeros((len(points), self.table.shape[1]), np.float32)
        for axis, places in enumerate(self.places):
            offset = places[cell]
            offset -= inside[:, axis, None]
            squared += np.square(offset, out=offset)
        return cell, squared

    def at(self, cell: NDArray[np.intp], column: NDArray[Any]) -> NDArray[np.int32]:
        """The centres in these cells and columns."""
        found: NDArray[np.int32] = self.table.ravel().take(cell * self.table.shape[1] + column)
        return found


def _within_reach(points: Floats, centers: Floats, k: int, reach: float) -> NDArray[np.int32]:
    """Centres no farther than the k-th nearest and `reach` more: (n, most) int32, padded with Q."""
    squared = np.zeros((len(points), len(centers)), np.float32)
    for axis in range(points.shape[1]):
        squared += (points[:, axis, None] - centers[:, axis]) ** 2
    kth = np.sqrt(np.partition(squared, k - 1, axis=1)[:, k - 1])
    row, center = np.nonzero(squared <= ((kth + reach) ** 2)[:, None])
    count = np.bincount(row, minlength=len(points))
    table = np.full((len(points), int(count.max())), len(centers), np.int32)
    table[row, np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)] = center
    return table
