"""The list of commands, and the one place where errors become a line and an exit code."""

import difflib
import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError, UnusedCliTokensError

from huewise import __version__
from huewise.cli.common import Common, forget_stdout, to_stdout
from huewise.errors import HuewiseError, UsageError

INTERRUPTED = 130
NOTHING_WRITTEN = 4

COMMANDS = {  # the first line of each command's own help
    "colorize": "Give colour to pictures.",
    "palette": "Suggest colours for a place in a picture, the likeliest first.",
    "ask": "Let the model ask which colours it cannot guess.",
    "lineart": "Make a line drawing of a colour picture.",
    "serve": "Open the editor in the browser, until Ctrl-C.",
    "models": "List the models, or show the card of one.",
    "doctor": "Show versions and models, and colour a small made picture.",
    "train": "Train a model by a recipe, on from where it stopped.",
    "export": "Make a model for the shop from a checkpoint.",
    "evaluate": "Measure a model as a paper does.",
}


def make_app(called: str | None = None) -> App:
    """Return the application. A command's module is imported when it is called; the others show one line."""
    app = App(
        name="huewise",
        help="Give colour to black-and-white photographs.\n\nExample: huewise colorize grandmother.jpg",
        version=__version__,
        help_format="plaintext",
        suppress_keyboard_interrupt=False,
    )
    for order, (name, text) in enumerate(COMMANDS.items()):
        line = None if name == called else text
        app.command(f"huewise.cli.{name}:{name}", name=name, sort_key=order, help=line)
    return app


def main(words: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code (docs/conventions.md).

    No traceback reaches a person who did not ask for it with -v.
    """
    words = list(sys.argv[1:] if words is None else words)
    common = Common.of_words(words)
    _survive_closed_streams()
    _survive_any_name()
    # Our matrices are small: BLAS threads would only wait for each other. Read by NumPy and SciPy when they load.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        code = _run(words)
    except KeyboardInterrupt:
        common.say("interrupted; finished files stay")
        return INTERRUPTED
    except BrokenPipeError:  # whoever read our output has gone
        forget_stdout()
        return NOTHING_WRITTEN
    except CycloptsError as error:
        usage = _usage_error(error, words)
        common.failure(None, usage)
        return usage.exit_code
    except HuewiseError as error:
        common.failure(None, error)
        return error.exit_code
    except Exception as error:
        common.surprise(None, error)
        return 1
    return code if isinstance(code, int) else 0


def _run(words: Sequence[str]) -> object:
    with to_stdout():
        app = make_app(_command(words))
        code: object = app(words, exit_on_error=False, print_error=False, result_action="return_value")
        sys.stdout.flush()
        return code


def _usage_error(error: CycloptsError, words: Sequence[str]) -> UsageError:
    got = " ".join(str(error).split()).removesuffix(", ...").rstrip(".")
    command = _command(words)
    if words and words[0] not in COMMANDS and not words[0].startswith("-"):
        near = difflib.get_close_matches(words[0], COMMANDS, 1)
        meant = f"{near[0]}?" if near else f"one of {', '.join(COMMANDS)}"
        return UsageError(f"no command {words[0]!r}", meant, "see `huewise --help`")
    if isinstance(error, UnusedCliTokensError) and error.unused_tokens:
        got = f"{error.unused_tokens[0]!r} is neither an option nor in its place"
    name = f"huewise {command}" if command else "huewise"
    return UsageError(got, f"what `{name}` takes", f"see `{name} --help`")


def _command(words: Sequence[str]) -> str | None:
    return next((word for word in words if word in COMMANDS), None)


def _survive_closed_streams() -> None:
    """Put something in the place of a stream that was closed, or a picture's file would get its number.

    Standard input is then empty, standard error says nothing, and writing to standard output fails as on a full disk.
    """
    for name, mode, access in (
        ("stdin", "r", os.O_RDONLY),
        ("stdout", "w", os.O_RDONLY),
        ("stderr", "w", os.O_WRONLY),
    ):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, access), mode, encoding="utf-8"))


def _survive_any_name() -> None:
    """Let file names be printed whatever they hold and whatever the terminal's encoding is."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
