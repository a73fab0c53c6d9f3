"""Where full-size pixels lie among small ones, and the weights that follow: shared by the upsamplers."""

from __future__ import annotations

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


def gaussian_matrix(
    positions: NDArray[np.float64], low_length: int, sigma: float, radius: float
) -> NDArray[np.float32]:
    """(positions, low_length): exp(-d^2 / 2 sigma^2) for distances d up to `radius`, else 0."""
    distance = positions[:, None] - np.arange(low_length)
    weights = np.exp(-(distance**2) / (2 * sigma**2)) * (np.abs(distance) <= radius)
    return weights.astype(np.float32)


def cubic_matrix(length: int, low_length: int) -> NDArray[np.float32]:
    """(length, low_length): cubic convolution (Keys 1981, a = -1/2), the outermost pixels repeated beyond the edge."""
    positions = low_coordinates(length, low_length)
    first = np.floor(positions).astype(int)
    matrix = np.zeros((length, low_length), np.float32)
    for tap in range(-1, 3):
        d = np.abs(positions - first - tap)
        weight = np.where(d <= 1, (1.5 * d - 2.5) * d * d + 1, ((-0.5 * d + 2.5) * d - 4) * d + 2)
        np.add.at(
            matrix, (np.arange(length), (first + tap).clip(0, low_length - 1)), weight.astype(np.float32)
        )
    return matrix


def along_x(planes: Planes, matrix: Planes, block: int = 16) -> Planes:
    """(..., h, w) times a banded matrix (new w, w) -> (..., h, new w).

    Block by block, so that only the band is multiplied. The products are also small enough for BLAS to keep to one
    thread: its own threads wait by spinning, which on a busy machine costs many times the work.
    """
    out = np.empty((*planes.shape[:-1], len(matrix)), np.float32)
    for start in range(0, len(matrix), block):
        part = matrix[start : start + block]
        used = np.flatnonzero(part.any(axis=0))
        near = slice(used[0], used[-1] + 1)
        np.matmul(planes[..., near], part[:, near].T, out=out[..., start : start + block])
    return out


def along_y(planes: Planes, matrix: Planes, block: int = 16) -> Planes:
    """(..., h, w) times a banded matrix (new h, h) -> (..., new h, w), as `along_x`."""
    return along_x(planes.swapaxes(-1, -2), matrix, block).swapaxes(-1, -2)
