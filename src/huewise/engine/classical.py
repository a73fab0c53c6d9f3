"""Classical methods behind the port of a network: hints and lightness in, ab out (see `models/methods.py`)."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from huewise.engine.optional import imported
from huewise.models.methods import EXTRA

F32 = NDArray[np.float32]
Solver = Callable[[F32, F32, F32], F32]  # ab_hint_hw2, mask_hw, l_hw -> ab_hw2

# By name, not by import: scipy and torch are loaded with the method, and `evaluation` lies above this room.
SOLVERS = {
    "levin": "huewise.propagate.levin:levin",
    "bilateral": "huewise.propagate.bilateral_solver:bilateral_solver",
    "deepprop": "huewise.evaluation.deepprop:deepprop",
}


class ClassicalSession:
    """Runs a method as `session.Session` runs a graph; safe to call from several threads."""

    def __init__(self, name: str) -> None:
        self._solve = solver(name)

    def run(self, feeds: dict[str, F32]) -> dict[str, F32]:
        """See `Session`: feeds hint_ab, hint_mask and l; gives ab."""
        hint_hw2 = np.ascontiguousarray(feeds["hint_ab"][0].transpose(1, 2, 0))
        ab_hw2 = self._solve(hint_hw2, feeds["hint_mask"][0, 0], feeds["l"][0, 0])
        return {"ab": ab_hw2.transpose(2, 0, 1)[None]}


def solver(name: str) -> Solver:
    """The function of a method; MissingExtra where what it needs is not installed."""
    found: Solver = imported(SOLVERS[name], f"model {name}", EXTRA.get(name, ("all", ""))[0])
    return found
