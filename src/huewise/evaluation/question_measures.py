"""Measures of question maps (h, w) in 0..1: what they are about, how large, how sharp and how compact they are."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

F32 = NDArray[np.float32]

HALF = 0.5  # of its maximum: the part of a map above it is what the question is about
VOID = 255


def weighted_error(error_hw: F32, question_hw: F32) -> float:
    """Mean error under a question, sum(E Q) / sum(Q) (kang2018 5.1.1, whose printed sum is not normalized)."""
    return float((error_hw * question_hw).sum() / max(float(question_hw.sum()), 1e-9))


def error_map(ab_hw2: F32, lab_hw3: F32) -> F32:
    """The L1 error E of small colours, sum over a and b, (h, w) at the truth's size (kang2018 5.1.1)."""
    made = np.stack([at_size(np.ascontiguousarray(ab_hw2[..., c]), lab_hw3.shape[:2]) for c in range(2)], -1)
    return np.asarray(np.abs(made - lab_hw3[..., 1:]).sum(-1), np.float32)


def core(question_hw: F32) -> NDArray[np.bool_]:
    """The part of a map above half of its maximum."""
    part: NDArray[np.bool_] = question_hw > HALF * question_hw.max()
    return part


def class_precision(question_hw: F32, label_hw: NDArray[np.uint8], void: int = VOID) -> float | None:
    """Share of a question that lies in the class it has most in common with (kang2018 5.1.3).

    Weighted by the map, over the labelled pixels; None where less than half of the question is labelled.
    """
    known = label_hw != void
    weights = np.bincount(label_hw[known], question_hw[known])
    if weights.sum() <= 0.5 * float(question_hw.sum()):
        return None
    return float(weights.max() / weights.sum())


def core_precision(question_hw: F32, label_hw: NDArray[np.uint8], void: int = VOID) -> float | None:
    """The same of the map's core: a question as an outline shows it."""
    return class_precision(core(question_hw).astype(np.float32), label_hw, void)


def area(question_hw: F32) -> float:
    """Share of the picture, soft."""
    return float(question_hw.mean())


def contrast(question_hw: F32) -> float:
    """Mean inside of the core minus mean outside of it (kang2018 4.1: blurred questions have little)."""
    inside = core(question_hw)
    if inside.all():
        return 0.0
    return float(question_hw[inside].mean() - question_hw[~inside].mean())


def compactness(question_hw: F32) -> float:
    """16 area / perimeter^2 of the core, the perimeter along the cells' sides: 1 for a square, less if scattered."""
    padded = np.pad(core(question_hw), 1).astype(np.int8)
    perimeter = int(np.abs(np.diff(padded, axis=0)).sum() + np.abs(np.diff(padded, axis=1)).sum())
    return float(16.0 * padded.sum(dtype=np.int64) / perimeter**2) if perimeter else 0.0


def at_size(question_hw: F32, shape: tuple[int, ...]) -> F32:
    """The map at another size (h, w), bilinear."""
    size = (shape[1], shape[0])
    return np.asarray(Image.fromarray(question_hw).resize(size, Image.Resampling.BILINEAR), np.float32)
