"""Colours for drawings: the networks of inoue2017 (3.2) and the product's, with hints and full-size output.

Tensors: drawing `paper_b1hw` 0..1 (1: paper), colours `rgb_b3hw` sRGB 0..1, hints as RGB with the share of the cell
that is hinted. What comes out is not multiplied with the drawing: whoever asked does that, at full size.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from huewise.networks.blocks import Attention, ConvNorm, Residual, upsample

N_BINS = 512
STRIDE = 8  # of inoue2017's trunk: drawings are multiples of it
BINS_AT = 4  # and its distributions lie at this part of the size
PRODUCT_STRIDE = 32
PRODUCT_BINS_AT = 8


class _Down(nn.Sequential):
    """Convolutions at one size; the last halves it where `stride` is 2."""

    def __init__(self, n_in: int, n_out: int, count: int, *, stride: int = 1, dilation: int = 1) -> None:
        layers: list[nn.Module] = []
        for i in range(count):
            step = stride if i == count - 1 else 1
            layers += [
                nn.Conv2d(n_in if i == 0 else n_out, n_out, 3, step, dilation, dilation, bias=False),
                nn.BatchNorm2d(n_out),
                nn.ReLU(inplace=True),
            ]
        super().__init__(*layers)


class Trunk(nn.Module):
    """The eightfold reduction of zhang2016 that inoue2017 takes over; `width` is 64 in the paper.

    conv1 to conv3 end in strided convolutions, conv4 to conv7 stay at 1/8, two of them dilated.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        w = width
        self.conv1 = _Down(1, w, 2, stride=2)
        self.conv2 = _Down(w, 2 * w, 2, stride=2)
        self.conv3 = _Down(2 * w, 4 * w, 3, stride=2)
        self.deep = nn.Sequential(
            _Down(4 * w, 8 * w, 3),
            _Down(8 * w, 8 * w, 3, dilation=2),
            _Down(8 * w, 8 * w, 3, dilation=2),
            _Down(8 * w, 8 * w, 3),
        )

    def forward(self, paper_b1hw: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Features at 1/2 (width), 1/4 (2 width) and 1/8 (8 width)."""
        f2 = self.conv1(2.0 * paper_b1hw - 1.0)
        f4 = self.conv2(f2)
        return f2, f4, self.deep(self.conv3(f4))


class RegressionUNet(nn.Module):
    """RGB at full size, with pass-through layers (inoue2017 3.2.1, Figure 4).

    Its last layer has 16 channels in, as Figure 8 shows, and no ReLU: the published program has one there, over colours
    with their mean taken off, and so cannot give anything darker than the mean.
    """

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        w = width
        self.trunk = Trunk(w)
        self.up4 = ConvNorm(8 * w + 2 * w, 4 * w)
        self.up2 = ConvNorm(4 * w + w, 2 * w)
        self.up1 = ConvNorm(2 * w + 1, 16)
        self.last = nn.Conv2d(16, 3, 3, padding=1)

    def forward(self, paper_b1hw: Tensor) -> Tensor:
        """(b, 3, h, w) sRGB about 0..1."""
        f2, f4, f8 = self.trunk(paper_b1hw)
        u4 = self.up4(torch.cat([upsample(f8), f4], 1))
        u2 = self.up2(torch.cat([upsample(u4), f2], 1))
        u1 = self.up1(torch.cat([upsample(u2), paper_b1hw], 1))
        out: Tensor = self.last(u1).float() + 0.5
        return out


class ClassificationUNet(nn.Module):
    """Logits of 512 colour bins at 1/4 (inoue2017 3.2.2, Figure 5); the published program adds a ReLU to them."""

    def __init__(self, width: int = 64) -> None:
        super().__init__()
        w = width
        self.trunk = Trunk(w)
        self.up4 = ConvNorm(8 * w + 2 * w, 4 * w)
        self.conv8 = nn.Sequential(ConvNorm(4 * w, 4 * w), ConvNorm(4 * w, 4 * w))
        self.last = nn.Conv2d(4 * w, N_BINS, 1)

    def forward(self, paper_b1hw: Tensor) -> Tensor:
        """(b, 512, h / 4, w / 4)."""
        _, f4, f8 = self.trunk(paper_b1hw)
        out: Tensor = self.last(self.conv8(self.up4(torch.cat([upsample(f8), f4], 1)))).float()
        return out


@dataclass(frozen=True)
class LineartSize:
    """Channels at 1/2, 1/4, 1/8, 1/16, 1/32, the blocks of attention at 1/16, channels before the bins."""

    channels: tuple[int, ...] = (24, 40, 88, 160, 224)
    attention: int = 2
    hidden: int = 128


class LineartNetwork(nn.Module):
    """The product's network: a U-Net from 1/2 to 1/32 over drawing, hints and filled areas, colours at full size.

    Hints come as their mean colour and share in each cell, at every scale: the network need not learn to divide.
    The `fill` is the hinted colours flooded over the drawing's own areas (`propagate.flats`); where it is right nothing
    is better, so the result is its mix with the network's colour by a gate that the network sets for each pixel.

    Beside the colours, which answer doubt with a mean, a distribution over the bins of inoue2017 at 1/8. Its gradient
    does not reach the colours' branch, as in zhang2017 3.4.2.
    """

    def __init__(self, size: LineartSize | None = None) -> None:
        super().__init__()
        self.size = size or LineartSize()
        n2, n4, n8, n16, n32 = self.size.channels
        self.in2 = ConvNorm(4 + 8, n2)
        self.down = nn.ModuleList([_stage(a + 8, b) for a, b in ((n2, n4), (n4, n8), (n8, n16), (n16, n32))])
        self.attend = nn.Sequential(*[Attention(n16) for _ in range(self.size.attention)])
        self.up16 = _Join(n32, n16)
        self.up8 = _Join(n16, n8)
        self.up4 = _Join(n8, n4)
        self.up2 = _Join(n4, n2)
        self.last = nn.Conv2d(n2, 4 * 4, 3, padding=1)
        assert self.last.bias is not None
        nn.init.zeros_(self.last.bias)
        self.bins = nn.Sequential(ConvNorm(n8 + 3, self.size.hidden), nn.Conv2d(self.size.hidden, N_BINS, 1))

    def forward(self, paper_b1hw: Tensor, hint_b4hw: Tensor, fill_b4hw: Tensor) -> tuple[Tensor, Tensor]:
        """Colours (b, 3, h, w), sRGB about 0..1, to be clipped and multiplied with the drawing; and the column.

        `hint_b4hw`: RGB times share, and share; `fill_b4hw`: RGB times known, and known (0 or 1). `logits` reads the
        column, (b, ., h / 8, w / 8).
        """
        given = torch.cat([hint_b4hw, fill_b4hw], 1)
        seen = [_means(given, 2**k) for k in range(1, 6)]
        f2 = self.in2(torch.cat([torch.pixel_unshuffle(paper_b1hw, 2), seen[0]], 1))
        f4 = self.down[0](torch.cat([functional.max_pool2d(f2, 2), seen[1]], 1))
        f8 = self.down[1](torch.cat([functional.max_pool2d(f4, 2), seen[2]], 1))
        f16 = self.down[2](torch.cat([functional.max_pool2d(f8, 2), seen[3]], 1))
        f16 = self.attend(f16)
        f32 = self.down[3](torch.cat([functional.max_pool2d(f16, 2), seen[4]], 1))
        u8 = self.up8(self.up16(f32, f16), f8)
        u2 = self.up2(self.up4(u8, f4), f2)
        made = torch.pixel_shuffle(self.last(u2), 2).float()
        gate = torch.sigmoid(made[:, 3:] + 2.0) * fill_b4hw[:, 3:]
        color = made[:, :3] + 0.8
        mixed = color * (1.0 - gate) + fill_b4hw[:, :3] * gate
        column = torch.cat([u8, functional.avg_pool2d(mixed, PRODUCT_BINS_AT)], 1)
        return mixed, column.detach()

    def logits(self, column: Tensor) -> Tensor:
        """Logits of `rgb512` (b, 512, h / 8, w / 8), for the colour under the lines."""
        out: Tensor = self.bins(column).float()
        return out


class _Join(nn.Module):
    """A deeper level brought up and joined with the one at its size."""

    def __init__(self, n_deep: int, n: int) -> None:
        super().__init__()
        self.bring = ConvNorm(n_deep, n, 1)
        self.mix = nn.Sequential(ConvNorm(2 * n, n), Residual(n) if n >= 48 else ConvNorm(n, n))

    def forward(self, deep: Tensor, same: Tensor) -> Tensor:
        """At the size and with the channels of `same`."""
        out: Tensor = self.mix(torch.cat([upsample(self.bring(deep)), same], 1))
        return out


def _stage(n_in: int, n_out: int) -> nn.Sequential:
    return nn.Sequential(ConvNorm(n_in, n_out), Residual(n_out))


def _means(given_b8hw: Tensor, by: int) -> Tensor:
    """Mean colour of the hinted (and of the filled) part of each cell, white where nothing is, and the shares.

    Shares enter as their fourth root: a point's share of a cell of 32 x 32 pixels is 0.001 to 0.06, which no layer sees
    beside colours of 0 to 1, and a white point differs from none by its share alone.
    """
    pooled = functional.avg_pool2d(given_b8hw, by)
    out = []
    for part in (pooled[:, :4], pooled[:, 4:]):
        share = part[:, 3:]
        out += [part[:, :3] / share.clamp_min(1e-4) + (share == 0).to(part.dtype), share.sqrt().sqrt()]
    return torch.cat(out, 1)
