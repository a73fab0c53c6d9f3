"""A patch's mean and centre have the hint's colour; what an answer knows of the rest stays."""

import numpy as np
import pytest

from huewise.hints import Hint, Point, Region, Stroke, rasterize
from huewise.propagate.patches import LARGEST, Patches, small_patches, with_detail

SIZE = (40, 48)
PICTURE = (48, 40)
AB = tuple[float, float]


def box(top: int, left: int, h: int, w: int, ab: AB) -> Region:
    return Region([(left, top), (left + w, top), (left + w, top + h), (left, top + h)], ab)


def laid(*hints: Hint) -> tuple[Patches, np.ndarray, np.ndarray]:
    """The patches of hints on a grid of a cell a pixel, and the hints on it."""
    hint, mask = rasterize(hints, PICTURE, SIZE)
    return small_patches(hints, PICTURE, hint, mask), hint, mask


def owners(patches: Patches) -> np.ndarray:
    out = np.full(SIZE, -1)
    out[patches.row, patches.column] = patches.owner
    return out


def test_two_patches_of_one_colour_are_two_and_neighbours_of_two_colours_too() -> None:
    patches, _, _ = laid(box(2, 2, 5, 5, (9, 9)), box(20, 20, 5, 5, (9, 9)), box(20, 25, 5, 5, (9, -9)))
    assert sorted(patches.size) == [25, 25, 25]
    assert len({owners(patches)[4, 4], owners(patches)[22, 22], owners(patches)[22, 27]}) == 3
    place_hw2 = np.stack(np.indices(SIZE, np.float32), -1)
    assert np.allclose(patches.means(place_hw2)[owners(patches)[22, 27]], (22, 27))


def test_patches_at_opposite_borders_are_no_neighbours() -> None:
    patches, _, _ = laid(box(10, 44, 4, 4, (9, 9)), box(11, 0, 4, 4, (9, 9)))
    assert patches.size.tolist() == [16, 16]


def test_strokes_and_large_regions_belong_to_none() -> None:
    patches, _, _ = laid(
        box(2, 2, LARGEST + 1, 1, (9, 9)),
        box(20, 2, 3, LARGEST + 1, (9, 9)),
        Stroke([(30, 5), (33, 5)], 3, (7, 7)),
        box(30, 30, 4, 4, (5, 5)),
    )
    assert patches.size.tolist() == [16]
    assert not (owners(patches)[:25] >= 0).any()


def test_a_cell_in_which_two_hints_mix_belongs_to_none() -> None:
    strokes = Stroke([(4, 4), (40, 30)], 8, (40, 20)), Stroke([(4, 11), (40, 37)], 8, (-30, 30))
    patches, _, mask = laid(*strokes)
    assert mask.sum() > 400 and len(patches.size) == 0
    patches, _, _ = laid(Point(20, 20, (30, 0), 4), Point(24.5, 21.3, (-30, 0), 4))
    assert len(patches.size) == 2


def test_a_point_smaller_than_a_cell_is_a_patch() -> None:
    patches, _, mask = laid(Point(20.5, 20.5, (30, 0), 0.2))
    assert 0 < mask.max() < 0.5 and patches.size.tolist() == [1]


def test_no_hints_no_patches() -> None:
    patches, hint, _ = laid()
    assert len(patches.size) == 0
    assert with_detail(hint, hint, patches) is hint


@pytest.fixture
def answer() -> np.ndarray:
    noise = np.random.default_rng(0).normal(0, 20, (*SIZE, 2))
    return (noise + np.array([25, -15])).astype(np.float32)


@pytest.mark.parametrize(("x", "y"), [(11.5, 11.5), (1.5, 11.5), (46.5, 38.5)])
def test_detail_changes_no_middle_of_a_hint_even_at_the_border(
    answer: np.ndarray, x: float, y: float
) -> None:
    patches, hint, _ = laid(Point(x, y, (30, -10), 3.5))
    assert np.allclose(with_detail(hint, answer, patches)[int(y), int(x)], (30, -10), atol=1e-3)


def test_a_patch_keeps_its_hint_in_the_mean(answer: np.ndarray) -> None:
    patches, hint, _ = laid(box(8, 8, 7, 7, (30, -10)))
    made = patches.means(with_detail(hint, answer, patches))[0]
    assert np.abs(made - (30, -10)).max() < 2.0, "the middle's own detail is missing, a fortieth of it"


def test_far_from_the_middle_an_answers_differences_stay(answer: np.ndarray) -> None:
    patches, hint, mask = laid(box(8, 8, 7, 7, (30, -10)))
    made = with_detail(hint, answer, patches)
    assert np.allclose(made[8, 8] - made[14, 14], answer[8, 8] - answer[14, 14], atol=0.01)
    assert np.array_equal(made[mask == 0], hint[mask == 0])


def test_where_every_cell_is_a_hint_of_its_own_nothing_changes(answer: np.ndarray) -> None:
    every = [box(y, x, 1, 1, tuple(answer[y, x])) for y in range(SIZE[0]) for x in range(SIZE[1])]
    patches, hint, _ = laid(*every)
    assert len(patches.size) == SIZE[0] * SIZE[1]
    assert np.allclose(with_detail(hint, np.zeros_like(hint), patches), hint)
