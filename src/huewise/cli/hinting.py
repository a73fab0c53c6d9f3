"""Hints from the command line: --hint X,Y=COLOR and --hints FILE."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from huewise.errors import HuewiseError, UsageError

if TYPE_CHECKING:
    from huewise.cli.common import Common
    from huewise.engine import Reference
    from huewise.hints import GlobalHints, Hint, HintsFile

HintTexts = Annotated[list[str] | None, Parameter(name="--hint", negative="", allow_leading_hyphen=True)]
References = Annotated[list[Path] | None, Parameter(name="--reference", negative="", consume_multiple=True)]
Saturation = Annotated[float | None, Parameter(validator=Number(gte=0, lte=1))]
MaxPixels = Annotated[int, Parameter(validator=Number(gte=1))]

NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)"
FORM = re.compile(rf"\s*({NUMBER})\s*,\s*({NUMBER})\s*=\s*(\S.*)", re.DOTALL)


@dataclass(frozen=True)
class Hinting:
    """The hints of one call: those of the file, and over them those of --hint."""

    file: "HintsFile"
    own: tuple["Hint", ...]

    @classmethod
    def of(cls, path: Path | None, texts: Sequence[str]) -> "Hinting":
        """Read --hints and --hint."""
        from huewise.hints import HintsFile

        file = HintsFile() if path is None else HintsFile.read(path)
        return cls(file, tuple(parse_hint(text) for text in texts))

    def wishes(
        self,
        reference: Sequence[Path],
        saturation: float | None,
        temperature: float | None = None,
        flats: bool = False,
    ) -> "GlobalHints":
        """Return the file's global hints, with what the command line says in their place."""
        said = {
            "reference": tuple(reference),
            "saturation": saturation,
            "temperature": temperature,
            "flats": flats or None,
        }
        return replace(self.file.global_hints, **{k: v for k, v in said.items() if v not in (None, ())})  # type: ignore[arg-type]

    def wishes_of_questions(
        self, reference: Sequence[Path], saturation: float | None, common: "Common"
    ) -> "GlobalHints":
        """Return the wishes that questions and palettes follow.

        A file's temperature is left out, which is said: the page writes it.
        """
        wishes = self.wishes(reference, saturation)
        if wishes.temperature is not None:
            common.say(
                "the temperature of the hints file is left out: colorize follows it, suggestions and questions do not"
            )
            wishes = replace(wishes, temperature=None)
        wishes.refuse_beyond(("reference", "saturation"))
        return wishes

    def for_picture(self, width: int, height: int) -> list["Hint"]:
        """Return the local hints in this picture's pixels, in the order in which they lie over each other."""
        return [*self.file.for_picture(width, height), *self.own]


def read_references(wishes: "GlobalHints", common: "Common", max_pixels: int) -> "list[Reference] | int":
    """Read the reference pictures; an exit code where one cannot be read, which is said then."""
    from huewise.engine import Reference

    references = []
    for path in wishes.reference:
        try:
            references.append(Reference.read(path, max_pixels=max_pixels))
        except HuewiseError as error:
            common.failure(str(path), error)
            return error.exit_code
    return references


def parse_hint(text: str) -> "Hint":
    """Read X,Y=COLOR."""
    from huewise.hints import Point

    match = FORM.fullmatch(text)
    if match is None:
        raise UsageError(f"--hint {text}", "X,Y=COLOR", "write it as in --hint 412,230=skyblue")
    try:
        return Point(float(match[1]), float(match[2]), match[3].strip())
    except HuewiseError as error:
        raise UsageError(f"--hint {text}: {error.got}", error.wanted, error.todo) from error
