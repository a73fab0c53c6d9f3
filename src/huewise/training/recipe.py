"""A recipe: everything that makes one training run, read from TOML and saved with its result."""

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from importlib import resources
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from huewise.errors import UsageError


class Phase(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One stretch of a run; several follow each other, each with its own cosine."""

    name: str
    minutes: float
    batch: int = 64
    window: int = 128  # picture pixels; 256: whole crops
    rate: float = 1e-3  # AdamW, falling by a half cosine to a hundredth
    warmup: float = 0.02  # share of the phase
    schedule: Literal["cosine", "constant"] = "cosine"  # constant: phases with falling rates are plateaus
    until_step: int = (
        0  # of the whole run: the phase ends there, if its minutes do not pass before; 0: by time
    )
    hints: bool = True  # False: automatic colour and affinities only
    globals: bool = False
    scale: tuple[float, float] = (0.65, 1.0)  # of the crops' side against the picture's short side
    least_side: int = 0  # only pictures whose short side has so many pixels: sharp ones
    bins: bool = False  # train the 313-bin head alone, all else frozen
    crown: bool = False  # train the automatic colour alone, with the encoder above 1/8
    shrink: int = 1  # askers: so many pixels a side of what they learn from are taken together


Model = Literal[
    "photo",
    "belief",
    "saturation",
    "asker",
    "lineart-asker",
    "digits",
    "zhang2017",
    "lineart",
    "inoue-regression",
    "inoue-classification",
]

# Than weights whose digests are kept: left out of a digest where they have the value that changes nothing.
_YOUNGER = {"decibels": 0.0, "keep_statistics": False, "keep_automatic": False, "crown": False, "shrink": 1}


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """See the recipes beside this file for what each number does."""

    model: Model
    phases: list[Phase]
    seed: int = 0
    data: list[str] = []  # places below the data folder, shards or folders; --data replaces them
    crops: int = 2  # crops cached of each picture
    augment: bool = True
    weight_decay: float = 0.02
    beta: float = 0.05  # of the smooth-L1 loss, in ab/110
    decibels: float = 0.0  # weight of the error in dB beside it: the photo model's phases with hints or crown
    ema: float = 0.999
    keep_statistics: bool = False  # of the photo network's BatchNorms: for going on from averaged weights
    keep_automatic: bool = False  # the neck's colours: phases with hints train affinities and decoder alone
    size: dict[str, int | bool | tuple[int, ...]] = {}
    mix: dict[str, float] = {}  # of simulated hints; phases of bins have their own (`training/bins.py`)
    terms: str = ""  # what the recipe's own data are and on which terms, for specs and cards

    def digest(self) -> str:
        """Short hash that a spec records: of everything that shapes the weights, so not of the terms."""
        shaping = msgspec.to_builtins(self)
        del shaping["terms"]
        for part in (shaping, *shaping["phases"]):
            for name, nothing in _YOUNGER.items():
                if part.get(name) == nothing:
                    del part[name]
        return hashlib.sha256(msgspec.json.encode(shaping)).hexdigest()[:12]


Numbers = TypeVar("Numbers")


def numbers(values: Mapping[str, Any], kind: type[Numbers]) -> Numbers:
    """A recipe's `size` or `mix` as the record that it is for; UsageError for a name that this does not know."""
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    if unknown := [name for name in values if name not in known]:
        raise UsageError(
            f"{', '.join(unknown)} in the recipe", f"among {', '.join(known)}", "mend the recipe"
        )
    return msgspec.convert(values, kind)


def load_recipe(name: str | Path) -> Recipe:
    """A recipe by path, or by the name of one that comes with Huewise."""
    path = Path(name)
    shipped = resources.files("huewise.training") / "recipes" / f"{name}.toml"
    if path.suffix == ".toml" and path.exists():
        text = path.read_bytes()
    elif shipped.is_file():
        text = shipped.read_bytes()
    else:
        known = sorted(p.name[:-5] for p in shipped_recipes())
        raise UsageError(
            f"no recipe {str(name)!r}", f"a .toml file or one of {', '.join(known)}", "check the name"
        )
    try:
        return msgspec.toml.decode(text, type=Recipe)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"recipe {name}: {error}", "the keys of training/recipe.py", "mend the recipe"
        ) from error


def shipped_recipes() -> list[Path]:
    """The recipes that come with Huewise."""
    folder = resources.files("huewise.training") / "recipes"
    return [Path(str(p)) for p in folder.iterdir() if p.name.endswith(".toml")]
