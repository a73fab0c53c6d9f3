import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huewise import color
from huewise.errors import UsageError

BINS = color.ab313()
RNG = np.random.default_rng(4)
P = RNG.random((6, 7, 313)).astype(np.float32) ** 6


def test_the_mean_is_the_expected_centre():
    expected = (P / P.sum(-1, keepdims=True)) @ BINS.centers
    assert np.abs(color.mean_color(P, BINS) - expected).max() < 1e-3


def test_the_mode_is_the_most_probable_centre():
    assert (color.mode_color(P, BINS) == BINS.centers[P.argmax(-1)]).all()


@pytest.mark.parametrize("temperature", [0.1, 0.38, 1.0, 3.0])
def test_the_annealed_mean_is_the_formula(temperature):
    z = np.exp(np.log(P.astype(np.float64)) / temperature)
    expected = (z / z.sum(-1, keepdims=True)) @ BINS.centers
    assert np.abs(color.annealed_mean(P, BINS, temperature) - expected).max() < 2e-3


def test_the_usual_temperature_is_that_of_the_papers():
    assert (color.annealed_mean(P, BINS) == color.annealed_mean(P, BINS, 0.38)).all()


def test_temperature_goes_from_mode_to_mean():
    assert (color.annealed_mean(P, BINS, 0) == color.mode_color(P, BINS)).all()
    clear = np.where(P.max(-1, keepdims=True) == P, 2, P)  # no two bins nearly as probable
    assert np.abs(color.annealed_mean(clear, BINS, 0.02) - color.mode_color(clear, BINS)).max() < 0.1
    assert (color.annealed_mean(P, BINS, 1) == color.mean_color(P, BINS)).all()


@given(colors=st.lists(st.tuples(st.floats(-50, 60), st.floats(-20, 60)), min_size=1, max_size=5))
def test_the_mean_of_a_soft_encoded_colour_is_near_the_colour(colors):
    inner = np.array(colors)
    mean = color.mean_color(BINS.dense(*BINS.encode_soft(inner)), BINS)
    assert np.abs(mean - inner).max() < 0.3  # well inside the gamut; at its rim there are no bins on one side


def test_more_rows_than_a_block_are_all_decoded():
    many = np.zeros((5000, 313), np.float32)
    wanted = np.arange(5000) % 313
    many[np.arange(5000), wanted] = 0.5
    assert (color.annealed_mean(many, BINS) == BINS.centers[wanted]).all()


def test_no_probability_at_all_but_one_is_no_nan():
    certain = np.zeros(313)
    certain[7] = 1
    assert (color.annealed_mean(certain, BINS, 0.01) == BINS.centers[7]).all()


def test_top_k_is_sorted_and_gives_shares():
    colors, shares = color.top_k(P, BINS, 4)
    order = np.argsort(-P, -1)[..., :4]
    assert (colors == BINS.centers[order]).all()
    assert np.abs(shares - np.take_along_axis(P, order, -1) / P.sum(-1, keepdims=True)).max() < 1e-6
    assert (np.diff(shares) <= 0).all()
    assert color.top_k(P, BINS, 313)[1].sum(-1) == pytest.approx(1, abs=1e-4)


def test_hue_is_averaged_as_an_angle_and_chroma_kept():
    bins = color.lch512()
    p = np.zeros(512)
    red = bins.encode([[50.0, 60, 1], [50.0, 60, 359]])  # hues 22.5 and 337.5
    p[red] = 0.7, 0.3
    lightness, chroma, hue = color.mean_color(p, bins)
    half = np.radians(22.5)
    assert hue == pytest.approx(np.degrees(np.arctan2(0.4 * np.sin(half), np.cos(half))), abs=1e-3)
    assert [lightness, chroma] == pytest.approx(bins.centers[red[0], :2], abs=1e-3)


@pytest.mark.parametrize("call", [color.mean_color, color.mode_color, color.top_k])
def test_a_distribution_over_other_bins_is_refused(call):
    with pytest.raises(UsageError, match="313"):
        call(np.ones(312), BINS)


def test_impossible_numbers_are_refused():
    with pytest.raises(UsageError, match="temperature"):
        color.annealed_mean(P, BINS, -1)
    with pytest.raises(UsageError, match="k = 0"):
        color.top_k(P, BINS, 0)
