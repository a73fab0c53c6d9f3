"""Distributions over bins made to agree with what is known of the whole picture: its histogram, its mean saturation.

The network knows each cell's colour up to a distribution; a global hint (zhang2017 3.3) tells something of the sum over
all cells. Both are the least change, in relative entropy, that fulfils the hint: a factor for each bin, the same in all
cells, for a histogram (iterative proportional fitting, Deming and Stephan 1940); an exponential tilt for a mean.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

_FITS = 6  # passes; the fourth changes colours by less than 0.1 ab already
_EMPTY = 1e-4  # added to shares: an empty bin keeps a factor
_STEEPEST = 40.0  # tilt
_HALVINGS = 14


def bin_factors(p_nq: F32, histogram_q: F32) -> F32:
    """Factors (Q,) with which the cells' distributions (n, Q), normalized again, have the mean `histogram_q`."""
    factor = np.ones(p_nq.shape[1], np.float32)
    for _ in range(_FITS):
        mean_q = normalized(p_nq * factor).mean(0)
        factor *= (histogram_q + _EMPTY) / (mean_q + _EMPTY)
        factor /= factor.max()
    return factor


def tilt(p_nq: F32, value_nq: F32, wanted: float) -> float:
    """The exponent t for which p exp(t value), normalized again, has the mean value `wanted`; `value_nq` in 0..1.

    A mean out of reach gives the steepest tilt in its direction.
    """

    def mean(exponent: float) -> float:
        return float((tilted(p_nq, value_nq, exponent) * value_nq).sum(1).mean())

    return halved(mean, wanted, -_STEEPEST, _STEEPEST)


def halved(rising: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    """Where a rising function has the wanted value, between bounds; the nearer bound where it has it nowhere."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2


def tilted(p_nq: F32, value_nq: F32, exponent: float) -> F32:
    """p exp(t value), normalized: (n, Q)."""
    return normalized(p_nq * np.exp(exponent * value_nq - max(exponent, 0.0)).astype(np.float32))


def normalized(p_nq: F32) -> F32:
    """Rows that sum to 1."""
    total = np.maximum(p_nq.sum(1, keepdims=True), np.float32(1e-30))
    made: F32 = p_nq / total
    return made
