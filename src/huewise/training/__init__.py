"""Training as a tool of the product (extra `train`): data, simulated hints, recipes, the loop, export.

Read `recipe.py` for what a run is made of, `loop.py` for how it goes, `photo.py` for the photo network's step.
Networks live in `networks`, measuring in `evaluation`.
"""

from huewise.training.runs import export_model, run

__all__ = ["export_model", "run"]
