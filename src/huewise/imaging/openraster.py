"""Pictures in layers: an OpenRaster file, which GIMP, Krita and MyPaint open, or a folder of PNG files.

OpenRaster 0.0.5: a ZIP whose first member, stored, is `mimetype`; `stack.xml` names the layers, topmost first; each is
a PNG in `data/`; `mergedimage.png` is the whole picture and `Thumbnails/thumbnail.png` fits into 256 x 256.
"""

from __future__ import annotations

import io
import os
import re
import secrets
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from huewise.errors import OutputError
from huewise.files import check_target, new_file, output_error
from huewise.imaging.vips import vips

THUMBNAIL_SIDE = 256
_VERSION = "0.0.5"
_LAYER = re.compile(r"\d{3,}-[\w-]+\.png")


@dataclass(frozen=True)
class Layer:
    """Part of a picture: `rgba_hw4` uint8, its upper left pixel at (x, y)."""

    name: str
    rgba_hw4: NDArray[np.uint8]
    x: int = 0
    y: int = 0


def write_openraster(
    target: str | Path,
    layers: Iterable[Layer],
    merged_hw3: NDArray[np.uint8],
    *,
    source: str | Path | None = None,
    overwrite: bool = False,
) -> Path:
    """Write layers, the lowest first, and what they look like together (h, w, 3); returns the file's path.

    `source`: the picture that it was made of, which is never overwritten.
    """
    place = check_target(target, source, overwrite=overwrite)
    with (
        new_file(place, overwrite=overwrite) as descriptor,
        os.fdopen(os.dup(descriptor), "w+b") as file,
    ):
        _write(file, layers, merged_hw3)
    return place


def openraster_bytes(layers: Iterable[Layer], merged_hw3: NDArray[np.uint8]) -> bytes:
    """The bytes of the file that `write_openraster` writes."""
    file = io.BytesIO()
    _write(file, layers, merged_hw3)
    return file.getvalue()


def _write(file: IO[bytes], layers: Iterable[Layer], merged_hw3: NDArray[np.uint8]) -> None:
    height, width = merged_hw3.shape[:2]
    root = ElementTree.Element("image", version=_VERSION, w=str(width), h=str(height))
    stack = ElementTree.SubElement(root, "stack")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as container:  # the PNG data is deflated already
        _add(container, "mimetype", b"image/openraster")
        for number, layer in enumerate(layers):
            name = f"data/layer{number:04d}.png"
            _add(container, name, _png(layer.rgba_hw4))
            stack.insert(0, _element(layer, name))
        _add(container, "mergedimage.png", _png(merged_hw3))
        _add(container, "Thumbnails/thumbnail.png", _thumbnail(merged_hw3))
        _add(container, "stack.xml", ElementTree.tostring(root, "UTF-8", xml_declaration=True))


def write_layer_folder(
    folder: str | Path, layers: Iterable[Layer], size: tuple[int, int], *, overwrite: bool = False
) -> Path:
    """Write each layer as a PNG of the whole `size` (h, w), 000-NAME.png, lowest first, into a new or empty folder.

    With `overwrite`, earlier layers give way. Until all are written nothing is there; returns the folder.
    """
    place = Path(os.path.realpath(folder))
    try:
        _check_folder(place, overwrite=overwrite)
        beside = place.with_name(f".{secrets.token_hex(8)}.part")
        beside.mkdir()
        try:
            for number, layer in enumerate(layers):
                whole = np.zeros((*size, 4), np.uint8)
                h, w = layer.rgba_hw4.shape[:2]
                whole[layer.y : layer.y + h, layer.x : layer.x + w] = layer.rgba_hw4
                (beside / f"{number:03d}-{_file_name(layer.name)}.png").write_bytes(_png(whole))
            _put_in_place(beside, place)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OutputError:
        raise
    except OSError as error:
        raise output_error(error) from error
    return Path(folder)


def _put_in_place(beside: Path, place: Path) -> None:
    if not place.is_dir():
        beside.rename(place)
        return
    for earlier in place.iterdir():
        earlier.unlink()
    for path in beside.iterdir():
        path.rename(place / path.name)


def check_layers(target: str | Path, source: str | Path | None, *, overwrite: bool) -> None:
    """OutputError where layers could not be written; `source`: the picture that they are made of."""
    if Path(target).suffix.lower() == ".ora":
        check_target(target, source, overwrite=overwrite)
    else:
        _check_folder(Path(target), overwrite=overwrite)


def _check_folder(place: Path, *, overwrite: bool) -> None:
    held = os.listdir(place) if os.path.isdir(place) else []  # noqa: PTH112, PTH208 - no error for a name too long
    if held and not overwrite:
        raise OutputError(
            f"the folder {place}, which is not empty", "a new or empty one", "name another or --overwrite"
        )
    if not all(_LAYER.fullmatch(name) for name in held):
        raise OutputError(f"the folder {place}, which holds more than layers", "an empty one", "name another")


def _element(layer: Layer, source: str) -> ElementTree.Element:
    attributes = {"name": layer.name, "src": source, "x": str(layer.x), "y": str(layer.y)}
    fixed = {"opacity": "1.0", "visibility": "visible", "composite-op": "svg:src-over"}
    return ElementTree.Element("layer", attributes | fixed)


def _add(container: zipfile.ZipFile, name: str, data: bytes) -> None:
    """A fixed time: the same picture gives the same file."""
    container.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data)


def _png(pixels_hwc: NDArray[np.uint8]) -> bytes:
    height, width, bands = pixels_hwc.shape
    image = vips().Image.new_from_memory(np.ascontiguousarray(pixels_hwc), width, height, bands, "uchar")
    data: bytes = image.copy(interpretation="srgb").pngsave_buffer(compression=1, filter="none")
    return data


def _thumbnail(rgb_hw3: NDArray[np.uint8]) -> bytes:
    height, width = rgb_hw3.shape[:2]
    image = vips().Image.new_from_memory(np.ascontiguousarray(rgb_hw3), width, height, 3, "uchar")
    small = image.copy(interpretation="srgb").thumbnail_image(
        THUMBNAIL_SIDE, height=THUMBNAIL_SIDE, size="down"
    )
    data: bytes = small.pngsave_buffer()
    return data


def _file_name(name: str) -> str:
    kept = re.sub(r"[^\w-]+", "-", name).strip("-")
    return kept[:60] or "layer"
