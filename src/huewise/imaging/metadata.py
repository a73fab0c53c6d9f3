"""EXIF, XMP, IPTC and resolution, carried from the file that was read to the one that is written."""

from __future__ import annotations

import re
from typing import Any

from huewise.imaging.picture import Metadata
from huewise.imaging.vips import vips

_BLOBS = ("exif-data", "xmp-data", "iptc-data")
_NO_DENSITY = (1.0, 1.0)  # what libvips says when the file says nothing
_SCREEN_DENSITY = (
    72 / 25.4,
    72 / 25.4,
)  # what others understand as "says nothing"; libvips cannot leave it out
_TEXT_PREFIX = "png-comment-"
_XMP_ORIENTATION = re.compile(rb"(tiff:Orientation\s*(?:=\s*[\"']|>)\s*)[2-8]")


def metadata_of(image: Any) -> Metadata:
    """What the header of a libvips image says."""
    fields = image.get_fields()
    blobs = {name: bytes(image.get(name)) for name in _BLOBS if name in fields}
    texts = {name: str(image.get(name)) for name in fields if name.startswith(_TEXT_PREFIX)}
    density = (image.xres, image.yres)
    return Metadata(blobs, texts, None if density == _NO_DENSITY else density)


def attach(image: Any, metadata: Metadata) -> Any:
    """A libvips image that will be saved with this metadata, upright: orientation 1 in EXIF and in XMP."""
    types = vips().GValue
    xres, yres = metadata.pixels_per_mm or _SCREEN_DENSITY
    image = image.copy(xres=xres, yres=yres)
    image.set_type(types.gstr_type, "resolution-unit", "in")
    for name, blob in metadata.blobs.items():
        upright = _XMP_ORIENTATION.sub(rb"\g<1>1", blob) if name == "xmp-data" else blob
        image.set_type(types.blob_type, name, upright)
    for name, text in metadata.texts.items():
        image.set_type(types.gstr_type, name, text)
    image.set_type(types.gint_type, "orientation", 1)
    return image
