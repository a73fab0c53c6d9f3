"""Measures against scikit-image and against facts."""

import numpy as np
import pytest

from huewise.evaluation.metrics import bounded, colorfulness, mean_and_error, mean_chroma, psnr


def noise(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (20, 30, 3), dtype=np.uint8)


def test_psnr_is_scikit_images() -> None:
    metrics = pytest.importorskip("skimage.metrics")
    assert psnr(noise(0), noise(1)) == pytest.approx(metrics.peak_signal_noise_ratio(noise(0), noise(1)))


def test_equal_pictures_have_infinite_psnr() -> None:
    assert psnr(noise(0), noise(0)) == float("inf")


def test_gray_has_neither_chroma_nor_colourfulness() -> None:
    gray = np.repeat(noise(0)[..., :1], 3, -1)
    assert mean_chroma(gray) < 0.01
    assert colorfulness(gray) == 0.0


def test_colourfulness_is_signed_as_hasler_and_suesstrunk_wrote_it() -> None:
    halves = np.zeros((2, 2, 3), np.uint8)
    halves[0], halves[1] = (
        (200, 0, 0),
        (0, 200, 0),
    )  # rg = +-200, yb = 100: the absolute variant sees no deviation
    assert colorfulness(halves) == pytest.approx(200 + 0.3 * 100)


def test_an_equal_picture_counts_as_100_db_also_in_a_difference() -> None:
    assert (bounded([float("inf")]) - bounded([30.0])).tolist() == [70.0]
    mean, error = mean_and_error(bounded([20.0, float("inf")]))
    assert mean == 60.0
    assert error == pytest.approx(40.0)
