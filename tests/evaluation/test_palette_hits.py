"""A suggestion hits where it lies within ten of the truth; constants are chosen for coverage."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from huewise.evaluation.palette_hits import CONSTANT, NEAR, choose_constant, hits

pytestmark = pytest.mark.train

FAR = [(-80.0, 0.0)] * 3


def subject(true_ab: tuple[float, float], suggested: list[tuple[float, float]]) -> Any:
    """One colour all over, and a model that always suggests the same."""
    lab = np.broadcast_to(np.float32([60, *true_ab]), (40, 50, 3))
    palette = [SimpleNamespace(lab=(60.0, a, b)) for a, b in suggested]
    return SimpleNamespace(
        truth=np.zeros((40, 50, 3), np.uint8),
        lab=lab,
        rng=np.random.default_rng(0),
        opened=SimpleNamespace(palette=lambda x, y: palette),
    )


def test_a_first_suggestion_that_is_near_hits_in_every_count() -> None:
    made = hits(subject((50, 50), [(50 + NEAR - 0.1, 50), (0, 0)]))
    assert made["first 1"] == made["first 3"] == made["first 9"] == 1


def test_a_later_suggestion_counts_only_among_so_many() -> None:
    made = hits(subject((50, 50), [*FAR, (50, 50)]))
    assert (made["first 1"], made["first 3"], made["first 9"]) == (0, 0, 1)


def test_what_is_just_too_far_is_no_hit() -> None:
    assert hits(subject((50, 50), [(50 + NEAR + 0.1, 50)]))["first 9"] == 0


def test_constants_hit_where_the_truth_is_one_of_them() -> None:
    assert hits(subject(CONSTANT[0], FAR))["constant 3"] == 1
    assert hits(subject(CONSTANT[8], FAR))["constant 9"] == 1
    assert hits(subject((90, 90), FAR))["constant 9"] == 0


def test_the_fullest_cluster_is_chosen_first_and_covered_colours_choose_nothing_more() -> None:
    rng = np.random.default_rng(1)
    red, blue = np.float32([50, 60, 40]), np.float32([50, 0, -50])
    colors = np.concatenate([blue + rng.normal(0, 1, (30, 3)), red + rng.normal(0, 1, (90, 3))])
    chosen = choose_constant(colors.astype(np.float32), n=5)
    assert len(chosen) == 2
    assert np.hypot(*(np.array(chosen[0]) - red[1:])) < NEAR
    assert np.hypot(*(np.array(chosen[1]) - blue[1:])) < NEAR
