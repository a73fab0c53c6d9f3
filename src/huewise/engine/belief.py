"""The learnt belief about the photo model's errors (`networks.belief`): made once a picture, used at every hint.

A hint tells the network of its own object; what else errs with it, in both channels, the belief knows better, and it
makes more of many hints. The two err differently: their mean is better than either (decision 0004).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from huewise.hints import rasterize
from huewise.imaging.lightness import area_mean, block_mean
from huewise.propagate.doubt import Doubt
from huewise.propagate.resample import enlarged

if TYPE_CHECKING:
    from huewise.engine.open_picture import OpenPicture
    from huewise.engine.sources import Sources

F32 = NDArray[np.float32]

MOST = 0.7  # of the belief's answer in the mean


@dataclass(frozen=True, eq=False)
class Belief:
    """`doubt` before any hint, and the automatic ab: (h, w, 2) at network size, and on the doubt's own grid."""

    doubt: Doubt
    automatic_hw2: F32
    small_hw2: F32

    @classmethod
    def of(cls, opened: OpenPicture) -> Belief:
        """What the model's own network for it believes."""
        sources, ab_hw2 = opened.unhinted()
        automatic_hw2 = enlarged(ab_hw2, opened.l_hw.shape)
        made = opened.colorizer.run("belief", sources)
        factor_xhw = made[opened.colorizer.output("factors")][0]
        own_hw = made[opened.colorizer.output("own_deviation")][0, 0]
        factor_cnk = np.ascontiguousarray(factor_xhw.reshape(2, -1, own_hw.size).transpose(0, 2, 1))
        latent_kk = np.eye(factor_cnk.shape[-1], dtype=np.float32)
        h, w = own_hw.shape
        by = opened.l_hw.shape[0] // h
        l_n = block_mean(opened.l_hw, by).ravel()
        doubt = Doubt(factor_cnk, latent_kk, np.square(own_hw.ravel()), (h, w), l_n)
        return cls(doubt, automatic_hw2, block_mean(automatic_hw2, by))

    def at_size(self, shape: tuple[int, int]) -> Belief:
        """The same for the picture at another network size (h, w): a draft believes what the whole answer does."""
        return replace(self, automatic_hw2=area_mean(self.automatic_hw2, shape))

    def weighed(self, ab_hw2: F32, sources: Sources) -> F32:
        """The network's answer (h, w, 2) to the local hints of an edit, moved towards the belief's."""
        told_hw2, _ = self.after(sources)
        believed_hw2 = self.automatic_hw2 + enlarged(told_hw2, ab_hw2.shape[:2])
        return ab_hw2 + np.float32(belief_share(len(sources.hints))) * (believed_hw2 - ab_hw2)

    def after(self, sources: Sources) -> tuple[F32, Doubt]:
        """How far all cells follow the local hints of an edit, and what is then not known; kept in `sources`."""
        if sources.believed is None:
            hinted = rasterize(sources.hints, sources.picture_size, self.doubt.shape)
            sources.believed = self.doubt.after(*hinted, self.small_hw2)
        return sources.believed


def belief_share(n_hints: int) -> float:
    """The belief's part in the answer to n hints, 0..MOST: a lone hint tells of its own object (decision 0004)."""
    square = n_hints**2
    return MOST * (square - 1) / (square + 4) if n_hints else 0.0
