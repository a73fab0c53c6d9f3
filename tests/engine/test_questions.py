"""A question is about what the model does not know, about one thing, and is not put twice."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from huewise.color import ab313
from huewise.engine.questions import (
    Known,
    Question,
    choose_region,
    overlap,
    suggestions,
    variance_of,
)
from huewise.hints import Point, Region
from huewise.propagate.spread import Affinities
from tests.engine.fakes import colorizer

F32 = NDArray[np.float32]
H, W = 24, 32
BINS = ab313()
BLUE, RED, GRAY = (int(BINS.encode(ab)) for ab in ((0.0, -60.0), (60.0, 30.0), (0.0, 0.0)))


def known() -> Known:
    """Left half: blue or red, nobody knows; right half: surely gray; an edge of lightness between them."""
    p = np.zeros((H, W, 313), np.float32)
    p[:, : W // 2, BLUE], p[:, : W // 2, RED] = 0.6, 0.4
    p[:, W // 2 :, GRAY] = 1.0
    right = np.ones((H, W), np.float32)
    right[:, W // 2 - 1] = 1e-4
    nothing = np.zeros((H, W), np.float32)
    l_hw = np.full((H, W), 40.0, np.float32)
    l_hw[:, W // 2 :] = 70.0
    grid = Affinities(right, np.ones((H, W), np.float32), np.full((H, W), 1e-3, np.float32))
    return Known(p, (p @ BINS.centers).astype(np.float32), l_hw, nothing, grid)


def chosen(made: F32 | None) -> F32:
    assert made is not None
    return made


def test_region_is_the_doubtful_object_and_stops_at_its_edge() -> None:
    region = chosen(choose_region(known(), BINS))
    assert region.shape == (H, W)
    assert region[:, W // 2 :].max() == 0.0
    assert region[:, : W // 2].mean() > 0.4
    assert 0.0 <= region.min() < region.max() == 1.0


def test_region_stops_where_the_predicted_colours_change_though_no_edge_is_seen() -> None:
    without_edge = known()
    without_edge.grid.right[:] = 1.0
    region = chosen(choose_region(without_edge, BINS))
    assert region[:, W // 2 :].max() == 0.0


def test_what_hints_have_settled_is_not_asked() -> None:
    settled = np.zeros((H, W), np.float32)
    settled[:, : W // 2] = 1.0
    assert choose_region(replace(known(), hinted_hw=settled), BINS) is None


def test_nothing_is_asked_where_nothing_is_doubtful() -> None:
    sure = known()
    assert sure.p_hwq is not None
    sure.p_hwq[:] = 0.0
    sure.p_hwq[..., GRAY] = 1.0
    assert choose_region(sure, BINS) is None


def test_variance_is_the_expected_squared_distance_from_the_mean() -> None:
    distance = float(np.linalg.norm(BINS.centers[BLUE] - BINS.centers[RED]))
    variance = variance_of(known(), BINS)
    assert variance[3, 3] == pytest.approx(0.6 * 0.4 * distance**2, rel=1e-4)
    assert variance[3, -3] == 0.0


def test_skipped_region_is_not_asked_again_and_the_questions_end() -> None:
    skipped: list[F32] = []
    while (region := choose_region(known(), BINS, skipped)) is not None:
        assert all(overlap(region, other) <= 0.5 for other in skipped)
        skipped.append(region)
        assert len(skipped) < 30
    assert skipped


def test_suggestions_are_the_regions_likely_colours() -> None:
    left = np.zeros((H, W), np.float32)
    left[:, : W // 2] = 1.0
    blue, red = suggestions(left, known(), BINS, 3)
    assert blue.lab[2] < -40 < 20 < red.lab[1]
    assert (blue.probability, red.probability) == (pytest.approx(0.6, rel=1e-3), pytest.approx(0.4, rel=1e-3))
    assert blue.lab[0] == pytest.approx(40.0, abs=1.0)  # the region's own lightness


def test_model_without_a_distribution_asks_too_and_suggests_its_own_colour() -> None:
    plain = replace(known(), p_hwq=None)
    region = chosen(choose_region(plain, None))
    (only,) = suggestions(region, plain, None, 3)
    assert only.color.startswith("#")


def ramp(height: int = 96, width: int = 160) -> NDArray[np.uint8]:
    return np.tile(np.linspace(20, 230, width).astype(np.uint8), (height, 1))


@pytest.mark.parametrize("size", [(96, 160), (97, 61), (700, 300)])
def test_question_covers_the_picture_and_its_answer_is_a_hint_that_is_reached(size: tuple[int, int]) -> None:
    opened = colorizer().open(ramp(*size))
    question = opened.question()
    assert question is not None
    h, w = question.region.shape
    assert h / w == pytest.approx(size[0] / size[1], rel=0.01)
    hint = question.answer((-20.0, 40.0))
    assert isinstance(hint, Region)
    ab = opened.predict([hint]).ab_hw2
    inside = np.unravel_index(int(question.region.argmax()), question.region.shape)
    y, x = (int((i + 0.5) / n * m) for i, n, m in zip(inside, (h, w), ab.shape, strict=False))
    np.testing.assert_allclose(ab[y, x], (-20.0, 40.0), atol=2.0)


def test_at_most_k_answers_are_suggested() -> None:
    question = colorizer().open(ramp()).question(k=2)
    assert question is not None
    assert 1 <= len(question.suggestions) <= 2


def test_flat_gray_picture_has_nothing_to_ask() -> None:
    assert colorizer().open(np.full((60, 80), 128, np.uint8)).question() is None


def test_wholly_hinted_picture_has_nothing_to_ask() -> None:
    opened = colorizer().open(ramp())
    assert opened.question([Region(np.ones((96, 160), np.float32), "teal")]) is None


def test_answered_questions_move_on_and_come_to_an_end() -> None:
    opened = colorizer().open(ramp())
    hints: list[Region | Point] = []
    asked: list[Question] = []
    while (question := opened.question(hints)) is not None:
        assert all(overlap(question.region, other.region) < 0.6 for other in asked)
        asked.append(question)
        hints.append(question.answer("teal"))
        assert len(asked) < 40
    assert asked
