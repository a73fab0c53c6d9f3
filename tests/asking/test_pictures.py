import numpy as np
import pytest

from huewise.asking.pictures import TrueColors, ask_about
from huewise.color import rgb_to_lab
from huewise.engine import Question
from huewise.errors import PictureError
from huewise.hints import Point
from tests.engine.fakes import colorizer

SIZE = (96, 64)


def truth() -> np.ndarray:
    rgb = np.zeros((64, 96, 3), np.uint8)
    rgb[:, :48], rgb[:, 48:] = (200, 40, 40), (40, 60, 200)
    return rgb


def left() -> Question:
    region = np.zeros((32, 48), np.float32)
    region[:, :22] = 1.0
    return Question(region, ())


def ramp() -> np.ndarray:
    return np.tile(np.linspace(20, 230, SIZE[0]).astype(np.uint8), (SIZE[1], 1))


def test_truth_answers_with_the_regions_mean_colour() -> None:
    _, a, b = TrueColors.read(truth(), SIZE)(left()).lab
    assert a == pytest.approx(62, abs=3)
    assert b == pytest.approx(41, abs=3)


def test_truth_of_another_size_but_the_same_aspect_is_taken() -> None:
    small = TrueColors.read(truth()[::2, ::2], SIZE)(left()).lab[1:]
    assert small == pytest.approx(TrueColors.read(truth(), SIZE)(left()).lab[1:], abs=2.0)


def test_of_a_drawings_area_the_truth_tells_the_lightness_too() -> None:
    hatched = truth().copy()
    hatched[::3] = 0
    hint = TrueColors.read(hatched, SIZE)(Question(left().region, (), place=(7.0, 8.0)))
    assert (hint.x, hint.y) == (7.0, 8.0)
    assert hint.lab == pytest.approx(rgb_to_lab(truth()[5, 5] / np.float32(255)), abs=1.5), (
        "ink tells nothing"
    )


def test_truth_of_another_aspect_or_without_colour_is_refused() -> None:
    with pytest.raises(PictureError, match="the aspect of the gray picture, 96 x 64"):
        TrueColors.read(truth()[:, :60], SIZE)
    with pytest.raises(PictureError, match="without colour"):
        TrueColors.read(ramp(), SIZE)


def test_answers_join_the_hints_that_were_given() -> None:
    opened, given = colorizer().open(ramp()), Point(2, 2, "teal", radius=1)
    steps = list(ask_about(opened, TrueColors.read(truth(), SIZE), answers=1, hints=[given]))
    assert steps[0].prediction == (given,)
    assert len(steps[1].prediction) == 2
    assert steps[1].prediction[1] is steps[1].history[0].answer


def test_skipped_questions_end_when_there_is_no_other() -> None:
    asked: list[Question] = []

    def silent(question: Question) -> None:
        asked.append(question)

    (only,) = ask_about(colorizer().open(ramp()), silent, answers=3)
    assert only.prediction == ()
    assert 1 <= len(asked) < 60  # a flat belief: nothing tells where to stop but the gain
