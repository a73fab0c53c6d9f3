"""Colours agree with a histogram or a saturation that the whole picture is known to have."""

import numpy as np
import pytest

from huewise.color import ab313, lab_to_rgb, saturation
from huewise.engine.global_hints import (
    agreeing,
    at_least,
    at_most,
    chroma_factor,
    mean_saturation,
    saturated,
    saturations,
    shift,
)
from huewise.engine.sources import GlobalValues

BINS = ab313()
L_HW = np.full((8, 8), 60.0, np.float32)


def _doubt() -> np.ndarray:
    """The left half is red or green, the right half blue or yellow; nothing tells which."""
    p = np.zeros((8, 8, len(BINS)), np.float32)
    for columns, colors in ((np.s_[:, :4], ((50, 30), (-40, 30))), (np.s_[:, 4:], ((10, -50), (0, 60)))):
        for index in BINS.encode(np.array(colors, np.float32)):
            p[(*columns, int(index))] = 0.5
    return p


def test_a_histogram_settles_what_each_cell_left_open() -> None:
    wanted = np.zeros(len(BINS), np.float32)
    wanted[BINS.encode(np.array([[50, 30], [10, -50]], np.float32))] = 0.5
    p = _doubt()
    made = p.reshape(-1, len(BINS)) @ BINS.centers
    made = made.reshape(8, 8, 2) + shift(p, L_HW, GlobalValues(histogram=wanted), BINS)
    assert np.abs(made[:, :4] - (50, 30)).max() < 8
    assert np.abs(made[:, 4:] - (10, -50)).max() < 8


def test_a_wanted_saturation_moves_towards_grayer_or_livelier_bins() -> None:
    gray, lively = BINS.encode(np.array([[0, 0], [40, 30]], np.float32))
    p = np.zeros((8, 8, len(BINS)), np.float32)
    p[..., gray] = p[..., lively] = 0.5
    low, high = (shift(p, L_HW, GlobalValues(saturation=s), BINS)[0, 0] for s in (0.05, 0.6))
    assert low @ (40, 30) < 0 < high @ (40, 30)


def test_the_factor_of_chroma_gives_the_wanted_saturation() -> None:
    ab = np.broadcast_to(np.array([10, 10], np.float32), (8, 8, 2))
    factor = chroma_factor(ab, L_HW, 0.4)
    rgb = lab_to_rgb(np.concatenate([L_HW[..., None], ab * np.float32(factor)], -1))
    assert float(saturation(rgb).mean()) == pytest.approx(0.4, abs=0.01)


def test_the_answer_to_a_histogram_has_its_mean() -> None:
    wanted = np.zeros(len(BINS), np.float32)
    wanted[BINS.encode(np.array([[30, 20]], np.float32))] = 1.0
    p = np.full((8, 8, len(BINS)), 1 / len(BINS), np.float32)
    plain = np.broadcast_to(p[0, 0] @ BINS.centers, (8, 8, 2)).astype(np.float32)
    values = GlobalValues(histogram=wanted)
    made = agreeing(plain * 0, plain, shift(p, L_HW, values, BINS), L_HW, values, BINS)
    assert np.abs(made.mean((0, 1)) - wanted @ BINS.centers).max() < 3


def test_the_networks_own_answer_to_a_histogram_counts_for_less_than_half() -> None:
    """A contrast that it alone sees comes through in part; what both get together is the histogram's mean."""
    wanted = np.zeros(len(BINS), np.float32)
    wanted[int(BINS.encode(np.array([[20, 20]], np.float32))[0])] = 1.0
    suggested, flat = np.zeros((8, 8, 2), np.float32), np.zeros((8, 8, 2), np.float32)
    suggested[:4], suggested[4:] = 10.0, -10.0
    made = agreeing(suggested, flat, flat, L_HW, GlobalValues(histogram=wanted), BINS)
    assert np.allclose(made[0, 0] - made[-1, 0], 8.0, atol=1e-3)
    assert np.allclose(made.mean((0, 1)), wanted @ BINS.centers, atol=1e-3)


def test_saturations_are_those_of_the_bins_colours() -> None:
    table = saturations(np.array([50.0], np.float32), BINS)
    gray = int(BINS.encode(np.array([[0, 0]], np.float32))[0])
    assert table.shape == (1, len(BINS))
    assert table[0, gray] < 0.05


def test_colours_are_made_as_grey_as_wanted_but_not_wholly_as_lively() -> None:
    ab = np.broadcast_to(np.array([20, 20], np.float32), (8, 8, 2))

    def reached(wanted: float) -> float:
        rgb = lab_to_rgb(np.concatenate([L_HW[..., None], saturated(ab, L_HW, wanted)], -1))
        return float(saturation(np.clip(rgb, 0, 1)).mean())

    own = float(saturation(np.clip(lab_to_rgb(np.concatenate([L_HW[..., None], ab], -1)), 0, 1)).mean())
    assert reached(0.1) == pytest.approx(0.1, abs=0.01)
    assert own < reached(0.9) < 0.9


def test_colours_that_are_grayer_than_wanted_stay_and_others_become_as_gray() -> None:
    ab = np.broadcast_to(np.array([20, 20], np.float32), (8, 8, 2))
    own = mean_saturation(ab, L_HW)
    assert at_most(ab, L_HW, own + 0.1) is ab
    assert mean_saturation(at_most(ab, L_HW, own / 2), L_HW) == pytest.approx(own / 2, abs=0.01)
    assert np.abs(at_most(ab, L_HW, 0.0)).max() < 0.01


def test_colours_that_are_too_gray_get_the_livelier_ones_hue() -> None:
    ab = np.broadcast_to(np.array([0, -2], np.float32), (8, 8, 2))
    warm = np.broadcast_to(np.array([20, 20], np.float32), (8, 8, 2))
    assert at_least(ab, L_HW, 0.0, warm) is ab
    made = at_least(ab, L_HW, 0.2, warm)
    assert mean_saturation(made, L_HW) == pytest.approx(0.2, abs=0.01)
    assert made[..., 1].min() > 0.0


def test_black_has_no_saturation_whatever_its_ab() -> None:
    assert mean_saturation(np.full((8, 8, 2), 5.0, np.float32), np.zeros((8, 8), np.float32)) == 0.0
