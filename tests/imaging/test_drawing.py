import numpy as np
import pytest
from scipy import ndimage

from huewise import imaging
from huewise.imaging.drawing import drawing_probability, is_drawing, statistics


def lines(size=(300, 400), width=2):
    rng = np.random.default_rng(0)
    field = ndimage.zoom(
        ndimage.gaussian_filter(rng.random((60, 80)), 4), (size[0] / 60, size[1] / 80), order=3
    )
    field = (field - field.mean()) / field.std()
    dy, dx = np.gradient(field)
    steps = np.abs(field[..., None] - np.linspace(-2, 2, 9)).min(-1) / np.maximum(np.hypot(dx, dy), 1e-4)
    return np.where(steps < width / 2, 0, 255).astype(np.uint8)


def photograph(size=(300, 400), seed=0):
    """Blurred noise of many scales over a slope of light, with grain."""
    rng = np.random.default_rng(seed)
    y = np.mgrid[: size[0], : size[1]][0] / size[0]
    out = 0.45 + 0.25 * y
    for sigma in (2, 6, 18, 50):
        layer = ndimage.gaussian_filter(rng.normal(size=size), sigma)
        out = out + 0.12 * layer / layer.std()
    return np.rint(255 * np.clip(out + rng.normal(0, 0.01, size), 0, 1)).astype(np.uint8)


@pytest.mark.parametrize("size", [(200, 260), (1500, 1100)])
def test_lines_on_paper_are_a_drawing(size):
    assert is_drawing(imaging.read(lines(size, width=max(2, size[0] // 200))))


@pytest.mark.parametrize("seed", range(5))
def test_tones_everywhere_are_a_photograph(seed):
    assert not is_drawing(imaging.read(photograph(seed=seed)))


def test_toned_grainy_paper_and_white_on_black_are_drawings_too():
    rng = np.random.default_rng(0)
    scan = np.where(lines() == 0, 50, 200) + rng.normal(0, 4, (300, 400))
    assert is_drawing(imaging.read(scan.astype(np.uint8)))
    assert is_drawing(imaging.read(255 - lines()))


@pytest.mark.parametrize("ink", [0, 255])
def test_lines_on_a_transparent_ground_are_a_drawing(ink):
    rgba = np.full((300, 400, 4), ink, np.uint8)
    rgba[..., 3] = 255 - lines()
    assert is_drawing(imaging.read(rgba))


def test_faint_and_coloured_pencil_are_drawings_too():
    rng = np.random.default_rng(0)
    pencil = np.where(lines() == 0, 215, 250) + rng.normal(0, 1, (300, 400))
    assert is_drawing(imaging.read(pencil.astype(np.uint8)))
    for color in ((250, 220, 60), (255, 240, 120), (170, 205, 255)):
        rgb = np.where(lines()[..., None] == 0, np.array(color), 255).astype(np.uint8)
        assert is_drawing(imaging.read(rgb))


@pytest.mark.parametrize("page", [255, (255, 255, 255), (250, 240, 215)])
def test_a_page_without_lines_is_a_drawing(page):
    """So that it stays as it is."""
    assert is_drawing(
        imaging.read(np.zeros((300, 400, *np.shape(page)), np.uint8) + np.array(page, np.uint8))
    )


def test_the_probability_is_one_and_does_not_fail_on_odd_pictures():
    for odd in (np.zeros((1, 1)), np.full((3, 900), 255), np.full((64, 64), 128)):
        assert 0.0 <= drawing_probability(imaging.read(odd.astype(np.uint8))) <= 1.0


def test_statistics_are_the_same_for_a_negative():
    l_hw = lines() / 255.0
    assert np.allclose(statistics(l_hw), statistics(1 - l_hw), atol=0.04)
