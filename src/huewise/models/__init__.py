"""The shop: where models lie, what their specs say, and whether their files are whole.

Read `spec.py` for what a model promises, `registry.py` for finding one. Running a model is `engine`'s work.
"""

from huewise.models.registry import broken, find, installed, verify
from huewise.models.spec import Feed, Graph, Output, Part, Spec, SpreadRule

__all__ = ["Feed", "Graph", "Output", "Part", "Spec", "SpreadRule", "broken", "find", "installed", "verify"]
