"""Simulated hints reveal what zhang2017 section 3.2 says they reveal."""

import numpy as np
import pytest

from huewise.training.hint_simulation import HintMix, draw_patches, flood, simulate, stroke

SIZE = 64


def batch(n: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 30, (n, SIZE, SIZE, 2)).astype(np.float32), rng.uniform(
        0, 100, (n, SIZE, SIZE)
    ).astype(np.float32)


def drawn(ab: np.ndarray, patches: list[list[float]]) -> tuple[np.ndarray, np.ndarray]:
    hint, mask = np.zeros_like(ab), np.zeros(ab.shape[:3], np.float32)
    draw_patches(ab, hint, mask, np.array(patches, float))
    return hint, mask


def test_a_patch_tells_the_mean_colour_of_what_it_covers() -> None:
    ab, _ = batch(1)
    hint, mask = drawn(ab, [[0, 10, 20, 4]])
    assert np.allclose(hint[0, 8:12, 18:22], ab[0, 8:12, 18:22].mean((0, 1)), atol=1e-3)
    assert mask[0].sum() == pytest.approx(16)


def test_half_covered_cells_are_half_hinted() -> None:
    ab, _ = batch(1)
    _, mask = drawn(ab, [[0, 10.0, 10.0, 1.0]])
    assert mask[0].sum() == pytest.approx(1.0)
    assert mask[0, 9, 9] == pytest.approx(0.25)


def test_the_later_of_two_patches_lies_on_top() -> None:
    ab, _ = batch(1)
    both, _ = drawn(ab, [[0, 10, 10, 4], [0, 11, 11, 4]])
    alone, _ = drawn(ab, [[0, 11, 11, 4]])
    assert np.array_equal(both[0, 9:13, 9:13], alone[0, 9:13, 9:13])


def test_points_have_mean_number_eight_and_gather_in_the_centre() -> None:
    ab, l_hw = batch(300)
    only_points = HintMix(none=0, full=0, dense=0, regions=0, strokes=0)
    _, mask = simulate(ab, l_hw, np.random.default_rng(1), only_points)
    centre = mask[:, 16:48, 16:48].sum()
    assert (
        centre / mask.sum() > 0.4
    )  # a Gaussian with a quarter of the side as deviation: 47 %; uniform: 25 %
    assert 20 < mask.sum((1, 2)).mean() < 120  # eight patches of 0.25 to 20 cells


@pytest.mark.parametrize(("kind", "share"), [("none", 0.0), ("full", 1.0)])
def test_nothing_or_everything_is_revealed_when_the_mix_says_so(kind: str, share: float) -> None:
    ab, l_hw = batch(4)
    mix = HintMix(**{name: float(name == kind) for name in ("none", "full", "dense", "regions", "strokes")})
    hint, mask = simulate(ab, l_hw, np.random.default_rng(0), mix)
    assert mask.mean() == share
    assert np.array_equal(hint, ab * share)


def test_a_segment_is_connected_and_of_one_colour() -> None:
    ab, l_hw = np.zeros((SIZE, SIZE, 2), np.float32), np.full((SIZE, SIZE), 50, np.float32)
    ab[:, 32:] = (40, 0)
    for seed in range(5):
        segment = flood(ab, l_hw, np.random.default_rng(seed))
        assert segment[:, :32].all() != segment[:, 32:].all()


def test_a_stroke_stays_in_its_segment() -> None:
    segment = np.zeros((SIZE, SIZE), bool)
    segment[10:20, 5:60] = True
    line = stroke(segment, np.random.default_rng(0))
    assert line.any()
    assert not (line & ~segment).any()
