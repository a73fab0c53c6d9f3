"""`huewise colorize`."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter
from cyclopts.validators import Number

from huewise.cli.common import Common, exit_code
from huewise.cli.hinting import Hinting, HintTexts, MaxPixels, References, Saturation, read_references
from huewise.cli.inputs import Source, find_sources, refuse_options
from huewise.cli.outputs import Destination, ending_of_content, write_stdout
from huewise.errors import HuewiseError, UsageError
from huewise.limits import DEFAULT_MAX_PIXELS

if TYPE_CHECKING:
    from huewise.engine import Colorizer, OpenPicture, Reference, Result
    from huewise.engine.toned import TonedPicture
    from huewise.hints import GlobalHints

Format = Literal["jpeg", "png", "tiff", "webp", "avif"]


def colorize(
    inputs: Annotated[list[str], Parameter(name="IN", negative="", allow_leading_hyphen=True)],
    /,
    *,
    output: Annotated[str | None, Parameter(name=["--output", "-o"], allow_leading_hyphen=True)] = None,
    hints: Annotated[Path | None, Parameter(name="--hints")] = None,
    hint: HintTexts = None,
    model: str = "auto",
    reference: References = None,
    saturation: Saturation = None,
    temperature: Annotated[float | None, Parameter(validator=Number(gt=0, lte=1))] = None,
    flats: Annotated[bool, Parameter(negative="")] = False,
    layers: Annotated[Path | None, Parameter(name="--layers")] = None,
    keep_tint: Annotated[bool, Parameter(negative="")] = False,
    format: Format | None = None,
    quality: Annotated[int | None, Parameter(validator=Number(gte=1, lte=100))] = None,
    bits: Literal[8, 16] | None = None,
    max_pixels: MaxPixels = DEFAULT_MAX_PIXELS,
    overwrite: Annotated[bool, Parameter(negative="")] = False,
    common: Common = Common(),  # noqa: B008 - frozen
) -> int:
    """Give colour to pictures.

    The result of NAME.EXT lies beside it as NAME-color.EXT, in the same format (of HEIC: JPEG; of GIF and BMP: PNG).
    `-` reads standard input and writes standard output.
    One picture that fails does not stop the others.

    Example: huewise colorize grandmother.jpg --hint 412,230=skyblue -o out.png

    Parameters
    ----------
    inputs
        Picture files, folders with all that is below them, patterns, or -. Of a folder, what huewise has made of
        pictures in it (NAME-color, NAME-question-1) is left out.
    output
        File, folder (for several pictures), or -.
    hints
        Hints file (JSON).
    hint
        A colour at a place, X,Y=COLOR, in the picture's pixels; COLOR is #rgb, #rrggbb, a CSS name, lab(L a b)
        or rgb(r g b); a shell wants # and brackets in quotes. May be repeated; later ones lie over earlier ones.
    model
        Name of the model; see `huewise models`.
    reference
        Colour pictures whose colours are taken over; several average. Put IN before them.
    saturation
        Mean saturation that is wanted, 0 to 1; followed most of the way, up to 0.8.
    temperature
        Of the annealed mean over colour bins: 1 is the mean colour, small the likeliest one; of drawings: how far the
        colours of areas vary. Default: the model's own.
    flats
        Of line drawings: one colour for each closed area, from its hint or from the model; without a model for
        drawings, areas without a hint stay white.
    layers
        Colour with flats, and write them as layers, too, one for each colour: FILE.ora (OpenRaster), or a folder of
        PNG files; for one picture.
    keep_tint
        Of toned paper (sepia, yellowed): its tone stays, beneath the colours.
    format
        Format of the output.
    quality
        Of JPEG, WebP and AVIF, 1 to 100; default: 95, 90 and 75.
    bits
        Per sample of the output; default: as the input.
    max_pixels
        Refuse larger pictures.
    overwrite
        Replace outputs that exist.
    """
    refuse_options(inputs, "huewise colorize")
    from huewise.engine import Colorizer

    hinting = Hinting.of(hints, hint or [])
    wishes = hinting.wishes(reference or [], saturation, temperature, flats or layers is not None)
    wishes.refuse_beyond(("reference", "saturation", "temperature", "flats"))
    sources = find_sources(inputs)
    if sum(source.path is None and source.error is None for source in sources) > 1:
        raise UsageError("standard input given twice", "`-` once", "remove one")
    to = Destination.of(output, inputs, sources, format, overwrite)
    if common.json and any(to.is_stdout(source) for source in sources if not source.error):
        raise UsageError("--json and a picture, both on standard output", "one of them", "give -o a file")
    if layers is not None and len(sources) > 1:
        raise UsageError("--layers for several pictures", "one picture", "colour them one by one")
    save = {"format": format, "quality": quality, "bits": bits}
    load = partial(Colorizer.load, model if model != "auto" else hinting.file.model or "auto")
    references = read_references(wishes, common, max_pixels)
    if isinstance(references, int):
        return references
    return _Job(load, hinting, wishes, references, to, layers, keep_tint, max_pixels, save, common).run(
        sources
    )


@dataclass(frozen=True)
class _Job:
    load: "Callable[[], Colorizer]"
    hinting: Hinting
    wishes: "GlobalHints"
    references: "list[Reference]"
    to: Destination
    layers: Path | None
    keep_tint: bool
    max_pixels: int
    save: dict[str, Any]
    common: Common

    def run(self, sources: list[Source]) -> int:
        """Colour all sources, say each result or failure, and return the exit code."""
        failures = []
        colorizer = self.load() if any(source.error is None for source in sources) else None
        for source in self.common.progress(sources, "colouring"):
            try:
                if source.error or colorizer is None:
                    raise source.error or HuewiseError("nothing to do")
                self.one(source, colorizer)
            except HuewiseError as error:
                self.common.failure(source.name, error)
                failures.append(error.exit_code)
            except BrokenPipeError:
                raise
            except Exception as error:
                self.common.surprise(source.name, error)
                failures.append(1)
        return exit_code(failures, len(sources))

    def one(self, source: Source, colorizer: "Colorizer") -> None:
        """Colour one source and say so."""
        from huewise.imaging.openraster import check_layers

        start = time.perf_counter()
        stdout, ending = self.to.is_stdout(source), self.to.ending(source)
        target = None if stdout or ending is None else self.to.target(source, ending)
        if self.layers is not None:
            check_layers(self.layers, source.path, overwrite=self.to.overwrite)
        opened = colorizer.open(source.content(), max_pixels=self.max_pixels)
        colored = self.on_paper(opened)
        result = self.color(colored)
        on = opened if self.wishes.flats else colored  # which lie on white
        notes = [*on.picture.notes, *self.on_drawings(opened), *result.notes]
        if stdout:
            write_stdout(result.encode(**self.save))
        else:
            target = target or self.to.target(source, ending_of_content(opened))
            result.save(target, **self.save, overwrite=self.to.overwrite)
        if self.layers is not None:
            result.save_layers(self.layers, overwrite=self.to.overwrite)
        for note in notes:
            self.common.say(f"{source.name}: {note}")
        fields = {
            "input": source.name,
            "output": "-" if target is None else str(target),
            **({} if self.layers is None else {"layers": str(self.layers)}),
            "width": opened.picture.width,
            "height": opened.picture.height,
            "seconds": round(time.perf_counter() - start, 3),
            "notes": notes,
        }
        written = [] if stdout else [path for path in (target, self.layers) if path is not None]
        self.common.result(fields, *(f"{source.name} -> {path}" for path in written))

    def on_drawings(self, opened: "OpenPicture") -> list[str]:
        """What to say of a drawing that a model for photographs has been given; `auto` has looked for itself."""
        from huewise.imaging.drawing import is_drawing

        if opened.kind == "rgb" or self.wishes.flats or opened.colorizer.hands_drawings_on:
            return []
        if not is_drawing(opened.picture):
            return []
        return [
            f"this looks like a drawing, to which {opened.colorizer.spec.name} gives hardly any colour: see --model"
        ]

    def on_paper(self, opened: "OpenPicture") -> "OpenPicture | TonedPicture":
        """The picture on its paper's tone, where that is to be kept."""
        from huewise.engine.toned import TonedPicture

        return TonedPicture(opened) if self.keep_tint else opened

    def color(self, colored: "OpenPicture | TonedPicture") -> "Result":
        """Colour an open picture with the hints of this call."""
        return colored.colorize(
            self.hinting.for_picture(colored.picture.width, colored.picture.height),
            reference=self.references,
            saturation=self.wishes.saturation,
            temperature=self.wishes.temperature,
            flats=bool(self.wishes.flats),
        )
