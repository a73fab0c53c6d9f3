"""Load a model, open a picture, colour it with hints.

Read `colorizer.py` (`Colorizer`, a model in memory), `open_picture.py` (`OpenPicture`, encoded once), `result.py`.
`session.py` is the narrow port to ONNX Runtime, `sources.py` what a graph may ask for, `render.py` small colours to
full-size pixels.
"""

from huewise.engine.colorizer import Colorizer, colorize
from huewise.engine.open_picture import OpenPicture, Prediction
from huewise.engine.palette import Suggestion
from huewise.engine.questions import Question
from huewise.engine.reference import Reference
from huewise.engine.result import Result

__all__ = [
    "Colorizer",
    "OpenPicture",
    "Prediction",
    "Question",
    "Reference",
    "Result",
    "Suggestion",
    "colorize",
]
