"""Weights in eight bits: half the bytes of half precision, at a price that is measured and bounded.

Each output channel of a large weight has its own step, so that 127 of them reach its largest value. ONNX Runtime puts
the floats together when it loads the graph: it computes with them as before.
"""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from huewise.errors import ModelError
from huewise.models.spec import read_spec
from huewise.training.export import exported, parity_hints, parity_pictures, write_spec

LEAST = 4096  # values of a weight that is worth it
ALLOWED_ROUNDING = 0.3  # mean |ab difference| that rounding may make


def round_model(folder: Path, pictures: Sequence[NDArray[np.uint8]] = ()) -> float:
    """Round the large weights of the graphs in `folder` and name them anew in its spec; the mean |ab difference|.

    It is that over real pictures (scikit-image's own where none are given), with and without hints. ModelError, and
    nothing changed, where it is above `ALLOWED_ROUNDING`.
    """
    import onnx

    pictures = pictures or parity_pictures()
    before = _answers(folder, pictures)
    spec = read_spec((folder / "spec.json").read_bytes(), str(folder))
    whole = {graph.file: (folder / graph.file).read_bytes() for graph in spec.graphs}
    for name in whole:
        onnx.save(round_weights(onnx.load(folder / name)), folder / name)
    difference = float(
        np.mean([np.abs(a - b).mean() for a, b in zip(before, _answers(folder, pictures), strict=True)])
    )
    if not difference <= ALLOWED_ROUNDING:
        for name, data in whole.items():
            (folder / name).write_bytes(data)
        raise ModelError(
            f"weights in eight bits change the colours by {difference:.2f} ab in the mean",
            f"at most {ALLOWED_ROUNDING}",
            "leave them in half precision",
        )
    graphs = [
        msgspec.structs.replace(graph, sha256=hashlib.sha256((folder / graph.file).read_bytes()).hexdigest())
        for graph in spec.graphs
    ]
    write_spec(msgspec.structs.replace(spec, graphs=graphs), folder)
    return difference


def round_weights(model: Any) -> Any:
    """A graph as `export.write_graph` leaves it: its large half-precision weights become int8 times a step."""
    import onnx
    from onnx import numpy_helper

    casts = {node.input[0]: node for node in model.graph.node if node.op_type == "Cast"}
    made = []
    for half in list(model.graph.initializer):
        array = numpy_helper.to_array(half)
        if array.dtype != np.float16 or array.ndim < 2 or array.size < LEAST or half.name not in casts:
            continue
        whole, step = rounded(array.astype(np.float32))
        cast = casts[half.name]
        target, cast.output[0] = cast.output[0], f"{half.name}_whole"
        model.graph.initializer.remove(half)
        model.graph.initializer.append(numpy_helper.from_array(whole, half.name))
        model.graph.initializer.append(numpy_helper.from_array(step, f"{half.name}_step"))
        made.append(onnx.helper.make_node("Mul", [cast.output[0], f"{half.name}_step"], [target]))
    n_casts = len(casts)  # they come first; what uses the weights comes after
    for node in made:
        model.graph.node.insert(n_casts, node)
    return model


def rounded(weight: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers -127..127, and the step of each output channel (the first axis), in the weight's dimensions."""
    largest = np.abs(weight).max(tuple(range(1, weight.ndim)), keepdims=True)
    step = np.maximum(largest / 127.0, np.finfo(np.float32).tiny).astype(np.float32)
    return np.rint(weight / step).astype(np.int8), step


def _answers(folder: Path, pictures: Sequence[NDArray[np.uint8]]) -> list[NDArray[np.float32]]:
    colorizer = exported(folder)
    made = []
    for rgb in pictures:
        opened = colorizer.open(rgb)
        h, w = rgb.shape[:2]
        made += [opened.predict(hints).ab_hw2 for hints in ([], parity_hints(w, h))]
    return made
