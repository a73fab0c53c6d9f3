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
BAND_PIXELS = 1 << 23  # decided at a time; a tenth of a gigabyte
_STEPS = 4  # reaches that an area grows at most
_BAND = 3.0  # cells of the small grid beside a border in which a pixel's area is decided anew


def small_drawing(paper_hw: Floats, size: Size) -> NDArray[np.float32]:
    """A drawing (h, w), 1 paper and 0 ink, at `size` (h', w') with thin lines still dark: walls stay walls."""
    from scipy import ndimage

    if paper_hw.shape == size:
        return paper_hw.astype(np.float32, copy=False)
    mean = area_mean(paper_hw.astype(np.float32, copy=False), size)
    by = -(-paper_hw.shape[0] // size[0]), -(-paper_hw.shape[1] // size[1])
    y, x = (centres(n_out, n_in) for n_out, n_in in zip(size, paper_hw.shape, strict=True))
    # Only rows that are asked for are reckoned: a filter of the whole would double the memory.
    tops = np.maximum(y - by[0] // 2, 0)
    rows = np.stack(
        [paper_hw[top : row - by[0] // 2 + by[0]].min(0) for top, row in zip(tops, y, strict=True)]
    )
    darkest = ndimage.minimum_filter1d(rows, by[1], axis=1)[:, x]
    small: NDArray[np.float32] = ((mean + darkest) / 2).astype(np.float32)
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
    ink; then the ink itself. Band by band, so that only the result is as large as the drawing.
    """
    height, width = paper_hw.shape
    if labels_hw.shape == (height, width):
        return labels_hw
    y, x = (np.arange(n) * m // n for n, m in zip((height, width), labels_hw.shape, strict=True))
    reach = int(np.ceil(_BAND * max(height / labels_hw.shape[0], width / labels_hw.shape[1])))
    certain = _certain(labels_hw, y, x, reach)
    out = np.empty((height, width), np.int32)
    beyond = reach + 2 * _STEPS * reach + 1  # what a pixel's area may depend on
    rows = max(1, BAND_PIXELS // width)
    for start in range(0, height, rows):
        first, last = max(0, start - beyond), min(height, start + rows + beyond)
        full = labels_hw[y[first:last, None], x]
        near = _near_border(full, reach) & certain[full]  # an area that is all border keeps what it has
        band = np.where(near, -1, full).astype(np.int32)
        _grow(band, np.flatnonzero(near & (paper_hw[first:last] >= wall_below)), _STEPS * reach)
        _grow(band, np.flatnonzero(near & (band < 0)), _STEPS * reach)
        left = band < 0
        band[left] = full[left]
        stop = min(height, start + rows)
        out[start:stop] = band[start - first : stop - first]
    return out


def _certain(labels_hw: Labels, y: NDArray[np.intp], x: NDArray[np.intp], reach: int) -> NDArray[np.bool_]:
    """Which areas (n,) have a pixel that is not near a border; `y`, `x`: of each row and column its cell."""
    certain = np.zeros(int(labels_hw.max()) + 1, np.bool_)
    rows = max(1, BAND_PIXELS // len(x))
    for start in range(0, len(y), rows):
        first, last = max(0, start - reach - 1), min(len(y), start + rows + reach + 1)
        full = labels_hw[y[first:last, None], x]
        kept = np.s_[start - first : min(len(y), start + rows) - first]
        certain[full[kept][~_near_border(full, reach)[kept]]] = True
    return certain


def _near_border(labels_hw: Labels, reach: int) -> NDArray[np.bool_]:
    """Whether a pixel is at most `reach` from where two areas meet."""
    from scipy import ndimage

    edge = np.zeros(labels_hw.shape, np.uint8)
    edge[:, 1:] |= labels_hw[:, 1:] != labels_hw[:, :-1]
    edge[1:] |= labels_hw[1:] != labels_hw[:-1]
    return np.asarray(ndimage.maximum_filter(edge, 2 * reach + 1, mode="constant"), bool)


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


def open_areas(labels_hw: Labels) -> NDArray[np.bool_]:
    """Which areas (n,) hold much of the picture's border: no lines close them."""
    return np.asarray(_share_of_border(labels_hw) >= _MUCH_OF_BORDER)


def _share_of_border(labels_hw: Labels) -> NDArray[np.float64]:
    rim = _rim(labels_hw)
    return np.bincount(rim, minlength=int(labels_hw.max()) + 1) / len(rim)


def background(rgb_hw3: Floats, labels_hw: Labels) -> NDArray[np.bool_]:
    """Which areas (n,) hold much of the picture's border, or lie at it and are nearly white in the mean.

    A network leaves smudges on what it takes for white.
    """
    held = _share_of_border(labels_hw)
    n = len(held)
    size = np.maximum(np.bincount(labels_hw.ravel(), minlength=n), 1)
    lowest_hw = np.minimum(np.minimum(rgb_hw3[..., 0], rgb_hw3[..., 1]), rgb_hw3[..., 2])
    tint = np.bincount(labels_hw.ravel(), 1.0 - lowest_hw.ravel(), minlength=n) / size
    return np.asarray((held >= _MUCH_OF_BORDER) | ((held > 0) & (tint < _NEARLY_WHITE)), bool)
