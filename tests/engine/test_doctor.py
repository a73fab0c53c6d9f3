from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from huewise.engine import doctor
from huewise.errors import ModelCorrupt, ModelError
from huewise.models.registry import Broken

from . import drawings


def checks(load=None) -> dict[str, doctor.Check]:
    return {check.name: check for check in (doctor.examine(load) if load else doctor.examine())}


def colorizer_of(ab: tuple[float, float]):
    def load(_name: str):
        prediction = SimpleNamespace(ab_hw2=np.full((4, 4, 2), ab, np.float32))
        return SimpleNamespace(open=lambda _: SimpleNamespace(predict=lambda: prediction))

    return load


@pytest.fixture
def one_model(monkeypatch):
    model = SimpleNamespace(spec=SimpleNamespace(name="photo", kind="photo"), size=5_000_000)
    monkeypatch.setattr(doctor, "installed", lambda: [model])
    monkeypatch.setattr(doctor, "broken", list)
    monkeypatch.setattr(doctor, "verify", lambda _: None)


def test_versions_and_providers_are_named(one_model) -> None:
    found = checks(colorizer_of((20, 5)))
    assert found["numpy"].value == np.__version__
    assert "uses CPUExecutionProvider" in found["onnxruntime"].value
    assert found["libvips"].value.startswith("8.")
    assert all(check.ok for check in found.values())


def test_a_model_that_colors_passes_and_one_that_leaves_gray_fails(one_model) -> None:
    assert checks(colorizer_of((20, 5)))["self-test photo"].ok
    gray = checks(colorizer_of((0.5, 0.5)))["self-test photo"]
    assert not gray.ok
    assert "stays gray" in gray.value
    assert gray.todo
    assert not checks(colorizer_of((np.nan, np.nan)))["self-test photo"].ok


def test_a_damaged_model_is_named_and_not_run(one_model, monkeypatch) -> None:
    def damaged(_model):
        raise ModelCorrupt("a.onnx: SHA-256 12", "SHA-256 34", "install Huewise again")

    monkeypatch.setattr(doctor, "verify", damaged)
    found = checks(colorizer_of((20, 5)))
    assert found["model photo"] == doctor.Check(
        "model photo", "a.onnx: SHA-256 12; SHA-256 34", ok=False, todo="install Huewise again"
    )
    assert "self-test photo" not in found


def test_a_broken_library_does_not_stop_the_examination(one_model, monkeypatch) -> None:
    def broken() -> str:
        raise OSError("libvips.so.42: cannot open")

    monkeypatch.setattr(doctor, "_libvips", broken)
    found = checks(colorizer_of((20, 5)))
    assert found["libvips"].value == "OSError: libvips.so.42: cannot open"
    assert not found["libvips"].ok
    assert found["self-test photo"].ok


def test_an_empty_shop_is_a_fault(monkeypatch) -> None:
    monkeypatch.setattr(doctor, "installed", list)
    assert not checks()["models"].ok


def test_a_provider_that_is_there_but_not_used_is_told_apart(one_model, monkeypatch) -> None:
    there = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: there)
    value = checks(colorizer_of((20, 5)))["onnxruntime"].value
    assert "uses CPUExecutionProvider (there, not used: CUDAExecutionProvider)" in value


def test_threads_are_shown_and_a_bad_number_is_a_fault(one_model, monkeypatch) -> None:
    monkeypatch.setenv("HUEWISE_THREADS", "3")
    assert "threads 3" in checks(colorizer_of((20, 5)))["onnxruntime"].value
    monkeypatch.setenv("HUEWISE_THREADS", "x")
    found = checks(colorizer_of((20, 5)))["onnxruntime"]
    assert not found.ok
    assert "HUEWISE_THREADS=x" in found.value


def test_a_broken_model_is_a_fault_and_the_others_are_examined(one_model, monkeypatch) -> None:
    spoilt = Broken(Path("shelf/spoilt"), ModelError("spec.json: truncated", "a spec", "mend it"))
    monkeypatch.setattr(doctor, "broken", lambda: [spoilt])
    found = checks(colorizer_of((20, 5)))
    assert found["model spoilt"] == doctor.Check(
        "model spoilt", "spec.json: truncated; a spec", ok=False, todo="mend it"
    )
    assert found["self-test photo"].ok


def test_a_model_for_drawings_is_tried_on_a_drawing(monkeypatch) -> None:
    assert "at a hint" in doctor.drawing_test(lambda _: drawings.colorizer(), "lineart")

    class Nothing:
        def run(self, feeds):
            return {"rgb": np.full((1, 3, *feeds["paper"].shape[2:]), np.nan, np.float32)}

    model = SimpleNamespace(spec=SimpleNamespace(name="lineart", kind="drawing"), size=5)
    monkeypatch.setattr(doctor, "installed", lambda: [model])
    monkeypatch.setattr(doctor, "broken", list)
    monkeypatch.setattr(doctor, "verify", lambda _: None)
    assert not checks(lambda _: drawings.colorizer(Nothing()))["self-test lineart"].ok
    assert checks(lambda _: drawings.colorizer())["self-test lineart"].ok
