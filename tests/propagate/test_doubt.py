"""A belief about colour errors: asked is what is doubtful, and an answer tells what errs alike."""

import numpy as np
import pytest
from numpy.typing import NDArray

from huewise.color import ab313
from huewise.propagate.doubt import Doubt, _telling, belief_shape, variance

F32 = NDArray[np.float32]
H, W = 24, 32
BINS = ab313()
BLUE, RED, GRAY = (int(BINS.encode(ab)) for ab in ((0.0, -60.0), (60.0, 30.0), (0.0, 0.0)))


def left_half_unknown() -> Doubt:
    """Left half: blue or red, nobody knows; right half: surely gray; an edge of lightness between them."""
    p = np.zeros((H, W, 313), np.float32)
    p[:, : W // 2, BLUE], p[:, : W // 2, RED] = 0.6, 0.4
    p[:, W // 2 :, GRAY] = 1.0
    l_hw = np.full((H, W), 40.0, np.float32)
    l_hw[:, W // 2 :] = 70.0
    return Doubt.of(p, l_hw, BINS.centers)


def asked(doubt: Doubt) -> F32:
    region = doubt.question()
    assert region is not None
    return region


def test_the_question_is_the_doubtful_object_and_stops_at_its_edge() -> None:
    region = asked(left_half_unknown())
    assert region.shape == (H, W)
    assert region[:, W // 2 + 2 :].max() == 0.0
    assert region[:, : W // 2 - 1].mean() > 0.6
    assert 0.0 <= region.min() < region.max() == 1.0


def test_a_question_is_about_half_of_the_picture_at_most() -> None:
    p = np.full((H, W, 313), 1e-6, np.float32)
    p[..., BLUE] = p[..., RED] = 0.5
    ramp = np.linspace(40, 50, W, dtype=np.float32)
    region = asked(Doubt.of(p, np.tile(ramp, (H, 1)), BINS.centers))
    assert 0.3 < (region > 0).mean() <= 0.5 + 1 / W


def test_variance_is_the_expected_squared_distance_from_the_mean() -> None:
    p = np.zeros((2, 313), np.float32)
    p[0, BLUE], p[0, RED], p[1, GRAY] = 0.6, 0.4, 1.0
    distance = float(np.linalg.norm(BINS.centers[BLUE] - BINS.centers[RED]))
    assert variance(p, BINS.centers) == pytest.approx([0.24 * distance**2, 0.0], rel=1e-4, abs=1e-3)


def test_an_answer_moves_its_region_by_what_the_mean_lacked_and_what_is_sure_hardly() -> None:
    doubt = left_half_unknown()
    region = asked(doubt)
    moved = doubt.told(region, np.array([1.0, 0.0], np.float32))[0][..., 0]
    assert (moved * region).sum() / region.sum() == pytest.approx(1.0, abs=0.03)
    assert np.abs(moved[:, W // 2 + 2 :]).max() < 0.1


def test_what_was_answered_is_not_doubtful_any_more() -> None:
    doubt = left_half_unknown()
    region = asked(doubt)
    _, after = doubt.told(region, np.zeros(2, np.float32))
    assert after.gain(region) < 0.05 * doubt.gain(region)


def test_no_other_map_is_expected_to_gain_more_than_the_question() -> None:
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.full(313, 0.05), 16 * 16).astype(np.float32).reshape(16, 16, 313)
    l_hw = np.repeat(np.repeat(rng.uniform(10, 90, (4, 4)), 4, 0), 4, 1).astype(np.float32)
    doubt = Doubt.of(p, l_hw, BINS.centers)
    best = doubt.gain(asked(doubt))
    for _ in range(50):
        y, x = rng.integers(0, 13, 2)
        other = np.zeros((16, 16), np.float32)
        other[y : y + 4, x : x + 4] = 1.0
        assert doubt.gain(other) < best * 1.02


def test_what_hints_have_told_is_not_asked() -> None:
    doubt, predicted = left_half_unknown(), np.zeros((H, W, 2), np.float32)
    hinted = np.zeros((H, W), np.float32)
    hinted[H // 2, W // 4] = 1.0
    hint = np.full((H, W, 2), 8.0, np.float32)
    moved, after = doubt.after(hint, hinted, predicted)
    assert after.gain(asked(doubt)) < 0.3 * doubt.gain(asked(doubt))
    assert moved[H // 2, W // 4] == pytest.approx(8.0, abs=2.5)
    assert np.abs(moved[:, W // 2 + 2 :]).max() < 1.0


@pytest.mark.parametrize(("lacked", "hinted"), [(60.0, 1.0), (6.0, 0.05)])
def test_a_hint_that_cannot_be_is_believed_less_and_a_cell_that_is_hardly_hinted_too(
    lacked: float, hinted: float
) -> None:
    doubt, predicted = left_half_unknown(), np.zeros((H, W, 2), np.float32)
    where = np.zeros((H, W), np.float32)
    where[H // 2, 3 * W // 4] = 1.0  # surely gray

    def follows(by: float, share: float) -> float:
        moved_hw2, _ = doubt.after(np.full((H, W, 2), by, np.float32), share * where, predicted)
        return float(moved_hw2[H // 2 + 2, 3 * W // 4, 0]) / by

    assert follows(lacked, hinted) < 0.7 * follows(6.0, 1.0)


def own_errors_alone(l_hw: F32 | None) -> Doubt:
    """No latents: each cell errs by 10 ab units on its own."""
    n = H * W
    l_n = None if l_hw is None else l_hw.ravel()
    return Doubt(np.zeros((2, n, 1), np.float32), np.eye(1, dtype=np.float32), np.full(n, 100.0), (H, W), l_n)


def test_what_no_latent_explains_reaches_cells_that_are_near_and_as_light() -> None:
    l_hw = np.full((H, W), 30.0, np.float32)
    l_hw[:, W // 2 :] = 90.0
    where = np.zeros((H, W), np.float32)
    where[H // 2, W // 2 - 2] = 1.0
    hint, predicted = np.full((H, W, 2), 8.0, np.float32), np.zeros((H, W, 2), np.float32)
    moved_hw2, _ = own_errors_alone(l_hw).after(hint, where, predicted)
    a_w = moved_hw2[H // 2, :, 0]
    assert 4.0 < a_w[W // 2 - 2] < 8.0
    assert a_w[W // 2 - 2] > a_w[W // 2 - 3] > a_w[W // 2 - 6] > a_w[0] >= 0.0
    assert a_w[W // 2 - 4] > 20.0 * a_w[W // 2]  # as far away, beyond the edge
    alone_hw2, _ = own_errors_alone(None).after(hint, where, predicted)
    assert np.count_nonzero(alone_hw2[..., 0]) == 1


def test_more_hinted_cells_than_can_be_reckoned_with_still_tell_their_colour() -> None:
    doubt = own_errors_alone(np.full((H, W), 50.0, np.float32))
    everywhere, eight = np.ones((H, W), np.float32), np.full((H, W, 2), 8.0, np.float32)
    whole_hw2, _ = doubt.after(eight, everywhere, np.zeros_like(eight))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huewise.propagate.doubt._MOST_TOLD", 300)
        thinned_hw2, _ = doubt.after(eight, everywhere, np.zeros_like(eight))
    assert np.abs(thinned_hw2 - whole_hw2).mean() < 0.8
    assert thinned_hw2.min() > 4.0


def test_a_point_beside_a_large_hint_keeps_its_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huewise.propagate.doubt._MOST_TOLD", 200)
    where, hint = np.zeros((H, W), np.float32), np.zeros((H, W, 2), np.float32)
    where[:, : W // 2], hint[:, : W // 2] = 1.0, -8.0
    places = [(H // 2 + i, W - 4 + i) for i in range(2)]
    for y, x in places:
        where[y, x], hint[y, x] = 1.0, 8.0
    where[3, 3], hint[3, 3] = 1.0, 8.0  # and one on it
    cells = set(_telling(hint, where))
    assert {y * W + x for y, x in [*places, (3, 3)]} <= cells
    assert len(cells) <= 200
    moved_hw2, _ = own_errors_alone(np.full((H, W), 50.0, np.float32)).after(hint, where, 0.0 * hint)
    assert all(moved_hw2[y, x, 0] > 4.0 for y, x in places)
    assert moved_hw2[:, : W // 2 - 1, 0].mean() < -5.0


def test_no_hinted_cell_tells_nothing() -> None:
    doubt, none = own_errors_alone(np.full((H, W), 50.0, np.float32)), np.zeros((H, W, 2), np.float32)
    moved_hw2, left = doubt.after(none, none[..., 0], none)
    assert not moved_hw2.any()
    assert np.array_equal(left.own_n, doubt.own_n)


def test_without_a_distribution_likeness_is_one_of_lightness_and_place() -> None:
    l_hw = np.full((16, 16), 20.0, np.float32)
    l_hw[:, 8:] = 80.0
    factor_nk = Doubt.of(None, l_hw, None).factor_cnk[0]
    near = (factor_nk @ factor_nk.T).reshape(16, 16, 16, 16)[8, 4]
    assert near[8, 5] > near[8, 7] > near[8, 8]


@pytest.mark.parametrize("size", [(64, 64), (64, 256), (3, 2000), (1, 1)])
def test_a_belief_is_about_so_few_cells_that_all_pairs_fit(size: tuple[int, int]) -> None:
    h, w = belief_shape(*size)
    assert 1 <= h * w <= 1536
    assert h <= size[0]
    assert w <= size[1]


def test_errors_seen_everywhere_are_explained_as_the_gaussian_posterior_has_it() -> None:
    rng = np.random.default_rng(0)
    factor = rng.normal(0, 5, (2, 6, 3)).astype(np.float32)
    latent = np.diag([1.0, 0.5, 2.0]).astype(np.float32)
    doubt = Doubt(factor, latent, np.ones(6, np.float32), (2, 3))
    seen, noise = rng.normal(0, 10, (2, 3, 2)).astype(np.float32), 40.0
    joined = factor.reshape(12, 3)
    covariance = joined @ latent @ joined.T
    values = seen.reshape(6, 2).T.ravel()
    wanted = covariance @ np.linalg.solve(covariance + noise * np.eye(12), values)
    made = doubt.explained(seen, noise)
    np.testing.assert_allclose(made.reshape(6, 2).T.ravel(), wanted, rtol=1e-3, atol=1e-3)
