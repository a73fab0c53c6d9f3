"""Figure 6's curves on a made picture: true hints help, more of them help more, and gray is their zero."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch")

from huewise.engine import Colorizer
from huewise.evaluation import hint_curve
from huewise.evaluation.metrics import psnr
from huewise.evaluation.opened import Subject
from huewise.training.pictures import list_pictures
from tests.engine.fakes import Decode, Encode, spec

pytestmark = pytest.mark.train


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    """Two halves, brick and sea, with a ramp of lightness."""
    ramp = np.tile(np.linspace(40, 200, 64), (64, 1))
    scale = np.where(np.arange(64)[:, None, None] < 32, (1.0, 0.6, 0.4), (0.4, 0.6, 1.0))
    Image.fromarray((ramp[..., None] * scale).astype(np.uint8)).save(tmp_path / "a.png")
    colorizer = Colorizer(spec(), {"encode.onnx": Encode(), "decode.onnx": Decode()})
    return Subject.read(list_pictures([tmp_path])[0], colorizer)


def test_the_papers_curve_has_a_figure_for_each_count() -> None:
    assert len(hint_curve.COUNTS) == len(hint_curve.PAPER_GAINS)


def test_random_hints_are_the_same_every_time_and_tell_the_true_colour(subject: Subject) -> None:
    hints, again = hint_curve.random_hints(subject, 20), hint_curve.random_hints(subject, 20)
    assert [hint.lab for hint in hints] == [hint.lab for hint in again]
    true = subject.lab[..., 1:].reshape(-1, 2)
    for hint in hints:
        assert np.hypot(*(true - hint.lab[1:]).T).min() < 8


def test_without_hints_the_fill_is_gray_and_with_many_it_is_near_the_truth(subject: Subject) -> None:
    assert not hint_curve.fill_alone(subject, []).any()
    filled = hint_curve.fill_alone(subject, hint_curve.random_hints(subject, 200))
    assert psnr(subject.painted(filled), subject.truth) > psnr(subject.gray, subject.truth) + 6


def test_every_random_curve_starts_without_hints_and_rises(subject: Subject, monkeypatch) -> None:
    monkeypatch.setattr(hint_curve, "COUNTS", (0, 1, 50))
    curves = hint_curve.random_curves(subject)
    assert set(curves) == {"guided fill", "network", "huewise"}
    assert curves["guided fill"][0] == pytest.approx(psnr(subject.gray, subject.truth))
    for curve in curves.values():
        assert len(curve) == 3
        assert curve[2] > curve[0] + 3


def test_hints_of_maximal_error_bring_the_picture_nearer(subject: Subject, monkeypatch) -> None:
    monkeypatch.setattr(hint_curve, "MAX_COUNTS", (0, 1, 4))
    curves = hint_curve.max_error_curves(subject)
    assert set(curves) == {"guided fill", "levin", "bilateral", "huewise"}
    for curve in curves.values():
        assert len(curve) == 3
        assert curve[2] > curve[0] + 1


def test_adherence_is_the_distance_from_the_hint_in_the_written_pixels(subject: Subject) -> None:
    assert hint_curve.adherence_error(subject, 5) < 1.0


def test_rows_of_information_begin_with_gray(subject: Subject) -> None:
    rows = hint_curve.information_rows(subject)
    assert rows["gray"] == psnr(subject.gray, subject.truth)
    assert rows["automatic"] == psnr(subject.colorized(), subject.truth)


def test_gains_are_means_over_pictures_of_what_is_above_gray() -> None:
    rows = [
        {"table": {"gray": 20.0}, "random": {"ours": [21.0, 23.0]}},
        {"table": {"gray": 10.0}, "random": {"ours": [13.0, 13.0]}},
    ]
    made = hint_curve.gains(rows, "random")
    assert [mean for mean, _ in made["ours"]] == [2.0, 3.0]
    assert [error for _, error in made["ours"]] == pytest.approx([1.0, 0.0])


def test_the_figure_shows_every_method_beside_the_paper(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    curve = (hint_curve.COUNTS, [(1.0, 0.1)] * len(hint_curve.COUNTS))
    hint_curve.draw_curves({"ours": curve}, tmp_path / "curve.svg")
    text = (tmp_path / "curve.svg").read_text(encoding="utf-8")
    assert "ours" in text
    assert "zhang2017, on its own pictures" in text
