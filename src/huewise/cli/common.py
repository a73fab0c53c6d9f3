"""What all commands share: the options --json, --quiet and -v, and how results, notes and errors are said."""

import errno
import json
import os
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from cyclopts import Group, Parameter

from huewise.errors import HuewiseError, OutputError

Item = TypeVar("Item")

STDOUT_FAILS = frozenset((errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF))
ALL_COMMANDS = Group("Every command", sort_key=9)


@Parameter(name="*")
@dataclass(frozen=True)
class Common:
    """Options of every command. Results go to stdout, everything else to stderr."""

    json: Annotated[bool, Parameter(name="--json", negative="", group=ALL_COMMANDS)] = False
    """One JSON object per result on stdout, and nothing else there."""

    quiet: Annotated[bool, Parameter(name="--quiet", negative="", group=ALL_COMMANDS)] = False
    """Say nothing but errors."""

    verbose: Annotated[bool, Parameter(name=["--verbose", "-v"], negative="", group=ALL_COMMANDS)] = False
    """Say more, and show the traceback of an unexpected error."""

    @classmethod
    def of_words(cls, words: Sequence[str]) -> "Common":
        """Return the options as far as they show before parsing, for errors of parsing itself."""
        return cls(
            json="--json" in words, quiet="--quiet" in words, verbose="-v" in words or "--verbose" in words
        )

    def result(self, fields: Mapping[str, Any], *lines: str | None) -> None:
        """Say a result: as one JSON object, or as lines unless --quiet."""
        if self.json:
            put(json.dumps(fields))
        elif not self.quiet:
            for line in filter(None, lines):
                put(printable(line))

    def say(self, text: str) -> None:
        """Say something beside the results."""
        if not self.quiet:
            print(f"huewise: {printable(text)}", file=sys.stderr)

    def detail(self, text: str) -> None:
        """Say something that only -v wants to know."""
        if self.verbose:
            self.say(text)

    def failure(self, name: str | None, error: HuewiseError) -> None:
        """Say an error in one line; with --json also as an object on stdout."""
        if self.json:
            told = {"code": error.code, "message": error.message, "hint": error.todo}
            with suppress(OutputError):  # it is said on stderr all the same
                put(json.dumps({"input": name, "error": told}))
        print(f"huewise: {printable(f'{name}: {error}' if name else str(error))}", file=sys.stderr)
        self._trace(error)

    def surprise(self, name: str | None, error: Exception) -> None:
        """Say an error that nobody foresaw."""
        kind = type(error).__name__
        got = f"unexpected {kind}: {error}" if str(error) else f"unexpected {kind}"
        todo = "" if self.verbose else "run again with -v for the traceback"
        told = HuewiseError(got, todo=todo)
        told.__cause__ = error
        self.failure(name, told)

    def progress(self, items: Sequence[Item], what: str) -> Iterable[Item]:
        """Iterate with a bar on stderr, if that is a terminal and there is more than one item."""
        if self.quiet or len(items) < 2 or not sys.stderr.isatty():
            return items
        return _with_bar(items, what)

    def _trace(self, error: HuewiseError) -> None:
        if self.verbose and error.__cause__ is not None:
            traceback.print_exception(error.__cause__, file=sys.stderr)


def _with_bar(items: Sequence[Item], what: str) -> Iterator[Item]:
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True, redirect_stdout=sys.stdout.isatty())
    with bar:
        task = bar.add_task(what, total=len(items))
        for item in items:
            yield item
            bar.advance(task)


def put(text: str) -> None:
    """Print a line on standard output; OutputError where that is full or closed."""
    with to_stdout():
        print(text, flush=True)


@contextmanager
def to_stdout() -> Iterator[None]:
    """Let errors of writing to standard output be OutputErrors; nothing is written there afterwards."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno not in STDOUT_FAILS:
            raise
        forget_stdout()
        raise OutputError(
            f"standard output that cannot be written ({error.strerror})", "a place with room", "give another"
        ) from error


def forget_stdout() -> None:
    """Let what is still buffered go nowhere when the process ends."""
    with suppress(OSError):
        stdout = sys.stdout.fileno()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stdout)
        os.close(nowhere)


def printable(text: str) -> str:
    """Escape control characters: a file's name must not break the line or steer the terminal."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text
    )


def exit_code(failures: Sequence[int], total: int) -> int:
    """Return 0 if nothing failed; the failures' own code if all failed for the same reason; else 1."""
    if not failures:
        return 0
    return failures[0] if len(failures) == total and len(set(failures)) == 1 else 1
