"""The fast bilateral solver on the simplified bilateral grid."""

import numpy as np

from huewise.propagate.bilateral_solver import Grid, bilateral_solver


def two_halves(h: int = 24, w: int = 32) -> np.ndarray:
    """Lightness: dark left half, light right half, a little grain."""
    l_hw = np.where(np.arange(w) < w // 2, 30.0, 70.0) + np.zeros((h, 1))
    return (l_hw + np.random.default_rng(0).normal(0, 0.5, (h, w))).astype(np.float32)


def points(shape: tuple[int, int], *hints: tuple[int, int, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Hinted ab and mask of single cells (y, x, a, b)."""
    ab, mask = np.zeros((*shape, 2), np.float32), np.zeros(shape, np.float32)
    for y, x, *color in hints:
        ab[y, x], mask[y, x] = color, 1
    return ab, mask


def test_no_hint_is_gray() -> None:
    l_hw = two_halves()
    assert not bilateral_solver(*points(l_hw.shape), l_hw).any()


def test_hints_everywhere_are_copied() -> None:
    l_hw = two_halves()
    ab = np.random.default_rng(1).normal(0, 40, (*l_hw.shape, 2)).astype(np.float32)
    assert np.abs(bilateral_solver(ab, np.ones_like(l_hw), l_hw) - ab).max() < 1e-4


def test_hinted_cells_have_their_hint() -> None:
    l_hw = two_halves()
    ab, mask = points(l_hw.shape, (3, 4, 40, -10), (3, 5, 30, 0), (20, 28, -30, 20))
    assert np.abs(bilateral_solver(ab, mask, l_hw) - ab)[mask > 0].max() < 1e-4


def test_colour_stops_at_an_edge_of_lightness() -> None:
    l_hw = two_halves()
    ab, mask = points(l_hw.shape, (12, 4, 40, 0), (12, 28, -40, 0))
    a_hw = bilateral_solver(ab, mask, l_hw)[..., 0]
    assert a_hw[:, :15].min() > 20 and a_hw[:, 17:].max() < -20


def test_a_grid_has_a_vertex_for_each_occupied_cell_and_joins_direct_neighbours_only() -> None:
    l_hw = np.array([[0, 0, 10, 10], [0, 0, 10, 99]], np.float32)
    grid = Grid.of(l_hw, sigma_xy=2, sigma_l=25.5)  # 10 L a vertex; x cells 0 and 1
    of = grid.vertex_n.reshape(2, 4)
    assert grid.size == 3 and len({of[0, 0], of[0, 2], of[1, 3]}) == 3
    assert grid.neighbours.nnz == 0  # (0, 0) and (1, 1) differ along two axes
    grid = Grid.of(np.array([[0, 0, 0, 0], [0, 0, 10, 10]], np.float32), sigma_xy=2, sigma_l=25.5)
    joined = grid.neighbours.toarray()
    of = grid.vertex_n.reshape(2, 4)
    assert grid.size == 3 and joined.sum() == 4
    assert joined[of[0, 0], of[0, 2]] == joined[of[0, 2], of[1, 2]] == 1


def test_bistochastized_blur_keeps_each_vertex_mass() -> None:
    grid = Grid.of(two_halves(40, 40))
    m, n = grid.bistochastize()
    mass = grid.splat(np.ones(1600))
    assert (n > 0).all()
    assert np.abs(m - mass).max() < 0.02 * mass.max()


def test_the_solution_is_the_minimum_of_equation_1() -> None:
    l_hw = two_halves(20, 20)
    rng = np.random.default_rng(2)
    mask = (rng.random(l_hw.shape) < 0.1).astype(np.float32) * 0.5
    ab = rng.normal(0, 30, (*l_hw.shape, 2)).astype(np.float32) * (mask[..., None] > 0)
    grid = Grid.of(l_hw, 4, 8)
    m, n = grid.bistochastize()
    blur = np.stack([grid.blur(e) for e in np.eye(grid.size)])
    system = 3.0 * (np.diag(m) - n[:, None] * blur * n) + np.diag(grid.splat(mask.ravel().astype(float)))
    wanted = np.linalg.solve(system, grid.splat((mask * ab[..., 0]).ravel().astype(float)))[
        grid.vertex_n
    ].reshape(20, 20)
    made = bilateral_solver(ab, mask, l_hw, sigma_xy=4, sigma_l=8, smoothness=3.0)[..., 0]
    assert np.abs(made - wanted)[mask == 0].max() < 0.05
    assert np.allclose(made[mask > 0], (0.5 * (wanted + ab[..., 0]))[mask > 0], atol=0.05)
