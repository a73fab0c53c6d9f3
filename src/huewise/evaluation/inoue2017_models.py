"""The five models of inoue2017: how a run answers, and what is measured of each picture (Figures 7 to 12, 4.4).

A picture is measured on the windows that slide over it (3.1), all of them pooled.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from huewise.color import lab_to_rgb, lch_to_lab, mean_color, rgb_to_lab
from huewise.errors import ModelMissing
from huewise.evaluation.report import Rows
from huewise.imaging.lineart import LineStyle, line_drawing
from huewise.propagate.flats import multiply
from huewise.propagate.resample import enlarged
from huewise.training.lineart_data import SIDE, Drawn, windows
from huewise.training.pictures import read_rgb
from huewise.training.runs import recipe_of, weights_in

U8 = NDArray[np.uint8]
Floats = NDArray[Any]
Model = Callable[[Floats], U8]  # a drawing (256, 256) 0..1 -> its coloured picture
Errors = dict[str, float]  # see `errors`, `color_errors`

PAPER_MODELS = ("inoue-regression", "inoue-classification", "inoue-rebalance", "inoue-lch", "inoue-chroma")
TEMPERATURE = 0.38  # of f_T (4.2)
HUED = 5.0  # chroma above which a colour has a hue
UNTOUCHED = "untouched drawing"
INPUTS = ("derived", "derived, binary", "real", "real, binary", "real, light ink", "real, dark ink")


def load_network(folder: Path) -> Any:
    """The network of a run, ready to be asked."""
    from huewise.training.lineart import build
    from huewise.training.photo import load_weights

    weights = weights_in(folder)
    if weights is None:
        raise ModelMissing(f"no run at {folder}", "run.pt or weights.safetensors beside recipe.json")
    network = build(recipe_of(folder))
    load_weights(network, weights)
    return network.eval()


def load_model(folder: Path) -> Model:
    """A paper model from its run, with the decoding of its own kind; what it answers is multiplied with the drawing."""
    import torch

    from huewise.training.lineart import bins_of

    recipe = recipe_of(folder)
    network = load_network(folder).to(
        memory_format=torch.channels_last
    )  # a sixth faster, and decoded as it lies
    bins = None if recipe.model == "inoue-regression" else bins_of(recipe)

    def run(paper_hw: Floats) -> Floats:
        with torch.inference_mode():
            paper = torch.from_numpy(paper_hw.astype(np.float32))[None, None]
            made = network(paper.to(memory_format=torch.channels_last))[0].permute(1, 2, 0)
            if bins is None:
                return np.asarray(made.numpy())
            p_hwq = (made / TEMPERATURE).softmax(-1).numpy()  # f_T of the softmax, without its powers
        color = mean_color(p_hwq, bins)
        return enlarged(lab_to_rgb(lch_to_lab(color)) if bins.space == "lch" else color, paper_hw.shape)

    return lambda paper_hw: multiply(np.rint(np.clip(run(paper_hw), 0, 1) * 255).astype(np.uint8), paper_hw)


def untouched(paper_hw: Floats) -> U8:
    """The drawing alone, as a picture."""
    return multiply(np.full((*paper_hw.shape, 3), 255, np.uint8), paper_hw)


def errors(made: U8, truth: U8) -> Errors:
    """Mean squared errors: R, G, B in 0..255; CIE chroma and lightness; hue in degrees along the shorter way round.

    Of the hue only where the truth has one (`HUED`), NaN where it has none at all: that of white and gray is rounding.
    """
    lab, lab_true = (rgb_to_lab(pixels.astype(np.float32) / 255) for pixels in (made, truth))
    chroma, chroma_true = (np.hypot(values[..., 1], values[..., 2]) for values in (lab, lab_true))
    hued = chroma_true > HUED
    hue, hue_true = (np.degrees(np.arctan2(values[hued, 2], values[hued, 1])) for values in (lab, lab_true))
    turn = (hue - hue_true + 180) % 360 - 180
    return {
        **color_errors(made, truth),
        "chroma": float(np.square(chroma - chroma_true).mean()),
        "lightness": float(np.square(lab[..., 0] - lab_true[..., 0]).mean()),
        "hue": float(np.square(turn).mean()) if hued.any() else float("nan"),
        "mean chroma": float(chroma.mean()),
        "mean chroma, truth": float(chroma_true.mean()),
    }


def color_errors(made: U8, truth: U8) -> Errors:
    """Mean squared errors of R, G and B in 0..255, of pixels (..., 3)."""
    difference = (made.astype(np.float32) - truth).reshape(-1, 3)
    return dict(
        zip(("red", "green", "blue"), np.square(difference).mean(0, np.float64).tolist(), strict=True)
    )


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


def measure(models: Mapping[str, Model], drawn: Drawn) -> dict[str, dict[str, Errors]]:
    """`errors` of each model, and of the untouched drawing, over all windows of a picture; for derived input all of
    them, for the other kinds, which section 4.4 compares, `color_errors`.
    """
    rgb_hw3 = read_rgb(drawn.color)
    boxes = [np.s_[y : y + SIDE, x : x + SIDE] for y, x in windows(*rgb_hw3.shape[:2])]
    truth = np.stack([rgb_hw3[box] for box in boxes])
    papers = inputs_of(drawn)

    def of(model: Model, kind: str) -> Errors:
        made = np.stack([model(papers[kind][box]) for box in boxes])
        return errors(made, truth) if kind == INPUTS[0] else color_errors(made, truth)

    asked = {UNTOUCHED: untouched, **models}
    return {name: {kind: of(model, kind) for kind in papers} for name, model in asked.items()}


def measure_models(models: Mapping[str, Model], drawn: Sequence[Drawn], out: Path) -> list[dict[str, Any]]:
    """`measure` of each picture, as rows of `out/models.jsonl`: what stands there already is not measured again.

    Each core has pictures of its own: networks so small gain little from sharing one.
    """
    import torch

    rows = Rows(out / "models.jsonl")
    keys = [f"{one.name}@{'+'.join(models)}" for one in drawn]
    todo = [(key, one) for key, one in zip(keys, drawn, strict=True) if key not in rows]
    threads = torch.get_num_threads()
    with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
        made = pool.map(lambda one: measure(models, one), [one for _, one in todo])
        for key, _ in tqdm(todo, desc="inoue2017, models", disable=None):
            rows.add(key, figures=next(made))
    torch.set_num_threads(threads)
    return [rows[key]["figures"] for key in keys]


def filter_similarity(folder: Path) -> float:
    """Figure 8: mean correlation between the three output channels' filters of one input channel (1: only gray)."""
    return similarity_of(load_network(folder).last.weight.detach().numpy())


def similarity_of(filters: Floats) -> float:
    """Of filters (3, n, 3, 3)."""
    flat = filters.reshape(3, filters.shape[1], -1)
    flat = flat - flat.mean(-1, keepdims=True)
    flat = flat / np.maximum(np.linalg.norm(flat, axis=-1, keepdims=True), 1e-12)
    return float(np.mean([(flat[i] * flat[j]).sum(-1).mean() for i, j in ((0, 1), (0, 2), (1, 2))]))
