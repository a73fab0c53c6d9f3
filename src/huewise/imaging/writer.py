"""`write` and `encode`: coloured pixels become a picture file like the one that came in."""

from __future__ import annotations

import errno
import io
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.errors import OutputError, PictureError, UsageError
from huewise.files import check_target, new_file, output_error
from huewise.imaging.metadata import attach
from huewise.imaging.picture import Picture
from huewise.imaging.tiff_tags import add_tags
from huewise.imaging.vips import vips


@dataclass(frozen=True)
class _Format:
    """How one kind of file is written: libvips' saver and its options, what it can hold, its names."""

    saver: str
    options: dict[str, Any]
    quality: int | None  # the default; None where the format loses nothing
    deepest: int  # bits a sample; 16 also stands for AVIF's 12
    holds_alpha: bool
    endings: tuple[str, ...]


_FORMATS = {
    "jpeg": _Format("jpegsave_target", {}, 95, 8, False, (".jpg", ".jpeg", ".jpe", ".jfif")),
    "png": _Format("pngsave_target", {"compression": 3, "filter": "up"}, None, 16, True, (".png",)),
    "tiff": _Format(
        "tiffsave_target",
        {"compression": "deflate", "predictor": "horizontal", "level": 3},
        None,
        16,
        True,
        (".tif", ".tiff"),
    ),
    "webp": _Format("webpsave_target", {"effort": 1}, 90, 8, True, (".webp",)),
    "avif": _Format(
        "heifsave_target",
        {"compression": "av1", "effort": 1, "subsample_mode": "off"},
        75,
        16,
        True,
        (".avif",),
    ),
}

WRITABLE = tuple(_FORMATS)
"""The formats that can be written."""

_SAME_FAMILY = {"heic": "jpeg", "gif": "png", "bmp": "png", "array": "png"}
_BIG_TIFF_BYTES = 3_900_000_000


def format_of_ending(ending: str) -> str | None:
    """The format that a file's ending (".jpg") names; None for an ending of something else."""
    return next((name for name, kind in _FORMATS.items() if ending in kind.endings), None)


def output_format(target: str | Path | None, like: Picture, format: str | None = None) -> str:
    """The format to write: as asked for, else by the target's ending, else the input's own or its nearest."""
    if format is not None:
        name = {"jpg": "jpeg", "tif": "tiff"}.get(format.lower(), format.lower())
        if name not in _FORMATS:
            raise UsageError(f"the output format {format!r}", f"one of {', '.join(_FORMATS)}")
        return name
    ending = Path(target).suffix.lower() if target is not None else ""
    named = format_of_ending(ending)
    if named is not None:
        return named
    if ending:
        raise OutputError(
            f"an output named *{ending}",
            f"an ending for one of {', '.join(_FORMATS)}",
            "name it so, or give --format",
        )
    return nearest_format(like.format)


def nearest_format(format: str) -> str:
    """The format itself where it can be written, else the one that is most like it."""
    return _SAME_FAMILY.get(format, format)


def encode(
    rgb_hw3: NDArray[np.uint8] | NDArray[np.uint16],
    like: Picture,
    *,
    format: str | None = None,
    quality: int | None = None,
    bits: int | None = None,
) -> bytes:
    """The bytes of a picture file with these sRGB pixels and `like`'s alpha and metadata; see `write`."""
    name = output_format(None, like, format)
    image = _image(rgb_hw3, like, name, bits)
    target = vips().Target.new_to_memory()
    _save(image, target, name, quality)
    blob: bytes = target.get("blob")
    if name == "tiff" and like.metadata.blobs:
        stream = io.BytesIO(blob)
        add_tags(stream, like.metadata.blobs)
        return stream.getvalue()
    return blob


def write(
    target: str | Path,
    rgb_hw3: NDArray[np.uint8] | NDArray[np.uint16],
    like: Picture,
    *,
    format: str | None = None,
    quality: int | None = None,
    bits: int | None = None,
    overwrite: bool = False,
    source: str | Path | None = None,
) -> Path:
    """Write sRGB pixels (h, w, 3), uint8 or uint16, with `like`'s alpha, EXIF, XMP, IPTC and resolution.

    `format`: see `output_format`. `quality`: 1..100 for JPEG, WebP and AVIF. `bits`: 8 or 16, default
    `like.bits` as far as the format goes (AVIF holds 12). `source`: the input file, default `like.path`; it
    is never written over, whatever its name or link. An existing file is only replaced with `overwrite`.

    The file appears whole or not at all: it is written beside the target, synced, then renamed. Raises
    `OutputError`, and `UsageError` for options that the format cannot keep.
    """
    path = Path(target)
    name = output_format(path, like, format)
    place = check_target(path, like.path if source is None else source, overwrite=overwrite)
    image = _image(rgb_hw3, like, name, bits)
    with new_file(place, overwrite=overwrite) as descriptor:
        _save(image, vips().Target.new_to_descriptor(descriptor), name, quality)
        if name == "tiff" and like.metadata.blobs:
            with os.fdopen(descriptor, "r+b", closefd=False) as stream:
                add_tags(stream, like.metadata.blobs)
    return path


def _image(
    rgb_hw3: NDArray[np.uint8] | NDArray[np.uint16], like: Picture, name: str, bits: int | None
) -> Any:
    """The libvips image to save: depth, alpha, metadata."""
    if rgb_hw3.dtype not in (np.uint8, np.uint16) or rgb_hw3.shape != (like.height, like.width, 3):
        raise PictureError(
            f"pixels of shape {rgb_hw3.shape} and type {rgb_hw3.dtype}",
            f"({like.height}, {like.width}, 3) of uint8 or uint16",
        )
    kind = _FORMATS[name]
    if bits not in (None, 8, 16):
        raise UsageError(f"{bits} bits a sample", "8 or 16")
    if bits is not None and bits > kind.deepest:
        raise UsageError(f"{bits} bits in {name}", f"at most {kind.deepest}", "use png or tiff")
    depth = min(bits or like.bits, kind.deepest)
    image = _at_depth(_wrap(rgb_hw3), depth)
    if like.alpha is not None:
        alpha = _at_depth(_wrap(like.alpha[..., None]), depth)
        image = image.bandjoin(alpha)
        if not kind.holds_alpha:
            image = image.flatten(background=[(1 << depth) - 1] * 3, max_alpha=(1 << depth) - 1)
    image = image.copy(interpretation="srgb" if depth == 8 else "rgb16")
    image = attach(image, like.metadata)
    if name == "tiff":
        image.remove("iptc-data")  # see tiff_tags.py
    return image


def _wrap(pixels_hwc: NDArray[np.uint8] | NDArray[np.uint16]) -> Any:
    """The pixels as a libvips image, without a copy."""
    height, width, bands = pixels_hwc.shape
    data = np.ascontiguousarray(pixels_hwc)
    return vips().Image.new_from_memory(
        data, width, height, bands, "uchar" if data.dtype == np.uint8 else "ushort"
    )


def _at_depth(image: Any, depth: int) -> Any:
    """8 or 16 bits a sample, rounded to nearest."""
    given = 8 if image.format == "uchar" else 16
    if given == depth:
        return image
    levels = np.arange(1 << given)
    table = (levels * 257).astype(np.uint16) if depth == 16 else np.rint(levels / 257).astype(np.uint8)
    return image.maplut(vips().Image.new_from_array(table[None]))


def _save(image: Any, target: Any, name: str, quality: int | None) -> None:
    kind = _FORMATS[name]
    options = dict(kind.options, profile="srgb", keep="all")
    if quality is not None and kind.quality is not None and not 1 <= quality <= 100:
        raise UsageError(f"the quality {quality}", "1 to 100")
    if kind.quality is not None:
        options["Q"] = kind.quality if quality is None else quality
    if name == "avif" and image.format == "ushort":
        options["bitdepth"] = 12
    if name == "tiff":
        size = image.width * image.height * image.bands * (2 if image.format == "ushort" else 1)
        options["bigtiff"] = size > _BIG_TIFF_BYTES
    try:
        getattr(image, kind.saver)(target, **options)
    except vips().Error as error:
        raise _saver_error(error, image, name) from error


def _saver_error(error: Exception, image: Any, name: str) -> OutputError:
    text = str(error)
    for number in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO):
        if os.strerror(number) in text:
            return output_error(OSError(number, os.strerror(number)))
    return OutputError(
        f"a picture of {image.width} x {image.height} that cannot be written as {name}",
        "another format",
        "use png or tiff",
    )
