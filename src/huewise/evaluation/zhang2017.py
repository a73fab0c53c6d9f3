"""zhang2017's experiments: what a hint is worth (Figure 6), on pictures that no training saw."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from huewise.color import rgb_to_lab
from huewise.engine import Colorizer, OpenPicture
from huewise.engine.render import render
from huewise.evaluation.metrics import colorfulness, mean_and_error, mean_chroma, psnr
from huewise.evaluation.placement import random_centres, reveal
from huewise.evaluation.report import Rows, contact_sheet, markdown_table
from huewise.hints import Hint, rasterize
from huewise.imaging import shrink
from huewise.propagate.spread import guided_fill, luminance_affinities
from huewise.training.pictures import Source, data_folder, list_pictures, read_rgb

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
Painter = Callable[[Sequence[Hint]], U8]  # a picture opened by a method: hints -> coloured pixels

COUNTS = (0, 1, 2, 3, 5, 10, 20, 50, 100, 200, 500)
# Figure 6 of the paper, random points, gain over gray in dB (per-picture data published by its authors).
PAPER_GAINS = (1.61, 2.55, 3.38, 3.87, 4.57, 5.60, 6.52, 7.60, 8.31, 8.88, 9.32)


def main(data: Sequence[Path] = (), out: Path | None = None, model: str = "auto") -> Path:
    """Measure on every picture of `data` (default: photos/val.tar of the data folder); returns the report's folder."""
    out = out or Path("runs/zhang2017")
    sources = list_pictures(list(data) or [data_folder() / "photos" / "val.tar"])
    rows = Rows(out / "rows.jsonl")
    colorizer = Colorizer.load(model)
    for source in tqdm(sources, desc="hint curve", disable=None):
        if source.name not in rows:
            rows.add(source.name, **measure(source, colorizer))
    result = summarize(list(rows), model)
    (out / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    (out / "result.md").write_text(to_markdown(result))
    draw_curve(result, out / "hint_curve.svg")
    sheet(sources, colorizer, out / "automatic.jpg")
    return out


def measure(source: Source, colorizer: Colorizer) -> dict[str, Any]:
    """One picture: PSNR of gray, and of each method at each count of nested random 7x7 hints."""
    truth = read_rgb(source)
    ab_hw2 = rgb_to_lab(truth.astype(np.float32) / 255.0)[..., 1:]
    seed = int.from_bytes(source.name.encode()[-6:], "big")
    centres = random_centres(max(COUNTS), truth.shape[0], truth.shape[1], np.random.default_rng(seed))
    hints = [reveal(ab_hw2, (int(y), int(x))) for y, x in centres]
    opened = colorizer.open(truth)
    painters = painters_of(opened)
    curves = {name: [psnr(paint(hints[:n]), truth) for n in COUNTS] for name, paint in painters.items()}
    automatic = _pixels(opened.colorize().pixels(8))
    missed = [adherence_error(opened, hints[:n]) for n in (1, 10, 100)]
    return {
        "gray": psnr(gray_of(opened), truth),
        "curves": curves,
        "chroma": mean_chroma(automatic),
        "chroma_truth": mean_chroma(truth),
        "colorfulness": colorfulness(automatic),
        "colorfulness_truth": colorfulness(truth),
        "adherence": missed,
    }


def painters_of(opened: OpenPicture) -> dict[str, Painter]:
    """The three ways that are compared: the guided fill alone, the network alone, the network with adherence."""
    picture = opened.picture

    def fill(hints: Sequence[Hint]) -> U8:
        return _pixels(render(picture.lightness, fill_alone(opened, hints), bits=8))

    def network(hints: Sequence[Hint]) -> U8:
        return _pixels(render(picture.lightness, opened.network(hints), bits=8))

    def both(hints: Sequence[Hint]) -> U8:
        return _pixels(opened.colorize(hints).pixels(8))

    return {"fill": fill, "network": network, "huewise": both}


def _pixels(rgb_hw3: Any) -> U8:
    return np.asarray(rgb_hw3, np.uint8)


def fill_alone(opened: OpenPicture, hints: Sequence[Hint]) -> F32:
    """The guided fill with luminance affinities on a half-size grid: no learning at all (no hints: gray)."""
    picture = opened.picture
    h, w = picture.height // 2, picture.width // 2
    ab_hw2, mask_hw = rasterize(hints, picture_size=(picture.width, picture.height), grid_size=(h, w))
    if not mask_hw.any():
        return np.zeros((h, w, 2), np.float32)
    filled, _ = guided_fill(luminance_affinities(shrink(picture.lightness, (h, w))), mask_hw, ab_hw2)
    return filled


def gray_of(opened: OpenPicture) -> U8:
    """The picture without colour."""
    return _pixels(render(opened.picture.lightness, np.zeros((8, 8, 2), np.float32), bits=8))


def adherence_error(opened: OpenPicture, hints: Sequence[Hint]) -> float:
    """Mean |ab - hint| at the hints' centres, in the written pixels (so within the gamut)."""
    lab = opened.colorize(hints).lab
    errors = []
    for hint in hints:
        x, y = np.mean(hint.shape, 0)  # type: ignore[union-attr,arg-type]
        errors.append(np.abs(lab[int(y), int(x), 1:] - np.asarray(hint.lab[1:])).mean())
    return float(np.mean(errors))


def summarize(rows: Sequence[dict[str, Any]], model: str) -> dict[str, Any]:
    """Means and standard errors over pictures; gains are per picture, then averaged."""
    gray = np.array([row["gray"] for row in rows])
    curves = {}
    for name in rows[0]["curves"]:
        gain = np.minimum([row["curves"][name] for row in rows], 100.0) - gray[:, None]
        curves[name] = [mean_and_error(column) for column in gain.T]
    ratio = float(np.mean([r["chroma"] for r in rows]) / np.mean([r["chroma_truth"] for r in rows]))
    return {
        "model": model,
        "pictures": len(rows),
        "gray": mean_and_error(gray),
        "counts": list(COUNTS),
        "gain": curves,
        "chroma_ratio": ratio,
        "colorfulness": [
            float(np.mean([r[key] for r in rows])) for key in ("colorfulness", "colorfulness_truth")
        ],
        "adherence": np.mean([row["adherence"] for row in rows], 0).tolist(),
    }


def to_markdown(result: dict[str, Any]) -> str:
    """The tables that docs show."""
    gray, error = result["gray"]
    rows = []
    for i, count in enumerate(result["counts"]):
        cells = [f"+{mean:.2f} ± {e:.2f}" for mean, e in (result["gain"][name][i] for name in result["gain"])]
        rows.append([str(count), *cells, f"+{PAPER_GAINS[i]:.2f}"])
    table = markdown_table(["hints", *result["gain"], "zhang2017 (its pictures)"], rows)
    ours, truth = result["colorfulness"]
    adherence = ", ".join(f"{value:.2f}" for value in result["adherence"])
    return (
        f"{result['pictures']} pictures, gray {gray:.2f} ± {error:.2f} dB. Gain over gray in dB, mean of per-picture "
        f"values ± standard error, nested random 7x7 hints.\n\n{table}\n"
        f"Mean chroma of the automatic result: {100 * result['chroma_ratio']:.0f} % of the truth's; colourfulness "
        f"{ours:.1f} (truth {truth:.1f}). Adherence, mean |ab - hint| at hint centres with 1, 10, 100 hints: "
        f"{adherence}.\n"
    )


def draw_curve(result: dict[str, Any], path: Path) -> None:
    """Figure 6: gain against the number of hints, beside the paper's published curve."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    place = np.log2(np.array(result["counts"]) + 1.0)
    figure, axes = plt.subplots(figsize=(7, 4.5))
    for name, curve in result["gain"].items():
        mean, error = np.array(curve).T
        axes.errorbar(place, mean, error, marker="o", markersize=4, label=name)
    axes.plot(place, PAPER_GAINS, "k--", label="zhang2017, on its own pictures")
    axes.set_xticks(place, [str(count) for count in result["counts"]])
    axes.set_xlabel("revealed points")
    axes.set_ylabel("gain over gray (dB)")
    axes.grid(alpha=0.3)
    axes.legend()
    figure.savefig(path, bbox_inches="tight")
    plt.close(figure)


def sheet(sources: Sequence[Source], colorizer: Colorizer, path: Path, n: int = 40) -> None:
    """Gray, automatic and truth of n pictures, evenly taken, four to a row."""
    chosen = [sources[i] for i in np.linspace(0, len(sources) - 1, min(n, len(sources))).astype(int)]
    tiles: list[list[U8]] = []
    for i, source in enumerate(chosen):
        truth = read_rgb(source)
        opened = colorizer.open(truth)
        trio = [gray_of(opened), _pixels(opened.colorize().pixels(8)), truth]
        small = [tile[::2, ::2] for tile in trio]
        if i % 4 == 0:
            tiles.append([])
        tiles[-1] += small
    contact_sheet(tiles, path)
