"""Things that live in rooms above this one or need an extra: found by name when they are used."""

import importlib
from typing import Any

from huewise.errors import MissingExtra


def imported(place: str, what: str, extra: str) -> Any:
    """The object at `place` (`module:name`), which `what` needs; MissingExtra where a package is not installed."""
    module, _, name = place.partition(":")
    try:
        return getattr(importlib.import_module(module), name)
    except ImportError as error:
        missing = error.name or "a package"
        raise MissingExtra.of(f"{what} needs {missing}", extra) from error
