"""No dot stands out: what is around a hint and like it moves with it; what is unlike or far does not."""

import numpy as np
import pytest

from huewise.hints import Hint, Point, Region, Stroke, rasterize
from huewise.propagate.surroundings import moved_alike, small_hints

SIZE = (128, 128)


def around(hints: list[Point], ab_hw2: np.ndarray, l_hw: np.ndarray, automatic_hw2: np.ndarray) -> np.ndarray:
    hint_hw2, mask_hw = rasterize(hints, SIZE, SIZE)
    reached_hw2 = np.where(mask_hw[..., None] > 0, hint_hw2, ab_hw2).astype(np.float32)
    return moved_alike(reached_hw2, automatic_hw2, small_hints(hints, SIZE, SIZE), mask_hw, l_hw)


FLAT, GRAY = np.full(SIZE, 50.0, np.float32), np.zeros((*SIZE, 2), np.float32)


def test_a_step_beside_a_hint_becomes_a_slope() -> None:
    made = around([Point(64.5, 64.5, (40.0, 0.0), radius=4)], GRAY, FLAT, GRAY)[64, :, 0]
    assert made[64] == pytest.approx(40.0)
    assert np.abs(np.diff(made)).max() < 14.0, "40 without"
    assert made[70] > 20.0 and abs(made[110]) < 0.1


def test_what_is_unlike_does_not_follow() -> None:
    l_hw, automatic_hw2 = FLAT.copy(), GRAY.copy()
    l_hw[:, 70:] = 80.0
    automatic_hw2[:60, :, 1] = 40.0
    made = around([Point(64.5, 64.5, (40.0, 0.0), radius=3)], automatic_hw2, l_hw, automatic_hw2)[..., 0]
    assert abs(made[64, 71]) < 0.1 > abs(made[58, 64])
    assert made[64, 59] > 10.0


def test_the_texture_of_a_surface_stays() -> None:
    automatic_hw2 = GRAY.copy()
    automatic_hw2[:, ::2, 1] = 2.0
    moved_hw2 = automatic_hw2 + np.array([0.0, 20.0], np.float32)
    made = around([Point(64.5, 64.5, (0.0, 40.0), radius=3)], moved_hw2, FLAT, automatic_hw2)[..., 1]
    assert np.abs(np.diff(made[64, 69:80], 2)).min() / 2 > 1.5
    assert made[64, 69] > moved_hw2[64, 69, 1] + 5.0


def test_between_two_hints_neither_is_overshot() -> None:
    hints = [Point(60.5, 64.5, (40.0, 0.0), radius=3), Point(70.5, 64.5, (40.0, 0.0), radius=3)]
    assert around(hints, GRAY, FLAT, GRAY)[..., 0].max() <= 40.0 + 1e-3


def test_without_small_hints_nothing_changes() -> None:
    np.testing.assert_array_equal(around([], GRAY, FLAT, GRAY), GRAY)


def test_small_hints_are_points_and_small_polygons_inside() -> None:
    hints: list[Hint] = [
        Point(20, 30, "red"),
        Region([(40, 40), (52, 40), (52, 52), (40, 52)], "red"),
        Region([(0, 0), (90, 0), (90, 90)], "red"),
        Region(np.ones((64, 64), np.float32), "red"),
        Stroke([(1, 1), (9, 9)], 4, "red"),
        Point(-3, 5, "red", radius=9),
    ]
    assert small_hints(hints, (128, 128), (64, 64)) == [(15, 10), (23, 23)]
