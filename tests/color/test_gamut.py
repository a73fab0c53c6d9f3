import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from huewise import color

labs = arrays(np.float64, (9, 3), elements=st.floats(-128, 128)).map(
    lambda x: np.concatenate([np.abs(x[:, :1]) * 100 / 128, x[:, 1:]], 1)
)


def grid():
    axes = np.meshgrid(np.linspace(1, 99, 25), np.linspace(-120, 120, 33), np.linspace(-120, 120, 33))
    return np.stack(axes, -1)


def hue(lab):
    return np.arctan2(lab[..., 2], lab[..., 1])


def beside_yellow(lab):
    return (lab[..., 0] > 93) & (lab[..., 1] < 0) & (lab[..., 2] > 0)


@given(lab=labs)
def test_what_was_fitted_is_in_the_gamut(lab):
    for precision in (np.float64, np.float32):
        fitted = color.fit_gamut(lab.astype(precision))
        assert fitted.dtype == precision
        assert (color.in_gamut(fitted) | beside_yellow(lab)).all()
        rgb = color.lab_to_rgb(fitted, clip=False)
        assert rgb.max() < 1 + 2.5 / 255
        assert rgb.min() > -0.1 / 255


@given(lab=labs)
def test_fitting_keeps_lightness_and_hue_and_never_adds_chroma(lab):
    fitted = color.fit_gamut(lab)
    assert np.abs(fitted[:, 0] - lab[:, 0]).max() < 1e-9
    cross = lab[:, 1] * fitted[:, 2] - lab[:, 2] * fitted[:, 1]
    assert np.abs(cross).max() < 1e-6
    assert (np.sum(lab[:, 1:] * fitted[:, 1:], 1) >= 0).all()
    assert (np.hypot(*fitted[:, 1:].T) <= np.hypot(*lab[:, 1:].T) + 1e-9).all()


def test_a_tenth_more_chroma_would_not_fit():
    lab = grid()
    fitted = color.fit_gamut(lab)
    shrunk = ~color.in_gamut(lab) & ~beside_yellow(lab)
    chroma = np.hypot(fitted[..., 1], fitted[..., 2])
    more = np.stack([lab[..., 0], (chroma + 0.1) * np.cos(hue(lab)), (chroma + 0.1) * np.sin(hue(lab))], -1)
    assert shrunk.mean() > 0.5
    assert not color.in_gamut(more[shrunk]).any()


@given(rgb=arrays(np.float64, (9, 3), elements=st.floats(0, 1)))
def test_every_srgb_colour_is_in_the_gamut_and_stays(rgb):
    for precision in (np.float64, np.float32):
        lab = color.rgb_to_lab(rgb.astype(precision))
        assert color.in_gamut(lab).all()
        assert (color.fit_gamut(lab)[..., 1:] == lab[..., 1:]).all()


def test_clearly_impossible_colours_are_not_in_the_gamut():
    assert not color.in_gamut([[50.0, 120, 0], [0, 5, 0], [100, 0, 5], [101, 0, 0]]).any()


def test_lightness_beyond_black_and_white_is_clipped():
    fitted = color.fit_gamut(np.array([[-5.0, 20, 20], [130, 20, 20]]))
    assert np.abs(fitted - [[0, 0, 0], [100, 0, 0]]).max() < 0.1


def test_bright_yellow_keeps_its_chroma():
    yellow = np.array([96.75, -18.0, 78.0])
    assert np.abs(color.fit_gamut(yellow) - yellow).max() < 0.1
    assert abs(color.rgb_to_lab(color.lab_to_rgb_fitted(yellow))[0] - 96.75) < 0.2


def test_fitted_rgb_is_rgb_of_the_fitted():
    lab = grid()
    assert np.abs(color.lab_to_rgb_fitted(lab) - color.lab_to_rgb(color.fit_gamut(lab))).max() < 1e-9
    # lists and single colours too
    assert color.lab_to_rgb_fitted([50, 0, 0]).shape == (3,)


def test_the_most_chroma_of_the_primaries_is_their_own():
    lch = color.lab_to_lch(color.rgb_to_lab(np.eye(3)))
    assert np.abs(color.max_chroma(lch[:, 0], lch[:, 2]) - lch[:, 1]).max() < 0.1


def test_the_input_is_left_alone():
    lab = np.array([[50.0, 120, 0]])
    color.fit_gamut(lab)
    assert lab[0, 1] == 120
