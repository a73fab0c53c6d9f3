"""Shards and folders are read alike; the held-out part is decided by name and never moves."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from huewise.errors import PictureError
from huewise.training import run
from huewise.training.pictures import Source, batches, is_held_out, list_pictures, read_rgb, split


def png(value: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), (value, 0, 255)).save(out, "PNG")
    return out.getvalue()


def test_a_shard_and_a_folder_give_the_same_pictures(tmp_path: Path) -> None:
    folder = tmp_path / "loose" / "cats"
    folder.mkdir(parents=True)
    with tarfile.open(tmp_path / "shard.tar", "w") as tar:
        for i in range(3):
            (folder / f"{i}.png").write_bytes(png(i))
            info = tarfile.TarInfo(f"cats/{i}.png")
            info.size = len(png(i))
            tar.addfile(info, io.BytesIO(png(i)))
    loose, packed = list_pictures([tmp_path / "loose"]), list_pictures([tmp_path / "shard.tar"])
    assert [s.name for s in loose] == [s.name for s in packed] == ["cats/0", "cats/1", "cats/2"]
    assert all(np.array_equal(read_rgb(a), read_rgb(b)) for a, b in zip(loose, packed, strict=True))


def test_a_place_that_is_neither_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureError, match="shard"):
        list_pictures([tmp_path / "pictures.zip"])


def test_places_without_pictures_are_refused_and_not_trained_on(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.raises(PictureError, match="no pictures at"):
        list_pictures([tmp_path])
    with pytest.raises(PictureError, match="missing"):
        run("photo", [tmp_path / "missing"], out=tmp_path / "run")


def test_the_held_out_part_depends_on_the_name_alone() -> None:
    sources = [Source(f"a/{i}", Path("x.tar"), i, 1) for i in range(4000)]
    training, held_out = split(sources)
    assert set(training).isdisjoint(held_out)
    assert 0.03 < len(held_out) / len(sources) < 0.05
    assert all(is_held_out(Source(s.name, Path("other.tar"), 7, 2)) for s in held_out)


def test_batches_show_every_picture_before_any_comes_twice() -> None:
    stream = batches(10, 4, np.random.default_rng(0))
    seen = np.concatenate([next(stream) for _ in range(5)])
    assert sorted(seen[:10]) == list(range(10))
