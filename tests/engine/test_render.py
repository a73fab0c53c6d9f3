import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huewise.color import rgb_to_lab
from huewise.color.gamut import in_gamut, lab_to_rgb_fitted
from huewise.engine import render as module
from huewise.engine.render import render
from huewise.errors import UsageError
from huewise.imaging.lightness import STEPS_PER_L, gray_table, lightness_of

L_ERROR = {8: 0.5, 16: 0.01}


def random_picture(rng, height, width, chroma):
    lightness = rng.integers(0, 65536, (height, width)).astype(np.uint16)
    low = rng.integers(1, 12, 2)
    return lightness, rng.uniform(-chroma, chroma, (*low, 2)).astype(np.float32)


@settings(max_examples=60, deadline=None)
@given(
    bits=st.sampled_from([8, 16]),
    upsample=st.sampled_from(["guided", "joint"]),
    chroma=st.sampled_from([0, 5, 40, 110]),
    seed=st.integers(0, 2**32 - 1),
)
def test_lightness_of_the_result_is_lightness_of_the_input(bits, upsample, chroma, seed):
    lightness, ab = random_picture(np.random.default_rng(seed), 23, 37, chroma)
    rgb = render(lightness, ab, bits=bits, upsample=upsample)
    assert rgb.shape == (23, 37, 3)
    assert rgb.dtype == (np.uint8 if bits == 8 else np.uint16)
    # Beside pure yellow the gamut's edge is let out by 0.2 L at most (color.gamut).
    away = np.abs(lightness_of(rgb).astype(float) - lightness) / STEPS_PER_L
    assert away.max() < L_ERROR[bits] + (0.2 if bits == 16 else 0)
    assert np.quantile(away, 0.95) < L_ERROR[bits]


@pytest.mark.parametrize("bits", [8, 16])
@pytest.mark.parametrize("chroma", [10, 45, 100])
def test_pixels_are_those_of_the_exact_conversion(bits, chroma):
    rng = np.random.default_rng(bits + chroma)
    lightness = rng.integers(0, 65536, (1, 4000)).astype(np.uint16)
    ab = rng.uniform(-chroma, chroma, (1, 4000, 2)).astype(np.float32)  # equal sizes: used as they are
    lab = np.dstack([lightness / STEPS_PER_L, ab])
    away = np.abs(render(lightness, ab, bits=bits) - lab_to_rgb_fitted(lab) * (2**bits - 1))
    assert away[in_gamut(lab)].max() < (0.75 if bits == 8 else 2)
    assert away.max() < (1.0 if bits == 8 else 128)  # the gamut's edge is found within 0.02 of chroma


@pytest.mark.parametrize("bits", [8, 16])
def test_gray_pictures_without_color_come_out_as_they_were(bits):
    codes = np.arange(1 << bits, dtype=np.uint8 if bits == 8 else np.uint16).reshape(1 << bits // 2, -1)
    rgb = render(gray_table(bits)[codes], np.zeros((4, 4, 2), np.float32), bits=bits)
    away = np.abs(rgb.astype(int) - codes[..., None])
    assert away.max() <= (0 if bits == 8 else 2)


def test_a_color_that_does_not_fit_keeps_its_hue_and_loses_chroma():
    lightness = np.full((1, 1), round(90 * STEPS_PER_L), np.uint16)
    lab = rgb_to_lab(render(lightness, np.full((1, 1, 2), 80, np.float32), bits=16))[0, 0]
    assert np.degrees(np.arctan2(lab[2], lab[1])) == pytest.approx(45, abs=0.5)
    assert 5 < np.hypot(lab[1], lab[2]) < 40
    assert lab[0] == pytest.approx(90, abs=0.01)


def test_the_result_does_not_depend_on_strips_or_threads(monkeypatch):
    lightness, ab = random_picture(np.random.default_rng(3), 61, 45, 60)
    whole = render(lightness, ab, bits=16)
    monkeypatch.setattr(module, "STRIP_PIXELS", 100)
    monkeypatch.setattr(module, "THREADS", 5)
    np.testing.assert_allclose(render(lightness, ab, bits=16).astype(int), whole, atol=128)


@pytest.mark.parametrize("size", [(1, 1), (1, 10_000), (10_000, 1)])
def test_thin_pictures_are_rendered(size):
    rgb = render(np.full(size, 30_000, np.uint16), np.full((8, 12, 2), 15, np.float32))
    assert rgb.shape == (*size, 3)
    assert (rgb == rgb[0, 0]).all()


def test_input_is_left_alone():
    lightness, ab = random_picture(np.random.default_rng(5), 20, 20, 60)
    copies = lightness.copy(), ab.copy()
    render(lightness, ab)
    np.testing.assert_array_equal(lightness, copies[0])
    np.testing.assert_array_equal(ab, copies[1])


@pytest.mark.parametrize("options", [{"bits": 12}, {"upsample": "bilinear"}])
def test_unknown_options_are_named(options):
    with pytest.raises(UsageError):
        render(np.zeros((2, 2), np.uint16), np.zeros((1, 1, 2), np.float32), **options)
