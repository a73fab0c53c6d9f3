"""Colours of areas that nobody can tell apart made one: what a model gives, but never what a person has hinted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from huewise.color import delta_e_2000, rgb_to_lab

SAME = 5.0  # CIEDE2000: below, two flat colours side by side look like one that was mixed twice


def few_colors(
    rgb_n3: NDArray[np.float32], size_n: NDArray[np.int64], hinted_n: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """The same colours, sRGB 0..1 (n, 3), with each that is not hinted replaced by one that is nearer than `SAME`.

    `size_n`: pixels of each area. Hinted areas and then the largest keep theirs, so nothing drifts from one colour to
    the next.
    """
    eight_n3 = np.rint(rgb_n3 * 255).astype(np.uint8)
    colors_m3, of_n = np.unique(eight_n3, axis=0, return_inverse=True)
    of_n = of_n.reshape(-1)
    weight_m = np.bincount(of_n, size_n, len(colors_m3))
    kept_m = np.bincount(of_n, hinted_n, len(colors_m3)) > 0
    lab_m3 = rgb_to_lab(colors_m3.astype(np.float32) / 255)
    stands_for = np.arange(len(colors_m3))
    chosen = list(np.flatnonzero(kept_m))
    for index in np.argsort(-weight_m, kind="stable"):
        if kept_m[index]:
            continue
        apart = delta_e_2000(lab_m3[chosen], lab_m3[index]) if chosen else np.empty(0)
        if len(apart) and apart.min() < SAME:
            stands_for[index] = chosen[int(apart.argmin())]
        else:
            chosen.append(index)
    moved_n = stands_for[of_n] != of_n
    made = rgb_n3.copy()
    made[moved_n] = colors_m3[stands_for[of_n[moved_n]]] / np.float32(255)
    return made
