"""Equations 1-3 of kang2018 as protocols, and the loop that lets them talk.

    y_t = f(x, a_1..a_{t-1}, y_{t-1}, q_1..q_{t-1})   (1)  Predict
    a_t = h(q_t, y)                                   (2)  Answer, which has y in its head
    q_t = g(x, y_{t-1}, q_1..q_{t-1})                 (3)  Ask

Equation 1 names all questions but the last answer only, and the paper's network is given just the last exchange: what
was said before may be forgotten. Here f and g get all of it, and may look at the last alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

X = TypeVar("X")  # input
Q = TypeVar("Q")  # question
A = TypeVar("A")  # answer
Y = TypeVar("Y")  # prediction
X_contra = TypeVar("X_contra", contravariant=True)
Q_contra = TypeVar("Q_contra", contravariant=True)
A_co = TypeVar("A_co", covariant=True)
Y_contra = TypeVar("Y_contra", contravariant=True)


@dataclass(frozen=True)
class Exchange(Generic[Q, A]):
    """A question and what came back; `answer` is None where it was skipped."""

    question: Q
    answer: A | None


@dataclass(frozen=True)
class Step(Generic[Q, A, Y]):
    """What is predicted after `history`, the exchanges so far, skipped ones among them."""

    prediction: Y
    history: tuple[Exchange[Q, A], ...]

    @property
    def n_answered(self) -> int:
        """Questions that were answered."""
        return sum(exchange.answer is not None for exchange in self.history)


class Predict(Protocol[X_contra, Q, A, Y]):
    """f of equation 1."""

    def __call__(self, x: X_contra, answered: Sequence[Exchange[Q, A]], before: Y | None, /) -> Y:
        """A prediction from the answered exchanges, oldest first; `before`: the one before the last answer."""
        ...


class Ask(Protocol[X_contra, Q, A, Y_contra]):
    """g of equation 3."""

    def __call__(self, x: X_contra, prediction: Y_contra, history: Sequence[Exchange[Q, A]], /) -> Q | None:
        """The next question, or None when nothing is left to ask. `history` holds skipped questions too."""
        ...


class Answer(Protocol[Q_contra, A_co]):
    """h of equation 2."""

    def __call__(self, question: Q_contra, /) -> A_co | None:
        """The answer, or None to skip the question."""
        ...


def converse(
    x: X,
    predict: Predict[X, Q, A, Y],
    ask: Ask[X, Q, A, Y],
    answer: Answer[Q, A],
    *,
    answers: int,
    questions: int | None = None,
) -> Iterator[Step[Q, A, Y]]:
    """Predict, then ask and predict again, until `answers` are given or `questions` are put (None: no bound).

    Yields the prediction without any answer first, then one step an answer: whoever stops in the middle has the result
    so far. A skipped question costs no answer and changes no prediction.
    """
    history: list[Exchange[Q, A]] = []
    answered: list[Exchange[Q, A]] = []
    prediction = predict(x, (), None)
    yield Step(prediction, ())
    while len(answered) < answers and (questions is None or len(history) < questions):
        question = ask(x, prediction, tuple(history))
        if question is None:
            return
        history.append(Exchange(question, answer(question)))
        if history[-1].answer is None:
            continue
        answered.append(history[-1])
        prediction = predict(x, tuple(answered), prediction)
        yield Step(prediction, tuple(history))
