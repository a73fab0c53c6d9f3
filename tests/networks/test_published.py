"""Published networks: the parameters of their files, and what comes out of them."""

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from huewise.engine import Colorizer
from huewise.engine.adopt import add
from huewise.errors import ModelError
from huewise.hints import Point
from huewise.networks import published
from huewise.networks.published import Eccv16, Siggraph17

TINY: dict[str, Callable[[], nn.Module]] = {"siggraph17": lambda: Siggraph17(2), "eccv16": lambda: Eccv16(2)}


def tensors(network: nn.Module) -> dict[str, torch.Tensor]:
    return {key: value.clone() for key, value in network.state_dict().items()}


def vivid(name: str) -> dict[str, torch.Tensor]:
    """Small weights whose output is not gray."""
    torch.manual_seed(0)
    made = tensors(TINY[name]())
    if name == "siggraph17":
        made["model_out.0.bias"] = torch.tensor([0.2, -0.1])
    else:
        made["model_out.weight"] += 0.3
    return made


def test_the_full_size_networks_have_the_published_parameters() -> None:
    with torch.device("meta"):
        siggraph, eccv = Siggraph17().state_dict(), Eccv16().state_dict()
    shapes = {key: tuple(value.shape) for key, value in siggraph.items()}
    assert shapes["model1.0.weight"] == (64, 4, 3, 3) and shapes["model1.4.running_var"] == (64,)
    assert shapes["model3.6.weight"] == (256,) and shapes["model4.4.weight"] == (512, 512, 3, 3)
    assert shapes["model8up.0.weight"] == (512, 256, 4, 4) and shapes["model8.5.weight"] == (256,)
    assert shapes["model9.3.bias"] == (128,) and shapes["model10.1.weight"] == (128, 128, 3, 3)
    assert shapes["model1short10.0.weight"] == (128, 64, 3, 3) and shapes["model_class.0.weight"] == (
        529,
        256,
        1,
        1,
    )
    assert shapes["model_out.0.weight"] == (2, 128, 1, 1)
    shapes = {key: tuple(value.shape) for key, value in eccv.items()}
    assert shapes["model1.2.weight"] == (64, 64, 3, 3) and shapes["model1.4.weight"] == (64,)
    assert shapes["model8.0.weight"] == (512, 256, 4, 4) and shapes["model8.6.weight"] == (313, 256, 1, 1)
    assert shapes["model_out.weight"] == (2, 313, 1, 1) and "model_out.bias" not in shapes
    size = sum(value.numel() * 4 for value in siggraph.values())
    assert round(size / 2**20) == 130  # the published file has 130 MB


@pytest.mark.parametrize("name", TINY)
def test_safetensors_become_a_model_that_gives_what_torch_gives(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUEWISE_MODELS", str(tmp_path / "shelf"))
    monkeypatch.setitem(published.BUILD, name, TINY[name])
    weights = vivid(name)
    save_file(weights, tmp_path / "a.safetensors")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        add(tmp_path / "a.safetensors", name)
    network = TINY[name]().eval()
    network.load_state_dict(weights)
    picture = np.random.default_rng(0).integers(0, 256, (96, 120), np.uint8)
    opened = Colorizer.load(name).open(picture)
    hints = [Point(30, 40, (50.0, 40.0, 10.0), radius=6)] if name == "siggraph17" else []
    l_b1hw = torch.from_numpy(opened.l_hw)[None, None]
    feeds = [l_b1hw]
    if hints:
        hint_hw2, mask_hw = opened.sources(hints).raster(1)
        feeds += [torch.from_numpy(hint_hw2).permute(2, 0, 1)[None], torch.from_numpy(mask_hw)[None, None]]
    with torch.no_grad():
        truth = network(*feeds)[0].permute(1, 2, 0).numpy()
    made = opened.network(hints)
    at = made.shape[0] // truth.shape[0]
    assert np.abs(made.mean((0, 1)) - truth.mean((0, 1))).max() < 0.05
    assert at == (1 if hints else 4) and (at > 1 or np.abs(made - truth).max() < 0.01)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda w: w.pop("model2.0.bias"), r"model2\.0\.bias missing"),
        (lambda w: w.update(extra=torch.zeros(1)), "extra unknown"),
        (lambda w: w.update({"model2.0.bias": torch.zeros(7)}), r"model2\.0\.bias \(7,\) instead of \(4,\)"),
    ],
)
def test_a_name_or_shape_that_differs_is_refused(
    change: Callable[[dict[str, torch.Tensor]], object],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(published.BUILD, "siggraph17", TINY["siggraph17"])
    weights = vivid("siggraph17")
    change(weights)
    save_file(weights, tmp_path / "a.safetensors")
    with pytest.raises(ModelError, match=told):
        published.to_onnx(tmp_path / "a.safetensors", "siggraph17", tmp_path / "model.onnx")


def test_damaged_safetensors_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"\xff" * 100)
    with pytest.raises(ModelError, match="whole safetensors"):
        published.to_onnx(tmp_path / "a.safetensors", "eccv16", tmp_path / "model.onnx")


def test_inputs_are_normalized_and_subsampled_as_published() -> None:
    network, seen = Siggraph17(2).eval(), {}
    for name in ("model1", "model2"):
        network.get_submodule(name).register_forward_pre_hook(
            lambda _, x, name=name: seen.update({name: x[0]})
        )
    network.model1.register_forward_hook(lambda _, x, y: seen.update(conv1=y))
    l_b1hw = torch.rand(1, 1, 16, 16) * 100
    with torch.no_grad():
        for layer in (0, 2):  # no dead ReLU: the features must differ from place to place
            network.model1[layer].weight.abs_()
            network.model1[layer].bias.fill_(9.0)
        network.model_out[0].bias.fill_(50.0)
        out = network(l_b1hw, torch.full((1, 2, 16, 16), -55.0), torch.ones(1, 1, 16, 16))
    assert torch.allclose(seen["model1"][:, :1], l_b1hw / 100 - 0.5, atol=1e-6)
    assert (seen["model1"][:, 1:3] == -0.5).all() and (seen["model1"][:, 3] == 1).all()
    assert seen["conv1"].std() > 0
    assert torch.equal(seen["model2"], seen["conv1"][:, :, ::2, ::2])
    assert out.shape == (1, 2, 16, 16) and torch.allclose(out, torch.tensor(110.0))


def test_the_automatic_network_centres_lightness_and_gives_a_quarter() -> None:
    network, seen = Eccv16(2).eval(), []
    network.model1.register_forward_pre_hook(lambda _, x: seen.append(x[0]))
    with torch.no_grad():
        network.model_out.weight.fill_(0.5)  # whatever the probabilities, they sum to 1
        out = network(torch.full((1, 1, 32, 32), 75.0))
    assert torch.allclose(seen[0], torch.tensor(0.25))
    assert out.shape == (1, 2, 8, 8) and torch.allclose(out, torch.tensor(55.0))
