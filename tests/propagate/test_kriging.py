"""What many hints miss is filled in smoothly; a few hints, or none that miss, change nothing."""

import numpy as np

from huewise.propagate.kriging import LEAST, MOST, kriged
from huewise.propagate.patches import Patches, small_patches

SIZE = (64, 64)
EVEN = np.full(SIZE, 50.0, np.float32)


def patches_of(n: int, hint_hw2: np.ndarray) -> Patches:
    """n scattered cells as patches."""
    mask = np.zeros(SIZE, np.float32)
    mask.ravel()[np.random.default_rng(1).choice(mask.size, n, replace=False)] = 1.0
    return small_patches(hint_hw2, mask)


def slope() -> np.ndarray:
    """Colours that change evenly across, and no two alike."""
    a = np.linspace(-30, 30, SIZE[0] * SIZE[1], dtype=np.float32).reshape(SIZE)
    return np.stack([a, a.T], -1)


def test_a_smooth_error_is_found_between_the_hints() -> None:
    truth = slope()
    made = kriged(np.zeros_like(truth), truth, patches_of(100, truth), EVEN)
    assert np.abs(made - truth).mean() < 0.15 * np.abs(truth).mean()


def test_lightness_tells_what_errs_alike() -> None:
    l_hw = np.where(np.indices(SIZE)[1] // 16 % 2, 20.0, 80.0).astype(np.float32)
    truth = np.stack([l_hw - 50.0, slope()[..., 1] * 0.01], -1)
    made = kriged(np.zeros_like(truth), truth, patches_of(200, truth), l_hw)
    assert np.abs(made - truth)[..., 0].mean() < 12.0, "30 everywhere before"


def test_an_answer_that_lacks_nothing_stays() -> None:
    truth = slope()
    assert np.allclose(kriged(truth, truth, patches_of(100, truth), EVEN), truth, atol=1e-4)


def test_few_hints_change_nothing_and_too_many_neither() -> None:
    nothing, truth = np.zeros((*SIZE, 2), np.float32), slope()
    for n in (0, LEAST, MOST + 1):
        assert kriged(nothing, truth, patches_of(n, truth), EVEN) is nothing


def test_it_comes_gradually() -> None:
    nothing, truth = np.zeros((*SIZE, 2), np.float32), slope()
    moved = [np.abs(kriged(nothing, truth, patches_of(LEAST + n, truth), EVEN)).mean() for n in (1, 8, 16)]
    assert moved[0] < 0.25 * moved[2] < moved[1] < moved[2]
