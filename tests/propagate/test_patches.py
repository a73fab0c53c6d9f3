"""A patch's mean and centre have the hint's colour; what an answer knows of the rest stays."""

import numpy as np
import pytest

from huewise.propagate.patches import LARGEST, Patches, small_patches, with_detail

SIZE = (40, 48)


def laid(*boxes: tuple[int, int, int, int, tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Hints of (top, left, height, width, colour), the later above the earlier."""
    hint, mask = np.zeros((*SIZE, 2), np.float32), np.zeros(SIZE, np.float32)
    for top, left, h, w, colour in boxes:
        hint[top : top + h, left : left + w], mask[top : top + h, left : left + w] = colour, 1.0
    return hint, mask


def owners(patches: Patches) -> np.ndarray:
    out = np.full(SIZE, -1)
    out[patches.row, patches.column] = patches.owner
    return out


def test_two_patches_of_one_colour_are_two_and_neighbours_of_two_colours_too() -> None:
    hint, mask = laid((2, 2, 5, 5, (9, 9)), (20, 20, 5, 5, (9, 9)), (20, 25, 5, 5, (9, -9)))
    patches = small_patches(hint, mask)
    assert sorted(patches.size) == [25, 25, 25]
    assert len({owners(patches)[4, 4], owners(patches)[22, 22], owners(patches)[22, 27]}) == 3
    assert np.allclose(patches.centres[owners(patches)[22, 27]], (22, 27))


def test_strokes_regions_and_cells_hinted_in_part_belong_to_none() -> None:
    hint, mask = laid((2, 2, LARGEST + 1, 1, (9, 9)), (20, 2, 3, LARGEST + 1, (9, 9)), (30, 30, 4, 4, (5, 5)))
    mask[30] = 0.5
    patches = small_patches(hint, mask)
    assert patches.size.tolist() == [12]
    assert not (owners(patches)[:25] >= 0).any()


def test_no_hints_no_patches() -> None:
    hint, mask = laid()
    patches = small_patches(hint, mask)
    assert len(patches.size) == 0
    assert with_detail(hint, hint, patches) is hint


@pytest.fixture
def answer() -> np.ndarray:
    return np.random.default_rng(0).normal(0, 20, (*SIZE, 2)).astype(np.float32)


def test_detail_changes_no_centre_and_hardly_a_mean(answer: np.ndarray) -> None:
    hint, mask = laid((8, 8, 7, 7, (30, -10)))
    patches = small_patches(hint, mask)
    made = with_detail(hint, answer, patches)
    assert np.allclose(made[11, 11], (30, -10), atol=1e-4), "a person clicked here"
    lost = np.abs(answer[11, 11] - patches.means(answer)[0]).max() + np.abs(answer).max() * 8 / 49
    assert np.abs(patches.means(made)[0] - (30, -10)).max() < lost / 4


def test_far_from_the_centre_an_answers_differences_stay(answer: np.ndarray) -> None:
    hint, mask = laid((8, 8, 7, 7, (30, -10)))
    made = with_detail(hint, answer, small_patches(hint, mask))
    wanted = answer[8, 8] - answer[14, 14]
    assert np.allclose(made[8, 8] - made[14, 14], wanted, atol=0.01)
    assert np.array_equal(made[mask == 0], hint[mask == 0])


def test_where_every_cell_is_a_hint_of_its_own_nothing_changes(answer: np.ndarray) -> None:
    patches = small_patches(answer, np.ones(SIZE, np.float32))
    assert len(patches.size) == SIZE[0] * SIZE[1]
    assert np.allclose(with_detail(answer, np.zeros_like(answer), patches), answer)
