"""A question is about what the model does not know, about one thing, and is not put twice."""

from typing import cast

import msgspec
import numpy as np
import pytest
from numpy.typing import NDArray

from huewise.color import ab313
from huewise.engine import Colorizer
from huewise.engine.questions import Question, along_edges, choose_region, recentred
from huewise.engine.session import Session
from huewise.hints import Hint, Point, Region, rasterize
from huewise.models import Feed, Graph, Output, Part
from huewise.propagate.doubt import Doubt
from tests.engine.fakes import Decode, Encode, colorizer, spec

F32 = NDArray[np.float32]


def test_skipped_region_is_not_asked_again_and_the_questions_end() -> None:
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(313, 0.05), 24 * 32).astype(np.float32).reshape(24, 32, 313)
    doubt = Doubt.of(p, rng.uniform(0, 100, (24, 32)).astype(np.float32), ab313().centers)
    skipped: list[F32] = []
    while (region := choose_region(doubt, skipped)) is not None:
        assert all(not np.allclose(region, other, atol=0.3) for other in skipped)
        skipped.append(region)
        assert len(skipped) < 500
    assert skipped


def test_nothing_is_asked_where_too_little_would_be_gained() -> None:
    sure = Doubt(
        np.full((2, 96, 1), 0.1, np.float32), np.eye(1, dtype=np.float32), np.zeros(96, np.float32), (8, 12)
    )
    assert choose_region(sure) is None


def test_a_region_that_is_too_small_is_passed_over() -> None:
    class Directions:
        """Asks about one region after the other, as each is told."""

        def __init__(self, *areas: float) -> None:
            self.areas = areas

        def question(self) -> F32 | None:
            cells = np.arange(10_000, dtype=np.float32).reshape(100, 100)
            return np.float32(cells < 10_000 * self.areas[0]) if self.areas else None

        def gain(self, map_hw: F32) -> float:
            return 9.0

        def told(self, map_hw: F32, lacked_2: F32) -> tuple[None, "Directions"]:
            return None, Directions(*self.areas[1:])

    def area(*areas: float) -> float | None:
        region = choose_region(cast(Doubt, Directions(*areas)))
        return None if region is None else float(region.mean())

    assert area(0.3) == pytest.approx(0.3)
    assert area(0.001, 0.002, 0.2) == pytest.approx(0.2)
    assert area(0.001) is None
    assert area(*[0.001] * 50, 0.2) is None, "it does not look for ever"


def test_a_distribution_that_is_not_moved_is_the_same() -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(313)).astype(np.float32)
    np.testing.assert_array_equal(recentred(p, np.zeros(2, np.float32), ab313()), p)


def test_moved_distribution_has_its_mean_elsewhere() -> None:
    bins = ab313()
    p = np.zeros(313, np.float32)
    p[[bins.encode(ab) for ab in ((0.0, 0.0), (20.0, 10.0))]] = 0.5
    made = recentred(p, np.array([5.0, -7.0]), bins)
    assert made.sum() == pytest.approx(1.0, rel=1e-5)
    np.testing.assert_allclose(made @ bins.centers, p @ bins.centers + (5.0, -7.0), atol=1.5)


def ramp(height: int = 96, width: int = 160) -> NDArray[np.uint8]:
    return np.tile(np.linspace(20, 230, width).astype(np.uint8), (height, 1))


@pytest.mark.parametrize("size", [(96, 160), (97, 61), (700, 300)])
def test_question_covers_the_picture_and_its_answer_is_the_mean_that_comes_out(size: tuple[int, int]) -> None:
    opened = colorizer().open(ramp(*size))
    question = opened.question()
    assert question is not None
    h, w = question.region.shape
    assert h / w == pytest.approx(size[0] / size[1], rel=0.01)
    hint = question.answer((-20.0, 40.0))
    assert isinstance(hint, Region)
    ab_hw2 = opened.predict([hint]).ab_hw2
    map_hw = rasterize([hint], (size[1], size[0]), (ab_hw2.shape[0], ab_hw2.shape[1]))[1]
    mean = (ab_hw2 * map_hw[..., None]).sum((0, 1)) / map_hw.sum()
    np.testing.assert_allclose(mean, (-20.0, 40.0), atol=2.0)


def test_a_point_stays_exact_beside_an_answer() -> None:
    opened = colorizer().open(ramp())
    point = Point(80, 48, (30.0, 5.0), radius=6)
    everything = Region(np.ones((96, 160), np.float32), (-30.0, -30.0), mean=True)
    ab_hw2 = opened.predict([point, everything]).ab_hw2
    h, w, _ = ab_hw2.shape
    np.testing.assert_allclose(ab_hw2[h // 2, w // 2], (30.0, 5.0), atol=1.0)
    assert ab_hw2[..., 1].mean() < -10


def test_the_suggested_answers_follow_the_answers_given() -> None:
    opened = colorizer().open(ramp())
    whole = Region(np.ones((96, 160), np.float32), (-40.0, 40.0), mean=True)
    before, after = opened.question(), opened.question([whole])
    assert before is not None and after is not None
    assert after.suggestions[0].lab[1] < before.suggestions[0].lab[1] - 25
    assert after.suggestions[0].lab[2] > before.suggestions[0].lab[2] + 25
    assert opened.palette(80, 48, hints=[whole])[0].lab[1] < -15


def test_an_answer_beyond_what_the_lightness_can_show_asks_for_no_more_than_it_can() -> None:
    opened = colorizer().open(ramp())
    left = np.zeros((96, 160), np.float32)
    left[:, :60] = 1.0
    made = [opened.predict([Region(left, ab, mean=True)]).ab_hw2 for ab in ((50.0, -125.0), (40.0, -100.0))]
    np.testing.assert_allclose(made[0], made[1], atol=0.1)


def test_suggestions_move_as_far_as_the_colour_does() -> None:
    opened = colorizer().open(ramp())
    hint = Point(80, 48, (30.0, 20.0), radius=8)
    before, after = opened.predict().ab_hw2, opened.predict([hint]).ab_hw2
    at = 48 * before.shape[0] // 96, 80 * before.shape[1] // 160
    told, plain = (opened.palette(80, 48, hints=hints)[0].lab[1:] for hints in ([hint], []))
    assert np.subtract(told, plain) == pytest.approx(after[at] - before[at], rel=0.35)


class Deaf(Decode):
    """Makes nothing of a hint."""

    def run(self, feeds: dict[str, F32]) -> dict[str, F32]:
        return super().run(feeds | {"spread_ab": np.zeros_like(feeds["spread_ab"])})


def test_the_palette_follows_what_becomes_of_the_colours_behind_the_network() -> None:
    opened = Colorizer(spec(), {"encode.onnx": Encode(), "decode.onnx": Deaf()}).open(ramp())
    green = Point(80, 48, (-40.0, 40.0), radius=20)
    plain, told = opened.palette(80, 48)[0], opened.palette(80, 48, hints=[green])[0]
    assert told.lab[1] < plain.lab[1] - 15
    assert told.lab[2] > plain.lab[2] + 15


def test_a_question_is_bordered_by_the_pictures_edges_and_has_no_specks() -> None:
    rng = np.random.default_rng(0)
    lightness = rng.integers(12000, 14000, (480, 640), dtype=np.uint16)
    lightness[:, 310:] = rng.integers(
        45000, 47000, (480, 330), dtype=np.uint16
    )  # amid the 16th coarse column
    region = np.zeros((24, 32), np.float32)
    region[:, :15] = 1.0
    region[8:12, 13:15] = 0.0  # a stair that is not in the picture
    made = along_edges(region, lightness) > 0.5
    assert made.shape == (96, 128)
    assert made[:, :61].mean() > 0.99  # up to the edge at 62, and the stair is filled
    assert not made[:, 63:].any()


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
    hints: list[Hint] = []
    asked: list[Question] = []
    while (question := opened.question(hints)) is not None:
        assert all(not np.allclose(question.region, other.region, atol=0.3) for other in asked)
        asked.append(question)
        hints.append(question.answer("teal"))
        assert len(asked) < 40
    assert asked


class LeftHalfErrs:
    """A belief by which a, in the left half alone, is wrong by the same everywhere."""

    def run(self, feeds: dict[str, F32]) -> dict[str, F32]:
        h, w = feeds["ab"].shape[2] // 4, feeds["ab"].shape[3] // 4
        factors = np.zeros((1, 2, h, w), np.float32)
        factors[:, 0, :, : w // 2] = 1.0
        return {"factors": factors, "own": np.full((1, 1, h, w), 1e-3, np.float32)}


def believing() -> Colorizer:
    graph = Graph(
        "belief.onnx",
        "0" * 64,
        "belief",
        [Feed("ab", [Part("kept", name="ab")])],
        [Output("factors", "factors", 8, 30.0), Output("own", "own_deviation", 8, 30.0)],
    )
    made = spec()
    sessions: dict[str, Session] = {
        "encode.onnx": Encode(),
        "decode.onnx": Decode(),
        "belief.onnx": LeftHalfErrs(),
    }
    return Colorizer(msgspec.structs.replace(made, graphs=[*made.graphs, graph]), sessions)


def test_a_model_that_learnt_where_it_errs_asks_there_and_its_answer_moves_what_errs_together() -> None:
    opened = believing().open(ramp(96, 192))
    question = opened.question()
    assert question is not None
    w = question.region.shape[1]
    assert question.region[:, : w // 2 - w // 8].min() > 0.4
    assert question.region[:, w // 2 + w // 8 :].max() < 0.05
    before = opened.predict().ab_hw2
    moved = opened.predict([question.answer((40.0, 30.0))]).ab_hw2 - before
    w = moved.shape[1]
    left, right = moved[:, : w // 2 - w // 8], moved[:, w // 2 + w // 8 :]
    assert np.ptp(left[..., 0]) < 1.0  # all of it by the same
    assert abs(left[..., 0]).mean() > 10.0
    assert abs(left[..., 1]).max() < 1e-3
    assert abs(right).max() < 1e-3
