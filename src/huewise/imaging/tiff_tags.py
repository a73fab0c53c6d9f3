"""EXIF and IPTC in TIFF files: libvips neither reads nor writes the first, and cuts the second to a quarter.

A TIFF file has no EXIF block: its own directory (IFD0) holds the maker, the date and so on, and points to the
EXIF and GPS directories (TIFF 6.0, section 2; CIPA DC-008, 4.5 and 4.6). IPTC is a tag of IFD0, without the
wrapping that JPEG gives it. We turn both into the blocks that other formats carry, and back: a fuller directory
is appended to the finished file and the header made to point to it.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from PIL.Image import Exif

_TEXT_TAGS = (
    270,
    271,
    272,
    305,
    306,
    315,
    316,
    33432,
)  # description, make, model, software, date, artist, ...
_DIRECTORY_TAGS = (34665, 34853)  # EXIF, GPS
_IPTC_TAG = 33723
_BYTES, _LONGS = 7, 4  # field types UNDEFINED and LONG
_IPTC_START = b"\x1c"
_PHOTOSHOP = b"Photoshop 3.0\0"
_PHOTOSHOP_IPTC = b"8BIM\x04\x04\0\0"

_ENTRY = "HHII"  # tag, type, count, value or offset


def read_tags(stream: BinaryIO) -> dict[str, bytes]:
    """The EXIF and IPTC blocks of an open TIFF file, by libvips' field name, as far as they can be read."""
    blobs = {"exif-data": _read_exif(stream), "iptc-data": _read_iptc(stream)}
    return {name: blob for name, blob in blobs.items() if blob is not None}


def add_tags(stream: BinaryIO, blobs: dict[str, bytes]) -> None:
    """Put EXIF and IPTC blocks into a TIFF file of our own making (little endian), open to read and write.

    A block that cannot be understood is left out, and all of them from a BigTIFF (above 3.9 GB).
    """
    stream.seek(0)
    if stream.read(4) != b"II*\0":
        return
    entries = _entries(stream, int.from_bytes(stream.read(4), "little"), "<")
    before = dict(entries)
    _append_exif(stream, entries, blobs.get("exif-data"))
    _append_iptc(stream, entries, blobs.get("iptc-data"))
    if entries == before:
        return
    directory = _even_end(stream)
    stream.write(struct.pack("<H", len(entries)))
    stream.write(b"".join(entries[tag] for tag in sorted(entries)) + bytes(4))
    stream.seek(4)
    stream.write(struct.pack("<I", directory))


def _read_exif(stream: BinaryIO) -> bytes | None:
    stream.seek(0)
    with _lenient() as result:
        found, kept = _exif(), _exif()
        found.load_from_fp(stream)
        for tag in _TEXT_TAGS:
            if tag in found:
                kept[tag] = found[tag]
        for tag in _DIRECTORY_TAGS:
            if tag in found:
                kept.get_ifd(tag).update(found.get_ifd(tag))
                kept[tag] = kept.get_ifd(tag)
        if len(kept):
            result.append(kept.tobytes())
    return result[0] if result else None


def _read_iptc(stream: BinaryIO) -> bytes | None:
    stream.seek(0)
    with _lenient() as result:
        order = {b"II*\0": "<", b"MM\0*": ">"}[stream.read(4)]
        (directory,) = struct.unpack(order + "I", stream.read(4))
        entry = _entries(stream, directory, order)[_IPTC_TAG]
        _tag, kind, count, place = struct.unpack(order + _ENTRY, entry)
        stream.seek(place)
        record = stream.read(min(count * (4 if kind == _LONGS else 1), 1 << 24))
        if record.startswith(_IPTC_START):
            size = struct.pack(">I", len(record))
            result.append(_PHOTOSHOP + _PHOTOSHOP_IPTC + size + record + bytes(len(record) % 2))
    return result[0] if result else None


def _append_exif(stream: BinaryIO, entries: dict[int, bytes], block: bytes | None) -> None:
    if block is None:
        return
    place = _even_end(stream)
    with _lenient() as result:
        exif = _exif()
        exif.load(block)
        exif.endian = "<"
        directory = exif.tobytes(offset=place)[len(b"Exif\0\0II*\0\0\0\0\0") :]
        result.append((directory, _entries(io.BytesIO(directory), 0, "<")))
    for directory, found in result:
        stream.write(directory)
        entries.update({tag: found[tag] for tag in (*_TEXT_TAGS, *_DIRECTORY_TAGS) if tag in found})


def _append_iptc(stream: BinaryIO, entries: dict[int, bytes], block: bytes | None) -> None:
    _wrapping, found, rest = (block or b"").partition(_PHOTOSHOP_IPTC)
    record = rest[4 : 4 + int.from_bytes(rest[:4], "big")] if found else block or b""
    if record.startswith(_IPTC_START):
        record = record.ljust(5, b"\0")  # four bytes would have to stand in the entry itself
        entries[_IPTC_TAG] = struct.pack("<" + _ENTRY, _IPTC_TAG, _BYTES, len(record), _even_end(stream))
        stream.write(record)


def _entries(stream: BinaryIO, place: int, order: str) -> dict[int, bytes]:
    """The raw entries of the directory at `place`, by tag; `order` is "<" or ">"."""
    stream.seek(place)
    (count,) = struct.unpack(order + "H", stream.read(2))
    raw = [stream.read(struct.calcsize(order + _ENTRY)) for _ in range(count)]
    return {struct.unpack(order + _ENTRY, entry)[0]: entry for entry in raw}


def _even_end(stream: BinaryIO) -> int:
    """Go to the end, padded to an even place, where a directory or a value may begin."""
    place = stream.seek(0, io.SEEK_END)
    return place + stream.write(bytes(place % 2))


def _exif() -> Exif:
    from PIL.Image import Exif

    return Exif()


@contextmanager
def _lenient() -> Iterator[list[Any]]:
    """Metadata that cannot be understood is no reason to refuse a picture, nor to print warnings."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield []
    except (ValueError, TypeError, LookupError, SyntaxError, OSError, EOFError, struct.error):
        return
