"""Toned paper's tone is kept beneath the colours, and a hint is reached all the same."""

import numpy as np
import pytest

from huewise.color import lab_to_rgb, rgb_to_lab
from huewise.engine import Colorizer
from huewise.engine.toned import KEPT, NO_TONE, WHITE_DRAWING, WHITE_FLATS, Tone, TonedPicture
from huewise.hints import Point, Region, Stroke
from huewise.imaging import read
from huewise.imaging.reader import TINT_NOTES
from tests.engine import fakes


@pytest.fixture(scope="module")
def sepia() -> np.ndarray:
    """A print (160, 224, 3) sRGB 0..1 from dark to light, brown in the middle tones."""
    l_hw = np.linspace(8, 94, 224)[None].repeat(160, 0) + np.random.default_rng(0).normal(0, 2, (160, 224))
    strength = 24 * (0.3 + 2.4 * (l_hw / 100) * (1 - l_hw / 100))
    return lab_to_rgb(np.stack([l_hw, 0.4 * strength, 0.9 * strength], -1)).astype(np.float32)


@pytest.fixture(scope="module")
def opened(sepia: np.ndarray):
    return Colorizer.load("photo").open(sepia)


def test_the_tone_is_that_of_the_print(sepia, opened):
    tone = Tone.of(opened.picture)
    assert tone is not None
    lab = rgb_to_lab(sepia)
    assert np.abs(tone.at(lab[..., 0]) - lab[..., 1:]).mean() < 1.5


def test_colours_lie_on_the_tone_they_lay_on_gray(opened):
    toned = TonedPicture(opened).predict().ab_hw2 - opened.predict().ab_hw2
    assert 15 < np.hypot(*np.moveaxis(toned, -1, 0)).mean() < 30
    assert toned[..., 1].min() > 0  # yellow everywhere


def test_a_hint_is_reached_over_the_tone(opened):
    hints = [
        Point(60.5, 80.5, "lab(40 20 -25)", radius=12),
        Region([(150, 40), (200, 40), (200, 120), (150, 120)], "lab(80 -20 10)"),
    ]
    ab_hw2 = TonedPicture(opened).predict(hints).ab_hw2
    h, w = ab_hw2.shape[:2]
    at_point = ab_hw2[int(80 / 160 * h), int(60 / 224 * w)]
    at_region = ab_hw2[int(80 / 160 * h), int(175 / 224 * w)]
    assert np.abs(at_point - (20, -25)).max() < 3
    assert np.abs(at_region - (-20, 10)).max() < 3


def test_what_is_saved_has_the_tone(opened):
    with_tone = TonedPicture(opened).colorize().lab[..., 1:]
    without = opened.colorize().lab[..., 1:]
    assert (with_tone - without)[..., 1].mean() > 10


def test_the_picture_says_that_its_tone_stays(opened):
    assert opened.picture.notes == TINT_NOTES["toned"]
    assert TonedPicture(opened).picture.notes == (KEPT,)


def test_gray_paper_has_no_tone_to_keep():
    gray = Colorizer.load("photo").open(np.linspace(0, 1, 96 * 64, dtype=np.float32).reshape(64, 96))
    assert TonedPicture(gray).tone is None
    assert np.array_equal(TonedPicture(gray).predict().ab_hw2, gray.predict().ab_hw2)


def test_no_other_picture_s_colour_is_taken_for_a_tone():
    noise = np.random.default_rng(1).random((64, 96, 3)).astype(np.float32)
    assert Tone.of(read(noise)) is None


def test_a_stroke_that_passes_a_corner_tells_nothing(opened):
    passing = Stroke([(-60, 30), (30, -60)], width=2, color="red")
    toned = TonedPicture(opened)
    assert np.array_equal(toned.predict([passing]).ab_hw2, toned.predict().ab_hw2)


def test_a_drawing_on_yellowed_paper_gets_the_hinted_colour_itself(sepia):
    drawing = Colorizer.load("lineart").open(sepia)
    assert drawing.picture.tint == "toned"
    hints = [Point(60.5, 80.5, "skyblue", radius=12)]
    assert np.array_equal(TonedPicture(drawing).predict(hints).rgb_hw3, drawing.predict(hints).rgb_hw3)


def test_what_is_not_on_toned_paper_keeps_no_tone_and_says_so() -> None:
    gray = np.linspace(0, 1, 64 * 96, dtype=np.float32).reshape(64, 96)
    opened = fakes.colorizer().open(gray)
    toned = TonedPicture(opened)
    assert np.array_equal(toned.predict().ab_hw2, opened.predict().ab_hw2)
    assert toned.predict().notes == toned.colorize().notes == (NO_TONE,)


def test_flats_and_drawings_lie_on_white_and_say_so(opened):
    toned = TonedPicture(opened)
    assert toned.predict().notes == ()
    for made in (toned.predict(flats=True), toned.colorize(flats=True)):
        assert made.notes[-1] == WHITE_FLATS
        assert not set(made.notes) & set(opened.picture.notes)
    drawing = TonedPicture(opened.as_drawing)
    assert drawing.predict().notes == drawing.colorize().notes == (WHITE_DRAWING,)
