"""`huewise ask`: the model's questions, answered by a picture or by a person."""

import errno
import io
import json
import re
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from huewise.cli import ask, main
from huewise.color import rgb_to_lab
from huewise.engine import Colorizer, OpenPicture
from huewise.errors import OutputError
from huewise.hints import HintsFile
from tests.engine.fakes import Decode, Encode, spec

SIZE = (96, 64)


class Shortsighted(Encode):
    """Hints do not reach far, so there is more than one question in a picture."""

    def run(self, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        made = super().run(feeds)
        made["grid"][:, 2] = 0.3
        return made


def colorizer(name: str = "auto") -> Colorizer:
    return Colorizer(spec(), {"encode.onnx": Shortsighted(), "decode.onnx": Decode()})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with gray.png, truth.png and flat.png, and a model without weights."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huewise.engine.Colorizer.load", colorizer)
    ramp = np.tile(np.linspace(20, 230, SIZE[0]).astype(np.uint8), (SIZE[1], 1))
    Image.fromarray(ramp).save("gray.png")
    Image.fromarray(np.stack([ramp, ramp // 2, ramp // 4], -1)).save("truth.png")
    Image.new("L", SIZE, 128).save("flat.png")
    return tmp_path


def say(monkeypatch: pytest.MonkeyPatch, *replies: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{reply}\n" for reply in replies)))


def told(capsys: pytest.CaptureFixture[str]) -> dict:
    (line,) = capsys.readouterr().out.splitlines()
    return json.loads(line)


def test_truth_answers_and_the_questions_lie_beside_the_result(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "gray.png", "--steps", "2", "--answers", "truth.png", "--json"]) == 0
    report = told(capsys)
    assert report["output"] == "gray-color.png"
    assert [q["picture"] for q in report["questions"]] == ["gray-question-1.png", "gray-question-2.png"]
    red, green, blue = (int(report["questions"][0]["answer"][i : i + 2], 16) for i in (1, 3, 5))
    assert red > green > blue  # the truth is brown
    with Image.open(folder / "gray-question-1.png") as image:
        assert image.size == SIZE


def test_what_the_truth_answered_is_said(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "gray.png", "--steps", "1", "--answers", "truth.png"]) == 0
    question, result = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"gray-question-1\.png: #[0-9a-f]{6}", question)
    assert result == "gray.png -> gray-color.png"


def chroma_of(name: str) -> np.ndarray:
    with Image.open(name) as image:
        return rgb_to_lab(np.asarray(image.convert("RGB"), np.float32) / 255)[..., 1:]


def test_questions_and_colours_follow_the_wishes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    followed: list[tuple[str, tuple[object, list[str]]]] = []
    for name in ("question", "colorize"):
        real = getattr(OpenPicture, name)

        def spy(opened: OpenPicture, *given: Any, name: str = name, real: Any = real, **told: Any) -> Any:
            followed.append((name, (told["saturation"], [one.name for one in told["reference"]])))
            return real(opened, *given, **told)

        monkeypatch.setattr(OpenPicture, name, spy)
    words = ["ask", "gray.png", "--answers", "truth.png", "--steps", "1"]
    assert main([*words, "--saturation", "0.2", "--reference", "truth.png"]) == 0
    assert {name for name, _ in followed} == {"question", "colorize"}
    assert all(wishes == (0.2, ["truth.png"]) for _, wishes in followed)


def test_each_answer_brings_the_colours_nearer_to_the_truth(folder: Path) -> None:
    for steps in ("1", "4"):
        assert (
            main(
                [
                    "ask",
                    "gray.png",
                    "--steps",
                    steps,
                    "--answers",
                    "truth.png",
                    "-o",
                    f"{steps}.png",
                    "--overwrite",
                ]
            )
            == 0
        )
    assert main(["colorize", "gray.png", "-o", "0.png"]) == 0
    none, one, four = (np.abs(chroma_of(f"{n}.png") - chroma_of("truth.png")).mean() for n in (0, 1, 4))
    assert four < one < none


def test_person_takes_a_suggestion_types_a_colour_or_skips(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, "skip", "1", "tomato")
    assert main(["ask", "gray.png", "--interactive", "--steps", "2", "--json"]) == 0
    first, second, third = told(capsys)["questions"]
    assert first["answer"] is None
    assert second["answer"] == second["suggestions"][0]["color"]
    assert third["answer"] == "tomato"


def test_reply_that_makes_no_sense_is_asked_for_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, "99", "no colour at all", "", "help", "teal")
    assert main(["ask", "gray.png", "--interactive", "--steps", "1", "--json"]) == 0
    out = capsys.readouterr()
    assert json.loads(out.out)["questions"][0]["answer"] == "teal"
    assert "number 99" in out.err
    assert out.err.count("number, colour, skip, back or done") == 5
    assert "''" not in out.err  # Enter alone is no colour that could be wrong
    assert out.err.count("Look at each picture") == 3  # at the start, and when asked for
    assert "'help'" not in out.err


@pytest.mark.parametrize("replies", [("teal",), ("teal", "done")])
def test_person_who_leaves_or_is_done_has_the_result_so_far(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    replies: tuple[str, ...],
) -> None:
    say(monkeypatch, *replies)
    assert main(["ask", "gray.png", "--interactive", "--steps", "5"]) == 0
    assert (folder / "gray-color.png").exists()
    assert ("no more replies" in capsys.readouterr().err) is ("done" not in replies)


def test_a_question_that_cannot_be_written_is_one_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    assert main(["ask", "gray.png"]) == 4
    assert "make room" in capsys.readouterr().err
    assert not list(folder.glob("*question*")) + list(folder.glob("*.part"))


def test_a_later_question_that_cannot_be_written_loses_no_answer(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put = ask._Talk._put

    def put_once(talk: ask._Talk, question: Any) -> None:
        if talk.told:
            raise OutputError("the disk is full", "some room", "make room")
        put(talk, question)

    monkeypatch.setattr(ask._Talk, "_put", put_once)
    say(monkeypatch, "teal", "teal")
    assert main(["ask", "gray.png", "--interactive", "--steps", "5"]) == 4
    assert "the disk is full" in capsys.readouterr().err
    assert np.abs(chroma_of("gray-color.png")).max() > 10


def test_interrupted_talk_writes_the_result_so_far(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(io.StringIO):
        def readline(self, *args: object) -> str:
            line = super().readline()
            if not line:
                raise KeyboardInterrupt
            return line

    monkeypatch.setattr("sys.stdin", Interrupted("teal\n"))
    assert main(["ask", "gray.png", "--interactive", "--steps", "5"]) == 130
    assert np.abs(chroma_of("gray-color.png")).max() > 10


@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM"])
def test_a_terminal_that_is_closed_loses_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    class Closed(io.StringIO):
        def readline(self, *args: object) -> str:
            line = super().readline()
            if not line:
                signal.raise_signal(getattr(signal, name))
            return line

    before = signal.getsignal(getattr(signal, name))
    monkeypatch.setattr("sys.stdin", Closed("teal\n"))
    assert main(["ask", "gray.png", "--interactive"]) == 130
    assert np.abs(chroma_of("gray-color.png")).max() > 10
    assert signal.getsignal(getattr(signal, name)) == before


def test_a_terminal_that_cannot_be_read_any_more_ends_the_talk(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Gone(io.StringIO):
        def readline(self, *args: object) -> str:
            line = super().readline()
            if not line:
                raise OSError(errno.EIO, "Input/output error")
            return line

    monkeypatch.setattr("sys.stdin", Gone("teal\n"))
    assert main(["ask", "gray.png", "--interactive"]) == 0
    assert np.abs(chroma_of("gray-color.png")).max() > 10


def test_an_answer_can_be_taken_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, "tan", "#0000ff", "back", "darkgreen", "done")
    assert main(["ask", "gray.png", "--interactive", "-o", "regretted.png", "--json"]) == 0
    out = capsys.readouterr()
    answers = [one["answer"] for one in json.loads(out.out)["questions"]]
    assert answers == ["tan", None, None, "darkgreen", None]
    assert "taken back: #0000ff" in out.err
    say(monkeypatch, "tan", "darkgreen", "done")
    assert main(["ask", "gray.png", "--interactive", "-o", "at-once.png"]) == 0
    assert Path("regretted.png").read_bytes() == Path("at-once.png").read_bytes()


def test_where_nothing_was_answered_nothing_can_be_taken_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, "back", "tan")
    assert main(["ask", "gray.png", "--interactive", "--steps", "1"]) == 0
    assert "no answer to take back" in capsys.readouterr().err


def test_what_was_skipped_is_not_put_again_after_an_answer_was_taken_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, "skip", "tan", "back", "tan", "done")
    assert main(["ask", "gray.png", "--interactive", "--json"]) == 0
    shown = [np.asarray(Image.open(one["picture"]), int) for one in told(capsys)["questions"]]
    assert np.abs(shown[3] - shown[1]).max() <= 1 < np.abs(shown[0] - shown[1]).max()


def test_kept_hints_give_the_same_picture_without_any_question(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "begun.json").write_text(
        json.dumps({"huewise": 1, "hints": [{"point": [9, 9], "color": "tan"}]})
    )
    say(monkeypatch, "#804020", "darkgreen")
    asked = [
        "ask",
        "gray.png",
        "--interactive",
        "--steps",
        "2",
        "--hints",
        "begun.json",
        "--saturation",
        "0.5",
    ]
    assert main([*asked, "--save-hints", "kept.json"]) == 0
    assert len(json.loads(Path("kept.json").read_text())["hints"]) == 3
    assert main(["colorize", "gray.png", "--hints", "kept.json", "-o", "again.png"]) == 0
    with Image.open("again.png") as again, Image.open("gray-color.png") as first:
        apart = np.abs(np.asarray(again, int) - np.asarray(first, int))
    assert apart.max() <= 1, "masks are kept in 8 bits"


@pytest.mark.parametrize("name", ["kept.json", "gray-color.png", "gray.png", "truth.png"])
def test_kept_hints_replace_nothing_unasked_and_never_a_picture(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (folder / "kept.json").write_text("mine")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    asked = ["ask", "gray.png", "--answers", "truth.png", "--steps", "1", "--save-hints", name]
    assert main(asked) != 0
    assert main([*asked, "--overwrite"] if name != "kept.json" else asked) != 0
    assert name in capsys.readouterr().err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_going_on_from_a_hints_file_in_its_place_keeps_its_masks_and_what_else_it_says(folder: Path) -> None:
    asked = ["ask", "gray.png", "--answers", "truth.png", "--overwrite", "--save-hints", "kept.json"]
    assert main([*asked, "--steps", "2"]) == 0
    document = json.loads(Path("kept.json").read_text())
    document["hints"], document["global"] = document["hints"][1:], {"temperature": 0.5}
    Path("kept.json").write_text(json.dumps(document))
    before = Path("kept-mask1.png").read_bytes()
    assert main([*asked, "--steps", "1", "--hints", "kept.json"]) == 0
    again = json.loads(Path("kept.json").read_text())
    assert again["global"] == {"temperature": 0.5}
    names = [hint["region"]["mask"] for hint in again["hints"]]
    assert names[0] == "kept-mask1.png" != names[1]
    assert Path("kept-mask1.png").read_bytes() == before


def test_answers_are_kept_even_where_the_picture_cannot_be_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OutputError("no space left", "", "")

    monkeypatch.setattr("huewise.engine.Result.save", full)
    asked = ["ask", "gray.png", "--answers", "truth.png", "--steps", "2", "--save-hints", "kept.json"]
    assert main(asked) == OutputError.exit_code
    assert len(json.loads(Path("kept.json").read_text())["hints"]) == 2


def test_a_hint_to_begin_with_is_kept_and_not_taken_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    say(monkeypatch, "back", "done")
    beginning = ["--hint", "5,6=tan", "--save-hints", "h.json"]
    assert main(["ask", "gray.png", "--interactive", *beginning]) == 0
    assert "no answer to take back" in capsys.readouterr().err
    assert [hint.color for hint in HintsFile.read("h.json").hints] == ["tan"]


def test_words_may_be_large(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    say(monkeypatch, "SKIP", "Done")
    assert main(["ask", "gray.png", "--interactive"]) == 0


@pytest.mark.parametrize("option", [["--steps", "2"], ["-o", "x.png"], ["--save-hints", "k.json"]])
def test_what_only_answers_use_is_refused_without_any(
    folder: Path, capsys: pytest.CaptureFixture[str], option: list[str]
) -> None:
    assert main(["ask", "gray.png", *option]) == 2
    assert "--answers or --interactive" in capsys.readouterr().err
    assert not list(folder.glob("*question*"))


def test_questions_of_an_earlier_time_stay_and_new_ones_take_the_next_numbers(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "gray.png"]) == main(["ask", "gray.png"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "which colour" in line] == [
        f"gray-question-{n}.png: which colour has this region?" for n in (1, 2)
    ]
    assert any(line.strip().startswith("1. #") for line in lines)
    assert (folder / "gray-question-2.png").exists()


def test_without_answers_the_first_question_is_shown_and_nothing_coloured(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "gray.png"]) == 0
    assert "gray-question-1.png: which colour" in capsys.readouterr().out
    assert (folder / "gray-question-1.png").exists()
    assert not (folder / "gray-color.png").exists()


def test_flat_gray_picture_has_nothing_to_ask_and_is_said_so(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["ask", "flat.png", "--answers", "truth.png"]) == 0
    assert "nothing to ask" in capsys.readouterr().err
    assert (folder / "flat-color.png").exists()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--answers", "wide.png"], 1, "the aspect of the gray picture, 96 x 64"),
        (["--answers", "gray.png"], 1, "gray.png: a truth without colour"),
        (["--answers", "truth.png", "--interactive"], 2, "remove one"),
        (["--answers", "missing.png"], 1, "missing.png"),
    ],
)
def test_bad_answers_are_refused_in_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    Image.new("RGB", (200, 20), (200, 30, 30)).save("wide.png")
    assert main(["ask", "gray.png", *words]) == code
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert not (folder / "gray-color.png").exists()


def test_result_is_not_overwritten_unasked(folder: Path) -> None:
    (folder / "gray-color.png").write_bytes(b"mine")
    assert main(["ask", "gray.png", "--answers", "truth.png"]) == 4
    assert (folder / "gray-color.png").read_bytes() == b"mine"


def test_result_of_a_file_without_an_ending_is_named_as_colorize_names_it(folder: Path) -> None:
    with Image.open("gray.png") as image:
        image.save("photo", "JPEG")
    assert main(["ask", "photo", "--answers", "truth.png", "--steps", "1"]) == 0
    assert (folder / "photo-color.jpg").exists()
