"""Weights survive being kept in half precision, and a graph that differs from its network is refused."""

from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402

from huewise.errors import ModelError  # noqa: E402
from huewise.networks.photo import PhotoNetwork  # noqa: E402
from huewise.training.export import (  # noqa: E402
    Facts,
    check_parity,
    export_photo,
    measured_difference,
    save_weights,
)
from huewise.training.photo import load_weights  # noqa: E402
from tests.training.small import SMALL  # noqa: E402

pytestmark = pytest.mark.train


def test_kept_weights_come_back_within_half_precision(tmp_path: Path) -> None:
    torch.manual_seed(0)
    first, second = PhotoNetwork(SMALL), PhotoNetwork(SMALL)
    save_weights(first, tmp_path / "weights.safetensors")
    load_weights(second, tmp_path / "weights.safetensors")
    for name, value in first.state_dict().items():
        assert torch.allclose(value.float(), second.state_dict()[name].float(), atol=2e-3, rtol=1e-3), name


def test_a_variance_above_what_half_precision_holds_is_kept(tmp_path: Path) -> None:
    first = torch.nn.BatchNorm2d(3)
    first.running_var[1] = 1e5
    save_weights(first, tmp_path / "weights.safetensors")
    second = torch.nn.BatchNorm2d(3)
    load_weights(second, tmp_path / "weights.safetensors")
    assert second.running_var.tolist() == [1.0, 1e5, 1.0]


def test_weights_of_an_earlier_form_of_the_photo_network_do_what_they_did(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network, again = PhotoNetwork(SMALL), PhotoNetwork(SMALL)
    earlier = {name: value for name, value in network.state_dict().items() if "crown" not in name}
    for name in ("neck.to2", "decoder.to2"):
        weight, bias = (earlier.pop(f"{name}.{kind}") for kind in ("weight", "bias"))
        n_in, n_out = weight.shape[:2]
        earlier[f"{name}.weight"] = weight.permute(1, 2, 3, 0).reshape(4 * n_out, n_in, 1, 1)
        earlier[f"{name}.bias"] = bias.repeat_interleave(4)
        x_bchw = torch.rand(1, n_in, 3, 5)
        shuffled = torch.nn.functional.conv2d(x_bchw, earlier[f"{name}.weight"], earlier[f"{name}.bias"])
        now = network.get_submodule(name)(x_bchw)
        assert torch.allclose(torch.pixel_shuffle(shuffled, 2), now, atol=1e-6), "the same layer"
    for kind in ("weight", "bias"):
        merged = earlier.pop(f"decoder.gate_and_correction.{kind}")
        earlier[f"decoder.gate.{kind}"], earlier[f"decoder.correct.{kind}"] = merged[:1], merged[1:]
    save_file({name: value.contiguous() for name, value in earlier.items()}, tmp_path / "w.safetensors")
    own_crown = {k: v.clone() for k, v in again.state_dict().items() if "crown" in k}
    load_weights(again, tmp_path / "w.safetensors")
    for name, value in (network.state_dict() | own_crown).items():
        assert torch.equal(value, again.state_dict()[name]), name


def test_weights_of_another_size_are_refused(tmp_path: Path) -> None:
    save_weights(PhotoNetwork(SMALL), tmp_path / "weights.safetensors")
    with pytest.raises(ModelError, match="weights of this very network"):
        load_weights(PhotoNetwork(), tmp_path / "weights.safetensors")


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning", "ignore:Constant folding:UserWarning"
)
def test_exported_graphs_give_what_the_network_gives(tmp_path: Path) -> None:
    data = pytest.importorskip("skimage.data")
    torch.manual_seed(0)
    network = PhotoNetwork(SMALL)
    spec = export_photo(network, tmp_path, Facts("photo", "test", "none"), side=64)
    assert [graph.per for graph in spec.graphs] == ["picture", "edit", "distribution"]
    picture = [data.astronaut()[:96, :128].copy()]
    assert (
        measured_difference(network, tmp_path, picture) < 0.2
    )  # untrained weights round worse than trained ones
    with torch.no_grad():
        network.decoder.gate_and_correction.bias.add_(0.1)
    with pytest.raises(ModelError, match="differ"):
        check_parity(measured_difference(network, tmp_path, picture))


def test_a_difference_above_the_bound_and_one_that_is_no_number_are_refused() -> None:
    check_parity(0.05)
    for difference in (0.051, float("nan")):
        with pytest.raises(ModelError):
            check_parity(difference)
