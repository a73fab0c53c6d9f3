"""EXIF in TIFF files, which libvips neither reads nor writes.

A TIFF file has no EXIF block: its own directory (IFD0) holds the maker, the date and so on, and points to the
EXIF and GPS directories (TIFF 6.0, section 2; CIPA DC-008, 4.5 and 4.6). We turn them into the block that
other formats carry, and back: a fuller directory is appended to the finished file
and the header points to it.
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
_CARRIED_TAGS = (*_TEXT_TAGS, *_DIRECTORY_TAGS)

_ENTRY = struct.Struct("<HHII")  # tag, type, count, value or offset


def read_exif(stream: BinaryIO) -> bytes | None:
    """The EXIF block of an open TIFF file, or None when it has none that can be read."""
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


def add_exif(stream: BinaryIO, block: bytes) -> None:
    """Put an EXIF block into a TIFF file of our own making (little endian), open to read and write.

    A block that cannot be understood is left out, and any from a BigTIFF (above 3.9 GB).
    """
    stream.seek(0)
    if stream.read(4) != b"II*\0":
        return
    place = stream.seek(0, io.SEEK_END)
    place += place % 2  # directories begin at even places
    with _lenient() as result:
        exif = _exif()
        exif.load(block)
        exif.endian = "<"
        result.append(exif.tobytes(offset=place)[len(b"Exif\0\0II*\0\0\0\0\0") :])
    if not result:
        return
    appended = _entries(io.BytesIO(result[0]), 0)
    stream.seek(4)
    entries = _entries(stream, int.from_bytes(stream.read(4), "little"))
    entries.update({tag: entry for tag, entry in appended.items() if tag in _CARRIED_TAGS})
    stream.seek(place)
    stream.write(result[0] + b"\0" * (len(result[0]) % 2))
    directory = stream.tell()
    stream.write(struct.pack("<H", len(entries)))
    stream.write(b"".join(entries[tag] for tag in sorted(entries)) + bytes(4))
    stream.seek(4)
    stream.write(struct.pack("<I", directory))


def _entries(stream: BinaryIO, place: int) -> dict[int, bytes]:
    """The raw entries of the directory at `place`, by tag."""
    stream.seek(place)
    (count,) = struct.unpack("<H", stream.read(2))
    raw = [stream.read(_ENTRY.size) for _ in range(count)]
    return {_ENTRY.unpack(entry)[0]: entry for entry in raw}


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
    except (ValueError, TypeError, KeyError, SyntaxError, OSError, EOFError, struct.error):
        return
