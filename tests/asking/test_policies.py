from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from huewise.asking import (
    Displaced,
    Exchange,
    Grid,
    MaxErrorPoint,
    MostUncertainPoint,
    RandomPoint,
    entropy,
    overlap,
    own_question,
    patch_map,
)

F32 = NDArray[np.float32]
SHAPE = (12, 16)


@dataclass(frozen=True)
class Made:
    question: F32


def asked(*questions: F32) -> list[Exchange[F32, float]]:
    return [Exchange(question, 0.0) for question in questions]


def test_own_question_is_the_one_beside_the_prediction() -> None:
    question = patch_map(SHAPE, 3, 3, 2)
    assert own_question(None, Made(question), []) is question


def test_random_points_are_whole_patches_and_repeat_with_their_seed() -> None:
    questions = [RandomPoint(SHAPE, 3, np.random.default_rng(seed))(None, None, []) for seed in (1, 1, 2)]
    np.testing.assert_array_equal(questions[0], questions[1])
    assert (questions[0] != questions[2]).any()
    assert all(2 * 2 <= question.sum() <= 3 * 3 for question in questions)


@pytest.mark.parametrize("shape", [(12, 16), (8, 8), (7, 10)])
def test_grid_asks_every_cell_once_and_then_nothing(shape: tuple[int, int]) -> None:
    grid, history = Grid(shape, 4), asked()
    while (question := grid(None, None, history)) is not None:
        history += asked(question)
    assert len(history) == 16
    np.testing.assert_array_equal(sum(exchange.question for exchange in history), 1.0)


def test_max_error_point_sits_on_the_largest_window_mean_not_on_a_lone_peak() -> None:
    error = np.zeros(SHAPE, np.float32)
    error[2, 2] = 3.0
    error[6:11, 8:13] = 1.0
    question = MaxErrorPoint(lambda made: error, patch=3, window=5)(None, None, [])
    assert question is not None
    np.testing.assert_array_equal(question, patch_map(SHAPE, 8, 10, 3))


def test_points_do_not_overlap_those_asked_before_and_run_out() -> None:
    policy = MaxErrorPoint(lambda made: np.ones(SHAPE, np.float32), patch=5, window=3)
    history = asked()
    while (question := policy(None, None, history)) is not None:
        history += asked(question)
    assert len(history) >= 3
    assert sum(exchange.question for exchange in history).max() == 1.0


def test_most_uncertain_point_asks_where_the_distribution_is_flat() -> None:
    p = np.zeros((*SHAPE, 4), np.float32)
    p[..., 0] = 1.0
    p[7:10, 2:5] = 0.25
    question = MostUncertainPoint(lambda made: p, patch=3, window=3)(None, None, [])
    assert question is not None
    np.testing.assert_array_equal(question, patch_map(SHAPE, 8, 3, 3))


def test_displaced_map_keeps_its_shape_and_leaves_its_place() -> None:
    question = patch_map(SHAPE, 5, 5, 4)
    moved = Displaced(lambda x, y, history: question, np.random.default_rng(3))(None, None, [])
    assert moved is not None
    assert moved.sum() == question.sum()
    assert (moved != question).any()


def test_entropy_is_zero_for_certainty_and_log_n_for_none() -> None:
    p = np.array([[1, 0, 0, 0], [0.25, 0.25, 0.25, 0.25]], np.float32)
    np.testing.assert_allclose(entropy(p), [0.0, np.log(4)], atol=1e-6)


def test_overlap_is_intersection_over_union() -> None:
    a, b = np.zeros(SHAPE, np.float32), np.zeros(SHAPE, np.float32)
    a[:, :8], b[:, 4:12] = 1.0, 1.0
    assert overlap(a, a) == 1.0
    assert overlap(a, b) == pytest.approx(1 / 3)
    assert overlap(0.5 * a, a) == pytest.approx(0.5)
    assert overlap(0 * a, 0 * a) == 0.0


def test_patch_is_cut_at_the_border() -> None:
    assert patch_map(SHAPE, 0, 0, 5).sum() == 9
    assert patch_map(SHAPE, 6, 6, 5).sum() == 25
