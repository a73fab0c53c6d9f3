"""A soft region as a polygon, so that an answer is a hint like any other: rings joined into one even-odd path."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

XY = tuple[float, float]
Ring = NDArray[np.float64]
"""Corners (n, 2), x and y, of a closed line; the first is not repeated."""

INSIDE = 0.5  # of the map's largest value: what is above it lies inside
SPECK = 0.02  # of the largest ring's area: smaller rings, and smaller holes, are left out
BEND = 0.9  # pixels of the map by which a line may be simplified
MOST_CORNERS = 1500


def outline_of(region_hw: NDArray[np.float32], size: tuple[int, int]) -> list[XY]:
    """The outline of a map (h, w) in 0..1 in the pixels of a picture of `size` (width, height), one even-odd polygon.

    Parts and holes are reached by ways that are walked back, so they enclose nothing (`joined`). An empty list where
    nothing lies inside.
    """
    if not region_hw.any():
        return []
    rings = sorted(rings_of(region_hw >= INSIDE * region_hw.max()), key=lambda ring: -abs(area_of(ring)))
    large = [ring for ring in rings if abs(area_of(ring)) >= SPECK * abs(area_of(rings[0]))]
    height, width = region_hw.shape
    scale = np.array([size[0] / width, size[1] / height])
    for bend in BEND * 2.0 ** np.arange(8):
        path = joined(_simple(large, bend))
        if len(path) <= MOST_CORNERS:
            break
    return [(round(float(x), 1), round(float(y), 1)) for x, y in np.asarray(path).reshape(-1, 2) * scale]


def _simple(rings: Sequence[Ring], bend: float) -> list[Ring]:
    """Rings that are still areas when simplified; the first stays as it is if nothing else would be left."""
    simple = [ring for ring in (simplified(ring, bend) for ring in rings) if len(ring) >= 3]
    return simple or [rings[0]]


def rings_of(inside_hw: NDArray[np.bool_]) -> list[Ring]:
    """The borders of all parts and holes, along the edges of the pixels, with the inside on the right hand."""
    padded = np.pad(inside_hw, 1)
    here = padded[1:-1, 1:-1]
    # side of a pixel: neighbour beyond it, where it begins, which way it goes
    sides = (
        (padded[:-2, 1:-1], (0, 0), (1, 0)),
        (padded[1:-1, 2:], (1, 0), (0, 1)),
        (padded[2:, 1:-1], (1, 1), (-1, 0)),
        (padded[1:-1, :-2], (0, 1), (0, -1)),
    )
    steps: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for beyond, (dx, dy), (sx, sy) in sides:
        for y, x in np.argwhere(here & ~beyond).tolist():
            steps.setdefault((x + dx, y + dy), []).append((x + dx + sx, y + dy + sy))
    rings = []
    while steps:
        start = next(iter(steps))
        at, corners = start, [start]
        while (at := _leave(steps, at)) != start:
            corners.append(at)
        rings.append(np.array(corners, float))
    return rings


def _leave(steps: dict[tuple[int, int], list[tuple[int, int]]], at: tuple[int, int]) -> tuple[int, int]:
    """The next corner; the step is used up."""
    ways = steps[at]
    there = ways.pop()
    if not ways:
        del steps[at]
    return there


def area_of(ring: Ring) -> float:
    """Signed area: holes have the other sign."""
    x, y = ring.T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def simplified(ring: Ring, bend: float) -> Ring:
    """Fewer corners, none moved by more than `bend` (Douglas and Peucker 1973)."""
    far = int(np.abs(ring - ring[0]).sum(1).argmax())
    closed = np.vstack([ring, ring[:1]])
    keep = {0, far}
    parts = [(0, far), (far, len(ring))]
    while parts:
        first, last = parts.pop()
        if last - first < 2:
            continue
        way = closed[last] - closed[first]
        off = closed[first + 1 : last] - closed[first]
        length = float(np.hypot(*way))
        distance = np.abs(way[0] * off[:, 1] - way[1] * off[:, 0]) / length if length else np.hypot(*off.T)
        worst = int(distance.argmax())
        if distance[worst] > bend:
            middle = first + 1 + worst
            keep.add(middle)
            parts += [(first, middle), (middle, last)]
    return ring[sorted(keep)]


def joined(rings: Sequence[Ring]) -> list[XY]:
    """All rings as one path that begins with the first: to a ring, around it, back to the path's beginning."""
    path: list[XY] = []
    for ring in rings:
        corners = [(float(x), float(y)) for x, y in ring]
        path += corners if len(rings) == 1 else [*corners, corners[0]]
        if len(path) > len(corners) + 1:
            path.append(path[0])
    return path
