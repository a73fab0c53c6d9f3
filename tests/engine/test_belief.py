"""What hints tell of the rest of a picture, by a learnt belief: nothing alone, most when there are some."""

import numpy as np

from huewise.engine.belief import MOST, belief_share
from huewise.engine.questions import resized
from huewise.hints import Point
from tests.engine.test_questions import believing, ramp


def test_a_lone_hint_is_the_networks_matter() -> None:
    assert belief_share(0) == belief_share(1) == 0.0
    assert belief_share(3) > 0.5 * MOST and belief_share(10) > 0.9 * MOST
    shares = [belief_share(n) for n in (2, 3, 5, 10, 100, 500)]
    assert shares == sorted(shares) and shares[-1] <= MOST


def test_two_hints_move_what_errs_together_with_them_and_nothing_else() -> None:
    opened = believing().open(ramp(96, 192))
    hints = [Point(20, 20, (40.0, 0.0)), Point(60, 70, (40.0, 0.0))]
    plain = opened.network(hints)
    assert opened.belief is not None
    told = opened.belief.weighed(plain, opened.sources(hints))
    assert (told - plain)[-12:, :8, 0].mean() > 1.0
    believed = plain + belief_share(2) * (opened.predict().ab_hw2 - plain)
    np.testing.assert_allclose(told[:, 72:], believed[:, 72:], atol=1e-3)  # the belief says nothing there


def test_what_hints_told_is_less_in_doubt() -> None:
    opened = believing().open(ramp(96, 192))
    question = opened.question()
    assert question is not None and opened.belief is not None
    hints = [Point(20, 20, (14.0, 0.0)), Point(60, 70, (14.0, 0.0))]
    region = resized(question.region, opened.doubt.shape)
    assert opened.belief.after(opened.sources(hints))[1].gain(region) < 0.2 * opened.doubt.gain(region)
