"""A run goes on where it was stopped, and every phase trains what it names."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from huewise.errors import ModelError  # noqa: E402
from huewise.training.loop import Run, computes_bfloat16, schedule  # noqa: E402
from huewise.training.recipe import Phase, Recipe  # noqa: E402

pytestmark = pytest.mark.train


class Pair(torch.nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = torch.nn.Linear(2, 2), torch.nn.Linear(2, 2)


def numbers() -> "Iterator[torch.Tensor]":
    while True:
        yield torch.ones(4, 2)


def trained(folder: Path, phases: int) -> Pair:
    torch.manual_seed(0)
    net = Pair()
    parts = (net.first, net.second)
    recipe = Recipe(model="pair", phases=[Phase("a", 0.004), Phase("b", 0.004)])
    run = Run(recipe, net, folder)
    run.resume()
    while run.phase_index < phases:
        part = parts[run.phase_index]
        step = lambda batch, part=part: {"loss": part(batch).square().mean()}  # noqa: E731
        run.train(recipe.phases[run.phase_index], list(part.parameters()), numbers(), step)
    return net


def test_a_run_stopped_between_phases_goes_on_with_the_next(tmp_path: Path) -> None:
    after_first = {k: v.clone() for k, v in trained(tmp_path, 1).state_dict().items()}
    after_second = trained(tmp_path, 2).state_dict()
    assert torch.equal(after_first["first.weight"], after_second["first.weight"])
    assert not torch.equal(after_first["second.weight"], after_second["second.weight"])


def test_a_finished_run_trains_no_more(tmp_path: Path) -> None:
    trained(tmp_path, 2)
    before = (tmp_path / "run.pt").read_bytes()
    trained(tmp_path, 2)
    assert (tmp_path / "run.pt").read_bytes() == before


def test_a_run_of_another_network_is_refused_in_one_line(tmp_path: Path) -> None:
    trained(tmp_path, 1)
    with pytest.raises(ModelError, match="a run of another network"):
        Run(Recipe(model="pair", phases=[]), torch.nn.Linear(2, 2), tmp_path).resume()


def test_the_average_follows_the_weights(tmp_path: Path) -> None:
    net = trained(tmp_path, 2)
    kept = torch.load(tmp_path / "run.pt", weights_only=True)
    assert not torch.equal(kept["average"]["first.weight"], kept["network"]["first.weight"])
    assert torch.allclose(kept["average"]["first.weight"], net.first.weight, atol=0.2)


@pytest.mark.parametrize(("progress", "factor"), [(0.1, 1.0), (0.55, 0.505), (1.0, 0.01)])
def test_the_rate_warms_up_and_falls_by_half_a_cosine(progress: float, factor: float) -> None:
    assert schedule(progress, warmup=0.1) == pytest.approx(factor, abs=1e-3)


def test_a_processor_that_only_emulates_bfloat16_keeps_to_single_precision(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for can, wanted in (({"avx512_bf16": True}, True), ({"avx512_f": True, "amx_bf16": False}, False)):
        monkeypatch.setattr(torch.cpu, "get_capabilities", lambda can=can: can)
        assert computes_bfloat16(torch.device("cpu")) is wanted
    assert computes_bfloat16(torch.device("cuda"))


def test_an_interruption_keeps_the_step_that_it_meets(tmp_path: Path) -> None:
    net = Pair()
    run = Run(Recipe(model="photo", phases=[Phase("a", 10.0)]), net, tmp_path)

    def step(batch: torch.Tensor) -> dict[str, torch.Tensor]:
        if run.n_step == 3:
            signal.raise_signal(signal.SIGINT)
        return {"loss": net.first(batch).square().mean()}

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        run.train(run.recipe.phases[0], list(net.first.parameters()), numbers(), step)
    assert torch.load(tmp_path / "run.pt", weights_only=True)["n_step"] == 4
    assert signal.getsignal(signal.SIGINT) == before
