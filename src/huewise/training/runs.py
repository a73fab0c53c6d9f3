"""`huewise train` and `huewise export`: a recipe's run from its data to shipped graphs."""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from huewise.errors import UsageError
from huewise.training.pictures import Source, data_folder, list_pictures, split
from huewise.training.recipe import Recipe, load_recipe

DRAWING_MODELS = ("lineart", "inoue-regression", "inoue-classification")
"""These split their drawings by a rule of their own, by source drawing."""


def run(
    recipe: str | Path,
    data: Sequence[Path] = (),
    start: Path | None = None,
    minutes: float | None = None,
    *,
    out: Path | None = None,
) -> Path:
    """Train by a recipe (a name or a .toml file), resuming what lies in `out` (default runs/NAME); returns `out`.

    `data`: shards and folders in place of the recipe's own. `start`: weights to begin with. `minutes`: the whole run's
    length; each phase keeps its share.
    """
    chosen = load_recipe(recipe)
    if minutes is not None:
        chosen = scaled(chosen, minutes)
    folder = out or Path("runs") / (Path(recipe).stem)
    folder.mkdir(parents=True, exist_ok=True)
    _keep_recipe(chosen, folder, start)
    if chosen.model in DRAWING_MODELS:
        from huewise.training import lineart

        lineart.train_lineart(chosen, list_pictures(_places(chosen, data)), folder, start)
    elif chosen.model in ("asker", "lineart-asker"):
        from huewise.training import asking

        drawings = chosen.model == "lineart-asker"  # split by `lineart_data`
        sources = list_pictures(_places(chosen, data)) if drawings else training_pictures(chosen, data)
        asking.train_asker(chosen, sources, folder, start)
    elif chosen.model == "unified-asker":
        from huewise.training import unified_asking

        unified_asking.train_unified(chosen, training_pictures(chosen, data), folder, start)
    elif chosen.model == "digits":
        from huewise.training import digit_asking

        digit_asking.train_digits(chosen, folder)
    else:
        from huewise.training import photo

        photo.train_photo(chosen, training_pictures(chosen, data), folder, start)
    return folder


def _keep_recipe(recipe: Recipe, folder: Path, start: Path | None) -> None:
    """Write the recipe beside the run; refuse to go on with another one, or to begin anew over a run."""
    begun = any(folder.glob("*.pt"))
    if begun and (folder / "recipe.json").exists() and recipe_of(folder) != recipe:
        raise UsageError(
            f"{folder} holds a run of another recipe", "its own recipe", "move that folder away first"
        )
    if begun and start is not None:
        raise UsageError(
            f"--from {start}, and a run in {folder} to resume", "one of them", "move that folder away"
        )
    (folder / "recipe.json").write_bytes(msgspec.json.format(msgspec.json.encode(recipe)))


def training_pictures(recipe: Recipe, data: Sequence[Path]) -> list[Source]:
    """The recipe's pictures, without the held-out part."""
    return split(list_pictures(_places(recipe, data)))[0]


def _places(recipe: Recipe, data: Sequence[Path]) -> list[Path]:
    if data:
        return list(data)
    places = [data_folder() / place for place in recipe.data]
    return [place for place in places if place.exists()]


def recipe_of(folder: Path) -> Recipe:
    """The recipe that a run keeps beside its checkpoint."""
    return msgspec.json.decode((folder / "recipe.json").read_bytes(), type=Recipe)


def scaled(recipe: Recipe, minutes: float) -> Recipe:
    """The same recipe with phases that add up to `minutes`."""
    factor = minutes / sum(phase.minutes for phase in recipe.phases)
    phases = [msgspec.structs.replace(phase, minutes=phase.minutes * factor) for phase in recipe.phases]
    return msgspec.structs.replace(recipe, phases=phases)


def export_model(checkpoint: Path, out: Path) -> Path:
    """A run (its folder), or kept weights (weights.safetensors beside recipe.json), as a model for the shop in `out`.

    `out/weights/` gets the weights in half precision and the recipe: what a later run starts from.
    """
    from huewise.training import export, photo

    folder = checkpoint if checkpoint.is_dir() else checkpoint.parent
    weights = checkpoint / "run.pt" if checkpoint.is_dir() else checkpoint
    recipe = recipe_of(folder)
    network = photo.build(recipe)
    photo.load_weights(network, weights)
    export.export_photo(network, out, recipe=recipe.digest())
    export.check_parity(export.measured_difference(network, out))
    kept = out / "weights"
    kept.mkdir(exist_ok=True)
    export.save_weights(network, kept / "weights.safetensors")
    (kept / "recipe.json").write_bytes((folder / "recipe.json").read_bytes())
    return out
