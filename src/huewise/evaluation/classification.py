"""The classification rows of zhang2017 Table 1: a model's distribution alone, with and without rebalancing.

A network that was trained with rebalancing weights w (zhang2016 eq. 4) predicts p w, normalized, where one trained
without them predicts p: so the rows come from one distribution.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from huewise.color import ab313, annealed_mean, rebalance_weights, rgb_to_lab
from huewise.evaluation.opened import U8, Subject
from huewise.training.pictures import list_pictures, read_rgb

TEMPERATURE = 0.38  # of the annealed mean (zhang2016 3.3)
_PICTURES = 400  # training pictures that the prior is counted on
_SIDE = 64


def classified(subject: Subject, places: tuple[Path, ...]) -> dict[str, U8]:
    """The annealed mean of the distribution, as it is and rebalanced by the prior of `places` (training pictures)."""
    opened = subject.opened
    _, p_hwq = opened.branches()
    made = {"classification": p_hwq}
    if places:
        made["classification, rebalanced"] = p_hwq * weights(places)
    return {
        name: subject.painted(annealed_mean(p, opened.colorizer.bins, TEMPERATURE))
        for name, p in made.items()
    }


@cache
def weights(places: tuple[Path, ...]) -> NDArray[np.float32]:
    """Rebalancing weights (313,) with lambda 0.5 and sigma 5, from the colours of training pictures."""
    return rebalance_weights(prior(places), uniform=0.5, bins=ab313(), sigma=5.0)


def prior(places: Sequence[Path]) -> NDArray[np.float32]:
    """Share of each bin (313,) over every n-th training picture, small."""
    sources = list_pictures(places)
    counts = np.zeros(len(ab313()), np.float32)
    for source in sources[:: max(1, len(sources) // _PICTURES)]:
        small = Image.fromarray(read_rgb(source)).resize((_SIDE, _SIDE), Image.Resampling.BOX)
        counts += ab313().histogram(rgb_to_lab(np.asarray(small, np.float32) / 255.0)[..., 1:].reshape(-1, 2))
    share: NDArray[np.float32] = counts / counts.sum()
    return share
