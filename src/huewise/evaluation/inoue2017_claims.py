"""What inoue2017 says of its models beside what was measured: tables of Figures 7, 9 to 12 and of 4.4, and claims."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from huewise.evaluation.inoue2017_models import INPUTS, UNTOUCHED, Errors
from huewise.evaluation.report import markdown_table

PAPER_CHROMA = {
    "inoue-regression": 5.86,
    "inoue-classification": 5.43,
    "inoue-rebalance": 8.94,
    "inoue-lch": 21.22,
}
MEASURES = ("red", "green", "blue", "chroma", "lightness", "hue")

# What is claimed; the ratio of which measure of which model to that of which other (None: to the truth's); its range.
_CLAIMS: tuple[tuple[str, str, str | None, str, tuple[float, float]], ...] = (
    ("classification halves the MSE of RGB", "classification", "regression", "rgb", (0.0, 0.6)),
    ("classification predicts chroma better than regression", "classification", "regression", "chroma", (0.0, 1.0)),
    ("classification predicts lightness better", "classification", "regression", "lightness", (0.0, 1.0)),
    ("rebalancing raises mean chroma by 64 %", "rebalance", "classification", "mean chroma", (1.3, 2.2)),
    ("LCH nearly halves the MSE of lightness", "lch", "rebalance", "lightness", (0.0, 0.7)),
    ("LCH nearly halves the MSE of chroma", "lch", "rebalance", "chroma", (0.0, 0.7)),
    ("LCH does not improve the hue", "lch", "rebalance", "hue", (0.9, 1.5)),
    ("LCH barely improves the MSE of RGB", "lch", "rebalance", "rgb", (0.85, 1.15)),
    ("the chroma loss adds little chroma", "chroma", "lch", "mean chroma", (0.9, 1.1)),
    ("LCH's mean chroma reaches the truth's", "lch", None, "mean chroma", (0.8, 1.25)),
)  # fmt: skip


def summarize_models(measured: Sequence[Mapping[str, Mapping[str, Errors]]]) -> dict[str, Any]:
    """From each picture's errors by model and kind of input: means over pictures, those of 4.4, and the claims.

    Section 4.4 compares kinds of drawings of the same pictures: those that have a line picture of their own.
    """
    names = [name for name in measured[0] if name != UNTOUCHED]
    figures = {name: _means([picture[name] for picture in measured]) for name in names}
    pairs = [picture for picture in measured if "real" in picture[UNTOUCHED]]
    by_kind = {
        name: {
            kind: of_measure(values, "rgb") / 3
            for kind, values in _means([picture[name] for picture in pairs]).items()
        }
        for name in (UNTOUCHED, *names)
    }
    return {"figures": figures, "claims": claims(figures), "by kind": by_kind}


def _means(pictures: Sequence[Mapping[str, Errors]]) -> dict[str, Errors]:
    """Over the pictures that have an input of that kind; of the hue over those that have one."""
    made = {}
    for kind in INPUTS:
        values = [picture[kind] for picture in pictures if kind in picture]
        if values:
            made[kind] = {key: _mean([value[key] for value in values]) for key in values[0]}
    return made


def _mean(values: Sequence[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return sum(known) / len(known) if known else math.nan


def claims(figures: Mapping[str, Mapping[str, Errors]]) -> list[dict[str, Any]]:
    """The paper's claims: what is claimed, our ratio, the range that it holds within, whether it does."""
    base = {name.removeprefix("inoue-"): kinds["derived"] for name, kinds in figures.items()}
    said = []
    for text, over, under, key, (low, high) in _CLAIMS:
        if over in base and (under is None or under in base):
            against = base[over][f"{key}, truth"] if under is None else of_measure(base[under], key)
            ratio = of_measure(base[over], key) / max(against, 1e-9)
            holds = bool(low <= ratio <= high)
            said.append({"claim": text, "ratio": ratio, "range": [low, high], "holds": holds})
    return said


def of_measure(values: Errors, key: str) -> float:
    """One of the errors; "rgb" is the sum over the three channels."""
    return sum(values[c] for c in ("red", "green", "blue")) if key == "rgb" else values[key]


def models_to_markdown(models: dict[str, Any]) -> str:
    """Tables of Figures 7 and 9 to 12, of section 4.4, and of the claims."""
    figures = models["figures"]
    header = ["model", "mean chroma (paper)", *(f"MSE {name}" for name in MEASURES)]
    rows = []
    for name, kinds in figures.items():
        base = kinds["derived"]
        paper = PAPER_CHROMA.get(name)
        chroma = f"{base['mean chroma']:.2f}" + (f" ({paper:.2f})" if paper else "")
        rows.append([name, chroma, *(f"{base[key]:.0f}" for key in MEASURES)])
    truth = next(iter(figures.values()))["derived"]["mean chroma, truth"]
    rows.append(["truth", f"{truth:.2f}", *[""] * len(MEASURES)])
    kinds = [kind for kind in INPUTS if kind in next(iter(models["by kind"].values()), ())]
    inputs = [[name, *(f"{made[kind]:.0f}" for kind in kinds)] for name, made in models["by kind"].items()]
    said = [
        [
            c["claim"],
            f"{c['ratio']:.2f}",
            f"{c['range'][0]} to {c['range'][1]}",
            "yes" if c["holds"] else "no",
        ]
        for c in models["claims"]
    ]
    similarity = (
        f"\nFigure 8, similarity of the last layer's filters: {models['figure 8']:.2f}\n"
        if "figure 8" in models
        else ""
    )
    return (
        "\n## Figures 7, 9 to 12\n\n"
        + markdown_table(header, rows)
        + "\n## Section 4.4: mean MSE of RGB by kind of drawing, of the same pictures\n\n"
        + markdown_table(["model", *kinds], inputs)
        + "\n## Claims\n\n"
        + markdown_table(["claim", "ratio here", "holds within", "holds"], said)
        + similarity
    )
