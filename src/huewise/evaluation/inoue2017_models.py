"""The five models of inoue2017 side by side: Figures 6 to 12 and 15, section 4.4, and the paper's claims one by one."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.color import annealed_mean, lab_to_rgb, lch_to_lab, rgb_to_lab
from huewise.errors import ModelMissing
from huewise.evaluation.report import contact_sheet, markdown_table
from huewise.imaging.lineart import LineStyle, line_drawing
from huewise.propagate.flats import multiply
from huewise.training.lineart_data import SIDE, Drawn, windows
from huewise.training.pictures import read_rgb

U8 = NDArray[np.uint8]
Floats = NDArray[Any]
Model = Callable[[Floats], U8]  # a drawing (256, 256) 0..1 -> its coloured picture

PAPER_MODELS = ("inoue-regression", "inoue-classification", "inoue-rebalance", "inoue-lch", "inoue-chroma")
PAPER_CHROMA = {
    "inoue-regression": 5.86,
    "inoue-classification": 5.43,
    "inoue-rebalance": 8.94,
    "inoue-lch": 21.22,
}
TEMPERATURE = 0.38
HUED = 5.0  # chroma above which a colour has a hue
UNTOUCHED = "untouched drawing"
INPUTS = ("derived", "derived, binary", "real", "real, binary", "real, light ink", "real, dark ink")
MEASURES = ("red", "green", "blue", "chroma", "lightness", "hue")


def weights_in(folder: Path) -> Path | None:
    """A run's weights: `run.pt`, or `weights.safetensors` where only those were kept; None where there are neither."""
    found = [folder / name for name in ("run.pt", "weights.safetensors") if (folder / name).exists()]
    return found[0] if found and (folder / "recipe.json").exists() else None


def find_runs(names: Sequence[str], places: Sequence[Path]) -> dict[str, Path]:
    """The folder of each named run, in the first of the places that has its weights; those without are left out."""
    found = {name: [place / name for place in places if weights_in(place / name)] for name in names}
    return {name: folders[0] for name, folders in found.items() if folders}


def load_network(folder: Path) -> Any:
    """The network of a run, ready to be asked."""
    from huewise.training.lineart import build
    from huewise.training.photo import load_weights
    from huewise.training.runs import recipe_of

    weights = weights_in(folder)
    if weights is None:
        raise ModelMissing(f"no run at {folder}", "run.pt or weights.safetensors beside recipe.json")
    network = build(recipe_of(folder))
    load_weights(network, weights)
    return network.eval()


def load_model(folder: Path) -> Model:
    """A paper model from its run, with the decoding of its own kind."""
    import torch

    from huewise.training.lineart import bins_of
    from huewise.training.runs import recipe_of

    recipe, network = recipe_of(folder), load_network(folder)

    def run(paper_hw: Floats) -> Floats:
        with torch.no_grad():
            made = network(torch.from_numpy(paper_hw.astype(np.float32))[None, None])[0]
        if recipe.model == "inoue-regression":
            return np.asarray(made.numpy().transpose(1, 2, 0))
        bins = bins_of(recipe)
        p_hwq = made.softmax(0).numpy().transpose(1, 2, 0)
        color = annealed_mean(p_hwq, bins, TEMPERATURE)
        return enlarged(lab_to_rgb(lch_to_lab(color)) if bins.space == "lch" else color)

    return lambda paper_hw: multiply(np.rint(np.clip(run(paper_hw), 0, 1) * 255).astype(np.uint8), paper_hw)


def enlarged(rgb_hw3: Floats, by: int = 4) -> Floats:
    """Linear, as the paper brings 64 x 64 to 256 x 256."""
    from scipy import ndimage

    return np.asarray(ndimage.zoom(rgb_hw3, (by, by, 1), order=1, mode="nearest", grid_mode=True))


def errors(made: U8, truth: U8) -> dict[str, float]:
    """Mean squared errors: R, G, B in 0..255; CIE chroma and lightness; hue in degrees along the shorter way round.

    Of the hue only where the truth has one (`HUED`), NaN where it has none at all: that of white and gray is rounding.
    """
    difference = made.astype(np.float64) - truth
    lab, lab_true = (
        rgb_to_lab(picture.astype(np.float32) / 255).astype(np.float64) for picture in (made, truth)
    )
    chroma, chroma_true = (np.hypot(values[..., 1], values[..., 2]) for values in (lab, lab_true))
    hue, hue_true = (np.degrees(np.arctan2(values[..., 2], values[..., 1])) for values in (lab, lab_true))
    turn = (hue - hue_true + 180) % 360 - 180
    return {
        **dict(zip(("red", "green", "blue"), np.square(difference).mean((0, 1)).tolist(), strict=True)),
        "chroma": float(np.square(chroma - chroma_true).mean()),
        "lightness": float(np.square(lab[..., 0] - lab_true[..., 0]).mean()),
        "hue": float(np.square(turn[chroma_true > HUED]).mean())
        if (chroma_true > HUED).any()
        else float("nan"),
        "mean chroma": float(chroma.mean()),
        "mean chroma, truth": float(chroma_true.mean()),
    }


def inputs_of(drawn: Drawn) -> dict[str, Floats]:
    """The drawing (h, w) 0..1 in the ways that section 4.4 speaks of."""
    rgb_hw3 = read_rgb(drawn.color)
    made = {
        "derived": line_drawing(rgb_hw3, LineStyle("dodge")) / np.float32(255),
        "derived, binary": line_drawing(rgb_hw3, LineStyle("dodge", binary=True)) / np.float32(255),
    }
    if drawn.line is not None:
        real = read_rgb(drawn.line)[..., 0] / np.float32(255)
        made |= {
            "real": real,
            "real, binary": np.where(real < 0.5, 0.0, 1.0).astype(np.float32),
            "real, light ink": 1 - 0.5 * (1 - real),
            "real, dark ink": real**2,
        }
    return made


def measure_models(found: dict[str, Path], drawn: Sequence[Drawn], out: Path) -> dict[str, Any]:
    """All figures of the models that were found; writes the sheets beside the report."""
    models = {name: load_model(folder) for name, folder in found.items()}
    sums: dict[str, dict[str, list[dict[str, float]]]] = {
        name: {kind: [] for kind in INPUTS} for name in models
    }
    by_kind: dict[str, dict[str, list[float]]] = {
        name: {kind: [] for kind in INPUTS} for name in (UNTOUCHED, *models)
    }
    white = np.full((SIDE, SIDE, 3), 255, np.uint8)
    sheet: list[list[U8]] = []
    unnatural: list[tuple[float, list[U8]]] = []
    for number, one in enumerate(drawn):
        truth, papers = read_rgb(one.color), inputs_of(one)
        if min(truth.shape[:2]) < SIDE:
            continue
        y, x = windows(*truth.shape[:2])[0]
        box = np.s_[y : y + SIDE, x : x + SIDE]
        for kind, paper_hw in papers.items():
            made = {name: model(paper_hw[box]) for name, model in models.items()}
            for name, colored in made.items():
                sums[name][kind].append(errors(colored, truth[box]))
            if one.line is not None:  # all kinds of the same pictures
                for name, colored in {UNTOUCHED: multiply(white, paper_hw[box]), **made}.items():
                    by_kind[name][kind].append(
                        float(np.square(colored.astype(np.float64) - truth[box]).mean())
                    )
        paper = papers["derived"][box]
        coloured = [model(paper) for model in models.values()]
        tiles = [multiply(white, paper), *coloured, truth[box]]
        if number % max(1, len(drawn) // 10) == 0:
            sheet.append(tiles)
        off = errors(coloured[-1], truth[box])["hue"]
        unnatural.append((0.0 if np.isnan(off) else off, [tiles[0], truth[box], coloured[-1]]))
    contact_sheet(sheet, out / "figure-6.jpg")
    unnatural.sort(key=lambda pair: -pair[0])
    contact_sheet([tiles for _, tiles in unnatural[:6]], out / "figure-15.jpg")
    result = {
        name: {kind: _mean(values) for kind, values in kinds.items() if values}
        for name, kinds in sums.items()
    }
    report: dict[str, Any] = {"figures": result, "claims": claims(result)}
    report["by kind"] = {
        name: {kind: float(np.mean(values)) for kind, values in kinds.items() if values}
        for name, kinds in by_kind.items()
    }
    if "inoue-regression" in found:
        report["figure 8"] = filter_similarity(found["inoue-regression"])
    _draw_bars(result, out / "figures-7-9-12.svg")
    return report


def _mean(values: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: float(np.nanmean([value[key] for value in values])) for key in values[0]}


def filter_similarity(folder: Path) -> float:
    """Figure 8: mean correlation between the three output channels' filters of one input channel (1: only gray)."""
    return similarity_of(load_network(folder).last.weight.detach().numpy())


def similarity_of(filters: Floats) -> float:
    """Of filters (3, n, 3, 3)."""
    flat = filters.reshape(3, filters.shape[1], -1)
    flat = flat - flat.mean(-1, keepdims=True)
    flat = flat / np.maximum(np.linalg.norm(flat, axis=-1, keepdims=True), 1e-12)
    return float(np.mean([(flat[i] * flat[j]).sum(-1).mean() for i, j in ((0, 1), (0, 2), (1, 2))]))


def claims(result: dict[str, dict[str, dict[str, float]]]) -> list[dict[str, Any]]:
    """The paper's claims, each as (what is compared, the paper's word, our ratio, whether it holds)."""
    base = {name: kinds["derived"] for name, kinds in result.items()}
    listed: list[dict[str, Any]] = []

    def claim(text: str, over: str, under: str, key: str, low: float, high: float) -> None:
        a, b = f"inoue-{over}", f"inoue-{under}"
        if a in base and b in base:
            ratio = _of(base[a], key) / max(_of(base[b], key), 1e-9)
            listed.append(
                {"claim": text, "ratio": ratio, "range": [low, high], "holds": bool(low <= ratio <= high)}
            )

    claim("classification halves the MSE of RGB", "classification", "regression", "rgb", 0.0, 0.6)
    claim(
        "classification predicts chroma better than regression",
        "classification",
        "regression",
        "chroma",
        0.0,
        1.0,
    )
    claim("classification predicts lightness better", "classification", "regression", "lightness", 0.0, 1.0)
    claim("rebalancing raises mean chroma by 64 %", "rebalance", "classification", "mean chroma", 1.3, 2.2)
    claim("LCH nearly halves the MSE of lightness", "lch", "rebalance", "lightness", 0.0, 0.7)
    claim("LCH nearly halves the MSE of chroma", "lch", "rebalance", "chroma", 0.0, 0.7)
    claim("LCH does not improve the hue", "lch", "rebalance", "hue", 0.9, 1.5)
    claim("LCH barely improves the MSE of RGB", "lch", "rebalance", "rgb", 0.85, 1.15)
    claim("the chroma loss adds little chroma", "chroma", "lch", "mean chroma", 0.9, 1.1)
    if "inoue-lch" in base:
        ratio = base["inoue-lch"]["mean chroma"] / base["inoue-lch"]["mean chroma, truth"]
        listed.append(
            {
                "claim": "LCH's mean chroma reaches the truth's",
                "ratio": ratio,
                "range": [0.8, 1.25],
                "holds": 0.8 <= ratio <= 1.25,
            }
        )
    return listed


def _of(values: dict[str, float], key: str) -> float:
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
    kinds = [kind for kind in INPUTS if kind in next(iter(models["by kind"].values()))]
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


def _draw_bars(result: dict[str, dict[str, dict[str, float]]], path: Path) -> None:
    """Figures 7 and 9 to 12 as bars."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot as plt

    keys = ("mean chroma", "rgb", "chroma", "lightness", "hue")
    figure, axes = plt.subplots(1, len(keys), figsize=(15, 3.5))
    names = [name.removeprefix("inoue-") for name in result]
    for ax, key in zip(axes, keys, strict=True):
        ax.bar(names, [_of(kinds["derived"], key) for kinds in result.values()])
        ax.set_title(key if key == "mean chroma" else f"MSE {key}")
        ax.tick_params(axis="x", rotation=60)
    if "mean chroma" in keys:
        axes[0].axhline(
            next(iter(result.values()))["derived"]["mean chroma, truth"], color="k", linestyle="--"
        )
    figure.savefig(path, bbox_inches="tight")
    plt.close(figure)
