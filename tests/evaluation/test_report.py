"""Rows survive a broken evaluation; tables and sheets are what was put in."""

from pathlib import Path

import numpy as np
from PIL import Image

from huewise.evaluation.report import Rows, contact_sheet, markdown_table


def test_rows_are_on_disk_and_found_again(tmp_path: Path) -> None:
    Rows(tmp_path / "rows.jsonl").add("cat@photo", psnr=20.5)
    again = Rows(tmp_path / "rows.jsonl")
    assert "cat@photo" in again
    assert "cat@other" not in again
    assert again["cat@photo"]["psnr"] == 20.5


def test_a_table_has_a_rule_under_its_header() -> None:
    assert markdown_table(["a", "b"], [["1", "2"]]) == "| a | b |\n| --- | --- |\n| 1 | 2 |\n"


def test_a_sheet_keeps_the_order_of_its_tiles(tmp_path: Path) -> None:
    black, white = np.zeros((20, 30, 3), np.uint8), np.full((20, 30, 3), 200, np.uint8)
    contact_sheet([[black, white], [white]], tmp_path / "sheet.png", gap=2)
    sheet = np.asarray(Image.open(tmp_path / "sheet.png"))
    assert sheet.shape == (42, 62, 3)
    assert sheet[5, 5, 0] == 0
    assert sheet[5, 40, 0] == sheet[30, 5, 0] == 200
