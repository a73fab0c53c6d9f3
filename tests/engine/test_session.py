"""How graphs are run: how many threads, and what is no graph."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from huewise.engine.session import OnnxSession, threads
from huewise.errors import ModelBroken, UsageError


@pytest.mark.parametrize(("given", "number"), [("", 0), ("0", 0), (" 3 ", 3), ("1024", 1024)])
def test_threads_come_from_the_environment(given: str, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUEWISE_THREADS", given)
    assert threads() == number


def test_without_the_variable_there_is_one_thread_a_core(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HUEWISE_THREADS", raising=False)
    assert threads() == 0


@pytest.mark.parametrize("given", ["x", "-1", "2.5", "1025", "9" * 5000, "²"])
def test_anything_else_is_refused_by_name(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUEWISE_THREADS", given)
    with pytest.raises(UsageError, match=r"HUEWISE_THREADS=.*; a whole number from 0"):
        threads()


def test_a_file_that_is_no_graph_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.onnx").write_bytes(b"no graph")
    with pytest.raises(ModelBroken, match=r"x\.onnx: .*; a graph that ONNX Runtime opens"):
        OnnxSession(tmp_path / "x.onnx")


def test_a_graph_that_fails_is_named(tmp_path: Path) -> None:
    """Joins its two inputs along the channels, so their sides have to be equal."""
    inputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 1, None, None]) for n in ("x", "y")]
    output = helper.make_tensor_value_info("z", TensorProto.FLOAT, [1, 2, None, None])
    nodes = [helper.make_node("Concat", ["x", "y"], ["z"], axis=1)]
    graph = helper.make_graph(nodes, "g", inputs, [output])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, tmp_path / "g.onnx")
    session = OnnxSession(tmp_path / "g.onnx")
    four, five = np.zeros((1, 1, 4, 4), np.float32), np.zeros((1, 1, 5, 5), np.float32)
    assert session.run({"x": four, "y": four})["z"].shape == (1, 2, 4, 4)
    with pytest.raises(ModelBroken, match=r"g\.onnx failed: .*; a graph that runs; install it again"):
        session.run({"x": four, "y": five})
