"""Where a result goes: beside the input, to a file, into a folder, or to standard output."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from huewise.cli.common import to_stdout
from huewise.cli.inputs import SUFFIX, WRITABLE_ENDINGS, Source
from huewise.errors import OutputError, UsageError

if TYPE_CHECKING:
    from huewise.engine import OpenPicture

ENDING_OF = {"jpeg": ".jpg", "png": ".png", "tiff": ".tif", "webp": ".webp", "avif": ".avif"}


@dataclass(frozen=True)
class Destination:
    """The meaning of -o. `given`: what was written after it; `folder`: whether that is a folder."""

    given: str | None
    folder: bool
    format: str | None
    overwrite: bool
    taken: dict[str, str] = field(default_factory=dict)  # output -> the input that already went there
    suffix: str = SUFFIX  # of the output's name beside its input

    @classmethod
    def of(
        cls,
        given: str | None,
        words: Sequence[str],
        sources: Sequence[Source],
        format: str | None,
        overwrite: bool,
    ) -> "Destination":
        """Understand -o for these inputs; UsageError where several would go to one place."""
        several = len(sources) > 1 or any(os.path.isdir(word) for word in words)  # noqa: PTH112 - says no to a name that is too long
        if given == "-" and several:
            raise UsageError("several inputs for standard output", "one input", "give -o a folder")
        folder = given not in (None, "-") and (several or _names_a_folder(str(given)))
        place = Path(str(given))
        like_a_picture = place.suffix.lower() in WRITABLE_ENDINGS and not _names_a_folder(str(given))
        if folder and (os.path.isfile(place) or like_a_picture):  # noqa: PTH113
            raise UsageError(f"-o {given} names a file, for several inputs", "a folder", "name a folder")
        if given not in (None, "-") and not folder:
            _check_ending(str(given), format)
        return cls(given, folder, format, overwrite)

    def is_stdout(self, source: Source) -> bool:
        """Whether this result is written to standard output."""
        return self.given == "-" or (self.given is None and source.path is None)

    def ending(self, source: Source) -> str | None:
        """Return the output's ending, or None if it depends on what the input turns out to be."""
        if self.format:
            return ENDING_OF[self.format]
        own = source.path.suffix if source.path else ""
        return own if own.lower() in WRITABLE_ENDINGS else None

    def target(self, source: Source, ending: str) -> Path:
        """Return the file to write, in a folder that exists; OutputError if it may not be written."""
        from huewise.files import check_target

        path = self._place(source, ending)
        if self.folder:
            make_folder(path.parent)
        place = os.path.realpath(path)
        other = self.taken.get(place, source.name)
        if other != source.name:
            raise OutputError(
                f"{path} is already the output of {other}", "one input for one output", "colour them apart"
            )
        check_target(path, source.path, overwrite=self.overwrite)
        self.taken[place] = source.name
        return path

    def _place(self, source: Source, ending: str) -> Path:
        stem = source.path.stem if source.path else "picture"
        name = stem + self.suffix + ending
        if self.folder:
            return Path(str(self.given)) / source.below / name
        if self.given is not None:
            return Path(self.given)
        return (source.path or Path(name)).with_name(name)


def _check_ending(given: str, format: str | None) -> None:
    """UsageError for a file's name that promises something else than what would be in it."""
    from huewise.imaging.writer import format_of_ending

    ending = Path(given).suffix.lower()
    promised = format_of_ending(ending)
    if format is not None and promised not in (None, format):
        raise UsageError(f"-o {given} with --format {format}", "one kind of file", "leave one of them out")
    if format is None and ending and promised is None:
        known = ", ".join(ENDING_OF.values())
        raise UsageError(f"-o {given}, a kind of file that is not written", known, "choose another ending")


def _names_a_folder(text: str) -> bool:
    return text.endswith(("/", os.sep)) or os.path.isdir(text)  # noqa: PTH112


def ending_of_content(opened: "OpenPicture") -> str:
    """Return the ending of a result whose input's name does not tell it."""
    from huewise.imaging import output_format

    return ENDING_OF[output_format(None, opened.picture)]


def write_stdout(data: bytes) -> None:
    """Write a picture to standard output; UsageError where that is a terminal, OutputError where it is full."""
    if sys.stdout.isatty():
        raise UsageError("a picture for the terminal", "a file or a pipe", "add -o FILE, or > FILE")
    with to_stdout():
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def make_folder(folder: Path) -> None:
    """Make a folder unless it is there; OutputError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"the folder {folder} cannot be made ({error.strerror})", "a writable place", "choose another"
        ) from error
