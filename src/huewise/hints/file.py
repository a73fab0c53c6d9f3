"""The hints file: JSON that keeps a person's hints (docs/hints.md), read strictly and written plainly.

`schema.json` beside this file says the same as a JSON Schema; a test holds the two together.
"""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib import resources
from pathlib import Path, PureWindowsPath
from typing import Any, TypeVar

from huewise.errors import HintError, HuewiseError
from huewise.files import check_target, write_together
from huewise.hints.global_hints import GlobalHints
from huewise.hints.local_hints import Hint, Point, Region, Stroke, same_aspect
from huewise.hints.writing import encoded, global_entry, hint_entries

VERSION = 1

Keys = tuple[str, ...]
Made = TypeVar("Made", Point, Stroke, Region)

TOP_KEYS = ("huewise", "size", "hints", "global", "model")
HINT_KEYS = {
    "point": ("point", "color", "radius", "time"),
    "stroke": ("stroke", "width", "color", "time"),
    "region": ("region", "color", "mean", "time"),
}
GLOBAL_KEYS = ("reference", "saturation", "temperature", "paint", "flats")


@dataclass(frozen=True)
class HintsFile:
    """What a hints file says. `size` is the (width, height) its coordinates are for; None: the picture's."""

    hints: tuple[Hint, ...] = ()
    size: tuple[int, int] | None = None
    global_hints: GlobalHints = field(default_factory=GlobalHints)
    model: str | None = None

    @classmethod
    def read(cls, path: str | Path, *, untrusted: bool = False) -> "HintsFile":
        """Read a file. Paths in it are relative to its folder; with `untrusted` they may not leave it.

        HintError with the file's name and the place in it, for anything that is not as it should be.
        """
        path = Path(path)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise HintError(f"hints file {path} does not exist", "a JSON file", "check the name") from None
        except (OSError, ValueError) as error:
            raise HintError(
                f"hints file {path} cannot be read ({error})", "a JSON file", "check it"
            ) from None
        try:
            return cls.parse(data, path.parent, untrusted=untrusted)
        except HuewiseError as error:
            raise HintError(f"{path.name}: {error.got}", error.wanted, error.todo) from error

    @classmethod
    def parse(cls, data: bytes | str, folder: Path | None = None, *, untrusted: bool = False) -> "HintsFile":
        """Read a file's content. `folder` is where its paths start; None: no paths can be followed."""
        return cls.of(_load(data), folder, untrusted=untrusted)

    @classmethod
    def of(cls, document: object, folder: Path | None = None, *, untrusted: bool = False) -> "HintsFile":
        """Read a content whose JSON is decoded already."""
        return _Reader(folder, untrusted).file(document)

    def for_picture(self, width: int, height: int) -> tuple[Hint, ...]:
        """Return the local hints in a picture's own pixels: scaled when the file was made for another size.

        HintError when the aspect of `size` differs from the picture's by more than 1 %.
        """
        if self.size is None or self.size == (width, height):
            return self.hints
        if not same_aspect(self.size, (width, height)):
            raise HintError(
                f"the hints are for a picture of {self.size[0]}x{self.size[1]}",
                f"{width}x{height}, or its aspect within 1 %",
                "use the hints with the picture they were made for",
            )
        sx, sy = width / self.size[0], height / self.size[1]
        return tuple(hint.scaled(sx, sy) for hint in self.hints)

    def write(self, path: str | Path) -> Path:
        """Write the file, over an earlier one; whole or not at all.

        Masks that are arrays are written beside it as PNG, NAME-mask0.png and so on: under names that are free.
        OutputError where that cannot be done.
        """
        path = Path(path)
        check_target(path, None, overwrite=True)
        document: dict[str, Any] = {"huewise": VERSION}
        if self.size is not None:
            document["size"] = list(self.size)
        document["hints"], masks = hint_entries(self.hints, path)
        if self.global_hints.asked:
            document["global"] = global_entry(self.global_hints, path.parent)
        if self.model is not None:
            document["model"] = self.model
        write_together({**masks, path: encoded(document)})
        return path


def hints_schema() -> dict[str, Any]:
    """Return the JSON Schema of the hints file."""
    text = resources.files("huewise.hints").joinpath("schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


# --- reading ---


def _load(data: bytes | str) -> object:
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data
        return json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise HintError(
            f"byte {error.start} is not UTF-8",
            "a hints file (JSON in UTF-8)",
            "name one, or save it as UTF-8",
        ) from None
    except json.JSONDecodeError as error:
        raise HintError(
            f"line {error.lineno} column {error.colno}: {error.msg}", "JSON", "correct the line"
        ) from None
    except RecursionError:
        raise HintError("brackets nested without end", "a hints file", "correct the file") from None
    except HintError:
        raise
    except ValueError as error:  # a number of more digits than Python reads
        raise HintError(f"{error}"[:80], "ordinary numbers", "correct the number") from None


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    entry = dict(pairs)
    if len(entry) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise HintError(f"key '{twice}' stands twice in one object", "each key once", "remove one")
    return entry


def _no_constant(name: str) -> object:
    raise HintError(f"{name} as a number", "finite numbers", "correct the number")


def _wrong(where: str, value: object, wanted: str) -> HintError:
    text = json.dumps(value, ensure_ascii=False)
    shown = text if len(text) <= 40 else text[:37] + "..."
    return HintError(f"{where} is {shown}", wanted, f"change {where}")


def _object(
    value: object, where: str, keys: tuple[str, ...], required: tuple[str, ...] = ()
) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _wrong(where, value, "an object {...}")
    for key in value:
        if key not in keys:
            raise HintError(
                f"{where} has an unknown key '{key}'", f"only {', '.join(keys)}", "remove or correct the key"
            )
    for key in required:
        if key not in value:
            shown = '"huewise": 1' if key == "huewise" else f"'{key}'"
            raise HintError(f"{where} has no '{key}'", shown, f"add {shown}")
    return value


def _list(value: object, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _wrong(where, value, "a list [...]")
    return value


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value:
        raise _wrong(where, value, "text")
    return value


def _number(value: object, where: str) -> float:
    if type(value) is float and math.isfinite(value):
        return value  # nearly always: a stroke has thousands
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong(where, value, "a number")
    try:
        number = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        number = math.inf
    if not math.isfinite(number):
        raise _wrong(where, value, "a number")
    return number


def _xy(value: object, where: str) -> tuple[float, float]:
    pair = _list(value, where)
    if len(pair) != 2:
        raise _wrong(where, value, "[x, y]")
    return _number(pair[0], f"{where}[0]"), _number(pair[1], f"{where}[1]")


def _points(value: object, where: str) -> tuple[tuple[float, float], ...]:
    return tuple(_xy(pair, f"{where}[{index}]") for index, pair in enumerate(_list(value, where)))


def _at(where: str, make: Callable[[], Made]) -> Made:
    """Make a hint; an error of the colour or the geometry gets its place in the file."""
    try:
        return make()
    except HuewiseError as error:
        raise HintError(f"{where}: {error.got}", error.wanted, error.todo) from error


@dataclass(frozen=True)
class _Reader:
    folder: Path | None
    untrusted: bool

    def file(self, document: object) -> HintsFile:
        top = _object(document, "the file", TOP_KEYS, required=("huewise",))
        if top["huewise"] is True or top["huewise"] != VERSION:
            raise _wrong("huewise", top["huewise"], f"{VERSION}, the version that this program reads")
        size = self.size(top["size"]) if "size" in top else None
        hints = tuple(
            self.hint(entry, f"hints[{index}]", size)
            for index, entry in enumerate(_list(top.get("hints", []), "hints"))
        )
        return HintsFile(
            hints=hints,
            size=size,
            global_hints=self.global_hints(top["global"]) if "global" in top else GlobalHints(),
            model=_text(top["model"], "model") if "model" in top else None,
        )

    def size(self, value: object) -> tuple[int, int]:
        pair = _xy(value, "size")
        if not all(1 <= side <= 1e6 and side.is_integer() for side in pair):
            raise _wrong("size", value, "[width, height] in whole pixels")
        return int(pair[0]), int(pair[1])

    def hint(self, entry: object, where: str, size: tuple[int, int] | None) -> Hint:
        kinds = [kind for kind in HINT_KEYS if isinstance(entry, dict) and kind in entry]
        if not isinstance(entry, dict) or len(kinds) != 1:
            raise _wrong(where, entry, "an object with one of point, stroke, region")
        kind = kinds[0]
        required = (kind, "color", "width") if kind == "stroke" else (kind, "color")
        _object(entry, where, HINT_KEYS[kind], required)
        time = _number(entry["time"], f"{where}.time") if "time" in entry else None
        color = _text(entry["color"], f"{where}.color")
        if kind == "point":
            x, y = _xy(entry["point"], f"{where}.point")
            radius = _number(entry.get("radius", 4.0), f"{where}.radius")
            return _at(where, partial(Point, x, y, color, radius, time))
        if kind == "stroke":
            points = _points(entry["stroke"], f"{where}.stroke")
            return _at(where, partial(Stroke, points, _number(entry["width"], f"{where}.width"), color, time))
        mean = entry.get("mean", False)
        if not isinstance(mean, bool):
            raise _wrong(f"{where}.mean", mean, "true or false")
        return self.region(entry["region"], where, partial(Region, color=color, time=time, mean=mean), size)

    def region(
        self, shape: object, where: str, make: Callable[..., Region], size: tuple[int, int] | None
    ) -> Region:
        if not isinstance(shape, dict):
            points = _points(shape, f"{where}.region")
            region = _at(where, partial(make, points))
        else:
            entry = _object(shape, f"{where}.region", ("mask",), required=("mask",))
            path = self.path(entry["mask"], f"{where}.region.mask")
            region = _at(where, partial(make, path))
        if region.mask_hw is not None and size is not None:
            mask_size = (region.mask_hw.shape[1], region.mask_hw.shape[0])
            if not same_aspect(mask_size, size):
                raise HintError(
                    f"{where}: the mask has {mask_size[0]}x{mask_size[1]} pixels",
                    f"the aspect of 'size', {size[0]}x{size[1]}, within 1 %",
                    "cut or scale the mask to the picture",
                )
        return region

    def path(self, value: object, where: str) -> Path:
        text = _text(value, where)
        if "\0" in text:
            raise _wrong(where, text, "a file name without NUL")
        if self.folder is None:
            raise HintError(f"{where} names a file", "no files: there is no folder", f"remove {where}")
        path = self.folder / text
        if self.untrusted and not self._stays(text, path):
            raise HintError(
                f"{where} leaves the folder of the hints file", "a file in that folder", "put the file there"
            )
        return path

    def _stays(self, text: str, path: Path) -> bool:
        """No absolute path, drive, `..` or link that leads out of the folder."""
        if PureWindowsPath(text).anchor or ".." in PureWindowsPath(text).parts or self.folder is None:
            return False
        try:
            return path.resolve().is_relative_to(self.folder.resolve())
        except (OSError, RuntimeError):  # a loop of links
            return False

    def global_hints(self, value: object) -> GlobalHints:
        entry = _object(value, "global", GLOBAL_KEYS)
        references = _list(entry.get("reference", []), "global.reference")
        paint = entry.get("paint", {})
        if not isinstance(paint, dict):
            raise _wrong("global.paint", paint, 'an object {"label": "colour"}')
        flats = entry.get("flats")
        if "flats" in entry and not isinstance(flats, bool):
            raise _wrong("global.flats", flats, "true or false")
        try:
            return GlobalHints(
                reference=tuple(
                    self.path(text, f"global.reference[{index}]") for index, text in enumerate(references)
                ),
                saturation=self.optional_number(entry, "saturation"),
                temperature=self.optional_number(entry, "temperature"),
                paint={label: _text(color, f"global.paint.{label}") for label, color in paint.items()},
                flats=flats,
            )
        except HuewiseError as error:
            got = error.got if error.got.startswith("global") else f"global: {error.got}"
            raise HintError(got, error.wanted, error.todo) from error

    def optional_number(self, entry: Mapping[str, object], key: str) -> float | None:
        return _number(entry[key], f"global.{key}") if key in entry else None
