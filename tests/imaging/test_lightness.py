import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huewise.color import rgb_to_lab
from huewise.imaging import lightness_of, shrink
from huewise.imaging.lightness import area_mean, block_mean, gray_table
from tests.imaging.pictures import cielab_l


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_lightness_is_the_l_of_lab_within_two_steps(dtype):
    top = np.iinfo(dtype).max
    rgb = np.random.default_rng(0).integers(0, top + 1, (64, 64, 3)).astype(dtype)
    rgb[:32] //= 60  # the dark end, where L is steepest
    assert np.abs(lightness_of(rgb) / 655.35 - rgb_to_lab(rgb)[..., 0]).max() < 0.004


@pytest.mark.parametrize("bits", [8, 16])
def test_gray_table_runs_from_black_to_white_and_follows_cielab(bits):
    table = gray_table(bits)
    grays = np.repeat(np.linspace(0, 1, 1 << bits)[:, None], 3, axis=1)
    assert (table[0], table[-1]) == (0, 65535)
    assert (np.diff(table.astype(int)) >= 0).all()
    assert np.abs(table / 655.35 - cielab_l(grays)).max() < 0.003


@given(
    height=st.integers(1, 23),
    width=st.integers(1, 23),
    new_height=st.integers(1, 40),
    new_width=st.integers(1, 40),
)
def test_area_mean_keeps_the_mean(height, width, new_height, new_width):
    values = np.random.default_rng(height * 100 + width).integers(0, 65536, (height, width)).astype(np.uint16)
    assert area_mean(values, (new_height, new_width)).mean() == pytest.approx(values.mean(), rel=1e-4)


def test_shrinking_by_a_whole_factor_is_the_mean_of_blocks():
    lightness = np.random.default_rng(1).integers(0, 65536, (12, 20)).astype(np.uint16)
    blocks = lightness.reshape(4, 3, 5, 4).mean(axis=(1, 3)) / 655.35
    shrunk = shrink(lightness, (4, 5))
    assert shrunk.dtype == np.float32
    np.testing.assert_allclose(shrunk, blocks, atol=1e-3)


def test_shrinking_by_a_broken_factor_weighs_pixels_by_the_area_they_share():
    lightness = (np.array([[0, 10, 20]]) * 655.35).round().astype(np.uint16)
    np.testing.assert_allclose(shrink(lightness, (1, 2)), [[10 / 3, 50 / 3]], atol=1e-3)


def test_shrinking_to_the_same_size_changes_nothing():
    lightness = np.random.default_rng(2).integers(0, 65536, (7, 9)).astype(np.uint16)
    np.testing.assert_allclose(shrink(lightness, (7, 9)), lightness / 655.35, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("shape", [(8, 12), (8, 12, 2)])
@pytest.mark.parametrize("by", [1, 2, 4])
def test_a_mean_of_blocks_is_the_area_mean(shape, by):
    values = np.random.default_rng(0).random(shape).astype(np.float32)
    np.testing.assert_allclose(block_mean(values, by), area_mean(values, (8 // by, 12 // by)), rtol=1e-5)
