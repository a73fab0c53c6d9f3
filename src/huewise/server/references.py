"""Reference pictures: read once, kept as what the engine takes over from them, with their main colours for the page."""

from typing import Any

SWATCHES = 9
MIDDLE = 62.0
"""Lightness at which the colours are shown: only their hue and chroma are a hint."""


def read_reference(data: bytes, max_pixels: int) -> tuple[Any, list[str]]:
    """The engine's reference and its main colours, "#rrggbb". PictureError where the file is no colour picture."""
    from huewise.color import ab313
    from huewise.engine.palette import suggest
    from huewise.engine.reference import Reference

    reference = Reference.read(data, max_pixels=max_pixels)
    bins = ab313()
    found = suggest(reference.histogram(bins), bins, MIDDLE, SWATCHES)
    return reference, [one.color for one in found]
