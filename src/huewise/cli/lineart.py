"""`huewise lineart`."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from huewise.cli.common import Common, exit_code
from huewise.cli.hinting import MaxPixels
from huewise.cli.inputs import Source, find_sources, is_own_output, refuse_options
from huewise.cli.outputs import Destination, write_stdout
from huewise.errors import HuewiseError, UsageError
from huewise.limits import DEFAULT_MAX_PIXELS

if TYPE_CHECKING:
    from huewise.imaging.lineart import LineStyle

SUFFIX = "-lines"


def lineart(
    inputs: Annotated[list[str], Parameter(name="IN", negative="", allow_leading_hyphen=True)],
    /,
    *,
    output: Annotated[str | None, Parameter(name=["--output", "-o"], allow_leading_hyphen=True)] = None,
    style: Literal["edges", "dodge", "xdog"] = "edges",
    width: Annotated[float, Parameter(validator=Number(gt=0, lte=20))] = 1.0,
    detail: Annotated[float, Parameter(validator=Number(gte=0, lte=1))] = 0.5,
    binary: Annotated[bool, Parameter(negative="")] = False,
    max_pixels: MaxPixels = DEFAULT_MAX_PIXELS,
    overwrite: Annotated[bool, Parameter(negative="")] = False,
    common: Common = Common(),  # noqa: B008 - frozen
) -> int:
    """Make a line drawing of a colour picture.

    The drawing of `NAME.EXT` lies beside it as `NAME-lines.png`, gray, or one bit a pixel with --binary; what has such
    a name already is no input. `-` reads standard input and writes standard output.

    Example: huewise lineart parrot.jpg --style dodge --width 2

    Parameters
    ----------
    inputs
        Picture files, folders, patterns, or `-`.
    output
        File, folder (for several pictures), or `-`.
    style
        `edges`: even lines; `dodge`: soft pencil; `xdog`: brush with solid shadows.
    width
        Of thin lines, in pixels of a picture whose short side has up to 600; larger ones get wider lines.
    detail
        0 to 1: how weak a border may be and still be drawn.
    binary
        Black and white only.
    max_pixels
        Refuse larger pictures.
    overwrite
        Replace outputs that exist.
    """
    refuse_options(inputs, "huewise lineart")
    from huewise.imaging.lineart import LineStyle

    found = find_sources(inputs)
    sources = without_own_outputs(found)
    if len(sources) < len(found):
        common.say(
            f"{len(found) - len(sources)} of {len(found)} pictures are drawings named NAME{SUFFIX} of others; "
            "colour pictures; skipped, name one alone to draw it again"
        )
    if sum(source.path is None and source.error is None for source in sources) > 1:
        raise UsageError("standard input given twice", "`-` once", "remove one")
    to = replace(Destination.of(output, inputs, sources, None, overwrite), suffix=SUFFIX)
    if common.json and any(to.is_stdout(source) for source in sources if not source.error):
        raise UsageError("--json and a picture, both on standard output", "one of them", "give -o a file")
    return _Job(LineStyle(style, width, detail, binary), to, max_pixels, common).run(sources)


def without_own_outputs(sources: list[Source]) -> list[Source]:
    """The sources but those that are named as the drawing of another one, wherever both lie."""
    stems = {source.path.stem for source in sources if source.path}
    return [s for s in sources if not (s.path and is_own_output(s.path.name, stems, SUFFIX))]


@dataclass(frozen=True)
class _Job:
    style: "LineStyle"
    to: Destination
    max_pixels: int
    common: Common

    def run(self, sources: list[Source]) -> int:
        """Draw all sources, say each result or failure, and return the exit code."""
        failures = []
        for source in self.common.progress(sources, "drawing"):
            try:
                if source.error:
                    raise source.error
                self.one(source)
            except HuewiseError as error:
                self.common.failure(source.name, error)
                failures.append(error.exit_code)
            except BrokenPipeError:
                raise
            except Exception as error:
                self.common.surprise(source.name, error)
                failures.append(1)
        return exit_code(failures, len(sources))

    def one(self, source: Source) -> None:
        """Draw one source and say so."""
        from huewise import imaging
        from huewise.cli.drawing_file import encode_drawing, write_drawing
        from huewise.imaging.lineart import line_drawing
        from huewise.imaging.pixels import read_rgb

        stdout, content = self.to.is_stdout(source), source.content()
        target = None if stdout else self.to.target(source, ".png")
        # The transparent parts were laid on white.
        drawing_hw = line_drawing(read_rgb(content, max_pixels=self.max_pixels), self.style)
        picture = replace(imaging.read(content, max_pixels=self.max_pixels), alpha=None)
        binary = self.style.binary
        if target is None:
            write_stdout(encode_drawing(drawing_hw, picture, "png", binary=binary))
        else:
            write_drawing(target, drawing_hw, picture, binary=binary, overwrite=self.to.overwrite)
        fields = {
            "input": source.name,
            "output": "-" if target is None else str(target),
            "width": picture.width,
            "height": picture.height,
        }
        self.common.result(fields, None if stdout else f"{source.name} -> {target}")
