"""What the photo network does not know, learned: which errors of its automatic colours go together.

    its contexts, colours, distribution and the lightness  ->  factors of a covariance over all cells at 1/8

The errors e of the automatic ab are taken for Gaussian, e = F z + own, with z ~ N(0, I) of `RANK` latents: a cell's
factors F say how its a and its b follow each latent. A mean that is answered (kang2018, eq. 4) tells of z, and z of
every other cell: `propagate.doubt` asks and answers by it. The photo network stays as it is.
"""

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from huewise.color import ab313
from huewise.networks.blocks import Attention, ConvNorm, Residual, upsample
from huewise.networks.photo import N_BINS, PhotoSize

RANK = 32
AB_UNIT = 30.0  # ab units: factors and errors are in these
_CENTERS = torch.tensor(ab313().centers).float()


class Summary(NamedTuple):
    """What the photo network says of a picture without hints, on two grids."""

    a16: Tensor  # (b, n16, h/16, w/16) context
    root16: Tensor  # (b, 313, h/16, w/16): square roots of the distribution
    a8: Tensor  # (b, n8, h/8, w/8) context
    cells8: Tensor  # (b, 5, h/8, w/8): L/50 - 1, its deviation/10, ab/30, deviation of the distribution/15


def summarize(l_b1hw: Tensor, a16: Tensor, a8: Tensor, ab2: Tensor, logits4: Tensor) -> Summary:
    """From L/50 - 1 (b, 1, h, w), contexts, automatic ab/110 at 1/2 and logits of the bins at 1/4."""
    p8 = functional.avg_pool2d(torch.softmax(logits4, 1), 2)
    lightness = functional.avg_pool2d(l_b1hw, 8)
    spread = (functional.avg_pool2d(l_b1hw.square(), 8) - lightness.square()).clamp_min(0.0).sqrt()
    centers = _CENTERS.to(p8)
    mean = torch.einsum("bqhw,qc->bchw", p8, centers)
    square = torch.einsum("bqhw,q->bhw", p8, centers.square().sum(1))[:, None]
    variance = (square - mean.square().sum(1, keepdim=True)).clamp_min(0.0)
    cells8 = [
        lightness,
        5.0 * spread,
        functional.avg_pool2d(ab2, 4) * (110.0 / AB_UNIT),
        variance.sqrt() / 15.0,
    ]
    return Summary(a16, functional.avg_pool2d(p8, 2).sqrt(), a8, torch.cat(cells8, 1))


class BeliefNetwork(nn.Module):
    """Summary -> factors and what is a cell's own."""

    def __init__(self, photo: PhotoSize | None = None, width: int = 96) -> None:
        super().__init__()
        n16, n8, _, _ = (photo or PhotoSize()).decoder
        self.norm16 = nn.BatchNorm2d(n16, affine=False)
        self.norm8 = nn.BatchNorm2d(n8, affine=False)
        self.bins = nn.Conv2d(N_BINS, 32, 1)
        self.at16 = ConvNorm(n16 + 32 + 5 + 3, width, 1)
        self.attend = nn.Sequential(Attention(width), Attention(width))
        self.at8 = ConvNorm(width + n8 + 5, width, 1)
        self.near = Residual(width)
        self.head = nn.Conv2d(width, 2 * RANK + 1, 1)

    def forward(self, seen: Summary) -> tuple[Tensor, Tensor]:
        """Factors (b, 2 RANK, h/8, w/8), a's before b's, and the own deviation (b, 1, h/8, w/8), in 30 ab units."""
        cells16 = functional.avg_pool2d(seen.cells8, 2)
        coarse = [self.norm16(seen.a16), 3.0 * self.bins(seen.root16), cells16, places(cells16)]
        x = upsample(self.attend(self.at16(torch.cat(coarse, 1))))
        x = self.near(self.at8(torch.cat([x, self.norm8(seen.a8), seen.cells8], 1)))
        made = self.head(x)
        return 0.3 * made[:, :-1], torch.exp(made[:, -1:] - 1.5)


def places(x_bchw: Tensor) -> Tensor:
    """Where each cell lies, (b, 3, h, w): down and across in -1..1, and how far from the middle column, squared."""
    one = torch.ones_like(x_bchw[:, :1])
    down, across = one.cumsum(2), one.cumsum(3)
    down = 2.0 * (down - 0.5) / down.amax((2, 3), keepdim=True) - 1.0
    across = 2.0 * (across - 0.5) / across.amax((2, 3), keepdim=True) - 1.0
    return torch.cat([down, across, across.square()], 1)
