"""What a hints file says as JSON, and its masks as PNG."""

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from huewise.errors import OutputError
from huewise.hints.global_hints import GlobalHints
from huewise.hints.local_hints import Hint, Point, Region, Stroke


def hint_entries(hints: Sequence[Hint], file: Path) -> tuple[list[dict[str, Any]], dict[Path, bytes]]:
    """The hints as JSON, and the PNG files of masks that have none yet, by the place where each is to lie."""
    names, masks = _free_names(file), dict[Path, bytes]()

    def mask_name(region: Region) -> str:
        if isinstance(region.shape, str | Path):
            return _relative(Path(region.shape), file.parent)
        place = next(names)
        masks[place] = _png(region)
        return place.name

    return [_entry(hint, mask_name) for hint in hints], masks


def _free_names(file: Path) -> Iterator[Path]:
    """Places of masks where there is nothing: another file, or this one, may speak of those that there are."""
    places = (file.with_name(f"{file.stem}-mask{i}.png") for i in count())
    return (place for place in places if not place.exists())


def _png(region: Region) -> bytes:
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(np.rint(np.asarray(region.mask_hw) * 255).astype(np.uint8)).save(stream, "png")
    return stream.getvalue()


def _entry(hint: Hint, mask_name: Callable[[Region], str]) -> dict[str, Any]:
    entry: dict[str, Any]
    if isinstance(hint, Point):
        entry = {"point": [hint.x, hint.y], "color": _color_text(hint), "radius": hint.radius}
    elif isinstance(hint, Stroke):
        entry = {"stroke": [list(xy) for xy in hint.points], "width": hint.width, "color": _color_text(hint)}
    elif hint.polygon is not None:
        entry = {"region": [list(xy) for xy in hint.polygon], "color": _color_text(hint)}
    else:
        entry = {"region": {"mask": mask_name(hint)}, "color": _color_text(hint)}
    if isinstance(hint, Region) and hint.mean:
        entry["mean"] = True
    if hint.time is not None:
        entry["time"] = hint.time
    return entry


def _color_text(hint: Hint) -> str:
    """The colour as it was given, or as lab(L a b) with every digit."""
    if isinstance(hint.color, str):
        return hint.color
    return f"lab({' '.join(np.format_float_positional(value, trim='0') for value in hint.lab)})"


def global_entry(global_hints: GlobalHints, folder: Path) -> dict[str, Any]:
    """The global hints that are asked for, as JSON; `folder`: where paths start."""
    entry: dict[str, Any] = {name: getattr(global_hints, name) for name in global_hints.asked}
    if "reference" in entry:
        entry["reference"] = [_relative(path, folder) for path in global_hints.reference]
    if "paint" in entry:
        entry["paint"] = dict(global_hints.paint)
    return entry


def _relative(path: Path, folder: Path) -> str:
    try:
        return str(PurePosixPath(path.resolve().relative_to(folder.resolve())))
    except ValueError:
        return str(path.resolve())


def encoded(document: Mapping[str, Any]) -> bytes:
    """The document as UTF-8. OutputError for the name of a file that is no text."""
    try:
        return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
    except UnicodeEncodeError as error:
        raise OutputError(
            "a hints file that names a file whose name is no UTF-8", "names in UTF-8", "rename that file"
        ) from error
