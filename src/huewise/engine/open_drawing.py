"""A line drawing that a model for drawings has opened: colours of its areas, to be multiplied with its lines.

Three sizes: the drawing's own; the *map*, no side above `MAP_SIDE`, where areas, hints and colours are; and the
network's. Colours go up from one to the next without crossing the border of an area.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from huewise import imaging
from huewise.color import rgb_to_lab
from huewise.engine.area_colors import drawn_colors, next_area, place_in
from huewise.engine.colorizer import Colorizer
from huewise.engine.drawn import DrawnResult
from huewise.engine.open_picture import OpenPicture, Prediction
from huewise.engine.palette import Suggestion, suggest_rgb
from huewise.engine.questions import REGION_SIDE, Question, resized
from huewise.engine.reference import Reference, ReferenceLike
from huewise.engine.sources import GlobalValues, Sources, network_size
from huewise.errors import ModelError, UsageError
from huewise.hints import Hint, Region, rasterize
from huewise.imaging import Picture
from huewise.imaging.lightness import area_mean, gray_table, size_within
from huewise.imaging.paper import COLORED, Drawing, clean_drawing
from huewise.imaging.reader import TINT_NOTES
from huewise.propagate.areas import (
    Borders,
    background,
    full_areas,
    open_areas,
    small_drawing,
    white_background,
    within_areas,
)
from huewise.propagate.flats import Flats, color_areas, find_areas, flat_rgb, flood_hints, nearest_hints
from huewise.propagate.stamp import Labels, colors_of, mostly_left_out, stamp

F32 = NDArray[np.float32]

MAP_SIDE = 1024
REACH = 0.04  # of the map's shorter side: how far a hint pulls what the network made towards itself
PHOTOGRAPH = "this looks like a photograph, not a drawing: its shades stay, as if they were ink"
LEFT_OUT = (
    "regions that lie mostly in areas of which they cover too little (a point there fills its area): {}"
)
OPEN = "hints that colour all of an area which is open to the picture's border: {}"
CONTESTED = "areas where hints of several colours meet and the last one counts: {}"
NO_NETWORK = "colours come from hints alone: no model for drawings is at work"
_FADED = 2.5  # times REACH: there half a step of 255 is left of what was lacking, at most
_INK = 0.1  # less is grain
_PAPER = 0.98  # of the lowest channel: a hint so white says that the paper stays


@dataclass(frozen=True)
class _Told:
    """Hints on the map: `hint_hw4` and their flood `fill_hw4`, RGB times share and share.

    `nearest`: distance, row and column of the nearest hinted cell; None where nothing is hinted.
    """

    hint_hw4: F32
    fill_hw4: F32
    nearest: tuple[NDArray[np.float64], Labels, Labels] | None = None

    @property
    def coloured_hw(self) -> NDArray[np.bool_]:
        """Cells that a hint tells to be something else than white paper."""
        return np.asarray((self.hint_hw4[..., 3] > 0) & (self.hint_hw4[..., :3].min(-1) < _PAPER))


class OpenDrawing(OpenPicture):
    """See `OpenPicture`; `predict` gives `rgb_hw3` beside ab, `picture.notes` say what was done to the drawing."""

    kind: Literal["ab", "rgb"] = "rgb"
    _last_drawn: tuple[float, tuple[F32, F32]] | None = None
    _paper_areas: NDArray[np.bool_] | None = None

    def __init__(self, colorizer: Colorizer, source: Picture | NDArray[Any]) -> None:
        from huewise.imaging.drawing import is_drawing

        picture = source if isinstance(source, Picture) else imaging.read(source)
        self.colorizer = colorizer
        drawn = is_drawing(picture)
        self.drawing: Drawing = clean_drawing(picture, invertible=drawn)
        notes = self.drawing.notes
        if not self.drawing.blank and not drawn:
            # Its colours are no lines'.
            notes = (*(note for note in notes if note != COLORED), PHOTOGRAPH)
        if not colorizer.spec.graphs:
            notes = (*notes, NO_NETWORK)
        # What looked like toned paper or a colour picture may be coloured lines.
        mistaken = TINT_NOTES[picture.tint] if COLORED in self.drawing.notes else ()
        read = tuple(note for note in picture.notes if note not in mistaken)
        # Transparent paper would hide the colours on it.
        self.picture = replace(picture, alpha=None, notes=(*read, *notes))
        height, width = self.drawing.paper_hw.shape
        self.map_size = size_within(width, height, MAP_SIDE)
        spec = colorizer.spec
        side = min(spec.side, *self.map_size)  # nothing is enlarged for the network
        self.network_size = network_size(width, height, side, spec.stride, spec.longest)
        self.l_hw = imaging.shrink(picture.lightness, self.network_size)

    def colorize(
        self,
        hints: Sequence[Hint] = (),
        *,
        reference: Sequence[Reference | ReferenceLike] = (),
        saturation: float | None = None,
        temperature: float | None = None,
        flats: bool = False,
    ) -> DrawnResult:
        """The drawing in colour at full size: hints exact, lines as they are. `flats`: one colour for each area."""
        self._refuse(hints, reference, saturation, temperature)
        ab_hw2, map_hw3 = self._colors(hints, temperature)
        made = self._flats(hints, map_hw3) if flats else None
        notes = (*self._notes(hints, made), *self._notes_on_open(hints))
        return DrawnResult(self.picture, ab_hw2, self.drawing.paper_hw, map_hw3, made, notes=notes)

    def predict(
        self,
        hints: Sequence[Hint] = (),
        *,
        reference: Sequence[Reference | ReferenceLike] = (),
        saturation: float | None = None,
        temperature: float | None = None,
        flats: bool = False,
    ) -> Prediction:
        """Colours of the map, (h, w, 3) uint8 with no side above `MAP_SIDE`, to be multiplied with `paper`."""
        self._refuse(hints, reference, saturation, temperature)
        ab_hw2, map_hw3 = self._colors(hints, temperature)
        if flats:
            made = self._map_flats(hints, map_hw3)
            return Prediction(ab_hw2, rgb_hw3=flat_rgb(made), notes=self._notes(hints, made))
        rgb_hw3: NDArray[np.uint8] = np.rint(map_hw3 * 255).astype(np.uint8)
        return Prediction(ab_hw2, rgb_hw3=rgb_hw3, notes=self._notes(hints, None))

    def network(self, hints: Sequence[Hint] = ()) -> F32:
        """The ab of what the network alone gives, at its size."""
        return rgb_to_lab(self.regression(self.sources(hints)))[..., 1:]

    def palette(
        self,
        x: float,
        y: float,
        *,
        hints: Sequence[Hint] = (),
        k: int = 9,
        reference: Sequence[Reference | ReferenceLike] = (),
        saturation: float | None = None,
    ) -> list[Suggestion]:
        """At most k suggested colours for the paper at the pixel (x, y), likeliest first; they follow the hints."""
        self._expect_bins("suggests no colours")
        self._check_place(x, y)
        self._refuse(hints, reference, saturation, None)
        p_hwq, _ = self._distribution_after(hints, GlobalValues())
        return suggest_rgb(p_hwq[self._cell(p_hwq, x, y)], self.colorizer.bins, k)

    def question(
        self,
        hints: Sequence[Hint] = (),
        skipped: Sequence[Question] = (),
        *,
        k: int = 3,
        reference: Sequence[Reference | ReferenceLike] = (),
        saturation: float | None = None,
    ) -> Question | None:
        """The closed area whose colour is most in doubt, with at most k likely answers; None: nothing to ask."""
        self._expect_bins("asks nothing")
        self._refuse(hints, reference, saturation, None)
        if self.drawing.blank:
            return None
        p_hwq, _ = self._distribution_after(hints, GlobalValues())
        size, bins = (self.picture.width, self.picture.height), self.colorizer.bins
        told_hw = stamp(hints, size, self.areas) > 0
        found = next_area(p_hwq, self.areas, told_hw, [one.region for one in skipped], bins, self._background)
        if found is None:
            return None
        area_hw = self.areas == found[0]
        region = resized(area_hw.astype(np.float32), size_within(*size, REGION_SIDE))
        return Question(region, tuple(suggest_rgb(found[1], bins, k)), place=place_in(area_hw, size))

    def _moved_beyond(self, p_hwq: F32, small_hw2: F32, sources: Sources) -> None:
        """Nothing: the network follows its hints itself."""

    @property
    def half(self) -> None:
        """None: areas and their colours come at one size."""
        return None

    def paper(self, max_side: int) -> NDArray[np.uint8]:
        """The drawing, 255 paper and 0 ink, with no side above `max_side`: what `predict`'s colours are times."""
        height, width = self.drawing.paper_hw.shape
        size = size_within(width, height, max_side)
        gray: NDArray[np.uint8] = np.rint(area_mean(self.drawing.paper_hw, size) * 255).astype(np.uint8)
        return gray

    def guide(self, max_side: int) -> NDArray[np.uint8]:
        """The lightness (L * 2.55) of the drawing on white paper, with no side above `max_side`."""
        table = np.rint(gray_table(8) / np.float32(257)).astype(np.uint8)
        return table[self.paper(max_side)]

    @cached_property
    def areas(self) -> Labels:
        """The closed areas, at the map's size."""
        small = small_drawing(self.drawing.paper_hw, self.map_size)
        return find_areas(small, wall_below=self.drawing.wall_below)

    @property
    def _background(self) -> NDArray[np.bool_]:
        """Which areas (n,) stay white unless somebody hints them."""
        # No cached_property: until Python 3.12 all drawings share its lock, and this runs the network.
        if self._paper_areas is None:
            made = within_areas(self.regression(self.sources()), self.areas, self._borders)
            self._paper_areas = background(made, self.areas)
        return self._paper_areas

    @cached_property
    def _borders(self) -> Borders:
        return Borders.of(self.network_size, self.areas)

    @cached_property
    def network_paper(self) -> F32:
        """The drawing at network size; lines that became faint there are as dark again as in drawings of that size."""
        paper = area_mean(self.drawing.paper_hw, self.network_size)
        if max(self.drawing.paper_hw.shape) <= 1.5 * max(self.network_size):
            return paper
        ink = 1 - paper
        lines = ink[ink > _INK]
        darkest = float(np.percentile(lines, 90)) if len(lines) else 1.0
        return np.asarray(1 - np.clip(ink / max(darkest, 2 * _INK), 0, 1), np.float32)

    def sources(self, hints: Sequence[Hint] = (), globals: Any = None) -> Sources:
        """What the graph may ask for, for these hints."""
        return self._sources(hints, self._told(hints))

    def regression(self, sources: Sources) -> F32:
        """The network's colours for an edit, (h, w, 3) sRGB 0..1 at its size, to be multiplied with the drawing."""
        made = self.colorizer.run("edit", sources)
        rgb = made[self.colorizer.output("rgb")][0].transpose(1, 2, 0)
        return np.ascontiguousarray(np.clip(rgb, 0, 1))

    def _refuse(
        self,
        hints: Sequence[Hint],
        reference: Sequence[Reference | ReferenceLike],
        saturation: float | None,
        temperature: float | None,
    ) -> None:
        rasterize(hints, (self.picture.width, self.picture.height), (1, 1))  # for its checks
        self._global_values(reference, saturation)
        self._check(hints, temperature)
        if temperature is not None and not self.colorizer.spec.bins:
            raise UsageError(
                f"a temperature for {self.colorizer.spec.name}",
                "none: it predicts no distribution",
                "leave it out",
            )

    def _expect_bins(self, what: str) -> None:
        spec = self.colorizer.spec
        if not spec.bins:
            raise ModelError(f"model {spec.name} {what}", "a model that does", "name the model photo")

    def _told(self, hints: Sequence[Hint]) -> _Told:
        marks = stamp(hints, (self.picture.width, self.picture.height), self.areas)
        told = marks > 0
        hint = np.zeros((*marks.shape, 4), np.float32)
        if not told.any():
            return _Told(hint, hint)
        hint[told, :3] = colors_of(hints)[marks[told] - 1]
        hint[told, 3] = 1.0
        distance, y, x = nearest_hints(told)
        return _Told(hint, flood_hints(self.areas, hint, (y, x)), (distance, y, x))

    def _sources(self, hints: Sequence[Hint], told: _Told) -> Sources:
        drawn = {
            "paper": self.network_paper,
            "hint_rgb": area_mean(told.hint_hw4, self.network_size),
            "fill_rgb": area_mean(told.fill_hw4, self.network_size),
        }
        return Sources(self.l_hw, (self.picture.width, self.picture.height), tuple(hints), drawn=drawn)

    def _colors(self, hints: Sequence[Hint], temperature: float | None) -> tuple[F32, F32]:
        """The ab at network size, and sRGB 0..1 of the map."""
        told = self._told(hints)
        if self._by_hints_alone:
            rgb = told.fill_hw4[..., :3] + (1 - told.fill_hw4[..., 3:])
        else:
            rgb = self._automatic(self._sources(hints, told), told.fill_hw4[..., 3:], temperature)
            rgb = white_background(rgb, self.areas, told.coloured_hw)
            if told.nearest is not None:
                rgb = self._pulled(rgb, told.hint_hw4, told.nearest)
        return rgb_to_lab(area_mean(rgb, self.network_size))[..., 1:], rgb

    def _automatic(self, sources: Sources, filled_hw1: F32, temperature: float | None) -> F32:
        """The regression on the map, moved towards one colour for each area (`drawn_colors`) where no flood reaches.

        By the spec's share (all the way with a `temperature`) of what the flood has left.
        """
        spec = self.colorizer.spec
        rgb = within_areas(self.regression(sources), self.areas, self._borders)
        share = 1.0 if temperature is not None else spec.blend
        if share == 0.0:
            return rgb
        heat = temperature if temperature is not None else spec.temperature
        rgb_n3, got_n = self._drawn(heat or 1.0, sources)
        share *= float((1 - filled_hw1).mean())  # the more a person has told, the less is invented beside it
        moved = share * got_n[self.areas][..., None] * (1 - filled_hw1)
        mixed: F32 = rgb + moved * (rgb_n3[self.areas] - rgb)
        return mixed

    def _drawn(self, temperature: float, sources: Sources) -> tuple[F32, F32]:
        """`drawn_colors` without any hint: what nobody has told of stays while a hint is moved elsewhere.

        After `regression` of `sources`, which will do where they hold no hint.
        """
        last = self._last_drawn
        if last is None or last[0] != temperature:
            untold = sources
            if sources.hints:
                untold = self.sources()
                self.regression(untold)
            p_hwq = self._own_distribution(untold)
            last = temperature, drawn_colors(p_hwq, self.areas, self.colorizer.bins, temperature)
            self._last_drawn = last  # replaced as a whole: threads share it
        return last[1]

    def _pulled(self, rgb: F32, hint_hw4: F32, nearest: tuple[NDArray[np.float64], Labels, Labels]) -> F32:
        """Exactly the hints where they are; what was lacking there fades out around them, within their areas."""
        told = hint_hw4[..., 3] > 0
        lacking = np.zeros_like(hint_hw4)
        lacking[told, :3], lacking[told, 3] = hint_hw4[told, :3] - rgb[told], 1.0
        distance, y, x = nearest
        reach = REACH * min(self.map_size)
        near = distance < _FADED * reach
        spread = flood_hints(self.areas, lacking, (y, x), near)
        fade = np.exp(-np.square(distance[near].astype(np.float32) / reach))
        pulled = rgb.copy()
        pulled[near] = np.clip(rgb[near] + spread[near, :3] * fade[:, None], 0, 1)
        pulled[told] = hint_hw4[told, :3]
        return pulled

    @property
    def _by_hints_alone(self) -> bool:
        return self.drawing.blank or not self.colorizer.spec.graphs

    def _map_flats(self, hints: Sequence[Hint], map_hw3: F32) -> Flats:
        h, w = self.map_size
        scale = (w / self.picture.width, h / self.picture.height)
        scaled = [hint.scaled(*scale) for hint in hints]
        return color_areas(self.areas, scaled, None if self._by_hints_alone else map_hw3)

    def _notes(self, hints: Sequence[Hint], flats: Flats | None) -> tuple[str, ...]:
        """What became of the hints, where that may not be what somebody meant."""
        left_out = mostly_left_out(hints, (self.picture.width, self.picture.height), self.areas)
        contested = 0 if flats is None else flats.contested
        counts = ((LEFT_OUT, left_out), (CONTESTED, contested))
        return tuple(said.format(count) for said, count in counts if count)

    def _notes_on_open(self, hints: Sequence[Hint]) -> tuple[str, ...]:
        """A gap in the lines is easily overlooked. Of saved results alone: on the page it is seen at once."""
        if PHOTOGRAPH in self.picture.notes:
            return ()
        marks = stamp(hints, (self.picture.width, self.picture.height), self.areas)
        inside = np.unique(marks[open_areas(self.areas)[self.areas]])
        colors = colors_of(hints)
        count = sum(
            not isinstance(hints[n - 1], Region) and colors[n - 1].min() < _PAPER for n in inside if n
        )
        return (OPEN.format(count),) if count else ()

    def _flats(self, hints: Sequence[Hint], map_hw3: F32) -> Flats:
        made = self._map_flats(hints, map_hw3)
        return replace(made, labels_hw=full_areas(self.areas, self.drawing.paper_hw, self.drawing.wall_below))
