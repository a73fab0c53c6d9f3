"""A line drawing as a file of one band: gray, or a bit a pixel where it is black and white and the format has that."""

import io
import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise import imaging
from huewise.errors import OutputError
from huewise.files import check_target, new_file
from huewise.imaging.metadata import attach
from huewise.imaging.picture import Picture
from huewise.imaging.tiff_tags import add_tags
from huewise.imaging.vips import vips
from huewise.imaging.writer import output_format

# Formats that hold one band: the ending that libvips knows them by, and its options. The others get three equal bands.
_ONE_BAND: dict[str, tuple[str, dict[str, Any]]] = {
    "png": (".png", {"compression": 6}),
    "tiff": (".tif", {"compression": "deflate", "predictor": "none"}),
    "jpeg": (".jpg", {"Q": 95}),
}
_ONE_BIT = ("png", "tiff")


def encode_drawing(drawing_hw: NDArray[np.uint8], like: Picture, format: str, *, binary: bool) -> bytes:
    """The bytes of a picture file with this drawing, 0 ink and 255 paper, and `like`'s metadata.

    `binary`: it has no other values. Raises OutputError where the format cannot hold it.
    """
    if format not in _ONE_BAND:
        return imaging.encode(drawing_hw[..., None].repeat(3, 2), like, format=format, bits=8)
    height, width = drawing_hw.shape
    data = np.ascontiguousarray(drawing_hw)
    image = vips().Image.new_from_memory(data, width, height, 1, "uchar").copy(interpretation="b-w")
    image = attach(image, like.metadata)
    ending, options = _ONE_BAND[format]
    if format == "tiff":
        image.remove("iptc-data")  # see tiff_tags.py
    if binary and format in _ONE_BIT:
        options = {**options, "bitdepth": 1}
    try:
        stream = io.BytesIO(image.write_to_buffer(ending, **options))
    except vips().Error as error:
        raise OutputError(
            f"a drawing of {width} x {height} that cannot be written as {format}", "another format", "use png"
        ) from error
    if format == "tiff" and like.metadata.blobs:
        add_tags(stream, like.metadata.blobs)
    return stream.getvalue()


def write_drawing(
    target: Path, drawing_hw: NDArray[np.uint8], like: Picture, *, binary: bool, overwrite: bool
) -> None:
    """Write `encode_drawing` in the format of the target's ending; the file appears whole or not at all."""
    place = check_target(target, like.path, overwrite=overwrite)
    data = encode_drawing(drawing_hw, like, output_format(target, like), binary=binary)
    with (
        new_file(place, overwrite=overwrite) as descriptor,
        os.fdopen(descriptor, "wb", closefd=False) as file,
    ):
        file.write(data)
