"""Figures of kang2018 from an evaluation: 4(a), strips of the process (5 and 6), and one picture steered four ways."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.asking.pictures import TrueColors, ask_about
from huewise.color import lab_to_rgb_fitted
from huewise.engine import Colorizer
from huewise.engine.question_picture import question_picture
from huewise.evaluation.opened import Subject
from huewise.evaluation.report import contact_sheet, fitted, spread
from huewise.hints import Hint
from huewise.training.lineart_data import pair_up
from huewise.training.pictures import Source, list_pictures

U8 = NDArray[np.uint8]

STEPS = 4
SHOWN = 20  # photographs of the strips
DRAWN = 6  # drawings of theirs
TILE = 128  # pixels
STEERED = ((50.0, 30.0), (-35.0, 35.0), (5.0, -45.0), (5.0, 70.0))  # ab: red, green, blue, yellow


def all_sheets(
    sources: Sequence[Source], rows: Sequence[dict[str, Any]], colorizer: Colorizer, out: Path
) -> None:
    """Everything to look at."""
    draw_errors(rows, out / "error_under_questions.svg")
    chosen = [sources[i] for i in spread(len(sources), SHOWN)]
    subjects = [Subject.read(source, colorizer) for source in chosen]
    contact_sheet([row for subject in subjects for row in strip(subject)], out / "process.jpg")
    contact_sheet([row for subject in subjects[:4] if (row := steered(subject))], out / "steered.jpg")


def drawings_sheet(shard: Path, colorizer: Colorizer, path: Path) -> None:
    """Figure 6: the process on drawings of a shard that came with their colours, by a model for drawings."""
    drawn = [one for one in pair_up(list_pictures([shard])) if one.line is not None]
    chosen = [drawn[i] for i in spread(len(drawn), DRAWN)]
    subjects = [Subject.read(one.color, colorizer, seen=one.line) for one in chosen]
    contact_sheet([row for subject in subjects for row in strip(subject)], path)


def draw_errors(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Figure 4(a): distribution over pictures of the error without hints, of all pixels and under each question."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    longest = max(len(row["error"]) for row in rows)
    groups = [[row["error"][i] for row in rows if len(row["error"]) > i] for i in range(longest)]
    figure, axes = plt.subplots(figsize=(6, 4))
    axes.violinplot(groups, showmeans=True, showextrema=False)
    axes.set_xticks(range(1, longest + 1), ["picture", *(f"Q{i}" for i in range(1, longest))])
    axes.set_ylabel("mean |a error| + |b error| without hints")
    axes.grid(alpha=0.3, axis="y")
    figure.savefig(path, bbox_inches="tight")
    plt.close(figure)


def strip(subject: Subject) -> list[list[U8]]:
    """Figure 5: answers above, results in the middle, questions below; input and truth at the ends."""
    steps = list(ask_about(subject.opened, TrueColors(subject.lab), answers=STEPS))
    gray = subject.opened.guide(4 * TILE)
    blank = np.full((TILE, TILE, 3), 255, np.uint8)
    answers, results, questions = [blank, blank], [fitted(subject.gray, TILE)], [blank]
    for step in steps:
        results.append(fitted(subject.colorized(step.prediction), TILE))
    for exchange in steps[-1].history:
        questions.append(fitted(question_picture(gray, exchange.question.region), TILE))
        answers.append(plain(exchange.answer) if exchange.answer else blank)
    rows = [
        answers,
        [*results, *[blank] * (STEPS + 2 - len(results)), fitted(subject.truth, TILE)],
        questions,
    ]
    return [[*row, *[blank] * (STEPS + 3 - len(row))] for row in rows]


def steered(subject: Subject) -> list[U8]:
    """The first question and four results of four custom answers to it; nothing where there is no question."""
    question = subject.opened.question()
    if question is None:
        return []
    shown = [fitted(question_picture(subject.opened.guide(4 * TILE), question.region), TILE)]
    return shown + [fitted(subject.colorized([question.answer(ab)]), TILE) for ab in STEERED]


def plain(hint: Hint) -> U8:
    """A tile of an answer's colour at middle lightness."""
    lab = np.array([60.0, *hint.lab[1:]], np.float32)
    color = np.rint(255 * np.clip(lab_to_rgb_fitted(lab), 0, 1)).astype(np.uint8)
    return np.tile(color, (TILE, TILE, 1))
