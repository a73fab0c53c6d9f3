"""Which pictures are meant: files, folders, globs and `-` become a list of sources."""

import glob
import os
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from huewise.errors import HuewiseError, PictureError, UsageError

WRITABLE_ENDINGS = frozenset((".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".tif", ".tiff", ".webp", ".avif"))
# What is taken from a folder; a file that is named is opened whatever its ending.
ENDINGS = frozenset((*WRITABLE_ENDINGS, ".heic", ".heif", ".gif", ".bmp"))
SUFFIX = "-color"  # of our own outputs
OWN = rf"{SUFFIX}|-question-\d+"  # how the names of our own pictures end, as a pattern


@dataclass(frozen=True)
class Source:
    """One input: a file, or standard input (`path` None), or a word that led to none (`error`).

    `below` is where the file lies under the folder that was named: the same place is kept under -o DIR.
    """

    name: str
    path: Path | None = None
    below: Path = Path()
    error: HuewiseError | None = None

    def content(self) -> Path | bytes:
        """Return the file's path, or what standard input holds."""
        return sys.stdin.buffer.read() if self.path is None else self.path


def refuse_options(words: Sequence[str], command: str) -> None:
    """Raise UsageError for a word that looks like an option, unless it is `-` or there is such a file.

    The parser hands them over as inputs, since `-` is one.
    """
    for word in words:
        if word.startswith("-") and word != "-" and not os.path.lexists(word):
            raise UsageError(f"unknown option {word}", f"an option of `{command}`", f"see `{command} --help`")


def find_sources(words: Sequence[str]) -> list[Source]:
    """Return all sources in the order of the words; a word that leads to none gives one with its error."""
    return [source for word in words for source in _sources_of(word)]


def _sources_of(word: str) -> Iterator[Source]:
    if word == "-":
        yield Source(word)
    elif "\0" in word:
        yield Source(word, error=PictureError("a name with a NUL character", "a file name", "correct it"))
    elif os.path.lexists(word):
        yield from _named(Path(word))
    elif glob.has_magic(word):
        matches = sorted(glob.glob(word, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
        for match in matches:
            yield from _named(Path(match))
        if not matches:
            yield Source(word, error=PictureError("no file matches", "pictures", "check the pattern"))
    else:
        yield Source(word, error=PictureError("no such file", "a picture file", "check the name"))


def _named(path: Path) -> Iterator[Source]:
    if not path.is_dir():
        yield Source(str(path), path)
        return
    found = False
    for source in _in_folder(path):
        found = True
        yield source
    if not found:
        yield Source(
            str(path),
            error=PictureError(
                "a folder without pictures", "files such as *.jpg, *.png or *.tif", "check the folder"
            ),
        )


def _in_folder(top: Path) -> Iterator[Source]:
    """Walk a folder and all below, each real folder once: links may lead in circles."""
    refused: list[OSError] = []
    seen: set[tuple[int, int]] = set()
    _is_new(top, seen)
    found: list[Path] = []
    for folder, below, names in os.walk(top, onerror=refused.append, followlinks=True):
        below[:] = sorted(
            name for name in below if not name.startswith(".") and _is_new(Path(folder, name), seen)
        )
        found += (Path(folder, name) for name in sorted(names))
    pictures = [path for path in found if _is_picture(path)]
    stems = {path.stem for path in pictures}  # of all: outputs may have gone into another folder
    for path in pictures:
        if not is_own_output(path.name, stems):
            yield Source(str(path), path, below=path.parent.relative_to(top))
    for error in refused:
        told = PictureError(
            f"a folder that cannot be read ({error.strerror})", "a readable folder", "check its rights"
        )
        yield Source(str(error.filename), error=told)


def _is_new(folder: Path, seen: set[tuple[int, int]]) -> bool:
    try:
        status = folder.stat()
    except OSError:
        return False
    key = (status.st_dev, status.st_ino)
    new = key not in seen
    seen.add(key)
    return new


def _is_picture(path: Path) -> bool:
    """By name. A pipe or device would wait for ever; a link to nowhere is taken, and named when it fails."""
    if path.name.startswith(".") or path.suffix.lower() not in ENDINGS:
        return False
    return path.is_file() or not path.exists()


def is_own_output(name: str, stems: set[str], ending: str = OWN) -> bool:
    """Whether a file is named as one of our pictures of an input with one of these stems; `ending`: a pattern."""
    named = re.fullmatch(rf"(.+?)(?:{ending})", Path(name).stem)
    return named is not None and named[1] in stems
