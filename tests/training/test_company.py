"""Processes that train together take the mean of their weights, and one of them keeps the run."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from huewise.errors import ModelError  # noqa: E402
from huewise.training import company  # noqa: E402
from huewise.training.loop import Run  # noqa: E402
from huewise.training.recipe import Phase, Recipe  # noqa: E402

pytestmark = pytest.mark.train


def meet(folder: Path) -> None:
    values = [torch.full((2, 3), float(company.rank())), torch.tensor(10.0 * company.rank())]
    company.take_mean(values)
    torch.save([company.size(), *values], folder / f"{company.rank()}.pt")


def test_each_process_has_the_mean(tmp_path: Path) -> None:
    company.train_together(2, partial(meet, tmp_path))
    for rank in range(2):
        size, values, spent = torch.load(tmp_path / f"{rank}.pt", weights_only=True)
        assert size == 2
        assert torch.equal(values, torch.full((2, 3), 0.5))
        assert spent == 5.0


def run_to(folder: Path) -> None:
    """Each process pulls the weight to a number of its own: to 0 and to 4."""
    network = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(network.weight, 2.0)
    phase = Phase("all", 1.0, rate=0.05, schedule="constant", until_step=40, batch=1)
    recipe = Recipe(model="one", phases=[phase], weight_decay=0.0)

    def numbers() -> Iterator[float]:
        while True:
            yield 4.0 * company.rank()

    run = Run(recipe, network, folder)
    run.train(
        phase,
        list(network.parameters()),
        numbers(),
        lambda target: {"loss": (network.weight - target).square().sum()},
    )
    torch.save([network.weight.detach(), run.n_step], folder / f"{company.rank()}.pt")


def test_what_two_processes_learn_lies_between_them(tmp_path: Path) -> None:
    company.train_together(2, partial(run_to, tmp_path))
    (first, n_first), (second, n_second) = (
        torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in range(2)
    )
    assert torch.equal(first, second)
    assert float(first) == pytest.approx(2.0, abs=0.3)
    assert n_first == n_second == 48  # the first meeting after the phase's 40 steps


def keep(folder: Path) -> None:
    network = torch.nn.Linear(1, 1)
    run = Run(Recipe(model="one", phases=[]), network, folder / str(company.rank()))
    run.save(None)
    run._log(Phase("all", 1.0), {"loss": 1.0}, 1.0)


def test_the_first_process_keeps_checkpoints_and_log(tmp_path: Path) -> None:
    company.train_together(2, partial(keep, tmp_path))
    assert sorted(path.name for path in (tmp_path / "0").iterdir()) == ["log.jsonl", "run.pt"]
    assert not list((tmp_path / "1").iterdir())


def test_what_is_kept_is_the_mean_of_all_averages(tmp_path: Path) -> None:
    company.train_together(2, partial(run_to, tmp_path))
    kept = torch.load(tmp_path / "run.pt", weights_only=True)
    assert kept["phase"] == 1
    assert float(kept["average"]["weight"]) == pytest.approx(2.0, abs=0.02)  # the first one's own is below


def fail(rank: int) -> None:
    if company.rank() == rank:
        raise ModelError("weights of another network", "weights of this very network")
    company.take_mean([torch.zeros(1)])  # would wait for ever


def test_an_error_of_one_process_ends_all_and_is_raised_as_it_is() -> None:
    with pytest.raises(ModelError, match="weights of another network"):
        company.train_together(2, partial(fail, 1))


def test_alone_there_is_nobody_to_meet() -> None:
    assert (company.rank(), company.size()) == (0, 1)
