"""The network of Zhang et al. 2017 as the paper writes it, at a width that two cores can train (Figure 2, 3.4.1-3.4.2).

Ten blocks of convolutions, the fifth and sixth dilated, shortcuts, hints joined to the lightness at the input, tanh at
the end; beside it a classifier of two layers on the hypercolumn of the first eight blocks.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from huewise.networks.published import Siggraph17

N_BINS = 313
HYPERCOLUMN = 8  # blocks that the classifier sees
_STRIDE = 4  # of the classifier's answer: zhang2016's, whose bins these are


@dataclass(frozen=True)
class PaperSize:
    """`base`: channels of conv1 (the paper: 64); `hidden`: of the classifier's first layer (the paper: 256)."""

    base: int = 16
    hidden: int = 128


class PaperNetwork(nn.Module):
    """(l 0..100, hinted ab in ab units, mask 0 or 1), each (b, ., h, w), sides multiples of 8."""

    def __init__(self, size: PaperSize | None = None) -> None:
        super().__init__()
        size = size or PaperSize()
        b = size.base
        self.body = Siggraph17(b)
        del self.body.model_class  # the published file's; here the classifier is the paper's hypercolumn
        n_column = b + 2 * b + 4 * b + 4 * 8 * b + 4 * b
        self.classifier = nn.Sequential(
            nn.Conv2d(n_column, size.hidden, 1), nn.ReLU(), nn.Conv2d(size.hidden, N_BINS, 1)
        )
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                assert module.bias is not None
                nn.init.zeros_(module.bias)

    def forward(self, l_b1hw: Tensor, ab_b2hw: Tensor, mask_b1hw: Tensor) -> tuple[Tensor, Tensor]:
        """Ab in ab units at half size (eq. 4), and bin logits at a quarter (eq. 6).

        Half is where the truth is known: single pixels of the full size are free to alternate between both ends of the
        tanh, and do.
        """
        levels = self.body.levels(l_b1hw, ab_b2hw, mask_b1hw)
        return functional.avg_pool2d(self.body.colors(levels), 2), self.logits(levels)

    def logits(self, levels: list[Tensor]) -> Tensor:
        """3.4.2: read from the hypercolumn; no gradient reaches the main branch."""
        height, width = levels[2].shape[2:]
        column = [self._at_quarter(level.detach(), height, width) for level in levels[:HYPERCOLUMN]]
        out: Tensor = self.classifier(torch.cat(column, 1))
        return out

    @staticmethod
    def _at_quarter(level: Tensor, height: int, width: int) -> Tensor:
        by = level.shape[2] // height
        if by > 1:
            return functional.avg_pool2d(level, by)
        return functional.interpolate(level, size=(height, width), mode="bilinear", align_corners=False)
