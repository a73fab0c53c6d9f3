import numpy as np

from huewise.engine.question_picture import OUTLINE, heat_map, outlined, question_picture


def square() -> tuple[np.ndarray, np.ndarray]:
    region = np.zeros((20, 30), np.float32)
    region[5:15, 10:20] = 1.0
    return np.full((40, 60), 100, np.uint8), region  # twice the region's size


def test_heat_lies_on_the_region_and_leaves_the_rest_gray() -> None:
    rgb = heat_map(*square())
    assert (rgb[2, 2] == 100).all()
    assert rgb[20, 30, 0] > 150 > rgb[20, 30, 2]


def test_half_a_region_is_half_as_hot() -> None:
    gray, region = square()
    full, half = (heat_map(gray, share * region)[20, 30, 0] - 100.0 for share in (1.0, 0.5))
    assert abs(half - full / 2) <= 1.0


def test_outline_runs_along_the_regions_border_only() -> None:
    gray, region = square()
    rgb = outlined(np.repeat(gray[..., None], 3, 2), region)
    on = (rgb == OUTLINE).all(-1)
    assert on[20].sum() == 2
    assert np.flatnonzero(on[20]).tolist() == [20, 39]
    assert not on[20, 30]


def test_region_at_the_pictures_edge_is_closed_by_a_line() -> None:
    gray = np.full((40, 60), 100, np.uint8)
    on = (question_picture(gray, np.ones((20, 30), np.float32)) == OUTLINE).all(-1)
    assert on[0].all()
    assert on[:, -1].all()
