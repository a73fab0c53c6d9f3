"""Where full-size pixels lie among small ones, and the weights that follow: shared by the upsamplers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Planes = NDArray[np.float32]


def low_coordinates(length: int, low_length: int) -> NDArray[np.float64]:
    """The centres of `length` pixels, in units of `low_length` pixels on the same span (centres 0, 1, ...)."""
    return (np.arange(length, dtype=np.float64) + 0.5) * (low_length / length) - 0.5


def linear_taps(positions: NDArray[np.float64], count: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """For positions among nodes 0..count-1: the node at or before each, and the share of the next one."""
    first = np.floor(positions).astype(np.intp).clip(0, count - 2)
    return first, (positions - first).astype(np.float32)


def cell_taps(n_in: int, n_out: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """For each of n_out cells among n_in on the same span: lower and upper neighbour, and the upper one's weight."""
    low, share = linear_taps(np.clip(low_coordinates(n_out, n_in), 0, n_in - 1), max(n_in, 2))
    return low, np.minimum(low + 1, n_in - 1), share


def enlarged(small_hwc: Planes, size: Sequence[int]) -> Planes:
    """(h, w, c) at a size (h, w) at least as large, bilinear."""
    out = small_hwc
    for axis in (0, 1):
        if out.shape[axis] == size[axis]:
            continue
        low, high, share = cell_taps(out.shape[axis], size[axis])
        # In place, and along x with a share for each channel: half the time of the plain formula.
        share_xc = share[:, None, None] if axis == 0 else share[:, None].repeat(out.shape[2], 1)
        lower, out = out.take(low, axis), out.take(high, axis)
        out -= lower
        out *= share_xc
        out += lower
    return out


Written = tuple[slice, NDArray[np.float32]]  # nodes, and the weights (rows, those nodes) of some rows


@dataclass(frozen=True)
class Band:
    """A matrix (n, low length) that is 0 but for a few nodes of each row: what it takes grows with n, not with both.

    `node_nk` (n, k) int32: the nodes that count for each row, one may stand twice; `weight_nk` (n, k) float32.
    """

    node_nk: NDArray[np.int32]
    weight_nk: NDArray[np.float32]
    _blocks: dict[int, list[Written]] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.node_nk)

    def rows(self, start: int, stop: int) -> Written:
        """The nodes that some rows reach, and those rows (stop - start, nodes) written out."""
        node_nk, weight_nk = self.node_nk[start:stop], self.weight_nk[start:stop]
        first, last = int(node_nk.min()), int(node_nk.max())
        matrix = np.zeros((len(node_nk), last - first + 1), np.float32)
        np.add.at(matrix, (np.arange(len(node_nk))[:, None], node_nk - first), weight_nk)
        return slice(first, last + 1), matrix

    def blocks(self, size: int) -> list[Written]:
        """All rows, `size` at a time, as `rows` gives them; written out once."""
        if size not in self._blocks:
            self._blocks[size] = [self.rows(start, start + size) for start in range(0, len(self), size)]
        return self._blocks[size]


def gaussian_band(positions: NDArray[np.float64], low_length: int, sigma: float, radius: float) -> Band:
    """For each position: exp(-d^2 / 2 sigma^2) for nodes at distances d up to `radius`, else 0."""
    reach = math.ceil(radius)
    node_nk = np.rint(positions)[:, None].astype(np.int32) + np.arange(-reach, reach + 1, dtype=np.int32)
    distance = positions[:, None] - node_nk
    counts = (np.abs(distance) <= radius) & (node_nk >= 0) & (node_nk < low_length)
    weight_nk = (np.exp(-(distance**2) / (2 * sigma**2)) * counts).astype(np.float32)
    return Band(node_nk.clip(0, low_length - 1), weight_nk)


def cubic_band(length: int, low_length: int) -> Band:
    """For each of `length` pixels: cubic convolution (Keys 1981, a = -1/2), the outermost nodes repeated outwards."""
    positions = low_coordinates(length, low_length)
    node_nk = np.floor(positions)[:, None].astype(np.int32) + np.arange(-1, 3, dtype=np.int32)
    d = np.abs(positions[:, None] - node_nk)
    weight_nk = np.where(d <= 1, (1.5 * d - 2.5) * d * d + 1, ((-0.5 * d + 2.5) * d - 4) * d + 2)
    return Band(node_nk.clip(0, low_length - 1), weight_nk.astype(np.float32))


def along_x(planes: Planes, band: Band, block: int = 16) -> Planes:
    """(..., h, w) times a band of (new w, w) -> (..., h, new w).

    Block by block, so that only the band is multiplied. The products are also small enough for BLAS to keep to one
    thread: its own threads wait by spinning, which on a busy machine costs many times the work.
    """
    out = np.empty((*planes.shape[:-1], len(band)), np.float32)
    for start, (near, matrix) in zip(range(0, len(band), block), band.blocks(block), strict=True):
        np.matmul(planes[..., near], matrix.T, out=out[..., start : start + block])
    return out


def along_y(planes: Planes, band: Band, block: int = 16) -> Planes:
    """(..., h, w) times a band of (new h, h) -> (..., new h, w), as `along_x`."""
    return along_x(planes.swapaxes(-1, -2), band, block).swapaxes(-1, -2)
