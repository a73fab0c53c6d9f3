"""How often the true colour is among the suggestions (the use of zhang2017's palette), beside constant colours."""

import zlib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huewise.color import delta_e_76, rgb_to_lab
from huewise.engine import Colorizer, Suggestion
from huewise.evaluation.opened import Subject
from huewise.evaluation.placement import PATCH, random_centres
from huewise.evaluation.reach import labelled, main_segment, middle, patch

F32 = NDArray[np.float32]

PLACES = 10  # random pixels of a picture
FIRST = (9, 3, 1)
NEAR = 10.0  # delta E 1976 that counts as hit
# Nine constant ab, chosen greedily for coverage on held-out training pictures (`choose_constant`).
CONSTANT = (
    (0.0, 5.0), (0.0, -10.0), (10.0, 20.0), (-10.0, 20.0), (-20.0, 35.0), (10.0, 35.0), (15.0, 5.0), (0.0, -30.0),
    (-15.0, 5.0),
)  # fmt: skip


def hits(subject: Subject) -> dict[str, float]:
    """Share of places whose true colour lies within NEAR of one of the first 9, 3, 1 suggestions, and of constants."""
    h, w, _ = subject.truth.shape
    names = [*(f"first {n}" for n in FIRST), *(f"constant {n}" for n in FIRST[:2])]
    found: list[list[float]] = []
    for y, x in random_centres(PLACES, h, w, subject.rng):
        true = subject.lab[y, x]
        constant = np.column_stack([np.full(len(CONSTANT), true[0]), CONSTANT]).astype(np.float32)
        suggested = _labs(subject.opened.palette(float(x), float(y)))
        found.append([*_first_hits(suggested, true), *_first_hits(constant, true)[:2]])
    return dict(zip(names, np.mean(found, 0).tolist(), strict=True))


def hits_with_a_hint(shard: Path, colorizer: Colorizer, *, limit: int) -> dict[str, tuple[float, float]]:
    """The same share at places of labelled segments, without a hint and with one: (without, with) of each count.

    The hint tells the true colour of the middle of the place's segment; the place lies outside of its patch.
    """
    found: list[tuple[float, ...]] = []
    for name, rgb, label_hw in islice(labelled(shard), limit):
        segment_hw = main_segment(label_hw)
        if segment_hw is None:
            continue
        lab = rgb_to_lab(rgb.astype(np.float32) / 255.0)
        opened, centre = colorizer.open(rgb), middle(segment_hw)
        hint = patch(centre, (float(lab[centre][1]), float(lab[centre][2])))
        rows, columns = np.nonzero(segment_hw)
        away = np.maximum(np.abs(rows - centre[0]), np.abs(columns - centre[1])) > PATCH
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        for i in rng.choice(np.flatnonzero(away), min(PLACES, int(away.sum())), replace=False):
            y, x = int(rows[i]), int(columns[i])
            plain = _first_hits(_labs(opened.palette(float(x), float(y))), lab[y, x])
            told = _first_hits(_labs(opened.palette(float(x), float(y), hints=[hint])), lab[y, x])
            found.append((*plain, *told))
    shares = np.mean(found, 0).reshape(2, len(FIRST)).T if found else np.zeros((len(FIRST), 2))
    return {f"first {n}": (float(a), float(b)) for n, (a, b) in zip(FIRST, shares, strict=True)}


def _labs(suggested: Sequence[Suggestion]) -> F32:
    return np.array([one.lab for one in suggested], np.float32)


def _first_hits(lab_n3: F32, true: F32) -> list[float]:
    """Of the first 9, 3, 1 colours: 1 where one is near the truth, else 0."""
    near = delta_e_76(lab_n3, true) <= NEAR
    return [float(near[:n].any()) for n in FIRST]


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
