"""Toned paper (sepia, cyanotype, yellow) whose tone is kept: colours lie on it, and hints are reached all the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.color import LAB_RANGES
from huewise.hints import Hint, Point, check_hints, rasterize
from huewise.imaging import Picture, shrink
from huewise.imaging.lightness import STEPS_PER_L, size_within
from huewise.imaging.reader import TINT_NOTES
from huewise.imaging.tint import curve_at, tone_curve

F32 = NDArray[np.float32]

KEPT = "toned paper: its tone stays beneath the colours"
NO_TONE = "there is no tone to keep: the paper has none"
WHITE_DRAWING = "no tone is kept: a drawing's paper becomes white"
WHITE_FLATS = "no tone is kept: flats lie on white"
_SIDE = 96
"""Cells of the longer side of the grid on which a stroke's and a region's lightness is averaged."""


@dataclass(frozen=True)
class Tone:
    """The paper's ab as a cubic of L: `coefficients` (4, 2); `span`: the range of L in which the print has tones."""

    coefficients: NDArray[np.float64]
    span: tuple[float, float]

    @classmethod
    def of(cls, picture: Picture) -> Tone | None:
        """The tone of a toned picture; None of any other."""
        if picture.tint != "toned" or picture.input_ab is None:
            return None
        height, width = picture.input_ab.shape[:2]
        l_n = shrink(picture.lightness, (height, width)).reshape(-1).astype(np.float64)
        low, high = np.percentile(l_n, (1, 99))
        return cls(tone_curve(picture.input_ab.reshape(-1, 2).astype(np.float64), l_n / 100), (low, high))

    def at(self, l_hw: NDArray[np.floating[Any]]) -> F32:
        """The tone's ab (..., 2) at lightness L 0..100."""
        return curve_at(self.coefficients, np.clip(l_hw, *self.span) / 100).astype(np.float32)


class TonedPicture:
    """An open picture (`engine.OpenPicture`) on its paper's tone.

    One that has none, drawings and flats are as ever, and a note says so.
    """

    def __init__(self, opened: Any) -> None:
        self.opened = opened
        # A drawing's paper becomes white.
        self.tone = Tone.of(opened.picture) if opened.kind == "ab" else None
        self._tones: dict[tuple[int, ...], F32] = {}  # by the size of the map: it is the same at every edit

    @property
    def picture(self) -> Picture:
        """The open picture's; its notes say what becomes of its tone here."""
        picture: Picture = self.opened.picture
        if self.tone is None:
            return picture
        return replace(picture, notes=tuple(KEPT if n in TINT_NOTES["toned"] else n for n in picture.notes))

    @cached_property
    def half(self) -> TonedPicture | None:
        """As `OpenPicture.half`, with the tone."""
        return self.opened.half and TonedPicture(self.opened.half)

    def predict(self, hints: Sequence[Hint] = (), *, flats: bool = False, **options: Any) -> Any:
        """As `OpenPicture.predict`, with the tone."""
        if self.tone is None or flats:
            return self._untoned(self.opened.predict(hints, flats=flats, **options))
        made = self.opened.predict(self._beneath(hints, self.tone), **options)
        return replace(made, ab_hw2=self._with_tone(made.ab_hw2, self.tone))

    def colorize(self, hints: Sequence[Hint] = (), *, flats: bool = False, **options: Any) -> Any:
        """As `OpenPicture.colorize`, with the tone."""
        if self.tone is None or flats:
            return self._untoned(self.opened.colorize(hints, flats=flats, **options))
        made = self.opened.colorize(self._beneath(hints, self.tone), **options)
        return replace(made, ab_small_hw2=self._with_tone(made.ab_small_hw2, self.tone))

    def _untoned(self, made: Any) -> Any:
        drawing = self.opened.kind == "rgb"
        why = WHITE_DRAWING if drawing else NO_TONE if self.tone is None else WHITE_FLATS
        return replace(made, notes=(*made.notes, why))

    def _with_tone(self, ab_hw2: F32, tone: Tone) -> F32:
        size = ab_hw2.shape[:2]
        if size not in self._tones:
            self._tones[size] = tone.at(shrink(self.opened.picture.lightness, size))
        made: F32 = ab_hw2 + self._tones[size]
        return made

    def _beneath(self, hints: Sequence[Hint], tone: Tone) -> Sequence[Hint]:
        """The hints less the tone, which comes back over them."""
        check_hints(hints, (self.picture.width, self.picture.height))
        made = []
        for hint in hints:
            ab = np.asarray(hint.lab[1:]) - tone.at(np.asarray(self._lightness_of(hint)))
            a, b = np.clip(ab, *LAB_RANGES[1])
            made.append(replace(hint, color=(hint.lab[0], float(a), float(b))))
        return made

    def _lightness_of(self, hint: Hint) -> float:
        picture: Picture = self.opened.picture
        if isinstance(hint, Point):
            x = int(np.clip(hint.x, 0, picture.width - 1))
            y = int(np.clip(hint.y, 0, picture.height - 1))
            return float(picture.lightness[y, x]) / STEPS_PER_L
        l_hw = self._small_lightness
        mask_hw = rasterize([hint], (picture.width, picture.height), (l_hw.shape[0], l_hw.shape[1]))[1]
        # A stroke may pass a corner and meet no cell: then it tells nothing, whatever its colour.
        return float((l_hw * mask_hw).sum() / max(float(mask_hw.sum()), 1e-6))

    @cached_property
    def _small_lightness(self) -> F32:
        picture: Picture = self.opened.picture
        return shrink(picture.lightness, size_within(picture.width, picture.height, _SIDE))
