"""Hints for training tell the truth of the paper, and stay in the area that they begin in."""

import numpy as np
import pytest

from huewise.training.lineart_hints import LineartHintMix, simulate_hints

SEEDS = range(20)


def scene() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Two areas, red and blue (64 x 64), parted by a black line that no area's border follows exactly."""
    labels = np.zeros((64, 64), np.int32)
    labels[:, 32:] = 1
    rgb = np.zeros((64, 64, 3), np.float32)
    rgb[:, :32], rgb[:, 32:] = (0.9, 0.1, 0.1), (0.1, 0.1, 0.9)
    paper = np.ones((64, 64), np.float32)
    paper[:, 29:35] = 0.0
    rgb[:, 29:35] = 0.0
    return rgb, paper, labels


@pytest.mark.parametrize("kind", [{}, {"strokes": 1.0, "regions": 0.0}, {"strokes": 0.0, "regions": 1.0}])
def test_a_hint_tells_the_colour_of_its_own_area_and_never_that_of_ink(kind: dict[str, float]) -> None:
    rgb, paper, labels = scene()
    for seed in SEEDS:
        mix = LineartHintMix(none=0.0, **kind)
        hint, _ = simulate_hints(rgb, paper, labels, np.random.default_rng(seed), mix)
        told = hint[..., 3] > 0
        assert told.any()
        for area, color in ((0, (0.9, 0.1, 0.1)), (1, (0.1, 0.1, 0.9))):
            assert np.allclose(hint[told & (labels == area)][:, :3], color)


def test_windows_without_a_hint_are_as_many_as_the_mix_says() -> None:
    rgb, paper, labels = scene()
    rng = np.random.default_rng(0)
    made = [simulate_hints(rgb, paper, labels, rng, LineartHintMix(none=0.3, most=2.0)) for _ in range(200)]
    assert np.mean([not hint.any() for hint, _ in made]) == pytest.approx(0.3, abs=0.1)
    assert all(hint.any() == fill.any() for hint, fill in made)


def test_the_flood_fills_the_hinted_areas_and_no_other() -> None:
    rgb, paper, labels = scene()
    for seed in SEEDS:
        hint, fill = simulate_hints(
            rgb, paper, labels, np.random.default_rng(seed), LineartHintMix(none=0.0, most=2.0)
        )
        hinted = np.unique(labels[hint[..., 3] > 0])
        assert np.array_equal(fill[..., 3] > 0, np.isin(labels, hinted))
