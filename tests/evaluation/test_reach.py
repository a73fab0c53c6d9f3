"""How far a hint reaches, and what a control point takes back."""

import io
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from huewise.engine import Colorizer
from huewise.evaluation.reach import (
    JND,
    VOID,
    difference,
    evaluate,
    labelled,
    main_segment,
    measure,
    middle,
    most_changed,
    other_hue,
    reach,
    spilled,
    summarize,
    taken_back,
)


def labels(h: int = 60, w: int = 80) -> np.ndarray:
    """Left part 1, right part 2, a strip of void between."""
    made = np.full((h, w), 1, np.uint8)
    made[:, 30:34], made[:, 34:] = VOID, 2
    return made


def test_a_change_is_counted_inside_outside_and_not_in_the_void() -> None:
    known = labels() != VOID
    change = np.zeros((60, 80), np.float32)
    change[:30, :30] = 10.0  # half of the segment
    change[:, 30:34] = 50.0  # void
    change[:6, 34:] = JND + 0.1  # a tenth of the rest
    change[6:, 34:] = JND - 0.1
    made = reach(change, labels() == 1, known)
    assert (made.moved_inside, made.moved_outside) == (0.5, pytest.approx(0.1))
    assert made.change_inside == 5.0 and made.change_outside == pytest.approx(0.1 * 2.4 + 0.9 * 2.2)


def test_a_difference_is_the_distance_in_ab() -> None:
    before, after = np.zeros((2, 3, 2), np.float32), np.zeros((2, 3, 2), np.float32)
    after[1, 2] = (3, -4)
    made = difference(before, after)
    assert made[1, 2] == 5 and made.sum() == 5


def test_what_is_taken_back_is_a_part_of_the_spill_outside() -> None:
    outside = labels() == 2
    spill = np.where(outside, 10.0, 99.0).astype(np.float32)
    assert taken_back(spill, np.zeros_like(spill), outside) == 1.0
    assert taken_back(spill, spill, outside) == 0.0
    assert taken_back(spill, np.full_like(spill, (10.0 + JND) / 2), outside) == pytest.approx(0.5)
    assert taken_back(spill, 2 * spill, outside) < -1
    assert taken_back(np.zeros_like(spill), spill, outside) == 0.0


def test_what_nobody_sees_is_no_spill() -> None:
    change, outside = np.full((4, 4), JND - 0.1, np.float32), np.ones((4, 4), bool)
    assert spilled(change, outside) == 0.0
    assert spilled(change + 1.1, outside) == pytest.approx(16.0)


def test_the_control_point_lies_outside() -> None:
    outside = np.zeros((64, 64), bool)
    outside[30:33, 30:33] = True  # a hole in the segment: around each of its pixels as much has changed
    assert outside[most_changed(np.full((64, 64), 5.0, np.float32), outside)]


def test_the_largest_connected_segment_of_fitting_size_is_taken() -> None:
    label_hw = np.zeros((100, 100), np.uint8)
    label_hw[:20, :20] = label_hw[60:95, 60:95] = 7  # two parts of one label
    label_hw[40:42, 40:42] = 9  # too small
    segment = main_segment(label_hw)  # label 0 covers too much
    assert segment is not None and segment.sum() == 35 * 35 and segment[70, 70] and not segment[5, 5]
    assert main_segment(np.full((50, 50), VOID, np.uint8)) is None


def test_the_middle_is_far_from_every_border() -> None:
    segment = np.zeros((50, 50), np.bool_)
    segment[:, 20:] = True
    y, x = middle(segment)
    assert 14 <= y <= 35 and x in (34, 35)
    assert middle(np.pad(np.ones((21, 21), np.bool_), 10)) == (20, 20)


@pytest.mark.parametrize("ab", [(40, 0), (3, 4), (0, 0), (-20, -50)])
def test_the_hint_has_another_hue_and_enough_chroma(ab: tuple[float, float]) -> None:
    made = other_hue(np.array(ab, np.float32))
    assert np.hypot(*made) >= 29.99 and np.dot(made, ab) == pytest.approx(0, abs=1e-3)
    assert np.hypot(*made) == pytest.approx(max(30, np.hypot(*ab)), abs=1e-3)


def picture() -> np.ndarray:
    """Gray, dark on the left and light on the right, with one soft edge at x = 32."""
    x = np.clip((np.arange(80) - 28) / 8, 0, 1)
    return np.repeat((90 + 60 * x)[None, :, None], 60, 0).repeat(3, 2).astype(np.uint8)


def test_a_hint_without_edges_reaches_everything_and_a_control_point_takes_some_back() -> None:
    opened = Colorizer.load("levin").open(picture())
    row = measure(opened, labels())
    assert row is not None
    assert row["moved_inside"] == 1.0 and row["moved_outside"] > 0.9
    assert 0.3 < row["taken_back"] <= 1.0


def test_pairs_are_read_and_summed_up(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "val.tar", "w") as tar:
        for name, array, kind in (("s/b.png", labels(), "PNG"), ("s/b.webp", picture(), "WEBP")):
            data = io.BytesIO()
            Image.fromarray(array).save(data, kind, lossless=True)
            info = tarfile.TarInfo(name)
            info.size = data.tell()
            tar.addfile(info, io.BytesIO(data.getvalue()))
    [(name, rgb, label_hw)] = labelled(tmp_path / "val.tar")
    assert name == "s/b" and np.array_equal(label_hw, labels()) and rgb.shape == (60, 80, 3)
    made = evaluate(tmp_path / "val.tar", Colorizer.load("levin"))
    assert made["pictures"] == 1 and made["moved_inside"] == (1.0, 0.0)


def test_a_summary_weighs_what_is_taken_back_by_the_spill() -> None:
    row = {"moved_inside": 1.0, "moved_outside": 0.5, "change_inside": 8.0, "change_outside": 2.0}
    made = summarize([row | {"spill": 30.0, "taken_back": 1.0}, row | {"spill": 10.0, "taken_back": 0.0}])
    assert made["taken_back"] == 0.75 and made["ratio"] == 4.0 and made["pictures"] == 2
    assert summarize([]) == {"pictures": 0}
