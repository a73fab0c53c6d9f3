"""The paradigm for pictures: an open picture's questions, the truth that answers them, and the loop between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huewise import imaging
from huewise.asking.oracles import weighted_mean
from huewise.asking.paradigm import Answer, Exchange, Step, converse
from huewise.color import fit_gamut, format_hex
from huewise.engine import OpenPicture, Question
from huewise.engine.questions import resized
from huewise.engine.reference import Reference, ReferenceLike
from huewise.errors import PictureError
from huewise.hints import Hint
from huewise.hints.local_hints import same_aspect
from huewise.limits import DEFAULT_MAX_PIXELS

F32 = NDArray[np.float32]
Hints = tuple[Hint, ...]


@dataclass(frozen=True, eq=False)
class TrueColors:
    """Answers with the mean of the true ab under the question's map (kang2018 eq. 4).

    `lab_hw3`: the truth. Of a drawing's area the answer is the median colour: ink within it says nothing.
    """

    lab_hw3: F32

    @classmethod
    def read(
        cls,
        source: str | Path | bytes | NDArray[np.uint8],
        size: tuple[int, int],
        *,
        max_pixels: int = DEFAULT_MAX_PIXELS,
    ) -> "TrueColors":
        """From a colour picture of the same aspect as the gray one of `size` (width, height); else PictureError."""
        picture = imaging.read(source, max_pixels=max_pixels)
        if not same_aspect((picture.width, picture.height), size):
            raise PictureError(
                f"a truth of {picture.width} x {picture.height} pixels",
                f"the aspect of the gray picture, {size[0]} x {size[1]}",
                "give the colour picture that it was made from",
            )
        if picture.input_ab is None or picture.tint == "gray":
            raise PictureError("a truth without colour", "the colour picture", "choose another one")
        ab_hw2 = np.asarray(picture.input_ab, np.float32)
        l_hw = imaging.shrink(picture.lightness, (ab_hw2.shape[0], ab_hw2.shape[1]))
        return cls(np.concatenate([l_hw[..., None], ab_hw2], -1))

    def color(self, question: Question) -> str:
        """The answer as a person would say it, `#rrggbb`: of a photograph at the lightness of the suggestions."""
        region = self._region(question)
        if question.place is not None:
            inside = region >= min(0.5, float(region.max()))
            return format_hex(fit_gamut(np.median(self.lab_hw3[inside], axis=0)))
        lightness = question.suggestions[0].lab[0] if question.suggestions else 50.0
        return format_hex(fit_gamut((lightness, *self._mean(region))))

    def __call__(self, question: Question) -> Hint:
        """See `paradigm.Answer`."""
        if question.place is not None:
            return question.answer(self.color(question))
        return question.answer(self._mean(self._region(question)))

    def _region(self, question: Question) -> F32:
        return resized(question.region, self.lab_hw3.shape)

    def _mean(self, region_hw: F32) -> tuple[float, float]:
        a, b = weighted_mean(region_hw[..., None], self.lab_hw3[..., 1:], (0, 1))
        return float(a), float(b)


def ask_about(
    opened: OpenPicture,
    answer: Answer[Question, Hint],
    *,
    answers: int,
    hints: Sequence[Hint] = (),
    skipped: Sequence[Question] = (),
    questions: int | None = None,
    reference: Sequence[Reference | ReferenceLike] = (),
    saturation: float | None = None,
) -> Iterator[Step[Question, Hint, Hints]]:
    """Ask about an open picture; a step's prediction is the hints to colour it with, those given and the answers.

    `skipped`: questions not to be put again. `reference`, `saturation`: global hints, which the questions follow.
    """

    def predict(
        x: OpenPicture, answered: Sequence[Exchange[Question, Hint]], before: Hints | None, /
    ) -> Hints:
        return (*hints, *(exchange.answer for exchange in answered if exchange.answer is not None))

    def ask(x: OpenPicture, known: Hints, history: Sequence[Exchange[Question, Hint]], /) -> Question | None:
        passed = [*skipped, *(exchange.question for exchange in history if exchange.answer is None)]
        return x.question(known, passed, reference=reference, saturation=saturation)

    return converse(opened, predict, ask, answer, answers=answers, questions=questions)
