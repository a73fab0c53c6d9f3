"""The fast bilateral solver (Barron and Poole 2016) on their simplified bilateral grid.

    minimize  lambda/2 sum_ij W_ij (x_i - x_j)^2 + sum_i c_i (x_i - t_i)^2          (eq. 1)

t: hinted ab, c: hinted share, W: the bilateral affinity of pixels i and j, bistochastized. Pixels are *splatted* to
the vertices of a grid over x, y and lightness (S: each pixel to one vertex), the grid is *blurred* (B: for each axis 2
on the vertex itself and 1 on its neighbours), and the solution is *sliced* back (S^T):

    (lambda (D_m - D_n B D_n) + diag(S c)) y = S (c t),   x = S^T y

with D_m = diag(S 1), and D_n from the iteration n = sqrt(n S1 / (B n)) of the supplement. Solved by conjugate gradients
with the Jacobi preconditioner.

Deviations, with reasons: the guide is gray, so the grid has no chroma axes. A hinted cell keeps its hint's colour (in
the proportion of its share): the solution alone is one colour a vertex, and not the hints' even where they cover
everything. Without the paper's robust loss, colour scale and domain transform, which are for depth and for looks.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

SIGMA_XY = 8.0  # cells a vertex, in x and in y
SIGMA_L = 4.0  # of 255 levels of gray a vertex, as the authors' program has it
SMOOTHNESS = (
    4.0  # lambda of eq. 1; the program's 128 is for dense confidence and loses 1 dB at 30 and at 300 hints
)
LEAST_DIAGONAL = 1e-5  # of the preconditioner (the same)
_TOLERANCE, _STEPS = 1e-5, 8000  # the authors stop after 25; few hints need more to reach far


@dataclass(frozen=True)
class Grid:
    """A bilateral grid: the vertex of each pixel, and what splatting, blurring and slicing need of it."""

    vertex_n: NDArray[np.int64]  # (pixels,)
    size: int  # vertices
    neighbours: Any  # sparse (size, size): 1 for vertices one step apart along one axis

    @classmethod
    def of(cls, l_hw: F32, sigma_xy: float = SIGMA_XY, sigma_l: float = SIGMA_L) -> "Grid":
        """The grid of a lightness 0..100: only vertices that hold a pixel."""
        from scipy.sparse import coo_array

        h, w = l_hw.shape
        y, x = np.mgrid[:h, :w]
        place_n3 = (
            np.stack([y / sigma_xy, x / sigma_xy, l_hw * 2.55 / sigma_l], -1).astype(np.int64).reshape(-1, 3)
        )
        strides = np.cumprod([1, *(place_n3.max(0) + 3)[:0:-1]])[
            ::-1
        ]  # room beyond the last: no wrapping round
        keys, vertex_n = np.unique((place_n3 + 1) @ strides, return_inverse=True)
        pairs = [_pairs(keys, int(stride)) for stride in strides]
        low, high = np.concatenate(pairs, axis=1)
        both = (np.concatenate([low, high]), np.concatenate([high, low]))
        size = len(keys)
        neighbours = coo_array((np.ones(2 * len(low)), both), shape=(size, size)).tocsr()
        return cls(vertex_n.reshape(-1), size, neighbours)

    def splat(self, value_n: F64) -> F64:
        """S value: the sum over each vertex's pixels."""
        return np.asarray(np.bincount(self.vertex_n, value_n, self.size), np.float64)

    def blur(self, value_v: F64) -> F64:
        """B value."""
        blurred: F64 = 6.0 * value_v + self.neighbours @ value_v
        return blurred

    def bistochastize(self, steps: int = 20) -> tuple[F64, F64]:
        """The diagonals m and n: D_n B D_n has the row sums m."""
        mass = self.splat(np.ones(len(self.vertex_n)))
        n = np.ones(self.size)
        for _ in range(steps):
            n = np.sqrt(n * mass / self.blur(n))
        return n * self.blur(n), n


def bilateral_solver(
    ab_hint_hw2: F32,
    mask_hw: F32,
    l_hw: F32,
    *,
    sigma_xy: float = SIGMA_XY,
    sigma_l: float = SIGMA_L,
    smoothness: float = SMOOTHNESS,
) -> F32:
    """Ab (h, w, 2) of every cell from hints on the same grid, along the lightness; without any hint, 0.

    `ab_hint_hw2`: hinted ab (0 elsewhere); `mask_hw`: hinted share of each cell, 0..1; `l_hw`: lightness 0..100.
    """
    if not mask_hw.any():
        return np.zeros((*l_hw.shape, 2), np.float32)
    share = np.clip(mask_hw, 0, 1).astype(np.float64)
    grid = Grid.of(l_hw, sigma_xy, sigma_l)
    solve = _solver(grid, grid.splat(share.ravel()), smoothness)
    planes = [solve(grid.splat((share * ab_hint_hw2[..., i]).ravel())) for i in range(2)]
    sliced_hw2 = np.stack([plane[grid.vertex_n].reshape(l_hw.shape) for plane in planes], -1)
    return np.asarray(sliced_hw2 + share[..., None] * (ab_hint_hw2 - sliced_hw2), np.float32)


def _pairs(keys: NDArray[np.int64], stride: int) -> NDArray[np.int64]:
    """(2, k): vertices (low, high) whose keys differ by `stride`; `keys` are sorted."""
    place = np.searchsorted(keys, keys + stride)
    found = keys[np.minimum(place, len(keys) - 1)] == keys + stride
    return np.stack([np.flatnonzero(found), place[found]])


def _solver(grid: Grid, confidence_v: F64, smoothness: float) -> Any:
    """Function of b that solves the system for this hinted mass of each vertex."""
    from scipy.sparse.linalg import cg

    m, n = grid.bistochastize()
    d_n = _diagonal(n)
    matrix = _diagonal(smoothness * (m - 6.0 * n * n) + confidence_v) - smoothness * (
        d_n @ grid.neighbours @ d_n
    )
    inverse = _diagonal(1.0 / np.maximum(matrix.diagonal(), LEAST_DIAGONAL))
    matrix, inverse = matrix.tocsr(), inverse.tocsr()

    def solve(b_v: F64) -> F64:
        start = b_v.sum() / confidence_v.sum()  # the hints' mean: where few are, most vertices are near it
        solved, _ = cg(matrix, b_v, np.full(grid.size, start), rtol=_TOLERANCE, maxiter=_STEPS, M=inverse)
        return np.asarray(solved)

    return solve


def _diagonal(values: F64) -> Any:
    from scipy.sparse import diags_array

    return diags_array(values)
