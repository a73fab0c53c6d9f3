"""Pictures of an evaluation of inoue2017: Figures 1, 6 and 15, bars of Figures 7 and 9 to 12, hints, real drawings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from huewise.engine import Colorizer
from huewise.errors import ModelMissing, UsageError
from huewise.evaluation.inoue2017_claims import of_measure
from huewise.evaluation.inoue2017_hints import Painter, Subject
from huewise.evaluation.inoue2017_models import Errors, Model, inputs_of, untouched
from huewise.evaluation.opened import as_pixels
from huewise.evaluation.report import contact_sheet, fitted, spread
from huewise.training.lineart_data import SIDE, Drawn
from huewise.training.pictures import list_pictures, read_rgb

U8 = NDArray[np.uint8]
Floats = NDArray[Any]

SAMPLES = 10  # columns of Figure 6
UNNATURAL = 6  # rows of Figure 15
TILE = 240  # pixels, of the other sheets


@dataclass(frozen=True)
class Sample:
    """The window in the middle of a picture: its derived drawing (256, 256) 0..1, and the truth (256, 256, 3)."""

    name: str
    paper_hw: Floats
    truth: U8

    @classmethod
    def of(cls, drawn: Drawn) -> "Sample":
        """From its files. A slash of the name becomes a dash: it is also the name of a file."""
        rgb_hw3 = read_rgb(drawn.color)
        y, x = ((side - SIDE) // 2 for side in rgb_hw3.shape[:2])
        box = np.s_[y : y + SIDE, x : x + SIDE]
        return cls(drawn.name.replace("/", "-"), inputs_of(drawn)["derived"][box], rgb_hw3[box])


def samples_of(drawn: Sequence[Drawn]) -> list[Sample]:
    """Those of Figure 6: evenly spread over pictures of 256 pixels or more."""
    return [Sample.of(drawn[i]) for i in spread(len(drawn), SAMPLES)]


def colored_by_others(folder: Path, samples: Sequence[Sample]) -> list[U8]:
    """What another program made of the samples: pictures of `folder` with their names, white where there is none."""
    found = {source.name: source for source in list_pictures([folder])}
    if not any(sample.name in found for sample in samples):
        wanted = (
            f"one named as a drawing of Figure 6, such as {samples[0].name}.png" if samples else "a drawing"
        )
        raise UsageError(
            f"no picture of a sample in {folder}", wanted, "take the names in figure-6/ of a report"
        )
    white = np.full((SIDE, SIDE, 3), 255, np.uint8)
    return [fitted(read_rgb(found[s.name]), SIDE) if s.name in found else white for s in samples]


def figure_6(
    samples: Sequence[Sample], models: Mapping[str, Model], others: Mapping[str, Sequence[U8]], out: Path
) -> None:
    """`figure-6.jpg`, a row each for the drawings, the truth, each model and each of `others`, with their names.

    The drawings also lie alone in `figure-6/`, for other programs to colour.
    """
    (out / "figure-6").mkdir(parents=True, exist_ok=True)
    for sample in samples:
        ink = np.rint(sample.paper_hw * 255).astype(np.uint8)
        Image.fromarray(ink).save(out / "figure-6" / f"{sample.name}.png")
    rows = {
        "drawing": [untouched(sample.paper_hw) for sample in samples],
        "truth": [sample.truth for sample in samples],
        **{name: [model(sample.paper_hw) for sample in samples] for name, model in models.items()},
        **others,
    }
    contact_sheet([[_label(name), *tiles] for name, tiles in rows.items()], out / "figure-6.jpg")


def _label(text: str) -> U8:
    """Words on a white tile, each on a line of its own."""
    image = Image.new("RGB", (SIDE, SIDE), "white")
    lines = text.replace("-", "-\n").replace(" ", "\n")
    ImageDraw.Draw(image).multiline_text((8, SIDE // 3), lines, "black", ImageFont.load_default(32))
    return np.asarray(image)


def figure_15(
    drawn: Sequence[Drawn], measured: Sequence[Mapping[str, Any]], name: str, model: Model, path: Path
) -> None:
    """Drawing, truth and result where the hue of the model `name` is farthest off: unnatural originals, recoloured."""
    off = np.nan_to_num([figures[name]["derived"]["hue"] for figures in measured])
    chosen = [Sample.of(drawn[i]) for i in np.argsort(-off, kind="stable")[:UNNATURAL]]
    contact_sheet([[untouched(s.paper_hw), s.truth, model(s.paper_hw)] for s in chosen], path)


def bars(figures: Mapping[str, Mapping[str, Errors]], path: Path) -> None:
    """Figures 7 and 9 to 12."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    keys = ("mean chroma", "rgb", "chroma", "lightness", "hue")
    figure, axes = plt.subplots(1, len(keys), figsize=(15, 3.5))
    names = [name.removeprefix("inoue-") for name in figures]
    for ax, key in zip(axes, keys, strict=True):
        ax.bar(names, [of_measure(kinds["derived"], key) for kinds in figures.values()])
        ax.set_title(key if key == "mean chroma" else f"MSE {key}")
        ax.tick_params(axis="x", rotation=60)
    truth = next(iter(figures.values()))["derived"]["mean chroma, truth"]
    axes[0].axhline(truth, color="k", linestyle="--")
    figure.savefig(path, bbox_inches="tight")
    plt.close(figure)


def figure_1(drawn: Sequence[Drawn], path: Path, n: int = 6) -> None:
    """The photo model on drawings, where it is installed: drawing, what it makes of it, truth."""
    try:
        colorizer = Colorizer.load("photo")
    except ModelMissing:
        return
    rows = []
    for one in [d for d in drawn if d.line is not None][:n]:
        subject = Subject.read(one)
        made = as_pixels(colorizer.open(subject.white).colorize().pixels(8))
        rows.append([fitted(tile, TILE) for tile in (subject.white, made, subject.truth)])
    contact_sheet(rows, path)


def hints_sheet(drawn: Sequence[Drawn], painters: Mapping[str, Painter], path: Path, n: int = 12) -> None:
    """Drawing, each painter with five hints, truth."""
    pairs = [d for d in drawn if d.line is not None]
    rows = []
    for i in spread(len(pairs), n):
        subject = Subject.read(pairs[i])
        spots = subject.random_spots(5)
        tiles = [subject.white, *(paint_(subject, spots) for paint_ in painters.values()), subject.truth]
        rows.append([fitted(tile, TILE) for tile in tiles])
    contact_sheet(rows, path)


def drawings_sheet(product: Colorizer, shard: Path, path: Path) -> None:
    """Real drawings that nobody has coloured, each beside what the product makes of it; nothing without the shard."""
    if not shard.exists():
        return
    tiles: list[U8] = []
    for source in list_pictures([shard]):
        drawing = read_rgb(source)
        made = as_pixels(product.open(drawing).colorize().pixels(8))
        tiles += [fitted(drawing, TILE), fitted(made, TILE)]
    contact_sheet([tiles[i : i + 8] for i in range(0, len(tiles), 8)], path)
