"""Opening: from a file, bytes or an array to `Decoded`, a header and a stream of pixel strips.

The header is read and held against the limits before any pixel is. libvips opens JPEG, PNG, TIFF, WebP, AVIF
and GIF; pillow-heif HEIC (extra `heif`); Pillow BMP, which the libvips wheel leaves out.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from huewise.errors import MissingExtra, PictureError, PictureTooLarge
from huewise.imaging.color_in import to_srgb
from huewise.imaging.lightness import gray_table
from huewise.imaging.metadata import metadata_of
from huewise.imaging.picture import Metadata
from huewise.imaging.tiff_tags import read_tags
from huewise.imaging.vips import vips

STRIP_PIXELS = 1 << 20
"""Pixels decoded at a time: a few megabytes, whatever the size of the picture."""

Strip = NDArray[np.uint8] | NDArray[np.uint16]
"""Some rows of a picture: (rows, w, c)."""

Take = Callable[[Strip], None]
"""Receives the strips of a picture, from top to bottom."""


@dataclass(frozen=True)
class Decoded:
    """A picture as it lies in its file, not yet turned upright.

    `feed`: decodes and gives strips (rows, w, c) to its argument, once; c is 1 (gray) or 3 (sRGB), one more
    with alpha.
    `table`: from the gray sample to lightness, None for 3 channels. `orientation`: EXIF's 1..8.
    """

    format: str
    width: int
    height: int
    bits: int
    channels: int
    has_alpha: bool
    feed: Callable[[Take], None]
    table: NDArray[np.uint16] | None = None
    orientation: int = 1
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()


def check_size(width: int, height: int, max_pixels: int) -> None:
    """Refuse a picture with more pixels than allowed."""
    if width * height > max_pixels:
        raise PictureTooLarge(
            f"a picture of {width} x {height} = {width * height:,} pixels",
            f"at most {max_pixels:,}",
            "raise the limit with --max-pixels if you trust the file",
        )


def strip_bounds(width: int, height: int) -> Iterator[tuple[int, int]]:
    """Rows (start, stop) of each strip."""
    rows = max(1, STRIP_PIXELS // width)
    for start in range(0, height, rows):
        yield start, min(start + rows, height)


def decode_array(array_hwc: NDArray[Any], max_pixels: int) -> Decoded:
    """An array (h, w), (h, w, 3) or (h, w, 4), uint8, uint16 or float 0..1, taken as sRGB."""
    wanted = "an array (h, w), (h, w, 3) or (h, w, 4), uint8, uint16 or float 0..1"
    if array_hwc.ndim == 2:
        array_hwc = array_hwc[..., None]
    if array_hwc.ndim != 3 or array_hwc.shape[2] not in (1, 3, 4) or 0 in array_hwc.shape:
        raise PictureError(f"an array of shape {array_hwc.shape}", wanted)
    floats = array_hwc.dtype.kind == "f"
    if not floats and array_hwc.dtype not in (np.uint8, np.uint16):
        raise PictureError(f"an array of {array_hwc.dtype}", wanted)
    height, width, count = array_hwc.shape
    check_size(width, height, max_pixels)
    bits = 8 if array_hwc.dtype == np.uint8 else 16

    def feed(take: Take) -> None:
        for start, stop in strip_bounds(width, height):
            strip = array_hwc[start:stop]
            take(_integers(strip, wanted) if floats else strip)

    channels = 1 if count == 1 else 3
    table = gray_table(bits) if channels == 1 else None
    return Decoded("array", width, height, bits, channels, count == 4, feed, table)


def _integers(values: NDArray[np.floating[Any]], wanted: str) -> NDArray[np.uint16]:
    low, high = values.min(), values.max()
    if not (low >= -1e-6 and high <= 1 + 1e-6):  # false for NaN, too
        raise PictureError(f"an array with values from {low:g} to {high:g}", wanted, "scale it to 0..1")
    integers: NDArray[np.uint16] = np.rint(np.clip(values, 0, 1) * 65535).astype(np.uint16)
    return integers


def decode_file(stream: BinaryIO, kind: str, max_pixels: int) -> Decoded:
    """A picture file of a known `kind` (see `formats.sniff`); the stream stays open while strips are read."""
    if kind == "heic":
        return _decode_heic(stream, max_pixels)
    if kind == "bmp":
        return _decode_bmp(stream, max_pixels)
    return _decode_vips(stream, kind, max_pixels)


def _broken(kind: str) -> PictureError:
    return PictureError(
        f"a broken or truncated {_NAMES[kind]} file", f"a whole {_NAMES[kind]} picture", "get the file again"
    )


_NAMES = {
    "jpeg": "JPEG",
    "png": "PNG",
    "tiff": "TIFF",
    "webp": "WebP",
    "avif": "AVIF",
    "gif": "GIF",
    "heic": "HEIC",
    "bmp": "BMP",
}
_LOADERS = {
    "jpeg": "jpegload_source",
    "png": "pngload_source",
    "tiff": "tiffload_source",
    "webp": "webpload_source",
    "avif": "heifload_source",
    "gif": "gifload_source",
}


def _decode_vips(stream: BinaryIO, kind: str, max_pixels: int) -> Decoded:
    pyvips = vips()
    try:
        source = _vips_source(stream)
        image = getattr(pyvips.Image, _LOADERS[kind])(source, access="sequential", fail_on=_fail_on(kind))
        check_size(image.width, image.height, max_pixels)
        metadata, notes = metadata_of(image), _page_notes(image, kind)
        if kind == "tiff":
            metadata.blobs.pop("iptc-data", None)
            metadata.blobs.update(read_tags(stream))
        orientation = image.get("orientation") if image.get_typeof("orientation") else 1
        bits = _bits_of(image)
        color, alpha = _split_alpha(image)
        color, table, color_notes = to_srgb(color, bits)
        pixels = color if alpha is None else color.bandjoin(alpha)
        sample = "uchar" if bits == 8 else "ushort"
        pixels = pixels if pixels.format == sample else pixels.cast(sample)
    except pyvips.Error as error:
        raise _broken(kind) from error

    return Decoded(
        kind,
        image.width,
        image.height,
        bits,
        color.bands,
        alpha is not None,
        partial(_feed_vips, pixels, kind, source),
        table,
        orientation,
        metadata,
        (*notes, *color_notes),
    )


def _feed_vips(pixels: Any, kind: str, source: Any, take: Take) -> None:
    """Stream a libvips image in one run. `source` is only held: it must outlive what reads from it."""
    joiner = _Joiner(pixels, take)
    target = vips().TargetCustom()
    target.on_write(joiner.add)
    try:
        pixels.rawsave_target(target)
    except vips().Error as error:
        raise joiner.failure or _broken(kind) from error


class _Joiner:
    """Joins the byte runs that libvips writes, from a thread of its own, to strips."""

    def __init__(self, pixels: Any, take: Take) -> None:
        self.bounds = strip_bounds(pixels.width, pixels.height)
        self.row_shape = (pixels.width, pixels.bands)
        self.dtype = np.dtype(np.uint8 if pixels.format == "uchar" else np.uint16)
        self.take = take
        self.failure: BaseException | None = None
        self._begin()

    def _begin(self) -> None:
        start, stop = next(self.bounds, (0, 0))
        self.strip: Strip = np.empty((stop - start, *self.row_shape), self.dtype)
        self.free = self.strip.reshape(-1).view(np.uint8)  # the bytes of it that are still to come

    def add(self, run: Any) -> int:
        """Take in a run of bytes. An exception must not reach libvips; it is kept for the caller."""
        try:
            data = np.frombuffer(run, np.uint8)
            while data.size:
                count = min(data.size, self.free.size)
                self.free[:count] = data[:count]
                self.free, data = self.free[count:], data[count:]
                if not self.free.size:
                    self.take(self.strip)
                    self._begin()
        except BaseException as failure:
            self.failure = failure
            return -1
        return len(run)


def _fail_on(kind: str) -> str:
    """From which fault on libvips refuses a file. In a TIFF, missing pixels only count as an "error"."""
    return "error" if kind == "tiff" else "truncated"


def _vips_source(stream: BinaryIO) -> Any:
    if isinstance(stream, io.BytesIO):
        return vips().Source.new_from_memory(stream.getvalue())
    stream.seek(0)
    return vips().Source.new_from_descriptor(stream.fileno())


def _bits_of(image: Any) -> int:
    bits = {"uchar": 8, "ushort": 16}.get(image.format)
    if bits is None and image.interpretation in ("lab", "labs"):  # TIFF in CIE Lab
        bits = 16
    if bits is None:
        raise PictureError(
            f"samples of the type {image.format}", "8 or 16 bits a sample", "save it with 16 bits"
        )
    return bits


def _page_notes(image: Any, kind: str) -> list[str]:
    count = image.get("n-pages") if image.get_typeof("n-pages") else 1
    word = "page" if kind == "tiff" else "picture" if kind == "avif" else "frame"
    return [f"first {word} of {count}"] if count > 1 else []


def _split_alpha(image: Any) -> tuple[Any, Any]:
    """The colour bands, and the alpha band or None."""
    colors = {"b-w": 1, "grey16": 1, "cmyk": 4}.get(image.interpretation, 3)
    if image.interpretation == "multiband" and image.bands < 3:
        colors = 1
    colors = min(colors, image.bands)
    alpha = image[colors] if image.bands > colors else None
    return image[0:colors] if image.bands > colors else image, alpha


def _decode_heic(stream: BinaryIO, max_pixels: int) -> Decoded:
    try:
        import pillow_heif
    except ImportError as error:
        raise MissingExtra.of("a HEIC picture", "heif", "save it as JPEG") from error
    try:
        container = pillow_heif.open_heif(stream, convert_hdr_to_8bit=False)
        image = container[container.primary_index]
    except (ValueError, EOFError, SyntaxError, RuntimeError, OSError) as error:
        raise _broken("heic") from error
    width, height = image.size
    check_size(width, height, max_pixels)
    bits = 16 if ";16" in image.mode else 8
    names = image.mode.split(";")[0]
    channels = 1 if names in ("L", "I") else 3
    blobs = {
        name: image.info[key]
        for key, name in (("exif", "exif-data"), ("xmp", "xmp-data"))
        if image.info.get(key)
    }
    profile = image.info.get("icc_profile")
    table = gray_table(bits) if channels == 1 else None

    def feed(take: Take) -> None:
        try:
            pixels = np.asarray(image)
        except (ValueError, EOFError, RuntimeError, OSError) as error:
            raise _broken("heic") from error
        _feed_pixels(pixels.reshape(height, width, -1), bits, profile if channels == 3 else None, take)

    notes = (f"first picture of {len(container)}",) if len(container) > 1 else ()
    # HEIF turns the picture by its own boxes while decoding; an EXIF orientation beside them is to be ignored
    return Decoded(
        "heic", width, height, bits, channels, image.has_alpha, feed, table, 1, Metadata(blobs=blobs), notes
    )


def _decode_bmp(stream: BinaryIO, max_pixels: int) -> Decoded:
    from PIL.BmpImagePlugin import BmpImageFile

    try:
        stream.seek(0)
        image = BmpImageFile(stream)  # not Image.open: our own limit takes the place of its warnings
    except (OSError, SyntaxError, ValueError) as error:
        raise _broken("bmp") from error
    width, height = image.size
    check_size(width, height, max_pixels)
    mode = image.mode if image.mode in ("L", "RGB", "RGBA") else "L" if image.mode == "1" else "RGB"

    def feed(take: Take) -> None:
        try:
            pixels = np.asarray(image.convert(mode))
        except (OSError, SyntaxError, ValueError) as error:
            raise _broken("bmp") from error
        _feed_pixels(pixels.reshape(height, width, -1), 8, None, take)

    channels = 1 if mode == "L" else 3
    table = gray_table(8) if channels == 1 else None
    return Decoded("bmp", width, height, 8, channels, mode == "RGBA", feed, table)


def _feed_pixels(pixels_hwc: Strip, bits: int, profile: bytes | None, take: Take) -> None:
    """Give on pixels in memory, through an RGB profile if there is one."""
    height, width = pixels_hwc.shape[:2]
    for start, stop in strip_bounds(width, height):
        strip: Strip = pixels_hwc[start:stop].copy()
        if profile is not None:
            pyvips = vips()
            image = pyvips.Image.new_from_array(strip, interpretation="srgb" if bits == 8 else "rgb16")
            image.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile)
            color, _, _ = to_srgb(image[0:3], bits)
            strip[..., :3] = color.numpy().reshape(stop - start, width, 3)
        take(strip)
