"""Networks of Zhang et al. 2016 and 2017 as their authors published them, to turn their safetensors into ONNX.

Names and shapes of the parameters are those of the packages `colorizers` and `ideepcolor`: a file is loaded only if it
has all of them and nothing else. Inputs and output in natural units: L 0..100, ab, mask as the weights want it.
"""

from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor, nn

from huewise.errors import ModelError
from huewise.models.published import CHANNELS, published

AB_NORM = 110.0


def _block(
    *channels: int, dilation: int = 1, last_stride: int = 1, leading_relu: bool = False, norm: bool = True
) -> nn.Sequential:
    """3x3 convolutions with ReLU and one BatchNorm at the end, numbered as in the authors' modules."""
    layers: list[nn.Module] = [nn.ReLU()] if leading_relu else []
    for i in range(1, len(channels)):
        stride = last_stride if i == len(channels) - 1 else 1
        layers += [nn.Conv2d(channels[i - 1], channels[i], 3, stride, dilation, dilation), nn.ReLU()]
    return nn.Sequential(*layers, *([nn.BatchNorm2d(channels[-1])] if norm else []))


class Siggraph17(nn.Module):
    """Zhang et al. 2017, Figure 2: (l_b1hw, ab_b2hw, mask_b1hw) -> ab_b2hw. `base`: channels of conv1 (64)."""

    def __init__(self, base: int = 64) -> None:
        super().__init__()
        c1, c2, c3, c4 = base, 2 * base, 4 * base, 8 * base
        self.model1 = _block(4, c1, c1)
        self.model2 = _block(c1, c2, c2)
        self.model3 = _block(c2, c3, c3, c3)
        self.model4 = _block(c3, c4, c4, c4)
        self.model5 = _block(c4, c4, c4, c4, dilation=2)
        self.model6 = _block(c4, c4, c4, c4, dilation=2)
        self.model7 = _block(c4, c4, c4, c4)
        self.model8up = nn.Sequential(nn.ConvTranspose2d(c4, c3, 4, 2, 1))
        self.model8 = _block(c3, c3, c3, leading_relu=True)
        self.model9up = nn.Sequential(nn.ConvTranspose2d(c3, c2, 4, 2, 1))
        self.model9 = _block(c2, c2, leading_relu=True)
        self.model10up = nn.Sequential(nn.ConvTranspose2d(c2, c2, 4, 2, 1))
        self.model10 = nn.Sequential(nn.ReLU(), nn.Conv2d(c2, c2, 3, 1, 1), nn.LeakyReLU(0.2))
        self.model3short8 = nn.Sequential(nn.Conv2d(c3, c3, 3, 1, 1))
        self.model2short9 = nn.Sequential(nn.Conv2d(c2, c2, 3, 1, 1))
        self.model1short10 = nn.Sequential(nn.Conv2d(c1, c2, 3, 1, 1))
        self.model_class = nn.Sequential(nn.Conv2d(c3, 529, 1))  # in the file, not used here
        self.model_out = nn.Sequential(nn.Conv2d(c2, 2, 1), nn.Tanh())

    def forward(self, l_b1hw: Tensor, ab_b2hw: Tensor, mask_b1hw: Tensor) -> Tensor:
        """Ab in ab units, at the size of the input."""
        return self.colors(self.levels(l_b1hw, ab_b2hw, mask_b1hw))

    def levels(self, l_b1hw: Tensor, ab_b2hw: Tensor, mask_b1hw: Tensor) -> list[Tensor]:
        """What the ten blocks of Figure 2 give: conv1 to conv10."""
        conv1 = self.model1(torch.cat([(l_b1hw - 50.0) / 100.0, ab_b2hw / AB_NORM, mask_b1hw], 1))
        conv2 = self.model2(conv1[:, :, ::2, ::2])
        conv3 = self.model3(conv2[:, :, ::2, ::2])
        conv4 = self.model4(conv3[:, :, ::2, ::2])
        conv5 = self.model5(conv4)
        conv6 = self.model6(conv5)
        conv7 = self.model7(conv6)
        conv8 = self.model8(self.model8up(conv7) + self.model3short8(conv3))
        conv9 = self.model9(self.model9up(conv8) + self.model2short9(conv2))
        conv10 = self.model10(self.model10up(conv9) + self.model1short10(conv1))
        return [conv1, conv2, conv3, conv4, conv5, conv6, conv7, conv8, conv9, conv10]

    def colors(self, levels: list[Tensor]) -> Tensor:
        """The main branch's answer, in ab units."""
        out: Tensor = self.model_out(levels[-1]) * AB_NORM
        return out


class Eccv16(nn.Module):
    """Zhang et al. 2016: l_b1hw -> ab_b2hw at a quarter of the size (the package enlarges it bilinearly)."""

    def __init__(self, base: int = 64) -> None:
        super().__init__()
        c1, c2, c3, c4 = base, 2 * base, 4 * base, 8 * base
        self.model1 = _block(1, c1, c1, last_stride=2)
        self.model2 = _block(c1, c2, c2, last_stride=2)
        self.model3 = _block(c2, c3, c3, c3, last_stride=2)
        self.model4 = _block(c3, c4, c4, c4)
        self.model5 = _block(c4, c4, c4, c4, dilation=2)
        self.model6 = _block(c4, c4, c4, c4, dilation=2)
        self.model7 = _block(c4, c4, c4, c4)
        up = nn.ConvTranspose2d(c4, c3, 4, 2, 1)
        self.model8 = nn.Sequential(up, nn.ReLU(), *_block(c3, c3, c3, norm=False), nn.Conv2d(c3, 313, 1))
        self.model_out = nn.Conv2d(313, 2, 1, bias=False)

    def forward(self, l_b1hw: Tensor) -> Tensor:
        """Ab in ab units, at a quarter of the size."""
        x = self.model3(self.model2(self.model1((l_b1hw - 50.0) / 100.0)))
        logits = self.model8(self.model7(self.model6(self.model5(self.model4(x)))))
        out: Tensor = self.model_out(logits.softmax(1)) * AB_NORM
        return out


BUILD: dict[str, Callable[[], nn.Module]] = {
    "siggraph17": Siggraph17,
    "siggraph17-centred": Siggraph17,
    "eccv16": Eccv16,
}


def to_onnx(file: Path, name: str, path: Path) -> None:
    """Write the published network `name` with the weights of a safetensors file to `path`, any size of input."""
    network = _loaded(file, name).eval()
    inputs = tuple(torch.zeros(1, CHANNELS[part.source], 64, 64) for part in published(name).inputs)
    names = [part.source for part in published(name).inputs]
    axes = {slot: {2: f"h_{slot}", 3: f"w_{slot}"} for slot in (*names, "ab")}
    torch.onnx.export(
        network,
        inputs,
        path,
        input_names=names,
        output_names=["ab"],
        dynamic_axes=axes,
        opset_version=18,
        dynamo=False,
    )


def _loaded(file: Path, name: str) -> nn.Module:
    """The network with the file's weights; ModelError unless every name and every shape agree."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        found = {
            key: value for key, value in load_file(file).items() if not key.endswith("num_batches_tracked")
        }
    except (SafetensorError, OSError) as error:
        raise ModelError(f"{file}: {error}", "a whole safetensors file", "make it again") from error
    network = BUILD[name]()
    wanted = {k: v for k, v in network.state_dict().items() if not k.endswith("num_batches_tracked")}
    wrong = [f"{key} missing" for key in wanted if key not in found]
    wrong += [f"{key} unknown" for key in found if key not in wanted]
    wrong += [
        f"{key} {tuple(found[key].shape)} instead of {tuple(value.shape)}"
        for key, value in wanted.items()
        if key in found and found[key].shape != value.shape
    ]
    if wrong:
        more = f" and {len(wrong) - 3} more" if len(wrong) > 3 else ""
        raise ModelError(f"{file}: {', '.join(wrong[:3])}{more}", f"the {len(wanted)} parameters of {name}")
    network.load_state_dict(
        found, strict=False
    )  # only BatchNorm's counters are left out, by the checks above
    return network
