import os
from pathlib import Path

import pytest

from huewise.errors import OutputError
from huewise.files import write_together


def test_files_are_written_together_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    last, synced = tmp_path / "b", []
    last.write_bytes(b"old")

    def full_at_the_second(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 3:  # after the first file and its folder
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_at_the_second)
    with pytest.raises(OutputError, match="a file b that cannot be written"):
        write_together({tmp_path / "a": b"new", last: b"new"})
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
    assert last.read_bytes() == b"old"
    monkeypatch.undo()
    write_together({tmp_path / "a": b"new", last: b"new"})
    assert (tmp_path / "a").read_bytes() == last.read_bytes() == b"new"


def test_of_files_written_together_only_the_last_replaces_one(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(OutputError, match="exists already"):
        write_together({tmp_path / "a": b"new", tmp_path / "b": b"new"})
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]
