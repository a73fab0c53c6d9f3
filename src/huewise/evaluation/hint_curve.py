"""zhang2017 Figure 6: PSNR against the number of revealed points, random or of maximal error."""

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.color import saturation
from huewise.engine import Colorizer, Reference
from huewise.errors import ModelMissing
from huewise.evaluation.classification import classified
from huewise.evaluation.metrics import bounded, mean_and_error, psnr
from huewise.evaluation.opened import U8, Subject
from huewise.evaluation.placement import max_error_centre, random_centres, reveal
from huewise.hints import Hint, Point, rasterize
from huewise.imaging import shrink
from huewise.propagate.resample import enlarged
from huewise.propagate.spread import guided_fill, luminance_affinities

F32 = NDArray[np.float32]
Curve = tuple[Sequence[int], list[tuple[float, float]]]  # counts; mean and standard error at each
Method = Callable[[Sequence[Hint]], F32]  # hints -> small ab
Painter = Callable[[Sequence[Hint]], U8]  # a picture in a method's hands: hints -> coloured pixels

COUNTS = (0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500)
# Figure 6 of the paper, random points, gain over gray in dB (per-picture data published by its authors).
PAPER_GAINS = (1.61, 2.55, 3.38, 3.87, 4.57, 5.60, 6.52, 7.60, 8.31, 8.88, 9.32)
AS_WRITTEN = "zhang2017 as written"
CLASSICAL = ("levin", "bilateral", "deepprop")
MAX_COUNTS = (0, 1, 2, 3, 5, 10, 20)  # of maximal error: a prediction for every point that is placed


def random_curves(subject: Subject) -> dict[str, list[float]]:
    """PSNR at each of COUNTS nested random 7x7 hints: the fill alone, the network alone, and Huewise (both)."""
    hints = random_hints(subject, max(COUNTS))
    painters: dict[str, Painter] = {
        "guided fill": lambda some: subject.painted(fill_alone(subject, some)),
        "network": lambda some: subject.painted(subject.opened.network(some)),
        "huewise": subject.colorized,
    }
    written = as_written()
    if written is not None:
        opened = written.open(subject.opened.picture)
        painters[AS_WRITTEN] = lambda some: subject.painted(opened.network(some))
    return {name: [psnr(paint(hints[:n]), subject.truth) for n in COUNTS] for name, paint in painters.items()}


@cache
def as_written() -> Colorizer | None:
    """The paper's own network, where the shop has it (docs/papers/zhang2017.md says how it gets there)."""
    try:
        return Colorizer.load("zhang2017")
    except ModelMissing:
        return None


def classical_curves(subject: Subject) -> dict[str, list[float]]:
    """The same for the classical methods, which know nothing but the hints."""
    hints = random_hints(subject, max(COUNTS))
    curves = {}
    for name in CLASSICAL:
        opened = _classical(name).open(subject.opened.picture)
        curves[name] = [psnr(subject.painted(opened.network(hints[:n])), subject.truth) for n in COUNTS]
    return curves


@cache
def _classical(name: str) -> Colorizer:
    return Colorizer.load(name)


def random_hints(subject: Subject, n: int) -> list[Hint]:
    """n nested random hints that tell the mean ab of their 7x7 patch."""
    h, w, _ = subject.truth.shape
    return [reveal(subject.lab[..., 1:], (int(y), int(x))) for y, x in random_centres(n, h, w, subject.rng)]


def fill_alone(subject: Subject, hints: Sequence[Hint]) -> F32:
    """The guided fill with luminance affinities on a half-size grid: no learning at all (no hints: gray)."""
    picture = subject.opened.picture
    h, w = picture.height // 2, picture.width // 2
    ab_hw2, mask_hw = rasterize(hints, picture_size=(picture.width, picture.height), grid_size=(h, w))
    if not mask_hw.any():
        return np.zeros((h, w, 2), np.float32)
    filled, _ = guided_fill(luminance_affinities(shrink(picture.lightness, (h, w))), mask_hw, ab_hw2)
    return filled


def max_error_curves(subject: Subject) -> dict[str, list[float]]:
    """`max_error_curve` of the fill alone, of the classical methods that are quick enough, and of Huewise."""
    methods: dict[str, Method] = {"guided fill": lambda some: fill_alone(subject, some)}
    for name in ("levin", "bilateral"):
        methods[name] = _classical(name).open(subject.opened.picture).network
    methods["huewise"] = lambda some: subject.opened.colorize(some).ab_small_hw2
    return {name: max_error_curve(subject, method) for name, method in methods.items()}


def max_error_curve(subject: Subject, method: Method) -> list[float]:
    """PSNR at each of MAX_COUNTS points, each placed where the prediction so far is worst (zhang2017 4.1)."""
    hints: list[Hint] = []
    taken: list[tuple[int, int]] = []
    curve = []
    for n in range(max(MAX_COUNTS) + 1):
        ab_hw2 = method(hints)
        if n in MAX_COUNTS:
            curve.append(psnr(subject.painted(ab_hw2), subject.truth))
        error = np.square(enlarged(ab_hw2, subject.lab.shape) - subject.lab[..., 1:]).sum(-1)
        centre = max_error_centre(error, np.array(taken, np.int64).reshape(-1, 2))
        taken.append(centre)
        hints.append(reveal(subject.lab[..., 1:], centre))
    return curve


def information_rows(subject: Subject, training: tuple[Path, ...] = ()) -> dict[str, float]:
    """zhang2017 Table 1: PSNR with global information, and by classification (`training`: pictures for its prior)."""
    made = {"gray": subject.gray, "automatic": subject.colorized()}
    if subject.opened.colorizer.spec.global_hints:
        made |= _informed(subject)
    if subject.opened.colorizer.spec.bins:
        made |= classified(subject, training)
    return {name: psnr(rgb, subject.truth) for name, rgb in made.items()}


def _informed(subject: Subject) -> dict[str, U8]:
    truth = Reference.read(subject.truth)
    mean_saturation = float(saturation(subject.truth / np.float32(255)).mean())
    return {
        "+ histogram": subject.colorized(reference=[truth]),
        "+ saturation": subject.colorized(saturation=mean_saturation),
        "+ both": subject.colorized(reference=[truth], saturation=mean_saturation),
    }


def every_colour(subject: Subject) -> dict[str, float]:
    """PSNR with the colour of every pixel given as a point (Table 1's "gt colors"): ours, as written, propagated."""
    hints = every_hint(subject)
    made = {"huewise": psnr(subject.colorized(hints), subject.truth)}
    others = {"edit propagation (levin)": _classical("levin"), AS_WRITTEN: as_written()}
    for name, colorizer in others.items():
        if colorizer is not None:
            opened = colorizer.open(subject.opened.picture)
            made[name] = psnr(subject.painted(opened.network(hints)), subject.truth)
    return made


def every_hint(subject: Subject) -> list[Hint]:
    """A point for each pixel."""
    h, w, _ = subject.truth.shape
    return [
        Point(x + 0.5, y + 0.5, (float(a), float(b)), radius=0.75)
        for y in range(h)
        for x in range(w)
        for a, b in (subject.lab[y, x, 1:],)
    ]


def adherence_error(subject: Subject, n: int) -> float:
    """Mean |ab - hint| at n hints' centres in the pixels that would be written."""
    hints = random_hints(subject, n)
    lab = subject.opened.colorize(hints).lab
    errors = []
    for hint in hints:
        x, y = np.mean(hint.shape, 0)  # type: ignore[union-attr,arg-type]
        errors.append(np.abs(lab[int(y), int(x), 1:] - np.asarray(hint.lab[1:])).mean())
    return float(np.mean(errors))


def gains(rows: Sequence[dict[str, Any]], key: str) -> dict[str, list[tuple[float, float]]]:
    """Per method, mean and standard error over pictures of the gain over gray at each count."""
    gray = bounded([row["table"]["gray"] for row in rows])
    return {
        name: [mean_and_error(column) for column in (bounded([r[key][name] for r in rows]) - gray[:, None]).T]
        for name in rows[0][key]
    }


def draw_curves(curves: dict[str, Curve], path: Path) -> None:
    """Figure 6: gain over gray against the number of hints, beside the paper's published curve."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5))
    for name, (counts, curve) in curves.items():
        mean, error = np.array(curve).T
        axes.errorbar(np.log2(np.array(counts) + 1.0), mean, error, marker="o", markersize=4, label=name)
    place = np.log2(np.array(COUNTS) + 1.0)
    axes.plot(place, PAPER_GAINS, "k--", label="zhang2017, on its own pictures")
    axes.set_xticks(place, [str(count) for count in COUNTS])
    axes.set_xlabel("revealed points")
    axes.set_ylabel("gain over gray (dB)")
    axes.grid(alpha=0.3)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False)  # beside: no curve is covered
    figure.savefig(path, bbox_inches="tight")
    plt.close(figure)
