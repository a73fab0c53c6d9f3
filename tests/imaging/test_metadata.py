import io

import pytest
from PIL import Image

from huewise.imaging import WRITABLE, encode, read
from tests.imaging.pictures import encoded, gray_scene, scene

DATE = "1998:05:17 11:22:33"
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6" tiff:Make="Leica"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112], exif[0x0132], exif[0x013B] = "Leica", 6, DATE, "Anna"
    exif.get_ifd(0x8769)[0x9003] = DATE
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (52.0, 31.0, 7.5)
    return exif


def _source(kind: str):
    options = {"xmp": XMP} if kind in ("JPEG", "WEBP") else {}
    if kind in ("JPEG", "PNG"):
        options["dpi"] = (300, 300)
    if kind == "TIFF":  # Pillow writes no EXIF directory into a TIFF; ours comes from a JPEG that it wrote
        return read(encode(scene(60, 40), _source("JPEG"), format="tiff"))
    return read(encoded(Image.fromarray(gray_scene(40, 60)), kind, exif=_exif(), **options))


def _through(source: str, target: str) -> Image.Image:
    picture = _source(source)
    image = Image.open(io.BytesIO(encode(scene(60, 40), picture, format=target)))
    image.load()
    return image


@pytest.mark.parametrize("target", WRITABLE)
@pytest.mark.parametrize("source", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_goes_out_as_it_came_in_but_upright(source, target):
    exif = _through(source, target).getexif()
    assert (exif[0x010F], exif[0x0132], exif[0x013B]) == ("Leica", DATE, "Anna")
    assert exif.get_ifd(0x8769)[0x9003] == DATE
    assert exif.get_ifd(0x8825)[1] == "N"
    assert tuple(map(float, exif.get_ifd(0x8825)[2])) == (52.0, 31.0, 7.5)
    assert exif.get(0x0112, 1) == 1


@pytest.mark.parametrize("target", WRITABLE)
def test_a_turned_picture_is_not_turned_twice(target):
    picture = read(encode(scene(60, 40), _source("JPEG"), format=target))
    assert (picture.height, picture.width) == (60, 40)


@pytest.mark.parametrize("target", WRITABLE)
def test_xmp_is_carried_and_says_upright(target):
    picture = read(encode(scene(60, 40), _source("JPEG"), format=target))
    xmp = picture.metadata.blobs["xmp-data"]
    assert b'tiff:Make="Leica"' in xmp
    assert b'tiff:Orientation="1"' in xmp


@pytest.mark.parametrize("target", ["jpeg", "png", "tiff"])
@pytest.mark.parametrize("source", ["JPEG", "PNG", "TIFF"])
def test_dots_per_inch_are_carried(source, target):
    assert _through(source, target).info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_a_picture_without_resolution_gets_the_usual_72():
    image = Image.open(io.BytesIO(encode(scene(), read(scene()), format="jpeg")))
    assert image.info["dpi"] == pytest.approx((72, 72), abs=0.1)


@pytest.mark.parametrize("target", ["jpeg", "tiff"])
def test_iptc_is_carried(target):
    iptc = b"\x1c\x02\x78\x00\x05Baker"  # record 2:120, the caption
    block = (
        b"Photoshop 3.0\0"
        + b"8BIM\x04\x04\0\0"
        + len(iptc).to_bytes(4, "big")
        + iptc
        + b"\0" * (len(iptc) % 2)
    )
    plain = encoded(Image.fromarray(gray_scene()), "JPEG")
    segment = b"\xff\xed" + (len(block) + 2).to_bytes(2, "big") + block
    picture = read(plain[:2] + segment + plain[2:])
    assert b"Baker" in picture.metadata.blobs["iptc-data"]
    again = read(encode(scene(), picture, format=target))
    assert again.metadata.blobs["iptc-data"] == picture.metadata.blobs["iptc-data"]
    assert b"Baker" in encode(scene(), again, format="jpeg")
    assert b"Baker" in encode(scene(), again, format="tiff")


def test_text_of_a_png_is_carried():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Title", "The baker's shop")
    picture = read(encoded(Image.fromarray(gray_scene()), "PNG", pnginfo=info))
    again = Image.open(io.BytesIO(encode(scene(), picture, format="png")))
    assert again.text["Title"] == "The baker's shop"


@pytest.mark.parametrize("target", WRITABLE)
def test_metadata_that_makes_no_sense_is_no_reason_to_fail(target):
    picture = read(
        encoded(Image.fromarray(gray_scene()), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\x7f garbage")
    )
    assert read(encode(scene(), picture, format=target)).width == 64


def test_a_picture_without_metadata_has_none():
    metadata = read(encoded(Image.fromarray(gray_scene()), "TIFF")).metadata
    assert (metadata.blobs, metadata.pixels_per_mm) == ({}, None)
