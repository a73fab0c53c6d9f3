"""From a distribution over bins back to a colour. Distributions are (..., Q), not necessarily normalized."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from huewise.color.bins import BinSet
from huewise.errors import UsageError

Floats = NDArray[Any]

_ROWS = 2048
"""Rows worked on at once: 2 MB at Q = 313 stay in the cache."""


def mean_color(p: ArrayLike, bins: BinSet) -> Floats:
    """Expected colour (..., d) float32.

    Of LCH: mean lightness and mean chroma; the hue is the direction of the mean of the (chroma, hue) vectors,
    so bins without much chroma have little say. Chroma does not shrink where hues disagree (the aim of
    inoue2017, 3.2).
    """
    return annealed_mean(p, bins, temperature=1.0)


def mode_color(p: ArrayLike, bins: BinSet) -> Floats:
    """Centre of the most probable bin (..., d) float32."""
    return bins.decode(_checked(p, bins).argmax(-1))


def annealed_mean(p: ArrayLike, bins: BinSet, temperature: float = 0.38) -> Floats:
    """Mean colour of f_T(p) = exp(log(p) / T) / sum exp(log(p) / T) (zhang2016 eq. 5, billaut2018 2.1).

    T = 1 is the mean, T towards 0 the mode (0 is allowed and gives it); both papers and inoue2017 use 0.38.
    """
    if not temperature >= 0:
        raise UsageError(f"a temperature of {temperature}", "0 (most probable) or more; 1 is the mean")
    if temperature == 0:
        return mode_color(p, bins)
    p = _checked(p, bins)
    rows = p.reshape(-1, len(bins))
    moments = _moments(bins)
    sums = np.empty((len(rows), moments.shape[1]), np.float32)
    for start in range(0, len(rows), _ROWS):
        block = slice(start, start + _ROWS)
        sums[block] = _sharpened(rows[block], temperature) @ moments
    return _color_of_moments(sums, bins).reshape(*p.shape[:-1], -1)


def top_k(p: ArrayLike, bins: BinSet, k: int = 9) -> tuple[Floats, Floats]:
    """The k most probable bins, best first: colours (..., k, d) and their probabilities (..., k)."""
    p = _checked(p, bins)
    if not 1 <= k <= len(bins):
        raise UsageError(f"k = {k}", f"1 to {len(bins)}")
    part = np.argpartition(-p, k - 1, axis=-1)[..., :k]
    order = np.argsort(-np.take_along_axis(p, part, -1), axis=-1, kind="stable")
    best = np.take_along_axis(part, order, -1)
    return bins.decode(best), np.take_along_axis(p, best, -1) / p.sum(-1, keepdims=True)


def _checked(p: ArrayLike, bins: BinSet) -> Floats:
    array = np.asarray(p, np.float32)
    if array.shape[-1:] != (len(bins),):
        raise UsageError(f"a distribution of shape {array.shape}", f"(..., {len(bins)}) for {bins.name}")
    return array


def _sharpened(p: Floats, temperature: float) -> Floats:
    """p^(1/T), scaled so that the largest of a row is 1."""
    scaled: Floats = p / p.max(-1, keepdims=True)
    if temperature == 1:
        return scaled
    with np.errstate(divide="ignore"):
        np.log(scaled, out=scaled)
    scaled *= np.float32(1 / temperature)
    sharp: Floats = np.exp(scaled, out=scaled)
    return sharp


def _moments(bins: BinSet) -> Floats:
    """What is summed per bin (Q, m): the colour and a one; hue as a vector of the chroma's length."""
    ones = np.ones((len(bins), 1), np.float32)
    if bins.space != "lch":
        return np.concatenate([bins.centers, ones], 1)
    lightness, chroma, hue = bins.centers.T
    angle = np.radians(hue)
    return np.stack([lightness, chroma, chroma * np.cos(angle), chroma * np.sin(angle), ones[:, 0]], 1)


def _color_of_moments(sums: Floats, bins: BinSet) -> Floats:
    color: Floats = sums[:, :-1] / sums[:, -1:]
    if bins.space == "lch":
        hue = np.degrees(np.arctan2(color[:, 3], color[:, 2])) % 360
        color = np.concatenate([color[:, :2], hue[:, None]], 1)
    return color
