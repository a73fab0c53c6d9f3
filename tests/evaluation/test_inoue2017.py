import numpy as np
import pytest
from PIL import Image

from huewise.evaluation.inoue2017 import main


@pytest.fixture
def pair(tmp_path):
    """A folder with two boxes, coloured, and their lines."""
    folder = tmp_path / "data"
    folder.mkdir()
    paper = np.full((100, 140), 255, np.uint8)
    truth = np.full((100, 140, 3), 255, np.uint8)
    for left, color in ((10, (200, 30, 30)), (80, (30, 60, 200))):
        paper[10:90, left : left + 50] = 0
        paper[13:87, left + 3 : left + 47] = 255
        truth[10:90, left : left + 50] = 0
        truth[13:87, left + 3 : left + 47] = color
    Image.fromarray(truth).save(folder / "a.color.png")
    Image.fromarray(paper).save(folder / "a.line.png")
    return folder


def test_the_command_leaves_a_report_and_goes_on_from_its_rows(pair, tmp_path, monkeypatch):
    monkeypatch.setenv("HUEWISE_DATA", str(tmp_path))
    out = tmp_path / "report"
    for _ in range(2):
        assert main([pair], out, model="flats", runs=[tmp_path / "none"]) == out
    assert len((out / "rows.jsonl").read_text().splitlines()) == 1
    text = (out / "result.md").read_text()
    assert "1 pairs" in text and "flood fill" in text and "2000 x 3000" not in text
    assert (out / "hints.jpg").exists()
