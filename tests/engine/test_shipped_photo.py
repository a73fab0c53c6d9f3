"""The photo model that is shipped: whole, not gray, follows hints, and knows several colours in one segment."""

import numpy as np
import pytest

from huewise.color import mode_color, rgb_to_lab, saturation
from huewise.engine import Colorizer, OpenPicture, Reference, open_picture
from huewise.hints import Point, Stroke
from huewise.models import find, verify

data = pytest.importorskip("skimage.data")


@pytest.fixture(scope="module")
def colorizer() -> Colorizer:
    return Colorizer.load("photo")


@pytest.fixture(scope="module")
def astronaut(colorizer: Colorizer) -> OpenPicture:
    return colorizer.open(data.astronaut())


def test_its_files_are_those_of_its_spec_and_stay_small() -> None:
    model = find("photo")
    verify(model)
    assert model.size < 16e6
    assert "Bad at" in model.card


def test_a_photograph_comes_out_in_colour(astronaut: OpenPicture) -> None:
    chroma = np.hypot(*np.moveaxis(astronaut.colorize().ab, -1, 0))
    assert 4.0 < chroma.mean() < 40.0


def test_hints_are_reached_within_three_ab(astronaut: OpenPicture) -> None:
    hints = [
        Point(60, 60, (50.0, -25.0, 20.0)),
        Point(250, 150, (70.0, 25.0, 25.0)),
        Point(300, 420, (60.0, 20.0, -30.0)),
    ]
    lab = astronaut.colorize(hints).lab
    missed = [np.abs(lab[int(hint.y), int(hint.x), 1:] - hint.lab[1:]).mean() for hint in hints]
    assert np.mean(missed) <= 3.0


def truths(n: int) -> list[Point]:
    """The astronaut's own colours at n places."""
    lab = rgb_to_lab(data.astronaut() / 255.0)
    places = np.random.default_rng(0).integers(8, 504, (n, 2))
    return [Point(x + 0.5, y + 0.5, tuple(lab[y - 3 : y + 4, x - 3 : x + 4].mean((0, 1)))) for y, x in places]


def missing(picture: OpenPicture, hints: list[Point]) -> float:
    truth = rgb_to_lab(data.astronaut() / 255.0)[..., 1:]
    return float(np.square(picture.colorize(hints).ab - truth).mean())


@pytest.mark.parametrize("step", ["kriged", "with_detail"])
def test_many_hints_bring_nearer_what_they_do_not_cover(
    astronaut: OpenPicture, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    hints = truths(200)
    with_it = missing(astronaut, hints)
    left_as_it_is = {"kriged": lambda ab, *_: ab, "with_detail": lambda hint, *_: hint}
    monkeypatch.setattr(open_picture, step, left_as_it_is[step])
    assert with_it < 0.998 * missing(astronaut, hints)


def test_two_strokes_that_touch_are_no_crowd_of_hints(
    astronaut: OpenPicture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cells in which both colours mix are no patches of a hint's colour."""
    first = Stroke([(100, 100), (400, 300)], 40, (60.0, 40.0, 20.0))
    second = Stroke([(100, 147), (400, 347)], 40, (60.0, -30.0, 30.0))
    made = astronaut.predict([first, second]).ab_hw2
    monkeypatch.setattr(open_picture, "kriged", lambda ab, *_: ab)
    assert np.array_equal(made, astronaut.predict([first, second]).ab_hw2)


def test_a_gray_hint_is_not_the_same_as_no_hint(astronaut: OpenPicture) -> None:
    place = (230, 130)  # the face
    without, gray = astronaut.colorize(), astronaut.colorize([Point(*place, "gray", radius=8)])
    assert np.hypot(*gray.ab[place[1], place[0]]) < 3.0
    assert np.abs(without.ab - gray.ab).max() > 5.0


def test_an_unusual_colour_is_followed_a_green_face(astronaut: OpenPicture) -> None:
    points = [Point(x, y, (65.0, -40.0, 30.0), radius=5) for x, y in ((225, 95), (200, 130), (245, 130))]
    face = astronaut.colorize(points).ab[85:140, 195:255]
    assert (face[..., 0] < -10).mean() > 0.7


def test_two_colours_in_one_segment_keep_their_sides(colorizer: Colorizer) -> None:
    from huewise.evaluation.zhang2017_sheets import square_on_black

    opened = colorizer.open(square_on_black())
    blue, red = Point(100, 128, (54.0, 10.0, -45.0), radius=4), Point(156, 128, (54.0, 50.0, 30.0), radius=4)
    ab = opened.colorize([blue, red]).ab
    left, right = ab[90:166, 80:112].mean((0, 1)), ab[90:166, 144:176].mean((0, 1))
    assert left[1] < -8.0
    assert right[0] > 8.0
    assert np.abs(ab[20:50, 20:236]).mean() < 8.0  # the black around them stays nearly neutral


def test_a_pictures_own_colours_as_reference_bring_it_nearer_to_the_truth(colorizer: Colorizer) -> None:
    truth = data.coffee()
    opened = colorizer.open(truth)
    errors = [
        np.square(rgb.astype(float) - truth).mean()
        for rgb in (opened.colorize().rgb, opened.colorize(reference=[Reference.read(truth)]).rgb)
    ]
    assert errors[1] < 0.7 * errors[0]


@pytest.mark.parametrize("border", [0, 130])
def test_who_wants_more_saturation_never_gets_less_nor_more_than_wanted(
    colorizer: Colorizer, border: int
) -> None:
    truth = data.coffee().copy()
    truth[:border] = 0  # the black edge of a scan
    opened = colorizer.open(truth)
    own = saturation(opened.colorize().rgb).mean()
    wishes = (0.0, 0.04, 0.08, 0.12, 0.2, 0.3, 0.45, 0.6)
    made = [saturation(opened.colorize(saturation=wanted).rgb).mean() for wanted in wishes]
    assert made == sorted(made) and made[-1] > own - 0.01
    for wanted, got in zip(wishes, made, strict=True):
        assert min(0.7 * wanted, own) - 0.01 <= got <= wanted + 0.01


def test_low_temperature_goes_to_the_likeliest_colour(astronaut: OpenPicture) -> None:
    _, p_hwq = astronaut.branches()
    likeliest = mode_color(p_hwq, astronaut.colorizer.bins)
    distances = []
    for temperature in (1.0, 0.4, 0.1):
        ab = astronaut.predict(temperature=temperature).ab_hw2
        distances.append(np.abs(ab[2::4, 2::4] - likeliest).mean())
    assert distances == sorted(distances, reverse=True)


def test_lightness_is_the_inputs(astronaut: OpenPicture) -> None:
    wanted = rgb_to_lab(data.astronaut() / np.float32(255))[..., 0]
    assert np.abs(astronaut.colorize().lab[..., 0] - wanted).max() <= 0.5


def test_a_reference_is_followed_on_two_ways(astronaut: OpenPicture, monkeypatch: pytest.MonkeyPatch) -> None:
    """From colours that agree with its histogram, and from those of a picture that was told nothing."""
    told: list[np.ndarray] = []
    carried = open_picture.carried

    def heard(agreeing: np.ndarray, plain: np.ndarray, *rest: object) -> np.ndarray:
        told.extend([agreeing, plain, carried(agreeing, plain, *rest)])  # type: ignore[arg-type]
        return told[-1]

    monkeypatch.setattr(open_picture, "carried", heard)
    made = astronaut.predict(reference=[data.coffee()]).ab_hw2
    agreeing, plain, both = told
    assert np.allclose(plain, astronaut.predict().ab_hw2, atol=1e-3)
    assert np.allclose(made, both)
    assert np.abs(agreeing - plain).mean() > 1.0
    assert np.abs(both - agreeing).mean() > 0.5
