import pytest
from PIL import Image

from huewise.imaging.formats import HEAD_BYTES, sniff
from tests.imaging.pictures import encoded, scene


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF", "GIF", "BMP"])
def test_each_format_is_told_by_its_first_bytes(kind):
    assert sniff(encoded(Image.fromarray(scene()), kind)[:HEAD_BYTES]) == kind.lower()


@pytest.mark.parametrize(
    "head",
    [b"", b"hello, world", b"<svg xmlns='http://www.w3.org/2000/svg'>", b"%PDF-1.7", b"P6 1 1 255", b"GIF8"],
)
def test_other_content_is_no_format(head):
    assert sniff(head) is None


def test_heif_brands_decide_between_avif_and_heic():
    def box(major, *others):
        body = b"ftyp" + major + bytes(4) + b"".join(others)
        return (len(body) + 4).to_bytes(4, "big") + body

    assert sniff(box(b"mif1", b"miaf", b"avif")) == "avif"
    assert sniff(box(b"heic", b"mif1")) == "heic"
    assert sniff(box(b"mif1", b"heic")) == "heic"
    assert sniff(box(b"isom", b"mp42")) is None
