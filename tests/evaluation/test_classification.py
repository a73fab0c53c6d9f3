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


def test_the_weights_are_the_papers_with_lambda_a_half_and_sigma_5(pictures: Path) -> None:
    """zhang2016 eq. 4: w ~ ((1 - lambda) p~ + lambda / Q)^-1, p~ smoothed by a Gaussian of 5, E[w] = 1."""
    kernel = np.exp(-(ab313().distances().astype(float) ** 2) / (2 * 5**2))
    smooth = (kernel / kernel.sum(0)) @ prior([pictures])
    rarity = 1 / (0.5 * smooth + 0.5 / 313)
    assert np.allclose(weights((pictures,)), rarity / (smooth * rarity).sum(), rtol=1e-3)


def test_a_distribution_is_decoded_by_its_annealed_mean_at_the_papers_temperature(
    pictures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """zhang2016 eq. 5: f_T(z) = z^(1/T) / sum z^(1/T), T = 0.38."""
    subject = Subject.read(list_pictures([pictures])[0], fakes.colorizer())
    red, neutral = (int(ab313().encode(np.array([ab], np.float32))[0]) for ab in ((40, 30), (0, 0)))
    p = np.zeros((16, 16, 313), np.float32)
    p[..., red], p[..., neutral] = 0.6, 0.4
    monkeypatch.setattr(type(subject.opened), "branches", lambda self: (None, p))
    share = 0.6 ** (1 / 0.38) / (0.6 ** (1 / 0.38) + 0.4 ** (1 / 0.38))
    wanted = subject.painted(np.full((16, 16, 2), (40 * share, 30 * share), np.float32))
    assert np.abs(classified(subject, ())["classification"].astype(int) - wanted).max() <= 1


def test_rebalancing_makes_the_answer_more_colourful(pictures: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    subject = Subject.read(list_pictures([pictures])[0], fakes.colorizer())
    neutral = int(ab313().encode(np.zeros((1, 2), np.float32))[0])
    p = np.full((16, 16, 313), 0.2 / 312, np.float32)
    p[..., neutral] = 0.8
    monkeypatch.setattr(type(subject.opened), "branches", lambda self: (None, p))
    monkeypatch.setattr(classification, "TEMPERATURE", 1.0)
    made = classified(subject, (pictures,))
    assert mean_chroma(made["classification, rebalanced"]) > 1.5 * mean_chroma(made["classification"])
