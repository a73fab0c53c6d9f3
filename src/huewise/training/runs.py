"""`huewise train` and `huewise export`: a recipe's run from its data to shipped graphs."""

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from huewise.errors import ModelMissing, OutputError, PictureError, UsageError
from huewise.training.pictures import Source, data_folder, list_pictures, split
from huewise.training.recipe import Recipe, load_recipe
from huewise.training.seen import BESIDE, check_photo

DRAWING_MODELS = ("lineart", "inoue-regression", "inoue-classification")
WEIGHTS = "weights"  # folder in an exported model
OWN_SPLIT = (*DRAWING_MODELS, "lineart-asker")
"""These split their drawings by a rule of their own, by source drawing (`lineart_data`)."""


class DataRecord(msgspec.Struct, frozen=True):
    """What a run learns from, kept beside it (`data.json`): `own` is what --data named in place of the recipe's data.

    `pictures`: those listed, before what is too small or colourless is left out. `collections`: how many of each, by
    the first part of their names. `start`: the weights that it began with, by file and folder: where those lie on one
    machine means nothing on another.
    """

    places: list[str]
    pictures: int
    collections: dict[str, int]
    own: bool = False
    start: str = ""


def run(
    recipe: str | Path,
    data: Sequence[Path] = (),
    start: Path | None = None,
    minutes: float | None = None,
    *,
    out: Path | None = None,
    processes: int = 1,
) -> Path:
    """Train by a recipe (a name or a .toml file), resuming what lies in `out` (default runs/NAME); returns `out`.

    `data`: shards and folders in place of the recipe's own. `start`: weights to begin with. `minutes`: the whole run's
    length; each phase keeps its share. `processes`: so many train it together (`company.py`).
    """
    chosen = load_recipe(recipe)
    if minutes is not None:
        chosen = scaled(chosen, minutes)
    start = None if start is None else weights_at(start)
    folder = out or Path("runs") / (Path(recipe).stem)
    sources = _pictures(chosen, data)  # before anything is written: there may be none
    folder.mkdir(parents=True, exist_ok=True)
    _keep_recipe(chosen, folder, start)
    _keep_data(chosen, folder, _places(chosen, data), sources, start)
    work = partial(_train, chosen, sources, folder, start)
    if processes > 1:
        from huewise.training.company import train_together

        train_together(processes, work)
    else:
        work()
    return folder


def _train(recipe: Recipe, sources: list[Source], folder: Path, start: Path | None) -> None:
    if recipe.model in DRAWING_MODELS:
        from huewise.training import lineart

        lineart.train_lineart(recipe, sources, folder, start)
    elif recipe.model in ("asker", "lineart-asker"):
        from huewise.training import asking

        asking.train_asker(recipe, sources, folder, start)
    elif recipe.model == "belief":
        from huewise.training import belief

        belief.train_belief(recipe, sources, folder, start)
    elif recipe.model == "saturation":
        from huewise.training import saturation

        saturation.train_saturation(recipe, sources, folder, start)
    elif recipe.model == "digits":
        from huewise.training import digit_asking

        digit_asking.train_digits(recipe, folder)
    elif recipe.model == "zhang2017":
        from huewise.training import zhang2017

        zhang2017.train_paper(recipe, sources, folder, start)
    else:
        from huewise.training import photo

        photo.train_photo(recipe, sources, folder, start)


def _keep_recipe(recipe: Recipe, folder: Path, start: Path | None) -> None:
    """Write the recipe beside the run; refuse to go on with another one, or to begin anew over a run."""
    begun = any(folder.glob("*.pt"))
    if begun and (folder / "recipe.json").exists() and _shaping(recipe_of(folder)) != _shaping(recipe):
        raise UsageError(
            f"{folder} holds a run of another recipe", "its own recipe", "move that folder away first"
        )
    if begun and start is not None:
        raise UsageError(
            f"--from {start}, and a run in {folder} to resume", "one of them", "move that folder away"
        )
    (folder / "recipe.json").write_bytes(msgspec.json.format(msgspec.json.encode(recipe)))


def _shaping(recipe: Recipe) -> Recipe:
    return msgspec.structs.replace(recipe, terms="")


def _keep_data(
    recipe: Recipe, folder: Path, places: Sequence[Path], sources: Sequence[Source], start: Path | None
) -> None:
    """Write down what a run learns from, out of which places; UsageError where it goes on with others."""
    pictures = [source.name for source in set(sources) if not source.name.endswith(".line")]
    collections = Counter(name.partition("/")[0] if "/" in name else "" for name in pictures)
    own = any(not any(_ends_with(place, known) for known in recipe.data) for place in places)
    there = [known for known in recipe.data if any(_ends_with(place, known) for place in places)]
    record = DataRecord(
        [place.name for place in places] if own else list(dict.fromkeys(there)),
        len(pictures),
        dict(sorted(collections.items())),
        own,
        Path(*start.parts[-2:]).as_posix() if start else "",
    )
    path = folder / "data.json"
    if any(folder.glob("*.pt")) and path.exists():  # it goes on
        before = msgspec.json.decode(path.read_bytes(), type=DataRecord)
        if (before.own, before.places) != (record.own, record.places):
            raise UsageError(
                f"{folder} holds a run on {', '.join(before.places)}",
                "the same --data",
                "move that folder away first",
            )
        record = msgspec.structs.replace(record, start=before.start)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(record)))


def _ends_with(place: Path, known: str) -> bool:
    parts = Path(known).parts
    return place.absolute().parts[-len(parts) :] == parts


def _pictures(recipe: Recipe, data: Sequence[Path]) -> list[Source]:
    """What the recipe learns from; only those with a split of their own see all that is listed."""
    if recipe.model == "digits":
        return []
    return (
        list_pictures(_places(recipe, data)) if recipe.model in OWN_SPLIT else training_pictures(recipe, data)
    )


def training_pictures(recipe: Recipe, data: Sequence[Path]) -> list[Source]:
    """The recipe's pictures, without the held-out part."""
    kept = split(list_pictures(_places(recipe, data)))[0]
    if not kept:
        raise PictureError("no picture to learn from: all are held out", "more pictures", "check --data")
    return kept


def _places(recipe: Recipe, data: Sequence[Path]) -> list[Path]:
    if data or not recipe.data:
        return list(data)
    return [data_folder() / place for place in recipe.data if (data_folder() / place).exists()]


def recipe_of(folder: Path) -> Recipe:
    """The recipe that a run keeps beside its checkpoint."""
    return msgspec.json.decode((folder / "recipe.json").read_bytes(), type=Recipe)


def weights_in(folder: Path) -> Path | None:
    """A run's weights: `run.pt`, or `weights.safetensors` where only those were kept; None where there are neither."""
    found = [folder / name for name in ("run.pt", "weights.safetensors") if (folder / name).exists()]
    return found[0] if found and (folder / "recipe.json").exists() else None


def weights_at(path: Path) -> Path:
    """The weights of a file, a run's folder, or an exported model's; ModelMissing where there are none."""
    for found in (
        path,
        path / "run.pt",
        path / "weights.safetensors",
        path / WEIGHTS / "weights.safetensors",
    ):
        if found.is_file():
            return found
    raise ModelMissing(
        f"no weights at {path}", "a run, an exported model or a .safetensors file", "check --from"
    )


def find_runs(names: Sequence[str], places: Sequence[Path]) -> dict[str, Path]:
    """The folder of each named run, in the first of the places that has its weights; those without are left out."""
    found = {name: [place / name for place in places if weights_in(place / name)] for name in names}
    return {name: folders[0] for name, folders in found.items() if folders}


def scaled(recipe: Recipe, minutes: float) -> Recipe:
    """The same recipe with phases that add up to `minutes`."""
    factor = minutes / sum(phase.minutes for phase in recipe.phases)
    phases = [msgspec.structs.replace(phase, minutes=phase.minutes * factor) for phase in recipe.phases]
    return msgspec.structs.replace(recipe, phases=phases)


def data_text(folder: Path) -> str:
    """What the run in `folder` learnt from, as a spec says it."""
    recipe = recipe_of(folder)
    path = folder / "data.json"
    if not path.exists():  # a run of before there was a record
        return "; ".join(part for part in (", ".join(recipe.data), recipe.terms) if part) or "not recorded"
    record = msgspec.json.decode(path.read_bytes(), type=DataRecord)
    count = f"{record.pictures:,} pictures"
    if record.own:
        said = f"{count} of one's own ({', '.join(record.places)})"
    else:
        said = f"{count}; {recipe.terms}" if recipe.terms else f"{count} of {', '.join(record.places)}"
    return f"{said}; begun with {record.start}" if record.start else said


def export_model(checkpoint: Path, out: Path, *, overwrite: bool = False) -> Path:
    """A run (its folder), or kept weights (weights.safetensors beside recipe.json), as a model for the shop in `out`.

    Nothing is in `out` before the graphs have been found to give what the network gives. `out/weights/` gets the
    weights in half precision and the recipe: what a later run starts from. A model that is in `out` already is replaced
    with `overwrite` alone, and its card stays.
    """
    folder, weights = _run_at(checkpoint)
    _check_model_folder(out, overwrite=overwrite)
    if (model := recipe_of(folder).model) in BESIDE:
        _check_photo_of(out, model)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".exporting-", dir=out.parent) as made:
            _export(folder, weights, Path(made) / "model", name=out.resolve().name)
            _put(Path(made) / "model", out)
    except OutputError:
        raise
    except OSError as error:
        raise OutputError(f"{out}: {error.strerror or error}", "a folder that can be written") from error
    return out


def _run_at(checkpoint: Path) -> tuple[Path, Path]:
    """The run's folder, with its recipe, and the file with the weights."""
    folder = checkpoint if checkpoint.is_dir() else checkpoint.parent
    weights = checkpoint / "run.pt" if checkpoint.is_dir() else checkpoint
    for path in (weights, folder / "recipe.json"):
        if not path.is_file():
            raise ModelMissing(
                f"no {path.name} at {path.parent}" if path.parent.is_dir() else f"no run at {checkpoint}",
                "the folder of a run (recipe.json and run.pt), or weights beside their recipe.json",
                "name what `huewise train` wrote",
            )
    return folder, weights


def _check_model_folder(out: Path, *, overwrite: bool) -> None:
    if out.exists() and not out.is_dir():
        raise OutputError(f"{out}, which is a file", "a folder for the model", "name another")
    if out.is_dir() and any(out.iterdir()) and not (out / "spec.json").exists():
        raise OutputError(f"the folder {out}, which holds other things", "a new folder, or a model's")
    if (out / "spec.json").exists() and not overwrite:
        raise OutputError(f"the model {out}, which is there", "a new folder", "name another or --overwrite")


def _check_photo_of(out: Path, model: str) -> None:
    """Such an export holds the shop's photo model, and what else is beside it: it must not take another one's place."""
    from huewise.models import Spec, find
    from huewise.models.spec import read_spec

    def others(spec: Spec) -> list[str]:
        return [graph.sha256 for graph in spec.graphs if graph.per != model]

    there = out / "spec.json"
    if there.exists() and others(read_spec(there.read_bytes(), str(there))) != others(find("photo").spec):
        raise OutputError(
            f"{out}, which has another photo model than the shop",
            "a new folder",
            "put that one into the shop first",
        )


def _export(folder: Path, weights: Path, out: Path, name: str) -> None:
    """Graphs, spec, card and weights in `out`; ModelError where the graphs differ from the network."""
    from huewise.training import export
    from huewise.training.photo import load_weights
    from huewise.training.rounding import round_model

    recipe = recipe_of(folder)
    if recipe.model in BESIDE:
        check_photo(folder)
    network, write, measured = _exporter(recipe)
    load_weights(network, weights)
    spec = write(network, out, export.Facts(name, recipe.digest(), data_text(folder)))
    difference = measured(network, out)
    export.check_parity(difference)
    if recipe.model in ("photo", "belief"):
        difference = round_model(out, partial(measured, network, out))
    if recipe.model not in BESIDE:  # these keep the photo model's
        n_parameters = sum(parameter.numel() for parameter in network.parameters())
        (out / "card.md").write_text(export.card(spec, n_parameters, difference), encoding="utf-8")
    # Those of a graph beside a photo model lie beside the photo model's.
    kept = out / (f"{WEIGHTS}-{recipe.model}" if recipe.model in BESIDE else WEIGHTS)
    kept.mkdir()
    export.save_weights(network, kept / "weights.safetensors")
    for file in ("recipe.json", "data.json"):
        if (folder / file).exists():
            (kept / file).write_bytes((folder / file).read_bytes())


def _exporter(recipe: Recipe) -> tuple[Any, Callable[..., Any], Callable[..., float]]:
    """The recipe's network, without its weights; what writes its graphs; what measures how far they are from it."""
    from huewise.networks.belief import BeliefNetwork
    from huewise.networks.saturation import SaturationNetwork
    from huewise.training import (
        export,
        export_belief,
        export_lineart,
        export_saturation,
        export_zhang2017,
        lineart,
        photo,
        zhang2017,
    )

    exporters: dict[str, tuple[Callable[[], Any], Callable[..., Any], Callable[..., float]]] = {
        "photo": (partial(photo.build, recipe), export.export_photo, export.measured_difference),
        "belief": (BeliefNetwork, export_belief.export_belief, export_belief.measured_belief_difference),
        "saturation": (
            SaturationNetwork,
            export_saturation.export_saturation,
            export_saturation.measured_saturation_difference,
        ),
        "lineart": (
            partial(lineart.build, recipe),
            export_lineart.export_lineart,
            export_lineart.measured_rgb_difference,
        ),
        "zhang2017": (
            partial(zhang2017.build, recipe),
            export_zhang2017.export_paper,
            export_zhang2017.measured_paper_difference,
        ),
    }
    if recipe.model not in exporters:
        raise UsageError(
            f"a run of {recipe.model}",
            f"a run of {', '.join(exporters)}",
            "the others are read by `huewise evaluate`",
        )
    build, write, measured = exporters[recipe.model]
    return build(), write, measured


def _put(made: Path, out: Path) -> None:
    """Move a whole model to `out`, file by file where there is one already; its spec, which names the files, last."""
    if not out.exists():
        made.rename(out)
        return
    from huewise.training import export

    files = sorted((p for p in made.rglob("*") if p.is_file()), key=lambda p: p.name == "spec.json")
    for path in files:
        target = out / path.relative_to(made)
        if (
            target.name == "card.md"
            and target.exists()
            and export.UNWRITTEN not in target.read_text(encoding="utf-8")
        ):
            continue  # written by a person
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
