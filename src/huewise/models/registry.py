"""Finding models: in the package, then in $HUEWISE_MODELS, then in the user's data folder; and classical methods."""

import hashlib
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from huewise.color.bins import SETS
from huewise.errors import ModelCorrupt, ModelError, ModelMissing
from huewise.models.methods import METHODS, offered
from huewise.models.spec import Spec, read_spec

DEFAULT = "photo"
DRAWING = "lineart"
BIN_SPACES = {"photo": "ab", "drawing": "rgb"}  # of the bins that the engine mixes and suggests for each kind


@dataclass(frozen=True)
class Model:
    """A model in the shop: its folder (None: a method that needs no files) and its spec."""

    folder: Path | None
    spec: Spec

    @property
    def card(self) -> str:
        """What it is good and bad at, in Markdown."""
        path = self.folder and self.folder / "card.md"
        if path and path.exists():
            return path.read_text(encoding="utf-8", errors="replace")
        return f"# {self.spec.name}\n\n{self.spec.description}\n"

    @property
    def files(self) -> dict[str, Path]:
        """Where its graphs lie, by the name in the spec; a method has none."""
        return {} if self.folder is None else {g.file: self.folder / g.file for g in self.spec.graphs}

    @property
    def size(self) -> int:
        """Bytes of its graphs; one that is missing counts as nothing (`verify` names it)."""
        return sum(path.stat().st_size for path in self.files.values() if path.is_file())


@dataclass(frozen=True)
class Broken:
    """A folder on a shelf whose spec cannot be read. It stops no command; whoever lists the models names it."""

    folder: Path
    error: ModelError


def shelves() -> list[Path]:
    """The folders that are looked through, first wins."""
    from platformdirs import user_data_path

    places = [Path(__file__).parent / "shop"]
    if given := os.environ.get("HUEWISE_MODELS"):
        places += [Path(part) for part in given.split(os.pathsep) if part]
    return [*places, user_data_path("huewise") / "models"]


def own_shelf() -> Path:
    """Where the user's own models go: the first of $HUEWISE_MODELS, or the user's data folder."""
    return shelves()[1]


def installed() -> list[Model]:
    """All models of the shop, by name, and the classical methods that can run here."""
    return _survey()[0]


def broken() -> list[Broken]:
    """The folders of the shop that should be models and are none."""
    return _survey()[1]


def _survey() -> tuple[list[Model], list[Broken]]:
    found = {spec.name: Model(None, spec) for spec in offered()}
    refused = []
    for shelf in shelves():
        for path in sorted(shelf.glob("*/spec.json")) if shelf.is_dir() else []:
            try:
                spec = _read(path)
            except ModelError as error:
                refused.append(Broken(path.parent, error))
            else:
                found.setdefault(spec.name, Model(path.parent, spec))
    return [found[name] for name in sorted(found)], refused


def _read(path: Path) -> Spec:
    try:
        spec = read_spec(path.read_bytes(), str(path))
    except (OSError, RecursionError) as error:
        reason = getattr(error, "strerror", None) or "nested too deeply"
        raise ModelError(
            f"{path}: {reason}", "a spec as docs/models.md describes", "mend the spec"
        ) from error
    if spec.bins and spec.bins not in SETS:
        raise ModelError(f"{path}: the bin set {spec.bins!r}", f"one of {', '.join(SETS)}", "mend the spec")
    space = SETS[spec.bins]().space if spec.bins else ""
    if spec.bins and space != BIN_SPACES.get(spec.kind, space):
        fitting = ", ".join(name for name in SETS if SETS[name]().space == BIN_SPACES[spec.kind])
        raise ModelError(f"{path}: bins of {spec.bins} for a {spec.kind}", fitting, "mend the spec")
    return spec


def find(name: str = "auto") -> Model:
    """The model of that name; `auto` is the photo model (drawings: `for_drawings`)."""
    wanted = DEFAULT if name == "auto" else name
    models = {model.spec.name: model for model in installed()}
    if wanted in METHODS:
        return Model(None, METHODS[wanted])
    if wanted not in models:
        for one in broken():
            if one.folder.name == wanted:
                raise one.error
        raise ModelMissing(
            f"no model {wanted!r}",
            f"one of {', '.join(models) or '(none installed)'}",
            "see `huewise models`",
        )
    return models[wanted]


def for_drawings() -> str:
    """The model for drawings: `lineart` where the shop has it, else `flats`, which colours by hints alone."""
    return DRAWING if any(model.spec.name == DRAWING for model in installed()) else "flats"


def verify(model: Model) -> None:
    """Every graph file against the SHA-256 of the spec."""
    promised = {graph.file: graph.sha256 for graph in model.spec.graphs}
    for name, path in model.files.items():
        if not path.is_file():
            raise ModelCorrupt(f"{path}: missing", f"the file of model {model.spec.name}", _remedy(model))
        found = file_sha256(path, path.stat().st_mtime_ns)
        if found != promised[name]:
            raise ModelCorrupt(
                f"{path}: SHA-256 {found}",
                f"SHA-256 {promised[name]}",
                f"the file is damaged: {_remedy(model)}",
            )


def _remedy(model: Model) -> str:
    """What helps where a model's file is missing or wrong."""
    own = model.folder is not None and model.folder.parent != shelves()[0]
    return "put the right file there, or its SHA-256 into spec.json" if own else "install Huewise again"


@lru_cache(maxsize=64)
def file_sha256(path: Path, _changed: int) -> str:
    """SHA-256 of a file (remembered until it changes)."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
