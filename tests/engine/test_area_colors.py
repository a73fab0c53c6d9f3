"""Colours drawn for the areas of a drawing: from the area's own distribution, none that hides the lines."""

import numpy as np
import pytest

from huewise.color import rgb512
from huewise.engine.area_colors import drawn_colors

BINS = rgb512()
SIDE = 20
GOLD = (6, 5, 0)  # levels 0..7 of red, green, blue


def areas() -> np.ndarray:
    """(20, 20): 324 inner areas of one cell each, numbered from 1; all along the border is 0."""
    labels = np.zeros((SIDE, SIDE), np.int32)
    labels[1:-1, 1:-1] = np.arange(1, (SIDE - 2) ** 2 + 1).reshape(SIDE - 2, SIDE - 2)
    return labels


def distribution(shares: dict[tuple[int, int, int], float]) -> np.ndarray:
    """(20, 20, 512): the same for each cell, {levels: probability}."""
    p_q = np.zeros(512, np.float32)
    for (red, green, blue), share in shares.items():
        p_q[64 * red + 8 * green + blue] = share
    return np.broadcast_to(p_q, (SIDE, SIDE, 512)).copy()


def drawn(shares: dict[tuple[int, int, int], float], temperature: float = 0.6) -> np.ndarray:
    """Levels (324, 3) of the inner areas' colours."""
    rgb_n3, got_n = drawn_colors(distribution(shares), areas(), BINS, temperature)
    assert got_n[1:].all()
    return np.rint(rgb_n3[1:] * 7)


@pytest.mark.parametrize("temperature", [0.5, 1.0])
def test_a_colour_is_drawn_with_its_probability_to_the_power_of_one_over_t(temperature: float) -> None:
    a, b = 0.65 ** (1 / temperature), 0.35 ** (1 / temperature)
    golden = (drawn({GOLD: 0.65, (1, 2, 6): 0.35}, temperature) == GOLD).all(1).mean()
    assert golden == pytest.approx(a / (a + b), abs=0.05)


@pytest.mark.parametrize(("level", "is_drawn"), [(2, False), (3, True)])
def test_a_colour_that_hides_the_lines_is_never_drawn(level: int, is_drawn: bool) -> None:
    """Up to 0.35 of the highest channel: 2 of 7 levels hide black lines, 3 of 7 do not."""
    made = drawn({(level, level, 1): 0.97, GOLD: 0.03}, 0.3)
    assert (made == (level, level, 1)).all(1).any() == is_drawn
    assert is_drawn or (made == GOLD).all()


@pytest.mark.parametrize(("white", "is_white"), [(0.6, True), (0.4, False)])
def test_an_area_is_white_where_that_is_likelier_than_not_and_never_else(
    white: float, is_white: bool
) -> None:
    made = drawn({(7, 7, 7): white, GOLD: 1 - white})
    assert (made == (7 if is_white else GOLD)).all()


def test_background_and_specks_get_no_colour_of_their_own() -> None:
    labels = np.zeros((60, 60), np.int32)
    labels[10:12, 10:13] = 1  # 6 of 3600 cells: less than 0.002
    labels[30:33, 30:33] = 2
    _, got_n = drawn_colors(distribution({GOLD: 1.0}).repeat(3, 0).repeat(3, 1), labels, BINS, 0.6)
    assert got_n.tolist() == [0, 0, 1]
