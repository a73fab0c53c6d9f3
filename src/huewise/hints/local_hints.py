"""The three local hints, in coordinates of the upright picture.

x to the right, y down, continuous: pixel (0, 0) covers [0, 1) x [0, 1).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.color import LAB_RANGES, parse_color
from huewise.errors import HintError
from huewise.hints.masks import checked_mask, read_mask

XY = tuple[float, float]
Lab = tuple[float, float, float]
ColorLike = str | Sequence[float] | NDArray[np.floating[Any]]
ShapeLike = str | Path | Sequence[Sequence[float]] | NDArray[np.floating[Any]] | NDArray[np.bool_]

FARTHEST = 1e6  # no coordinate, radius or width beyond this many pixels: keeps float32 geometry sound
NEUTRAL_L = 50.0  # lightness of a colour that was given as (a, b) alone


@dataclass(frozen=True)
class Point:
    """A colour at a place: a disc of `radius` picture pixels around (x, y).

    `color` stays as it was given (text, (L, a, b) or (a, b)), `lab` is what it means.
    `time`, in seconds, is for films only.
    """

    x: float
    y: float
    color: ColorLike
    radius: float = 4.0
    time: float | None = None
    lab: Lab = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        _settle(
            self,
            x=_coordinate(self.x, "x"),
            y=_coordinate(self.y, "y"),
            radius=_length(self.radius, "radius"),
        )

    def scaled(self, sx: float, sy: float) -> "Point":
        """Return the same hint for a picture sx times as wide and sy times as high."""
        return replace(self, x=self.x * sx, y=self.y * sy, radius=self.radius * _mean_scale(sx, sy))


@dataclass(frozen=True)
class Stroke:
    """A colour along a line `width` picture pixels wide, round at ends and corners; of one point, a disc."""

    points: tuple[XY, ...]
    width: float
    color: ColorLike
    time: float | None = None
    lab: Lab = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        points = _points(self.points, at_least=1, what="a stroke")
        _settle(self, points=points, width=_length(self.width, "width"))

    def scaled(self, sx: float, sy: float) -> "Stroke":
        """Return the same hint for a picture sx times as wide and sy times as high."""
        points = tuple((x * sx, y * sy) for x, y in self.points)
        return replace(self, points=points, width=self.width * _mean_scale(sx, sy))


@dataclass(frozen=True, eq=False)
class Region:
    """A colour over an area: a polygon (even-odd), or a mask that covers the whole picture.

    shape: corners [(x, y), ...] (at least three), a mask (h, w) of floats 0..1 or booleans, or the path of a
    mask picture (white marks the region, gray a soft edge). A mask may have another size than the picture,
    but not another aspect. `shape` keeps what was given; one of `polygon` and `mask_hw` says what it means.
    `mean`: the colour is what the area's colours average to, as an answer says (kang2018, eq. 4), not that of every
    pixel. A model that predicts no distribution takes it for every pixel's all the same.
    """

    shape: ShapeLike
    color: ColorLike
    time: float | None = None
    mean: bool = False
    lab: Lab = field(init=False, repr=False)
    polygon: tuple[XY, ...] | None = field(init=False, repr=False)
    mask_hw: NDArray[np.float32] | None = field(init=False, repr=False)

    def __post_init__(self) -> None:
        polygon, mask_hw = None, None
        if isinstance(self.shape, str | Path):
            mask_hw = read_mask(Path(self.shape))
        elif isinstance(self.shape, np.ndarray) and not _is_corner_list(self.shape):
            mask_hw = checked_mask(self.shape, "the mask")
        else:
            polygon = _points(self.shape, at_least=3, what="a polygon")
        _settle(self, shape=self.shape if polygon is None else polygon, polygon=polygon, mask_hw=mask_hw)

    def scaled(self, sx: float, sy: float) -> "Region":
        """Return the same hint for a picture sx times as wide and sy times as high; a mask fits any size."""
        if self.polygon is None:
            return self
        return replace(self, shape=tuple((x * sx, y * sy) for x, y in self.polygon))


Hint = Point | Stroke | Region


def same_aspect(size: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two (width, height) agree in aspect within 1 %, or within the rounding to whole pixels."""
    (w, h), (v, k) = size, other
    if abs(w * k - v * h) <= 0.01 * v * h:
        return True
    small, large = (size, other) if w * h < v * k else (other, size)
    longer = 0 if large[0] >= large[1] else 1
    scale = small[longer] / large[longer]
    return all(abs(s - scale * side) < 1 for s, side in zip(small, large, strict=True))


def lab_of(color: ColorLike) -> Lab:
    """Return (L, a, b) of a colour: text, (L, a, b), or (a, b), which gets a middle lightness."""
    if isinstance(color, str):
        values = list(_values_of_text(color))
    else:
        values = [
            _number(v, "a colour's part") for v in _sequence(color, "a colour", "text or a list of numbers")
        ]
    if len(values) == 2:
        values = [NEUTRAL_L, *values]
    if len(values) != 3:
        raise HintError(
            f"a colour of {len(values)} numbers",
            "text such as '#8a2f1d', or (L, a, b), or (a, b)",
            "see docs/hints.md",
        )
    for part, value, (low, high) in zip("Lab", values, LAB_RANGES, strict=True):
        if not low <= value <= high:
            raise HintError(f"a colour with {part} = {value:g}", f"{part} from {low} to {high}")
    return values[0], values[1], values[2]


@lru_cache(maxsize=4096)
def _values_of_text(color: str) -> tuple[float, ...]:
    """Many hints have few colours, and thousands are read at every edit."""
    return tuple(float(v) for v in parse_color(color))


def _settle(hint: Hint, **fields: object) -> None:
    """Put the checked values into a frozen record, and what follows from its colour and time."""
    color = hint.color
    lab = lab_of(color)
    if hint.time is not None:
        fields["time"] = _time(hint.time)
    fields |= {"lab": lab, "color": color if isinstance(color, str) else tuple(float(v) for v in color)}
    for name, value in fields.items():
        object.__setattr__(hint, name, value)


def _number(value: object, name: str) -> float:
    if type(value) is float and math.isfinite(value):
        return value  # nearly always
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | float | np.integer | np.floating):
        raise HintError(f"{name} is {value!r}", "a number", f"give {name} as a number")
    try:
        number = float(value)
    except OverflowError:  # a whole number of more than 308 digits
        number = float("inf")
    if not np.isfinite(number):
        raise HintError(f"{name} is {value!r:.40}", "a finite number", f"give {name} as a number")
    return number


def _coordinate(value: object, name: str) -> float:
    number = _number(value, name)
    if abs(number) > FARTHEST:
        raise HintError(
            f"{name} is {number:g}", f"at most {FARTHEST:.0f} pixels from the corner", "check the coordinates"
        )
    return number


def _length(value: object, name: str) -> float:
    number = _number(value, name)
    if not 0 < number <= FARTHEST:
        raise HintError(
            f"{name} is {number:g}", f"more than 0 and at most {FARTHEST:.0f} pixels", f"change {name}"
        )
    return number


def _time(value: object) -> float:
    number = _number(value, "time")
    if number < 0:
        raise HintError(f"time is {number:g}", "seconds from the film's start, 0 or more", "change time")
    return number


def _points(value: object, at_least: int, what: str) -> tuple[XY, ...]:
    points = []
    for index, pair in enumerate(_sequence(value, what)):
        xy = _sequence(pair, f"point {index} of {what}")
        if len(xy) != 2:
            raise HintError(
                f"point {index} of {what} has {len(xy)} numbers", "two, x and y", "give [x, y] for each point"
            )
        points.append((_coordinate(xy[0], "x"), _coordinate(xy[1], "y")))
    if len(points) < at_least:
        raise HintError(
            f"{what} of {len(points)} points", f"at least {at_least}", "add points or remove the hint"
        )
    return tuple(points)


def _sequence(value: object, what: str, wanted: str = "a list of numbers") -> list[Any]:
    if isinstance(value, np.ndarray):
        return list(value) if value.ndim else [value.item()]
    if isinstance(value, list | tuple):
        return list(value)
    raise HintError(f"{what} is {value!r:.60}", wanted, "see docs/hints.md")


def _is_corner_list(array: NDArray[Any]) -> bool:
    """An (n, 2) array with a value beyond 1 can only be corners: masks lie in 0..1."""
    return array.ndim == 2 and array.shape[1] == 2 and array.dtype != np.bool_ and bool((array > 1).any())


def _mean_scale(sx: float, sy: float) -> float:
    return float(np.sqrt(sx * sy))
