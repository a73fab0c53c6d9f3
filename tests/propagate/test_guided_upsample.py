import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huewise.imaging.lightness import area_mean
from huewise.propagate.guided_upsample import GuidedUpsampler, guided_upsample


def two_objects(size, factor):
    """A disc on a ground that differs in lightness and colour: (ab small, guide, true ab)."""
    y, x = np.mgrid[:size, :size] + 0.5
    disc = (y - size * 0.47) ** 2 + (x - size * 0.52) ** 2 < (size * 0.3) ** 2
    guide = np.where(disc, 75, 30).astype(np.float32)
    ab = np.where(disc[..., None], (50, 30), (-20, 10)).astype(np.float32)
    return area_mean(ab, (size // factor, size // factor)), guide, ab


def test_at_equal_sizes_nothing_changes():
    rng = np.random.default_rng(0)
    ab, guide = (
        rng.uniform(-50, 50, (9, 7, 2)).astype(np.float32),
        rng.uniform(0, 100, (9, 7)).astype(np.float32),
    )
    np.testing.assert_allclose(guided_upsample(ab, guide), ab, atol=1e-4)


def test_a_flat_guide_leaves_smooth_interpolation_with_aligned_pixel_centres():
    ramp = np.broadcast_to(np.arange(16, dtype=np.float32)[:, None], (12, 16, 2))
    up = guided_upsample(ramp, np.full((48, 64), 50, np.float32))
    centres = (np.arange(64) + 0.5) / 4 - 0.5
    np.testing.assert_allclose(up[:, 8:56, 0], np.broadcast_to(centres[8:56], (48, 48)), atol=1e-4)


def test_lightness_sharpens_a_color_edge():
    ab_low, guide, truth = two_objects(96, 8)
    flat = guided_upsample(ab_low, np.full_like(guide, 50))
    assert np.abs(guided_upsample(ab_low, guide) - truth).mean() < 0.75 * np.abs(flat - truth).mean()


def test_texture_of_one_color_stays_one_color():
    guide = np.random.default_rng(2).uniform(0, 100, (40, 56)).astype(np.float32)
    ab = np.broadcast_to(np.float32([12, -34]), (10, 14, 2))
    np.testing.assert_allclose(guided_upsample(ab, guide), np.broadcast_to((12, -34), (40, 56, 2)), atol=1e-2)


@given(height=st.integers(1, 60), width=st.integers(1, 60), strip=st.integers(1, 60), seed=st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_strips_give_what_the_whole_gives_at_any_size(height, width, strip, seed):
    rng = np.random.default_rng(seed)
    ab = rng.uniform(-50, 50, (*rng.integers(1, 20, 2), 2)).astype(np.float32)
    guide = rng.uniform(0, 100, (height, width)).astype(np.float32)
    upsampler = GuidedUpsampler(ab, area_mean(guide, ab.shape[:2]), guide.shape)
    strips = [
        upsampler.rows(y, min(y + strip, height), guide[y : y + strip]) for y in range(0, height, strip)
    ]
    np.testing.assert_allclose(np.concatenate(strips), guided_upsample(ab, guide), atol=1e-4)


@pytest.mark.parametrize("gray", [0.0, 50.0, 100.0])
def test_no_color_stays_no_color(gray):
    guide = np.full((30, 20), gray, np.float32)
    np.testing.assert_array_equal(guided_upsample(np.zeros((5, 4, 2), np.float32), guide), 0)
