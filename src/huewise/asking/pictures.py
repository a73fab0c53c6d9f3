"""The paradigm for pictures: an open picture's questions, the truth that answers them, and the loop between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from huewise import imaging
from huewise.asking.oracles import weighted_mean
from huewise.asking.paradigm import Answer, Exchange, Step, converse
from huewise.color import fit_gamut, format_hex
from huewise.engine import OpenPicture, Question
from huewise.engine.reference import Reference, ReferenceLike
from huewise.errors import PictureError
from huewise.hints import Hint, Region
from huewise.hints.local_hints import same_aspect

F32 = NDArray[np.float32]
Hints = tuple[Hint, ...]


@dataclass(frozen=True, eq=False)
class TrueColors:
    """Answers with the mean of the true ab (h, w, 2) under the question's map (kang2018 eq. 4).

    `l_hw`: the true lightness, which the answer of a drawing's area has, too.
    """

    ab_hw2: F32
    l_hw: F32 | None = None

    @classmethod
    def read(cls, source: str | Path | bytes | NDArray[np.uint8], size: tuple[int, int]) -> "TrueColors":
        """From a colour picture of the same aspect as the gray one of `size` (width, height); else PictureError."""
        picture = imaging.read(source)
        if not same_aspect((picture.width, picture.height), size):
            raise PictureError(
                f"a truth of {picture.width} x {picture.height} pixels",
                f"the aspect of the gray picture, {size[0]} x {size[1]}",
                "give the colour picture that it was made from",
            )
        if picture.input_ab is None or picture.tint == "gray":
            raise PictureError("a truth without colour", "the colour picture", "choose another one")
        ab_hw2 = np.asarray(picture.input_ab, np.float32)
        return cls(ab_hw2, imaging.shrink(picture.lightness, (ab_hw2.shape[0], ab_hw2.shape[1])))

    def color(self, question: Question) -> str:
        """The answer as a person would say it, `#rrggbb`: of a photograph at the lightness of the suggestions."""
        a, b = self._mean(self.ab_hw2, question)
        if question.drawn and self.l_hw is not None:
            (lightness,) = self._mean(self.l_hw[..., None], question)
        else:
            lightness = question.suggestions[0].lab[0] if question.suggestions else 50.0
        return format_hex(fit_gamut((lightness, a, b)))

    def __call__(self, question: Question) -> Region:
        """See `paradigm.Answer`."""
        if question.drawn:
            return question.answer(self.color(question))
        a, b = self._mean(self.ab_hw2, question)
        return question.answer((a, b))

    def _mean(self, value_hwc: F32, question: Question) -> list[float]:
        h, w, _ = value_hwc.shape
        region = Image.fromarray(question.region).resize((w, h), Image.Resampling.BILINEAR)
        return [float(v) for v in weighted_mean(np.asarray(region)[..., None], value_hwc, (0, 1))]


def ask_about(
    opened: OpenPicture,
    answer: Answer[Question, Region],
    *,
    answers: int,
    hints: Sequence[Hint] = (),
    questions: int | None = None,
    reference: Sequence[Reference | ReferenceLike] = (),
    saturation: float | None = None,
) -> Iterator[Step[Question, Region, Hints]]:
    """Ask about an open picture; a step's prediction is the hints to colour it with, those given and the answers.

    `reference`, `saturation`: global hints, which the questions follow.
    """

    def predict(
        x: OpenPicture, answered: Sequence[Exchange[Question, Region]], before: Hints | None, /
    ) -> Hints:
        return (*hints, *(exchange.answer for exchange in answered if exchange.answer is not None))

    def ask(
        x: OpenPicture, known: Hints, history: Sequence[Exchange[Question, Region]], /
    ) -> Question | None:
        skipped = [exchange.question for exchange in history if exchange.answer is None]
        return x.question(known, skipped, reference=reference, saturation=saturation)

    return converse(opened, predict, ask, answer, answers=answers, questions=questions)
