"""The fill's share in the answer: nothing for few hints, more for many, most at the hints."""

import numpy as np

from huewise.propagate.second_opinion import LEAST_HINTS, MOST, STEP, fill_share, two_level_fill, with_fill
from huewise.propagate.spread import guided_fill, luminance_affinities


def _scattered(n: int, side: int = 64) -> np.ndarray:
    mask_hw = np.zeros((side, side), np.float32)
    places = np.random.default_rng(0).choice(side * side, n, replace=False)
    mask_hw.ravel()[places] = 1.0
    return mask_hw


def test_a_few_hints_change_nothing() -> None:
    ab = np.random.default_rng(1).normal(0, 20, (64, 64, 2)).astype(np.float32)
    mask = _scattered(LEAST_HINTS - 1)
    same = with_fill(ab, np.ones_like(ab), mask, np.full((64, 64), 50, np.float32), LEAST_HINTS - 1)
    assert same is ab


def test_the_share_grows_with_the_hints_and_falls_with_the_distance() -> None:
    few, many = (fill_share(_scattered(n), n) for n in (10, 200))
    assert few.mean() < 0.4 * many.mean()
    assert many.max() < MOST
    lone = np.zeros((64, 64), np.float32)
    lone[32, 32] = 1.0
    share = fill_share(lone, 50)
    assert share[32, 32] > share[32, 40] > share[32, 60]


def test_dense_hints_mend_a_wrong_answer_between_them() -> None:
    truth = np.zeros((64, 64, 2), np.float32)
    truth[:, 32:] = (40.0, -20.0)
    l_hw = np.where(np.arange(64)[None, :] < 32, 30.0, 70.0).astype(np.float32).repeat(64, 0)
    mask = _scattered(300)
    made = with_fill(np.zeros_like(truth), truth * (mask > 0)[..., None], mask, l_hw, 300)
    assert np.abs(made - truth).mean() < 0.6 * np.abs(truth).mean()
    assert np.abs(made[:, :30]).max() < 1.0, "no colour crosses the edge"


def test_two_levels_come_near_the_exact_fill() -> None:
    rng = np.random.default_rng(2)
    l_hw = np.repeat(np.repeat(rng.uniform(10, 90, (8, 8)), 8, 0), 8, 1).astype(np.float32)
    mask = _scattered(60)
    hint = rng.normal(0, 30, (64, 64, 2)).astype(np.float32) * mask[..., None]
    exact, sure = guided_fill(luminance_affinities(l_hw, step=STEP), mask, hint)
    made, confidence = two_level_fill(hint, mask, l_hw)
    assert np.abs(made - exact).mean() < 0.15 * np.abs(exact).mean()
    assert np.abs(confidence - sure).max() < 0.25
