"""Rows survive a broken evaluation; tables and sheets are what was put in."""

from pathlib import Path

import numpy as np
from PIL import Image

from huewise.evaluation.report import Rows, contact_sheet, fitted, markdown_table, spread


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


def test_a_picture_is_fitted_into_the_middle_of_a_white_square() -> None:
    made = fitted(np.zeros((100, 50, 3), np.uint8), 40)
    assert made.shape == (40, 40, 3) and (made[:, 11:29] == 0).all()
    assert (made[:, :10] == 255).all() and (made[:, 30:] == 255).all()
    small = fitted(np.zeros((10, 10, 3), np.uint8), 40)
    assert (small[15:25, 15:25] == 0).all() and (small == 0).sum() == 300, "never enlarged"


def test_a_few_of_many_are_spread_from_the_first_to_the_last() -> None:
    assert spread(101, 3) == [0, 50, 100] and spread(2, 5) == [0, 1] and spread(0, 5) == []


def test_a_row_that_was_being_written_is_measured_again(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    Rows(path).add("a", value=1)
    with path.open("a") as file:
        file.write('{"key": "b", "val')
    rows = Rows(path)
    assert "a" in rows and "b" not in rows
    rows.add("b", value=2)
    assert Rows(path)["b"]["value"] == 2
