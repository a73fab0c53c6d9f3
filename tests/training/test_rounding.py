"""Weights in eight bits: how far they are off, that graphs still give what they gave, and what is left alone."""

import hashlib
from functools import partial
from pathlib import Path

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
torch = pytest.importorskip("torch")

from onnx import numpy_helper  # noqa: E402

from huewise.engine.session import OnnxSession  # noqa: E402
from huewise.errors import ModelError  # noqa: E402
from huewise.models.spec import read_spec  # noqa: E402
from huewise.networks.photo import PhotoNetwork  # noqa: E402
from huewise.training import rounding  # noqa: E402
from huewise.training.export import Facts, export_photo, measured_difference, write_graph  # noqa: E402
from huewise.training.rounding import round_weights, rounded  # noqa: E402
from tests.training.small import SMALL  # noqa: E402

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning"),
]


def test_a_weight_is_off_by_half_a_step_of_its_channel_at_most() -> None:
    weight = np.random.default_rng(0).normal(0, 1, (8, 5, 3, 3)).astype(np.float32)
    weight *= np.logspace(-3, 2, 8, dtype=np.float32)[:, None, None, None]
    whole, step = rounded(weight)
    assert np.all(np.abs(whole * step - weight) <= step * 0.501)
    assert np.abs(whole).max((1, 2, 3)).tolist() == [127] * 8


def test_a_transposed_convolution_has_its_output_channels_second(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = torch.nn.ConvTranspose2d(64, 16, 2, stride=2)
    with torch.no_grad():
        network.weight *= torch.logspace(-3, 1, 16)[None, :, None, None]
    path = tmp_path / "graph.onnx"
    write_graph(network, {"x": torch.zeros(1, 64, 8, 8)}, ("y",), path)
    x = {"x": np.random.default_rng(0).normal(0, 1, (1, 64, 8, 8)).astype(np.float32)}
    before = OnnxSession(path).run(x)["y"]
    onnx.save(round_weights(onnx.load(path)), path)
    assert any(w.name.endswith("_step") for w in onnx.load(path).graph.initializer)
    off = np.abs(OnnxSession(path).run(x)["y"] - before).mean((0, 2, 3))
    assert np.all(off < 0.02 * np.abs(before).mean((0, 2, 3)).clip(1e-6)), "also of the smallest channel"


def test_a_channel_of_zeros_stays_zero() -> None:
    whole, step = rounded(np.zeros((2, 3), np.float32))
    assert not whole.any() and np.isfinite(step).all()


def test_a_rounded_graph_is_half_as_large_and_gives_nearly_the_same(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 64, 3), torch.nn.ReLU(), torch.nn.Conv2d(64, 64, 3))
    path = tmp_path / "graph.onnx"
    write_graph(network, {"x": torch.zeros(1, 3, 16, 16)}, ("y",), path)
    x = {"x": np.random.default_rng(0).normal(0, 1, (1, 3, 16, 16)).astype(np.float32)}
    before, bytes_before = OnnxSession(path).run(x)["y"], path.stat().st_size
    model = round_weights(onnx.load(path))
    onnx.checker.check_model(model)
    onnx.save(model, path)
    after = OnnxSession(path).run(x)["y"]
    assert 0.0 < np.abs(after - before).mean() < 0.01 * np.abs(before).mean()
    assert path.stat().st_size < 0.6 * bytes_before
    kinds = {numpy_helper.to_array(w).dtype for w in model.graph.initializer if w.name.endswith("_half")}
    assert kinds == {np.dtype(np.int8), np.dtype(np.float16)}  # the first weight is too small to be worth it


@pytest.mark.filterwarnings("ignore:Constant folding:UserWarning")
def test_a_rounded_model_names_its_new_files_and_one_that_would_change_too_much_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures = [pytest.importorskip("skimage.data").astronaut()[:96, :128].copy()]
    network = PhotoNetwork(SMALL)
    export_photo(network, tmp_path, Facts("photo", "test", "none"), side=64)
    measure = partial(measured_difference, network, tmp_path, pictures)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    monkeypatch.setattr(rounding, "ALLOWED_ROUNDING", 0.0)
    with pytest.raises(ModelError, match="eight bits"):
        rounding.round_model(tmp_path, measure)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    monkeypatch.undo()
    exact = measure()
    monkeypatch.setattr(rounding, "ALLOWED_ROUNDING", 1.0)  # untrained weights round worse than trained ones
    assert exact < rounding.round_model(tmp_path, measure) < 1.0
    spec = read_spec((tmp_path / "spec.json").read_bytes(), "spec")
    for graph in spec.graphs:
        assert hashlib.sha256((tmp_path / graph.file).read_bytes()).hexdigest() == graph.sha256
    assert (tmp_path / "encode.onnx").stat().st_size < 0.7 * len(before["encode.onnx"])


def test_each_product_stands_behind_its_own_cast() -> None:
    weight = numpy_helper.from_array(np.ones((64, 64, 1, 1), np.float16), "w_half")
    one = onnx.TensorProto.FLOAT
    nodes = [
        onnx.helper.make_node("Cast", ["w_half"], ["w"], to=one),
        onnx.helper.make_node("Conv", ["x", "w"], ["y"]),
        onnx.helper.make_node("Shape", ["y"], ["s"]),
        onnx.helper.make_node("Cast", ["s"], ["z"], to=one),
    ]
    x, z = (onnx.helper.make_tensor_value_info(name, one, None) for name in "xz")
    graph = onnx.helper.make_graph(nodes, "graph", [x], [z], [weight])
    model = round_weights(onnx.helper.make_model(graph))
    assert [node.op_type for node in model.graph.node] == ["Cast", "Mul", "Conv", "Shape", "Cast"]


def test_rounding_twice_changes_nothing_more(tmp_path: Path) -> None:
    path = tmp_path / "graph.onnx"
    write_graph(torch.nn.Conv2d(64, 64, 3), {"x": torch.zeros(1, 64, 8, 8)}, ("y",), path)
    once = round_weights(onnx.load(path)).SerializeToString()
    assert round_weights(onnx.load_from_string(once)).SerializeToString() == once
