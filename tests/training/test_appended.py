"""A run that was broken off goes on after its last whole line."""

from pathlib import Path

from huewise.training.appended import whole_lines


def test_a_file_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    assert whole_lines(tmp_path / "done.txt") == []


def test_a_line_that_was_cut_off_is_taken_out_so_that_the_next_one_stands_alone(tmp_path: Path) -> None:
    path = tmp_path / "done.txt"
    path.write_text("7\n12\n1")
    assert whole_lines(path) == ["7", "12"]
    with path.open("a") as file:
        file.write("15\n")
    assert whole_lines(path) == ["7", "12", "15"]
