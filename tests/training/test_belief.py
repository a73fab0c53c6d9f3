"""The belief: a Gaussian's likelihood, the program's own answers, and both learn what errs together."""

from pathlib import Path

import msgspec
import numpy as np
import pytest
import torch
from scipy.stats import multivariate_normal

from huewise.engine import Colorizer
from huewise.models.spec import read_spec
from huewise.networks.belief import AB_UNIT, RANK, BeliefNetwork
from huewise.propagate.doubt import Doubt
from huewise.training.belief import (
    _SHAPES,
    BeliefRule,
    asking_losses,
    blob,
    conversation,
    likelihood_losses,
    seen,
    surprise,
    told,
)
from huewise.training.export import Facts
from huewise.training.export_belief import export_belief, measured_belief_difference
from huewise.training.seen import whole_crop

pytestmark = pytest.mark.train

N = 36


def belief(b: int = 2, k: int = 4) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    factor = torch.randn(b, 2, N, k, generator=generator)
    own = 0.3 + torch.rand(b, N, generator=generator)
    return factor, own, torch.randn(b, 2, N, generator=generator)


def test_surprise_is_the_gaussians_negative_log_likelihood_but_for_a_constant() -> None:
    factor, own, error = belief()
    f = factor[0].reshape(2 * N, -1).double().numpy()
    covariance = f @ f.T + np.diag(np.tile(own[0].double().numpy() ** 2, 2))
    truth = -multivariate_normal(np.zeros(2 * N), covariance).logpdf(error[0].flatten().numpy()) / (2 * N)
    made = surprise(factor, own, error)[0].item()
    assert made == pytest.approx(truth - 0.5 * np.log(2 * np.pi), abs=1e-3)


def test_an_answer_tells_in_training_what_it_tells_in_the_program() -> None:
    factor, own, error = belief()
    k = factor.shape[-1]
    maps = torch.rand(2, N, generator=torch.Generator().manual_seed(1))
    latent, mean = told(factor, own, torch.eye(k).expand(2, k, k), torch.zeros(2, k), error, maps)
    factor_cnk, own_n = (AB_UNIT * factor[1]).numpy(), (AB_UNIT * own[1]).square().numpy()
    doubt = Doubt(factor_cnk, np.eye(k, dtype=np.float32), own_n, (6, 6))
    map_hw = maps[1].numpy().reshape(6, 6)
    lacked = AB_UNIT * (error[1].numpy() @ maps[1].numpy()) / maps[1].numpy().sum()
    moved_hw2, after = doubt.told(map_hw, lacked)
    np.testing.assert_allclose(
        (factor[1] @ mean[1]).T * AB_UNIT, moved_hw2.reshape(N, 2), rtol=1e-3, atol=1e-2
    )
    np.testing.assert_allclose(latent[1], after.latent_kk, atol=1e-4)


def test_answers_to_a_true_belief_leave_ever_less() -> None:
    factor, own, _ = belief(b=16, k=3)
    error = torch.einsum("bcnk,bk->bcn", factor, torch.randn(16, 3)) + 0.1 * torch.randn(16, 2, N)
    left = [
        x.mean().item() for x in conversation(factor, own, error, 3, np.random.default_rng(0), anywhere=0.0)
    ]
    assert left[2] < left[1] < left[0] < error.square().mean().item()


def together(b: int = 4) -> dict[str, torch.Tensor]:
    """Crops of which the brighter half errs together."""
    torch.manual_seed(0)
    batch = {name: 0.1 * torch.randn(b, *shape) for name, shape in _SHAPES.items()}
    batch["cells8"][:, 0] = torch.where(torch.arange(32) < 16, -0.8, 0.8)
    wrong = torch.randn(b, 2, 1, 1) * (batch["cells8"][:, :1] > 0)
    return batch | {"error": wrong, "fine": torch.full((b, 1), 0.01)}


def test_what_errs_together_is_learnt_and_asked_about() -> None:
    network, rng = BeliefNetwork(width=32), np.random.default_rng(0)
    optimizer = torch.optim.AdamW(network.parameters(), 3e-3)
    for step in range(12):
        batch = together()
        rule = BeliefRule(questions=1)
        losses = (
            likelihood_losses(network, batch)
            if step < 9
            else asking_losses(network, batch, rule=rule, rng=rng)
        )
        optimizer.zero_grad()
        losses["loss"].backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    assert losses["gain1"].item() > 6.0  # dB


def test_a_blob_is_part_of_the_square() -> None:
    shares = [blob(32, np.random.default_rng(seed)).mean() for seed in range(20)]
    assert min(shares) > 0.05 and max(shares) < 0.65


def test_a_row_of_the_cache_is_what_the_shipped_model_says_and_lacks() -> None:
    rgb = np.random.default_rng(0).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    crop = whole_crop(rgb, np.random.default_rng(1))
    row = seen(Colorizer.load("photo"), crop)
    assert {name: value.shape for name, value in row.items()} == _SHAPES
    assert row["fine"][0] > 0 and np.isfinite(row["error"]).all()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning")
def test_the_photo_model_gets_one_more_graph_that_gives_what_the_network_gives(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = BeliefNetwork(width=16)
    spec = export_belief(network, tmp_path, Facts("photo", "abc", "nothing"))
    picture = np.random.default_rng(0).integers(0, 255, (256, 288, 3)).astype(np.uint8)
    assert [graph.per for graph in spec.graphs].count("belief") == 1
    assert measured_belief_difference(network, tmp_path, [picture]) < 0.05
    assert read_spec((tmp_path / "spec.json").read_bytes(), "spec.json") == msgspec.convert(spec, type(spec))
    assert spec.graphs[-1].outputs[0].means == "factors" and RANK == 32
