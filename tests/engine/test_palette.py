"""Suggestions are distinct, in gamut, of the picture's lightness, and explain the distribution."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from huewise.color import ab313, delta_e_76, in_gamut, rgb512
from huewise.engine.palette import APART, suggest, suggest_rgb

BINS = ab313()
CENTERS = BINS.centers


@settings(max_examples=15)
@given(st.integers(0, 1000), st.floats(5, 95))
def test_suggestions_are_distinct_and_keep_the_lightness(seed: int, lightness: float) -> None:
    p = np.random.default_rng(seed).dirichlet(np.full(len(CENTERS), 0.05)).astype(np.float32)
    found = suggest(p, BINS, lightness, 9)
    labs = np.array([s.lab for s in found], np.float32)  # as they were fitted into the gamut
    assert 1 <= len(found) <= 9
    assert np.allclose(labs[:, 0], lightness, atol=0.3)
    assert in_gamut(labs).all() if lightness < 93 else True
    for i in range(len(labs)):
        assert all(delta_e_76(labs[i], labs[j]) >= APART for j in range(i))


def test_two_modes_give_the_two_colours_first() -> None:
    p = np.full(len(CENTERS), 1e-6, np.float32)
    red, blue = (int(np.square(CENTERS - ab).sum(1).argmin()) for ab in ((50, 30), (0, -40)))
    p[red], p[blue] = 0.6, 0.4
    first, second = suggest(p / p.sum(), BINS, 50.0, 9)[:2]
    assert delta_e_76(np.array(first.lab), np.array([50, *CENTERS[red]])) < 3
    assert delta_e_76(np.array(second.lab), np.array([50, *CENTERS[blue]])) < 3
    assert first.probability > second.probability


def test_the_same_distribution_gives_the_same_palette() -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(len(CENTERS))).astype(np.float32)
    assert suggest(p, BINS, 40.0, 9) == suggest(p.copy(), BINS, 40.0, 9)


def test_of_a_drawing_suggestions_have_their_own_lightness_and_paper_is_white() -> None:
    bins = rgb512()
    p = np.full(512, 1e-6, np.float32)
    p[bins.encode([[0.85, 0.95, 0.95], [0.95, 0.95, 0.85], [0.1, 0.1, 0.6]])] = 0.35, 0.3, 0.3
    white, navy = suggest_rgb(p / p.sum(), bins, 9)[:2]
    assert white.color == "#ffffff" and white.probability > 0.6
    assert navy.lab[0] < 30
