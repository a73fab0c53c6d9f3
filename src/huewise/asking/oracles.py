"""Who answers: the truth (kang2018 eq. 4), the truth made worse, or a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from huewise.asking.paradigm import Answer

Q = TypeVar("Q")
A = TypeVar("A")
Y = TypeVar("Y")
Array = TypeVar(
    "Array", bound=Any
)  # NumPy, torch or another library: *, / and .sum(axes) are all that is asked

_LEAST_WEIGHT = 1e-6  # a question about nothing has the answer 0, not a division by zero


def weighted_mean(question: Array, target: Array, axes: tuple[int, ...]) -> Array:
    """Mean of `target` weighted by `question` (0..1) over `axes` (kang2018 eq. 4); the shapes broadcast.

    (h, w, 1) and (h, w, 2) over (0, 1) give the mean colour (2,) of a region; (b, 1, h, w) and (b, 2, h, w) over (2, 3)
    those of a batch of torch tensors, with gradients to the question.
    """
    mean: Array = (question * target).sum(axes) / (question.sum(axes) + _LEAST_WEIGHT)
    return mean


@dataclass(frozen=True)
class Truth(Generic[Q, A, Y]):
    """Equation 2 with y known: `h(question, target)`."""

    target: Y
    h: Callable[[Q, Y], A]

    def __call__(self, question: Q) -> A:
        """See `paradigm.Answer`."""
        return self.h(question, self.target)


def altered(answer: Answer[Q, A], change: Callable[[A], A]) -> Answer[Q, A]:
    """The same oracle, whose answers go through `change`; skipped stays skipped."""

    def changed(question: Q, /) -> A | None:
        given = answer(question)
        return None if given is None else change(given)

    return changed


def noisy(answer: Answer[Q, NDArray[Any]], sigma: float, rng: np.random.Generator) -> Answer[Q, NDArray[Any]]:
    """Gaussian noise on each number of an answer (kang2018 4.1)."""
    return altered(answer, lambda a: np.asarray(a + rng.normal(0.0, sigma, np.shape(a))))


def quantized(answer: Answer[Q, NDArray[Any]], palette_kd: NDArray[Any]) -> Answer[Q, NDArray[Any]]:
    """The colour of the palette (k, d) that is nearest to the answer (d,): a person with few pencils."""

    def nearest(given: NDArray[Any]) -> NDArray[Any]:
        chosen: NDArray[Any] = palette_kd[np.square(palette_kd - given).sum(-1).argmin()]
        return chosen

    return altered(answer, nearest)


@dataclass(frozen=True)
class Person(Generic[Q, A]):
    """Someone who sees a question with suggested answers and gives one of them, another one, or None (skip)."""

    tell: Callable[[Q, Sequence[A]], A | None]
    suggest: Callable[[Q], Sequence[A]]

    def __call__(self, question: Q) -> A | None:
        """See `paradigm.Answer`."""
        return self.tell(question, self.suggest(question))
