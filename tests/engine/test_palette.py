"""Suggestions are distinct, in gamut, of the picture's lightness, and explain the distribution."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huewise.color import ab313, delta_e_76, in_gamut, rgb512
from huewise.engine import Colorizer
from huewise.engine.palette import APART, suggest, suggest_rgb
from huewise.errors import UsageError
from tests.engine.fakes import Decode, Encode, spec

BINS = ab313()
CENTERS = BINS.centers


@settings(max_examples=15, deadline=None)  # the first one makes tables
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


def test_a_suggestion_lies_between_bins_where_most_of_the_probability_is() -> None:
    p = np.zeros(len(CENTERS), np.float32)
    for ab in ((20, 20), (30, 20)):
        p[BINS.encode([ab])] = 0.5
    assert np.allclose(suggest(p, BINS, 60.0, 1)[0].lab, (60, 25, 20), atol=1.0)


def test_no_suggestion_is_spent_on_colours_that_a_lightness_does_not_have() -> None:
    p = np.zeros(len(CENTERS), np.float32)
    p[BINS.encode([[0, 0]])], p[BINS.encode([[70, -70]])] = 0.3, 0.7  # no screen shows such a light violet
    assert np.abs(suggest(p, BINS, 92.0, 1)[0].lab[1:]).max() < 3.0


def test_colours_outside_the_gamut_are_fitted_where_nothing_else_is_likely() -> None:
    p = np.zeros(len(CENTERS), np.float32)
    p[BINS.encode([[70, -70]])] = 1.0
    (only,) = suggest(p, BINS, 92.0, 1)
    assert only.lab[1] > 3.0 and only.lab[2] < -3.0 and only.probability > 0.5


def test_nine_suggestions_cover_more_of_a_broad_distribution_than_nine_bins() -> None:
    ab = np.random.default_rng(0).normal((10.0, 15.0), 16.0, (4000, 2))
    p = BINS.histogram(ab)
    found = np.array([s.lab[1:] for s in suggest(p, BINS, 60.0, 9)])
    likeliest = CENTERS[np.argsort(-p)[:9]]
    covered, by_bins = (
        float((np.hypot(*(ab[:, None] - some).transpose(2, 0, 1)).min(1) <= 10.0).mean())
        for some in (found, likeliest)
    )
    assert covered > by_bins + 0.05


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


@pytest.mark.parametrize("k", [0, -1])
def test_no_suggestion_at_all_is_no_wish(k: int) -> None:
    p = np.full(313, 1 / 313, np.float32)
    with pytest.raises(UsageError, match="at least 1"):
        suggest(p, ab313(), 50.0, k)


class TwoColors(Decode):
    """Cells left of the eleventh column are surely red, the others surely blue."""

    def run(self, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        made = super().run(feeds)
        made["logits"][:] = -20.0
        made["logits"][:, BINS.encode([[40, 30]]), :, :11] = made["logits"][
            :, BINS.encode([[10, -50]]), :, 11:
        ] = 20.0
        return made


@pytest.mark.parametrize("times", [1, 4])
def test_each_side_of_an_edge_within_a_cell_has_its_own_suggestions(times: int) -> None:
    edge = 42 * times + times // 2  # the cell of the network's columns 40 to 43 is split
    gray = np.full((64 * times, 64 * times), 60, np.uint8)
    gray[:, edge:] = 180
    opened = Colorizer(spec(), {"encode.onnx": Encode(), "decode.onnx": TwoColors()}).open(gray)
    assert opened.palette(edge - 1, 30)[0].lab[2] > 20.0
    assert opened.palette(edge, 30)[0].lab[2] < -20.0
