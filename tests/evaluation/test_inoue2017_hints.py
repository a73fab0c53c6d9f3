import numpy as np
import pytest

from huewise.evaluation.inoue2017_hints import (
    PRODUCT,
    Subject,
    flats,
    flood_fill,
    leakage,
    line_f_measure,
    measure,
    product_painter,
    summarize,
    to_markdown,
    true_means,
)
from tests.engine.drawings import BLUE, colorizer


@pytest.fixture
def subject():
    paper = np.ones((100, 140), np.float32)
    for top, left, bottom, right in ((10, 10, 90, 60), (10, 80, 90, 130)):
        paper[top : top + 3, left:right] = paper[bottom - 3 : bottom, left:right] = 0
        paper[top:bottom, left : left + 3] = paper[top:bottom, right - 3 : right] = 0
    truth = np.full((100, 140, 3), 255, np.uint8)
    truth[13:87, 13:57] = (200, 30, 30)
    truth[13:87, 83:127] = (30, 60, 200)
    truth[paper == 0] = 0
    return Subject("s/1", paper, truth)


def test_white_is_the_untouched_drawing(subject):
    assert (subject.white == (subject.paper_hw[..., None] * 255)).all()


def test_a_hint_fills_its_region_and_no_other(subject):
    for fill in (flood_fill, flats):
        made = fill(subject, [subject.spot(50, 30)])
        assert (made[13:87, 13:57] == (200, 30, 30)).all()
        assert (made[13:87, 83:127] == 255).all()


def test_one_true_colour_for_every_region_is_exact_where_regions_are_flat(subject):
    assert (true_means(subject) == subject.truth).all()


def test_hints_are_nested_and_lie_on_paper(subject):
    assert [s[:2] for s in subject.random_spots(5)] == [s[:2] for s in subject.random_spots(20)[:5]]
    assert all(subject.paper_hw[y, x] == 1 for y, x, _ in subject.random_spots(50))


def test_leakage_counts_what_differs_from_its_hint(subject):
    spots = [subject.spot(50, 30), subject.spot(50, 100)]
    right = flood_fill(subject, spots)
    assert leakage(subject, spots, right) == 0.0
    half = right.copy()
    half[13:50, 13:57] = 255
    assert leakage(subject, spots, half) == pytest.approx(0.25, abs=0.01)
    assert leakage(subject, [], right) is None


def test_lines_that_vanish_or_move_lower_the_f_measure(subject):
    assert line_f_measure(subject.white, subject.truth) > 0.98
    assert line_f_measure(subject.white, np.roll(subject.white, 8, 1)) < 0.5
    assert line_f_measure(subject.white, np.full_like(subject.white, 255)) == 0.0


def test_flat_regions_are_those_of_one_colour(subject):
    assert len(subject.flat_regions()) == 3
    subject.truth[13:50, 13:57] = (0, 200, 0)
    assert len(subject.flat_regions()) == 2


def test_a_summary_holds_the_gains(subject):
    result = summarize([measure(subject, {"flood fill": flood_fill, "flats": flats})] * 2)
    assert result["gain"]["flood fill"][0][0] == pytest.approx(0.0)
    assert result["every_region"][0] > result["gain"]["flood fill"][1][0]
    assert result["leakage"]["flats"] == 0.0 and result["lines"]["flats"] > 0.98
    assert "| 20 |" in to_markdown(result)


def test_the_product_is_asked_as_a_person_would_ask_it(subject):
    painter = product_painter(colorizer())
    plain, told = painter(subject, []), painter(subject, [subject.spot(50, 30)])
    assert (plain[50, 30] == BLUE).all() and (told[50, 30] == (200, 30, 30)).all()
    assert (told[subject.paper_hw == 0] == 0).all() and line_f_measure(subject.white, plain) > 0.98
    text = to_markdown(summarize([measure(subject, {PRODUCT: painter})]))
    assert "mean chroma, of the truth's" in text and PRODUCT in text
