"""inoue2017's experiments (Figures 1, 6 to 12 and 15, section 4.4), and what hints are worth on drawings.

Two tables. *Hints*: gain in PSNR over the untouched drawing ("white") on real pairs, at nested random hints, of plain
flood fill, of flats, and of the product. *Paper*: the five models side by side on 256 x 256 windows. The product is the
model for drawings of the shop ($HUEWISE_MODELS counts), the paper's models are taken from the folders of their runs,
`runs/inoue-...` or `checkpoints/inoue-...`; what is not there is left out.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from tqdm import tqdm

from huewise.engine import Colorizer
from huewise.errors import UsageError
from huewise.evaluation import inoue2017_hints as hints
from huewise.evaluation import inoue2017_sheets as sheets
from huewise.evaluation.inoue2017_claims import models_to_markdown, summarize_models
from huewise.evaluation.inoue2017_models import PAPER_MODELS, filter_similarity, load_model, measure_models
from huewise.evaluation.opened import fingerprint
from huewise.evaluation.report import Rows
from huewise.models.methods import METHODS
from huewise.models.registry import for_drawings
from huewise.training.lineart_data import SIDE, Drawn, pair_up
from huewise.training.pictures import data_folder, list_pictures, short_side
from huewise.training.runs import find_runs


def main(
    data: Sequence[Path],
    out: Path,
    model: str = "auto",
    runs: Sequence[Path] = (Path("runs"), Path("checkpoints")),
    others: Sequence[Path] = (),
) -> Path:
    """Measure on every pair of `data` (default: lineart/val.tar of the data folder); returns the report's folder.

    `model`: the product's; "auto" is the shop's model for drawings. `others`: folders of pictures that other programs
    made of Figure 6's drawings, a row each. Rows that are in the folder already are not measured again: name another
    folder for another model.
    """
    drawn = pair_up(list_pictures(list(data) or [data_folder() / "lineart" / "val.tar"]))
    if not any(one.line is not None for one in drawn):
        raise UsageError("no pair", "pictures NAME.color.* with their NAME.line.*", "check --data")
    large = [one for one in drawn if short_side(one.color) >= SIDE]
    samples = sheets.samples_of(large)
    by_others = {folder.resolve().name: sheets.colored_by_others(folder, samples) for folder in others}
    painters: dict[str, hints.Painter] = {"flood fill": hints.flood_fill, "flats": hints.flats}
    name = for_drawings() if model == "auto" else model
    product = None if name in METHODS else Colorizer.load(name)
    if product is not None:
        painters[hints.PRODUCT] = hints.product_painter(product)
    result: dict[str, Any] = measure_hints(drawn, painters, out, fingerprint(product) if product else "")
    if product is not None:
        result["large"] = measure_large(name)
    found = find_runs(PAPER_MODELS, runs) if large else {}
    if found:
        result["models"] = compare_models(found, large, out)
    (out / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    text = hints.to_markdown(result) + (models_to_markdown(result["models"]) if found else "")
    (out / "result.md").write_text(text)
    if found or by_others:
        sheets.figure_6(samples, {name: load_model(folder) for name, folder in found.items()}, by_others, out)
    sheets.hints_sheet(drawn, painters, out / "hints.jpg")
    sheets.figure_1(drawn, out / "figure-1.jpg")
    if product is not None and not data:
        sheets.drawings_sheet(product, data_folder() / "lineart" / "drawings.tar", out / "drawings.jpg")
    return out


def measure_hints(
    drawn: Sequence[Drawn], painters: dict[str, hints.Painter], out: Path, model: str = ""
) -> dict[str, Any]:
    """The table of hints, over all pairs; rows in `out/rows.jsonl`, apart for each `model`."""
    rows = Rows(out / "rows.jsonl")
    pairs = [one for one in drawn if one.line is not None]
    for one in tqdm(pairs, desc="inoue2017, hints", disable=None):
        if (key := f"{one.name}@{model}") not in rows:
            rows.add(key, **hints.measure(hints.Subject.read(one), painters))
    return hints.summarize([rows[f"{one.name}@{model}"] for one in pairs])


def compare_models(found: dict[str, Path], drawn: Sequence[Drawn], out: Path) -> dict[str, Any]:
    """All figures of the models that were found, and the sheets that follow from them."""
    models = {name: load_model(folder) for name, folder in found.items()}
    measured = measure_models(models, drawn, out)
    report = summarize_models(measured)
    if "inoue-regression" in found:
        report["figure 8"] = filter_similarity(found["inoue-regression"])
    last = list(models)[-1]
    sheets.figure_15(drawn, measured, last, models[last], out / "figure-15.jpg")
    sheets.bars(report["figures"], out / "figures-7-9-12.svg")
    return report


def measure_large(name: str) -> dict[str, float]:
    """Seconds and megabytes of `huewise colorize` for a made drawing of 2000 x 3000, in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / file for file in ("in.png", "out.png")]
        _made_drawing().save(paths[0])
        words = [sys.executable, "-c", _LARGE, *map(str, paths), name]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout.split()
    return dict(zip(("seconds", "processor", "megabytes"), map(float, told[-3:]), strict=True))


_LARGE = """
import resource, sys, time
start = time.perf_counter()
from huewise.cli import main
code = main(["colorize", sys.argv[1], "-o", sys.argv[2], "--model", sys.argv[3], "--hint", "700,900=tomato", "--quiet"])
assert code == 0, code
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << (20 if sys.platform == "darwin" else 10))
print(time.perf_counter() - start, time.process_time(), peak)
"""


def _made_drawing() -> Image.Image:
    """Circles of many sizes, seeded."""
    rng = np.random.default_rng(0)
    image = Image.new("L", (2000, 3000), 255)
    draw = ImageDraw.Draw(image)
    for _ in range(60):
        x, y, r = (int(v) for v in rng.integers((0, 0, 40), (2000, 3000, 400)))
        draw.ellipse((x - r, y - r, x + r, y + r), outline=0, width=int(rng.integers(3, 9)))
    return image
