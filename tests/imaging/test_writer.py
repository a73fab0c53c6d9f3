import errno
import io
import os
import resource
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from huewise.errors import OutputError, PictureError, UsageError
from huewise.imaging import WRITABLE, encode, output_format, read, write
from huewise.imaging import writer as writer_module
from tests.imaging.pictures import encoded, gray_scene, rgb_of_lightness, scene


def _gray_file(tmp_path: Path, name: str = "gray.png", kind: str = "PNG") -> Path:
    path = tmp_path / name
    path.write_bytes(encoded(Image.fromarray(gray_scene()), kind))
    return path


def _colored(picture):
    """Coloured pixels for a picture; which colours does not matter here."""
    return scene(picture.height, picture.width)


# what is written


@pytest.mark.parametrize("kind", ["png", "tiff"])
@pytest.mark.parametrize("bits", [8, 16])
def test_lossless_formats_give_back_the_pixels(kind, bits):
    rgb = scene().astype(np.uint16) * 257 + 1 if bits == 16 else scene()
    picture = read(encode(rgb, read(rgb), format=kind))
    assert (picture.format, picture.bits) == (kind, bits)
    np.testing.assert_array_equal(picture.lightness, read(rgb).lightness)


@pytest.mark.parametrize("kind", WRITABLE)
def test_lightness_of_the_output_is_that_of_the_input_within_half_a_step(kind):
    picture = read(gray_scene())
    again = read(encode(rgb_of_lightness(picture.lightness), picture, format=kind, quality=100))
    difference = np.abs(again.lightness / 655.35 - picture.lightness / 655.35) * 2.55
    if kind in ("png", "tiff"):
        assert difference.max() <= 0.5
    assert difference.mean() <= (1 if kind == "webp" else 0.5)  # WebP only stores 220 steps of lightness


@pytest.mark.parametrize("kind", WRITABLE)
def test_the_sky_is_blue_again_in_every_format(kind):
    rgb = np.zeros((32, 32, 3), np.uint8)
    rgb[...] = (90, 150, 220)
    image = Image.open(io.BytesIO(encode(rgb, read(rgb), format=kind))).convert("RGB")
    assert np.abs(np.asarray(image).astype(int) - rgb).max() <= 6


@pytest.mark.parametrize("kind", WRITABLE)
def test_an_srgb_profile_is_embedded(kind):
    image = Image.open(io.BytesIO(encode(scene(), read(scene()), format=kind)))
    profile = image.info["icc_profile"]
    assert b"s\0R\0G\0B" in profile or b"sRGB" in profile


@pytest.mark.parametrize(
    ("kind", "expected"), [("jpeg", 8), ("png", 16), ("tiff", 16), ("webp", 8), ("avif", 16)]
)
def test_sixteen_bits_are_kept_where_the_format_can(kind, expected):
    rgb = scene().astype(np.uint16) * 257
    picture = read(encode(rgb, read(rgb), format=kind))
    assert picture.bits == expected
    assert np.abs(picture.lightness.astype(int) - read(rgb).lightness).mean() / 655.35 < 1.5


def test_bits_can_be_chosen():
    picture = read(scene())
    assert read(encode(scene(), picture, format="png", bits=16)).bits == 16
    deep = np.random.default_rng(0).integers(0, 65536, (48, 64, 3)).astype(np.uint16)
    shallow = Image.open(io.BytesIO(encode(deep, read(deep), format="png", bits=8)))
    np.testing.assert_array_equal(np.asarray(shallow), np.rint(deep / 257))


@pytest.mark.parametrize("kind", ["png", "tiff", "webp", "avif"])
def test_alpha_is_kept(kind):
    rgba = scene(channels=4)
    picture = read(encode(rgba[..., :3], read(rgba), format=kind, quality=100))
    assert np.abs(picture.alpha.astype(int) - rgba[..., 3]).max() <= (
        0 if kind in ("png", "tiff", "webp") else 4
    )


def test_transparent_places_become_white_in_jpeg():
    rgba = scene(channels=4)
    rgba[..., 3] = 0
    assert read(encode(rgba[..., :3], read(rgba), format="jpeg")).lightness.min() > 65000


def test_quality_trades_bytes():
    picture = read(scene(200, 200))
    for kind in ("jpeg", "webp", "avif"):
        low, high = (len(encode(scene(200, 200), picture, format=kind, quality=q)) for q in (20, 95))
        assert low < high


def test_the_same_pixels_give_the_same_bytes():
    picture = read(scene())
    for kind in WRITABLE:
        assert encode(scene(), picture, format=kind) == encode(scene(), picture, format=kind)


# names and formats


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jpg", "jpeg"),
        ("a.JPEG", "jpeg"),
        ("a.png", "png"),
        ("a.tif", "tiff"),
        ("a.webp", "webp"),
        ("a.avif", "avif"),
    ],
)
def test_the_ending_decides_the_format(tmp_path, name, expected):
    path = write(tmp_path / name, scene(), read(scene()))
    assert path == tmp_path / name
    assert read(path).format == expected


def test_an_asked_format_goes_before_the_ending(tmp_path):
    assert read(write(tmp_path / "a.png", scene(), read(scene()), format="tiff")).format == "tiff"


def test_without_an_ending_the_format_is_the_inputs_own():
    assert output_format(None, read(encoded(Image.fromarray(scene()), "TIFF"))) == "tiff"
    assert output_format("color", read(encoded(Image.fromarray(scene()), "GIF"))) == "png"


def test_unknown_endings_and_formats_are_refused(tmp_path):
    with pytest.raises(OutputError, match=r"an output named \*\.gif"):
        write(tmp_path / "a.gif", scene(), read(scene()))
    with pytest.raises(UsageError, match="'xcf'"):
        encode(scene(), read(scene()), format="xcf")


def test_options_that_the_format_cannot_keep_are_refused():
    picture = read(scene())
    with pytest.raises(UsageError, match="16 bits in jpeg"):
        encode(scene(), picture, format="jpeg", bits=16)
    with pytest.raises(UsageError, match="12 bits a sample; 8 or 16"):
        encode(scene(), picture, format="png", bits=12)
    with pytest.raises(UsageError, match="the quality 0; 1 to 100"):
        encode(scene(), picture, format="jpeg", quality=0)


@pytest.mark.parametrize("rgb", [scene(10, 10), scene(channels=4), scene().astype(np.float32)])
def test_pixels_of_another_shape_or_type_are_refused(rgb):
    with pytest.raises(PictureError, match=r"\(48, 64, 3\) of uint8 or uint16"):
        encode(rgb, read(scene()))


def test_a_side_too_long_for_the_format_is_an_output_error():
    picture = read(gray_scene(1, 20000))
    with pytest.raises(OutputError, match="cannot be written as webp") as caught:
        encode(scene(1, 20000), picture, format="webp")
    assert "vips" not in str(caught.value).lower()


# never over the input, never half a file


def test_an_existing_file_is_only_replaced_when_asked(tmp_path):
    target = tmp_path / "out.png"
    target.write_bytes(b"precious")
    with pytest.raises(
        OutputError, match=rf"^an output that exists already \({target}\); a new file; choose"
    ):
        write(target, scene(), read(scene()))
    assert target.read_bytes() == b"precious"
    write(target, scene(), read(scene()), overwrite=True)
    assert read(target).width == 64


@pytest.mark.parametrize("way", ["same", "relative", "symlink", "hardlink", "folder-symlink"])
def test_the_input_is_never_written_over_by_any_name(tmp_path, monkeypatch, way):
    source = _gray_file(tmp_path)
    before = source.read_bytes()
    other = tmp_path / "other.png"
    monkeypatch.chdir(tmp_path)
    if way == "symlink":
        other.symlink_to(source)
    elif way == "hardlink":
        other.hardlink_to(source)
    elif way == "folder-symlink":
        (tmp_path / "linked").symlink_to(tmp_path)
        other = tmp_path / "linked" / "gray.png"
    else:
        other = source if way == "same" else Path("../" + tmp_path.name) / "gray.png"
    picture = read(source)
    with pytest.raises(OutputError, match="the input itself"):
        write(other, _colored(picture), picture, overwrite=True)
    assert source.read_bytes() == before


def test_a_named_source_is_protected_too(tmp_path):
    source = _gray_file(tmp_path)
    picture = read(source.read_bytes())
    with pytest.raises(OutputError, match="the input itself"):
        write(source, _colored(picture), picture, overwrite=True, source=source)


def test_a_symlink_to_another_file_is_followed(tmp_path):
    real = tmp_path / "real.png"
    real.write_bytes(b"old")
    link = tmp_path / "link.png"
    link.symlink_to(real)
    write(link, scene(), read(scene()), overwrite=True)
    assert link.is_symlink()
    assert read(real).width == 64


def test_a_missing_folder_and_a_folder_as_target_are_refused(tmp_path):
    with pytest.raises(OutputError, match="folder that does not exist"):
        write(tmp_path / "no" / "a.png", scene(), read(scene()))
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(OutputError, match="a folder"):
        write(tmp_path / "folder.png", scene(), read(scene()), overwrite=True)


def test_only_the_target_is_left_in_the_folder(tmp_path):
    for kind in WRITABLE:
        write(tmp_path / f"a.{kind}", scene(), read(scene()))
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(f"a.{kind}" for kind in WRITABLE)


@pytest.mark.parametrize("kind", WRITABLE)
@pytest.mark.parametrize("room", [0, 2000])
def test_a_full_disk_leaves_nothing_behind(tmp_path, kind, room):
    """A limit on the size of files stands in for the disk; it ends a write the same way, at any byte."""
    code = f"""
        import numpy as np, resource, sys
        from huewise.errors import OutputError
        from huewise.imaging import read, write
        rgb = np.random.default_rng(0).integers(0, 256, (120, 120, 3), dtype=np.uint8)
        picture = read(rgb)
        resource.setrlimit(resource.RLIMIT_FSIZE, ({room}, {room}))
        try:
            write({str(tmp_path / ("out." + kind))!r}, rgb, picture)
        except OutputError as error:
            sys.exit(0 if "cannot be written" in str(error) and "vips" not in str(error) else str(error))
        sys.exit("no error")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], check=False, capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_replacement_keeps_the_old_file(tmp_path):
    target = tmp_path / "out.png"
    target.write_bytes(b"precious")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OutputError, match="cannot be written"):
            write(
                target,
                np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8),
                read(scene()),
                overwrite=True,
            )
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.name for path in tmp_path.iterdir()] == ["out.png"]
    assert target.read_bytes() == b"precious"


def test_no_room_is_named_with_what_to_do(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"No space left on device.*make room"):
        write(tmp_path / "a.png", scene(), read(scene()))
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing_behind(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(writer_module, "_save", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "a.png", scene(), read(scene()))
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_appears_meanwhile_is_not_replaced(tmp_path, monkeypatch):
    save = writer_module._save

    def slow(*arguments):
        save(*arguments)
        (tmp_path / "a.png").write_bytes(b"someone was faster")

    monkeypatch.setattr(writer_module, "_save", slow)
    with pytest.raises(OutputError, match="exists already"):
        write(tmp_path / "a.png", scene(), read(scene()))
    assert (tmp_path / "a.png").read_bytes() == b"someone was faster"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_named(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(OutputError, match=r"Permission denied.*choose a folder"):
            write(tmp_path / "a.png", scene(), read(scene()))
    finally:
        tmp_path.chmod(0o700)


def test_unusual_names_are_written(tmp_path):
    for name in ("ä ö ☃.png", "[opt=1].png", "a:b.png", "x" * 250 + ".png"):
        assert read(write(tmp_path / name, scene(), read(scene()))).width == 64
