"""Colours while a hint is dragged: the last whole answer, and what the network at half its size makes of the move.

At half the size an answer takes a third of the time, but it differs from a whole one by several ab units: the network
sees other things in it. So only its *change* is taken, which is near the whole answer's (docs/performance.md).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.hints import Hint, Region
from huewise.propagate.resample import enlarged

F32 = NDArray[np.float32]


class Draft:
    """Quick answers near a whole one. `colored`: the `OpenPicture` or `TonedPicture` that gave it; it has a `half`."""

    def __init__(self, colored: Any, ab_hw2: F32, hints: Sequence[Hint], options: Mapping[str, Any]) -> None:
        """`ab_hw2`: of `colored.predict(hints, **options)`, a whole answer."""
        self.colored, self._ab_hw2, self._said = colored, ab_hw2, (hints, options)
        self._before_hw2: F32 | None = None

    def ab(self, hints: Sequence[Hint] = (), **options: Any) -> F32:
        """About the `ab_hw2` of `colored.predict(hints, **options)`, in its size."""
        if self._before_hw2 is None:
            self._before_hw2 = self._small(*self._said)
        change_hw2 = self._small(hints, options) - self._before_hw2
        height, width = self._ab_hw2.shape[:2]
        made: F32 = self._ab_hw2 + enlarged(change_hw2, (height, width))
        return made

    def _small(self, hints: Sequence[Hint], options: Mapping[str, Any]) -> F32:
        """Without answered questions: they stay as they are, and following them is not quick."""
        plain = [hint for hint in hints if not (isinstance(hint, Region) and hint.mean)]
        made: F32 = self.colored.half.predict(plain, **options).ab_hw2
        return made
