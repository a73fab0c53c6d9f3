"""`huewise palette`."""

import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from huewise.cli.common import Common
from huewise.cli.hinting import Hinting, HintTexts, MaxPixels, References, Saturation, read_references
from huewise.cli.inputs import Source, refuse_options
from huewise.errors import HuewiseError, PictureError
from huewise.limits import DEFAULT_MAX_PIXELS


def palette(
    input: Annotated[str, Parameter(name="IN", allow_leading_hyphen=True)],
    x: Annotated[float, Parameter(name="X")],
    y: Annotated[float, Parameter(name="Y")],
    /,
    *,
    k: Annotated[int, Parameter(name="-k", validator=Number(gte=1, lte=100))] = 9,
    hints: Annotated[Path | None, Parameter(name="--hints")] = None,
    hint: HintTexts = None,
    model: str = "auto",
    reference: References = None,
    saturation: Saturation = None,
    max_pixels: MaxPixels = DEFAULT_MAX_PIXELS,
    common: Common = Common(),  # noqa: B008 - frozen
) -> int:
    """Suggest colours for a place in a picture, the likeliest first.

    Example: huewise palette grandmother.jpg 412 230 -k 5

    Parameters
    ----------
    input
        Picture file, or `-`.
    x
        Pixels from the left.
    y
        Pixels from the top.
    k
        At most this many.
    hints
        Hints file (JSON); the suggestions follow it.
    hint
        A colour at a place, X,Y=COLOR, as in colorize; may be repeated.
    model
        Name of the model; see `huewise models`.
    reference
        Colour pictures whose colours are taken over; several average. Put IN before them.
    saturation
        Mean saturation that is wanted, 0 to 1.
    max_pixels
        Refuse larger pictures.
    """
    refuse_options([input], "huewise palette")
    from huewise.engine import Colorizer

    hinting = Hinting.of(hints, hint or [])
    wishes = hinting.wishes_of_questions(reference or [], saturation, common)
    references = read_references(wishes, common, max_pixels)
    if isinstance(references, int):
        return references
    colorizer = Colorizer.load(model if model != "auto" else hinting.file.model or "auto")
    source = Source(input, None if input == "-" else Path(input))
    try:
        if "\0" in input:
            raise PictureError("a name with a NUL character", "a file name", "correct it")
        opened = colorizer.open(source.content(), max_pixels=max_pixels)
        given = hinting.for_picture(opened.picture.width, opened.picture.height)
        suggestions = opened.palette(
            x, y, hints=given, k=k, reference=references, saturation=wishes.saturation
        )
    except HuewiseError as error:
        common.failure(input, error)
        return error.exit_code
    fields = [{"color": s.color, "probability": round(s.probability, 4)} for s in suggestions]
    lines = [f"{_swatch(s.color)}{s.color}  {s.probability:6.1%}" for s in suggestions]
    if common.json:
        common.result({"input": input, "x": x, "y": y, "suggestions": fields})
    else:
        print("\n".join(lines))
    return 0


def _swatch(color: str) -> str:
    """Return two cells of the colour, where a terminal can show it."""
    if not sys.stdout.isatty():
        return ""
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return f"\x1b[48;2;{red};{green};{blue}m    \x1b[0m "
