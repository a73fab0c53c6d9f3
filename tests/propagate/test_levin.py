"""Levin's colour by optimization."""

import numpy as np
import pytest

from huewise.propagate.levin import Weighting, levin, neighbour_weights

WEIGHTINGS: list[Weighting] = ["gauss", "correlation"]


def two_halves(h: int = 24, w: int = 32, noise: float = 0.5) -> np.ndarray:
    """Lightness: dark left half, light right half, a little grain."""
    l_hw = np.where(np.arange(w) < w // 2, 30.0, 70.0) + np.zeros((h, 1))
    return (l_hw + np.random.default_rng(0).normal(0, noise, (h, w))).astype(np.float32)


def points(shape: tuple[int, int], *hints: tuple[int, int, float, float]) -> tuple[np.ndarray, np.ndarray]:
    """Hinted ab and mask of single cells (y, x, a, b)."""
    ab, mask = np.zeros((*shape, 2), np.float32), np.zeros(shape, np.float32)
    for y, x, *color in hints:
        ab[y, x], mask[y, x] = color, 1
    return ab, mask


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_no_hint_is_gray(weighting: Weighting) -> None:
    l_hw = two_halves()
    ab, mask = points(l_hw.shape)
    assert not levin(ab, mask, l_hw, weighting).any()


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_hints_everywhere_are_copied(weighting: Weighting) -> None:
    l_hw = two_halves()
    ab = np.random.default_rng(1).normal(0, 40, (*l_hw.shape, 2)).astype(np.float32)
    assert np.array_equal(levin(ab, np.ones_like(l_hw), l_hw, weighting), ab)


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_hinted_cells_have_their_hint_and_others_stay_between(weighting: Weighting) -> None:
    l_hw = two_halves()
    ab, mask = points(l_hw.shape, (3, 4, 40, -10), (20, 28, -30, 20), (12, 12, 0, 5))
    made = levin(ab, mask, l_hw, weighting)
    assert np.abs(made - ab)[mask > 0].max() < 1e-4
    assert made[..., 0].min() >= -30.001 and made[..., 0].max() <= 40.001


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_one_hint_colours_everything(weighting: Weighting) -> None:
    l_hw = two_halves()
    ab, mask = points(l_hw.shape, (3, 4, 40, -10))
    assert np.allclose(levin(ab, mask, l_hw, weighting), [40, -10], atol=1e-3)


def test_colour_stops_at_an_edge_of_lightness() -> None:
    l_hw = two_halves()
    ab, mask = points(l_hw.shape, (12, 4, 40, 0), (12, 28, -40, 0))
    a_hw = levin(ab, mask, l_hw)[..., 0]
    assert a_hw[:, :15].min() > 20 and a_hw[:, 17:].max() < -20


def test_free_cells_are_the_weighted_mean_of_their_window() -> None:
    l_hw = two_halves(9, 11, noise=8)
    ab, mask = points(l_hw.shape, (1, 2, 40, 0), (7, 8, -40, 0))
    a_hw = np.pad(levin(ab, mask, l_hw)[..., 0], 1)
    windows = np.lib.stride_tricks.sliding_window_view(a_hw, (3, 3))
    mean = (neighbour_weights(l_hw) * windows).sum((-2, -1))
    assert np.abs(mean - a_hw[1:-1, 1:-1])[mask == 0].max() < 1e-3


def test_weights_are_equation_2_of_the_authors_program() -> None:
    y_hw = np.array([[20.0, 22.0, 30.0], [21.0, 24.0, 35.0], [20.0, 26.0, 33.0]], np.float32)
    flat = y_hw.astype(np.float64).ravel() / 100
    others = np.delete(flat, 4)
    spread = max(0.6 * flat.var(), ((others - flat[4]) ** 2).min() / -np.log(0.01), 2e-6)
    wanted = np.exp(-((others - flat[4]) ** 2) / spread)
    made = np.delete(neighbour_weights(y_hw)[1, 1].ravel(), 4)
    assert np.allclose(made, wanted / wanted.sum())


@pytest.mark.parametrize("weighting", WEIGHTINGS)
def test_weights_sum_to_one_also_at_the_border_and_on_flat_ground(weighting: Weighting) -> None:
    l_hw = two_halves()
    l_hw[:5] = 50
    l_hw[2, 2] = 90
    weights = neighbour_weights(l_hw, weighting)
    assert np.allclose(weights.sum((-2, -1)), 1) and (weights >= 0).all() and not weights[..., 1, 1].any()


def test_a_cell_hinted_in_part_is_drawn_to_its_hint_in_part() -> None:
    l_hw = two_halves()
    ab, mask = points(l_hw.shape, (3, 4, 40, 0), (20, 4, -40, 0))
    mask[20, 4] = 0.25
    a = levin(ab, mask, l_hw)[20, 4, 0]
    assert -40 < a < 0
