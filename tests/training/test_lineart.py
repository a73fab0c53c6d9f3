from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")

from huewise.color import lab_to_lch, lch512, rgb512, rgb_to_lab  # noqa: E402
from huewise.training import lineart  # noqa: E402
from huewise.training.lineart import (  # noqa: E402
    bins_of,
    build,
    classification_losses,
    drawn_losses,
    paper_entropy,
    prior,
    regression_losses,
    train_lineart,
    window_batches,
    wrong_chroma,
)
from huewise.training.lineart_data import Drawings, Window  # noqa: E402
from huewise.training.pictures import list_pictures  # noqa: E402
from huewise.training.recipe import load_recipe  # noqa: E402

pytestmark = pytest.mark.train
RECIPES = (
    "inoue-regression",
    "inoue-classification",
    "inoue-rebalance",
    "inoue-lch",
    "inoue-chroma",
    "lineart",
)


@pytest.fixture(autouse=True)
def one_thread():
    """So small a network gains nothing from more, and loses much on a busy machine."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def sources(tmp_path: Path):
    rng = np.random.default_rng(0)
    for i in range(6):
        rgb = np.full((256, 270, 3), 255, np.uint8)
        for _ in range(4):
            y, x = rng.integers(0, 150, 2)
            rgb[y : y + 90, x : x + 90] = rng.integers(0, 256, 3)
        Image.fromarray(rgb).save(tmp_path / f"{i}.color.png")
    return list_pictures([tmp_path])


def tiny(name: str):
    recipe = load_recipe(name)
    phase = msgspec.structs.replace(recipe.phases[0], batch=2, window=64, until_step=1)
    size = (
        {"channels": (8, 8, 8, 16, 16), "attention": 1} if name == "lineart" else {**recipe.size, "width": 1}
    )
    return msgspec.structs.replace(recipe, phases=[phase], size=size)


@pytest.mark.parametrize("name", RECIPES)
def test_each_recipe_trains_a_step_and_keeps_a_checkpoint(name, sources, tmp_path):
    network = train_lineart(tiny(name), sources, tmp_path / "run")
    assert (tmp_path / "run" / "run.pt").exists()
    fresh = build(tiny(name))
    assert any(not torch.equal(a, b) for a, b in zip(network.parameters(), fresh.parameters(), strict=True))


def test_recipes_differ_only_in_what_the_paper_varies():
    a, b, c = (load_recipe(f"inoue-{n}") for n in ("classification", "rebalance", "lch"))
    assert a.phases == b.phases == c.phases == load_recipe("inoue-regression").phases
    assert a.data == b.data == c.data and a.seed == b.seed
    assert bins_of(b).space == "rgb" and bins_of(c).space == "lch"


def test_a_batch_of_the_product_shows_hints_that_tell_the_truth(sources):
    recipe = tiny("lineart")
    batch = next(window_batches(Drawings.of(sources, None), recipe.phases[0], recipe, seed=3))
    hinted = batch["hint"][..., 3] > 0
    assert hinted.any()
    assert np.abs(batch["hint"][..., :3] - batch["rgb"])[hinted].mean() < 0.1
    assert (batch["fill"][..., 3] >= batch["hint"][..., 3]).all()
    assert (batch["target"] <= batch["rgb"] + 1e-6).all(), "the ink of a derived drawing only darkens"


def test_the_right_distribution_costs_less_than_a_wrong_one():
    bins = rgb512()
    rgb = torch.rand(1, 3, 1, 1).expand(1, 3, 32, 32)
    right = torch.full((1, 512, 8, 8), -20.0)
    right[:, int(bins.encode(rgb[0, :, 0, 0].numpy()))] = 0.0
    batch = {"paper": torch.ones(1, 1, 32, 32), "rgb": rgb}
    good = classification_losses(lambda _: right, batch, bins, None, 0.0)["loss"]
    bad = classification_losses(lambda _: right.flip(1), batch, bins, None, 0.0)["loss"]
    assert good < bad


def test_rare_bins_weigh_what_the_weights_say():
    bins = rgb512()
    batch = {"paper": torch.ones(1, 1, 32, 32), "rgb": torch.full((1, 3, 32, 32), 0.45)}
    weights = torch.ones(512)
    weights[int(bins.encode(np.full(3, 0.45)))] = 3.0
    logits = torch.randn(1, 512, 8, 8, generator=torch.Generator().manual_seed(0))
    plain, weighted = (
        classification_losses(lambda _: logits, batch, bins, w, 0.0)["loss"]
        for w in (torch.ones(512), weights)
    )
    assert torch.isclose(weighted, 3.0 * plain)


def test_chroma_loss_equals_the_matrix_form():
    bins = lch512()
    rng = np.random.default_rng(0)
    p = torch.from_numpy(rng.dirichlet(np.ones(512), (1, 2, 3)).astype(np.float32)).permute(0, 3, 1, 2)
    index, share = bins.encode_soft(rng.uniform((0, 0, 0), (100, 120, 360), (1, 2, 3, 3)))
    z = bins.dense(index, share)
    chroma = bins.centers[:, 1]
    m_sat = (chroma[:, None] != chroma[None]).astype(np.float32)
    wanted = np.einsum("bhwi,ij,bjhw->bhw", z, m_sat, p.numpy())
    index_t, share_t = (
        torch.from_numpy(index).permute(0, 3, 1, 2).long(),
        torch.from_numpy(share).permute(0, 3, 1, 2),
    )
    assert np.allclose(wrong_chroma(p, index_t, share_t).numpy(), wanted, atol=1e-5)


def test_ink_hides_what_is_under_it_from_the_loss():
    clean = torch.ones(1, 1, 32, 32)
    clean[..., 8:16] = 0.0
    batch = {"clean": clean, "target": 0.5 * clean.expand(1, 3, 32, 32)}
    color = torch.full((1, 3, 32, 32), 0.5)
    spoiled = color.clone()
    spoiled[..., 8:16] = 1.0
    losses = [drawn_losses(c, batch, 0.1)["color"] for c in (color, spoiled)]
    assert losses[0] == losses[1] == 0.0


def test_the_bins_learn_the_colour_of_the_paper_whatever_the_ink():
    clean = torch.ones(1, 1, 16, 16)
    clean[..., ::3, :] = 0.0
    clean[..., 8:, :] = 0.0  # the lower cells are all ink
    told = torch.tensor([2.5, 4.5, 7.5])[None, :, None, None]
    told = told / 8  # the centre of a bin
    rgb = told * clean
    right = torch.full((1, 512, 2, 2), -20.0)
    right[:, int(rgb512().encode(told[0, :, 0, 0].numpy())), 0] = 0.0
    assert paper_entropy(right, rgb, clean) < 0.3
    wrong = right.clone()
    wrong[:, :, 0] = wrong.flip(1)[:, :, 0]
    assert paper_entropy(wrong, rgb, clean) > 10
    wrong_under_ink = right.clone()
    wrong_under_ink[:, 7, 1] = 30.0
    assert paper_entropy(wrong_under_ink, rgb, clean) == paper_entropy(right, rgb, clean)


# --- the paper's losses (inoue2017 3.2) ---


def test_regression_pays_half_the_squared_distance_after_the_drawing_is_multiplied():
    """3.2.1: L = 1/2 sum ||Y - Y^||^2, and the input, 0..1, acts as a mask."""
    clean = torch.ones(1, 1, 4, 4)
    clean[..., :2] = 0.0
    batch = {"paper": clean, "clean": clean, "rgb": torch.full((1, 3, 4, 4), 0.25)}
    loss = regression_losses(lambda paper: torch.full((1, 3, 4, 4), 0.75), batch)["loss"]
    under_ink, on_paper = 0.5 * 3 * 0.25**2, 0.5 * 3 * 0.5**2
    assert float(loss) == pytest.approx((under_ink + on_paper) / 2)


@pytest.mark.parametrize("bins", [rgb512(), lch512()], ids=lambda bins: bins.space)
def test_the_cross_entropy_is_that_of_the_softly_encoded_truth(bins):
    """3.2.2: - sum_q Z_q log Z^_q, Z a Gaussian (sigma 0.25 bins) of the distance to the centres."""
    rgb = torch.tensor([0.30, 0.55, 0.80])[None, :, None, None].expand(1, 3, 8, 8)
    color = rgb[0, :, 0, 0].numpy()
    place = np.asarray(lab_to_lch(rgb_to_lab(color)) if bins.space == "lch" else color)
    offset = (bins.centers - place) / np.asarray(bins.grid.width)
    offset -= np.where(bins.grid.periodic, 8 * np.rint(offset / 8), 0)
    z = np.exp(-(offset**2).sum(-1) / (2 * 0.25**2))
    z /= z.sum()
    logits = torch.randn(1, 512, 2, 2, generator=torch.Generator().manual_seed(0))
    wanted = -(torch.log_softmax(logits, 1)[0].permute(1, 2, 0).numpy() @ z).mean()
    batch = {"paper": torch.ones(1, 1, 8, 8), "rgb": rgb}
    made = classification_losses(lambda _: logits, batch, bins, None, 0.0)
    assert float(made["loss"]) == pytest.approx(wanted, rel=1e-3)


def test_the_chroma_loss_is_added_with_its_weight():
    """3.2.2: L + lambda_mix Z^T M_sat Z^."""
    bins = lch512()
    logits = torch.randn(1, 512, 2, 2, generator=torch.Generator().manual_seed(0))
    batch = {"paper": torch.ones(1, 1, 8, 8), "rgb": torch.rand(1, 3, 8, 8)}
    plain, one, third = (
        classification_losses(lambda _: logits, batch, bins, None, w) for w in (0.0, 1.0, 0.3)
    )
    assert float(one["wrong_chroma"]) > 0.1
    assert float(one["loss"] - plain["loss"]) == pytest.approx(float(one["wrong_chroma"]), rel=1e-4)
    assert float(third["loss"] - plain["loss"]) == pytest.approx(0.3 * float(one["wrong_chroma"]), rel=1e-4)


@pytest.mark.parametrize(
    ("name", "space", "is_rebalanced", "lambda_mix"),
    [
        ("inoue-classification", "rgb", False, 0.0),
        ("inoue-rebalance", "rgb", True, 0.0),
        ("inoue-lch", "lch", True, 0.0),
        ("inoue-chroma", "lch", True, 1.0),
    ],
)
def test_each_recipe_learns_by_its_loss(name, space, is_rebalanced, lambda_mix, sources, monkeypatch):
    """3.2.2: w ~ ((1 - lambda) p~ + lambda / Q)^-1 with lambda = 0.5 and E[w] = 1; the paper prints no lambda_mix."""
    asked = []
    monkeypatch.setattr(lineart, "classification_losses", lambda *given: asked.append(given))
    drawings, recipe = Drawings.of(sources, None), load_recipe(name)
    lineart._steps(torch.nn.Identity(), recipe, drawings)({})
    ((_, _, bins, weights, chroma),) = asked
    assert bins.space == space and chroma == lambda_mix
    assert (weights is not None) == is_rebalanced
    if is_rebalanced:
        p = prior(drawings, bins, recipe.seed).astype(np.float64)
        rarity = 1 / (0.5 * p + 0.5 / 512)
        assert np.allclose(weights.numpy(), rarity / (p * rarity).sum(), rtol=1e-4)


@pytest.mark.parametrize("bins", [rgb512(), lch512()], ids=lambda bins: bins.space)
def test_the_prior_is_the_share_of_each_bin_in_the_training_drawings(bins):
    class Halves:
        """One picture, three quarters white and one quarter red."""

        def __len__(self):
            return 1

        def color(self, i):
            rgb = np.full((256, 256, 3), 255, np.uint8)
            rgb[:, :64] = (200, 30, 30)
            return rgb

    share = prior(Halves(), bins, seed=0)
    colors = np.array([[255, 255, 255], [200, 30, 30]]) / 255
    white, red = bins.encode(lab_to_lch(rgb_to_lab(colors)) if bins.space == "lch" else colors)
    assert share[white] == pytest.approx(0.75) and share[red] == pytest.approx(0.25)
    assert share.sum() == pytest.approx(1.0)


def test_the_papers_models_see_the_same_windows_at_the_same_width():
    recipes = [load_recipe(name) for name in RECIPES if name.startswith("inoue")]
    assert len({recipe.size["width"] for recipe in recipes}) == 1
    assert (
        len({(recipe.seed, tuple(recipe.data), recipe.ema, recipe.weight_decay) for recipe in recipes}) == 1
    )
    rates = [phase.rate for phase in recipes[0].phases]
    assert np.allclose(np.divide(rates[:-1], rates[1:]), 10), "a tenth at each plateau (4)"


def test_the_ink_of_a_derived_drawing_lies_over_the_truth_and_a_real_one_has_it_already():
    rgb = np.full((4, 4, 3), 200, np.uint8)
    clean = np.ones((4, 4), np.float32)
    clean[1] = 0.0
    derived, real = (Window(clean, clean, rgb, is_real) for is_real in (False, True))
    target = lineart._arrays([derived, real])["target"]
    assert np.allclose(target[0], rgb / 255 * clean[..., None]) and np.allclose(target[1], rgb / 255)
