"""Distributions agree with a histogram or a mean after conditioning, and change no more than that needs."""

import numpy as np
import pytest

from huewise.color.condition import bin_factors, normalized, tilt, tilted


def _distributions(n: int = 200, q: int = 12) -> np.ndarray:
    return normalized(np.random.default_rng(0).gamma(0.5, size=(n, q)).astype(np.float32))


def test_the_mean_of_all_cells_becomes_the_histogram() -> None:
    p = _distributions()
    wanted = normalized(np.random.default_rng(1).gamma(2.0, size=(1, 12)).astype(np.float32))[0]
    assert np.abs(p.mean(0) - wanted).max() > 0.03
    assert np.abs(normalized(p * bin_factors(p, wanted)).mean(0) - wanted).max() < 0.004


def test_a_histogram_that_is_there_already_changes_nothing() -> None:
    p = _distributions()
    assert np.allclose(normalized(p * bin_factors(p, p.mean(0))), p, atol=1e-4)


def test_a_sure_cell_stays_and_an_unsure_one_follows() -> None:
    p = np.array([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5]], np.float32)
    made = normalized(p * bin_factors(p, np.array([0.5, 0.5, 0.0], np.float32)))
    assert made[0, 0] == pytest.approx(1.0)
    assert made[1, 1] > 0.95


@pytest.mark.parametrize("wanted", [0.2, 0.5, 0.8])
def test_a_tilt_reaches_the_wanted_mean(wanted: float) -> None:
    p = _distributions()
    value = np.broadcast_to(np.linspace(0, 1, 12, dtype=np.float32), p.shape)
    made = tilted(p, value, tilt(p, value, wanted))
    assert float((made * value).sum(1).mean()) == pytest.approx(wanted, abs=2e-3)


def test_a_mean_out_of_reach_is_approached_without_overflow() -> None:
    p = _distributions()
    value = np.broadcast_to(np.linspace(0.2, 0.6, 12, dtype=np.float32), p.shape)
    made = tilted(p, value, tilt(p, value, 1.0))
    assert np.isfinite(made).all()
    assert float((made * value).sum(1).mean()) > 0.55
