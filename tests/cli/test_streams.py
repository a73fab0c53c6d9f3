"""Full, closed and interrupted streams: one line and the exit code that was promised, never a traceback."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

FULL = Path("/dev/full")
COMMANDS = ["models", "models --json", "--version", "--help", "colorize none.png --json"]


def shell(words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `huewise` as a shell would, with its redirections."""
    line = f"{sys.executable} -m huewise {words}"
    return subprocess.run(
        ["bash", "-c", line],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
@pytest.mark.parametrize("words", [*COMMANDS[:4], "lineart gray.png -o -"])
def test_a_full_standard_output_is_said_in_one_line(words: str, folder: Path) -> None:
    done = shell(f"{words} >{FULL}", folder)
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert "standard output that cannot be written (No space left on device)" in done.stderr


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full here")
def test_an_error_is_said_even_where_its_json_finds_no_room(folder: Path) -> None:
    done = shell(f"lineart none.png --json >{FULL}", folder)
    assert done.returncode == 1
    assert done.stderr == "huewise: none.png: no such file; a picture file; check the name\n"


@pytest.mark.parametrize("words", COMMANDS[:3])
def test_a_closed_standard_output_is_said_in_one_line(words: str, folder: Path) -> None:
    done = shell(f"{words} >&-", folder)
    assert done.returncode == 4
    assert done.stderr.startswith("huewise: standard output that cannot be written")
    assert done.stderr.count("\n") == 1


def test_a_closed_standard_error_keeps_results_apart(folder: Path) -> None:
    done = shell("lineart none.png 2>&-", folder)
    assert (done.returncode, done.stdout) == (1, "")


def test_a_closed_standard_input_is_an_empty_file(folder: Path) -> None:
    done = shell("lineart - -o out.png <&-", folder)
    assert done.returncode == 1
    assert done.stderr.startswith("huewise: -: an empty file; a picture")


def test_standard_input_becomes_a_drawing_on_standard_output(folder: Path) -> None:
    done = shell("lineart - -o - <gray.png | head -c 4 | tail -c 3", folder)
    assert (done.stdout, done.stderr) == ("PNG", "")


def test_a_reader_that_goes_away_is_no_error_to_tell_about(folder: Path) -> None:
    done = shell("models | head -0", folder)
    assert done.stderr == ""


def test_an_interrupt_ends_with_130_and_one_line(folder: Path) -> None:
    words = [sys.executable, "-m", "huewise", "lineart", "-", "-o", "out.png"]
    pipe = subprocess.PIPE
    before = signal.signal(
        signal.SIGINT, signal.default_int_handler
    )  # ignored in background jobs, and by their children
    with subprocess.Popen(words, cwd=folder, stdin=pipe, stderr=pipe) as running:
        signal.signal(signal.SIGINT, before)
        try:
            wait_for_reading(running.pid)
            running.send_signal(signal.SIGINT)
            _, said = running.communicate(timeout=60)
        finally:
            running.kill()
    assert said == b"huewise: interrupted; finished files stay\n"
    assert running.returncode == 130


def wait_for_reading(pid: int) -> None:
    """Until the process waits at a pipe; where the system does not say, a while."""
    place = Path(f"/proc/{pid}/wchan")
    for _ in range(600):
        said = place.read_text() if place.exists() else "0"
        if "pipe" in said:
            return
        time.sleep(0.1 if said != "0" else 0.01)
    time.sleep(2)
