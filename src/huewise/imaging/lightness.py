"""Lightness: CIE L* of sRGB pixels as 16-bit integers, by tables, and its area average at any size.

The result is that of `huewise.color.rgb_to_lab`; the tables make 12 megapixels take a tenth of a second.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.color.spaces import linear_to_xyz, rgb_to_linear

STEPS_PER_L = 655.35
"""Lightness is stored as uint16: 100 L are 65535 steps; one (0.0015 L) is finer than 16-bit sRGB's."""

_Y_STEPS = (1 << 20) - 1  # near black one step of Y is 0.0009 L, well below a stored step


@lru_cache(maxsize=1)
def _lightness_of_y() -> NDArray[np.uint16]:
    """The table from Y (0.._Y_STEPS, and two more for rounding) to stored lightness."""
    y = np.arange(_Y_STEPS + 3, dtype=np.float32) / np.float32(_Y_STEPS)
    # CIE 15:2004, 8.2.1; written out, since a whole Lab of a million grays would take a second
    lightness = np.where(y > (6 / 29) ** 3, 116 * np.cbrt(y) - 16, y * np.float32((29 / 3) ** 3))
    table: NDArray[np.uint16] = np.rint(np.clip(lightness, 0, 100) * STEPS_PER_L).astype(np.uint16)
    return table


@lru_cache(maxsize=2)
def _y_of_channel(bits: int) -> tuple[NDArray[np.uint32], ...]:
    """For R, G and B: the table from the sample to its share of Y in steps."""
    linear = rgb_to_linear(np.arange(1 << bits) / ((1 << bits) - 1))
    weights = linear_to_xyz(np.eye(3))[:, 1]
    return tuple(np.rint(weight * linear * _Y_STEPS).astype(np.uint32) for weight in weights)


@lru_cache(maxsize=2)
def gray_table(bits: int) -> NDArray[np.uint16]:
    """The table from a gray sRGB sample of 8 or 16 bits to stored lightness."""
    red, green, blue = _y_of_channel(bits)
    return np.take(_lightness_of_y(), red + green + blue)


def lightness_of(rgb_hw3: NDArray[np.uint8] | NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Lightness (h, w) uint16 of sRGB pixels (h, w, 3), uint8 or uint16."""
    red, green, blue = _y_of_channel(8 * rgb_hw3.dtype.itemsize)
    steps = np.take(red, rgb_hw3[..., 0])
    steps += np.take(green, rgb_hw3[..., 1])
    steps += np.take(blue, rgb_hw3[..., 2])
    return np.take(_lightness_of_y(), steps)


def shrink(lightness: NDArray[np.uint16], size: tuple[int, int]) -> NDArray[np.float32]:
    """The mean L over the area that each pixel of the new size covers.

    `lightness`: (h, w) uint16 as in `Picture`; `size`: (new h, new w), smaller or larger. Returns
    float32, 0..100.
    """
    return area_mean(lightness, size) * np.float32(1 / STEPS_PER_L)


def area_mean(
    values: NDArray[np.uint8] | NDArray[np.uint16] | NDArray[np.float32], size: tuple[int, int]
) -> NDArray[np.float32]:
    """Exact area average of (h, w) or (h, w, c) at `size` (new h, new w); float32 in the input's units."""
    if size == values.shape[:2]:
        return values.astype(np.float32)
    along = _mean_along_rows if values.dtype.kind == "u" else _weighted_rows
    # Turned in memory, so that the second pass reads it in order.
    rows = np.ascontiguousarray(along(values, size[0]).swapaxes(0, 1))
    return np.ascontiguousarray(_weighted_rows(rows, size[1]).swapaxes(0, 1))


def size_within(width: int, height: int, longest: int) -> tuple[int, int]:
    """(height, width) of a picture made so small that no side is above `longest`; a small one stays as it is."""
    scale = min(1.0, longest / max(width, height))
    return max(1, round(height * scale)), max(1, round(width * scale))


def block_mean(values: NDArray[np.float32], by: int) -> NDArray[np.float32]:
    """`area_mean` of (h, w) or (h, w, c) over blocks of `by` x `by`, quicker; the sides are multiples of `by`."""
    if by == 1:
        return values
    if values.shape[0] % by or values.shape[1] % by:
        raise ValueError(f"{values.shape[0]} x {values.shape[1]} is no multiple of {by}")
    rows = np.array(values[::by], np.float32)  # strided sums: ten times as quick as a mean
    for i in range(1, by):
        rows += values[i::by]
    total = rows[:, ::by].copy()
    for i in range(1, by):
        total += rows[:, i::by]
    total *= np.float32(1 / by**2)
    return total


def _mean_along_rows(values: NDArray[np.generic], count: int) -> NDArray[np.float32]:
    """Average over the first axis: `count` rows, each the mean of what its span of the (whole) numbers covers."""
    length = values.shape[0]
    total = np.uint32  # 65536 rows of uint16 still fit
    out = np.empty((count, *values.shape[1:]), np.float32)
    for row in range(count):
        start, stop = row * length / count, (row + 1) * length / count
        first, last = int(start), min(int(stop), length - 1)
        covered = np.add.reduce(values[first:last], axis=0, dtype=total).astype(np.float32)
        covered += np.float32(stop - last) * values[last].astype(np.float32)
        covered -= np.float32(start - first) * values[first].astype(np.float32)
        out[row] = covered / np.float32(stop - start)
    return out


def _weighted_rows(values: NDArray[np.generic], count: int) -> NDArray[np.float32]:
    """The same of floats, as a sparse product: three times as quick."""
    length = values.shape[0]
    made: NDArray[np.float32] = _shares(length, count) @ values.reshape(length, -1).astype(
        np.float32, copy=False
    )
    return made.reshape(count, *values.shape[1:])


@lru_cache(maxsize=64)
def _shares(length: int, count: int) -> Any:
    """Sparse (count, length): how much of each row of the output each row of the input makes up."""
    from scipy.sparse import csr_array

    edges = np.arange(count + 1) * length / count
    first, last = edges[:-1].astype(int), np.minimum(np.ceil(edges[1:]).astype(int), length)
    last = np.maximum(last, first + 1)
    row = np.repeat(np.arange(count), last - first)
    column = np.arange(len(row)) - np.repeat(np.cumsum(last - first) - last, last - first)
    share = np.minimum(column + 1, edges[row + 1]) - np.maximum(column, edges[row])
    weights = (np.maximum(share, 0) * count / length).astype(np.float32)
    return csr_array((weights, (row, column)), shape=(count, length))
