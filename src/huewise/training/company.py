"""One run in several processes (local SGD, arXiv:1805.09767).

Each learns from batches of its own, and every few steps all take the mean of their weights. Where there is no GPU, two
processes of one thread each do nearly twice the steps of one process of two threads. They meet in a folder: nothing
of it goes over a network, not even this computer's own.
"""

import os
import pickle
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from pathlib import Path

import numpy as np
import torch
from torch import Tensor
from torch.multiprocessing.spawn import ProcessRaisedException, spawn

from huewise.errors import HuewiseError

STEPS_ALONE = 16  # between two meetings
_TOLD = ".error"


@dataclass(frozen=True)
class _Place:
    """Where one of the processes stands."""

    rank: int
    size: int
    folder: Path
    barrier: Barrier


_here: list[_Place] = []  # one, where this is a process of a company


def train_together(n: int, work: Callable[[], object]) -> None:
    """Do the same work in `n` processes that can meet; what it takes is copied to each, so it has to be picklable.

    Where one fails, the others are ended, and its error is raised here.
    """
    with tempfile.TemporaryDirectory(prefix="huewise-") as folder:
        place = Path(folder)
        try:
            spawn(_join, (n, place, get_context("spawn").Barrier(n), work), nprocs=n)  # type: ignore[no-untyped-call]
        except ProcessRaisedException:
            for path in place.glob(f"*{_TOLD}"):
                raise pickle.loads(path.read_bytes()) from None  # of this very program
            raise


def _join(rank: int, n: int, folder: Path, barrier: Barrier, work: Callable[[], object]) -> None:
    torch.set_num_threads(max((os.cpu_count() or 1) // n, 1))
    _here.append(_Place(rank, n, folder, barrier))
    try:
        work()
    except Exception as error:  # the way that errors take otherwise knows their tracebacks alone
        told = (
            error
            if isinstance(error, HuewiseError)
            else HuewiseError(f"unexpected {type(error).__name__}: {error}")
        )
        part = folder / f"{rank}.part"
        part.write_bytes(pickle.dumps(told))
        part.rename(part.with_suffix(_TOLD))
        raise


def rank() -> int:
    """Which of the processes this is; 0 alone keeps the checkpoints and the log."""
    return _here[0].rank if _here else 0


def size() -> int:
    """How many processes train; 1 outside `train_together`."""
    return _here[0].size if _here else 1


@torch.no_grad()
def take_mean(values: Sequence[Tensor]) -> None:
    """Each tensor becomes its mean over the processes; all of them have to come with the same shapes."""
    (place,) = _here
    flat = torch.cat([value.detach().float().cpu().flatten() for value in values])
    np.save(place.folder / f"{place.rank}.npy", flat.numpy())
    place.barrier.wait()
    flat = torch.stack([torch.from_numpy(np.load(path)) for path in sorted(place.folder.glob("*.npy"))]).mean(
        0
    )
    place.barrier.wait()  # nobody writes anew before all have read
    means = torch.split(flat, [value.numel() for value in values])
    for value, mean in zip(values, means, strict=True):
        value.copy_(mean.view_as(value))
