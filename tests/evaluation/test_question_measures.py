import numpy as np
import pytest

from huewise.evaluation.question_measures import (
    area,
    at_size,
    class_precision,
    compactness,
    contrast,
    core,
    core_precision,
    weighted_error,
)


def box(y0: int, y1: int, x0: int, x1: int, inside: float = 1.0, outside: float = 0.0) -> np.ndarray:
    question = np.full((20, 20), outside, np.float32)
    question[y0:y1, x0:x1] = inside
    return question


def halves() -> np.ndarray:
    labels = np.zeros((20, 20), np.uint8)
    labels[:, 10:] = 7
    return labels


def test_weighted_error_is_normalized_by_the_question() -> None:
    error = np.zeros((20, 20), np.float32)
    error[:, :10] = 4.0
    assert weighted_error(error, box(0, 20, 0, 10)) == pytest.approx(4.0)
    assert weighted_error(error, 0.1 * box(0, 20, 0, 20)) == pytest.approx(
        2.0
    )  # not the printed sum, 80 here
    assert weighted_error(error, box(0, 20, 0, 10, 1.0, 0.5)) == pytest.approx(4.0 * 200 / 300)


def test_precision_is_the_share_of_the_best_class() -> None:
    assert class_precision(box(0, 20, 2, 8), halves()) == pytest.approx(1.0)
    assert class_precision(box(0, 20, 4, 12), halves()) == pytest.approx(6 / 8)
    assert class_precision(box(0, 20, 8, 16), halves()) == pytest.approx(
        6 / 8
    )  # the other class is the best one


def test_precision_of_a_soft_map_counts_its_faint_parts_and_its_core_does_not() -> None:
    question = box(0, 20, 0, 10, 1.0, 0.4)
    assert class_precision(question, halves()) == pytest.approx(1 / 1.4)
    assert core_precision(question, halves()) == pytest.approx(1.0)


def test_void_is_no_class_and_a_question_mostly_about_it_has_no_precision() -> None:
    labels = halves()
    labels[:, :6] = 255
    assert class_precision(box(0, 20, 2, 12), labels) == pytest.approx(4 / 6)
    assert class_precision(box(0, 20, 0, 8), labels) is None


def test_contrast_of_a_blurred_question_is_small() -> None:
    assert contrast(box(5, 10, 5, 10)) == pytest.approx(1.0)
    assert contrast(box(5, 10, 5, 10, 0.6, 0.2)) == pytest.approx(0.4)
    assert contrast(np.full((20, 20), 0.5, np.float32)) == 0.0


def test_area_is_the_soft_share_of_the_picture() -> None:
    assert area(box(0, 10, 0, 20)) == pytest.approx(0.5)
    assert area(box(0, 10, 0, 20, 0.5)) == pytest.approx(0.25)


def test_a_square_is_compact_wherever_it_lies_and_scattered_cells_are_not() -> None:
    assert compactness(box(5, 11, 5, 11)) == pytest.approx(1.0)
    assert compactness(box(0, 6, 0, 6)) == pytest.approx(1.0)
    assert compactness(box(5, 6, 2, 18)) < 0.25
    scattered = np.zeros((20, 20), np.float32)
    scattered[::2, ::2] = 1.0
    assert compactness(scattered) < 0.02


def test_core_is_what_lies_above_half_of_the_maximum() -> None:
    assert core(box(0, 4, 0, 4, 0.4, 0.1)).sum() == 16


def test_another_size_keeps_the_area() -> None:
    assert area(at_size(box(0, 10, 0, 10), (40, 60))) == pytest.approx(0.25, abs=0.01)
