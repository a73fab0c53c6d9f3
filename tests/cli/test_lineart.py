"""`huewise lineart`: a drawing beside the picture, never over it."""

import io
import json
import sys

import numpy as np
import pytest
from PIL import Image

from huewise.cli import main
from huewise.imaging.lineart import LineStyle, line_drawing


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rgb = np.full((40, 60, 3), 240, np.uint8)
    rgb[:, 30:] = (160, 40, 40)
    Image.fromarray(rgb).save(tmp_path / "flag.png")
    return tmp_path


def test_the_drawing_lies_beside_its_picture(folder, capsys):
    assert main(["lineart", "flag.png", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == {"input": "flag.png", "output": "flag-lines.png", "width": 60, "height": 40}
    drawing = np.asarray(Image.open(folder / "flag-lines.png").convert("L"))
    assert drawing.shape == (40, 60)
    assert drawing[20, 26:34].min() < 100 and drawing[20, :20].min() == 255


def test_a_binary_drawing_is_black_and_white(folder):
    assert main(["lineart", "flag.png", "--binary", "--style", "dodge", "-o", "out.png"]) == 0
    assert set(np.unique(np.asarray(Image.open(folder / "out.png").convert("L")))) == {0, 255}


def test_an_existing_drawing_is_kept_unless_told_otherwise(folder, capsys):
    assert main(["lineart", "flag.png"]) == 0
    assert main(["lineart", "flag.png"]) == 4
    assert main(["lineart", "flag.png", "--overwrite"]) == 0


def test_the_other_pictures_are_drawn_when_one_fails(folder, capsys):
    (folder / "broken.png").write_bytes(b"no picture")
    assert main(["lineart", "broken.png", "flag.png"]) == 1
    assert "broken.png" in capsys.readouterr().err
    assert (folder / "flag-lines.png").exists()


def test_standard_output_gets_a_png(folder, monkeypatch):
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", out)
    assert main(["lineart", "flag.png", "-o", "-"]) == 0
    assert Image.open(io.BytesIO(out.buffer.getvalue())).size == (60, 40)


@pytest.mark.parametrize(("style", "mode"), [([], "L"), (["--binary"], "1")])
@pytest.mark.parametrize("ending", ["png", "tif"])
def test_a_drawing_has_one_band_and_a_binary_one_a_bit_a_pixel(folder, style, mode, ending):
    assert main(["lineart", "flag.png", "-o", f"out.{ending}", *style]) == 0
    with Image.open(folder / f"out.{ending}") as drawing:
        assert drawing.mode == mode and drawing.size == (60, 40)
        values = np.unique(np.asarray(drawing.convert("L")))
    wanted = line_drawing(np.asarray(Image.open(folder / "flag.png")), LineStyle(binary=bool(style)))
    with Image.open(folder / f"out.{ending}") as drawing:
        assert np.array_equal(np.asarray(drawing.convert("L")), wanted)
    assert (set(values) == {0, 255}) == bool(style)


def test_formats_without_one_bit_or_one_band_hold_the_drawing_all_the_same(folder):
    for name, mode in (("out.jpg", "L"), ("out.webp", "RGB")):
        assert main(["lineart", "flag.png", "-o", name, "--binary", "--style", "dodge"]) == 0
        with Image.open(folder / name) as drawing:
            assert drawing.mode == mode and np.asarray(drawing.convert("L")).min() < 40


@pytest.mark.parametrize("name", ["photo.jpg", "photo.tif"])
def test_a_drawing_keeps_what_the_file_says_of_the_picture(folder, name):
    exif = Image.Exif()
    exif[271] = "Maker"
    Image.open(folder / "flag.png").save(folder / name, exif=exif, dpi=(200, 200))
    for out in ("out.png", "out.tif", "out.jpg"):
        assert main(["lineart", name, "-o", out]) == 0
        with Image.open(folder / out) as drawing:
            assert drawing.getexif()[271] == "Maker"
            assert [round(float(v)) for v in drawing.info["dpi"]] == [200, 200]


def test_running_again_on_a_folder_draws_no_drawing_of_its_own(folder, capsys):
    (folder / "pictures").mkdir()
    (folder / "flag.png").rename(folder / "pictures" / "flag.png")

    def made():
        return sorted(path.name for path in folder.rglob("*.png"))

    assert main(["lineart", "pictures"]) == 0
    assert capsys.readouterr().err == ""
    assert main(["lineart", "pictures", "--overwrite"]) == 0
    assert made() == ["flag-lines.png", "flag.png"]
    assert "1 of 2 pictures" in capsys.readouterr().err
    (folder / "pictures" / "flag-lines.png").unlink()
    for _ in range(2):
        assert main(["lineart", "pictures", "-o", "pictures/out/", "--overwrite"]) == 0
    assert main(["lineart", "pictures", "--overwrite"]) == 0
    assert made() == ["flag-lines.png", "flag-lines.png", "flag.png"]


def test_a_drawing_that_is_named_alone_is_drawn_again(folder, capsys):
    assert main(["lineart", "flag.png"]) == 0
    assert main(["lineart", "flag-lines.png"]) == 0
    assert (folder / "flag-lines-lines.png").exists() and "skipped" not in capsys.readouterr().err
