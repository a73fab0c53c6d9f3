"""Colours in a picture whose mean saturation is known (zhang2017 3.3), learned: how far each of them is to go.

    a cell's colour and lightness, all cells' statistics, the wanted mean of HSV's S  ->  the cell's colour

Who scales all colours alike until they have that mean overshoots: what is pale where the model is unsure stays unknown,
and where it is sure there is little to add. Each cell goes its own way, but sees no other: so answers of any model and
size can be given, with local hints or without.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from huewise.networks.photo import AB_SCALE
from huewise.networks.spaces import lab_to_rgb, saturation

_LEAST = 0.01  # of the mean saturation that there is, for its logarithm
_LEARNT = 0.1, 0.8  # hardly any picture has less or more: who wants that gets what these give
_CELL = 5  # ab, chroma, S, lightness
_WHOLE = (
    2 * _CELL + 4
)  # means and deviations of these; the wanted S, its root, its logarithm, that against the mean's


class SaturationNetwork(nn.Module):
    """Each cell's layer is scaled and shifted by what the whole picture tells."""

    def __init__(self) -> None:
        super().__init__()
        width = 24  # as good as 64, or two such layers (decision 0004)
        self.cell = nn.Conv2d(_CELL, width, 1)
        self.whole = nn.Sequential(nn.Conv2d(_WHOLE, 64, 1), nn.ReLU(), nn.Conv2d(64, 2 * width + 1, 1))
        self.last = nn.Conv2d(width, 3, 1)
        for layer in (self.whole[2], self.last):
            nn.init.zeros_(layer.weight)  # type: ignore[arg-type]
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    def forward(self, ab_b2hw: Tensor, l_b1hw: Tensor, wanted_b111: Tensor) -> Tensor:
        """Colours ab/110 (b, 2, h, w) from such ones, L/50 - 1 and a mean saturation 0..1."""
        seen = cells(ab_b2hw, l_b1hw)
        told = self.whole(torch.cat([statistics(seen), wishes(wanted_b111, seen)], 1))
        width = self.cell.out_channels
        scale, shift, factor = told.split([width, width, 1], 1)
        x = functional.relu(self.cell(seen) * (1.0 + scale) + shift)
        further, off = self.last(x).split([1, 2], 1)
        made: Tensor = ab_b2hw * torch.exp(factor + further) + 0.1 * off
        return made


def cells(ab_b2hw: Tensor, l_b1hw: Tensor) -> Tensor:
    """What is seen of each cell, (b, _CELL, h, w), all of them about 1."""
    ab = ab_b2hw * AB_SCALE
    own = saturation(lab_to_rgb((l_b1hw + 1.0) * 50.0, ab))
    chroma = ab.square().sum(1, keepdim=True).clamp_min(1e-4).sqrt()
    return torch.cat([ab / 30.0, chroma / 20.0, 2.0 * own, l_b1hw], 1)


def statistics(seen_bchw: Tensor) -> Tensor:
    """Means and deviations over all cells, (b, 2 c, 1, 1)."""
    mean = seen_bchw.mean((2, 3), keepdim=True)
    variance = (seen_bchw - mean).square().mean((2, 3), keepdim=True)
    return torch.cat([mean, variance.clamp_min(1e-6).sqrt()], 1)


def wishes(wanted_b111: Tensor, seen_bchw: Tensor) -> Tensor:
    """The wanted mean saturation, and against what there is: (b, 4, 1, 1)."""
    own = seen_bchw[:, 3:4].mean((2, 3), keepdim=True) / 2.0
    wanted_b111 = wanted_b111.clamp(*_LEARNT)
    log = wanted_b111.log()
    return torch.cat([wanted_b111, wanted_b111.sqrt(), log, log - own.clamp_min(_LEAST).log()], 1)
