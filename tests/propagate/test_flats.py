import numpy as np
import pytest
from scipy import ndimage

from huewise.errors import UsageError
from huewise.hints import Point, Region, Stroke
from huewise.propagate.flats import color_areas, find_areas, flat_rgb, flood_hints, multiply, paint
from tests.propagate.drawings import blank, box, two_boxes

INSIDE, OUTSIDE, OTHER = (60, 45), (5, 5), (60, 115)


def distinct(labels, *places):
    return len({int(labels[y, x]) for y, x in places}) == len(places)


def test_closed_outlines_part_the_paper_exactly():
    labels = find_areas(two_boxes())
    assert labels.max() == 2
    assert distinct(labels, INSIDE, OUTSIDE, OTHER)
    assert (labels[22:98, 22:68] == labels[INSIDE]).all()


def test_every_pixel_belongs_to_an_area_and_lines_are_shared_by_their_sides():
    labels = find_areas(box(blank(), 20, 20, 100, 140, line=6))
    across = labels[60, 14:30]
    assert set(across) == {labels[OUTSIDE], labels[INSIDE]}
    assert across[8] == labels[OUTSIDE] and across[9] == labels[INSIDE], "they meet in the middle of the line"


@pytest.mark.parametrize("gap", [1, 2, 3, 5])
def test_a_gap_up_to_the_option_leaks_nothing(gap):
    labels = find_areas(two_boxes(gap), gap=gap)
    assert distinct(labels, INSIDE, OUTSIDE)
    assert (labels[22:98, 22:66] == labels[INSIDE]).all()
    assert (labels[22:98, 72:88] == labels[OUTSIDE]).all()


@pytest.mark.parametrize("gap", [3, 5])
def test_gaps_of_a_few_pixels_in_a_drawing_of_600_are_closed_by_default(gap):
    paper_hw = box(blank(600, 800), 100, 100, 500, 400, line=4)
    paper_hw[300 : 300 + gap, 396:400] = 1
    labels = find_areas(paper_hw)
    assert distinct(labels, (300, 250), (50, 50))
    assert (labels[110:490, 110:380] == labels[300, 250]).all()


def test_a_wider_gap_or_no_gap_option_leaks():
    assert not distinct(find_areas(two_boxes(12), gap=4), INSIDE, OUTSIDE)
    assert not distinct(find_areas(two_boxes(3), gap=0), INSIDE, OUTSIDE)


def test_a_narrow_area_behind_a_small_gap_keeps_to_itself():
    paper_hw = box(blank(), 20, 20, 28, 140)  # four pixels high inside: narrower than the ball
    paper_hw[26:28, 80:82] = 1
    labels = find_areas(paper_hw, gap=8)
    assert distinct(labels, (23, 50), OUTSIDE)


def test_a_bottleneck_closes_what_the_smaller_ball_could_leave():
    paper_hw = box(blank(), 30, 20, 54, 140)  # twenty pixels high inside, with an opening of eleven
    paper_hw[52:54, 75:86] = 1
    labels = find_areas(paper_hw, gap=20)
    assert distinct(labels, (42, 50), OUTSIDE)


def test_a_corner_belongs_to_its_area_however_large_the_ball():
    y, x = np.mgrid[0:120, 0:160]
    paper_hw = np.where(np.abs(y - 60) * 4 < x, 1.0, 0.0).astype(np.float32)
    labels = find_areas(paper_hw, gap=12)
    assert labels[60, 12] == labels[60, 150]


def test_a_diagonal_line_of_single_pixels_is_a_wall():
    paper_hw = blank(100, 100)
    np.fill_diagonal(paper_hw, 0)
    assert distinct(find_areas(paper_hw, gap=0), (10, 90), (90, 10))


def test_specks_are_no_areas_of_their_own():
    paper_hw = two_boxes()
    paper_hw[50:54, 40:44] = 0
    paper_hw[51:53, 41:43] = 1
    assert find_areas(paper_hw).max() == 2


def test_paper_without_lines_and_ink_without_paper_are_one_area():
    assert find_areas(blank()).max() == 0
    assert find_areas(np.zeros((20, 30), np.float32)).max() == 0


def test_areas_do_not_change_when_the_drawing_is_mirrored():
    paper_hw = two_boxes(3)
    plain, mirrored = find_areas(paper_hw, gap=4), find_areas(paper_hw[:, ::-1], gap=4)[:, ::-1]
    assert (ndimage.laplace(plain) != 0).sum() == pytest.approx(
        (ndimage.laplace(mirrored) != 0).sum(), rel=0.05
    )


def test_a_negative_gap_is_refused():
    with pytest.raises(UsageError):
        find_areas(blank(), gap=-1)


@pytest.mark.parametrize("color", ["#8a2f1d", "#ffffff", "#000000", "#00ff00", "rgb(3 200 251)"])
def test_a_point_gives_its_area_exactly_its_colour(color):
    paper_hw = two_boxes()
    coloured = paint(color_areas(find_areas(paper_hw), [Point(45, 60, color)]), paper_hw)
    wanted = {"rgb(3 200 251)": (3, 200, 251)}.get(color) or tuple(bytes.fromhex(color[1:]))
    assert (coloured[22:98, 22:68] == wanted).all()
    assert (coloured[:18] == 255).all() and (coloured[22:98, 92:138] == 255).all()


def test_lines_stay_black_and_in_place():
    paper_hw = two_boxes()
    coloured = paint(
        color_areas(find_areas(paper_hw), [Point(45, 60, "red"), Point(5, 5, "skyblue")]), paper_hw
    )
    assert ((coloured == 0).all(-1) == (paper_hw == 0)).all()


def test_no_fringe_shows_beside_a_soft_line():
    paper_hw = ndimage.gaussian_filter(two_boxes(), 1.0)
    flats = color_areas(
        find_areas(paper_hw), [Point(45, 60, "#d02020"), Point(5, 5, "#d02020"), Point(115, 60, "#d02020")]
    )
    assert (flat_rgb(flats) == (0xD0, 0x20, 0x20)).all()


def test_a_stroke_colours_all_areas_that_it_crosses():
    labels = find_areas(two_boxes())
    flats = color_areas(labels, [Stroke([(40, 60), (120, 60)], 5, "blue")])
    assert flats.painted_n.sum() == 3
    assert not color_areas(labels, [Stroke([(40, 40), (60, 90)], 5, "blue")]).painted_n[labels[OUTSIDE]]


def test_a_region_colours_what_lies_inside_and_not_what_it_grazes():
    labels = find_areas(two_boxes())
    flats = color_areas(labels, [Region([(15, 15), (95, 15), (95, 105), (15, 105)], "blue")])
    assert list(np.flatnonzero(flats.painted_n)) == [labels[INSIDE]]


def test_a_small_region_colours_the_area_that_it_lies_in():
    labels = find_areas(two_boxes())
    flats = color_areas(labels, [Region([(30, 30), (40, 30), (40, 40)], "blue")])
    assert list(np.flatnonzero(flats.painted_n)) == [labels[INSIDE]]


def test_later_hints_lie_over_earlier_ones():
    labels = find_areas(two_boxes())
    flats = color_areas(labels, [Point(45, 60, "red"), Point(50, 80, "lime")])
    assert np.allclose(flats.rgb_n3[labels[INSIDE]], (0, 1, 0), atol=1e-4)


def test_a_colour_map_gives_each_area_its_median_and_hints_go_first():
    paper_hw = two_boxes()
    labels = find_areas(paper_hw)
    rng = np.random.default_rng(0)
    color_map = np.zeros((60, 80, 3), np.float32)
    color_map[labels[::2, ::2] == labels[INSIDE]] = (0.2, 0.4, 0.6)
    color_map[labels[::2, ::2] == labels[OTHER]] = (0.9, 0.1, 0.1)
    color_map[rng.random((60, 80)) < 0.2] = 0.0
    flats = color_areas(labels, [Point(115, 60, "white")], color_map)
    assert np.allclose(flats.rgb_n3[labels[INSIDE]], (0.2, 0.4, 0.6))
    assert np.allclose(flats.rgb_n3[labels[OTHER]], 1.0, atol=1e-6)
    assert flats.painted_n.all()


def test_white_paper_leaves_a_colour_as_it_is():
    rgb = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, axis=2)
    assert (multiply(rgb, np.ones((16, 16), np.float32)) == rgb).all()
    assert (multiply(rgb, np.zeros((16, 16), np.float32)) == 0).all()


def test_flooded_hints_fill_their_area_and_no_other():
    labels = find_areas(two_boxes())
    hint = np.zeros((*labels.shape, 4), np.float32)
    hint[60, 45] = (0.1, 0.2, 0.3, 0.5)
    hint[60, 45, :3] *= 0.5
    filled = flood_hints(labels, hint)
    assert (filled[labels == labels[INSIDE]] == filled[60, 45]).all()
    assert np.allclose(filled[60, 45], (0.1, 0.2, 0.3, 1.0), atol=1e-6)
    assert (filled[labels != labels[INSIDE]] == 0).all()


def test_of_two_hints_in_an_area_the_nearer_counts():
    labels = find_areas(two_boxes())
    hint = np.zeros((*labels.shape, 4), np.float32)
    hint[30, 45], hint[90, 45] = (1, 0, 0, 1), (0, 0, 1, 1)
    filled = flood_hints(labels, hint)
    assert (filled[25:55, 30:60] == (1, 0, 0, 1)).all() and (filled[65:95, 30:60] == (0, 0, 1, 1)).all()


def test_white_paper_stays_white_whatever_is_nearly_white():
    labels = np.zeros((20, 20), np.int32)
    labels[5:15, 5:15] = 1
    made = color_areas(labels, [Point(10, 10, "whitesmoke")], np.ones((20, 20, 3), np.float32))
    assert (made.rgb_n3[0] == 1).all()
    assert np.rint(made.rgb_n3[1] * 255).tolist() == [245, 245, 245]
