"""Nearest centres on a regular grid that covers its whole box: no search, the neighbours are known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[Any]


@dataclass(frozen=True)
class Grid:
    """`count` equal bins on each axis from `low` on, `width` wide; axes in `periodic` close to a ring.

    The index of a bin is C order: the last axis runs fastest. Distances are measured in bin widths.
    """

    low: tuple[float, ...]
    width: tuple[float, ...]
    count: tuple[int, ...]
    periodic: tuple[bool, ...]

    def centers(self) -> Floats:
        """(Q, d) float32."""
        axes = [
            low + width * (np.arange(count) + 0.5)
            for low, width, count in zip(self.low, self.width, self.count, strict=True)
        ]
        return np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, len(axes)).astype(np.float32)

    def nearest_one(self, points: Floats) -> NDArray[np.int32]:
        """Points (n, d) -> index (n,) int32; points outside count to the outermost bin."""
        index = np.zeros(len(points), np.int32)
        for axis, count in enumerate(self.count):
            index = index * count + self._cell(points, axis)[0]
        return index

    def nearest(self, points: Floats) -> tuple[NDArray[np.int32], Floats]:
        """Points (n, d) -> own bin and its neighbours, 3 per axis: index (n, 3^d) and squared distance.

        A neighbour beyond the edge is infinitely far (its index repeats the edge bin's).
        """
        index = np.zeros((len(points), 1), np.int32)
        squared = np.zeros((len(points), 1), np.float32)
        steps = np.array([-1, 0, 1], np.int32)
        for axis, count in enumerate(self.count):
            cell, place = self._cell(points, axis)
            near = cell[:, None] + steps
            distance = np.square(near + np.float32(0.5) - place[:, None])
            if self.periodic[axis]:
                near %= count
            else:
                distance[(near < 0) | (near >= count)] = np.inf
                np.clip(near, 0, count - 1, out=near)
            index = (index[:, :, None] * count + near[:, None, :]).reshape(len(points), -1)
            squared = (squared[:, :, None] + distance[:, None, :]).reshape(len(points), -1)
        return index, squared

    def _cell(self, points: Floats, axis: int) -> tuple[NDArray[np.int32], Floats]:
        """The bin on one axis and the place in bin widths."""
        count = self.count[axis]
        place = (points[:, axis] - np.float32(self.low[axis])) * np.float32(1 / self.width[axis])
        place = place % count if self.periodic[axis] else np.clip(place, 0, count)
        return np.minimum(place.astype(np.int32), count - 1), place
