"""Fit and measure `imaging.drawing`: drawings against photographs. `python drawing_classifier.py [--data FOLDER]`.

Fitted on training pictures alone; the real scans of `lineart/drawings.tar` and everything in `val` are only measured.
"""

import argparse
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huewise import imaging
from huewise.imaging import drawing
from huewise.imaging.lineart import KINDS, LineStyle, line_drawing
from huewise.training.pictures import Source, data_folder, list_pictures, read_rgb

U8 = NDArray[np.uint8]


def gray_photos(places: list[Path], every: int = 1) -> Iterator[U8]:
    for source in list_pictures(places)[::every]:
        yield read_rgb(source)


def drawings(places: list[Path], rng: np.random.Generator, *, worn: bool) -> Iterator[U8]:
    """Real line pictures, and drawings derived from colour-only ones; with `worn` each also on toned, grainy paper."""
    sources = list_pictures(places)
    lines = {s.name for s in sources if s.name.endswith(".line")}
    for source in sources:
        made = _line_of(source, lines, rng)
        if made is None:
            continue
        yield made
        if worn:
            yield on_old_paper(made, rng)


def _line_of(source: Source, lines: set[str], rng: np.random.Generator) -> U8 | None:
    if not source.name.endswith(".color"):
        return read_rgb(source)
    if source.name.removesuffix(".color") + ".line" in lines:
        return None
    style = LineStyle(KINDS[rng.integers(3)], width=rng.uniform(0.8, 2.5), binary=bool(rng.random() < 0.3))
    return np.repeat(line_drawing(read_rgb(source), style)[..., None], 3, axis=2)


def on_old_paper(line_hw3: U8, rng: np.random.Generator) -> U8:
    tone, ink = rng.uniform(0.6, 1.0), rng.uniform(0.0, 0.35)
    scan = (
        ink
        + (tone - ink) * line_hw3[..., :1] / 255.0
        + rng.normal(0, rng.uniform(0, 0.025), line_hw3.shape[:2])[..., None]
    )
    return np.repeat(np.rint(255 * np.clip(scan, 0, 1)), 3, axis=2).astype(np.uint8)


def table(pictures: Iterator[U8]) -> NDArray[np.float64]:
    return np.array([drawing.statistics(drawing._small(imaging.read(rgb))) for rgb in pictures])


def fit(drawn: NDArray[np.float64], photos: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    data = data_folder(parser.parse_args().data)
    rng = np.random.default_rng(0)
    photo, lineart = data / "photos", data / "lineart"
    shards = [lineart / f"{name}.tar" for name in ("pairs-train-000", "color-train-000", "color-train-001")]
    drawn = table(drawings(shards, rng, worn=True))
    photos = table(gray_photos([photo / "train-000.tar", photo / "train-004.tar"]))
    weights, constant = fit(drawn, photos)
    np.set_printoptions(precision=4, suppress=True, linewidth=120)
    sys.stdout.write(f"weights {weights!r}\nconstant {constant:.4f}\n")
    val = [lineart / "val.tar"]
    unseen = [photo / "train-002.tar", photo / "train-006.tar"]
    parts = {
        "drawings, training": (drawn, True),
        "photographs, training": (photos, False),
        "drawings, val": (table(drawings(val, rng, worn=False)), True),
        "drawings, val, on old paper": (table(islice(drawings(val, rng, worn=True), 1, None, 2)), True),
        "real scans": (table(gray_photos([lineart / "drawings.tar"])), True),
        "photographs, val": (table(gray_photos([photo / "val.tar"])), False),
        "photographs, other training shards": (table(gray_photos(unseen, 2)), False),
        "old photographs": (table(gray_photos([data / "legacy"])), False),
    }
    for name, (values, wanted) in parts.items():
        right = ((values @ weights + constant) > 0) == wanted
        sys.stdout.write(f"{name}: {right.mean():.2%} of {len(right)}\n")


if __name__ == "__main__":
    main()
