"""Is everything in its place? Versions, models, and a made picture that must come out in colour."""

import os
import platform
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import metadata

import numpy as np

from huewise import __version__
from huewise.engine.colorizer import Colorizer
from huewise.engine.session import PROVIDERS, threads
from huewise.errors import HuewiseError, ModelError
from huewise.hints import Point
from huewise.models import broken, installed, verify
from huewise.models.methods import METHODS
from huewise.models.registry import Model, shelves

LEAST_CHROMA = 2.0  # mean chroma of the test picture, ab units, below which a model has coloured nothing


@dataclass(frozen=True)
class Check:
    """One line of the report: what was looked at, what was found, whether it is well, what to do if not."""

    name: str
    value: str
    ok: bool = True
    todo: str = ""


def examine(load: Callable[[str], Colorizer] = Colorizer.load) -> Iterator[Check]:
    """Yield the checks one by one; a failed check does not stop the next."""
    yield Check("huewise", __version__)
    yield Check("python", f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    yield Check("cores", str(os.cpu_count()))
    yield Check("numpy", np.__version__)
    yield _attempt("onnxruntime", _onnxruntime, "install Huewise again")
    yield _attempt("libvips", _libvips, "install Huewise again")
    yield from (_extra(name, package) for name, package in (("heif", "pillow-heif"), ("train", "torch")))
    yield Check("models are looked for in", os.pathsep.join(str(shelf) for shelf in shelves()))
    yield from _models(load)


def _attempt(name: str, look: Callable[[], str], todo: str) -> Check:
    try:
        return Check(name, look())
    except HuewiseError as error:
        return Check(name, error.message, ok=False, todo=error.todo or todo)
    except Exception as error:  # what a broken installation raises cannot be foreseen
        return Check(name, f"{type(error).__name__}: {' '.join(str(error).split())}", ok=False, todo=todo)


def _onnxruntime() -> str:
    import onnxruntime

    there = onnxruntime.get_available_providers()
    used = [name for name in PROVIDERS if name in there]
    if not used:
        raise ModelError(
            f"providers {', '.join(there)}", f"one of {', '.join(PROVIDERS)}", "install onnxruntime again"
        )
    others = [name for name in there if name not in used]
    left = f" (there, not used: {', '.join(others)})" if others else ""
    return f"{onnxruntime.__version__}, uses {', '.join(used)}{left}, threads {threads() or 'one a core'}"


def _libvips() -> str:
    import pyvips

    return ".".join(str(pyvips.version(part)) for part in range(3))


def _extra(name: str, package: str) -> Check:
    try:
        return Check(f"extra {name}", f"{package} {metadata.version(package)}")
    except metadata.PackageNotFoundError:
        return Check(f"extra {name}", "not installed (optional)")


def _models(load: Callable[[str], Colorizer]) -> Iterator[Check]:
    try:
        # methods have no files, and are gray unasked
        found = [model for model in installed() if model.spec.name not in METHODS]
    except HuewiseError as error:
        yield Check("models", error.message, ok=False, todo=error.todo)
        return
    if not found:
        yield Check("models", "none", ok=False, todo="install Huewise again, or set HUEWISE_MODELS")
    for one in broken():
        yield Check(f"model {one.folder.name}", one.error.message, ok=False, todo=one.error.todo)
    for model in found:
        name = model.spec.name
        files = _attempt(f"model {name}", partial(_whole, model), "install it again")
        yield files
        if files.ok:
            test = drawing_test if model.spec.kind == "drawing" else color_test
            yield _attempt(f"self-test {name}", partial(test, load, name), "install it again")


def _whole(model: Model) -> str:
    verify(model)
    return f"{model.size / 1e6:.1f} MB, SHA-256 as promised"


def color_test(load: Callable[[str], Colorizer], name: str) -> str:
    """Colour a made picture, sky over meadow; a gray result is a failure."""
    y, x = np.mgrid[0:192, 0:256] / np.array(192.0)
    waves = 0.06 * np.sin(40 * x + 9 * np.sin(17 * y)) * (y > 0.5)
    gray_hw = np.clip(np.where(y < 0.5, 0.85 - 0.3 * y, 0.35) + waves, 0, 1)
    ab_hw2 = load(name).open((gray_hw * 255).astype(np.uint8)).predict().ab_hw2
    chroma = float(np.hypot(ab_hw2[..., 0], ab_hw2[..., 1]).mean())
    return _lively(chroma, "the test picture stays gray")


def drawing_test(load: Callable[[str], Colorizer], name: str) -> str:
    """Colour a made drawing with a hint in a box; colours that are no numbers, or a white box, are a failure."""
    paper_hw = np.full((128, 160), 255, np.uint8)
    paper_hw[[30, 98], 40:120] = paper_hw[30:99, [40, 119]] = 0
    made = load(name).open(paper_hw).colorize([Point(80, 64, "tomato")]).lab[64 - 3 : 64 + 4, 80 - 3 : 80 + 4]
    chroma = float(np.hypot(made[..., 1], made[..., 2]).mean())
    return _lively(chroma, "the test drawing stays white") + " at a hint"


def _lively(chroma: float, otherwise: str) -> str:
    """The chroma in words; HuewiseError where it is too low, or no number."""
    if not chroma >= LEAST_CHROMA:
        raise HuewiseError(
            f"{otherwise} (mean chroma {chroma:.1f})",
            f"at least {LEAST_CHROMA:g}",
            "the model is no good here: install it again",
        )
    return f"mean chroma {chroma:.1f}"
