"""Weights among small pixels: what they are, and that they take memory for a line, not for a square."""

import tracemalloc

import numpy as np
import pytest

from huewise.propagate.guided_upsample import GuidedUpsampler
from huewise.propagate.joint_upsample import JointUpsampler
from huewise.propagate.resample import along_x, along_y, cubic_band, gaussian_band, low_coordinates

LONG = 200_000  # pixels: a wide picture one pixel high
A_PIXEL = 150  # bytes for each of them; a matrix to 512 small pixels would take 2048


def cubic(d: float) -> float:
    """Keys 1981, equation 15, a = -1/2."""
    if d <= 1:
        return 1.5 * d**3 - 2.5 * d**2 + 1
    return -0.5 * d**3 + 2.5 * d**2 - 4 * d + 2 if d < 2 else 0.0


@pytest.mark.parametrize(("length", "low_length"), [(40, 9), (9, 9), (3, 50), (1, 7), (7, 1)])
def test_cubic_weights_are_keys_with_the_edge_repeated(length: int, low_length: int) -> None:
    _, matrix = cubic_band(length, low_length).rows(0, length)
    reached = along_x(np.eye(low_length, dtype=np.float32), cubic_band(length, low_length)).T
    expected = np.zeros((length, low_length))
    for row, position in enumerate(low_coordinates(length, low_length)):
        for node in range(-3, low_length + 3):
            expected[row, min(max(node, 0), low_length - 1)] += cubic(abs(position - node))
    np.testing.assert_allclose(reached, expected, atol=1e-6)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-6)


def test_gaussian_weights_end_at_the_radius_and_at_the_edge() -> None:
    positions = np.array([0.0, 0.4, 3.5, 9.0])
    reached = along_x(np.eye(10, dtype=np.float32), gaussian_band(positions, 10, 1.5, 3)).T
    distance = np.abs(positions[:, None] - np.arange(10))
    np.testing.assert_allclose(reached, np.exp(-(distance**2) / 4.5) * (distance <= 3), atol=1e-6)


def test_along_x_and_along_y_are_products_with_the_matrix_at_any_block() -> None:
    planes = np.random.default_rng(0).random((2, 5, 12)).astype(np.float32)
    band = cubic_band(50, 12)
    matrix = band.rows(0, 50)[1]
    for block in (1, 7, 64):
        np.testing.assert_allclose(along_x(planes, band, block), planes @ matrix.T, atol=1e-5)
    turned = planes.swapaxes(1, 2)
    np.testing.assert_allclose(along_y(turned, band), (planes @ matrix.T).swapaxes(1, 2), atol=1e-5)


@pytest.mark.parametrize("upsampler", [GuidedUpsampler, JointUpsampler])
@pytest.mark.parametrize("turned", [False, True])
def test_a_line_of_pixels_takes_memory_for_a_line(upsampler: type, turned: bool) -> None:
    low, size = ((512, 16), (LONG, 1)) if turned else ((16, 512), (1, LONG))
    ab, guide = np.ones((*low, 2), np.float32), np.full(low, 50, np.float32)
    tracemalloc.start()
    try:
        made = upsampler(ab, guide, size).planes(0, np.full((1, size[1]), 50, np.float32))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    np.testing.assert_allclose(made, 1, atol=1e-3)
    assert peak < LONG * A_PIXEL + 16e6
