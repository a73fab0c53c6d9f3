"""Transport towards a histogram: whole where it is only looked at, along what errs together where it is followed."""

import numpy as np
import pytest
from numpy.typing import NDArray

from huewise.color import ab313
from huewise.propagate.doubt import Doubt
from huewise.propagate.transport import carried, displacement, transported

F32 = NDArray[np.float32]
CENTERS = ab313().centers


def histogram(*parts: tuple[float, tuple[float, float]]) -> F32:
    made = np.zeros(len(CENTERS), np.float32)
    for share, ab in parts:
        made[ab313().encode([ab])[0]] += share
    return made


@pytest.mark.parametrize("by", [(20.0, -10.0), (-30.0, 40.0), (0.0, 0.0)])
def test_the_way_to_one_colour_is_the_straight_one(by: tuple[float, float]) -> None:
    ab = np.random.default_rng(0).normal(0.0, 5.0, (400, 2)).astype(np.float32)
    way = displacement(ab, histogram((1.0, by)), CENTERS)
    np.testing.assert_allclose(ab + way, np.broadcast_to(by, ab.shape), atol=1e-3)


def test_each_of_two_groups_goes_to_its_nearer_colour() -> None:
    ab = np.repeat(np.array([[-5.0, 0.0], [5.0, 0.0]], np.float32), 200, 0)
    way = displacement(ab, histogram((0.5, (-40.0, 0.0)), (0.5, (40.0, 0.0))), CENTERS)
    made = (ab + way).reshape(2, 200, 2).mean(1)
    assert made[0, 0] < -20 and made[1, 0] > 20


def test_equal_colours_stay_equal() -> None:
    wanted = histogram((0.5, (-40.0, 0.0)), (0.5, (40.0, 0.0)))
    way = displacement(np.zeros((200, 2), np.float32), wanted, CENTERS)
    np.testing.assert_allclose(way, way[0] + np.zeros_like(way), atol=1e-4)


def halves_err_apart(deviation: float) -> Doubt:
    """A grid of 8 x 16 whose left half errs in one latent of a, the right half in another; b never errs."""
    left = np.zeros((8, 16), np.float32)
    left[:, :8] = deviation
    factor = np.zeros((2, 128, 2), np.float32)
    factor[0, :, 0], factor[0, :, 1] = left.ravel(), deviation - left.ravel()
    return Doubt(factor, np.eye(2, dtype=np.float32), np.ones(128, np.float32), (8, 16))


def two_halves() -> F32:
    """Colours of 16 x 32: hardly red on the left, hardly green on the right."""
    ab = np.zeros((16, 32, 2), np.float32)
    ab[:, :16, 0], ab[:, 16:, 0] = 3.0, -3.0
    return ab


WANTED = histogram((0.5, (40.0, 20.0)), (0.5, (-40.0, 20.0)))


def test_what_errs_together_moves_together_and_nothing_else() -> None:
    made = transported(two_halves(), WANTED, CENTERS, halves_err_apart(30.0))
    assert made[:, 2:12, 0].mean() > 15 and made[:, -12:-2, 0].mean() < -15
    assert np.ptp(made[:, 2:12, 0]) < 0.1  # no cell goes its own way
    np.testing.assert_allclose(
        made[..., 1], 0.0, atol=1e-4
    )  # the histogram says otherwise, the belief does not


def test_who_is_sure_is_not_moved() -> None:
    made = transported(two_halves(), WANTED, CENTERS, halves_err_apart(0.01))
    np.testing.assert_allclose(made, two_halves(), atol=0.1)


def test_colours_that_have_the_histogram_stay() -> None:
    ab = two_halves()
    ab[..., 0] *= 40.0 / 3.0
    same = histogram((0.5, (40.0, 0.0)), (0.5, (-40.0, 0.0)))
    np.testing.assert_allclose(transported(ab, same, CENTERS, halves_err_apart(30.0)), ab, atol=2.0)


def test_both_ways_to_a_histogram_count() -> None:
    """The one from colours that know nothing of it for the smaller part, and taken more at its word."""
    agreeing, plain, doubt = two_halves(), two_halves() * np.float32(0.1), halves_err_apart(1.0)
    made = carried(agreeing, plain, WANTED, CENTERS, doubt)
    near = transported(agreeing, WANTED, CENTERS, doubt)
    timid, bold = (transported(plain, WANTED, CENTERS, doubt, noise) for noise in (200.0, 30.0))
    assert np.abs(bold - plain).mean() > 1.5 * np.abs(timid - plain).mean()
    np.testing.assert_allclose(made, 0.7 * near + 0.3 * bold, atol=1e-4)
