import colour
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from skimage import color as skimage_color

from huewise import color
from huewise.color import spaces

RNG = np.random.default_rng(1)
RGB = RNG.random((40, 50, 3))
SRGB = colour.RGB_COLOURSPACES["sRGB"]
rgbs = arrays(np.float64, (7, 3), elements=st.floats(0, 1))

ROUND_TRIPS = [
    (color.rgb_to_lab, color.lab_to_rgb),
    (color.rgb_to_linear, color.linear_to_rgb),
    (color.rgb_to_xyz, color.xyz_to_rgb),
    (color.rgb_to_yuv, color.yuv_to_rgb),
    (lambda c: color.lab_to_lch(color.rgb_to_lab(c)), lambda c: color.lab_to_rgb(color.lch_to_lab(c))),
    (lambda c: color.xyz_to_lab(color.rgb_to_xyz(c)), lambda c: color.xyz_to_rgb(color.lab_to_xyz(c))),
]


@pytest.mark.parametrize(("there", "back"), ROUND_TRIPS)
@given(rgb=rgbs)
def test_there_and_back_is_the_same_colour(there, back, rgb):
    assert np.abs(back(there(rgb)) - rgb).max() < 1e-6
    single = rgb.astype(np.float32)
    assert back(there(single)).dtype == np.float32
    assert np.abs(back(there(single)) - single).max() < 2e-4


def test_lab_agrees_with_colour_science():
    xyz = colour.RGB_to_XYZ(RGB, SRGB, apply_cctf_decoding=True)
    theirs = colour.XYZ_to_Lab(xyz, SRGB.whitepoint)
    assert np.abs(color.rgb_to_lab(RGB) - theirs).max() < 0.03  # theirs rounds the matrix to four digits


def test_lab_agrees_with_scikit_image():
    assert np.abs(color.rgb_to_lab(RGB) - skimage_color.rgb2lab(RGB)).max() < 0.03


def test_yuv_agrees_with_scikit_image():
    assert np.abs(color.rgb_to_yuv(RGB) - skimage_color.rgb2yuv(RGB)).max() < 1e-4


def test_saturation_agrees_with_scikit_image():
    assert np.abs(color.saturation(RGB) - skimage_color.rgb2hsv(RGB)[..., 1]).max() < 1e-6


def test_lch_agrees_with_colour_science():
    lab = color.rgb_to_lab(RGB)
    assert np.abs(color.lab_to_lch(lab) - colour.models.Lab_to_LCHab(lab)).max() < 1e-6


def test_the_matrix_is_the_one_of_the_standard():
    printed = [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    assert np.abs(color.linear_to_xyz(np.eye(3)).T - printed).max() < 1e-4


def test_grays_have_no_colour():
    gray = np.repeat(np.linspace(0, 1, 256)[:, None], 3, 1)
    for precision, bound in ((np.float64, 1e-10), (np.float32, 2e-4)):
        lab = color.rgb_to_lab(gray.astype(precision))
        assert np.abs(lab[:, 1:]).max() < bound
        assert np.isfinite(color.lab_to_lch(lab)).all()
    assert np.abs(color.rgb_to_lab([[0, 0, 0], [1, 1, 1]])[:, 0] - [0, 100]).max() < 1e-4
    assert (color.saturation(gray) == 0).all()


@pytest.mark.parametrize(("kind", "top"), [(np.uint8, 255), (np.uint16, 65535)])
def test_integers_are_shares_of_their_range(kind, top):
    values = RNG.integers(0, top + 1, (30, 3)).astype(kind)
    assert np.abs(color.rgb_to_lab(values) - color.rgb_to_lab(values / top)).max() < 2e-4
    assert np.abs(color.rgb_to_yuv(values) - color.rgb_to_yuv(values / top)).max() < 1e-6


def test_lab_to_rgb_clips_unless_told_not_to():
    wild = [50.0, 120.0, -120.0]
    assert color.lab_to_rgb(wild).min() >= 0
    assert color.lab_to_rgb(wild, clip=False).min() < 0


@given(angle=st.floats(-720, 720), chroma=st.floats(0.1, 100))
def test_hue_is_the_same_after_whole_turns(angle, chroma):
    lab = color.lch_to_lab(np.array([50, chroma, angle]))
    hue = color.lab_to_lch(lab)[2]
    assert 0 <= hue < 360
    assert abs((hue - angle + 180) % 360 - 180) < 1e-6


def test_a_tiny_negative_angle_is_hue_zero():
    assert color.lab_to_lch(np.array([50, 10, -1e-30], np.float32))[2] == 0


def test_white_is_d65():
    assert np.abs(spaces.WHITE_XYZ - [0.95046, 1, 1.08906]).max() < 1e-4
