import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huewise.errors import HintError
from huewise.hints import Point, Region, Stroke, check_hints, rasterize
from huewise.hints.raster import MAX_SAMPLES, SAMPLES, samples_per_side

RED, BLUE = (50.0, 60.0, 40.0), (30.0, 10.0, -50.0)
SIZE, GRID = (160, 120), (30, 40)  # cells of 4 x 4 pixels
CELL = 16.0


def area(mask_hw: np.ndarray) -> float:
    return float(mask_hw.sum()) * CELL


def test_no_hints_are_an_empty_map() -> None:
    ab_hw2, mask_hw = rasterize([], SIZE, GRID)
    assert ab_hw2.shape == (30, 40, 2)
    assert mask_hw.shape == (30, 40)
    assert ab_hw2.dtype == mask_hw.dtype == np.float32
    assert not ab_hw2.any()
    assert not mask_hw.any()


def test_an_axis_aligned_square_covers_its_exact_share_of_each_cell() -> None:
    ab_hw2, mask_hw = rasterize([Region([(2, 4), (10, 4), (10, 7), (2, 7)], RED)], SIZE, GRID)
    expected_hw = np.zeros(GRID)
    expected_hw[1, :4] = [0.375, 0.75, 0.375, 0]
    np.testing.assert_allclose(mask_hw, expected_hw, atol=1e-6)
    np.testing.assert_allclose(ab_hw2[1, 1], RED[1:], rtol=1e-6)
    assert not ab_hw2[0].any()


def test_the_last_pixel_of_the_picture_is_the_last_cell() -> None:
    _, mask_hw = rasterize([Region([(156, 116), (160, 116), (160, 120), (156, 120)], RED)], SIZE, GRID)
    assert mask_hw[-1, -1] == 1
    assert mask_hw.sum() == 1


@given(x=st.floats(30, 130), y=st.floats(30, 90), radius=st.floats(4, 25))
@settings(deadline=None, max_examples=40)
def test_a_point_covers_the_area_of_its_disc_at_its_place(x: float, y: float, radius: float) -> None:
    _, mask_hw = rasterize([Point(x, y, RED, radius=radius)], SIZE, GRID)
    a_quarter_sample = 0.125  # of a pixel, all along the rim
    assert area(mask_hw) == pytest.approx(np.pi * radius**2, abs=2 * np.pi * radius * a_quarter_sample)
    row, column = np.indices(GRID)
    assert (mask_hw * (column * 4 + 2)).sum() / mask_hw.sum() == pytest.approx(x, abs=0.3)
    assert (mask_hw * (row * 4 + 2)).sum() / mask_hw.sum() == pytest.approx(y, abs=0.3)


@given(
    x0=st.floats(30, 130),
    y0=st.floats(30, 90),
    x1=st.floats(30, 130),
    y1=st.floats(30, 90),
    width=st.floats(2, 30),
)
@settings(deadline=None, max_examples=40)
def test_a_stroke_covers_exactly_what_lies_within_half_its_width(x0, y0, x1, y1, width) -> None:
    _, mask_hw = rasterize([Stroke([(x0, y0), (x1, y1)], width, RED)], SIZE, GRID)
    y, x = (np.indices((120 * 2, 160 * 2)) + 0.5) / 2  # an independent, plain distance at every sample
    d = np.array([x1 - x0, y1 - y0])
    along = np.clip(((x - x0) * d[0] + (y - y0) * d[1]) / max(d @ d, 1e-30), 0, 1)
    distance = np.hypot(x - x0 - along * d[0], y - y0 - along * d[1])
    least, most = (
        (distance <= width / 2 + slack).reshape(30, 8, 40, 8).mean(axis=(1, 3)) for slack in (-1e-5, 1e-5)
    )
    assert (least - 1e-6 <= mask_hw).all()
    assert (mask_hw <= most + 1e-6).all()


def test_a_stroke_of_one_point_is_a_disc() -> None:
    for a, b in zip(
        rasterize([Stroke([(50, 60)], 10, RED)], SIZE, GRID),
        rasterize([Point(50, 60, RED, radius=5)], SIZE, GRID),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)


@given(x=st.floats(0, 160), y=st.floats(0, 120))
@settings(deadline=None, max_examples=40)
def test_a_tiny_point_covers_a_quarter_of_its_own_cell(x: float, y: float) -> None:
    ab_hw2, mask_hw = rasterize([Point(x, y, RED, radius=0.01)], SIZE, GRID)
    row, column = min(int(y // 4), 29), min(int(x // 4), 39)
    assert mask_hw[row, column] >= 0.25
    np.testing.assert_allclose(ab_hw2[row, column], RED[1:], rtol=1e-5)


def test_a_tiny_point_is_not_lost_on_a_region() -> None:
    ab_hw2, mask_hw = rasterize(
        [Region([(0, 0), (160, 0), (160, 120), (0, 120)], RED), Point(50, 50, BLUE, radius=0.1)], SIZE, GRID
    )
    assert mask_hw.min() == 1
    np.testing.assert_allclose(
        ab_hw2[12, 12], 0.75 * np.array(RED[1:]) + 0.25 * np.array(BLUE[1:]), rtol=1e-5
    )


@given(x=st.floats(1, 159), y=st.floats(1, 119), dx=st.floats(-200, 200), dy=st.floats(-200, 200))
@settings(deadline=None, max_examples=40)
def test_a_hair_thin_stroke_is_nowhere_interrupted(x: float, y: float, dx: float, dy: float) -> None:
    _, mask_hw = rasterize([Stroke([(x, y), (x + dx, y + dy)], 1e-3, RED)], SIZE, GRID)
    for t in np.linspace(0, 1, 200):
        px, py = x + t * dx, y + t * dy
        if 0 <= px < 160 and 0 <= py < 120:
            around = mask_hw[
                max(int(py / 4 - 0.1), 0) : int(py / 4 + 0.1) + 1,
                max(int(px / 4 - 0.1), 0) : int(px / 4 + 0.1) + 1,
            ]
            assert around.max() > 0


def test_a_polygon_too_thin_for_any_sample_still_counts() -> None:
    ab_hw2, mask_hw = rasterize([Region([(50.01, 50), (50.02, 50), (50.02, 54)], RED)], SIZE, GRID)
    assert mask_hw.max() >= 0.25
    np.testing.assert_allclose(ab_hw2[mask_hw > 0], [RED[1:]], rtol=1e-5)


def test_later_hints_lie_over_earlier_ones_and_are_not_averaged() -> None:
    hints = [Point(50, 50, RED, radius=8), Point(50, 50, BLUE, radius=8)]
    ab_hw2, mask_hw = rasterize(hints, SIZE, GRID)
    np.testing.assert_allclose(ab_hw2[mask_hw > 0], np.tile(BLUE[1:], ((mask_hw > 0).sum(), 1)), rtol=1e-5)
    ab_hw2, _ = rasterize(hints[::-1], SIZE, GRID)
    np.testing.assert_allclose(ab_hw2[12, 12], RED[1:], rtol=1e-5)


def test_a_tiny_point_vanishes_under_what_is_painted_later() -> None:
    ab_hw2, _ = rasterize([Point(50, 50, BLUE, radius=0.1), Point(50, 50, RED, radius=8)], SIZE, GRID)
    np.testing.assert_allclose(ab_hw2[12, 12], RED[1:], rtol=1e-5)


def test_order_holds_between_points_strokes_and_regions() -> None:
    whole = [(0, 0), (160, 0), (160, 120), (0, 120)]
    ab_hw2, _ = rasterize([Point(50, 50, RED, radius=8), Region(whole, BLUE)], SIZE, GRID)
    np.testing.assert_allclose(ab_hw2[12, 12], BLUE[1:], rtol=1e-5)
    ab_hw2, _ = rasterize([Stroke([(0, 50), (160, 50)], 9, BLUE), Point(50, 50, RED, radius=8)], SIZE, GRID)
    np.testing.assert_allclose(ab_hw2[12, 12], RED[1:], rtol=1e-5)


def test_a_soft_mask_lets_what_lies_below_shine_through() -> None:
    half = np.full((30, 40), 0.5)
    ab_hw2, mask_hw = rasterize([Region(np.ones((30, 40)), RED), Region(half, BLUE)], SIZE, GRID)
    np.testing.assert_allclose(mask_hw, 1, rtol=1e-5)
    np.testing.assert_allclose(ab_hw2[0, 0], (np.array(RED[1:]) + np.array(BLUE[1:])) / 2, rtol=1e-4)
    ab_hw2, mask_hw = rasterize([Region(half, BLUE)], SIZE, GRID)
    np.testing.assert_allclose(mask_hw, 0.5, rtol=1e-5)
    np.testing.assert_allclose(ab_hw2[5, 5], BLUE[1:], rtol=1e-4)


def test_a_mask_is_averaged_over_each_cell_whatever_its_size() -> None:
    rng = np.random.default_rng(3)
    fine_hw = rng.random((120, 160)).astype(np.float32)
    _, mask_hw = rasterize([Region(fine_hw, RED)], SIZE, GRID)
    np.testing.assert_allclose(mask_hw, fine_hw.reshape(30, 4, 40, 4).mean(axis=(1, 3)), atol=1e-5)
    coarse_hw = rng.random((15, 20)).astype(np.float32)
    _, mask_hw = rasterize([Region(coarse_hw, RED)], SIZE, GRID)
    np.testing.assert_allclose(mask_hw, coarse_hw.repeat(2, axis=0).repeat(2, axis=1), atol=1e-5)


@given(x=st.floats(0, 4), y=st.floats(0, 4))
@settings(deadline=None, max_examples=40)
def test_a_triangle_has_its_area_and_its_centre(x: float, y: float) -> None:
    corners = np.array([(20 + x, 30 + y), (90 + x, 41 + y), (55 + x, 93 + y)])
    _, mask_hw = rasterize([Region(corners, RED)], SIZE, GRID)
    (ax, ay), (bx, by) = corners[1] - corners[0], corners[2] - corners[0]
    assert area(mask_hw) == pytest.approx((ax * by - ay * bx) / 2, rel=0.005)
    row, column = np.indices(GRID)
    centre = ((mask_hw * (column * 4 + 2)).sum(), (mask_hw * (row * 4 + 2)).sum()) / mask_hw.sum()
    np.testing.assert_allclose(centre, corners.mean(axis=0), atol=0.1)


def test_a_polygon_that_crosses_itself_is_even_odd() -> None:
    square, hole = (
        [(0, 0), (80, 0), (80, 80), (0, 80), (0, 0)],
        [(20, 20), (20, 60), (60, 60), (60, 20), (20, 20)],
    )
    _, mask_hw = rasterize([Region(square + hole, RED)], SIZE, GRID)
    assert area(mask_hw) == pytest.approx(80 * 80 - 40 * 40, rel=0.01)
    assert mask_hw[10, 10] == 0


@given(
    corners=st.lists(st.tuples(st.floats(-50, 210), st.floats(-50, 170)), min_size=3, max_size=8),
    x=st.floats(0, 159),
    y=st.floats(0, 119),
)
@settings(deadline=None, max_examples=50)
def test_any_hint_that_reaches_the_picture_gives_shares_from_0_to_1_and_its_own_color(corners, x, y) -> None:
    for hint in (Region([*corners, (x, y)], RED), Stroke([*corners, (x, y)], 7, RED)):
        ab_hw2, mask_hw = rasterize([hint], SIZE, GRID)
        assert mask_hw.min() >= 0
        assert mask_hw.max() <= 1
        assert (mask_hw > 0).any()
        np.testing.assert_allclose(ab_hw2[mask_hw > 0], np.tile(RED[1:], ((mask_hw > 0).sum(), 1)), rtol=1e-4)
        assert not ab_hw2[mask_hw == 0].any()


def test_a_gray_hint_is_not_the_same_as_no_hint() -> None:
    _, mask_hw = rasterize([Point(50, 50, (50.0, 0.0, 0.0))], SIZE, GRID)
    assert mask_hw[12, 12] > 0.9


def test_ten_thousand_large_discs_get_coarser_edges_but_the_same_colors() -> None:
    rng = np.random.default_rng(0)
    places = rng.random((10_000, 2)) * (160, 120)
    hints = [Point(float(x), float(y), RED, radius=10) for x, y in places] + [Point(80, 60, BLUE, radius=10)]
    ab_hw2, mask_hw = rasterize(hints, SIZE, GRID)
    np.testing.assert_allclose(mask_hw, 1)
    np.testing.assert_allclose(ab_hw2[15, 20], BLUE[1:], rtol=1e-5)


def test_order_is_kept_over_more_hints_than_are_painted_at_once() -> None:
    hints = [Point(80, 60, RED, radius=1 + i / 100) for i in range(6000)] + [Point(80, 60, BLUE, radius=80)]
    ab_hw2, _ = rasterize(hints, SIZE, GRID)
    np.testing.assert_allclose(ab_hw2[15, 20], BLUE[1:], rtol=1e-5)


@pytest.mark.parametrize(
    ("hint", "words"),
    [
        (Point(200, 50, RED), r"hints\[1\] \(point\) lies at \(200, 50\); inside the picture, 160x120"),
        (Point(50, -4.5, RED), r"\(50, -4\.5\)"),
        (Stroke([(500, 5), (900, 5)], 12, RED), r"hints\[1\] \(stroke\) lies at \(500, 5\) and on"),
        (Region([(-9, -9), (-1, -9), (-1, -1)], RED), r"hints\[1\] \(region\)"),
    ],
)
def test_a_hint_wholly_outside_is_named_with_place_and_size(hint, words: str) -> None:
    with pytest.raises(HintError, match=words):
        rasterize([Point(5, 5, RED), hint], SIZE, GRID)


def test_a_hint_that_only_reaches_in_is_welcome() -> None:
    _, mask_hw = rasterize([Point(-2, 50, RED, radius=8)], SIZE, GRID)
    assert 0 < area(mask_hw) < np.pi * 64 / 2


def test_a_mask_of_another_aspect_is_refused() -> None:
    with pytest.raises(HintError, match="mask of 40x40; the aspect of the picture, 160x120"):
        rasterize([Region(np.ones((40, 40)), RED)], SIZE, GRID)


def test_a_time_is_refused_because_a_picture_has_none() -> None:
    with pytest.raises(HintError, match=r"hints\[0\] \(point\) has a time, 2\.5 s; none: only films"):
        rasterize([Point(5, 5, RED, time=2.5)], SIZE, GRID)


def test_a_grid_finer_than_the_picture_and_a_line_of_pixels_work() -> None:
    _, mask_hw = rasterize([Point(0.5, 0.5, RED)], (1, 1), (32, 32))
    assert mask_hw.min() == 1
    _, mask_hw = rasterize([Point(5000, 0.5, RED, radius=0.5)], (10_000, 1), (32, 64))
    assert mask_hw.max() >= 0.25
    assert (mask_hw > 0).sum() <= 32


def test_edges_are_fine_for_a_few_hints_and_coarser_only_for_a_mass_of_large_ones() -> None:
    few = [Point(80, 60, RED, radius=10)] * 10
    small = [Point(80, 60, RED, radius=0.5)] * 10_000
    assert samples_per_side(few, SIZE, GRID) == samples_per_side(small, SIZE, GRID) == SAMPLES
    assert samples_per_side(few * 1000, SIZE, GRID) < SAMPLES


def test_samples_are_even_so_that_a_quarter_cell_can_be_cut() -> None:
    assert SAMPLES % 2 == 0


def peak_bytes(hints: list) -> int:
    tracemalloc.start()
    try:
        rasterize(hints, (4000, 3000), (192, 256))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def zigzag(corners: int) -> list[tuple[float, float]]:
    """Corners at the top and at the bottom in turn: every edge crosses all rows."""
    return [(4000 * i / corners, 3000.0 * (i % 2)) for i in range(corners)]


@pytest.mark.parametrize("kind", ["polygon", "stroke"])
def test_memory_does_not_grow_with_corners_times_rows(kind: str) -> None:
    corners = zigzag(10_000)  # in one piece 15 million crossings at full fineness
    assert peak_bytes([Region(corners, RED) if kind == "polygon" else Stroke(corners, 4, RED)]) < 180e6


def test_memory_does_not_grow_with_large_discs() -> None:
    assert peak_bytes([Point(2000, 1500, RED, radius=1500)] * 10_000) < 180e6


def test_a_very_fine_grid_gets_coarser_samples() -> None:
    grid = (1024, 1024)
    assert samples_per_side([], (4000, 4000), grid) ** 2 * 1024**2 <= MAX_SAMPLES


def test_a_polygon_of_many_corners_is_even_odd_at_every_sample() -> None:
    rng = np.random.default_rng(1)
    star = [(float(x), float(y)) for x, y in rng.random((700, 2)) * SIZE]
    _, mask_hw = rasterize([Region(star, RED)], SIZE, GRID)
    y, x = (np.indices((240, 320)) + 0.5) / 2  # an independent, plain count of crossings at every sample
    inside = np.zeros(x.shape, bool)
    for (x0, y0), (x1, y1) in zip(star, star[1:] + star[:1], strict=True):
        inside ^= ((y0 <= y) != (y1 <= y)) & (x >= x0 + (y - y0) / ((y1 - y0) or 1) * (x1 - x0))
    np.testing.assert_allclose(mask_hw, inside.reshape(30, 8, 40, 8).mean(axis=(1, 3)), atol=1 / 64 + 1e-6)


def test_hints_of_a_mass_lie_over_each_other_in_their_order() -> None:
    """More is painted than a chunk holds and than there are samples: what is hidden is left out, nothing else."""
    rng = np.random.default_rng(2)
    places = rng.random((9000, 2)) * SIZE
    hints = [
        Point(float(x), float(y), (50.0, i % 90, i % 77 - 40), radius=float(r))
        for i, ((x, y), r) in enumerate(zip(places, rng.uniform(5, 40, 9000), strict=True))
    ]
    assert samples_per_side(hints, SIZE, GRID) == 1
    ab_hw2, mask_hw = rasterize(hints, SIZE, GRID)
    y, x = np.indices(GRID) * 4 + 2
    expected = np.zeros((*GRID, 2))
    for hint in hints:
        expected[np.hypot(x - hint.x, y - hint.y) <= hint.radius] = hint.lab[1:]
    np.testing.assert_allclose(mask_hw, 1)
    np.testing.assert_allclose(ab_hw2, expected, atol=1e-4)


def test_what_is_no_list_of_hints_is_refused_in_one_line() -> None:
    with pytest.raises(HintError, match=r"hints\[1\] is a tuple; a Point, a Stroke or a Region"):
        check_hints([Point(1, 1, "red"), (1, 1, "red")], (10, 10))  # type: ignore[list-item]
    with pytest.raises(HintError, match="one Point as the hints; a list"):
        check_hints(Point(1, 1, "red"), (10, 10))  # type: ignore[arg-type]


def test_a_hint_that_is_refused_is_named_by_its_place_in_the_list() -> None:
    hints = [Region([(0, 0), (9, 0), (9, 9)], "red", mean=True), Point(70, 5, "red")]
    with pytest.raises(HintError, match=r"hints\[1\]"):
        check_hints(hints, (64, 48))
