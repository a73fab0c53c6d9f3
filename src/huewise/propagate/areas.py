"""Areas and colours of a drawing between sizes: found on a small picture of it, used at its full size."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import area_mean
from huewise.imaging.paper import INK_BELOW
from huewise.propagate.resample import cell_taps, enlarged
from huewise.propagate.stamp import Labels

Floats = NDArray[Any]
Size = tuple[int, int]

_MUCH_OF_BORDER = 0.15
_NEARLY_WHITE = 0.4  # mean of 1 - the lowest channel; chosen on held-out drawings
_KNOWN = 0.02  # of a pixel's weights: less in its own area tells nothing of it
_BAND = 3.0  # cells of the small grid beside a border in which a pixel's area is decided anew


def small_drawing(paper_hw: Floats, size: Size) -> NDArray[np.float32]:
    """A drawing (h, w), 1 paper and 0 ink, at `size` (h', w') with thin lines still dark: walls stay walls."""
    from scipy import ndimage

    if paper_hw.shape == size:
        return paper_hw.astype(np.float32, copy=False)
    mean = area_mean(paper_hw.astype(np.float32, copy=False), size)
    by = -(-paper_hw.shape[0] // size[0]), -(-paper_hw.shape[1] // size[1])
    darkest = ndimage.minimum_filter1d(ndimage.minimum_filter1d(paper_hw, by[0], axis=0), by[1], axis=1)
    y, x = (centres(n_out, n_in) for n_out, n_in in zip(size, paper_hw.shape, strict=True))
    small: NDArray[np.float32] = ((mean + darkest[y[:, None], x]) / 2).astype(np.float32)
    return small


def centres(n_out: int, n_in: int) -> NDArray[np.intp]:
    """For each of n_out cells the one of n_in pixels that lies in its middle."""
    return (np.arange(n_out) * 2 + 1) * n_in // (2 * n_out)


class Borders(NamedTuple):
    """Pixels of a large grid, flat (m,), whose four cells of a small grid do not all lie in their own area.

    `cell_m4`: these cells, flat; `weight_m4`: what they count for the pixel, 1 in all.
    """

    pixel_m: NDArray[np.intp]
    cell_m4: NDArray[np.intp]
    weight_m4: NDArray[np.float32]

    @classmethod
    def of(cls, size: Size, labels_hw: Labels) -> Borders:
        """Between a small grid (h', w') and areas on a large one; a pixel with no cell in its area takes all four."""
        (height, width), (h, w) = size, labels_hw.shape
        y0, y1, v = cell_taps(height, h)
        x0, x1, u = cell_taps(width, w)
        of_cell = labels_hw[centres(height, h)[:, None], centres(width, w)]
        taps = [(y, x, wy, wx) for y, wy in ((y0, 1 - v), (y1, v)) for x, wx in ((x0, 1 - u), (x1, u))]
        own = [of_cell[y[:, None], x] == labels_hw for y, x, _, _ in taps]
        pixel = np.flatnonzero(~(own[0] & own[1] & own[2] & own[3]))
        row, column = np.divmod(pixel, w)
        cell = np.stack([y[row] * width + x[column] for y, x, _, _ in taps], -1)
        plain = np.stack([wy[row] * wx[column] for _, _, wy, wx in taps], -1)
        kept = plain * np.stack([same.ravel()[pixel] for same in own], -1)
        total = kept.sum(-1, keepdims=True)
        weight = np.where(total > _KNOWN, kept / np.maximum(total, _KNOWN), plain)
        return cls(pixel, cell, weight.astype(np.float32))


def within_areas(rgb_hw3: Floats, labels_hw: Labels, borders: Borders | None = None) -> NDArray[np.float32]:
    """Colours of a small grid at the size of `labels_hw`: linear, but never mixed over the border of two areas.

    `borders`: of the two grids, where they are known already.
    """
    pixel_m, cell_m4, weight_m4 = borders or Borders.of(rgb_hw3.shape[:2], labels_hw)
    out = np.array(enlarged(rgb_hw3.astype(np.float32, copy=False), labels_hw.shape), np.float32)
    out.reshape(-1, 3)[pixel_m] = np.einsum("mk,mkc->mc", weight_m4, rgb_hw3.reshape(-1, 3)[cell_m4])
    return out


def full_areas(labels_hw: Labels, paper_hw: Floats, wall_below: float = INK_BELOW) -> Labels:
    """Areas of a small grid at the size of the drawing, with borders under its own lines.

    Pixels near a border are decided anew: on paper by growing from what is certain, step by step and never through
    ink; then the ink itself.
    """
    from scipy import ndimage

    h, w = paper_hw.shape
    if labels_hw.shape == (h, w):
        return labels_hw
    y, x = (np.arange(n) * m // n for n, m in zip((h, w), labels_hw.shape, strict=True))
    full = labels_hw[y[:, None], x]
    reach = int(np.ceil(_BAND * max(h / labels_hw.shape[0], w / labels_hw.shape[1])))
    edge = np.zeros((h, w), bool)
    edge[:, 1:] |= full[:, 1:] != full[:, :-1]
    edge[1:] |= full[1:] != full[:-1]
    near = ndimage.binary_dilation(edge, np.ones((3, 3), bool), iterations=reach)
    certain = np.bincount(full[~near], minlength=int(labels_hw.max()) + 1) > 0
    near &= certain[full]  # an area that is all border keeps what it has
    free = paper_hw >= wall_below
    out = np.where(near, -1, full).astype(np.int32)
    _grow(out, np.flatnonzero(near & free), 4 * reach)
    _grow(out, np.flatnonzero(near & (out < 0)), 4 * reach)
    left = out < 0
    out[left] = full[left]
    return out


def _grow(out: Labels, places: NDArray[np.intp], steps: int) -> None:
    """Give the flat `places` that are -1 the area of a neighbour that has one, in place, at most so many times."""
    h, w = out.shape
    flat = out.reshape(-1)
    for _ in range(steps):
        row, column = np.divmod(places, w)
        found = np.full(len(places), -1, np.int32)
        for step, inside in ((-1, column > 0), (1, column < w - 1), (-w, row > 0), (w, row < h - 1)):
            beside = np.where(inside, flat[np.where(inside, places + step, 0)], -1)
            found = np.where(found < 0, beside, found)
        grown = found >= 0
        if not grown.any():
            return
        flat[places[grown]] = found[grown]
        places = places[~grown]


def deepest(inside_hw: NDArray[np.bool_]) -> tuple[int, int]:
    """Row and column of the cell farthest from the border of what is inside."""
    from scipy import ndimage

    depth = ndimage.distance_transform_cdt(np.pad(inside_hw, 1), "chessboard")[1:-1, 1:-1]
    row, column = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(row), int(column)


def outer_areas(labels_hw: Labels) -> NDArray[np.bool_]:
    """Which areas (n,) touch the picture's border."""
    outer = np.zeros(int(labels_hw.max()) + 1, np.bool_)
    outer[_rim(labels_hw)] = True
    return outer


def _rim(labels_hw: Labels) -> Labels:
    """The areas of the cells along the picture's border."""
    return np.concatenate([labels_hw[0], labels_hw[-1], labels_hw[:, 0], labels_hw[:, -1]])


def white_background(rgb_hw3: Floats, labels_hw: Labels, hinted_hw: NDArray[np.bool_]) -> Floats:
    """`rgb_hw3` (sRGB 0..1) with a `background` that nobody has hinted white, as the paper is."""
    white = background(rgb_hw3, labels_hw)
    white[labels_hw[hinted_hw]] = False
    clean = rgb_hw3.copy()
    clean[white[labels_hw]] = 1.0
    return clean


def background(rgb_hw3: Floats, labels_hw: Labels) -> NDArray[np.bool_]:
    """Which areas (n,) hold much of the picture's border, or lie at it and are nearly white in the mean.

    A network leaves smudges on what it takes for white.
    """
    rim = _rim(labels_hw)
    n = int(labels_hw.max()) + 1
    held = np.bincount(rim, minlength=n) / len(rim)
    size = np.maximum(np.bincount(labels_hw.ravel(), minlength=n), 1)
    lowest_hw = np.minimum(np.minimum(rgb_hw3[..., 0], rgb_hw3[..., 1]), rgb_hw3[..., 2])
    tint = np.bincount(labels_hw.ravel(), 1.0 - lowest_hw.ravel(), minlength=n) / size
    return np.asarray((held >= _MUCH_OF_BORDER) | ((held > 0) & (tint < _NEARLY_WHITE)), bool)
