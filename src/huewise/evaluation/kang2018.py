"""kang2018's experiments: what a question is about and what its answer is worth, beside points and other methods."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from huewise.asking import Answer, altered, overlap
from huewise.asking.pictures import TrueColors, ask_about
from huewise.engine import Colorizer, OpenPicture, Question
from huewise.evaluation import question_measures as measures
from huewise.evaluation.deepprop import deepprop
from huewise.evaluation.hint_curve import random_hints
from huewise.evaluation.kang2018_sheets import all_sheets, drawings_sheet
from huewise.evaluation.metrics import bounded, mean_and_error, psnr
from huewise.evaluation.opened import Subject, as_pixels, fingerprint, in_colour
from huewise.evaluation.placement import max_error_centre, reveal
from huewise.evaluation.reach import labelled
from huewise.evaluation.report import Rows, markdown_table
from huewise.evaluation.written_asker import NAME as AS_WRITTEN
from huewise.evaluation.written_asker import WrittenAsker
from huewise.hints import Hint, Region, rasterize
from huewise.imaging import shrink
from huewise.training.pictures import data_folder, list_pictures

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
Painter = Callable[[Sequence[Hint]], U8]

N = 3  # answers of Table 1
N_CLASS = 4  # questions a picture of the class precision
NOISE = 3.3  # ab units: the noise on answers that askers are trained with
ASKING = "our questions"
# Table 1 of the paper: gain over gray (22.82 dB) with 0 to 3 answers or points; Endo's max row is below gray.
PAPER = {
    ASKING: (1.82, 5.34, 6.50, 6.80),
    AS_WRITTEN: (1.82, 5.34, 6.50, 6.80),
    "hint network, random points": (1.61, 2.55, 3.37, 3.87),
    "hint network, max-error points": (1.61, 2.76, 4.12, 4.94),
    "levin, random points": (0.00, 1.19, 2.03, 2.45),
    "levin, max-error points": (0.15, -3.60, 0.86, 2.12),
    "bilateral, random points": (0.00, 0.46, 0.73, 1.03),
    "bilateral, max-error points": (0.15, 1.00, 1.72, 2.22),
    "endo, random points": (0.00, 0.14, 0.11, 0.62),
    "endo, max-error points": (0.31, -4.61, -1.87, -0.68),
}
PAPER_PRECISION = (75.4, 86.7)  # %, trained without and with noise on the answers
RIVALS = ("levin", "bilateral")


def main(data: Sequence[Path], out: Path, model: str = "auto") -> Path:
    """Measure on each picture of `data` (default: photos/val.tar, for classes seg/val.tar); returns the folder."""
    sources = in_colour(list_pictures(list(data) or [data_folder() / "photos" / "val.tar"]))
    colorizer = Colorizer.load(
        "photo" if model == "auto" else model
    )  # drawings among photographs stay photographs
    rivals = {name: Colorizer.load(name) for name in RIVALS}
    written = WrittenAsker.found()
    models = fingerprint(colorizer) + (f"+{written.fingerprint}" if written else "")
    rows = Rows(out / "rows.jsonl")
    keys = [f"{source.name}@{models}" for source in sources]
    for source, key in zip(tqdm(sources, desc="kang2018", disable=None), keys, strict=True):
        if key not in rows:
            rows.add(key, **measure(Subject.read(source, colorizer), rivals, written))
    shard = data_folder() / "seg" / "val.tar" if not data else None
    classes, class_keys = Rows(out / "classes.jsonl"), list[str]()
    if shard and shard.exists():
        for name, rgb, label_hw in tqdm(labelled(shard), desc="classes", disable=None):
            class_keys.append(f"{name}@{models}")
            if class_keys[-1] not in classes:
                classes.add(class_keys[-1], **measure_classes(colorizer.open(rgb), rgb, label_hw, written))
    measured = [rows[key] for key in keys]
    result = summarize(measured, [classes[key] for key in class_keys], colorizer.spec.name)
    (out / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    (out / "result.md").write_text(to_markdown(result))
    all_sheets(sources, measured, colorizer, out)
    drawings = data_folder() / "lineart" / "val.tar" if not data else None
    if drawings and drawings.exists():
        drawings_sheet(drawings, Colorizer.load("lineart"), out / "process_drawings.jpg")
    return out


def measure(
    subject: Subject, rivals: dict[str, Colorizer], written: WrittenAsker | None = None
) -> dict[str, Any]:
    """One picture's row: Table 1, the error under its questions (Figure 4a), and what the questions look like.

    `written`: the paper's own network, where it was trained.
    """
    questions, known = asked(subject, N)
    error = measures.error_map(subject.opened.colorize().ab_small_hw2, subject.lab)  # without any hint
    maps = [measures.at_size(question.region, error.shape) for question in questions]
    row: dict[str, Any] = {
        "gray": psnr(subject.gray, subject.truth),
        "table": {ASKING: filled([psnr(subject.colorized(hints), subject.truth) for hints in known])},
        "error": [float(error.mean()), *(measures.weighted_error(error, m) for m in maps)],
        "area": [measures.area(m) for m in maps],
        "contrast": [measures.contrast(m) for m in maps],
        "compactness": [measures.compactness(m) for m in maps],
        "overlap": [overlap(a, b) for a, b in pairwise(maps)],
    }
    flat = [psnr(subject.colorized(laid_over(hints)), subject.truth) for hints in known]
    row["table"]["our questions, answers laid over"] = filled(flat)
    moved = displaced(subject, questions)
    row["table"]["our questions' maps at random places"] = filled(
        [psnr(subject.colorized(moved[:n]), subject.truth) for n in range(len(moved) + 1)]
    )
    places = {"random points": random_hints(subject, N), "max-error points": max_error_points(subject, error)}
    for method, paint in painters(subject, rivals).items():
        for place, hints in places.items():
            curve = [psnr(paint(hints[:n]), subject.truth) for n in range(N + 1)]
            row["table"][f"{method}, {place}"] = curve
    if written is not None:
        row["written"] = written.measure(subject, N)
        row["table"][AS_WRITTEN] = row["written"].pop("curve")
    return row


def asked(
    subject: Subject, n: int, change: Callable[[Hint], Hint] = lambda a: a
) -> tuple[list[Question], list[tuple[Hint, ...]]]:
    """At most n questions answered by the truth (eq. 4), and the hints known after 0, 1, ... answers."""
    truth: Answer[Question, Hint] = TrueColors(subject.lab)
    oracle: Answer[Question, Hint] = altered(truth, change)
    steps = list(ask_about(subject.opened, oracle, answers=n))
    return [exchange.question for exchange in steps[-1].history], [step.prediction for step in steps]


def filled(curve: Sequence[float]) -> list[float]:
    """A curve of N + 1 values: where nothing was left to ask, the last result stays."""
    return [*curve, *[curve[-1]] * (N + 1 - len(curve))]


def laid_over(hints: Sequence[Hint]) -> list[Hint]:
    """The same answers as the colour of every pixel of their regions, not as their means."""
    return [replace(hint, mean=False) if isinstance(hint, Region) else hint for hint in hints]


def displaced(subject: Subject, questions: Sequence[Question]) -> list[Hint]:
    """The same maps at random places, truly answered: what the choice of place is worth."""
    rng, truth = subject.rng, TrueColors(subject.lab)
    hints: list[Hint] = []
    for question in questions:
        shift = [int(rng.integers(side)) for side in question.region.shape]
        hints.append(truth(Question(np.roll(question.region, shift, (0, 1)), ())))
    return hints


def max_error_points(subject: Subject, error: F32) -> list[Hint]:
    """N points where the automatic colours err most; the error is not measured anew after a point (kang2018 5.1.2)."""
    taken: list[tuple[int, int]] = []
    for _ in range(N):
        taken.append(max_error_centre(error, np.array(taken, np.int64).reshape(-1, 2)))
    return [reveal(subject.lab[..., 1:], centre) for centre in taken]


def painters(subject: Subject, rivals: dict[str, Colorizer]) -> dict[str, Painter]:
    """The methods of Table 1 with this picture in their hands."""
    made: dict[str, Painter] = {"hint network": subject.colorized}
    for name, rival in rivals.items():
        made[name] = partial(_painted_by, rival.open(subject.truth))
    made["endo"] = partial(_deepprop, subject)
    return made


def _painted_by(opened: OpenPicture, hints: Sequence[Hint]) -> U8:
    return as_pixels(opened.colorize(hints).pixels(8))


def _deepprop(subject: Subject, hints: Sequence[Hint]) -> U8:
    picture = subject.opened.picture
    size = (picture.height // 2, picture.width // 2)
    hint_hw2, mask_hw = rasterize(hints, (picture.width, picture.height), size)
    return subject.painted(deepprop(hint_hw2, mask_hw, shrink(picture.lightness, size)))


def measure_classes(
    opened: OpenPicture, rgb: U8, label_hw: U8, written: WrittenAsker | None = None
) -> dict[str, Any]:
    """Class precision of up to four questions of a labelled picture, answered exactly and with noise."""
    from huewise.color import rgb_to_lab

    lab = rgb_to_lab(rgb.astype(np.float32) / 255.0)
    truth: Answer[Question, Hint] = TrueColors(lab)
    row: dict[str, Any] = {}
    for name, sigma in (("exact", 0.0), ("noise", NOISE)):
        noise: Callable[[Hint], Hint] = partial(with_noise, sigma=sigma, rng=np.random.default_rng(0))
        oracle: Answer[Question, Hint] = altered(truth, noise)
        history = list(ask_about(opened, oracle, answers=N_CLASS))[-1].history
        regions = {name: [exchange.question.region for exchange in history]}
        if written is not None:
            regions[f"{name}, as written"] = written.talk(
                lab, N_CLASS, sigma, np.random.default_rng(0)
            ).questions
        for key, found in regions.items():
            maps = [measures.at_size(region, label_hw.shape) for region in found]
            row[key] = [measures.class_precision(m, label_hw) for m in maps]
            row[f"{key} core"] = [measures.core_precision(m, label_hw) for m in maps]
    return row


def with_noise(hint: Hint, sigma: float, rng: np.random.Generator) -> Hint:
    """The same region with Gaussian noise on a and b of its answer."""
    a, b = (value + rng.normal(0.0, sigma) for value in hint.lab[1:])
    return replace(hint, color=(a, b))


def summarize(
    rows: Sequence[dict[str, Any]], classes: Sequence[dict[str, Any]], model: str
) -> dict[str, Any]:
    """Means and standard errors over pictures; gains are per picture, then averaged."""
    gray = bounded([row["gray"] for row in rows])
    table = {
        name: [mean_and_error(bounded([row["table"][name][n] for row in rows]) - gray) for n in range(N + 1)]
        for name in rows[0]["table"]
    }
    precision = {}
    for name in [name for name in (classes[0] if classes else ()) if name != "key"]:
        values = [value for row in classes for value in row[name] if value is not None]
        if values:
            precision[name] = mean_and_error(np.array(values))
    written = [row["written"] for row in rows if "written" in row]
    return {
        "model": model,
        "pictures": len(rows),
        "gray": mean_and_error(gray),
        "table": table,
        **questions_of(rows),
        "written": questions_of(written) if written else {},
        "labelled": len(classes),
        "precision": precision,
    }


def questions_of(rows: Sequence[dict[str, Any]]) -> dict[str, list[tuple[float, float]]]:
    """What the questions are about and look like, step by step."""
    return {key: by_step(rows, key) for key in ("error", "area", "contrast", "compactness", "overlap")}


def by_step(rows: Sequence[dict[str, Any]], key: str) -> list[tuple[float, float]]:
    """Mean and standard error of each entry of a list that may be shorter in some rows."""
    longest = max(len(row[key]) for row in rows)
    return [
        mean_and_error(np.array([row[key][i] for row in rows if len(row[key]) > i])) for i in range(longest)
    ]


def to_markdown(result: dict[str, Any]) -> str:
    """The tables that docs show."""
    gray, error = result["gray"]
    table = []
    for name, curve in result["table"].items():
        paper = PAPER.get(name)
        cells = [f"{mean:+.2f} ± {e:.2f}" for mean, e in curve]
        table.append([name, *cells, " ".join(f"{value:+.2f}" for value in paper) if paper else ""])
    header = ["gain over gray, dB", *(f"{n}" for n in range(N + 1)), "kang2018 (its pictures)"]
    parts = [
        f"{result['pictures']} pictures, model {result['model']}, gray {gray:.2f} ± {error:.2f} dB; mean of "
        "per-picture values ± standard error. Columns: answers or points.\n",
        markdown_table(header, table),
        _questions_table(result),
    ]
    if result["written"]:
        parts += [f"The same of the {AS_WRITTEN}:\n", _questions_table(result["written"])]
    if result["precision"]:
        said = [
            f"{name} {100 * mean:.1f} ± {100 * e:.1f} %" for name, (mean, e) in result["precision"].items()
        ]
        without, with_ = PAPER_PRECISION
        parts.append(
            f"Class precision on {result['labelled']} labelled pictures, {N_CLASS} questions each ({', '.join(said)}); "
            f"the paper on VOC2012: {without} % trained without noise, {with_} % with. Precision is the share of the "
            "map in the class that it has most in common with, over labelled pixels; questions less than half "
            "labelled are left out. Core: the part above half of the map's maximum.\n"
        )
    return "\n".join(parts)


def _questions_table(result: dict[str, Any]) -> str:
    rows = []
    names = {
        "error": "mean error under the question (all pixels first)",
        "area": "area",
        "contrast": "contrast",
        "compactness": "compactness (a square: 1)",
        "overlap": "overlap with the next",
    }
    for key, name in names.items():
        cells = [f"{mean:.3f} ± {e:.3f}" for mean, e in result[key]]
        cells = cells if key == "error" else ["", *cells]
        rows.append([name, *cells, *[""] * (N + 1 - len(cells))])
    return markdown_table(["", "picture", *(f"Q{n + 1}" for n in range(N))], rows)
