"""OpenRaster 0.0.5, https://www.openraster.org: file layout and layer stack."""

import io
import zipfile
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from huewise.errors import OutputError
from huewise.imaging.openraster import Layer, write_layer_folder, write_openraster

MERGED = np.random.default_rng(0).integers(0, 256, (300, 520, 3)).astype(np.uint8)


def layers():
    below = np.full((300, 520, 4), 255, np.uint8)
    above = np.zeros((40, 60, 4), np.uint8)
    above[5:20] = (200, 20, 30, 255)
    return [Layer("paper", below), Layer('coat <"&"> red', above, x=100, y=30)]


@pytest.fixture
def container(tmp_path):
    write_openraster(tmp_path / "out.ora", layers(), MERGED)
    with zipfile.ZipFile(tmp_path / "out.ora") as opened:
        yield opened


def test_the_first_member_is_the_media_type_stored_plainly(container, tmp_path):
    first = container.infolist()[0]
    assert first.filename == "mimetype" and first.compress_type == zipfile.ZIP_STORED and not first.extra
    assert container.read("mimetype") == b"image/openraster"
    assert (tmp_path / "out.ora").read_bytes()[30:54] == b"mimetypeimage/openraster", (
        "where `file` looks for it"
    )


def test_all_members_of_the_specification_are_there(container):
    assert set(container.namelist()) == {
        "mimetype",
        "stack.xml",
        "data/layer0000.png",
        "data/layer0001.png",
        "mergedimage.png",
        "Thumbnails/thumbnail.png",
    }
    assert container.testzip() is None


def test_the_stack_names_the_layers_topmost_first(container):
    root = ElementTree.fromstring(container.read("stack.xml"))
    assert root.tag == "image" and (root.get("w"), root.get("h")) == ("520", "300")
    assert root.get("version")
    (stack,) = root
    assert stack.tag == "stack"
    assert [layer.get("name") for layer in stack] == ['coat <"&"> red', "paper"]
    top = stack[0]
    assert top.tag == "layer" and (top.get("x"), top.get("y")) == ("100", "30")
    assert top.get("composite-op") == "svg:src-over" and float(top.get("opacity")) == 1.0
    assert top.get("visibility") == "visible"


def test_layers_and_merged_picture_hold_their_pixels(container):
    root = ElementTree.fromstring(container.read("stack.xml"))
    for element, layer in zip(root[0], reversed(layers()), strict=True):
        image = Image.open(io.BytesIO(container.read(element.get("src"))))
        assert image.mode == "RGBA"
        assert (np.asarray(image) == layer.rgba_hw4).all()
    assert (np.asarray(Image.open(io.BytesIO(container.read("mergedimage.png")))) == MERGED).all()


def test_the_thumbnail_fits_the_specification(container):
    thumbnail = Image.open(io.BytesIO(container.read("Thumbnails/thumbnail.png")))
    assert thumbnail.format == "PNG" and max(thumbnail.size) == 256
    assert thumbnail.size == (256, 148)


def test_a_small_picture_is_not_blown_up_for_its_thumbnail(tmp_path):
    write_openraster(tmp_path / "s.ora", [], MERGED[:40, :50])
    with zipfile.ZipFile(tmp_path / "s.ora") as opened:
        assert Image.open(io.BytesIO(opened.read("Thumbnails/thumbnail.png"))).size == (50, 40)


def test_the_same_picture_gives_the_same_file(tmp_path):
    for name in ("a.ora", "b.ora"):
        write_openraster(tmp_path / name, layers(), MERGED)
    assert (tmp_path / "a.ora").read_bytes() == (tmp_path / "b.ora").read_bytes()


def test_an_existing_file_is_kept_unless_told_otherwise(tmp_path):
    (tmp_path / "out.ora").write_text("mine")
    with pytest.raises(OutputError):
        write_openraster(tmp_path / "out.ora", layers(), MERGED)
    assert (tmp_path / "out.ora").read_text() == "mine"
    write_openraster(tmp_path / "out.ora", layers(), MERGED, overwrite=True)


def test_nothing_is_left_when_a_layer_fails(tmp_path):
    def broken():
        yield layers()[0]
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError):
        write_openraster(tmp_path / "out.ora", broken(), MERGED)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_holds_one_png_of_the_whole_size_per_layer(tmp_path):
    written = sorted(write_layer_folder(tmp_path / "flats", layers(), (300, 520)).iterdir())
    assert [path.name for path in written] == ["000-paper.png", "001-coat-red.png"]
    top = np.asarray(Image.open(written[1]))
    assert top.shape == (300, 520, 4)
    assert (top[30:70, 100:160] == layers()[1].rgba_hw4).all() and top[..., 3].sum() == 255 * 15 * 60


def test_a_folder_with_files_is_refused(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(OutputError):
        write_layer_folder(tmp_path, layers(), (300, 520))


def test_earlier_layers_give_way_when_asked_and_nothing_else_does(tmp_path):
    folder = tmp_path / "flats"
    write_layer_folder(folder, layers(), (300, 520))
    with pytest.raises(OutputError, match="--overwrite"):
        write_layer_folder(folder, layers()[:1], (300, 520))
    write_layer_folder(folder, layers()[:1], (300, 520), overwrite=True)
    assert [path.name for path in folder.iterdir()] == ["000-paper.png"]
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="more than layers"):
        write_layer_folder(folder, layers(), (300, 520), overwrite=True)
    assert len(list(folder.iterdir())) == 2 and len(list(tmp_path.iterdir())) == 1


def test_a_folder_of_layers_appears_whole_or_not_at_all(tmp_path):
    def broken():
        yield layers()[0]
        raise OSError(28, "No space left on device")

    with pytest.raises(OutputError):
        write_layer_folder(tmp_path / "flats", broken(), (300, 520))
    assert list(tmp_path.iterdir()) == []
