"""The prior counts training colours; rebalancing makes the answer more colourful."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from huewise.color import ab313
from huewise.evaluation import classification
from huewise.evaluation.classification import classified, prior, weights
from huewise.evaluation.metrics import mean_chroma
from huewise.evaluation.opened import Subject
from huewise.training.pictures import list_pictures
from tests.engine import fakes


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    gray = np.full((64, 64, 3), 120, np.uint8)
    gray[:8] = (200, 60, 40)
    Image.fromarray(gray).save(tmp_path / "a.png")
    return tmp_path


def test_the_prior_is_the_share_of_each_bin(pictures: Path) -> None:
    share = prior([pictures])
    assert share.sum() == pytest.approx(1.0, abs=1e-5)
    neutral = int(ab313().encode(np.zeros((1, 2), np.float32))[0])
    assert share[neutral] == pytest.approx(7 / 8, abs=0.02)
    rebalanced = weights((pictures,))
    assert rebalanced[neutral] < rebalanced.max() / 10


def test_rebalancing_makes_the_answer_more_colourful(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = Subject.read(list_pictures([pictures])[0], fakes.colorizer())
    neutral = int(ab313().encode(np.zeros((1, 2), np.float32))[0])
    p = np.full((16, 16, 313), 0.2 / 312, np.float32)
    p[..., neutral] = 0.8
    monkeypatch.setattr(type(subject.opened), "branches", lambda self: (None, p))
    monkeypatch.setattr(classification, "TEMPERATURE", 1.0)
    made = classified(subject, (pictures,))
    assert mean_chroma(made["classification, rebalanced"]) > 1.5 * mean_chroma(made["classification"])
