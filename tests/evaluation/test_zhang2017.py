"""The experiments run whole on made pictures and a model without weights, resume, and never mix models."""

import json
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

pytest.importorskip("matplotlib")

from huewise.engine import Colorizer
from huewise.evaluation import zhang2017
from huewise.evaluation.hint_curve import COUNTS
from huewise.evaluation.opened import code_digest, fingerprint
from tests.engine import fakes


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "pictures" / "made"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for i in range(2):
        blocks = rng.integers(0, 255, (4, 4, 3), dtype=np.uint8)
        Image.fromarray(blocks).resize((64, 64), Image.Resampling.BICUBIC).save(folder / f"{i}.png")
    return tmp_path / "pictures"


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fake model, and only as many points as a test has patience for."""
    monkeypatch.setattr(Colorizer, "load", lambda name: fakes.colorizer())
    for module in ("hint_curve", "zhang2017"):
        monkeypatch.setattr(f"huewise.evaluation.{module}.MAX_COUNTS", (0, 1, 2))
    monkeypatch.setattr("huewise.evaluation.hint_curve.CLASSICAL", ("levin",))
    monkeypatch.setattr("huewise.evaluation.hint_curve._classical", lambda name: fakes.colorizer())
    monkeypatch.setattr("huewise.evaluation.hint_curve.as_written", lambda: None)
    monkeypatch.setattr(zhang2017, "all_sheets", lambda *a: [])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_report_has_every_table_and_resumes(pictures: Path, cheap: None, tmp_path: Path) -> None:
    out = zhang2017.main([pictures], tmp_path / "out")
    result = json.loads((out / "result.json").read_text())
    assert result["pictures"] == 2
    assert result["dear_pictures"] == 1
    for curve in result["random"].values():
        assert len(curve) == len(COUNTS)
    assert result["random"]["huewise"][-1][0] > result["random"]["huewise"][0][0] + 3  # hints help
    assert result["random"]["guided fill"][0][0] == 0.0  # without hints it is gray
    assert {"automatic", "+ histogram", "+ saturation", "+ both", "classification"} == set(result["table"])
    text = (out / "result.md").read_text()
    assert "guided fill" in text
    assert "levin" in text
    assert (out / "hint_curve.svg").exists()
    before = (out / "rows.jsonl").read_text()
    zhang2017.main([pictures], out)
    assert (out / "rows.jsonl").read_text() == before


def test_other_weights_of_the_same_name_have_other_rows() -> None:
    first = fakes.colorizer()
    other = msgspec.structs.replace(
        first.spec, graphs=[msgspec.structs.replace(g, sha256="1" * 64) for g in first.spec.graphs]
    )
    assert fingerprint(first) != fingerprint(Colorizer(other, {}))


def test_other_code_has_other_rows_where_it_shapes_a_figure(tmp_path: Path) -> None:
    for room in ("engine", "server"):
        (tmp_path / room).mkdir()
        (tmp_path / room / "a.py").write_text("CUT = 0.4")
    digests = [code_digest(tmp_path)]
    for room in ("server", "engine"):
        (tmp_path / room / "a.py").write_text("CUT = 0.6")
        code_digest.cache_clear()
        digests.append(code_digest(tmp_path))
    assert digests[0] == digests[1] != digests[2]
