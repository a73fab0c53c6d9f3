import os
from pathlib import Path

import pytest

from huewise.cli.inputs import find_sources

from .conftest import make_picture


def names(*words: str) -> list[str]:
    return [source.name for source in find_sources(words) if source.error is None]


def errors(*words: str) -> list[str]:
    return [f"{source.name}: {source.error}" for source in find_sources(words) if source.error is not None]


def test_a_named_file_is_taken_whatever_its_ending(folder: Path) -> None:
    (folder / "scan.old").touch()
    assert names("scan.old") == ["scan.old"]


def test_a_folder_gives_its_pictures_and_those_below_in_order(folder: Path) -> None:
    for name in ("in/b.JPG", "in/a.png", "in/deep/c.png"):
        make_picture(folder / name)
    for name in ("in/readme.txt", "in/.hidden.png", "in/._a.png"):
        (folder / name).touch()
    (folder / "in" / ".cache").mkdir()
    make_picture(folder / "in" / ".cache" / "thumb.png")
    assert names("in") == ["in/a.png", "in/b.JPG", "in/deep/c.png"]
    assert [str(source.below) for source in find_sources(["in"])] == [".", ".", "deep"]


def test_our_own_outputs_are_left_out_of_folders(folder: Path) -> None:
    make_picture(folder / "in" / "a.png")
    make_picture(folder / "in" / "a-color.jpg")
    make_picture(folder / "in" / "a-question-12.png")
    make_picture(folder / "in" / "water-color.png")
    assert names("in") == ["in/a.png", "in/water-color.png"]
    assert names("in/a-color.jpg") == ["in/a-color.jpg"]


def test_links_that_lead_in_circles_end(folder: Path) -> None:
    make_picture(folder / "in" / "a.png")
    (folder / "in" / "self").symlink_to(".")
    (folder / "in" / "up").symlink_to("..")
    assert len(names("in")) == len({os.path.realpath(name) for name in names("in")})
    assert "in/a.png" in names("in")


def test_a_link_to_itself_or_to_nowhere_is_one_failed_input(folder: Path) -> None:
    (folder / "in").mkdir()
    (folder / "in" / "loop.png").symlink_to("loop.png")
    assert [source.name for source in find_sources(["in"])] == ["in/loop.png"]
    assert [source.name for source in find_sources(["in/loop.png"])] == ["in/loop.png"]


def test_a_pipe_in_a_folder_is_not_waited_for(folder: Path) -> None:
    make_picture(folder / "in" / "a.png")
    os.mkfifo(folder / "in" / "pipe.png")
    assert names("in") == ["in/a.png"]


def test_patterns_are_expanded_and_sorted(folder: Path) -> None:
    make_picture(folder / "b.png")
    make_picture(folder / "deep" / "c.png")
    assert names("*.png") == ["b.png", "gray.png"]
    assert names("**/*.png") == ["b.png", "deep/c.png", "gray.png"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(folder: Path) -> None:
    make_picture(folder / "a[1].png")
    make_picture(folder / "a1.png")
    assert names("a[1].png") == ["a[1].png"]


@pytest.mark.parametrize(
    ("word", "error"),
    [
        ("none.png", "none.png: no such file; a picture file; check the name"),
        ("none*.png", "none*.png: no file matches; pictures; check the pattern"),
        ("a\0b.png", "a\0b.png: a name with a NUL character; a file name; correct it"),
        ("x" * 5000, "x" * 5000 + ": no such file; a picture file; check the name"),
    ],
)
def test_a_word_that_leads_nowhere_is_named(folder: Path, word: str, error: str) -> None:
    assert errors(word) == [error]


def test_a_folder_without_pictures_is_named(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert errors("empty") == [
        "empty: a folder without pictures; files such as *.jpg, *.png or *.tif; check the folder"
    ]


def test_a_folder_that_cannot_be_read_is_named_and_the_rest_found(folder: Path, monkeypatch) -> None:
    make_picture(folder / "in" / "a.png")
    (folder / "in" / "locked").mkdir()
    scandir = os.scandir

    def guarded(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert names("in") == ["in/a.png"]
    assert errors("in") == [
        "in/locked: a folder that cannot be read (Permission denied); a readable folder; check its rights"
    ]


def test_our_own_outputs_are_left_out_where_they_went_into_a_folder_inside(folder: Path) -> None:
    make_picture(folder / "in" / "a.png")
    make_picture(folder / "in" / "coloured" / "a-color.png")
    make_picture(folder / "in" / "coloured" / "sea-color.png")
    assert names("in") == ["in/a.png", "in/coloured/sea-color.png"]
    (folder / "in" / "sea.txt").touch()
    make_picture(folder / "in" / "album" / "b.png")
    make_picture(folder / "in" / "coloured" / "b-color.png")  # -o in/coloured of in/album
    assert names("in") == ["in/a.png", "in/album/b.png", "in/coloured/sea-color.png"]
