"""`--flats` and `--layers`, by the model that needs no weights."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from huewise.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    image = Image.new("L", (200, 150), 255)
    ImageDraw.Draw(image).rectangle((30, 30, 120, 110), outline=0, width=3)
    image.save(tmp_path / "drawing.png")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pixels(path: Path | str) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))


def test_flats_colour_the_areas_of_hints_exactly_and_leave_the_rest_white(folder: Path) -> None:
    words = ["colorize", "drawing.png", "--model", "flats", "--flats", "--hint", "70,70=#12ab34"]
    assert main(words) == 0
    made = pixels("drawing-color.png")
    assert (made[40:100, 40:110] == (0x12, 0xAB, 0x34)).all() and (made[:25] == 255).all()


def test_a_drawing_in_the_hands_of_a_model_for_photographs_is_said(folder: Path, capsys) -> None:
    assert main(["colorize", "drawing.png", "--model", "levin", "--hint", "70,70=tomato"]) == 0
    assert "this looks like a drawing" in capsys.readouterr().err


def test_flats_of_toned_paper_say_once_what_becomes_of_its_tone(folder: Path, capsys) -> None:
    brown = np.linspace(20, 230, 120, dtype=np.float32)[None, :, None] * np.float32([1.0, 0.86, 0.68])
    Image.fromarray(np.repeat(brown, 90, 0).astype(np.uint8)).save("sepia.png")
    words = [
        "colorize",
        "sepia.png",
        "--model",
        "levin",
        "--flats",
        "--keep-tint",
        "--hint",
        "70,70=tomato",
        "--json",
    ]
    assert main(words) == 0
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert [note for note in notes if "tone" in note and "beneath" in note] == []
    assert any("no tone is kept" in note for note in notes)


def test_layers_are_written_beside_the_picture_and_ask_for_flats(folder: Path, capsys) -> None:
    words = [
        "colorize",
        "drawing.png",
        "--model",
        "flats",
        "--layers",
        "drawing.ora",
        "--hint",
        "70,70=tomato",
        "--json",
    ]
    assert main(words) == 0
    assert json.loads(capsys.readouterr().out)["layers"] == "drawing.ora"
    with zipfile.ZipFile("drawing.ora") as file:
        assert b"#ff6347" in file.read("stack.xml")
    assert (pixels("drawing-color.png")[70, 70] == (255, 99, 71)).all()


def test_a_folder_takes_one_png_for_each_colour(folder: Path) -> None:
    assert (
        main(["colorize", "drawing.png", "--model", "flats", "--layers", "parts", "--hint", "70,70=tomato"])
        == 0
    )
    assert [p.name for p in sorted(Path("parts").iterdir())] == [
        "000-paper.png",
        "001-tomato-ff6347.png",
        "002-ink.png",
    ]


def test_layers_of_several_pictures_are_refused(folder: Path, capsys) -> None:
    (folder / "b.png").write_bytes((folder / "drawing.png").read_bytes())
    assert main(["colorize", "drawing.png", "b.png", "--model", "flats", "--layers", "x.ora"]) == 2
    assert "--layers for several pictures" in capsys.readouterr().err
    assert not Path("x.ora").exists()


def test_a_layers_file_that_exists_is_kept_and_nothing_else_is_written(folder: Path) -> None:
    (folder / "x.ora").write_text("mine")
    words = ["colorize", "drawing.png", "--model", "flats", "--layers", "x.ora", "--hint", "70,70=tomato"]
    assert main(words) == 4
    assert (folder / "x.ora").read_text() == "mine" and not (folder / "drawing-color.png").exists()


def test_the_hints_file_may_ask_for_flats(folder: Path) -> None:
    hints = {"huewise": 1, "hints": [{"point": [70, 70], "color": "tomato"}], "global": {"flats": True}}
    (folder / "hints.json").write_text(json.dumps(hints))
    assert main(["colorize", "drawing.png", "--model", "flats", "--hints", "hints.json"]) == 0
    assert (pixels("drawing-color.png")[70, 70] == (255, 99, 71)).all()


def test_what_was_done_to_a_drawing_is_said(folder: Path, capsys) -> None:
    Image.fromarray(255 - np.asarray(Image.open("drawing.png"))).save("night.png")
    assert main(["colorize", "night.png", "--model", "flats"]) == 0
    assert "white on black" in capsys.readouterr().err


def test_several_hints_in_one_area_are_counted_and_the_last_counts(folder: Path, capsys) -> None:
    words = [
        "colorize",
        "drawing.png",
        "--model",
        "flats",
        "--flats",
        "--hint",
        "70,70=red",
        "--hint",
        "80,80=lime",
    ]
    assert main([*words, "--hint", "5,5=blue", "--hint", "190,5=blue"]) == 0
    assert "areas where hints of several colours meet and the last one counts: 1" in capsys.readouterr().err
    assert (pixels("drawing-color.png")[70, 70] == (0, 255, 0)).all()


def test_flats_of_a_model_that_makes_none_say_whose_they_are(folder: Path, capsys) -> None:
    shaded = np.tile(np.linspace(30, 220, 200).astype(np.uint8), (150, 1))
    Image.fromarray(shaded).save("shaded.png")
    assert main(["colorize", "shaded.png", "--model", "levin", "--flats", "--json"]) == 0
    notes = json.loads(capsys.readouterr().out)["notes"]
    assert any("levin makes none" in note for note in notes)
    assert any("looks like a photograph" in note for note in notes)


def test_layers_wait_until_the_picture_could_be_saved(folder: Path, capsys) -> None:
    words = ["colorize", "drawing.png", "--model", "flats", "--layers", "parts", "-o", "out/"]
    assert main([*words, "--format", "jpeg", "--bits", "16"]) == 2
    assert not Path("parts").exists()
    assert main(words) == 0  # the corrected call finds its way free
    assert Path("parts").is_dir() and Path("out/drawing-color.png").is_file()
