"""What the server needs of the engine, as protocols: `huewise.engine` fulfils them."""

from collections.abc import Sequence
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Hints = Sequence[Any]
"""Parsed local hints, as `huewise.hints` makes them; the server only hands them on."""


class PictureFacts(Protocol):
    """What the page is told about a file. `bits`: 8 or 16; `notes`: sentences for the person.

    `tint`: "toned" is paper of one tone, which can be kept.
    """

    @property
    def width(self) -> int: ...  # noqa: D102
    @property
    def height(self) -> int: ...  # noqa: D102
    @property
    def format(self) -> str: ...  # noqa: D102
    @property
    def bits(self) -> int: ...  # noqa: D102
    @property
    def notes(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def tint(self) -> str: ...  # noqa: D102


class Prediction(Protocol):
    """`ab_hw2`: (h, w, 2) float32, CIE Lab a and b, a small map over the whole picture.

    `rgb_hw3`: (h, w, 3) uint8 for pictures of kind "rgb", colours to be multiplied with the drawing; else None.
    `notes`: sentences for the person, of these colours.
    """

    @property
    def ab_hw2(self) -> NDArray[np.float32]: ...  # noqa: D102
    @property
    def rgb_hw3(self) -> NDArray[np.uint8] | None: ...  # noqa: D102
    @property
    def notes(self) -> Sequence[str]: ...  # noqa: D102


class SpecFacts(Protocol):
    """What a model can do. `bins`: name of its colour bins, empty where it predicts no distribution.

    `square`: it takes one size only.
    """

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def bins(self) -> str: ...  # noqa: D102
    @property
    def hints(self) -> bool: ...  # noqa: D102
    @property
    def global_hints(self) -> bool: ...  # noqa: D102
    @property
    def square(self) -> bool: ...  # noqa: D102


class Suggestion(Protocol):
    """`color`: "#rrggbb"; `probability`: 0..1."""

    @property
    def color(self) -> str: ...  # noqa: D102
    @property
    def probability(self) -> float: ...  # noqa: D102


class Question(Protocol):
    """`region`: (h, w) float32 0..1 over the whole picture; `label`: what it shows, where that is known.

    `place`: of a drawing, (x, y) inside the area that the region is; else None.
    """

    @property
    def region(self) -> NDArray[np.float32]: ...  # noqa: D102
    @property
    def suggestions(self) -> Sequence[Suggestion]: ...  # noqa: D102
    @property
    def label(self) -> str | None: ...  # noqa: D102
    @property
    def place(self) -> tuple[float, float] | None: ...  # noqa: D102


class Result(Protocol):
    """The picture at full resolution."""

    def encode(
        self, *, format: str | None = None, quality: int | None = None, bits: int | None = None
    ) -> bytes:
        """The file's bytes; None means as the input."""
        ...


class Colored(Protocol):
    """What can be given colour: an open picture, or one on its paper's tone. Only options that are wished for come.

    `half`: the same for drafts, smaller and quicker; None where there is none.
    """

    @property
    def half(self) -> "Colored | None": ...  # noqa: D102

    def predict(
        self,
        hints: Hints = (),
        *,
        reference: Sequence[Any] = (),
        saturation: float | None = None,
        temperature: float | None = None,
        flats: bool = False,
    ) -> Prediction:
        """Colour as a small map, quickly."""
        ...

    def colorize(
        self,
        hints: Hints = (),
        *,
        reference: Sequence[Any] = (),
        saturation: float | None = None,
        temperature: float | None = None,
        flats: bool = False,
    ) -> Result:
        """Colour at full resolution."""
        ...


class OpenPicture(Colored, Protocol):
    """A picture that has been encoded once and can be coloured many times, from any thread.

    `kind`: what `predict` is for, "ab" or "rgb"; flats are "rgb" always. Only options that are wished for are
    handed on.
    """

    @property
    def kind(self) -> Literal["ab", "rgb"]: ...  # noqa: D102
    @property
    def colorizer(self) -> "Colorizer": ...  # noqa: D102
    @property
    def picture(self) -> PictureFacts: ...  # noqa: D102

    @property
    def as_drawing(self) -> "OpenPicture":
        """The same picture, taken for a drawing, as its flats are: its guide is what they are multiplied with."""
        ...

    def guide(self, max_side: int) -> NDArray[np.uint8]:
        """(h, w) uint8, L times 2.55, no side longer than `max_side` and none enlarged."""
        ...

    def palette(
        self,
        x: float,
        y: float,
        *,
        hints: Hints = (),
        k: int = 9,
        reference: Sequence[Any] = (),
        saturation: float | None = None,
    ) -> Sequence[Suggestion]:
        """Colours that would suit the place, best first. ModelError where the model suggests none."""
        ...

    def question(
        self,
        hints: Hints = (),
        skipped: Sequence[Any] = (),
        *,
        k: int = 3,
        reference: Sequence[Any] = (),
        saturation: float | None = None,
    ) -> Question | None:
        """What to ask next; None: nothing is left. ModelError where the model asks nothing."""
        ...


class Colorizer(Protocol):
    """A loaded model."""

    @property
    def spec(self) -> SpecFacts: ...  # noqa: D102

    def open(self, source: bytes, *, max_pixels: int) -> OpenPicture:
        """Decode and encode a file; raises PictureError or PictureTooLarge."""
        ...


class ColorizerFactory(Protocol):
    """Loads a model by name; "auto" is the one that suits photographs."""

    def __call__(self, name: str, /) -> Colorizer: ...  # noqa: D102
