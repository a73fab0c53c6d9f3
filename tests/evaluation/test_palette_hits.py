"""A suggestion hits where it lies within ten of the truth; constants are chosen for coverage."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")

from huewise.evaluation import palette_hits
from huewise.evaluation.palette_hits import CONSTANT, NEAR, choose_constant, hits, hits_with_a_hint

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


def test_a_hint_of_the_segment_is_given_and_its_own_patch_is_not_asked_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rgb = np.full((60, 80, 3), (200, 60, 60), np.uint8)
    label_hw = np.zeros((60, 80), np.uint8)
    label_hw[10:50, 20:60] = 1
    asked: list[tuple[float, float]] = []

    def palette(x: float, y: float, hints: Any = ()) -> list[SimpleNamespace]:
        asked.append((x, y))
        ab = hints[0].lab[1:] if hints else (-80.0, 0.0)
        return [SimpleNamespace(lab=(50.0, -80.0, 0.0)), SimpleNamespace(lab=(51.0, *ab))]

    colorizer: Any = SimpleNamespace(open=lambda _: SimpleNamespace(palette=palette))
    monkeypatch.setattr(palette_hits, "labelled", lambda _: iter([("a", rgb, label_hw)] * 3))
    found = hits_with_a_hint(Path("none"), colorizer, limit=2)
    assert found == {"first 9": (0.0, 1.0), "first 3": (0.0, 1.0), "first 1": (0.0, 0.0)}
    assert len(asked) == 2 * 2 * palette_hits.PLACES
    assert all(label_hw[int(y), int(x)] == 1 for x, y in asked)
    assert all(max(abs(x - 39.5), abs(y - 29.5)) > 6 for x, y in asked)
