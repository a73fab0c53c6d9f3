"""`huewise lineart`: a drawing beside the picture, never over it."""

import io
import json
import sys

import numpy as np
import pytest
from PIL import Image

from huewise.cli import main


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
    assert set(np.unique(np.asarray(Image.open(folder / "out.png")))) == {0, 255}


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
