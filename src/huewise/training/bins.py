"""Training a distribution over colour bins (zhang2017 3.4.2, eq. 6), whose head learns alone.

A pass of the whole network is dear, a step of the head cheap, and neighbouring places tell it the same. So few places
of each crop are drawn, and learnt from several times, among those of thousands of other crops.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from huewise.color import BinSet, ab313
from huewise.networks.photo import Bins
from huewise.training.hint_simulation import HintMix

Batch = dict[str, Tensor]
Read = Callable[[Batch], tuple[Tensor, Tensor]]  # crops -> hypercolumn (b, c, h, w), true ab (b, 2, h, w)

# A palette is mostly asked for before there are many hints.
HINTS = HintMix(none=0.6, full=0.0, dense=0.1, regions=0.05, strokes=0.05)
PLACES = 64  # drawn of each crop
TURNS = 8  # how often a place is learnt from, in the mean: early ones more often than late ones
_MOST = 16_384  # crops that are kept: 0.6 GB in each process


def column_batches(
    read: Read, crops: Iterator[Batch], size: int, seed: int | Sequence[int]
) -> Iterator[Batch]:
    """Batches of places: `column` (n, c, 1, 1), their hypercolumns, and `ab` (n, 2, 1, 1), ab units.

    n is `PLACES` times `size`; there are as many of them as each crop is in `TURNS`, once `TURNS` times `size` crops
    are there. Each is drawn from all that are kept; new crops take the places of the oldest.
    """
    rng = np.random.default_rng(seed)
    columns, colors, seen, owed = torch.empty(0), torch.empty(0), 0, 0
    for crop in crops:
        column_bpc, ab_bp2 = _drawn(*read(crop), rng)
        if not seen:
            columns = column_bpc.new_empty((_MOST, *column_bpc.shape[1:]), dtype=torch.float16)
            colors = ab_bp2.new_empty((_MOST, *ab_bp2.shape[1:]))
        rows = torch.arange(seen, seen + len(ab_bp2)) % _MOST
        columns[rows], colors[rows] = column_bpc.half(), ab_bp2
        seen += len(ab_bp2)
        owed += TURNS * len(ab_bp2)
        while seen >= TURNS * size and owed >= size:
            owed -= size
            i = rng.integers(min(seen, _MOST), size=PLACES * size)
            j = rng.integers(PLACES, size=PLACES * size)
            yield {"column": columns[i, j].float()[..., None, None], "ab": colors[i, j][..., None, None]}


def _drawn(column_bchw: Tensor, ab_b2hw: Tensor, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
    """PLACES of each crop: (b, PLACES, c), (b, PLACES, 2)."""
    b, _, h, w = column_bchw.shape
    at_b1p = torch.from_numpy(rng.integers(h * w, size=(b, 1, PLACES))).to(column_bchw.device)
    column_bcp, ab_b2p = (map_.flatten(2).take_along_dim(at_b1p, 2) for map_ in (column_bchw, ab_b2hw))
    return column_bcp.transpose(1, 2), ab_b2p.transpose(1, 2)


def bin_losses(head: Bins, batch: Batch) -> dict[str, Tensor]:
    """Cross-entropy of the 313 bins with soft-encoded truth (zhang2017 eq. 6)."""
    head.train()
    entropy = soft_cross_entropy(head(batch["column"]), batch["ab"], ab313()).mean()
    return {"loss": entropy, "bins": entropy}


def soft_cross_entropy(logits_bqhw: Tensor, true_bdhw: Tensor, bins: BinSet) -> Tensor:
    """Cross-entropy (b, h, w) of logits with the soft encoding of true colours in the space of the bins."""
    index, weight = bins.encode_soft(true_bdhw.permute(0, 2, 3, 1).cpu().numpy())
    logs = functional.log_softmax(logits_bqhw.float(), 1)
    picked = logs.gather(1, torch.from_numpy(index).to(logs.device).permute(0, 3, 1, 2).long())
    weight_bkhw = torch.from_numpy(weight).to(logs.device).permute(0, 3, 1, 2)
    return -(picked * weight_bkhw).sum(1)
