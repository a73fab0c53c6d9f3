"""Huewise: colour for black-and-white photographs and line drawings.

    result = huewise.colorize("gray.jpg")
    result.save("color.jpg")

Importing it is light: arrays, models and libvips are loaded when a picture is opened.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from huewise.engine import (
        Colorizer,
        OpenPicture,
        Prediction,
        Question,
        Reference,
        Result,
        Suggestion,
        colorize,
    )
    from huewise.errors import HuewiseError
    from huewise.hints import Hint, HintsFile, Point, Region, Stroke
    from huewise.imaging import Picture

__version__ = "0.1.0"

_HOME = {
    "colorize": "engine",
    "Colorizer": "engine",
    "OpenPicture": "engine",
    "Prediction": "engine",
    "Question": "engine",
    "Reference": "engine",
    "Result": "engine",
    "Suggestion": "engine",
    "HuewiseError": "errors",
    "Hint": "hints",
    "HintsFile": "hints",
    "Point": "hints",
    "Region": "hints",
    "Stroke": "hints",
    "Picture": "imaging",
}

__all__ = [
    "Colorizer",
    "Hint",
    "HintsFile",
    "HuewiseError",
    "OpenPicture",
    "Picture",
    "Point",
    "Prediction",
    "Question",
    "Reference",
    "Region",
    "Result",
    "Stroke",
    "Suggestion",
    "colorize",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'huewise' has no attribute {name!r}")
    return getattr(importlib.import_module(f"huewise.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
