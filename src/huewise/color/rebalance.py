"""Weights that make rare colours count: the smoothed prior of zhang2016, as the other papers took it over."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from huewise.color.bins import BinSet
from huewise.errors import UsageError


def rebalance_weights(
    probability: ArrayLike, *, uniform: float = 0.5, bins: BinSet | None = None, sigma: float | None = None
) -> NDArray[np.float32]:
    """Probability of each bin (Q,) -> weight of each bin (Q,) float32.

    w ~ ((1 - lambda) p~ + lambda / Q)^-1 with sum_q p~_q w_q = 1, lambda = `uniform`; p~ is `probability`
    (normalized) smoothed over the bins with a Gaussian of `sigma`, or itself where `sigma` is None. A pixel
    takes the weight of its nearest bin.

    | paper | lambda | sigma |
    |---|---|---|
    | zhang2016 eq. 4, zhao2018 | 0.5 | 5, with `ab313` |
    | inoue2017 3.2 | 0.5 | none |
    | billaut2018 2.1 | free | none |
    """
    p = np.asarray(probability, np.float64)
    if p.ndim != 1 or (p < 0).any() or not p.sum() > 0:
        raise UsageError(
            "probabilities that are negative, all zero or not one row", "one share per bin, (Q,)"
        )
    if not 0 <= uniform <= 1:
        raise UsageError(f"a uniform share of {uniform}", "0 to 1")
    p = p / p.sum()
    if sigma is not None:
        if bins is None or len(bins) != len(p):
            raise UsageError("a sigma without the bin set it is measured in", f"a bin set of {len(p)}")
        p = _smoothed(p, bins.distances(), sigma)
    mixed = (1 - uniform) * p + uniform / len(p)
    if not mixed.all():
        raise UsageError("empty bins without a uniform share", "uniform > 0")
    weight = 1 / mixed
    normalized: NDArray[np.float32] = (weight / (p * weight).sum()).astype(np.float32)
    return normalized


def _smoothed(p: NDArray[np.float64], distance: NDArray[np.float32], sigma: float) -> NDArray[np.float64]:
    """Each bin's share spread over its neighbourhood; what is spread sums to the share, also at the rim."""
    kernel = np.exp(-0.5 * (distance.astype(np.float64) / sigma) ** 2)
    spread: NDArray[np.float64] = (kernel / kernel.sum(0)) @ p
    return spread
