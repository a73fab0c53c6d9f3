"""Hinted cells get the hinted colour; the rest moves along the guide."""

import numpy as np

from huewise.propagate.adherence import adhere

SIZE = (32, 48)


def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    l_hw = np.full(SIZE, 30.0, np.float32)
    l_hw[:, 24:] = 90.0
    ab = np.zeros((*SIZE, 2), np.float32)
    hint, mask = np.zeros_like(ab), np.zeros(SIZE, np.float32)
    mask[10:14, 6:10], hint[10:14, 6:10] = 1.0, (-50.0, 30.0)
    return ab, hint, mask, l_hw


def test_without_hints_nothing_changes() -> None:
    ab, hint, _, l_hw = scene()
    assert adhere(ab, hint, np.zeros(SIZE, np.float32), l_hw) is ab


def test_a_wholly_hinted_cell_has_exactly_the_hints_colour() -> None:
    ab, hint, mask, l_hw = scene()
    out = adhere(ab, hint, mask, l_hw)
    assert np.allclose(out[mask == 1], (-50.0, 30.0), atol=1e-4)


def test_the_change_stays_on_its_side_of_an_edge() -> None:
    ab, hint, mask, l_hw = scene()
    moved = np.abs(adhere(ab, hint, mask, l_hw)).sum(-1)
    assert moved[:, :20].mean() > 10 * moved[:, 28:].mean()


def test_a_hint_that_is_reached_already_moves_nothing() -> None:
    ab, hint, mask, l_hw = scene()
    ab = ab + np.float32([-50.0, 30.0])
    assert np.allclose(adhere(ab, hint, mask, l_hw), ab, atol=1e-3)


def test_everything_hinted_is_copied() -> None:
    ab, _, _, l_hw = scene()
    truth = np.random.default_rng(0).normal(0, 30, ab.shape).astype(np.float32)
    assert np.allclose(adhere(ab, truth, np.ones(SIZE, np.float32), l_hw), truth, atol=1e-4)
