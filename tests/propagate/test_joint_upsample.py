import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from huewise.imaging.lightness import area_mean
from huewise.propagate.joint_upsample import (
    RANGE_FLOOR,
    SIGMA_R,
    JointUpsampler,
    joint_mean,
    joint_upsample,
    joint_upsample_reference,
)


def random_guide(kind, height, width, rng):
    if kind == "noise":
        return rng.uniform(0, 100, (height, width)).astype(np.float32)
    if kind == "two tones":
        return rng.choice(rng.uniform(0, 100, 2), (height, width)).astype(np.float32)
    blocks = rng.uniform(0, 100, (4, 4)).repeat(height // 4 + 1, 0).repeat(width // 4 + 1, 1)[:height, :width]
    return (blocks * 0.98 + rng.uniform(0, 2, (height, width))).astype(np.float32)


def distances(first_hw2, second_hw2):
    return np.hypot(*np.moveaxis(first_hw2 - second_hw2, -1, 0))


def assert_agrees(ab, guide, **sigmas):
    away = distances(joint_upsample(ab, guide, **sigmas), joint_upsample_reference(ab, guide, **sigmas))
    assert away.mean() < 0.3
    assert np.quantile(away, 0.999) < 2


@settings(max_examples=25, deadline=None)
@given(
    kind=st.sampled_from(["noise", "two tones", "blocks"]),
    factor=st.integers(1, 5),
    sigma_s=st.sampled_from([2.0, 3.0]),
    seed=st.integers(0, 2**32 - 1),
)
@example(kind="two tones", factor=2, sigma_s=2.0, seed=99622)
@example(kind="two tones", factor=3, sigma_s=3.0, seed=99622)
def test_fast_path_agrees_with_the_reference_on_random_guides(kind, factor, sigma_s, seed):
    rng = np.random.default_rng(seed)
    height, width = (int(n) for n in rng.integers(6, 20, 2))
    # Smooth to rough colours of strong chroma.
    coarse = rng.uniform(-60, 60, (3, 3, 2)).astype(np.float32)
    ab = area_mean(coarse, (height, width)) + rng.uniform(-10, 10, (height, width, 2)).astype(np.float32)
    assert_agrees(ab, random_guide(kind, height * factor, width * factor, rng), sigma_s=sigma_s)


def test_fast_path_agrees_with_the_reference_on_a_photograph():
    data, color = pytest.importorskip("skimage.data"), pytest.importorskip("skimage.color")
    lab = color.rgb2lab(data.chelsea()[:300:2, 50:350:2]).astype(np.float32)
    assert_agrees(area_mean(np.ascontiguousarray(lab[..., 1:]), (38, 38)), lab[..., 0])


def test_reference_at_equal_sizes_is_the_joint_bilateral_filter_of_equation_4():
    rng = np.random.default_rng(4)
    ab, guide = rng.uniform(-50, 50, (6, 7, 2)), rng.uniform(30, 70, (6, 7)).astype(np.float32)
    expected = np.zeros_like(ab)
    y, x = np.mgrid[:6, :7]
    for py in range(6):
        for px in range(7):
            f = np.exp(-((y - py) ** 2 + (x - px) ** 2) / (2 * 3.0**2))
            g = np.exp(-((guide - guide[py, px]) ** 2) / (2 * SIGMA_R**2))
            weight = f * np.maximum(g, RANGE_FLOOR)
            expected[py, px] = (weight[..., None] * ab).sum((0, 1)) / weight.sum()
    np.testing.assert_allclose(joint_upsample_reference(ab, guide), expected, rtol=1e-5)


@pytest.mark.parametrize("upsample", [joint_upsample, joint_upsample_reference])
def test_pixel_centres_are_aligned_half_a_pixel_from_the_edge(upsample):
    ramp = np.broadcast_to(np.arange(16, dtype=np.float32)[:, None], (12, 16, 2))
    up = upsample(ramp, np.full((48, 64), 50, np.float32), sigma_s=1.0)
    centres = (np.arange(64) + 0.5) / 4 - 0.5
    np.testing.assert_allclose(up[24, 20:44, 0], centres[20:44], atol=0.05)


@pytest.mark.parametrize("upsample", [joint_upsample, joint_upsample_reference])
def test_color_does_not_cross_an_edge_in_lightness(upsample):
    guide = np.full((64, 64), 20, np.float32)
    guide[:, 32:] = 80
    ab = np.zeros((16, 16, 2), np.float32)
    ab[:, :8], ab[:, 8:] = (40, -20), (-30, 50)
    up = upsample(ab, guide)
    np.testing.assert_allclose(up[:, :32], np.broadcast_to((40, -20), (64, 32, 2)), atol=0.2)
    np.testing.assert_allclose(up[:, 32:], np.broadcast_to((-30, 50), (64, 32, 2)), atol=0.2)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_result_is_a_weighted_mean_of_the_small_colors(seed):
    rng = np.random.default_rng(seed)
    ab = rng.uniform(-90, 90, (5, 9, 2)).astype(np.float32)
    up = joint_upsample(ab, rng.uniform(0, 100, (23, 31)).astype(np.float32))
    assert (up >= ab.min((0, 1)) - 1e-3).all()
    assert (up <= ab.max((0, 1)) + 1e-3).all()


def test_strips_give_what_the_whole_gives():
    rng = np.random.default_rng(1)
    ab, guide = (
        rng.uniform(-50, 50, (8, 6, 2)).astype(np.float32),
        rng.uniform(0, 100, (50, 33)).astype(np.float32),
    )
    upsampler = JointUpsampler(ab, area_mean(guide, (8, 6)), guide.shape)
    strips = [upsampler.rows(y, min(y + 7, 50), guide[y : y + 7]) for y in range(0, 50, 7)]
    np.testing.assert_array_equal(np.concatenate(strips), joint_upsample(ab, guide))


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (3, 5)])
def test_pictures_smaller_than_their_colors_are_fine(size):
    ab = np.full((8, 8, 2), 7, np.float32)
    guide = np.linspace(0, 100, size[0] * size[1], dtype=np.float32).reshape(size)
    np.testing.assert_allclose(joint_upsample(ab, guide), np.full((*size, 2), 7), atol=1e-3)
    np.testing.assert_allclose(joint_upsample(ab[:1, :1], guide), np.full((*size, 2), 7), atol=1e-3)


@pytest.mark.parametrize("place", [(0, 0), (17, 30), (31, 47)])
def test_the_mean_at_one_pixel_is_equation_5_there(place):
    rng = np.random.default_rng(0)
    guide = random_guide("blocks", 32, 48, rng)
    low = rng.normal(size=(8, 12, 2)).astype(np.float32)
    whole = joint_upsample_reference(low, guide, 0.8, 10.0, radius=40)
    there = tuple((at + 0.5) / 4 - 0.5 for at in place)
    made = joint_mean(low, area_mean(guide, (8, 12)), there, float(guide[place]), 0.8, 10.0, radius=40)
    np.testing.assert_allclose(made, whole[place], atol=1e-5)


def test_the_mean_at_one_pixel_sees_no_further_than_its_window():
    values = np.zeros((9, 9, 1), np.float32)
    values[4, 7] = 1.0
    guide = np.full((9, 9), 50.0, np.float32)
    means = [joint_mean(values, guide, (4.2, at), 50.0, 2.0, 10.0, radius=2)[0] for at in (4.4, 4.6)]
    assert means[0] == 0.0 < means[1]
