import numpy as np
import pytest

from huewise.color import lab_to_rgb, rgb_to_lab
from huewise.imaging import read, tint_of
from tests.imaging.pictures import scene


def _print_of_one_hue(hue_degrees: float, chroma: float) -> np.ndarray:
    """A noisy toned print (h, w, 3) sRGB 0..1: strongest in the middle tones, one hue."""
    rng = np.random.default_rng(0)
    l_hw = np.clip(np.linspace(5, 95, 96)[None] + rng.normal(0, 8, (64, 96)), 2, 98)
    strength = chroma * (0.4 + 2.4 * (l_hw / 100) * (1 - l_hw / 100)) * (1 + rng.normal(0, 0.04, l_hw.shape))
    angle = np.deg2rad(hue_degrees)
    return lab_to_rgb(np.stack([l_hw, strength * np.cos(angle), strength * np.sin(angle)], axis=-1))


def _tint(rgb: np.ndarray) -> str:
    lab = rgb_to_lab(rgb)
    return tint_of(lab[..., 1:], lab[..., 0])


@pytest.mark.parametrize(("hue", "chroma"), [(70, 25), (85, 12), (255, 20), (95, 8)])
def test_one_hue_that_follows_lightness_is_toned_paper(hue, chroma):
    assert _tint(_print_of_one_hue(hue, chroma)) == "toned"


def test_many_hues_are_a_colour_picture():
    assert _tint(scene() / 255) == "color"


def test_two_hues_are_a_colour_picture():
    both = np.concatenate([_print_of_one_hue(70, 25), _print_of_one_hue(255, 25)])
    assert _tint(both) == "color"


def test_two_neighbouring_hues_at_the_same_lightness_are_a_colour_picture():
    assert _tint(np.concatenate([_print_of_one_hue(60, 15), _print_of_one_hue(100, 15)])) == "color"


def test_one_hue_beside_gray_is_a_colour_picture():
    rgb = _print_of_one_hue(70, 40)
    rgb[:, ::2] = rgb[:, ::2].mean(axis=-1, keepdims=True)
    assert _tint(rgb) == "color"


def test_a_trace_of_colour_counts_as_gray():
    assert _tint(_print_of_one_hue(80, 2)) == "gray"


def test_toned_paper_is_noted_and_its_colour_given():
    picture = read(_print_of_one_hue(70, 25).astype(np.float32))
    assert picture.tint == "toned"
    assert "toned paper: its tint is dropped" in picture.notes
    assert picture.input_ab is not None
    assert np.degrees(np.arctan2(*picture.input_ab.mean(axis=(0, 1))[::-1])) == pytest.approx(70, abs=3)


def test_a_colour_picture_is_noted():
    assert "a colour picture: only its lightness is used" in read(scene()).notes


def test_gray_pixels_in_three_channels_have_no_colour_and_no_note():
    picture = read(np.repeat(scene()[..., :1], 3, axis=-1))
    assert (picture.tint, picture.input_ab, picture.notes) == ("gray", None, ())
