"""Colour by optimization: Levin, Lischinski and Weiss 2004, section 2.

    J(U) = sum_r (U(r) - sum_{s in N(r)} w_rs U(s))^2          (eq. 1)

U: a or b; N(r): the other pixels of the 3x3 window around r; w_rs sums to 1 over s and is large where the luminances
are alike, with mean mu_r and variance sigma_r^2 of the window's luminance Y:

    "gauss"        w_rs ~ exp(-(Y(r) - Y(s))^2 / (2 sigma_r^2))              (eq. 2)
    "correlation"  w_rs ~ 1 + (Y(r) - mu_r) (Y(s) - mu_r) / sigma_r^2        (eq. 3)

As in the authors' program, a hinted pixel has its hint's colour and every other pixel satisfies U(r) = sum w_rs U(s);
2 sigma_r^2 is 0.6 of the window's variance, enlarged until the likest neighbour has a weight of 0.01 before scaling,
and never below 2e-6 of the squared range. Deviations, with reasons:

- L and ab of CIE Lab in place of Y and UV (the program: Y and IQ of NTSC), as everywhere here.
- A cell hinted in part (share m) satisfies (1 - m) (U - sum w U) + m (U - hint) = 0; wholly hinted ones are exact.
- Eq. 3 is bent where it cannot be solved: its weights vanish or turn negative at a pixel unlike its whole window.
"""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]
Weighting = Literal["gauss", "correlation"]

NARROWING = 0.6  # share of the window's variance that stands for 2 sigma^2 (the authors' program)
LEAST_LIKENESS = 0.01  # of the likest neighbour, before weights are scaled to sum 1 (the same)
LEAST_VARIANCE = 2e-6  # of luminance in 0..1 (the same)
LEAST_WEIGHT = 1e-3  # of eq. 3, against 1 for a neighbour with the window's mean luminance

_OFFSETS = [(dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1)]


def levin(ab_hint_hw2: F32, mask_hw: F32, l_hw: F32, weighting: Weighting = "gauss") -> F32:
    """Ab (h, w, 2) of every cell from hints on the same grid, along the lightness; without any hint, 0.

    `ab_hint_hw2`: hinted ab (0 elsewhere); `mask_hw`: hinted share of each cell, 0..1; `l_hw`: lightness 0..100.
    Takes half a second at 256 x 256 (one sparse factorization for a and b).
    """
    from scipy.sparse.linalg import splu

    hinted = mask_hw > 0
    if not hinted.any() or (mask_hw >= 1).all():
        return np.where(hinted[..., None], ab_hint_hw2, 0).astype(np.float32)
    m = np.clip(mask_hw, 0, 1).astype(np.float64).ravel()
    matrix = _system(neighbour_weights(l_hw, weighting), m)
    # The matrix is diagonally dominant by rows: the pivots of a fill-reducing order of A + A^T are safe.
    options = {"SymmetricMode": True}
    factor = splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=options)
    target = m[:, None] * ab_hint_hw2.reshape(-1, 2)
    solved: F32 = factor.solve(target).reshape(ab_hint_hw2.shape).astype(np.float32)
    return solved


def neighbour_weights(l_hw: F32, weighting: Weighting = "gauss") -> F64:
    """w_rs as (h, w, 3, 3): of the neighbour at (dy + 1, dx + 1), 0 at the centre and outside; sums to 1."""
    y_hw33, inside_hw33 = _windows(l_hw / 100.0)
    centre = y_hw33[..., 1:2, 1:2]
    count = inside_hw33.sum((-2, -1), keepdims=True)
    mean = (y_hw33 * inside_hw33).sum((-2, -1), keepdims=True) / count
    variance = (((y_hw33 - mean) ** 2) * inside_hw33).sum((-2, -1), keepdims=True) / count
    neighbours = inside_hw33.copy()
    neighbours[..., 1, 1] = False
    if weighting == "gauss":
        square = (y_hw33 - centre) ** 2
        nearest = np.where(neighbours, square, np.inf).min((-2, -1), keepdims=True)
        spread = np.maximum(NARROWING * variance, nearest / -np.log(LEAST_LIKENESS))
        weight = np.exp(-square / np.maximum(spread, LEAST_VARIANCE))
    else:
        product = (centre - mean) * (y_hw33 - mean)
        weight = np.maximum(1.0 + product / np.maximum(variance, LEAST_VARIANCE), LEAST_WEIGHT)
    weight *= neighbours
    scaled: F64 = weight / np.maximum(weight.sum((-2, -1), keepdims=True), 1e-300)
    return scaled


def _windows(y_hw: F32) -> tuple[F64, NDArray[np.bool_]]:
    """The 3x3 windows (h, w, 3, 3) of luminance, and which of their cells lie inside the picture."""
    view = np.lib.stride_tricks.sliding_window_view
    inside = view(np.pad(np.ones(y_hw.shape, np.bool_), 1), (3, 3))
    return view(np.pad(y_hw.astype(np.float64), 1), (3, 3)), inside


def _system(weight_hw33: F64, m: F64) -> Any:
    """The sparse matrix: row r is (1 - m)(e_r - w_r) + m e_r."""
    from scipy.sparse import csc_array

    h, w = weight_hw33.shape[:2]
    index = np.arange(h * w).reshape(h, w)
    free = (1.0 - m).reshape(h, w)
    rows, columns, values = [index.ravel()], [index.ravel()], [np.ones(h * w)]
    for dy, dx in _OFFSETS:
        if (dy, dx) == (0, 0):
            continue
        here = np.s_[max(0, -dy) : h - max(0, dy), max(0, -dx) : w - max(0, dx)]
        there = np.s_[max(0, dy) : h - max(0, -dy), max(0, dx) : w - max(0, -dx)]
        rows.append(index[here].ravel())
        columns.append(index[there].ravel())
        values.append((-free * weight_hw33[:, :, dy + 1, dx + 1])[here].ravel())
    places = (np.concatenate(rows), np.concatenate(columns))
    return csc_array((np.concatenate(values), places), shape=(h * w, h * w))
