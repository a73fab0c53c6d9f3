"""What a person says about colour: points, strokes, regions, wishes for the whole picture, and their file.

Here live the local hints, the global hints, the hints file (docs/hints.md) and the rasterizer that lays
local hints on a network's grid. Nothing here knows a model or opens the picture that is to be coloured.
Read `local_hints` first, then `raster`.
"""

from huewise.hints.file import HintsFile, hints_schema
from huewise.hints.global_hints import GlobalHints
from huewise.hints.local_hints import Hint, Point, Region, Stroke
from huewise.hints.raster import check_hints, rasterize

__all__ = [
    "GlobalHints",
    "Hint",
    "HintsFile",
    "Point",
    "Region",
    "Stroke",
    "check_hints",
    "hints_schema",
    "rasterize",
]
