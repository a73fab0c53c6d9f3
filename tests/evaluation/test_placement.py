"""Hints are placed as zhang2017 4.1 places them."""

import numpy as np
import pytest

from huewise.evaluation.placement import PATCH, max_error_centre, random_centres, reveal
from huewise.hints import rasterize


def test_smaller_counts_are_the_beginning_of_larger_ones() -> None:
    few, many = (random_centres(n, 40, 60, np.random.default_rng(3)) for n in (10, 10))
    assert np.array_equal(few[:4], many[:4])
    assert (many >= 0).all()
    assert (many < (40, 60)).all()


def test_a_revealed_patch_is_seven_pixels_wide_and_tells_their_mean() -> None:
    ab = np.random.default_rng(0).normal(0, 30, (40, 60, 2)).astype(np.float32)
    hint = reveal(ab, (20, 30))
    hint_hw2, mask = rasterize([hint], picture_size=(60, 40), grid_size=(40, 60))
    assert mask.sum() == pytest.approx(PATCH**2)
    assert np.allclose(hint_hw2[20, 30], ab[17:24, 27:34].mean((0, 1)), atol=1e-2)


def test_a_patch_at_the_border_is_cut() -> None:
    ab = np.zeros((40, 60, 2), np.float32)
    _, mask = rasterize([reveal(ab, (0, 0))], picture_size=(60, 40), grid_size=(40, 60))
    assert mask.sum() == pytest.approx(16)


def test_the_worst_place_is_found_and_not_again() -> None:
    error = np.zeros((80, 80), np.float32)
    error[50:60, 20:30] = 5.0
    first = max_error_centre(error, np.zeros((0, 2), np.int64))
    assert 45 <= first[0] < 65
    assert 15 <= first[1] < 35
    second = max_error_centre(error, np.array([first]))
    assert max(abs(second[0] - first[0]), abs(second[1] - first[1])) >= PATCH


def test_the_mean_over_a_window_decides_and_not_one_pixel() -> None:
    error = np.zeros((80, 80), np.float32)
    error[10, 10] = 100.0
    error[50:75, 50:75] = 1.0  # 625 in a window, against 100
    assert max_error_centre(error, np.zeros((0, 2), np.int64)) == (62, 62)


def test_patches_placed_one_after_another_never_overlap_and_stay_inside() -> None:
    error = np.random.default_rng(0).random((60, 50)).astype(np.float32)
    taken = np.zeros((0, 2), np.int64)
    for _ in range(20):
        taken = np.vstack([taken, max_error_centre(error, taken)])
    apart = np.abs(taken[:, None] - taken[None]).max(-1) + 100 * np.eye(20)
    assert apart.min() >= PATCH
    assert (taken >= 0).all() and (taken < (60, 50)).all()


def test_a_border_counts_as_much_as_the_middle() -> None:
    error = np.zeros((80, 80), np.float32)
    error[:6, :6] = 5.0
    y, x = max_error_centre(error, np.zeros((0, 2), np.int64))
    assert y < 13 and x < 13
