"""Importing Huewise is light, and its front page is what it says."""

import subprocess
import sys

import huewise

HEAVY = ("torch", "onnxruntime", "scipy", "pyvips", "fastapi", "numpy")


def test_import_loads_nothing_heavy() -> None:
    code = f"import sys, huewise; print([m for m in {HEAVY} if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "[]"


def test_every_public_name_is_there_and_documented() -> None:
    assert sorted(huewise.__all__) == huewise.__all__
    for name in huewise.__all__:
        assert getattr(huewise, name).__doc__ or name == "Hint"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    assert not hasattr(huewise, "coulorize")
