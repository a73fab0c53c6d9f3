"""How often the true colour is among the suggestions (the use of zhang2017's palette), beside constant colours."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from huewise.color import delta_e_76
from huewise.evaluation.opened import Subject
from huewise.evaluation.placement import random_centres

F32 = NDArray[np.float32]

PLACES = 10  # random pixels of a picture
NEAR = 10.0  # delta E 1976 that counts as hit
# Nine constant ab, chosen greedily for coverage on held-out training pictures (`choose_constant`).
CONSTANT = (
    (0.0, 5.0), (0.0, -10.0), (10.0, 20.0), (-10.0, 20.0), (-20.0, 35.0), (10.0, 35.0), (15.0, 5.0), (0.0, -30.0),
    (-15.0, 5.0),
)  # fmt: skip


def hits(subject: Subject) -> dict[str, float]:
    """Share of places whose true colour lies within NEAR of one of the first 9, 3, 1 suggestions, and of constants."""
    h, w, _ = subject.truth.shape
    counts = dict.fromkeys(("first 9", "first 3", "first 1", "constant 9", "constant 3"), 0.0)
    for y, x in random_centres(PLACES, h, w, subject.rng):
        true = subject.lab[y, x]
        suggested = np.array([s.lab for s in subject.opened.palette(float(x), float(y))], np.float32)
        constant = np.column_stack([np.full(len(CONSTANT), true[0]), CONSTANT]).astype(np.float32)
        for name in counts:
            kind, n = name.split()
            labs = (suggested if kind == "first" else constant)[: int(n)]
            counts[name] += float((delta_e_76(labs, true) <= NEAR).any())
    return {name: count / PLACES for name, count in counts.items()}


def choose_constant(lab_n3: F32, n: int = 9, step: float = 5.0) -> list[tuple[float, float]]:
    """The n constant ab that, greedily, come within NEAR of most of the given colours."""
    grid = np.arange(-60.0, 80.0 + step, step, dtype=np.float32)
    candidates = np.stack(np.meshgrid(grid, grid, indexing="ij"), -1).reshape(-1, 2)
    left, chosen = lab_n3, list[tuple[float, float]]()
    while len(chosen) < n and len(left):
        near = np.stack([_near(left, ab) for ab in candidates])
        best = int(near.sum(1).argmax())
        chosen.append((float(candidates[best, 0]), float(candidates[best, 1])))
        left = left[~near[best]]
    return chosen


def _near(lab_n3: F32, ab: Sequence[float] | F32) -> NDArray[np.bool_]:
    constant = np.column_stack([lab_n3[:, 0], np.broadcast_to(np.asarray(ab, np.float32), (len(lab_n3), 2))])
    return np.asarray(delta_e_76(constant, lab_n3) <= NEAR)
