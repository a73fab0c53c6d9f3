from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from huewise.errors import ModelMissing

from .fake_engine import FakeColorizer


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeColorizer:
    """The fake in place of the engine."""
    fake = FakeColorizer()

    def load(name: str = "auto") -> FakeColorizer:
        if name == "nosuch":
            raise ModelMissing("no model 'nosuch'", "one of photo", "see `huewise models`")
        fake.name = name
        return fake

    monkeypatch.setattr("huewise.engine.Colorizer.load", load)
    return fake


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with a gray picture, gray.png (64 x 48)."""
    monkeypatch.chdir(tmp_path)
    make_picture(tmp_path / "gray.png")
    return tmp_path


def make_picture(path: Path, size: tuple[int, int] = (64, 48)) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    ramp_hw = np.linspace(40, 200, size[0] * size[1]).reshape(size[1], size[0]).astype(np.uint8)
    Image.fromarray(ramp_hw).save(path)
    return path
