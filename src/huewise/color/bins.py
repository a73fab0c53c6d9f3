"""Bin sets: colour as a choice among Q centres, hard or soft.

| set | paper | centres | soft encoding |
|---|---|---|---|
| `ab313` | zhang2017 3.2, zhao2018 | grid points (a, b), 10 apart | 10 nearest, sigma = 5 |
| `rgb512`, `lch512` | inoue2017 3.2 | 8 bins per channel | own bin and its neighbours, sigma = 0.25 bin |
| `most_frequent` | billaut2018 2.1 | the n fullest bins of a UV grid | none: one-hot |
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from huewise.color.grid import Grid
from huewise.color.lattice import Lattice
from huewise.errors import UsageError

Floats = NDArray[Any]
Space = Literal["ab", "rgb", "lch", "uv"]
"""ab of CIE Lab; sRGB 0..1; LCH with hue in degrees; UV of BT.601."""

UV_RANGE = ((-0.436, 0.436), (-0.615, 0.615))
LCH_RANGE = ((0.0, 100.0), (0.0, 134.0), (0.0, 360.0))
"""sRGB's largest chroma is 133.8, its blue."""


class Lookup(Protocol):
    """Finds the nearest centres."""

    def nearest_one(self, points: Floats) -> NDArray[np.int32]:
        """Points (n, d) -> index (n,)."""

    def soft(self, points: Floats, sigma: float) -> tuple[NDArray[np.int32], Floats]:
        """Points (n, d) -> the k nearest (n, k) and their Gaussian weights (n, k), sum 1."""


@dataclass(frozen=True, eq=False)
class BinSet:
    """Q colours that stand for all others.

    `centers` (Q, d) float32, read-only, in the units of `space`; `neighbours` k and `sigma` belong to the
    soft encoding; `sigma` is measured in the units of `distances`.
    """

    name: str
    space: Space
    centers: Floats
    neighbours: int
    sigma: float
    grid: Grid | None = None

    def __post_init__(self) -> None:
        self.centers.flags.writeable = False

    def __len__(self) -> int:
        return len(self.centers)

    def encode(self, colors: ArrayLike) -> NDArray[np.int32]:
        """Colours (..., d) -> index of the nearest centre (...) int32."""
        points, shape = self._points(colors)
        return self._lookup.nearest_one(points).reshape(shape)

    def encode_soft(self, colors: ArrayLike) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Colours (..., d) -> the k nearest centres (..., k) int32 and their weights (..., k) float32 with
        sum 1.

        weight ~ exp(-distance^2 / (2 sigma^2)) (zhang2017, section 3.2). The order of the k is not defined;
        an index may repeat with weight 0 at the edge of a grid.
        """
        points, shape = self._points(colors)
        index, weight = self._lookup.soft(points, self.sigma)
        return index.reshape(*shape, -1), weight.reshape(*shape, -1)

    def decode(self, index: ArrayLike) -> Floats:
        """Index (...) -> centre (..., d) float32."""
        centers: Floats = self.centers[np.asarray(index)]
        return centers

    def distances(self) -> Floats:
        """Between all centres (Q, Q) float32, in bin widths on a grid (hue as a ring), else in its units."""
        offset = self.centers[:, None] - self.centers
        if self.grid is not None:
            offset /= np.asarray(self.grid.width, np.float32)
            around = np.asarray(self.grid.count, np.float32)
            offset -= np.where(self.grid.periodic, around * np.rint(offset / around), 0)
        distance: Floats = np.sqrt((offset**2).sum(-1)).astype(np.float32)
        return distance

    def histogram(self, colors: ArrayLike) -> NDArray[np.float32]:
        """Colours (..., d) -> share of each bin (Q,) float32 with sum 1."""
        index = self.encode(colors).ravel()
        return (np.bincount(index, minlength=len(self)) / index.size).astype(np.float32)

    def dense(self, index: NDArray[np.int32], weight: Floats) -> NDArray[np.float32]:
        """Soft encoding (..., k) -> distribution (..., Q) float32."""
        k = index.shape[-1]
        flat = np.arange(index.size // k)[:, None] * len(self) + index.reshape(-1, k)
        made = np.bincount(flat.ravel(), weight.ravel(), minlength=flat.shape[0] * len(self))
        return made.astype(np.float32).reshape(*index.shape[:-1], len(self))

    def _points(self, colors: ArrayLike) -> tuple[Floats, tuple[int, ...]]:
        array = np.asarray(colors, np.float32)
        wanted = self.centers.shape[1]
        if array.shape[-1:] != (wanted,):
            raise UsageError(
                f"colours of shape {array.shape}", f"(..., {wanted}) for the bin set {self.name}"
            )
        return array.reshape(-1, wanted), array.shape[:-1]

    @cached_property
    def _lookup(self) -> Lookup:
        return self.grid or Lattice(self.centers, self.neighbours)


# The published set, as the range of b (first, last) for a = -90, -80, ..., 100. See `ab313`.
_AB313_B_RANGES = (
    (50, 90), (20, 90), (0, 90), (-20, 90), (-30, 100), (-40, 100), (-50, 100), (-50, 100), (-60, 100),
    (-70, 100), (-80, 90), (-80, 90), (-90, 90), (-100, 90), (-100, 80), (-110, 80), (-110, 80), (-110, 70),
    (-110, 70), (-90, 0),
)  # fmt: skip


@cache
def ab313() -> BinSet:
    """The 313 ab bins of zhang2016 and zhang2017 (3.2), in their published order: by a, then by b.

    The papers say "10 x 10 bins, the Q = 313 that are in gamut". The rule that comes nearest: the corners of
    all 10 x 10 cells that the sRGB gamut touches, which are 309 points; the published set holds these and
    four more, (40, 90), (100, -90), (100, -10) and (100, 0). No rule we tried gives 313 (centres in gamut:
    229; nearest to an 8-bit colour: 261; within a distance of the gamut, of any norm: never the same 313),
    so the set is written down.
    """
    centers = [
        (10 * i - 90, b)
        for i, (first, last) in enumerate(_AB313_B_RANGES)
        for b in range(first, last + 1, 10)
    ]
    return BinSet("ab313", "ab", np.array(centers, np.float32), neighbours=10, sigma=5.0)


@cache
def rgb512(sigma: float = 0.25) -> BinSet:
    """8 x 8 x 8 bins of sRGB 0..1, red slowest (inoue2017, 3.2).

    The paper gives sigma = 0.25 without a unit: taken as bin widths, and no number of neighbours: the own
    bin and its 26 neighbours. (Its published program has exp(-d^2 / 0.5), which is sigma = 0.5, and adds
    what falls beyond the edge to the edge bin; here that is left out.)
    """
    return _grid512("rgb512", "rgb", ((0.0, 1.0),) * 3, sigma)


@cache
def lch512(sigma: float = 0.25) -> BinSet:
    """8 x 8 x 8 bins of LCH, lightness slowest; the hue is a ring (inoue2017, 3.2 and 3.3). See `rgb512`."""
    return _grid512("lch512", "lch", LCH_RANGE, sigma)


SETS: dict[str, Callable[[], BinSet]] = {"ab313": ab313, "lch512": lch512, "rgb512": rgb512}
"""Those that a model can name; `most_frequent` are learned."""


def bin_set(name: str) -> BinSet:
    """The bin set of that name."""
    if name not in SETS:
        raise UsageError(f"the bin set {name!r}", f"one of {', '.join(SETS)}", "correct the name")
    return SETS[name]()


def _grid512(name: str, space: Space, ranges: Sequence[tuple[float, float]], sigma: float) -> BinSet:
    low, width = tuple(lo for lo, _ in ranges), tuple((hi - lo) / 8 for lo, hi in ranges)
    grid = Grid(low, width, (8,) * 3, (False, False, space == "lch"))
    return BinSet(name, space, grid.centers(), neighbours=27, sigma=sigma, grid=grid)


def most_frequent(
    colors: ArrayLike,
    n: int = 32,
    *,
    per_axis: int = 10,
    at: Literal["mean", "center"] = "mean",
    name: str | None = None,
) -> BinSet:
    """The n fullest bins of a grid over UV, learned from colours (..., 2) (billaut2018, 2.1 and figure 1).

    Each stands at the mean of its colours, as figure 1a shows it (`at="mean"`), or at the middle of its bin
    as in the published program (`at="center"`). Fullest first; ties by place. A colour whose bin was not
    chosen goes to the nearest chosen one; so the probabilities for `rebalance_weights` are
    `histogram(colors)` of the new set. The default of 10 bins per axis is the published program's.
    """
    uv = np.asarray(colors, np.float32).reshape(-1, 2)
    low = tuple(lo for lo, _ in UV_RANGE)
    width = tuple((hi - lo) / per_axis for lo, hi in UV_RANGE)
    grid = Grid(low, width, (per_axis, per_axis), (False, False))
    index = grid.nearest_one(uv)
    counts = np.bincount(index, minlength=per_axis**2)
    if np.count_nonzero(counts) < n:
        raise UsageError(
            f"colours that fill {np.count_nonzero(counts)} bins",
            f"at least {n}",
            "give more colours or a finer grid",
        )
    chosen = np.argsort(-counts, kind="stable")[:n]
    if at == "center":
        centers = grid.centers()[chosen]
    else:
        sums = [np.bincount(index, uv[:, i], minlength=per_axis**2) for i in range(2)]
        centers = (np.stack(sums, -1)[chosen] / counts[chosen, None]).astype(np.float32)
    return BinSet(name or f"uv{n}", "uv", centers, neighbours=1, sigma=1.0)
