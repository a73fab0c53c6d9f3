"""What many hints miss is filled in smoothly; a few hints, or none that miss, change nothing."""

import numpy as np

from huewise.propagate.kriging import LEAST_PATCHES, MANY_PATCHES, MOST_PATCHES, kriged
from huewise.propagate.patches import Patches

SIZE = (64, 64)
EVEN = np.full(SIZE, 50.0, np.float32)


def patches_of(n: int, size: tuple[int, int] = SIZE) -> Patches:
    """n scattered cells as patches."""
    cells = np.random.default_rng(1).choice(size[0] * size[1], n, replace=False)
    row, column = np.divmod(cells, size[1])
    return Patches(row, column, np.arange(n), np.ones(n, int), np.zeros(n))


def slope() -> np.ndarray:
    """Colours that change evenly across, and no two alike."""
    a = np.linspace(-30, 30, SIZE[0] * SIZE[1], dtype=np.float32).reshape(SIZE)
    return np.stack([a, a.T], -1)


def test_a_smooth_error_is_found_between_the_hints() -> None:
    truth = slope()
    made = kriged(np.zeros_like(truth), truth, patches_of(100), EVEN)
    assert np.abs(made - truth).mean() < 0.15 * np.abs(truth).mean()


def test_lightness_tells_what_errs_alike() -> None:
    """Stripes too narrow for the hints between them: by place alone 25 of 30 would be left."""
    l_hw = np.where(np.indices(SIZE)[1] // 8 % 2, 20.0, 80.0).astype(np.float32)
    truth = np.stack([l_hw - 50.0, slope()[..., 1] * 0.01], -1)
    left = [
        np.abs(kriged(np.zeros_like(truth), truth, patches_of(60), guide) - truth)[..., 0].mean()
        for guide in (l_hw, EVEN)
    ]
    assert left[0] < 0.6 * left[1]


def test_the_answers_own_colour_tells_what_errs_alike() -> None:
    """The same stripes in a picture of one lightness: what is green by mistake is told from what is rightly red."""
    red = np.indices(SIZE)[1] // 8 % 2 > 0
    made = np.stack([np.where(red, 25.0, -25.0), slope()[..., 1] * 0.01], -1).astype(np.float32)
    truth = made.copy()
    truth[~red, 0] += 20.0
    left = np.abs(kriged(made, truth, patches_of(60), EVEN) - truth)[..., 0]
    assert left[red].mean() < 3.0
    assert left[~red].mean() < 8.0


def test_many_hints_reach_less_far_than_a_few() -> None:
    """One of them misses by 2, in the middle; how much moves by more than a tenth of that?"""
    moved = []
    for n in (40, 400):
        patches = patches_of(n, (256, 256))
        middle = np.hypot(patches.row - 128, patches.column - 128).argmin()
        hint = np.zeros((256, 256, 2), np.float32)
        hint[patches.row[middle], patches.column[middle]] = 2.0
        made = kriged(np.zeros_like(hint), hint, patches, np.full((256, 256), 50.0, np.float32))
        moved.append((np.abs(made[..., 0]) > 0.2).mean())
    assert 0 < moved[1] < 0.3 * moved[0]


def test_a_hint_that_misses_by_far_is_followed_less() -> None:
    """Among forty a face that is to be green moves the rest by less than its share."""
    patches = patches_of(40, (256, 256))
    nothing, moved = np.zeros((256, 256, 2), np.float32), []
    for miss in (3.0, 60.0):
        hint = nothing.copy()
        hint[patches.row[0], patches.column[0]] = miss
        made = kriged(nothing, hint, patches, np.full((256, 256), 50.0, np.float32))
        moved.append(np.abs(made).mean() / miss)
    assert moved[1] < 0.2 * moved[0]


def test_a_step_lies_where_it_is() -> None:
    """Answered on coarse cells, and neither up nor to the left of where the hints say it is."""
    truth = slope()
    truth[..., 0] = np.tanh((np.indices(SIZE)[1] - 31.5) / 6.0) * 20.0
    made = kriged(np.zeros_like(truth), truth, patches_of(400), EVEN)
    assert abs((made - truth)[:, 28:36, 0].mean()) < 1.0


def test_very_many_hints_find_what_is_finer_than_their_usual_reach() -> None:
    """Waves of five spacings: a third of them would be left without the second look, which a hundred do not get."""
    left = []
    for n in (100, 400):
        row, column = np.indices(SIZE)
        wave = np.sin(2 * np.pi * (column + 0.3 * row) / (5.0 * (EVEN.size / n) ** 0.5)).astype(np.float32)
        truth = 20.0 * np.repeat(wave[..., None], 2, -1)
        made = kriged(np.zeros_like(truth), truth, patches_of(n), EVEN)
        left.append(np.abs(made - truth).mean() / np.abs(truth).mean())
    assert left[1] < 0.28 < left[0]


def test_an_answer_that_lacks_nothing_stays() -> None:
    truth = slope()
    assert np.allclose(kriged(truth, truth, patches_of(100), EVEN), truth, atol=1e-4)


def test_few_hints_change_nothing_and_too_many_neither() -> None:
    nothing, truth = np.zeros((*SIZE, 2), np.float32), slope()
    for n in (0, LEAST_PATCHES, MOST_PATCHES):
        assert kriged(nothing, truth, patches_of(n), EVEN) is nothing


def test_it_comes_and_goes_gradually() -> None:
    nothing, truth = np.zeros((*SIZE, 2), np.float32), slope()
    moved = [np.abs(kriged(nothing, truth, patches_of(LEAST_PATCHES + n), EVEN)).mean() for n in (1, 8, 16)]
    assert moved[0] < 0.25 * moved[2] < moved[1] < moved[2]
    last = [
        np.abs(kriged(nothing, truth, patches_of(n), EVEN)).mean() for n in (MANY_PATCHES, MOST_PATCHES - 1)
    ]
    assert last[1] < 0.02 * last[0]
