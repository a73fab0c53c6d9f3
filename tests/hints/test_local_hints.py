import numpy as np
import pytest
from PIL import Image

from huewise.color import parse_color
from huewise.errors import ColorError, HintError
from huewise.hints import Point, Region, Stroke
from huewise.hints.local_hints import same_aspect


def test_a_color_is_kept_as_given_and_as_lab() -> None:
    point = Point(1, 2, "#8a2f1d")
    assert point.color == "#8a2f1d"
    np.testing.assert_allclose(point.lab, parse_color("#8a2f1d"), atol=1e-9)


def test_a_color_may_be_lab_or_ab() -> None:
    assert Point(1, 2, np.array([60.0, -20.0, 30.0])).lab == (60, -20, 30)
    assert Point(1, 2, (-20.0, 30.0)).lab[1:] == (-20, 30)


def test_a_whole_number_beyond_floats_is_refused() -> None:
    with pytest.raises(HintError, match="x is 1000"):
        Point(10**400, 1, "red")


def test_equal_points_are_equal_and_hashable_whatever_form_the_color_had() -> None:
    assert Point(1, 2, np.array([60.0, -20.0, 30.0])) == Point(1, 2, (60.0, -20.0, 30.0))
    assert len({Point(1, 2, "red"), Point(1, 2, "red")}) == 1


@pytest.mark.parametrize("color", [(1.0,), (1.0, 2.0, 3.0, 4.0), (1.0, float("nan")), 7, None, True])
def test_a_color_of_another_form_is_refused(color: object) -> None:
    with pytest.raises(HintError):
        Point(1, 2, color)  # type: ignore[arg-type]


def test_an_unknown_color_name_is_a_color_error() -> None:
    with pytest.raises(ColorError, match="blurple"):
        Stroke([(0, 0)], 3, "blurple")


@pytest.mark.parametrize("radius", [0, -1, float("inf"), float("nan"), 2e6, "4", True])
def test_a_radius_that_is_no_length_is_refused(radius: object) -> None:
    with pytest.raises(HintError, match="radius"):
        Point(1, 2, "red", radius=radius)  # type: ignore[arg-type]


@pytest.mark.parametrize("x", [float("nan"), float("inf"), 1e7, None])
def test_a_coordinate_that_is_no_place_is_refused(x: object) -> None:
    with pytest.raises(HintError, match="x is"):
        Point(x, 2, "red")  # type: ignore[arg-type]


def test_a_stroke_needs_a_point_and_a_polygon_three() -> None:
    with pytest.raises(HintError, match="a stroke of 0 points; at least 1"):
        Stroke([], 3, "red")
    with pytest.raises(HintError, match="a polygon of 2 points; at least 3"):
        Region([(0, 0), (1, 1)], "red")


def test_an_empty_mask_is_refused() -> None:
    with pytest.raises(HintError, match="empty"):
        Region(np.zeros((4, 4)), "red")


@pytest.mark.parametrize("mask", [np.full((4, 4), 1.5), np.full((4, 4), -0.1), np.full((4, 4), np.nan)])
def test_a_mask_beyond_0_to_1_is_refused(mask: np.ndarray) -> None:
    with pytest.raises(HintError, match=r"0\.\.1"):
        Region(mask, "red")


def test_a_mask_of_three_dimensions_is_refused() -> None:
    with pytest.raises(HintError, match=r"\(4, 4, 3\)"):
        Region(np.ones((4, 4, 3)), "red")


def test_a_mask_is_a_copy_and_cannot_be_changed() -> None:
    mask_hw = np.ones((4, 4))
    region = Region(mask_hw, "red")
    mask_hw[:] = 0
    assert region.mask_hw is not None
    assert region.mask_hw.all()
    with pytest.raises(ValueError, match="read-only"):
        region.mask_hw[0, 0] = 0


def test_an_array_of_corners_is_a_polygon_and_a_boolean_array_a_mask() -> None:
    assert Region(np.array([[0, 0], [9, 0], [9, 9]]), "red").polygon == ((0, 0), (9, 0), (9, 9))
    assert Region(np.ones((9, 2), bool), "red").mask_hw is not None


@pytest.mark.parametrize(
    ("mode", "value", "expected"),
    [
        ("L", 128, 128 / 255),
        ("1", 1, 1.0),
        ("I;16", 13107, 0.2),
        ("LA", (255, 51), 0.2),
        ("RGBA", (255, 255, 255, 102), 0.4),
    ],
)
def test_a_mask_picture_is_gray_times_alpha(tmp_path, mode, value, expected) -> None:
    path = tmp_path / "mask.png"
    Image.new(mode, (5, 3), value).save(path)
    mask_hw = Region(path, "red").mask_hw
    assert mask_hw is not None
    assert mask_hw.shape == (3, 5)
    np.testing.assert_allclose(mask_hw, expected, atol=1e-6)


def test_a_mask_file_that_is_no_picture_is_named(tmp_path) -> None:
    path = tmp_path / "mask.png"
    with pytest.raises(HintError, match=r"mask\.png does not exist"):
        Region(path, "red")
    path.write_text("hello")
    with pytest.raises(HintError, match=r"mask\.png cannot be read"):
        Region(path, "red")


def test_a_truncated_mask_is_a_hint_error(tmp_path) -> None:
    path = tmp_path / "mask.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (64, 64), np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(HintError, match="cannot be read"):
        Region(path, "red")


def test_scaling_moves_places_and_keeps_areas_in_proportion() -> None:
    point = Point(10, 20, "red", radius=4).scaled(2, 2)
    assert (point.x, point.y, point.radius) == (20, 40, 8)
    stroke = Stroke([(1, 2)], 3, "red").scaled(3, 3)
    assert (stroke.points, stroke.width) == (((3, 6),), 9)
    assert Region([(0, 0), (1, 0), (1, 1)], "red").scaled(2, 4).polygon == ((0, 0), (2, 0), (2, 4))


@pytest.mark.parametrize(
    ("size", "other", "same"),
    [
        ((4032, 3024), (1000, 750), True),
        ((4032, 3024), (1000, 757), True),
        ((4032, 3024), (1000, 765), False),
        ((4032, 3024), (3024, 4032), False),
        ((4000, 3000), (11, 8), True),  # rounding to whole pixels, not another aspect
        ((10000, 1), (100, 1), True),
    ],
)
def test_aspects_agree_within_a_hundredth_or_the_rounding(size, other, same) -> None:
    assert same_aspect(size, other) is same
    assert same_aspect(other, size) is same


@pytest.mark.parametrize("color", [(101, 0, 0), (50, -161, 0), (0, 160.5)])
def test_a_colour_that_a_file_could_not_hold_is_refused(color: object) -> None:
    with pytest.raises(HintError, match="from"):
        Point(1, 1, color)
