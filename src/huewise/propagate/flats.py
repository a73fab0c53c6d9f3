"""Flats: the closed areas of a drawing, each one colour, flooded under the lines.

Areas are found with trapped balls (Zhang et al. 2009, "Vectorizing Cartoon Animations"): a ball wider than the widest
gap that counts as closed cannot leave an area. What it cannot reach (corners, narrow places) goes to the area that it
opens to, or is an area of its own when its opening is a bottleneck. At last every pixel, those under lines too, takes
the area of the nearest free one, so no fringe shows through soft lines; the drawing is multiplied on top.

Colours come from hints, exactly, or from a colour map such as a model's answer (its median in the area).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.errors import UsageError
from huewise.hints import Hint
from huewise.imaging.paper import INK_BELOW
from huewise.propagate.few_colors import few_colors
from huewise.propagate.stamp import Labels, areas_meant, colors_of

Floats = NDArray[Any]

GAP_SHARE = (
    1 / 120
)  # of the shorter side: the default of the widest gap that counts as closed; of training pairs
LEAST_AREA = 1.2e-4  # of the picture: smaller areas go to their neighbours
_ROWS = 256  # painted at a time
_SAME_BYTE = 0.5 / 255
_BOTTLENECK = 0.6  # an opening narrower than this share of what lies behind it closes it


@dataclass(frozen=True)
class Flats:
    """Areas with their colours.

    `labels_hw`: (h, w) int32, the area 0..n-1 of every pixel. `rgb_n3`: (n, 3) float32 sRGB 0..1. `painted_n`: (n,)
    whether the area was given a colour; the others are white, and no layer is written for them. `contested`: how many
    areas several hints wanted in different colours.
    """

    labels_hw: Labels
    rgb_n3: NDArray[np.float32]
    painted_n: NDArray[np.bool_]
    contested: int = 0


def default_gap(height: int, width: int) -> int:
    """The widest gap, in pixels, that is closed unless another is asked for."""
    return max(2, round(GAP_SHARE * min(height, width)))


def find_areas(paper_hw: Floats, gap: int | None = None, wall_below: float = INK_BELOW) -> Labels:
    """Areas (h, w) int32, numbered from 0, of a drawing (h, w) with 1 paper and 0 ink, covering every pixel.

    `gap`: openings of lines up to so many pixels wide are closed; 0: none. `wall_below`: darker is a line.
    """
    from scipy import ndimage

    gap = default_gap(*paper_hw.shape) if gap is None else gap
    if gap < 0:
        raise UsageError(f"a gap of {gap} pixels", "0 or more")
    free = paper_hw >= wall_below
    if free.all() or not free.any():
        return np.zeros(paper_hw.shape, np.int32)
    reach: Labels = ndimage.distance_transform_cdt(free, "chessboard")  # to ink alone: the border is no wall
    labels = np.zeros(paper_hw.shape, np.int32)
    n = 0
    for radius in _radii(gap):
        n = _trap(labels, n, free, reach, radius)
    labels = _without_crumbs(labels, max(8, round(LEAST_AREA * labels.size)))
    nearest = ndimage.distance_transform_edt(labels == 0, return_distances=False, return_indices=True)
    return _numbered(labels[nearest[0], nearest[1]])


def _radii(gap: int) -> list[int]:
    """Radii of the balls, largest first; 0 is a single pixel, which reaches all that is left."""
    radii, radius = [], -(-gap // 2)
    while radius > 0:
        radii.append(radius)
        radius //= 2
    return [*radii, 0]


def _trap(labels: Labels, n: int, free: NDArray[np.bool_], reach: Labels, radius: int) -> int:
    """Let balls of one radius fill what is left, in place; returns the number of areas.

    A chessboard ball: a square of 2 radius + 1 pixels, which is the narrowest opening that it passes.
    """
    from scipy import ndimage

    left = free & (labels == 0)
    parts, count = ndimage.label(left & (reach > radius))
    if count == 0:
        return n
    if radius:
        parts = np.where(left, ndimage.maximum_filter(parts, 2 * radius + 1), 0)
    filled = parts > 0
    width = np.zeros(count, np.int64)
    np.maximum.at(width, parts[filled] - 1, 2 * reach[filled] - 1)
    target = _opens_to(labels, np.asarray(parts, np.int32), width)
    own = target == 0
    target[own] = n + 1 + np.arange(own.sum())
    labels[filled] = target[parts[filled] - 1]
    return n + int(own.sum())


def _opens_to(labels: Labels, parts: Labels, width: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each part 1, 2, ..., `width` across, the area that it opens to most widely; 0: bottlenecks only."""
    touching = []
    for one, other in (
        (np.s_[:, :-1], np.s_[:, 1:]),
        (np.s_[:, 1:], np.s_[:, :-1]),
        (np.s_[:-1], np.s_[1:]),
        (np.s_[1:], np.s_[:-1]),
    ):
        meets = (parts[one] > 0) & (labels[other] > 0)
        touching.append(parts[one][meets].astype(np.int64) << 32 | labels[other][meets])
    pairs, contact = np.unique(np.concatenate(touching), return_counts=True)
    part, area = pairs >> 32, pairs & 0xFFFFFFFF
    wide = contact >= np.maximum(_BOTTLENECK * width[part - 1], 1)
    part, area, contact = part[wide], area[wide], contact[wide]
    order = np.argsort(contact, kind="stable")  # the widest is assigned last
    target = np.zeros(len(width), np.int64)
    target[part[order] - 1] = area[order]
    return target


def _without_crumbs(labels: Labels, least: int) -> Labels:
    """Areas of fewer than `least` pixels are given up (0), unless nothing would be left."""
    size = np.bincount(labels.ravel())
    size[0] = 0
    kept = size >= min(least, int(size.max()))
    return np.where(kept[labels], labels, 0).astype(np.int32)


def _numbered(labels: Labels) -> Labels:
    """The same areas, numbered from 0 without holes."""
    used = np.bincount(labels.ravel()) > 0
    return (np.cumsum(used) - 1).astype(np.int32)[labels]


def color_areas(labels_hw: Labels, hints: Sequence[Hint] = (), color_map: Floats | None = None) -> Flats:
    """Give each area one colour: its last hint's, else the median of a colour map in it, else none.

    `color_map`: (h', w', 3) sRGB 0..1 of the same picture at any size; its medians that look alike become one.
    A hint colours the areas that it means (`stamp.areas_meant`).
    """
    n = int(labels_hw.max()) + 1
    rgb_n3, painted_n = np.ones((n, 3), np.float32), np.zeros(n, bool)
    hinted_n, contested_n = np.zeros(n, bool), np.zeros(n, bool)
    for hint, color in zip(hints, colors_of(hints), strict=True):
        chosen = areas_meant(hint, labels_hw)
        contested_n[chosen] |= hinted_n[chosen] & (np.abs(rgb_n3[chosen] - color).max(-1) > _SAME_BYTE)
        rgb_n3[chosen] = color
        hinted_n[chosen] = True
    if color_map is not None:
        rgb_n3[~hinted_n] = _medians(labels_hw, n, color_map)[~hinted_n]
        own_n = hinted_n | (rgb_n3 > 1.0 - _SAME_BYTE).all(1)  # white is paper, whatever is nearly white
        rgb_n3 = few_colors(rgb_n3, np.bincount(labels_hw.ravel(), minlength=n), own_n)
        painted_n[:] = True
    return Flats(labels_hw, rgb_n3, painted_n | hinted_n, int(contested_n.sum()))


def _medians(labels_hw: Labels, n: int, color_map: Floats) -> NDArray[np.float32]:
    """The per-channel median of the colour map in each area, from 8-bit values; areas that it misses: nearest pixel."""
    h, w = labels_hw.shape
    mh, mw = color_map.shape[:2]
    y, x = (np.arange(mh) * 2 + 1) * h // (2 * mh), (np.arange(mw) * 2 + 1) * w // (2 * mw)
    seen = labels_hw[y[:, None], x].ravel()
    order = np.argsort(seen, kind="stable")
    ends = np.cumsum(np.bincount(seen, minlength=n))
    starts = np.concatenate([[0], ends[:-1]])
    values = color_map.reshape(-1, 3)[order]
    out = np.ones((n, 3), np.float32)
    for area in np.flatnonzero(ends > starts):
        out[area] = np.median(values[starts[area] : ends[area]], axis=0)
    for area in np.flatnonzero(ends == starts):
        row, column = np.argwhere(labels_hw == area)[0]
        out[area] = color_map[row * mh // h, column * mw // w]
    return out


def nearest_hints(hinted_hw: NDArray[np.bool_]) -> tuple[NDArray[np.float64], Labels, Labels]:
    """Distance to the nearest hinted cell, and its row and column, each (h, w)."""
    from scipy import ndimage

    distance, (y, x) = ndimage.distance_transform_edt(~hinted_hw, return_indices=True)
    return distance, y, x


def flood_hints(
    labels_hw: Labels,
    hint_hw4: Floats,
    nearest: tuple[Labels, Labels] | None = None,
    where_hw: NDArray[np.bool_] | None = None,
) -> NDArray[np.float32]:
    """Hinted colours filled into the areas that they lie in, (h, w, 4): RGB times known, and known (0 or 1).

    `hint_hw4`: RGB times share, and share. Of several colours in an area the nearest counts where it lies in the same
    area, else the area's mean. `nearest`: row and column as `nearest_hints` gives them, where they are known already.
    `where_hw`: the cells to fill, where not all.
    """
    hinted = hint_hw4[..., 3] > 0
    out = np.zeros(hint_hw4.shape, np.float32)
    if not hinted.any():
        return out
    color = hint_hw4[hinted][:, :3] / hint_hw4[hinted][:, 3:]
    inside, n = labels_hw[hinted], int(labels_hw.max()) + 1
    count = np.bincount(inside, minlength=n)
    mean = (
        np.stack([np.bincount(inside, color[:, c], minlength=n) for c in range(3)], -1)
        / np.maximum(count, 1)[:, None]
    ).astype(np.float32)
    y, x = nearest if nearest is not None else nearest_hints(hinted)[1:]
    whole = np.zeros((*labels_hw.shape, 3), np.float32)
    whole[hinted] = color
    known = (count > 0)[labels_hw]
    cells = np.flatnonzero(known if where_hw is None else known & where_hw)
    told = y.ravel()[cells] * labels_hw.shape[1] + x.ravel()[cells]
    area = labels_hw.ravel()[cells]
    same = labels_hw.ravel()[told] == area
    filled = np.where(same[:, None], whole.reshape(-1, 3).take(told, 0), mean.take(area, 0))
    out.reshape(-1, 4)[cells, :3] = filled
    out.reshape(-1, 4)[cells, 3] = 1.0
    return out


def paint(flats: Flats, paper_hw: Floats) -> NDArray[np.uint8]:
    """The coloured drawing (h, w, 3) uint8: flats with the drawing multiplied on top; black stays black."""
    out = flat_rgb(flats)
    for start in range(0, len(out), _ROWS):
        rows = slice(start, start + _ROWS)
        out[rows] = multiply(out[rows], paper_hw[rows])
    return out


def flat_rgb(flats: Flats) -> NDArray[np.uint8]:
    """The flats alone, (h, w, 3) uint8; what was given no colour is white."""
    rgb_hw3: NDArray[np.uint8] = np.rint(flats.rgb_n3 * 255).astype(np.uint8)[flats.labels_hw]
    return rgb_hw3


def multiply(rgb_hw3: NDArray[np.uint8], paper_hw: Floats) -> NDArray[np.uint8]:
    """Colours (h, w, 3) uint8 under a drawing (h, w) 0..1; white paper leaves them exactly as they are."""
    ink = np.rint(paper_hw * 255).astype(np.uint16)[..., None]
    inked: NDArray[np.uint8] = ((rgb_hw3 * ink + 127) // 255).astype(np.uint8)
    return inked
