"""Other people's models come into the shop checked, tried, and never by running a pickle."""

import pickle
import zipfile
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from huewise.engine import Colorizer, adopt
from huewise.engine.adopt import add
from huewise.errors import MissingExtra, ModelError, OutputError, UsageError
from huewise.hints import Region
from huewise.models import find

SIDES = {"siggraph17": [1, 2, 1], "siggraph17-centred": [1, 2, 1], "eccv16": [1], "ddcolor": [3]}


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "shelf"
    monkeypatch.setenv("HUEWISE_MODELS", str(folder))
    return folder


def write_onnx(
    path: Path,
    channels: list[int],
    *,
    weights: np.ndarray | None = None,
    side: int | None = None,
    pool: int = 1,
) -> Path:
    """A network of one 1x1 convolution over its joined inputs; by default a = sum of inputs' first channel / 4."""
    total = sum(channels)
    if weights is None:
        weights = np.zeros((2, total), np.float32)
        weights[:, 0] = 0.25 if total != 3 else 20.0
    size = [side, side] if side else ["h", "w"]
    inputs = [
        helper.make_tensor_value_info(f"in{i}", TensorProto.FLOAT, [1, n, *size])
        for i, n in enumerate(channels)
    ]
    nodes = [
        helper.make_node("Concat", [i.name for i in inputs], ["all"], axis=1),
        helper.make_node("AveragePool", ["all"], ["small"], kernel_shape=[pool, pool], strides=[pool, pool]),
        helper.make_node("Conv", ["small", "w"], ["out"]),
    ]
    tensor = helper.make_tensor("w", TensorProto.FLOAT, [*weights.shape, 1, 1], weights.ravel())
    output = helper.make_tensor_value_info("out", TensorProto.FLOAT, [1, weights.shape[0], "oh", "ow"])
    graph = helper.make_graph(nodes, "g", inputs, [output], [tensor])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9), path)
    return path


@pytest.mark.parametrize(("name", "channels"), SIDES.items())
def test_a_fitting_onnx_file_is_found_and_colours(tmp_path: Path, name: str, channels: list[int]) -> None:
    model = add(write_onnx(tmp_path / "a.onnx", channels), name)
    assert find(name) == model
    result = Colorizer.load(name).open(np.full((40, 60), 140, np.uint8)).colorize()
    assert result.rgb.shape == (40, 60, 3) and np.hypot(*result.ab[20, 30]) > 5
    assert "Licence" in model.card and not list(model.folder.parent.glob(".adding*"))


def test_what_is_fed_is_in_the_units_of_the_published_network(tmp_path: Path) -> None:
    picture = np.full((64, 64), 119, np.uint8)  # L = 50.0
    every = Region([(0, 0), (64, 0), (64, 64), (0, 64)], (30.0, -20.0))
    # a = L / 2 + 100 mask: 25 without a hint; b = the hinted b
    weights = np.array([[0.5, 0, 0, 100], [0, 0, 1, 0]], np.float32)
    for name, mask in (("siggraph17", 0.0), ("siggraph17-centred", -0.5)):
        add(write_onnx(tmp_path / "a.onnx", [1, 2, 1], weights=weights), name)
        opened = Colorizer.load(name).open(picture)
        assert np.allclose(opened.network(), [opened.l_hw[0, 0] / 2 + 100 * mask, 0], atol=1e-2)
        assert np.allclose(opened.network([every])[..., 1], -20, atol=1e-3)
    add(write_onnx(tmp_path / "a.onnx", [3], weights=np.full((2, 3), 20, np.float32)), "ddcolor")
    assert np.allclose(Colorizer.load("ddcolor").open(picture).network(), 60 * 119 / 255, atol=0.1)


def test_hints_reach_their_colour_whatever_the_network_does(tmp_path: Path) -> None:
    add(write_onnx(tmp_path / "a.onnx", [1, 2, 1]), "siggraph17")
    lab = (
        Colorizer.load("siggraph17")
        .open(np.full((64, 64), 119, np.uint8))
        .colorize([Region([(16, 16), (48, 16), (48, 48), (16, 48)], (30.0, -20.0))])
        .lab
    )
    assert np.abs(lab[32, 32, 1:] - (30, -20)).max() < 1.5


def test_a_smaller_output_is_described_as_such(tmp_path: Path) -> None:
    model = add(write_onnx(tmp_path / "a.onnx", [1], pool=4), "eccv16")
    assert model.spec.graphs[0].outputs[0].at == 4


def test_a_file_of_one_size_gets_squashed_pictures(tmp_path: Path) -> None:
    model = add(write_onnx(tmp_path / "a.onnx", [3], side=128), "ddcolor")
    assert model.spec.square and model.spec.side == 128
    opened = Colorizer.load("ddcolor").open(np.full((50, 200), 140, np.uint8))
    assert opened.l_hw.shape == (128, 128) and opened.colorize().rgb.shape == (50, 200, 3)


@pytest.mark.parametrize("channels", [[4], [1, 2], [1, 2, 1, 1], [2, 1, 1]])
def test_other_inputs_are_refused(tmp_path: Path, channels: list[int]) -> None:
    with pytest.raises(ModelError, match=r"\(1, 1, h, w\) of l"):
        add(write_onnx(tmp_path / "a.onnx", channels), "siggraph17")


def test_another_output_is_refused(tmp_path: Path, shelf: Path) -> None:
    with pytest.raises(ModelError, match="the ab"):
        add(write_onnx(tmp_path / "a.onnx", [1], weights=np.ones((313, 1), np.float32)), "eccv16")
    assert not list(shelf.glob("*/spec.json"))


def test_a_network_that_runs_at_one_size_only_is_told_from_one_of_other_weights(tmp_path: Path) -> None:
    """It adds a map of 64 x 64 to its input, and says that it takes any size."""
    inputs = [helper.make_tensor_value_info("l", TensorProto.FLOAT, [1, 1, "h", "w"])]
    output = helper.make_tensor_value_info("ab", TensorProto.FLOAT, [1, 2, "h", "w"])
    fixed = helper.make_tensor("map", TensorProto.FLOAT, [1, 2, 64, 64], np.ones(2 * 64 * 64))
    graph = helper.make_graph([helper.make_node("Add", ["l", "map"], ["ab"])], "g", inputs, [output], [fixed])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, tmp_path / "a.onnx")
    with pytest.raises(
        ModelError, match=r"a\.onnx: model\.onnx failed: .*; a network that runs at every size"
    ):
        add(tmp_path / "a.onnx", "eccv16")


@pytest.mark.parametrize(("scale", "what"), [(0.0, "gray"), (0.004, "gray"), (1000.0, "reaches")])
def test_gray_and_wild_results_are_refused(tmp_path: Path, shelf: Path, scale: float, what: str) -> None:
    weights = np.full((2, 1), scale, np.float32)
    with pytest.raises(ModelError, match=what):
        add(write_onnx(tmp_path / "a.onnx", [1], weights=weights), "eccv16")
    assert not list(shelf.glob("*"))


class Bomb:
    """A pickle that leaves a trace when it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (Path.touch, (self.path,))  # type: ignore[return-value]


@pytest.mark.parametrize("ending", ["pth", "pt", "ckpt", "bin", "onnx", "safetensors"])
@pytest.mark.parametrize("zipped", [False, True])
def test_a_pickle_is_refused_under_any_name_and_never_loaded(
    tmp_path: Path, ending: str, zipped: bool
) -> None:
    trace, file = tmp_path / "trace", tmp_path / f"weights.{ending}"
    data = pickle.dumps(Bomb(trace))
    if zipped:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("archive/data.pkl", data)
    else:
        file.write_bytes(data)
    with pytest.raises(ModelError, match="safetensors"):
        add(file, "siggraph17")
    assert not trace.exists()
    pickle.loads(data)
    assert trace.exists()  # the bomb was live


def test_what_is_no_model_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.onnx").write_bytes(b"\x08\x09<html>")
    (tmp_path / "a.txt").write_text("x")
    for name in ("a.onnx", "a.txt", "missing.onnx"):
        with pytest.raises(ModelError, match=name):
            add(tmp_path / name, "eccv16")
    with pytest.raises(UsageError, match="deoldify"):
        add(tmp_path / "a.onnx", "deoldify")


def test_a_model_is_replaced_only_on_demand(tmp_path: Path) -> None:
    file = write_onnx(tmp_path / "a.onnx", [1])
    add(file, "eccv16")
    with pytest.raises(OutputError, match="overwrite"):
        add(file, "eccv16")
    add(file, "eccv16", overwrite=True)


def test_safetensors_without_the_extra_say_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"\x00" * 16)
    monkeypatch.setattr(adopt, "CONVERTER", "huewise.no_such_room:to_onnx")
    with pytest.raises(MissingExtra, match=r"\.\[train\]"):
        add(tmp_path / "a.safetensors", "eccv16")
    with pytest.raises(ModelError, match="export_onnx"):
        add(tmp_path / "a.safetensors", "ddcolor")
