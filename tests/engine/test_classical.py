"""Classical methods are used as models are: by name, with hints, exact, gray without."""

import numpy as np
import pytest

from huewise import imaging
from huewise.color import rgb_to_lab
from huewise.engine import Colorizer, classical
from huewise.engine.render import render
from huewise.errors import MissingExtra, ModelError, UsageError
from huewise.evaluation.metrics import psnr
from huewise.hints import Point, Region
from huewise.models import find, installed
from huewise.models.methods import METHODS

NAMES = ["levin", "bilateral"]


def gray(h: int = 96, w: int = 160) -> np.ndarray:
    return np.where(np.arange(w) < w // 2, 90, 170).astype(np.uint8) + np.zeros((h, 1), np.uint8)


@pytest.mark.parametrize("name", NAMES)
def test_a_method_is_listed_and_loaded_by_name(name: str) -> None:
    assert name in [model.spec.name for model in installed()]
    model = find(name)
    assert model.spec.kind == "classical" and model.size == 0 and name in model.card


@pytest.mark.parametrize("name", NAMES)
def test_without_hints_the_picture_stays_gray(name: str) -> None:
    result = Colorizer.load(name).open(gray()).colorize()
    assert result.rgb.shape == (96, 160, 3) and np.abs(result.ab).max() < 1


@pytest.mark.parametrize("name", NAMES)
def test_a_hint_is_reached_and_stays_on_its_side_of_an_edge(name: str) -> None:
    opened = Colorizer.load(name).open(gray())
    lab = opened.colorize([Point(30, 48, (50, 30, 20)), Point(130, 48, (50, -20, 10))]).lab
    assert np.abs(lab[48, 30, 1:] - (30, 20)).max() < 2 and np.abs(lab[48, 130, 1:] - (-20, 10)).max() < 2
    assert lab[10, 60, 1] > 15 and lab[80, 100, 1] < -8


@pytest.mark.parametrize("name", NAMES)
def test_hints_that_cover_everything_are_copied(name: str) -> None:
    h, w = gray().shape
    halves = [[(0, 0), (w / 2, 0), (w / 2, h), (0, h)], [(w / 2, 0), (w, 0), (w, h), (w / 2, h)]]
    hints = [Region(half, color) for half, color in zip(halves, [(30.0, 20.0), (-20.0, 10.0)], strict=True)]
    ab = Colorizer.load(name).open(gray()).predict(hints).ab_hw2
    cut = ab.shape[1] // 2
    assert np.abs(ab[:, : cut - 1] - (30, 20)).max() < 1e-3
    assert np.abs(ab[:, cut + 1 :] - (-20, 10)).max() < 1e-3


@pytest.mark.parametrize("name", [*NAMES, "deepprop"])
def test_every_colour_revealed_gives_the_picture_back(name: str) -> None:
    blocks = np.random.default_rng(0).integers(40, 200, (8, 8, 3), np.uint8)
    truth = blocks.repeat(8, 0).repeat(8, 1)
    picture = imaging.read(truth)
    l_hw = imaging.shrink(picture.lightness, (64, 64))
    ab_12hw = rgb_to_lab(truth.astype(np.float32) / 255)[..., 1:].transpose(2, 0, 1)[None]
    feeds = {"hint_ab": ab_12hw, "hint_mask": np.ones((1, 1, 64, 64), np.float32), "l": l_hw[None, None]}
    ab_hw2 = classical.ClassicalSession(name).run(feeds)["ab"][0].transpose(1, 2, 0)
    assert psnr(np.asarray(render(picture.lightness, ab_hw2), np.uint8), truth) > 60


def test_the_engine_adds_nothing_to_a_method() -> None:
    opened = Colorizer.load("bilateral").open(gray())
    hints = [Point(30, 48, (50, 30, 20), radius=0.3), Point(130, 48, (50, -20, 10))]
    assert np.array_equal(opened.predict(hints).ab_hw2, opened.network(hints))


def test_a_method_has_no_distribution() -> None:
    opened = Colorizer.load("levin").open(gray())
    with pytest.raises(ModelError):
        opened.palette(5, 5)
    with pytest.raises((ModelError, UsageError)):
        opened.colorize(temperature=0.4)


def test_a_method_without_its_extra_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(classical.SOLVERS, "deepprop", "huewise.no_such_module:deepprop")
    with pytest.raises(MissingExtra, match=r"\.\[train\]"):
        Colorizer.load("deepprop")


def test_a_method_without_its_extra_is_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huewise.models.methods.find_spec", lambda name: None)
    assert "deepprop" not in [model.spec.name for model in installed()]


def test_every_method_has_a_solver() -> None:
    assert {graph.file for spec in METHODS.values() for graph in spec.graphs} == set(classical.SOLVERS)
