import io
import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from huewise.errors import MissingExtra, PictureError, PictureTooLarge
from huewise.imaging import read
from huewise.imaging.vips import vips
from tests.imaging.pictures import cielab_l, encoded, gray_scene, scene, srgb_profile


def _l(picture):
    return picture.lightness / 655.35


def _l_of_gray(gray_hw, top=255):
    return cielab_l(np.repeat(gray_hw[..., None] / top, 3, axis=-1))


# formats, depths and kinds of pixels


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_deflate"}),
        ("WEBP", {"lossless": True}),
        ("BMP", {}),
    ],
)
def test_lossless_colour_gives_its_own_lightness(kind, options):
    picture = read(encoded(Image.fromarray(scene()), kind, **options))
    assert picture.format == kind.lower()
    assert (picture.width, picture.height, picture.bits) == (64, 48, 8)
    assert picture.lightness.dtype == np.uint16
    assert np.abs(_l(picture) - cielab_l(scene() / 255)).max() < 0.01


@pytest.mark.parametrize(
    ("kind", "options"),
    [("JPEG", {"quality": 95}), ("JPEG", {"quality": 95, "progressive": True}), ("AVIF", {"quality": 95})],
)
def test_lossy_colour_gives_nearly_its_own_lightness(kind, options):
    picture = read(encoded(Image.fromarray(scene()), kind, **options))
    assert picture.format == kind.lower()
    assert np.abs(_l(picture) - cielab_l(scene() / 255)).mean() < 1


@pytest.mark.parametrize(("height", "width"), [(2049, 600), (700, 1801)])
@pytest.mark.parametrize("options", [{}, {"tiffinfo": {278: 100}}, {"compression": "tiff_lzw"}])
def test_a_picture_of_several_strips_is_joined_without_a_seam(height, width, options):
    gray = gray_scene(height, width)
    np.testing.assert_array_equal(
        read(encoded(Image.fromarray(gray), "TIFF", **options)).lightness, read(gray).lightness
    )


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_stay_sixteen(kind):
    gray = (np.arange(64 * 64).reshape(64, 64) * 16 + 5).astype(np.uint16)
    picture = read(encoded(Image.fromarray(gray), kind))
    assert picture.bits == 16
    assert np.abs(_l(picture) - _l_of_gray(gray, 65535)).max() < 0.003
    assert len(np.unique(picture.lightness)) > 4000


def test_sixteen_bit_colour_keeps_its_steps():
    rgb = np.zeros((16, 64, 3), np.uint16)
    rgb[..., 0] = np.arange(1024).reshape(16, 64) * 64
    rgb[..., 1] = 30000
    image = vips().Image.new_from_array(rgb, interpretation="rgb16")
    for blob in (image.tiffsave_buffer(), image.pngsave_buffer()):
        picture = read(blob)
        assert picture.bits == 16
        assert np.abs(_l(picture) - cielab_l(rgb / 65535)).max() < 0.005


def test_palette_gives_the_colours_it_stands_for():
    image = Image.fromarray(scene()).quantize(32)
    picture = read(encoded(image, "PNG"))
    assert np.abs(_l(picture) - cielab_l(np.asarray(image.convert("RGB")) / 255)).max() < 0.01


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("TIFF", {}), ("TIFF", {"compression": "group4"}), ("BMP", {})]
)
def test_one_bit_gives_black_and_white(kind, options):
    bits = np.zeros((20, 30), bool)
    bits[5:, 7:] = True
    picture = read(encoded(Image.fromarray(bits), kind, **options))
    np.testing.assert_array_equal(picture.lightness, bits * np.uint16(65535))
    assert picture.bits == 8


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "LA"), ("PNG", "RGBA"), ("TIFF", "RGBA"), ("WEBP", "RGBA")]
)
def test_alpha_is_kept_beside_the_lightness(kind, mode):
    rgba = scene(channels=4)
    image = Image.fromarray(rgba).convert(mode)
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    picture = read(encoded(image, kind, **options))
    np.testing.assert_array_equal(picture.alpha, rgba[..., 3])
    assert np.abs(_l(picture) - cielab_l(np.asarray(image.convert("RGB")) / 255)).max() < 0.01


def test_a_picture_without_alpha_has_none():
    assert read(scene()).alpha is None


@pytest.mark.parametrize("kind", ["JPEG", "TIFF"])
def test_cmyk_without_profile_is_read_and_said(kind):
    image = Image.fromarray(scene()).convert("CMYK")
    picture = read(encoded(image, kind))
    assert "CMYK without a profile: a common printing profile is assumed" in picture.notes
    assert np.corrcoef(_l(picture).ravel(), cielab_l(scene() / 255).ravel())[0, 1] > 0.9


def test_cmyk_white_is_white_and_full_ink_is_dark():
    ink = np.zeros((16, 32, 4), np.uint8)
    ink[:, 16:] = 255
    picture = read(encoded(Image.fromarray(ink, "CMYK"), "TIFF"))
    assert _l(picture)[:, :16].min() > 98
    assert _l(picture)[:, 16:].max() < 15


def test_cmyk_with_profile_needs_no_guess():
    cmyk = vips().Image.new_from_array(scene(channels=4), interpretation="cmyk")
    picture = read(cmyk.tiffsave_buffer(profile="cmyk"))
    assert not any("CMYK" in note for note in picture.notes)
    assert np.abs(picture.lightness.astype(int) - read(cmyk.tiffsave_buffer()).lightness).max() == 0


def test_the_first_frame_of_an_animation_is_taken_and_said():
    frames = [Image.fromarray(np.full((20, 30), level, np.uint8)) for level in (40, 120, 200)]
    picture = read(encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert "first frame of 3" in picture.notes
    assert np.abs(_l(picture) - _l_of_gray(np.full((20, 30), 40))).max() < 0.01


def test_the_first_page_of_a_tiff_is_taken_and_said():
    pages = [Image.fromarray(np.full((20, 30), level, np.uint8)) for level in (40, 120)]
    picture = read(encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert "first page of 2" in picture.notes
    assert (picture.height, picture.width) == (20, 30)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (1, 10000), (10000, 1), (3, 2)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF"])
def test_thin_and_tiny_pictures_are_pictures(height, width, kind):
    picture = read(encoded(Image.fromarray(scene(height, width)), kind))
    assert picture.lightness.shape == (height, width)
    assert picture.input_ab is None or max(picture.input_ab.shape) <= 256


def test_heic_is_read_with_the_extra():
    heif = pytest.importorskip("pillow_heif")
    stream = io.BytesIO()
    heif.from_pillow(Image.fromarray(scene(channels=4))).save(stream, quality=95)
    picture = read(stream.getvalue())
    assert picture.format == "heic"
    assert np.abs(_l(picture) - cielab_l(scene() / 255)).mean() < 1
    assert np.abs(picture.alpha.astype(int) - scene(channels=4)[..., 3]).mean() < 3


def test_heic_without_the_extra_says_which(monkeypatch):
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    head = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
    with pytest.raises(MissingExtra, match=r"pip install '\.\[heif\]'.*, or save it as JPEG"):
        read(head + bytes(100))


# where the pixels lie


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_exif_orientation_is_applied(orientation, kind):
    turn = {
        2: 0,
        3: 3,
        4: 1,
        5: 5,
        6: 4,
        7: 6,
        8: 2,
    }  # EXIF's number -> Pillow's Transpose that makes it upright
    upright_of = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: np.rot90(a, -1)[::-1],
        8: lambda a: np.rot90(a, 1),
    }
    assert set(turn) | {1} == set(upright_of)
    exif = Image.Exif()
    exif[0x0112] = orientation
    gray = gray_scene(32, 48)
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100} if kind == "JPEG" else {}
    picture = read(encoded(Image.fromarray(gray), kind, exif=exif, **options))
    expected = _l_of_gray(upright_of[orientation](gray))
    assert picture.lightness.shape == expected.shape
    assert np.abs(_l(picture) - expected).max() < 1.5


# arrays


@pytest.mark.parametrize("shape", [(6, 8), (6, 8, 3), (6, 8, 4)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_arrays_of_every_shape_and_type_are_pictures(shape, dtype):
    unit = np.random.default_rng(0).random(shape)
    top = 1 if np.dtype(dtype).kind == "f" else np.iinfo(dtype).max
    array = (unit * top).astype(dtype)
    picture = read(array)
    rgb = array[..., :3] / top if len(shape) == 3 else np.repeat(array[..., None] / top, 3, axis=-1)
    assert np.abs(_l(picture) - cielab_l(rgb)).max() < 0.02
    assert (picture.alpha is not None) == (shape[-1] == 4)
    assert picture.bits == (8 if dtype == np.uint8 else 16)


def test_a_view_with_strides_is_read_as_it_looks():
    array = scene()[::-1, ::2]
    np.testing.assert_array_equal(read(array).lightness, read(array.copy()).lightness)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((3, 4, 2), np.uint8),
        np.zeros((4,), np.uint8),
        np.zeros((0, 4), np.uint8),
        np.zeros((3, 4), np.int32),
        np.zeros((3, 4), bool),
        np.full((3, 4), 255.0),
        np.full((3, 4), np.nan),
        np.full((3, 4), -0.5),
    ],
)
def test_other_arrays_are_refused_with_what_was_wanted(array):
    with pytest.raises(PictureError, match=r"an array .*; an array \(h, w\)"):
        read(array)


def test_lightness_rows_are_l_of_these_rows():
    picture = read(scene())
    rows = picture.lightness_rows(10, 20)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(rows, _l(picture)[10:20], atol=1e-4)


def test_the_lightness_of_a_picture_cannot_be_changed():
    with pytest.raises(ValueError, match="read-only"):
        read(scene()).lightness[0, 0] = 1


# profiles


def _p3_profile() -> bytes:
    """The Display P3 profile."""
    return (
        vips().Image.new_from_array(scene()).icc_transform("p3", input_profile="srgb").get("icc-profile-data")
    )


def test_an_srgb_profile_changes_nothing():
    plain = read(encoded(Image.fromarray(scene()), "PNG"))
    tagged = read(encoded(Image.fromarray(scene()), "PNG", icc_profile=srgb_profile()))
    np.testing.assert_array_equal(plain.lightness, tagged.lightness)


def test_another_rgb_profile_is_converted():
    rgb = np.zeros((8, 8, 3), np.uint8)
    rgb[..., 0], rgb[..., 1], rgb[..., 2] = 200, 60, 60
    picture = read(encoded(Image.fromarray(rgb), "PNG", icc_profile=_p3_profile()))
    # Display P3 to XYZ (SMPTE EG 432-1), row of Y
    linear = ((rgb[0, 0] / 255 + 0.055) / 1.055) ** 2.4
    y = linear @ [0.2289746, 0.6917385, 0.0792869]
    assert _l(picture)[0, 0] == pytest.approx(116 * np.cbrt(y) - 16, abs=0.7)
    assert abs(_l(picture)[0, 0] - cielab_l(rgb / 255)[0, 0]) > 1


def test_a_gray_profile_is_converted():
    gray = vips().Image.new_from_array(np.full((8, 8, 1), 128, np.uint8), interpretation="b-w")
    blob = Image.open(io.BytesIO(gray.pngsave_buffer()))
    linear = _gray_profile_of_gamma_one()
    picture = read(encoded(blob, "PNG", icc_profile=linear))
    assert _l(picture)[0, 0] == pytest.approx(116 * np.cbrt(128 / 255) - 16, abs=0.5)


def _gray_profile_of_gamma_one() -> bytes:
    """A minimal ICC version 2 gray profile whose curve is the identity (ICC.1:2001-04)."""

    def xyz(x, y, z):
        return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(v * 65536) for v in (x, y, z)))

    tags = {
        b"wtpt": xyz(0.9642, 1, 0.8249),
        b"kTRC": b"curv" + bytes(4) + struct.pack(">I", 0),
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 5) + b"gray\0" + bytes(78),
    }
    table, body, place = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name + struct.pack(">II", place + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    head = struct.pack(">I", place + len(body)) + bytes(4) + struct.pack(">I", 0x02400000)
    head += b"mntrGRAYXYZ " + struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    head += struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def test_a_gray_picture_with_an_rgb_profile_is_read_through_it():
    gray = Image.fromarray(np.full((8, 8), 128, np.uint8))
    for profile in (srgb_profile(), _p3_profile()):  # both have the sRGB curve
        picture = read(encoded(gray, "JPEG", icc_profile=profile, quality=100))
        assert picture.notes == ()
        assert _l(picture)[0, 0] == pytest.approx(53.59, abs=0.2)


def test_a_damaged_profile_is_said_and_srgb_assumed():
    damaged = srgb_profile()[:200]
    picture = read(encoded(Image.fromarray(scene()), "JPEG", icc_profile=damaged, quality=95))
    assert any("colour profile" in note for note in picture.notes)
    assert np.abs(_l(picture) - cielab_l(scene() / 255)).mean() < 1


# bad input


def _png_header(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def test_a_pixel_bomb_is_refused_from_its_header():
    with pytest.raises(
        PictureTooLarge, match=r"50000 x 50000 = 2,500,000,000 pixels.*at most 250,000,000;.*--max-pixels"
    ):
        read(_png_header(50_000, 50_000))


def test_the_limit_can_be_raised_and_lowered():
    blob = encoded(Image.fromarray(scene(10, 10)), "PNG")
    assert read(blob, max_pixels=100).width == 10
    for source in (blob, scene(10, 10), encoded(Image.fromarray(scene(10, 10)), "BMP")):
        with pytest.raises(PictureTooLarge):
            read(source, max_pixels=99)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP", "AVIF"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_file_is_refused(kind, share):
    blob = encoded(Image.fromarray(scene(300, 300)), kind)
    with pytest.raises(PictureError, match="a broken or truncated"):
        read(blob[: int(len(blob) * share)])


def test_an_empty_file_is_refused(tmp_path: Path):
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(PictureError, match="an empty file"):
        read(tmp_path / "empty.jpg")


def test_text_named_jpg_is_refused(tmp_path: Path):
    (tmp_path / "letter.jpg").write_text("Dear Anna, the photograph is lost.")
    with pytest.raises(PictureError, match="no picture we know"):
        read(tmp_path / "letter.jpg")


def test_the_content_decides_and_not_the_name(tmp_path: Path):
    path = tmp_path / "really-a-png.jpg"
    path.write_bytes(encoded(Image.fromarray(scene()), "PNG"))
    assert read(path).format == "png"


def test_formats_that_nobody_has_fuzzed_stay_closed():
    with pytest.raises(vips().Error, match="block"):
        vips().Image.svgload_buffer(b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    for blob in (b"P6 2 2 255 " + bytes(12), b"#?RADIANCE\n\n-Y 1 +X 1\n"):
        with pytest.raises(PictureError, match="no picture we know"):
            read(blob)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path):
    for path in (tmp_path / "absent.png", tmp_path, tmp_path / "nul\0byte.png"):
        said = "no such file" if path.name == "absent.png" else "a file that cannot be opened"
        with pytest.raises(PictureError, match=said):
            read(path)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_folder_is_refused(tmp_path: Path):
    folder = tmp_path / "closed"
    folder.mkdir()
    (folder / "a.png").write_bytes(encoded(Image.fromarray(scene()), "PNG"))
    folder.chmod(0)
    try:
        with pytest.raises(PictureError, match="Permission denied"):
            read(folder / "a.png")
    finally:
        folder.chmod(0o700)


def test_errors_are_one_line_without_the_decoders_words():
    blob = encoded(Image.fromarray(scene(300, 300)), "JPEG")
    with pytest.raises(PictureError) as caught:
        read(blob[:2000])
    text = str(caught.value)
    assert "\n" not in text
    assert "vips" not in text.lower()
    assert caught.value.todo


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "GIF", "BMP", "AVIF"])
def test_a_file_with_damaged_bytes_is_read_or_refused_but_never_anything_else(kind, capfd):
    rng = np.random.default_rng(0)
    whole = np.frombuffer(encoded(Image.fromarray(scene(40, 40)), kind), np.uint8)
    for _ in range(60):
        damaged = whole.copy()
        places = rng.integers(0, len(whole), rng.integers(1, 8))
        damaged[places] = rng.integers(0, 256, len(places))
        try:
            read(damaged.tobytes(), max_pixels=1_000_000)
        except PictureError as error:
            assert "\n" not in str(error)
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_a_float_tiff_is_refused_with_what_to_do():
    with pytest.raises(PictureError, match="samples of the type float; 8 or 16 bits"):
        read(encoded(Image.fromarray(scene()[..., 0].astype(np.float32)), "TIFF"))


def test_the_path_is_remembered(tmp_path: Path):
    path = tmp_path / "bär ☃.png"
    path.write_bytes(encoded(Image.fromarray(scene()), "PNG"))
    assert read(path).path == path
    assert read(str(path)).path == path
    assert read(path.read_bytes()).path is None


@pytest.mark.parametrize("top", [255, 65535])
def test_the_lowest_sample_is_kept_where_something_has_colour(top):
    kind = np.uint8 if top == 255 else np.uint16
    rgb = np.full((40, 60, 3), top, kind)
    assert read(rgb).lowest is None
    rgb[10:20, 10:50] = np.array([top, top, top // 5])
    low = read(rgb).lowest
    assert low.dtype == np.uint8 and (low[10:20, 10:50] == 51).all() and (low[:10] == 255).all()
