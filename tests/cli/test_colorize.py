import io
import json
import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from huewise.cli import main
from huewise.hints import Point

from .conftest import make_picture
from .fake_engine import FakeColorizer

pytestmark = pytest.mark.usefixtures("engine")


def lines(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    out, err = capsys.readouterr()
    return out.splitlines(), err.splitlines()


def format_of(path: Path) -> str | None:
    with Image.open(path) as image:
        return image.format


def is_colored(path: Path) -> bool:
    with Image.open(path) as image:
        return bool(np.ptp(np.asarray(image.convert("RGB"), int), axis=2).mean() > 20)


def test_a_picture_gets_its_colored_twin_beside_it(folder: Path, capsys) -> None:
    assert main(["colorize", "gray.png"]) == 0
    assert lines(capsys) == (["gray.png -> gray-color.png"], [])
    assert is_colored(folder / "gray-color.png")


def test_json_is_one_object_per_result_and_nothing_else(folder: Path, capsys) -> None:
    make_picture(folder / "b.png")
    assert main(["colorize", "gray.png", "missing.png", "b.png", "--json"]) == 1
    out, err = lines(capsys)
    first, failed, last = map(json.loads, out)
    assert first["input"] == "gray.png"
    assert first["output"] == "gray-color.png"
    assert (first["width"], first["height"]) == (64, 48)
    assert last["input"] == "b.png"
    assert failed["input"] == "missing.png"
    assert set(failed["error"]) == {"code", "message", "hint"}
    assert err == ["huewise: missing.png: no such file; a picture file; check the name"]


def test_quiet_says_only_errors(folder: Path, capsys) -> None:
    (folder / "text.jpg").write_text("hello")
    assert main(["colorize", "gray.png", "text.jpg", "--quiet"]) == 1
    out, err = lines(capsys)
    assert out == []
    assert len(err) == 1
    assert err[0].startswith("huewise: text.jpg: ")


def test_one_bad_picture_does_not_stop_the_others(folder: Path, capsys) -> None:
    (folder / "a_empty.jpg").touch()
    make_picture(folder / "z.png")
    assert main(["colorize", "."]) == 1
    assert (folder / "gray-color.png").exists()
    assert (folder / "z-color.png").exists()
    _, err = lines(capsys)
    assert [line.split(":")[1].strip() for line in err] == ["a_empty.jpg"]


def test_a_crash_in_one_picture_is_one_line_and_the_rest_goes_on(folder: Path, capsys) -> None:
    make_picture(folder / "crash.png")
    assert main(["colorize", "crash.png", "gray.png"]) == 1
    _, err = lines(capsys)
    assert err == [
        "huewise: crash.png: unexpected ZeroDivisionError: a bug; run again with -v for the traceback"
    ]
    assert (folder / "gray-color.png").exists()
    assert main(["colorize", "crash.png", "-v"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_an_interruption_keeps_what_is_finished_and_says_130(folder: Path, capsys) -> None:
    make_picture(folder / "interrupt.png")
    make_picture(folder / "later.png")
    assert main(["colorize", "gray.png", "interrupt.png", "later.png"]) == 130
    assert (folder / "gray-color.png").exists()
    assert not (folder / "later-color.png").exists()
    assert lines(capsys)[1] == ["huewise: interrupted; finished files stay"]


def test_the_exit_code_is_the_failures_own_when_all_fail_alike(folder: Path) -> None:
    assert main(["colorize", "missing.png"]) == 1
    (folder / "gray-color.png").touch()
    assert main(["colorize", "gray.png"]) == 4
    assert main(["colorize", "gray.png", "missing.png"]) == 1
    assert main(["colorize", "gray.png", "--hint", "999,5=red", "-o", "new.png"]) == 2


def test_a_model_that_is_missing_ends_the_run_with_3(folder: Path, capsys) -> None:
    assert main(["colorize", "gray.png", "--model", "nosuch"]) == 3
    assert lines(capsys)[1] == ["huewise: no model 'nosuch'; one of photo; see `huewise models`"]


def test_an_existing_output_is_kept_unless_overwrite(folder: Path, engine: FakeColorizer) -> None:
    (folder / "gray-color.png").write_text("precious")
    assert main(["colorize", "gray.png"]) == 4
    assert (folder / "gray-color.png").read_text() == "precious"
    assert engine.opened == []  # said before any work is done
    assert main(["colorize", "gray.png", "--overwrite"]) == 0
    assert is_colored(folder / "gray-color.png")


@pytest.mark.parametrize("name", ["gray.png", "./gray.png", "link.png"])
def test_the_input_is_never_written_over(folder: Path, name: str) -> None:
    (folder / "link.png").symlink_to("gray.png")
    before = (folder / "gray.png").read_bytes()
    assert main(["colorize", "gray.png", "-o", name, "--overwrite"]) == 4
    assert (folder / "gray.png").read_bytes() == before


def test_output_may_be_a_file_of_another_format(folder: Path) -> None:
    assert main(["colorize", "gray.png", "-o", "out.webp"]) == 0
    assert format_of(folder / "out.webp") == "WEBP"


def test_format_gives_the_default_output_its_ending(folder: Path) -> None:
    assert main(["colorize", "gray.png", "--format", "jpeg", "--quality", "50"]) == 0
    assert format_of(folder / "gray-color.jpg") == "JPEG"
    small = (folder / "gray-color.jpg").stat().st_size
    assert main(["colorize", "gray.png", "--format", "jpeg", "--quality", "100", "--overwrite"]) == 0
    assert (folder / "gray-color.jpg").stat().st_size > small


def test_bits_of_the_output(folder: Path) -> None:
    assert main(["colorize", "gray.png", "--bits", "16"]) == 0
    assert (folder / "gray-color.png").read_bytes()[24] == 16  # bit depth in IHDR


def test_a_format_that_cannot_be_written_becomes_its_nearest(folder: Path) -> None:
    with Image.open(folder / "gray.png") as image:
        image.save(folder / "old.gif")
    (folder / "noending").write_bytes((folder / "gray.png").read_bytes())
    assert main(["colorize", "old.gif", "noending"]) == 0
    assert format_of(folder / "old-color.png") == "PNG"
    assert format_of(folder / "noending-color.png") == "PNG"


def test_a_folder_is_mirrored_under_the_output_folder(folder: Path) -> None:
    make_picture(folder / "in" / "a.png")
    make_picture(folder / "in" / "deep" / "a.png")
    (folder / "in" / "notes.txt").write_text("no picture")
    assert main(["colorize", "in", "-o", "out"]) == 0
    found = sorted(str(path.relative_to(folder / "out")) for path in (folder / "out").rglob("*.*"))
    assert found == ["a-color.png", "deep/a-color.png"]


def test_an_output_folder_of_one_file_needs_a_slash_or_to_exist(folder: Path) -> None:
    assert main(["colorize", "gray.png", "-o", "new/"]) == 0
    assert (folder / "new" / "gray-color.png").exists()
    assert main(["colorize", "gray.png", "-o", "nowhere/out.png"]) == 4
    assert not (folder / "nowhere").exists()


def test_two_inputs_never_share_an_output(folder: Path, capsys) -> None:
    make_picture(folder / "x" / "a.png")
    make_picture(folder / "y" / "a.png")
    assert main(["colorize", "x/a.png", "y/a.png", "-o", "out", "--overwrite"]) == 1
    assert "already the output of x/a.png" in capsys.readouterr().err
    assert main(["colorize", "x/a.png", "y/a.png", "-o", "new"]) == 1
    assert "already the output of x/a.png" in capsys.readouterr().err


def test_a_name_that_promises_another_kind_of_file_is_wrong_usage(folder: Path, capsys) -> None:
    assert main(["colorize", "gray.png", "-o", "a.png", "--format", "jpeg"]) == 2
    assert "-o a.png with --format jpeg" in capsys.readouterr().err
    assert main(["colorize", "gray.png", "-o", "a.xyz"]) == 2
    assert "-o a.xyz, a kind of file that is not written; .jpg, .png" in capsys.readouterr().err
    assert main(["colorize", "gray.png", "-o", "a.xyz", "--format", "jpeg"]) == 0
    assert main(["colorize", "gray.png", "-o", "a.jpe", "--format", "jpeg"]) == 0


def test_several_inputs_need_a_folder(folder: Path, capsys) -> None:
    make_picture(folder / "b.png")
    assert main(["colorize", "gray.png", "b.png", "-o", "gray.png"]) == 2
    assert main(["colorize", "gray.png", "b.png", "-o", "-"]) == 2
    assert capsys.readouterr().err.count("huewise: ") == 2


class Pipe(io.TextIOWrapper):
    def __init__(self, data: bytes = b"") -> None:
        super().__init__(io.BytesIO(data), encoding="utf-8")


def test_several_inputs_never_make_a_folder_named_like_a_picture(folder: Path, capsys) -> None:
    make_picture(folder / "b.png")
    for name in ("one.png", "ONE.JPG"):
        assert main(["colorize", "gray.png", "b.png", "-o", name]) == 2
        assert "names a file, for several inputs; a folder" in capsys.readouterr().err
        assert not (folder / name).exists()
    assert main(["colorize", "gray.png", "b.png", "-o", "one.png/"]) == 0


def test_dash_reads_standard_input_and_writes_standard_output(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", Pipe((folder / "gray.png").read_bytes()))
    monkeypatch.setattr(sys, "stdout", pipe := Pipe())
    assert main(["colorize", "-"]) == 0
    data = pipe.buffer.getvalue()  # type: ignore[attr-defined]
    assert Image.open(io.BytesIO(data)).format == "PNG"
    assert sorted(path.name for path in folder.iterdir()) == ["gray.png"]


def test_a_file_can_go_to_standard_output(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdout", pipe := Pipe())
    assert main(["colorize", "gray.png", "-o", "-", "--format", "webp"]) == 0
    assert Image.open(io.BytesIO(pipe.buffer.getvalue())).format == "WEBP"  # type: ignore[attr-defined]


def test_standard_input_can_go_to_a_file(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", Pipe((folder / "gray.png").read_bytes()))
    assert main(["colorize", "-", "-o", "out.png"]) == 0
    assert is_colored(folder / "out.png")


def test_standard_output_carries_either_the_picture_or_json(folder: Path, capsys) -> None:
    assert main(["colorize", "gray.png", "-o", "-", "--json"]) == 2
    assert main(["colorize", "-", "-", "-o", "out"]) == 2
    assert "given twice" in capsys.readouterr().err


def test_a_reader_that_has_gone_is_no_traceback(folder: Path, monkeypatch, capfd) -> None:
    class Gone(Pipe):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    assert main(["colorize", "gray.png"]) == 4
    assert capfd.readouterr().err == ""


def test_hints_reach_the_engine_the_files_below_the_command_lines(
    folder: Path, engine: FakeColorizer
) -> None:
    document = {
        "huewise": 1,
        "size": [128, 96],
        "hints": [{"point": [20, 10], "color": "red"}],
        "model": "mine",
    }
    (folder / "hints.json").write_text(json.dumps(document))
    words = [
        "colorize",
        "gray.png",
        "--hint",
        "5,6=skyblue",
        "--hint",
        "7.5,8=lab(60 -20 30)",
        "--hints",
        "hints.json",
    ]
    assert main(words) == 0
    assert engine.hints == [
        [Point(10, 5, "red", radius=2), Point(5, 6, "skyblue"), Point(7.5, 8, "lab(60 -20 30)")]
    ]
    assert engine.name == "mine"


def test_the_model_option_goes_before_the_hints_files(folder: Path, engine: FakeColorizer) -> None:
    (folder / "hints.json").write_text('{"huewise": 1, "model": "mine"}')
    assert main(["colorize", "gray.png", "--hints", "hints.json", "--model", "other"]) == 0
    assert engine.name == "other"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("5,6", "--hint 5,6; X,Y=COLOR; write it as in --hint 412,230=skyblue"),
        ("5;6=red", "X,Y=COLOR"),
        ("5,6=", "X,Y=COLOR"),
        ("5,6=blurple", "--hint 5,6=blurple: "),
        ("99999999,6=red", "x is 1e+08"),
    ],
)
def test_a_hint_that_makes_no_sense_is_wrong_usage(folder: Path, capsys, text: str, words: str) -> None:
    assert main(["colorize", "gray.png", "--hint", text]) == 2
    assert words in capsys.readouterr().err


def test_a_hint_outside_names_the_picture_and_its_size(folder: Path, capsys) -> None:
    assert main(["colorize", "gray.png", "--hint", "-30,5=red"]) == 2
    err = capsys.readouterr().err
    assert "huewise: gray.png: hints[0] (point) lies at (-30, 5); inside the picture, 64x48 pixels" in err


def test_hints_for_another_aspect_fail_only_the_picture_they_do_not_fit(folder: Path) -> None:
    make_picture(folder / "tall.png", (48, 64))
    (folder / "hints.json").write_text('{"huewise": 1, "size": [640, 480]}')
    assert main(["colorize", "tall.png", "gray.png", "--hints", "hints.json"]) == 1
    assert (folder / "gray-color.png").exists()
    assert not (folder / "tall-color.png").exists()


def test_a_broken_hints_file_stops_everything(folder: Path, capsys) -> None:
    (folder / "hints.json").write_text('{"huewise": 1, "hintz": []}')
    assert main(["colorize", "gray.png", "--hints", "hints.json"]) == 2
    assert "huewise: hints.json: the file has an unknown key 'hintz'" in capsys.readouterr().err


@pytest.mark.parametrize("wish", [{"paint": {"sky": "red"}}])
def test_a_global_hint_that_has_no_effect_is_refused(folder: Path, capsys, wish: object) -> None:
    (folder / "hints.json").write_text(json.dumps({"huewise": 1, "global": wish}))
    assert main(["colorize", "gray.png", "--hints", "hints.json"]) == 2
    assert "has no effect here" in capsys.readouterr().err


def test_notes_about_the_picture_go_to_stderr_and_json(folder: Path, capsys) -> None:
    frames = [Image.new("L", (20, 20), value) for value in (10, 200)]
    frames[0].save(folder / "two.gif", save_all=True, append_images=frames[1:])
    assert main(["colorize", "two.gif", "--json"]) == 0
    out, err = lines(capsys)
    assert "2" in json.loads(out[0])["notes"][0]
    assert err[0].startswith("huewise: two.gif: ")


def test_max_pixels_names_the_limit(folder: Path, capsys) -> None:
    assert main(["colorize", "gray.png", "--max-pixels", "1000"]) == 1
    assert "--max-pixels" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["größe 写真.png", "new\nline.png", "esc\x1b[31m.png", "-dash.png"])
def test_names_of_all_kinds_stay_on_one_line(folder: Path, capsys, name: str) -> None:
    make_picture(folder / name)
    assert main(["colorize", f"./{name}"]) == 0
    out, _ = lines(capsys)
    assert len(out) == 1
    assert "\x1b" not in out[0]
    assert is_colored(folder / f"{Path(name).stem}-color.png")


def test_a_name_that_is_no_unicode_is_colored_and_printed(folder: Path, capsysbinary) -> None:
    name = os.fsdecode(b"caf\xe9.png")
    try:
        make_picture(folder / "x.png").rename(folder / name)
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    assert main(["colorize", name, "--json"]) == 0
    assert json.loads(capsysbinary.readouterr().out)["input"] == name


def test_a_full_disk_leaves_no_output(folder: Path, monkeypatch, capsys) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert main(["colorize", "gray.png"]) == 4
    assert sorted(path.name for path in folder.iterdir()) == ["gray.png"]
    assert "No space left" in capsys.readouterr().err


def test_wishes_of_the_command_line_stand_before_those_of_the_file(folder: Path, engine, capsys) -> None:
    wishes = {"saturation": 0.2, "temperature": 0.9, "reference": ["gone.png"]}
    (folder / "hints.json").write_text(json.dumps({"huewise": 1, "global": wishes}))
    pixels = np.zeros((80, 90, 3), np.uint8)
    pixels[..., 0], pixels[:40, :, 1] = np.arange(90) * 2, 120
    Image.fromarray(pixels).save(folder / "sister.png")
    words = [
        "colorize",
        "gray.png",
        "--hints",
        "hints.json",
        "--reference",
        "sister.png",
        "--saturation",
        "0.5",
    ]
    assert main(words) == 0
    made = engine.wishes[0]
    assert (made["saturation"], made["temperature"]) == (0.5, 0.9)
    assert [r.name for r in made["reference"]] == ["sister.png"]


def test_a_bad_reference_is_named_and_nothing_is_coloured(folder: Path, engine, capsys) -> None:
    (folder / "text.jpg").write_text("no picture")
    assert main(["colorize", "gray.png", "--reference", "text.jpg"]) == 1
    assert capsys.readouterr().err.startswith("huewise: text.jpg: ")
    assert engine.opened == []


@pytest.mark.parametrize("words", [["gray.png", "-o", "x" * 300 + ".png"], ["x" * 300 + ".png"]])
def test_a_name_that_the_system_refuses_is_one_line(folder: Path, capsys, words: list[str]) -> None:
    assert main(["colorize", *words]) in {1, 4}
    told = capsys.readouterr().err
    assert "unexpected" not in told and told.count("\n") == 1


def test_a_pipe_named_as_output_is_not_replaced(folder: Path, capsys) -> None:
    os.mkfifo(folder / "pipe.png")
    assert main(["colorize", "gray.png", "-o", "pipe.png", "--overwrite"]) == 4
    assert "a device or a pipe" in capsys.readouterr().err
    assert (folder / "pipe.png").is_fifo()
