"""Who asks: policies whose questions are maps (h, w) in 0..1, so that they can be compared on equal terms.

A point's question is its patch, a region's its soft mask; each gets the same kind of answer, the mean under its map.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from huewise.asking.paradigm import Ask, Exchange

F32 = NDArray[np.float32]
X = TypeVar("X")
Q = TypeVar("Q")
A = TypeVar("A")
Y = TypeVar("Y")
Y_contra = TypeVar("Y_contra", contravariant=True)
Q_co = TypeVar("Q_co", covariant=True)
History = Sequence[Exchange[F32, Any]]

GOLDEN = 0.6180339887  # of the cells of a grid, the next one is taken this share of them further on


class Asking(Protocol[Q_co]):
    """A prediction that carries the network's next question."""

    @property
    def question(self) -> Q_co | None: ...  # noqa: D102


def own_question(x: object, prediction: Asking[Q], history: Sequence[Exchange[Q, Any]], /) -> Q | None:
    """The question that the network itself has made beside its prediction (kang2018 eq. 5)."""
    return prediction.question


def never_again(ask: Ask[X, Q, A, Y], same: Callable[[Q, Q], bool]) -> Ask[X, Q, A, Y]:
    """Stop when `ask` comes back to a question that was skipped."""

    def asking(x: X, prediction: Y, history: Sequence[Exchange[Q, A]], /) -> Q | None:
        question = ask(x, prediction, history)
        skipped = (exchange.question for exchange in history if exchange.answer is None)
        if question is None or any(same(question, other) for other in skipped):
            return None
        return question

    return asking


@dataclass(frozen=True)
class RandomPoint:
    """A square patch at a uniformly random place."""

    shape: tuple[int, int]
    patch: int
    rng: np.random.Generator

    def __call__(self, x: object, prediction: object, history: History, /) -> F32:
        """See `paradigm.Ask`."""
        y, x_ = (int(self.rng.integers(side)) for side in self.shape)
        return patch_map(self.shape, y, x_, self.patch)


@dataclass(frozen=True)
class Grid:
    """The cells of an n x n grid, each once, in an order that keeps neighbours apart in time."""

    shape: tuple[int, int]
    n: int

    def __call__(self, x: object, prediction: object, history: History, /) -> F32 | None:
        """See `paradigm.Ask`."""
        if len(history) >= self.n**2:
            return None
        cell = self._order()[len(history)]
        rows, columns = (
            slice(side * k // self.n, side * (k + 1) // self.n)
            for side, k in zip(self.shape, divmod(cell, self.n), strict=True)
        )
        question = np.zeros(self.shape, np.float32)
        question[rows, columns] = 1.0
        return question

    def _order(self) -> list[int]:
        total = self.n**2
        return [int(k) for k in np.argsort((np.arange(total) * GOLDEN) % 1.0, kind="stable")]


@dataclass(frozen=True)
class MaxErrorPoint(Generic[Y_contra]):
    """The patch where an error map, which only the truth can know, is largest in its window's mean (zhang2017 4.1)."""

    error: Callable[[Y_contra], F32]  # of the prediction, (h, w)
    patch: int
    window: int

    def __call__(self, x: object, prediction: Y_contra, history: History, /) -> F32 | None:
        """See `paradigm.Ask`."""
        return _at_maximum(self.error(prediction), self.patch, self.window, history)


@dataclass(frozen=True)
class MostUncertainPoint(Generic[Y_contra]):
    """The patch where the predicted distribution (h, w, q) has most entropy in the mean of its window."""

    distribution: Callable[[Y_contra], F32]
    patch: int
    window: int

    def __call__(self, x: object, prediction: Y_contra, history: History, /) -> F32 | None:
        """See `paradigm.Ask`."""
        return _at_maximum(entropy(self.distribution(prediction)), self.patch, self.window, history)


@dataclass(frozen=True)
class Displaced(Generic[X, A, Y]):
    """Another policy's map moved to a random place: what its shape is worth without its choice of place."""

    ask: Ask[X, F32, A, Y]
    rng: np.random.Generator

    def __call__(self, x: X, prediction: Y, history: Sequence[Exchange[F32, A]], /) -> F32 | None:
        """See `paradigm.Ask`."""
        question = self.ask(x, prediction, history)
        if question is None:
            return None
        moved: F32 = np.roll(question, [int(self.rng.integers(side)) for side in question.shape], (0, 1))
        return moved


def entropy(p_hwq: F32) -> F32:
    """Entropy of distributions (..., q), in nats."""
    bits: F32 = -(p_hwq * np.log(np.maximum(p_hwq, np.finfo(np.float32).tiny))).sum(-1)
    return bits


def overlap(a_hw: F32, b_hw: F32) -> float:
    """Soft intersection over union of two maps: sum of minima over sum of maxima; 0 where both are empty."""
    union = float(np.maximum(a_hw, b_hw).sum())
    return float(np.minimum(a_hw, b_hw).sum()) / union if union > 0 else 0.0


def patch_map(shape: tuple[int, int], y: int, x: int, patch: int) -> F32:
    """1 in the `patch` x `patch` square around cell (y, x), cut at the border, 0 elsewhere."""
    question = np.zeros(shape, np.float32)
    top, left = y - patch // 2, x - patch // 2
    question[max(top, 0) : top + patch, max(left, 0) : left + patch] = 1.0
    return question


def _at_maximum(value_hw: F32, patch: int, window: int, history: History) -> F32 | None:
    """The patch at the maximum of the window mean that touches none asked before; None where no place is left."""
    from scipy import ndimage

    mean = ndimage.uniform_filter(value_hw, window, mode="reflect")
    for exchange in history:
        near = ndimage.maximum_filter(exchange.question, 2 * (patch // 2) + 1, mode="constant")
        mean = np.where(near > 0, -np.inf, mean)
    if np.isneginf(mean).all():
        return None
    y, x = np.unravel_index(int(mean.argmax()), mean.shape)
    return patch_map(value_hw.shape, int(y), int(x), patch)
