import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from huewise import color
from huewise.errors import UsageError

BINS = color.ab313()
P = np.random.default_rng(5).random(313) ** 8
P /= P.sum()


def smoothed(p, sigma):
    kernel = np.exp(-(BINS.distances().astype(float) ** 2) / (2 * sigma**2))
    return (kernel / kernel.sum(0)) @ p


@given(p=arrays(np.float64, 32, elements=st.floats(0.001, 1)), uniform=st.floats(0, 1))
def test_the_expected_weight_is_one(p, uniform):
    weight = color.rebalance_weights(p, uniform=uniform)
    assert (weight * p / p.sum()).sum() == pytest.approx(1, abs=1e-4)


def test_the_weight_is_the_formula():
    weight = color.rebalance_weights(P, uniform=0.3)
    formula = 1 / (0.7 * P + 0.3 / 313)
    assert np.allclose(weight, formula / (P * formula).sum(), rtol=1e-5)


def test_smoothing_keeps_the_expectation_over_the_smoothed_prior():
    weight = color.rebalance_weights(P, bins=BINS, sigma=5)
    assert (weight * smoothed(P, 5)).sum() == pytest.approx(1, abs=1e-5)
    formula = 1 / (0.5 * smoothed(P, 5) + 0.5 / 313)
    assert np.allclose(weight / weight[0], formula / formula[0], rtol=1e-4)


def test_rare_colours_weigh_more_and_a_uniform_share_of_one_forgets_rarity():
    weight = color.rebalance_weights(P)
    assert (np.diff(weight[np.argsort(P)]) <= 0).all()
    assert np.allclose(color.rebalance_weights(P, uniform=1), 1)


@pytest.mark.parametrize(
    ("p", "options"),
    [
        (np.zeros(313), {}),
        (-P, {}),
        (np.ones((2, 3)), {}),
        (P, {"uniform": 1.5}),
        (P, {"sigma": 5.0}),
        (np.ones(5), {"sigma": 5.0, "bins": BINS}),
        (np.array([1.0, 0.0]), {"uniform": 0}),
    ],
)
def test_what_makes_no_sense_is_refused(p, options):
    with pytest.raises(UsageError):
        color.rebalance_weights(p, **options)
