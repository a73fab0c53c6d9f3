"""Weights in eight bits: half the bytes of half precision, at a price that is measured and bounded.

Each output channel of a large weight has its own step, so that 127 of them reach its largest value. ONNX Runtime puts
the floats together when it loads the graph: it computes with them as before.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from huewise.errors import ModelError
from huewise.models.spec import read_spec
from huewise.training.export import graph_of, write_spec

LEAST = 4096  # values of a weight that is worth it
ALLOWED_ROUNDING = 0.3  # mean |ab difference| between the network and graphs with rounded weights


def round_model(folder: Path, measure: Callable[[], float]) -> float:
    """Round the large weights of the graphs in `folder` and name them anew in its spec; what `measure` says then.

    It measures how far the graphs in the folder are from their network, in ab units. ModelError, and nothing changed,
    where that is above `ALLOWED_ROUNDING`. The bins' head is not measured here, but by the palette's figures.
    """
    import onnx

    whole = {path.name: path.read_bytes() for path in (*folder.glob("*.onnx"), folder / "spec.json")}
    spec = read_spec(whole["spec.json"], str(folder))
    for graph in spec.graphs:
        onnx.save(round_weights(onnx.load(folder / graph.file)), folder / graph.file)
    graphs = [graph_of(folder / graph.file, graph.per, graph.feeds, graph.outputs) for graph in spec.graphs]
    write_spec(msgspec.structs.replace(spec, graphs=graphs), folder)
    difference = measure()
    if not difference <= ALLOWED_ROUNDING:
        for name, data in whole.items():
            (folder / name).write_bytes(data)
        raise ModelError(
            f"with weights in eight bits the graphs differ from the network by {difference:.2f} ab in the mean",
            f"at most {ALLOWED_ROUNDING}",
            "leave them in half precision",
        )
    return difference


def round_weights(model: Any) -> Any:
    """A graph as `export.write_graph` leaves it: its large half-precision weights become int8 times a step."""
    import onnx
    from onnx import numpy_helper

    casts = {node.input[0]: node for node in model.graph.node if node.op_type == "Cast"}
    for half in list(model.graph.initializer):
        array = numpy_helper.to_array(half)
        convolution = array.ndim == 4
        if array.dtype != np.float16 or not convolution or array.size < LEAST or half.name not in casts:
            continue
        cast = casts[half.name]
        # Others have their output channels first.
        transposed = any(n.op_type == "ConvTranspose" and cast.output[0] in n.input for n in model.graph.node)
        whole, step = rounded(array.astype(np.float32), axis=1 if transposed else 0)
        target, cast.output[0] = cast.output[0], f"{half.name}_whole"
        model.graph.initializer.remove(half)
        model.graph.initializer.append(numpy_helper.from_array(whole, half.name))
        model.graph.initializer.append(numpy_helper.from_array(step, f"{half.name}_step"))
        product = onnx.helper.make_node("Mul", [cast.output[0], f"{half.name}_step"], [target])
        model.graph.node.insert(list(model.graph.node).index(cast) + 1, product)
    return model


def rounded(weight: NDArray[np.float32], axis: int = 0) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Whole numbers -127..127, and the step of each output channel (`axis`), in the weight's dimensions."""
    largest = np.abs(weight).max(tuple(i for i in range(weight.ndim) if i != axis), keepdims=True)
    step = np.maximum(largest / 127.0, np.finfo(np.float32).tiny).astype(np.float32)
    return np.rint(weight / step).astype(np.int8), step
