"""A network fitted to the hints of one picture."""

import numpy as np
import pytest
import torch

from huewise.engine import Colorizer
from huewise.engine.classical import SOLVERS, solver
from huewise.evaluation.deepprop import CLASSES, colors_of, deepprop
from huewise.hints import Point
from huewise.models import installed


def two_halves(h: int = 32, w: int = 40) -> np.ndarray:
    """Lightness: dark left half, light right half."""
    return (np.where(np.arange(w) < w // 2, 30.0, 70.0) + np.zeros((h, 1))).astype(np.float32)


def hinted(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """One patch of hints on each side."""
    ab, mask = np.zeros((*shape, 2), np.float32), np.zeros(shape, np.float32)
    for x, color in ((6, (40, 0)), (32, (-40, 10))):
        ab[12:19, x - 3 : x + 4], mask[12:19, x - 3 : x + 4] = color, 1
    return ab, mask


def quick(ab: np.ndarray, mask: np.ndarray, l_hw: np.ndarray) -> np.ndarray:
    """The method with hardly any training."""
    return deepprop(ab, mask, l_hw, steps=3)


def test_no_hint_is_gray() -> None:
    l_hw = two_halves()
    assert not deepprop(np.zeros((*l_hw.shape, 2), np.float32), np.zeros_like(l_hw), l_hw).any()


def test_hints_everywhere_are_copied() -> None:
    l_hw = two_halves()
    ab = np.random.default_rng(1).normal(0, 40, (*l_hw.shape, 2)).astype(np.float32)
    assert np.abs(deepprop(ab, np.ones_like(l_hw), l_hw) - ab).max() < 1e-4
    nearly = np.ones_like(l_hw)
    nearly[0, 0] = 0
    made = deepprop(ab, nearly, l_hw, steps=2)
    assert np.abs(made - ab)[nearly > 0].max() < 1e-4


def test_colours_go_to_their_side_of_the_edge_and_hints_are_kept() -> None:
    l_hw = two_halves()
    ab, mask = hinted(l_hw.shape)
    made = deepprop(ab, mask, l_hw)
    assert np.abs(made - ab)[mask > 0].max() < 1e-4
    assert made[2, 2, 0] > 25 and made[-2, 12, 0] > 25
    assert made[2, 37, 0] < -25 and made[-2, 27, 0] < -25


def test_the_same_hints_give_the_same_colours_and_leave_the_random_numbers_alone() -> None:
    l_hw = two_halves()
    torch.manual_seed(5)
    state = torch.random.get_rng_state()
    first, second = (deepprop(*hinted(l_hw.shape), l_hw, steps=20) for _ in range(2))
    assert np.array_equal(first, second)
    assert torch.equal(torch.random.get_rng_state(), state)


def test_few_colours_stand_for_many() -> None:
    ab = np.random.default_rng(0).uniform(-80, 80, (500, 2)).astype(np.float32)
    color_k2, class_n = colors_of(ab)
    assert len(color_k2) <= CLASSES and class_n.shape == (500,)
    assert np.abs(color_k2[class_n] - ab).mean() < 20
    color_k2, class_n = colors_of(np.array([[1, 2], [30, 40], [1, 2]], np.float32))
    assert np.array_equal(color_k2[class_n], [[1, 2], [30, 40], [1, 2]])


def test_it_is_a_model_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    assert solver("deepprop") is deepprop
    monkeypatch.setitem(SOLVERS, "deepprop", f"{__name__}:quick")
    assert "deepprop" in [model.spec.name for model in installed()]
    opened = Colorizer.load("deepprop").open(np.full((20, 20), 120, np.uint8))
    ab = opened.colorize([Point(10, 10, (50.0, 30.0, 20.0), radius=3)]).ab
    assert np.abs(ab[10, 10] - (30, 20)).max() < 2
