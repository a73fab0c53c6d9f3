"""Nearest of scattered centres by a lookup table: which centres can be the nearest of any colour in a small
cell."""

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
        candidates, squared = self._one.candidates(points)
        chosen: NDArray[np.int32] = candidates[np.arange(len(points)), squared.argmin(1)]
        return chosen

    def nearest(self, points: Floats) -> tuple[NDArray[np.int32], Floats]:
        """Points (n, d) -> the k nearest centres (n, k) int32 and squared distances, in no special order."""
        candidates, squared = self._many.candidates(points)
        if self.k < squared.shape[1]:
            chosen = np.argpartition(squared, self.k - 1, axis=1)[:, : self.k]
            candidates = np.take_along_axis(candidates, chosen, 1)
            squared = np.take_along_axis(squared, chosen, 1)
        return candidates, squared

    @cached_property
    def _one(self) -> "_Cells":
        return _Cells.of(self.centers, 1)

    @cached_property
    def _many(self) -> "_Cells":
        return _Cells.of(self.centers, self.k)


@dataclass(frozen=True, eq=False)
class _Cells:
    """Equal cells over a box; `table` (cells, c) int32 lists the candidates of each, padded with Q.

    `places` (Q + 1, d): the centres and, for Q, a place infinitely far.
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
        middles = low + step * (
            np.moveaxis(np.indices(shape), 0, -1).reshape(-1, len(shape)) + np.float32(0.5)
        )
        # Within a cell each distance changes by at most half its diagonal: this reach misses no candidate.
        table = _within_reach(middles.astype(np.float32), centers, k, 1.001 * float(np.linalg.norm(step)))
        places = np.concatenate([centers, np.full((1, centers.shape[1]), _FAR, np.float32)])
        return cls(low, step, shape, table, places)

    def candidates(self, points: Floats) -> tuple[NDArray[np.int32], Floats]:
        """Points (n, d) -> candidates (n, c) and squared distances (n, c)."""
        inside = np.clip(points, self.low, self.low + self.step * np.asarray(self.shape, np.float32))
        cell = ((inside - self.low) / self.step).astype(np.int32)
        cell = np.minimum(cell, np.asarray(self.shape, np.int32) - 1)
        found = self.table[np.ravel_multi_index(tuple(cell.T), self.shape)]
        squared = np.zeros(found.shape, np.float32)
        for axis in range(points.shape[1]):
            offset = self.places[:, axis][found]
            offset -= inside[:, axis, None]
            squared += np.square(offset, out=offset)
        return found, squared


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
