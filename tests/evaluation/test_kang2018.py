import io
import json
import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch")

from huewise.engine import Colorizer, Question
from huewise.evaluation import kang2018
from huewise.evaluation.opened import Subject
from huewise.hints import Region
from huewise.training.pictures import list_pictures
from tests.engine.fakes import Decode, Encode, spec

pytestmark = pytest.mark.train


class Shortsighted(Encode):
    """Hints do not reach far, so there is more than one question in a picture."""

    def run(self, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        made = super().run(feeds)
        made["grid"][:, 2] = 0.3
        return made


def colorizer(name: str = "auto") -> Colorizer:
    return Colorizer(spec(), {"encode.onnx": Shortsighted(), "decode.onnx": Decode()})


def picture() -> np.ndarray:
    ramp = np.tile(np.linspace(20, 230, 64).astype(np.uint8), (64, 1))
    return np.stack([ramp, ramp // 2, ramp // 4], -1)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two pictures; quick methods."""
    tmp_path = tmp_path / "pictures"
    tmp_path.mkdir()
    for name in "ab":
        Image.fromarray(picture()).save(tmp_path / f"{name}.png")
    monkeypatch.setattr("huewise.engine.Colorizer.load", colorizer)
    monkeypatch.setattr(kang2018, "_deepprop", lambda subject, hints: subject.gray)
    return tmp_path


def subject(folder: Path) -> Subject:
    return Subject.read(list_pictures([folder])[0], colorizer())


def test_true_answers_to_questions_bring_the_picture_nearer_and_the_row_is_complete(data: Path) -> None:
    row = kang2018.measure(subject(data), {"levin": colorizer(), "bilateral": colorizer()})
    ours = row["table"][kang2018.ASKING]
    assert len(ours) == 4
    assert ours[3] > ours[0] + 1.0
    assert set(kang2018.PAPER) - {kang2018.AS_WRITTEN} <= set(row["table"])
    assert all(len(curve) == 4 for curve in row["table"].values())
    assert len(row["error"]) == len(row["area"]) + 1
    json.dumps(row)


def test_max_error_points_lie_where_the_automatic_colours_err_and_apart(data: Path) -> None:
    error = np.zeros((64, 64), np.float32)
    error[10:40, 40:60] = 5.0
    hints = kang2018.max_error_points(subject(data), error)
    centres = [np.mean(hint.polygon, 0) for hint in hints]  # type: ignore[union-attr]
    assert len(centres) == 3
    assert all(38 <= x <= 62 and 8 <= y <= 42 for x, y in centres)
    assert min(np.abs(a - b).max() for i, a in enumerate(centres) for b in centres[:i]) >= 7


def test_displaced_maps_are_truly_answered(data: Path) -> None:
    whole = Question(np.ones((64, 64), np.float32), ())
    (hint,) = kang2018.displaced(subject(data), [whole])
    np.testing.assert_allclose(hint.lab[1:], subject(data).lab[..., 1:].mean((0, 1)), atol=1e-3)


def test_noise_changes_the_answer_and_not_the_region() -> None:
    hint = Region(np.ones((4, 4), np.float32), (10.0, 20.0))
    noisy = kang2018.with_noise(hint, 5.0, np.random.default_rng(0))
    assert noisy.lab != hint.lab
    np.testing.assert_array_equal(noisy.mask_hw, hint.mask_hw)
    assert kang2018.with_noise(hint, 0.0, np.random.default_rng(0)).lab == hint.lab


def test_questions_that_run_out_leave_the_last_result() -> None:
    assert kang2018.filled([1.0, 2.0]) == [1.0, 2.0, 2.0, 2.0]


def test_gains_are_per_picture_then_averaged() -> None:
    def row(gray: float, ours: list[float], error: list[float]) -> dict:
        return {
            "gray": gray,
            "table": {kang2018.ASKING: ours},
            "error": error,
            **dict.fromkeys(("area", "contrast", "compactness", "overlap"), error[1:]),
        }

    rows = [row(20.0, [21.0, 22.0, 23.0, 24.0], [1.0, 4.0]), row(30.0, [30.0, 30.0, 30.0, 30.0], [2.0])]
    result = kang2018.summarize(rows, [], "fake")
    assert [mean for mean, _ in result["table"][kang2018.ASKING]] == [0.5, 1.0, 1.5, 2.0]
    assert [mean for mean, _ in result["error"]] == [1.5, 4.0]
    text = kang2018.to_markdown(result)
    assert "+1.82 +5.34 +6.50 +6.80" in text
    assert "Class precision" not in text


def test_class_precision_is_measured_with_and_without_noise() -> None:
    labels = np.zeros((64, 64), np.uint8)
    row = kang2018.measure_classes(colorizer().open(picture()), picture(), labels)
    assert set(row) == {"exact", "noise", "exact core", "noise core"}
    assert row["exact"]
    assert all(value == pytest.approx(1.0) for value in row["exact"])  # one class only


def test_evaluation_is_one_command_and_goes_on_where_it_was_stopped(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured: list[str] = []
    real = kang2018.measure

    def counted(one: Subject, *others: Any) -> dict:
        measured.append(one.name)
        return real(one, *others)

    monkeypatch.setattr(kang2018, "measure", counted)
    for _ in range(2):
        out = kang2018.main([data], data.parent / "report", "fake")
    assert measured == ["a", "b"]
    for name in ("result.json", "result.md", "error_under_questions.svg", "process.jpg", "steered.jpg"):
        assert (out / name).stat().st_size > 0


def test_labelled_pictures_of_the_data_folder_are_measured(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (data / "photos").mkdir()
    (data / "seg").mkdir()
    for shard, kinds in (("photos/val.tar", ("webp",)), ("seg/val.tar", ("webp", "png"))):
        with tarfile.open(data / shard, "w") as tar:
            for kind in kinds:
                content = io.BytesIO()
                image = picture() if kind == "webp" else np.zeros((64, 64), np.uint8)
                Image.fromarray(image).save(content, kind, lossless=True)
                member = tarfile.TarInfo(f"s/1.{kind}")
                member.size = content.tell()
                content.seek(0)
                tar.addfile(member, content)
    monkeypatch.setenv("HUEWISE_DATA", str(data))
    out = kang2018.main([], data / "report", "fake")
    assert "Class precision on 1 labelled pictures" in (out / "result.md").read_text()
