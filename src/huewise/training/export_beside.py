"""A graph that was trained beside the shop's photo model, exported together with that model's own files."""

import shutil
from pathlib import Path

import msgspec

from huewise.models import find
from huewise.models.spec import Graph, Spec
from huewise.training.export import write_spec


def photo_with(graph: Graph, out: Path, name: str) -> Spec:
    """Copy the shop's photo model and its card into `out`, where the graph's file lies, and write the spec of both.

    The graph takes the place of the one that runs at the same occasion, if there is one; all others stay.
    """
    model = find("photo")
    others = [other for other in model.spec.graphs if other.per != graph.per]
    for other in others:
        shutil.copyfile(model.files[other.file], out / other.file)
    spec = msgspec.structs.replace(model.spec, name=name, graphs=[*others, graph])
    write_spec(spec, out)
    (out / "card.md").write_text(model.card, encoding="utf-8")
    return spec
