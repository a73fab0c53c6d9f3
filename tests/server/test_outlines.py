"""A soft region as one even-odd polygon covers what the region covered."""

import numpy as np
import pytest
from scipy import ndimage

from huewise.hints import Region, rasterize
from huewise.server.outlines import MOST_CORNERS, area_of, outline_of, rings_of


def blobs(seed: int, shape: tuple[int, int] = (120, 180), smooth: float = 8) -> np.ndarray:
    """A soft map with several parts and holes."""
    noise_hw = ndimage.gaussian_filter(np.random.default_rng(seed).normal(size=shape), smooth)
    return np.clip(0.5 + noise_hw / noise_hw.std(), 0, 1).astype(np.float32)


def covered(outline: list[tuple[float, float]], size: tuple[int, int], shape: tuple[int, int]) -> np.ndarray:
    return rasterize([Region(outline, "#808080")], size, shape)[1]


@pytest.mark.parametrize("seed", range(6))
def test_the_polygon_covers_what_the_region_covered(seed: int) -> None:
    region_hw = blobs(seed)
    wanted_hw = region_hw >= 0.5
    got_hw = covered(outline_of(region_hw, (900, 600)), (900, 600), (120, 180)) >= 0.5
    assert (wanted_hw & got_hw).sum() / (wanted_hw | got_hw).sum() > 0.95


def test_a_hole_stays_a_hole_and_parts_are_not_joined() -> None:
    region_hw = np.zeros((40, 80), np.float32)
    region_hw[4:36, 4:36] = 1
    region_hw[14:26, 14:26] = 0
    region_hw[10:30, 60:76] = 1
    got_hw = covered(outline_of(region_hw, (80, 40)), (80, 40), (40, 80))
    assert np.abs(got_hw - region_hw).max() < 0.3


def test_holes_run_the_other_way() -> None:
    region_hw = np.ones((9, 9), bool)
    region_hw[3:6, 3:6] = False
    assert sorted(area_of(ring) for ring in rings_of(region_hw)) == [-9, 81]


def test_nothing_has_no_outline_and_everything_is_the_picture_s_border() -> None:
    assert outline_of(np.zeros((8, 8), np.float32), (80, 80)) == []
    assert set(outline_of(np.ones((8, 8), np.float32), (80, 40))) == {(0, 0), (80, 0), (80, 40), (0, 40)}


def test_a_faint_region_is_outlined_at_half_its_height() -> None:
    region_hw = np.zeros((10, 10), np.float32)
    region_hw[2:5, 2:5] = 0.3
    assert set(outline_of(region_hw, (10, 10))) == {(2, 2), (5, 2), (5, 5), (2, 5)}


def test_grain_is_bounded() -> None:
    speckled_hw = (np.random.default_rng(0).random((300, 300)) > 0.45).astype(np.float32)
    outline = outline_of(speckled_hw, (300, 300))
    assert 3 <= len(outline) <= MOST_CORNERS
