"""A graph that was trained beside the shop's photo model, exported together with that model's own files."""

import shutil
from pathlib import Path

import msgspec

from huewise.models import find
from huewise.models.spec import Graph, Spec
from huewise.training.export import Facts, write_spec


def photo_with(graph: Graph, out: Path, facts: Facts, photo: str = "photo") -> Spec:
    """Copy the photo model into `out`, where the graph's file lies, and write the spec of both.

    The graph takes the place of the one that runs at the same occasion, if there is one; all others stay.
    """
    model = find(photo)
    others = [other for other in model.spec.graphs if other.per != graph.per]
    for other in others:
        shutil.copyfile(model.files[other.file], out / other.file)
    spec = msgspec.structs.replace(model.spec, name=facts.name, graphs=[*others, graph])
    write_spec(spec, out)
    return spec
