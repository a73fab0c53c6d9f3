import json
import subprocess
import sys
from importlib import import_module

import pytest

import huewise
from huewise.cli import main
from huewise.cli.app import COMMANDS
from huewise.cli.common import exit_code, printable

HEAVY = {"torch", "onnxruntime", "scipy", "pyvips", "fastapi", "PIL", "numpy"}


def test_version_is_the_packages(capsys) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == huewise.__version__ + "\n"


def test_help_lists_every_command(capsys) -> None:
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    for name, line in COMMANDS.items():
        assert name in out
        assert line[:40] in out


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_an_example_and_the_line_that_the_list_shows(capsys, name: str) -> None:
    command = getattr(import_module(f"huewise.cli.{name}"), name)
    assert command.__doc__.splitlines()[0] == COMMANDS[name]
    assert main([name, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"Example: huewise {name}" in out
    assert "--json" in out
    assert "--quiet" in out
    assert "--verbose" in out


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["colorize", "--help"], ["colorize"]])
def test_help_loads_nothing_heavy(words: list[str]) -> None:
    code = (
        "import sys; from huewise.cli import main; main(sys.argv[1:]);"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    assert done.stderr.splitlines()[-1] == "[]"


def test_the_package_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "huewise", "colorize", "--bogus"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert done.stderr.startswith("huewise: unknown option --bogus; an option of `huewise colorize`; see ")
    assert done.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ["nosuch"],
        ["colorize"],
        ["colorize", "--bogus", "a.png"],
        ["colorize", "a.png", "--bogus"],
        ["colorize", "a.png", "-o"],
        ["colorize", "a.png", "--quality", "0"],
        ["colorize", "a.png", "--quality", "many"],
        ["colorize", "a.png", "--bits", "12"],
        ["colorize", "a.png", "--format", "bmp"],
        ["colorize", "a.png", "--max-pixels", "0"],
        ["palette", "a.png", "5"],
        ["palette", "a.png", "5", "y"],
        ["palette", "a.png", "5", "6", "-k", "0"],
        ["palette", "--bogus", "5", "6"],
        ["serve", "--port", "99999"],
        ["train"],
        ["export", "a.pt"],
        ["evaluate", "nobody2000"],
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(capsys, words: list[str]) -> None:
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("huewise: ")
    assert len(err.splitlines()) == 1
    assert "--help`" in err


def test_a_misspelt_command_names_its_nearest(capsys) -> None:
    assert main(["colorise", "a.png"]) == 2
    assert capsys.readouterr().err == "huewise: no command 'colorise'; colorize?; see `huewise --help`\n"


def test_wrong_usage_is_an_object_with_json(capsys) -> None:
    assert main(["colorize", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["input"] is None
    assert told["error"]["code"] == "usage"
    assert "huewise colorize --help" in told["error"]["hint"]


def test_an_unforeseen_error_is_one_line_unless_asked(capsys, monkeypatch) -> None:
    def broken() -> None:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr("huewise.models.installed", broken)
    assert main(["models"]) == 1
    err = capsys.readouterr().err
    assert err == "huewise: unexpected RuntimeError: two\\nlines; run again with -v for the traceback\n"
    assert main(["models", "-v"]) == 1
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("failures", "total", "code"),
    [([], 3, 0), ([4], 1, 4), ([4, 4], 2, 4), ([4], 2, 1), ([4, 2], 2, 1), ([1], 1, 1)],
)
def test_the_exit_code_of_a_batch(failures: list[int], total: int, code: int) -> None:
    assert exit_code(failures, total) == code


def test_control_characters_are_shown_and_other_letters_left_alone() -> None:
    assert printable("a\nb\x1b[0m\x00") == "a\\nb\\x1b[0m\\x00"
    assert printable("größe 写真 ü") == "größe 写真 ü"
    assert printable("\u202e\udce9") == "\\u202e\\udce9"
