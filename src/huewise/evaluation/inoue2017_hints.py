"""What hints are worth on real drawings: painters, the product among them, and what is measured of each pair."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from huewise.color import delta_e_2000, rgb_to_lab
from huewise.engine import Colorizer
from huewise.evaluation.metrics import bounded, mean_and_error, mean_chroma, psnr
from huewise.evaluation.opened import as_pixels
from huewise.evaluation.report import markdown_table
from huewise.hints import Point
from huewise.propagate.areas import deepest
from huewise.propagate.flats import Flats, find_areas, multiply, paint
from huewise.propagate.stamp import Labels
from huewise.training.lineart_data import Drawn
from huewise.training.pictures import read_rgb

U8 = NDArray[np.uint8]
Floats = NDArray[Any]
Spot = tuple[int, int, U8]  # a hint: y, x, colour

PRODUCT = "huewise"
COUNTS = (0, 1, 5, 20)
BARS = (1.5, 2.5, 5.0, 8.0)  # what the product's network should gain
INK_BELOW = 0.5  # of the binarized drawing
HINT_RADIUS = 4
LEAST_REGION = 150  # pixels of a region that leakage is measured in
FLAT_WITHIN = 6.0  # delta E: the true colours of a flat region lie so near to their median
LEAK = 10.0  # delta E


@dataclass(frozen=True)
class Subject:
    """A pair: the drawing (h, w) 0..1 and the truth (h, w, 3)."""

    name: str
    paper_hw: Floats
    truth: U8

    @classmethod
    def read(cls, drawn: Drawn) -> "Subject":
        """From its two files."""
        assert drawn.line is not None
        return cls(drawn.name, read_rgb(drawn.line)[..., 0].astype(np.float32) / 255, read_rgb(drawn.color))

    @cached_property
    def regions_hw(self) -> Labels:
        """Connected paper of the binarized drawing, numbered from 1; ink is 0."""
        return np.asarray(ndimage.label(self.paper_hw >= INK_BELOW)[0], np.int32)

    @cached_property
    def areas_hw(self) -> Labels:
        """The areas of `flats`."""
        return find_areas(self.paper_hw)

    @property
    def white(self) -> U8:
        """The untouched drawing."""
        return multiply(np.full_like(self.truth, 255), self.paper_hw)

    def random_spots(self, n: int) -> list[Spot]:
        """Nested hints at random places on paper, each with the mean of the 3 x 3 pixels around, as far as paper."""
        rng = np.random.default_rng(list(self.name.encode()))
        ys, xs = np.nonzero(self.paper_hw >= INK_BELOW)
        return [self.spot(int(ys[i]), int(xs[i])) for i in rng.integers(0, len(ys), n)]

    def spot(self, y: int, x: int) -> Spot:
        """The hint that tells the truth at a place."""
        box = np.s_[max(0, y - 1) : y + 2, max(0, x - 1) : x + 2]
        near = self.truth[box][self.regions_hw[box] == self.regions_hw[y, x]]
        return y, x, np.rint(near.mean(0)).astype(np.uint8)

    def flat_regions(self) -> list[int]:
        """Regions large enough whose truth is one colour."""
        size = np.bincount(self.regions_hw.ravel())
        lab = rgb_to_lab(self.truth.astype(np.float32) / 255)
        found = []
        for region in np.flatnonzero(size >= LEAST_REGION):
            if region:
                inside = lab[self.regions_hw == region]
                if np.mean(np.linalg.norm(inside - np.median(inside, 0), axis=1) < FLAT_WITHIN) > 0.95:
                    found.append(int(region))
        return found


Painter = Callable[[Subject, Sequence[Spot]], U8]


def flood_fill(subject: Subject, spots: Sequence[Spot]) -> U8:
    """The rival: each hint fills its connected region of the binarized drawing."""
    colors = np.full((int(subject.regions_hw.max()) + 1, 3), 255, np.uint8)
    for y, x, color in spots:
        colors[subject.regions_hw[y, x]] = color
    colors[0] = 255
    return multiply(colors[subject.regions_hw], subject.paper_hw)


def true_means(subject: Subject, _: Sequence[Spot] = ()) -> U8:
    """The true mean colour for every connected region: what flood fill reaches with all hints there are."""
    labels, n = subject.regions_hw, int(subject.regions_hw.max()) + 1
    count = np.maximum(np.bincount(labels.ravel(), minlength=n), 1)
    sums = [np.bincount(labels.ravel(), subject.truth[..., c].ravel(), minlength=n) for c in range(3)]
    colors = np.rint(np.stack(sums, -1) / count[:, None]).astype(np.uint8)
    colors[0] = 255
    return multiply(colors[labels], subject.paper_hw)


def flats(subject: Subject, spots: Sequence[Spot]) -> U8:
    """`propagate.flats` with the same hints."""
    n = int(subject.areas_hw.max()) + 1
    made = Flats(subject.areas_hw, np.ones((n, 3), np.float32), np.zeros(n, bool))
    for y, x, color in spots:
        made.rgb_n3[subject.areas_hw[y, x]] = color / np.float32(255)
    return paint(made, subject.paper_hw)


def product_painter(colorizer: Colorizer) -> Painter:
    """The product as a person has it: hints are points of `HINT_RADIUS`."""

    def made(subject: Subject, spots: Sequence[Spot]) -> U8:
        opened = colorizer.open(np.rint(subject.paper_hw * 255).astype(np.uint8))
        hints = [Point(x + 0.5, y + 0.5, _hex(color), radius=HINT_RADIUS) for y, x, color in spots]
        return as_pixels(opened.colorize(hints).pixels(8))

    return made


def _hex(color: U8) -> str:
    return "#" + bytes(color.tolist()).hex()


def measure(subject: Subject, painters: dict[str, Painter]) -> dict[str, Any]:
    """One pair: PSNR of white and of each painter at each count, chroma, leakage and line preservation."""
    spots = subject.random_spots(max(COUNTS))
    chosen = [_interior(subject, region) for region in subject.flat_regions()]
    made = {name: [paint_(subject, spots[:n]) for n in COUNTS] for name, paint_ in painters.items()}
    told = {name: paint_(subject, chosen) for name, paint_ in painters.items()}
    return {
        "white": psnr(subject.white, subject.truth),
        "every region": psnr(true_means(subject), subject.truth),
        "curves": {name: [psnr(picture, subject.truth) for picture in row] for name, row in made.items()},
        "chroma": {name: mean_chroma(row[0]) for name, row in made.items()},
        "chroma_truth": mean_chroma(subject.truth),
        "leakage": {name: leakage(subject, chosen, picture) for name, picture in told.items()},
        "lines": {name: line_f_measure(subject.white, row[-1]) for name, row in made.items()},
    }


def _interior(subject: Subject, region: int) -> Spot:
    """A hint at the region's pixel farthest from its border."""
    return subject.spot(*deepest(subject.regions_hw == region))


def leakage(subject: Subject, spots: Sequence[Spot], made: U8) -> float | None:
    """Share of the hinted flat regions, where the paper is white, that differs from its hint by over 10 delta E."""
    lab = rgb_to_lab(made.astype(np.float32) / 255)
    wrong, count = 0.0, 0
    for y, x, color in spots:
        inside = (subject.regions_hw == subject.regions_hw[y, x]) & (subject.paper_hw > 0.98)
        if inside.any():
            wanted = rgb_to_lab(color[None].astype(np.float32) / 255)
            wrong += float((delta_e_2000(lab[inside], wanted) > LEAK).mean())
            count += 1
    return wrong / count if count else None


def line_f_measure(drawing: U8, made: U8) -> float:
    """F-measure of the lines that are seen in the drawing and in the result, within a pixel."""
    before, after = _seen_lines(drawing), _seen_lines(made)
    if not before.any() or not after.any():
        return float(before.any() == after.any())
    near_before, near_after = (
        ndimage.binary_dilation(mask, np.ones((3, 3), bool)) for mask in (before, after)
    )
    precision, recall = near_before[after].mean(), near_after[before].mean()
    return float(2 * precision * recall / max(precision + recall, 1e-9))


def _seen_lines(rgb_hw3: U8) -> NDArray[np.bool_]:
    """Darker than three quarters of what is around: a colour multiplied with the drawing keeps this ratio."""
    value = rgb_hw3.max(-1).astype(np.float32)
    around = ndimage.grey_closing(value, (15, 15))
    return np.asarray(value < 0.75 * around - 4, bool)


def summarize(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Means and standard errors over pairs; gains are per pair, then averaged."""
    white = bounded([row["white"] for row in rows])
    curves = {}
    for name in rows[0]["curves"]:
        gain = bounded([row["curves"][name] for row in rows]) - white[:, None]
        curves[name] = [mean_and_error(column) for column in gain.T]
    truth = float(np.mean([row["chroma_truth"] for row in rows]))
    leaks = {name: [r["leakage"][name] for r in rows if r["leakage"][name] is not None] for name in curves}
    return {
        "pairs": len(rows),
        "white": mean_and_error(white),
        "every_region": mean_and_error(bounded([row["every region"] for row in rows]) - white),
        "counts": list(COUNTS),
        "gain": curves,
        "chroma_ratio": {n: float(np.mean([row["chroma"][n] for row in rows])) / truth for n in curves},
        "leakage": {name: float(np.mean(values)) if values else None for name, values in leaks.items()},
        "lines": {name: float(np.mean([row["lines"][name] for row in rows])) for name in curves},
    }


def to_markdown(result: dict[str, Any]) -> str:
    """The table of hints that docs show."""
    names = list(result["gain"])
    rows = []
    for i, count in enumerate(result["counts"]):
        cells = [f"{mean:+.2f} ± {error:.2f}" for mean, error in (result["gain"][name][i] for name in names)]
        rows.append([str(count), *cells, f"+{BARS[i]:.1f}"])
    rows.append(["lines kept (F)", *(f"{result['lines'][name]:.3f}" for name in names), ">= 0.98"])
    rows.append(
        [
            "mean chroma, of the truth's",
            *(f"{result['chroma_ratio'][name]:.2f}" for name in names),
            "0.75 to 1.25",
        ]
    )
    leaks = [result["leakage"][name] for name in names]
    rows.append(["leakage", *("" if leak is None else f"{leak:.1%}" for leak in leaks), "<= 8 %, flats 1 %"])
    white, error = result["white"]
    large = (
        f"\n2000 x 3000 pixels: {result['large']['seconds']:.1f} s "
        f"({result['large']['processor']:.1f} s of processor time), {result['large']['megabytes']:.0f} MB at most, "
        "all of `huewise colorize` (wanted: 3 s, 800 MB).\n"
        if "large" in result
        else ""
    )
    return (
        f"{result['pairs']} pairs, untouched drawing {white:.2f} ± {error:.2f} dB. Gain over it in dB, nested random "
        f"hints; one true mean colour for every connected region: {result['every_region'][0]:+.2f}.\n\n"
        + markdown_table(["hints", *names, "wanted"], rows)
        + large
    )
