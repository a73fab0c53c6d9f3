"""Pages that are made from the program itself: `python -m tests.golden` writes them, `test_golden.py` compares them."""

import contextlib
import io
import os
from pathlib import Path

from huewise.cli import main
from huewise.cli.app import COMMANDS

ROOT = Path(__file__).parent.parent


def help_of(*words: str) -> str:
    """What `huewise WORDS --help` prints, 100 columns wide."""
    out = io.StringIO()
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = "100"
    try:
        with contextlib.redirect_stdout(out):
            main([*words, "--help"])
    finally:
        if before is None:
            del os.environ["COLUMNS"]
        else:
            os.environ["COLUMNS"] = before
    return "\n".join(line.rstrip() for line in out.getvalue().strip().splitlines())


def command_line_page() -> str:
    """docs/cli.md."""
    parts = ["# The command line", "", "Generated from the program by `make golden`.", ""]
    for words in ((), *((name,) for name in COMMANDS)):
        parts += [f"## huewise {' '.join(words)}".rstrip(), "", "```", help_of(*words), "```", ""]
    return "\n".join(parts)


PAGES = {"docs/cli.md": command_line_page}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (ROOT / name).write_text(make(), encoding="utf-8")
        print(name)
