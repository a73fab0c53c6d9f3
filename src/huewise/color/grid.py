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

    def soft(self, points: Floats, sigma: float) -> tuple[NDArray[np.int32], Floats]:
        """Points (n, d) -> own bin and its neighbours, 3 per axis: (n, 3^d) int32, and Gaussian weights, sum
        1.

        A Gaussian is a product over the axes, and so are its sums. A neighbour beyond the edge weighs
        nothing (its index repeats the edge bin's).
        """
        # Bins first, points last: NumPy is slow on inner axes of three.
        index = np.zeros((1, len(points)), np.int32)
        weight = np.ones((1, len(points)), np.float32)
        for axis, count in enumerate(self.count):
            near, share = self._soft_axis(points, axis, sigma)
            index = (index[:, None] * np.int32(count) + near).reshape(-1, len(points))
            weight = (weight[:, None] * share).reshape(-1, len(points))
        return np.ascontiguousarray(index.T), np.ascontiguousarray(weight.T)

    def _soft_axis(self, points: Floats, axis: int, sigma: float) -> tuple[NDArray[np.int32], Floats]:
        """The three bins (3, n) around each point on one axis, and their weights."""
        count = self.count[axis]
        cell, place = self._cell(points, axis)
        near = cell + np.array([[-1], [0], [1]], np.int32)
        distance = near + np.float32(0.5) - place
        weight = np.exp(np.float32(-0.5 / sigma**2) * distance**2)
        if self.periodic[axis]:
            near %= count
        else:
            weight[(near < 0) | (near >= count)] = 0
            np.clip(near, 0, count - 1, out=near)
        return near, weight / weight.sum(0)

    def _cell(self, points: Floats, axis: int) -> tuple[NDArray[np.int32], Floats]:
        """The bin on one axis and the place in bin widths."""
        count = self.count[axis]
        place = (points[:, axis] - np.float32(self.low[axis])) * np.float32(1 / self.width[axis])
        place = place % count if self.periodic[axis] else np.clip(place, 0, count)
        return np.minimum(place.astype(np.int32), count - 1), place
