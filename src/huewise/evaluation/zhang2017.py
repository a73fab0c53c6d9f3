"""zhang2017's experiments on pictures that no training saw: Figure 6, Table 1, the palette, sheets to look at."""

import json
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from huewise.engine import Colorizer
from huewise.evaluation import hint_curve, reach
from huewise.evaluation.hint_curve import COUNTS, MAX_COUNTS, PAPER_GAINS, Curve
from huewise.evaluation.metrics import bounded, colorfulness, mean_and_error, mean_chroma
from huewise.evaluation.opened import Subject, fingerprint, in_colour
from huewise.evaluation.palette_hits import hits, hits_with_a_hint
from huewise.evaluation.report import Rows, markdown_table
from huewise.evaluation.zhang2017_sheets import all_sheets
from huewise.training.pictures import data_folder, list_pictures

REACH_PICTURES = 60  # labelled pictures for the reach of a hint
# Table 1 of the paper, gain over its gray (22.82 dB).
PAPER_TABLE = {"automatic": 1.61, "+ histogram": 5.03, "+ saturation": 2.96}
# Table 3 of the paper: PSNR on its 240 pictures of SUN, automatic and with the true histogram.
SUN = "sun-scenes/"
PAPER_SUN = {
    "Deshpande et al. 2015": (23.18, 23.85),
    "Larsson et al. 2016": (25.60, 28.62),
    "zhang2017": (25.65, 28.57),
}
EVERY_NTH = (
    10  # of the pictures, by name, also get every pixel's colour as a hint, and points of maximal error
)


def main(data: Sequence[Path], out: Path, model: str = "auto") -> Path:
    """Measure on every picture of `data` (default: photos/val.tar of the data folder); returns the report's folder."""
    sources = in_colour(list_pictures(list(data) or [data_folder() / "photos" / "val.tar"]))
    rows = Rows(out / "rows.jsonl")
    colorizer = Colorizer.load(
        "photo" if model == "auto" else model
    )  # drawings among photographs stay photographs
    dear = {source.name for source in sources if is_dear(source.name)} or {sources[0].name}
    models = "+".join(fingerprint(one) for one in (colorizer, hint_curve.as_written()) if one is not None)
    shard = data_folder() / "photos" / "train-000.tar" if not data else None
    training = (shard,) if shard and shard.exists() else ()
    keys = [f"{source.name}@{models}{'+prior' if training else ''}" for source in sources]
    for source, key in zip(tqdm(sources, desc="zhang2017", disable=None), keys, strict=True):
        if key not in rows or (source.name in dear and "every_colour" not in rows[key]):
            rows.add(key, **measure(Subject.read(source, colorizer), training, dear=source.name in dear))
    result = summarize([rows[key] for key in keys], colorizer.spec.name)
    sun = [rows[key]["table"] for key in keys if key.startswith(SUN)]
    if sun and "+ histogram" in sun[0]:
        result["sun"] = {
            name: mean_and_error(bounded([row[name] for row in sun])) for name in ("automatic", "+ histogram")
        } | {"pictures": len(sun)}
    labels = data_folder() / "seg" / "val.tar" if not data else None
    if labels and labels.exists():
        result["reach"] = reach.evaluate(labels, colorizer, limit=REACH_PICTURES)
        if colorizer.spec.bins:
            result["palette_hinted"] = hits_with_a_hint(labels, colorizer, limit=REACH_PICTURES)
    (out / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    (out / "result.md").write_text(to_markdown(result))
    curves: dict[str, Curve] = {name: (COUNTS, curve) for name, curve in result["random"].items()}
    curves["huewise, max error"] = (MAX_COUNTS, result["max_errors"]["huewise"])
    hint_curve.draw_curves(curves, out / "hint_curve.svg")
    legacy = data_folder() / "legacy" if not data else None
    all_sheets(sources, colorizer, out, legacy if legacy and legacy.is_dir() else None)
    return out


def is_dear(name: str) -> bool:
    """Whether a picture belongs to the part with the costly measures: decided by its name alone."""
    return zlib.crc32(name.encode()) % EVERY_NTH == 0


def measure(subject: Subject, training: tuple[Path, ...] = (), *, dear: bool) -> dict[str, Any]:
    """One picture's row; `dear`: the costly measures too; `training`: pictures that a prior is counted on."""
    automatic = subject.colorized()
    row: dict[str, Any] = {
        "random": hint_curve.random_curves(subject),
        "table": hint_curve.information_rows(subject, training),
        "palette": hits(subject) if subject.opened.colorizer.spec.bins else {},
        "adherence": [hint_curve.adherence_error(subject, n) for n in (1, 10, 100)],
        "chroma": [mean_chroma(automatic), mean_chroma(subject.truth)],
        "colorfulness": [colorfulness(automatic), colorfulness(subject.truth)],
    }
    if dear:
        row["every_colour"] = hint_curve.every_colour(subject)
        row["max_errors"] = hint_curve.max_error_curves(subject)
        row["classical"] = hint_curve.classical_curves(subject)
    return row


def summarize(rows: Sequence[dict[str, Any]], model: str) -> dict[str, Any]:
    """Means and standard errors over pictures; gains are per picture, then averaged."""
    gray = bounded([row["table"]["gray"] for row in rows])
    dear = [row for row in rows if "every_colour" in row]
    chroma = np.array([row["chroma"] for row in rows]).mean(0)
    return {
        "model": model,
        "pictures": len(rows),
        "dear_pictures": len(dear),
        "gray": mean_and_error(gray),
        "counts": list(COUNTS),
        "random": hint_curve.gains(rows, "random"),
        "max_errors": hint_curve.gains(dear, "max_errors"),
        "classical": hint_curve.gains(dear, "classical"),
        "same_pictures": hint_curve.gains(dear, "random"),
        "table": {
            name: mean_and_error(bounded([row["table"][name] for row in rows]) - gray)
            for name in rows[0]["table"]
            if name != "gray"
        },
        "every_colour": {
            name: mean_and_error(bounded([row["every_colour"][name] for row in dear]))
            for name in dear[0]["every_colour"]
        },
        "palette": {
            name: mean_and_error(100.0 * np.array([row["palette"][name] for row in rows]))
            for name in rows[0]["palette"]
        },
        "chroma_ratio": float(chroma[0] / chroma[1]),
        "colorfulness": np.array([row["colorfulness"] for row in rows]).mean(0).tolist(),
        "adherence": np.mean([row["adherence"] for row in rows], 0).tolist(),
    }


def to_markdown(result: dict[str, Any]) -> str:
    """The tables that docs show."""
    gray, error = result["gray"]
    parts = [
        f"Model {result['model']}, {result['pictures']} pictures, gray {gray:.2f} ± {error:.2f} dB. Gain over gray in "
        "dB: mean of per-picture values ± standard error; nested random 7x7 hints.\n",
        _curve_table(result),
        _classical_table(result),
        _max_error_table(result),
        _reach_line(result),
        markdown_table(
            ["information (Table 1)", "gain over gray", "zhang2017"],
            [[name, _pm(gain), _paper(PAPER_TABLE.get(name))] for name, gain in result["table"].items()],
        ),
        f"Every pixel's colour given ({result['dear_pictures']} pictures; zhang2017: 37.7 dB): "
        + ", ".join(f"{name} {mean:.1f} dB" for name, (mean, _) in result["every_colour"].items())
        + ".\n",
        _sun_table(result),
        markdown_table(
            ["true colour within delta E 10 of", "% of random pixels"],
            [[name, f"{share:.1f} ± {error:.1f}"] for name, (share, error) in result["palette"].items()],
        ),
        _hinted_table(result),
        _colour_line(result),
    ]
    return "\n".join(parts)


def _curve_table(result: dict[str, Any]) -> str:
    rows = [
        [str(count), *(_pm(curve[i]) for curve in result["random"].values()), _paper(PAPER_GAINS[i])]
        for i, count in enumerate(result["counts"])
    ]
    return markdown_table(["hints", *result["random"], "zhang2017, its pictures"], rows)


def _sun_table(result: dict[str, Any]) -> str:
    """Table 3; the pictures are not the paper's."""
    if "sun" not in result:
        return ""
    found = result["sun"]
    ours = [f"{found[name][0]:.2f} ± {found[name][1]:.2f}" for name in ("automatic", "+ histogram")]
    rows = [[f"huewise, {found['pictures']} other pictures of SUN", *ours]]
    rows += [[name, *(f"{value:.2f}" for value in values)] for name, values in PAPER_SUN.items()]
    return markdown_table(["PSNR on SUN (Table 3)", "automatic", "+ histogram"], rows)


def _classical_table(result: dict[str, Any]) -> str:
    """Figure 6's baselines and ours on the same few pictures."""
    curves = result["classical"] | {"huewise": result["same_pictures"]["huewise"]}
    rows = [
        [str(count), *(_pm(curve[i]) for curve in curves.values())]
        for i, count in enumerate(result["counts"])
    ]
    table = markdown_table([f"hints ({result['dear_pictures']} pictures)", *curves], rows)
    return f"Classical methods beside ours on the same pictures:\n\n{table}"


def _max_error_table(result: dict[str, Any]) -> str:
    """Figure 6's other rule: each method's points lie where that method errs most."""
    curves = result["max_errors"]
    rows = [[str(count), *(_pm(curve[i]) for curve in curves.values())] for i, count in enumerate(MAX_COUNTS)]
    table = markdown_table([f"points of maximal error ({result['dear_pictures']} pictures)", *curves], rows)
    return f"Each method's points placed one by one where its own error is largest:\n\n{table}"


def _reach_line(result: dict[str, Any]) -> str:
    """How far one hint reaches (section 5), in words."""
    found = result.get("reach")
    if not found or not found["pictures"]:
        return ""
    return (
        f"One hint in the middle of a labelled segment ({found['pictures']} pictures): it moves "
        f"{100 * found['moved_inside'][0]:.0f} % of the segment and {100 * found['moved_outside'][0]:.0f} % of the "
        f"rest by more than a just noticeable difference; mean change {found['change_inside'][0]:.1f} inside, "
        f"{found['change_outside'][0]:.1f} outside. One control point takes back {100 * found['taken_back']:.0f} % of "
        "the spill.\n"
    )


def _hinted_table(result: dict[str, Any]) -> str:
    """Suggestions before and after one true hint elsewhere in the same segment."""
    found = result.get("palette_hinted")
    if not found:
        return ""
    rows = [
        [name, f"{100 * without:.0f} %", f"{100 * with_:.0f} %"] for name, (without, with_) in found.items()
    ]
    return markdown_table(
        ["the same inside labelled segments", "no hint", "one true hint in the segment"], rows
    )


def _colour_line(result: dict[str, Any]) -> str:
    ours, truth = result["colorfulness"]
    adherence = ", ".join(f"{value:.2f}" for value in result["adherence"])
    return (
        f"Mean chroma of the automatic result: {100 * result['chroma_ratio']:.0f} % of the truth's; colourfulness "
        f"{ours:.1f} (truth {truth:.1f}). Adherence, mean |ab - hint| at hint centres with 1, 10, 100 hints: "
        f"{adherence}.\n"
    )


def _pm(value: Sequence[float]) -> str:
    return f"{value[0]:+.2f} ± {value[1]:.2f}"


def _paper(value: float | None) -> str:
    return "" if value is None else f"{value:+.2f}"
