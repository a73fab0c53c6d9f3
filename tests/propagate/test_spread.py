"""The solve is exact, follows edges, and answers the hints."""

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import spsolve

from huewise.propagate.spread import (
    Affinities,
    Factor,
    guided_fill,
    luminance_affinities,
    relax,
    spread,
    surprise,
)

F32 = NDArray[np.float32]


def random_grid(h: int, w: int, seed: int = 0) -> Affinities:
    rng = np.random.default_rng(seed)
    right, down = (np.exp(-rng.exponential(2, (h, w))).astype(np.float32) for _ in range(2))
    return Affinities(right, down, np.full((h, w), 0.02, np.float32))


def dense_matrix(grid: Affinities, weight_hw: F32) -> sparse.csr_array:
    """The same system written edge by edge."""
    h, w = weight_hw.shape
    matrix = np.diag((grid.screen + weight_hw).ravel().astype(float))
    for y in range(h):
        for x in range(w):
            neighbours = ((y, x + 1, grid.right[y, x]), (y + 1, x, grid.down[y, x]))
            for y2, x2, affinity in neighbours:
                if y2 < h and x2 < w:
                    i, j = y * w + x, y2 * w + x2
                    matrix[i, i] += affinity
                    matrix[j, j] += affinity
                    matrix[i, j] -= affinity
                    matrix[j, i] -= affinity
    return sparse.csr_array(matrix)


@pytest.mark.parametrize("shape", [(7, 5), (5, 8), (1, 6), (6, 1)])
def test_solve_is_the_minimizer_of_the_quadratic_form(shape: tuple[int, int]) -> None:
    rng = np.random.default_rng(1)
    grid = random_grid(*shape)
    weight = (rng.random(shape) < 0.3).astype(np.float32) * 5
    value = rng.normal(size=(*shape, 2)).astype(np.float32)
    wanted = spsolve(dense_matrix(grid, weight).tocsc(), (value * weight[..., None]).reshape(-1, 2))
    assert np.allclose(Factor(grid, weight).solve(value).reshape(-1, 2), wanted, atol=1e-4)


def test_relaxation_converges_to_the_solve() -> None:
    rng = np.random.default_rng(2)
    grid = random_grid(8, 9)
    weight = (rng.random((8, 9)) < 0.4).astype(np.float32) * 3
    value = rng.normal(size=(8, 9, 2)).astype(np.float32)
    start = np.zeros_like(value)
    assert np.allclose(relax(grid, start, weight, value, 3000), Factor(grid, weight).solve(value), atol=1e-3)


def test_a_fill_stops_at_a_lightness_edge() -> None:
    l_hw = np.zeros((16, 16), np.float32)
    l_hw[:, 8:] = 80.0
    weight, ab = np.zeros((16, 16), np.float32), np.zeros((16, 16, 2), np.float32)
    weight[8, 2], ab[8, 2] = 10.0, (40.0, 0.0)
    weight[8, 13], ab[8, 13] = 10.0, (0.0, -30.0)
    filled, _ = guided_fill(luminance_affinities(l_hw), weight, ab)
    assert np.allclose(filled[:, :8], (40.0, 0.0), atol=1.0)
    assert np.allclose(filled[:, 8:], (0.0, -30.0), atol=1.0)


def test_confidence_falls_with_distance_and_stays_within_0_and_1() -> None:
    weight = np.zeros((1, 40), np.float32)
    weight[0, 0] = 100.0
    grid = luminance_affinities(np.full((1, 40), 50.0, np.float32), screen=1e-2)
    _, confidence = spread(Factor(grid, weight), np.zeros((1, 40, 2), np.float32))
    assert confidence[0, 0] > 0.99
    assert (np.diff(confidence[0]) < 0).all()
    assert confidence.min() >= 0.0


def test_a_hint_that_surprises_reaches_less_far() -> None:
    mask = np.zeros((16, 16), np.float32)
    mask[8, 8] = 1.0
    near, far = (np.full((16, 16, 2), value, np.float32) for value in (2.0, 40.0))
    assert 1.0 < surprise(near, mask) < 1.5
    assert surprise(far, mask) > 20
    assert surprise(far, np.zeros_like(mask)) == 1.0
    far[2, 2], mask[2, 2] = 0.0, 1.0
    assert surprise(far, mask) > 20, "a control point does not lengthen the reach"
    grid = luminance_affinities(np.full((16, 16), 50.0, np.float32), screen=0.01)
    shares = [Factor(grid.screened(factor), mask).solve(mask[..., None])[0, 0, 0] for factor in (1.0, 20.0)]
    assert shares[1] < 0.5 * shares[0]
