"""Hints as marks on a grid: the last one counts, and a point stays in its area."""

import numpy as np
import pytest

from huewise.hints import Point, Region, Stroke
from huewise.propagate.stamp import areas_meant, colors_of, mostly_left_out, stamp

ONE = np.zeros((60, 80), np.int32)


def marked(*hints, labels=ONE, size=(80, 60)):
    return stamp(hints, size, labels)


def test_a_point_is_a_disc_of_its_radius_around_its_place():
    marks = marked(Point(40.5, 30.5, "red", radius=5))
    assert abs((marks == 1).sum() - np.pi * 25) < 8
    y, x = np.nonzero(marks)
    assert (y.mean(), x.mean()) == (30, 40)


def test_the_smallest_point_marks_all_cells_that_its_place_lies_between():
    marks = marked(Point(40, 30, "red", radius=0.01))
    assert (marks[29:31, 39:41] == 1).all()


def test_a_point_does_not_leave_its_area():
    labels = ONE.copy()
    labels[:, 42:] = 1
    marks = marked(Point(40, 30, "red", radius=8), labels=labels)
    assert (marks[:, :42] == 1).any() and not (marks[:, 42:]).any()


def test_a_stroke_and_a_region_leave_alone_what_they_only_touch():
    labels = ONE.copy()
    labels[:, 42:] = 1
    beside = Stroke([(38, 10), (38, 50)], 12, "red")  # reaches two cells over the border with its width alone
    assert marked(beside, labels=labels)[:, :42].any() and not marked(beside, labels=labels)[:, 42:].any()
    across = Stroke([(10, 30), (70, 30)], 4, "red")
    assert marked(across, labels=labels)[30, 10:70].all()
    loose = Region([(1, 1), (47, 1), (47, 59), (1, 59)], "red")
    assert marked(loose, labels=labels)[:, 2:42].any() and not marked(loose, labels=labels)[:, 42:].any()
    halves = Region(
        [(20, 20), (64, 20), (64, 40), (20, 40)], "red"
    )  # of neither area the half, but half of it in each
    assert marked(halves, labels=labels)[30, 22:62].all()


def test_the_areas_that_a_hint_means():
    labels = ONE.copy()
    labels[:, 40:] = 1
    labels[20:40, 50:70] = 2
    assert areas_meant(Point(45, 5, "red", radius=30), labels).tolist() == [1]
    assert areas_meant(Region([(49, 19), (72, 19), (72, 41), (49, 41)], "red"), labels).tolist() == [2]
    assert areas_meant(Stroke([(5, 5), (60, 5)], 3, "red"), labels).tolist() == [0, 1]
    assert areas_meant(Region([(41, 1), (44, 1), (44, 4), (41, 4)], "red"), labels).tolist() == [1]


@pytest.mark.parametrize(("cells", "meant"), [(4, [0, 2]), (6, [0, 1, 2])])
def test_a_stroke_means_an_area_that_has_a_twentieth_of_its_length(cells, meant):
    labels = np.zeros((20, 120), np.int32)
    labels[:, 50:] = 1
    labels[:, 50 + cells :] = 2
    assert areas_meant(Stroke([(10, 10), (110, 10)], 3, "red"), labels).tolist() == meant


@pytest.mark.parametrize(("share", "meant"), [(0.4, [1]), (0.6, [1, 2])])
def test_a_region_means_the_areas_that_lie_in_it_by_half(share, meant):
    labels = np.zeros((60, 120), np.int32)
    labels[20:40, 20:40] = 1
    labels[20:40, 60:80] = 2
    right = 60 + 20 * share
    loose = Region([(18, 18), (right, 18), (right, 42), (18, 42)], "red")
    assert areas_meant(loose, labels).tolist() == meant


@pytest.mark.parametrize(("height", "meant"), [(50, [1]), (90, [0, 1])])
def test_a_region_means_what_three_quarters_of_it_lie_in_however_little_of_that_it_is(height, meant):
    """A part of the sky, and a roof that lies in it wholly; a loose line around the roof means the roof."""
    labels = np.zeros((400, 120), np.int32)
    labels[10:40, 20:80] = 1
    sky = Region([(10, 0), (90, 0), (90, height), (10, height)], "red")
    assert areas_meant(sky, labels).tolist() == meant


def test_a_region_whose_most_part_stays_is_counted():
    labels = np.zeros((400, 120), np.int32)
    labels[10:40, 20:80] = 1
    loose, much = (Region([(10, 0), (90, 0), (90, y), (10, y)], "red") for y in (41, 52))
    around = Stroke([(5, 5), (95, 5)], 4, "red")
    assert [mostly_left_out([r], (120, 400), labels) for r in (loose, much)] == [0, 1]
    assert mostly_left_out([much, around, much], (120, 400), labels) == 2


@pytest.mark.parametrize(("share", "meant"), [(0.2, [0]), (0.3, [0, 1])])
def test_a_region_that_fills_no_area_means_those_that_hold_a_quarter_of_it(share, meant):
    labels = np.zeros((60, 120), np.int32)
    labels[:, 60:] = 1
    left = 60 - 20 * (1 - share)
    assert (
        areas_meant(
            Region([(left, 20), (left + 20, 20), (left + 20, 40), (left, 40)], "red"), labels
        ).tolist()
        == meant
    )


def test_no_hint_is_lost_and_none_means_everything():
    stripes = (np.arange(80, dtype=np.int32) // 2)[None].repeat(60, 0)
    across = Stroke([(2, 30), (78, 30)], 4, "red")
    assert marked(across, labels=stripes)[30, 3:77].all()  # each stripe has less than a twentieth
    beside = Stroke([(-2, 10), (-2, 50)], 12, "red")  # its middle lies outside of the picture
    assert marked(beside)[12:48, :3].all()
    outside = Region([(-30, 5), (-5, 5), (-5, 30)], "red")
    assert areas_meant(outside, stripes).tolist() == [] and not marked(outside, labels=stripes).any()


def test_places_are_those_of_the_picture_not_of_the_grid():
    marks = marked(Point(405, 305, "red", radius=50), size=(800, 600))
    y, x = np.nonzero(marks)
    assert (round(y.mean()), round(x.mean())) == (30, 40) and abs((marks == 1).sum() - np.pi * 25) < 8


def test_later_hints_lie_on_top():
    marks = marked(Point(40, 30, "red", radius=9), Stroke([(10, 30), (70, 30)], 4, "lime"))
    assert marks[30, 40] == 2 and marks[24, 40] == 1


def test_a_stroke_covers_its_length_and_width():
    marks = marked(Stroke([(10, 30), (70, 30)], 6, "red"))
    assert marks[30, 10:70].all() and abs(marks[:, 40].sum() - 6) <= 1 and not marks[30, :6].any()
    assert marked(Stroke([(40, 30)], 6, "red")).any()


def test_a_region_is_its_polygon_or_its_mask():
    square = marked(Region([(20, 10), (60, 10), (60, 50), (20, 50)], "red"))
    assert abs(square.sum() - 1600) < 100 and square[30, 40] == 1 and square[5, 5] == 0
    mask = np.zeros((30, 40), bool)
    mask[5:25, 10:30] = True
    assert np.abs(marked(Region(mask, "red")) - square).sum() < 120


def test_colours_are_those_that_were_written():
    made = np.rint(colors_of([Point(1, 1, "#010203"), Point(1, 1, "white")]) * 255)
    assert made.tolist() == [[1, 2, 3], [255, 255, 255]] and colors_of([]).shape == (0, 3)
