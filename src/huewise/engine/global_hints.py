"""Global hints (zhang2017 3.3) beside what the network itself makes of them: its distribution has to agree with them.

The network learns what a histogram *suggests*; nothing makes its answer *have* that histogram. Here the distribution of
the picture without the global hint is conditioned on it (`color.condition`), and the colours move as its mean moves.
"""

import numpy as np
from numpy.typing import NDArray

from huewise.color import BinSet, lab_to_rgb, lab_to_rgb_fitted, saturation
from huewise.color.condition import bin_factors, halved, normalized, tilt, tilted
from huewise.engine.sources import GlobalValues

F32 = NDArray[np.float32]

_SUGGESTED = 0.4  # of the network's own answer to a histogram
_FURTHER = 0.25  # of the way up to the wanted saturation, beyond the tilt: all of it costs what it is worth
LEAST_SHARE = 0.7  # of a wanted saturation: an answer has so much, or its own where that is less
BESIDE = (
    0.4  # of chroma: a histogram tells of the saturation, too; beside one only what differs by more counts
)
_STRONGEST = 5.0  # factor of chroma
_LEVELS = 33  # of lightness, in the table of saturations
_ROWS = 96  # of cells, and columns, that tell a mean saturation to a hundredth
_ENOUGH = 1200  # cells from which factor and tilt are found


def agreeing(
    suggested_hw2: F32, plain_hw2: F32, shift_hw2: F32, l_hw: F32, values: GlobalValues, bins: BinSet
) -> F32:
    """Colours (h, w, 2) that agree with the global hints.

    `suggested_hw2`: the network's answer when it is told of them; `plain_hw2`: when it is not; `shift_hw2`: of `shift`.
    A histogram's two witnesses are averaged (`_SUGGESTED`), since they err differently, and get its mean: the shifted
    answer, and the network's own. Measured on held-out pictures: decision 0004.
    """
    moved = plain_hw2 + shift_hw2
    if values.histogram is not None:
        both = moved + np.float32(_SUGGESTED) * (suggested_hw2 - moved)
        made: F32 = both + values.histogram @ bins.centers - both.mean((0, 1))
        return made
    return suggested_hw2 if values.saturation is None else saturated(moved, l_hw, values.saturation)


def saturated(ab_hw2: F32, l_hw: F32, wanted: float, slack: float = 0.0) -> F32:
    """Colours with the mean HSV saturation `wanted`, or nearer to it where they would have to become stronger.

    `slack`: a share of chroma by which they may differ from it.
    """
    factor = chroma_factor(ab_hw2, l_hw, wanted)
    if factor < 1:
        return ab_hw2 * np.float32(min(1, factor / (1 - slack)))
    return ab_hw2 * np.float32(1 + _FURTHER * max(0, factor * (1 - slack) - 1))


def at_most(ab_hw2: F32, l_hw: F32, wanted: float) -> F32:
    """Colours whose mean HSV saturation is not above `wanted`: scaled down to it where it is."""
    if mean_saturation(ab_hw2, l_hw) <= wanted:
        return ab_hw2
    return ab_hw2 * np.float32(chroma_factor(ab_hw2, l_hw, wanted))


def at_least(ab_hw2: F32, l_hw: F32, wanted: float, livelier_hw2: F32) -> F32:
    """Colours whose mean HSV saturation is not below `wanted`: mixed, where it is, with others that have more.

    To scale up what was shrunk would enlarge what is left of it, whatever its hue.
    """
    if mean_saturation(ab_hw2, l_hw) >= wanted:
        return ab_hw2
    way_hw2 = livelier_hw2 - ab_hw2
    share = halved(lambda part: mean_saturation(ab_hw2 + np.float32(part) * way_hw2, l_hw), wanted, 0.0, 1.0)
    return ab_hw2 + np.float32(share) * way_hw2


def chroma_factor(ab_hw2: F32, l_hw: F32, wanted: float) -> float:
    """The factor of chroma, up to 5, with which these colours have the mean HSV saturation `wanted`."""
    return halved(lambda factor: mean_saturation(ab_hw2 * np.float32(factor), l_hw), wanted, 0.0, _STRONGEST)


def mean_saturation(ab_hw2: F32, l_hw: F32) -> float:
    """The mean of HSV's S, 0..1, as it is shown: in the gamut, where black has no colour; of cells evenly apart."""
    some = np.s_[:: 1 + l_hw.shape[0] // _ROWS, :: 1 + l_hw.shape[1] // _ROWS]
    lab_hw3 = np.concatenate([l_hw[some][..., None], ab_hw2[some]], -1)
    return float(saturation(lab_to_rgb_fitted(lab_hw3)).mean())


def agreeing_distribution(
    told_hwq: F32, plain_hwq: F32, l_hw: F32, values: GlobalValues, bins: BinSet
) -> F32:
    """A distribution (h, w, Q) that agrees with the global hints, of a histogram's two witnesses in equal parts.

    `told_hwq`: the network's own when it is told of them; `plain_hwq`: when it is not.
    """
    made = conditioned(plain_hwq, l_hw, values, bins)
    return made if values.histogram is None else (made + told_hwq) / np.float32(2)


def shift(p_hwq: F32, l_hw: F32, values: GlobalValues, bins: BinSet) -> F32:
    """How the mean colours (h, w, 2) of a distribution move when it is made to agree with the global hints."""
    moved: F32 = (conditioned(p_hwq, l_hw, values, bins) - p_hwq) @ bins.centers
    return moved


def conditioned(p_hwq: F32, l_hw: F32, values: GlobalValues, bins: BinSet) -> F32:
    """The least change of a distribution with which it agrees with the global hints (`color.condition`)."""
    p_nq = p_hwq.reshape(-1, len(bins))
    some = np.s_[:: max(1, len(p_nq) // _ENOUGH)]
    made = p_nq
    if values.histogram is not None:
        made = normalized(made * bin_factors(made[some], values.histogram))
    if values.saturation is not None:
        table_nq = saturations(l_hw.ravel(), bins)
        made = tilted(made, table_nq, tilt(made[some], table_nq[some], values.saturation))
    return made.reshape(p_hwq.shape)


def saturations(l_n: F32, bins: BinSet) -> F32:
    """HSV saturation (n, Q) of each bin's colour at each lightness (0..100), clipped to the gamut."""
    lab = np.empty((_LEVELS, len(bins), 3), np.float32)
    lab[..., 0] = np.linspace(0.0, 100.0, _LEVELS, dtype=np.float32)[:, None]
    lab[..., 1:] = bins.centers
    table = saturation(np.clip(lab_to_rgb(lab), 0.0, 1.0))
    made: F32 = table[np.rint(l_n / 100.0 * (_LEVELS - 1)).astype(int)]
    return made
