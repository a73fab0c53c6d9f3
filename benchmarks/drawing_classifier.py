"""Measure `imaging.drawing`: drawings against photographs. `python drawing_classifier.py [--data FOLDER] [--fit]`.

`--fit` fits it anew first, on training pictures alone; the scans of `lineart/drawings.tar` and all in `val` are only
measured.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise import imaging
from huewise.imaging import drawing
from huewise.imaging.lineart import KINDS, LineStyle, line_drawing
from huewise.training.pictures import Source, data_folder, list_pictures, read_rgb

U8 = NDArray[np.uint8]
Floats = NDArray[Any]
PENCILS = np.array(
    [
        (250, 220, 60),
        (255, 240, 0),
        (255, 200, 80),
        (90, 140, 240),
        (170, 205, 255),
        (230, 80, 80),
        (120, 190, 90),
    ]
)


def photographs(places: list[Path], every: int = 1, *, gray: bool = False) -> Iterator[U8]:
    for source in list_pictures(places)[::every]:
        rgb = read_rgb(source)
        yield _gray(rgb) if gray else rgb


def drawings(
    places: list[Path], wear: Callable[[Floats, np.random.Generator], U8], every: int = 1
) -> Iterator[U8]:
    """Real line pictures, and drawings derived from colour-only ones, each worn in one way."""
    rng = np.random.default_rng(0)
    sources = list_pictures(places)
    lines = {s.name for s in sources if s.name.endswith(".line")}
    for source in [
        s for s in sources if s.name in lines or s.name.removesuffix(".color") + ".line" not in lines
    ][::every]:
        yield wear(_line_of(source, rng), rng)


def engravings(
    places: list[Path], wear: Callable[[Floats, np.random.Generator], U8], every: int = 1
) -> Iterator[U8]:
    """Colour-only pictures as hatchings, denser where they are dark."""
    rng = np.random.default_rng(0)
    for source in list_pictures(places)[::every]:
        yield wear(hatched(_gray(read_rgb(source)) / 255.0, rng), rng)


def _line_of(source: Source, rng: np.random.Generator) -> Floats:
    if source.name.endswith(".line"):
        return _gray(read_rgb(source)) / 255.0
    style = LineStyle(KINDS[rng.integers(3)], width=rng.uniform(0.8, 2.5), binary=bool(rng.random() < 0.3))
    return line_drawing(read_rgb(source), style) / 255.0


def _gray(rgb_hw3: U8) -> U8:
    return np.asarray(np.rint(rgb_hw3 @ np.array([0.299, 0.587, 0.114])), np.uint8)


def hatched(gray_hw: Floats, rng: np.random.Generator) -> Floats:
    low, high = np.percentile(gray_hw, (2, 98))
    gray_hw = np.clip((gray_hw - low) / max(0.1, high - low), 0, 1) ** rng.uniform(0.5, 1)
    y, x = np.mgrid[: gray_hw.shape[0], : gray_hw.shape[1]]
    period = rng.uniform(3, 7)
    paper = np.ones_like(gray_hw)
    for layer in range(rng.integers(1, 4)):
        angle, waves = rng.uniform(0, np.pi), rng.uniform(0, 2) * np.sin(y / rng.uniform(15, 50))
        wave = np.abs(2 * (((x * np.cos(angle) + y * np.sin(angle) + waves) / period) % 1) - 1)
        from_tone = rng.uniform(0.15, 0.5) if layer else rng.uniform(0.5, 0.8)
        ink = 0.9 * np.clip(1 - gray_hw / from_tone, 0, 1)
        paper = np.minimum(paper, np.clip((wave - ink) * period / 1.4 + 0.5, 0, 1))
    return paper


def clean(paper_hw: Floats, _: np.random.Generator) -> U8:
    return np.asarray(np.rint(255 * paper_hw), np.uint8)


def on_old_paper(paper_hw: Floats, rng: np.random.Generator) -> U8:
    return _scan(paper_hw, rng, depth=rng.uniform(0.5, 1.0), grain=0.03)


def faint(paper_hw: Floats, rng: np.random.Generator) -> U8:
    return _scan(paper_hw, rng, depth=rng.uniform(0.1, 0.4), grain=0.012)


def _scan(paper_hw: Floats, rng: np.random.Generator, depth: float, grain: float) -> U8:
    across = np.linspace(0, 1, paper_hw.shape[1])
    light = rng.uniform(0.6, 1.0) * (1 - rng.uniform(0, 0.12) * across)
    scan = light * (1 - depth * (1 - paper_hw)) + rng.normal(0, rng.uniform(0, grain), paper_hw.shape)
    return np.asarray(np.rint(255 * np.clip(scan, 0, 1)), np.uint8)


def in_colour(paper_hw: Floats, rng: np.random.Generator) -> U8:
    pencil = 1 - PENCILS[rng.integers(len(PENCILS))] / 255
    return np.asarray(np.rint(255 * (1 - rng.uniform(0.5, 1) * (1 - paper_hw)[..., None] * pencil)), np.uint8)


def table(pictures: Iterator[U8]) -> Floats:
    return np.array(
        [drawing.statistics(drawing.small_lightness(imaging.read(picture))) for picture in pictures]
    )


def fit(drawn: Floats, photos: Floats) -> tuple[Floats, float]:
    """Logistic regression with a little ridge, both classes counting alike; Newton's method."""
    x = np.concatenate([drawn, photos])
    mean, std = x.mean(0), x.std(0)
    z = np.column_stack([(x - mean) / std, np.ones(len(x))])
    y = np.concatenate([np.ones(len(drawn)), np.zeros(len(photos))])
    weight = np.where(y == 1, 0.5 / len(drawn), 0.5 / len(photos))
    w = np.zeros(z.shape[1])
    ridge = np.diag([2e-4] * (z.shape[1] - 1) + [0.0])
    for _ in range(60):
        p = 1 / (1 + np.exp(-np.clip(z @ w, -50, 50)))
        gradient = z.T @ (weight * (p - y)) + ridge @ w
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z + ridge + 1e-9 * np.eye(len(w))
        w -= np.linalg.solve(hessian, gradient)
    return w[:-1] / std, float(w[-1] - (w[:-1] * mean / std).sum())


def fitted(data: Path) -> tuple[Floats, float]:
    """On training shards; some of the photographs are left for `parts`."""
    lineart, photos = data / "lineart", [data / "photos" / f"train-00{n}.tar" for n in (0, 4)]
    pairs, colored = [lineart / "pairs-train-000.tar"], [lineart / f"color-train-00{n}.tar" for n in (0, 1)]
    wears = (clean, on_old_paper, faint, in_colour)
    drawn = [table(drawings(pairs, wear, every=4)) for wear in wears]
    drawn += [table(drawings(colored, wear, every=2)) for wear in wears]
    drawn += [table(engravings(colored, wear, every=2)) for wear in (clean, on_old_paper)]
    seen = [table(photographs(photos, every=4, gray=gray)) for gray in (False, True)]
    return fit(np.concatenate(drawn), np.concatenate(seen))


def parts(data: Path) -> Iterator[tuple[str, bool, Iterator[U8]]]:
    """Name, whether they are drawings, and the pictures."""
    photo, val = data / "photos", [data / "lineart" / "val.tar"]
    yield "photographs, val", False, photographs([photo / "val.tar"])
    yield "photographs, val, gray", False, photographs([photo / "val.tar"], gray=True)
    yield "old photographs", False, photographs([data / "legacy"])
    yield "drawings, val", True, drawings(val, clean)
    yield "drawings, val, on old paper", True, drawings(val, on_old_paper)
    yield "drawings, val, faint", True, drawings(val, faint)
    yield "drawings, val, coloured pencil", True, drawings(val, in_colour)
    yield "real scans", True, photographs([data / "lineart" / "drawings.tar"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--fit", action="store_true")
    given = parser.parse_args()
    data = data_folder(given.data)
    weights, constant = drawing._WEIGHTS, drawing._CONSTANT
    if given.fit:
        weights, constant = fitted(data)
        np.set_printoptions(precision=4, suppress=True, linewidth=120)
        sys.stdout.write(f"weights {weights!r}\nconstant {constant:.4f}\n")
    for name, wanted, pictures in parts(data):
        right = ((table(pictures) @ weights + constant) > 0) == wanted
        sys.stdout.write(f"{name}: {right.mean():.2%} of {len(right)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
