"""A picture that a model has encoded (`OpenPicture`), and what it says about it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from huewise import imaging
from huewise.color import annealed_mean
from huewise.engine.belief import Belief, belief_share
from huewise.engine.global_hints import (
    BESIDE,
    LEAST_SHARE,
    agreeing,
    agreeing_distribution,
    at_least,
    at_most,
    mean_saturation,
    saturated,
    shift,
)
from huewise.engine.palette import Suggestion, suggest
from huewise.engine.questions import (
    Question,
    doubt_after,
    first_doubt,
    next_question,
    recentred,
    with_answers,
)
from huewise.engine.reference import Reference, ReferenceLike, mean_histogram
from huewise.engine.result import Result
from huewise.engine.sources import GlobalValues, Sources, network_size
from huewise.errors import HintError, UsageError
from huewise.hints import Hint, Region, check_hints
from huewise.imaging import Picture
from huewise.imaging.lightness import STEPS_PER_L, area_mean, block_mean, size_within
from huewise.propagate.adherence import adhere
from huewise.propagate.doubt import Doubt
from huewise.propagate.joint_upsample import joint_mean
from huewise.propagate.kriging import kriged
from huewise.propagate.patches import small_patches, with_detail
from huewise.propagate.resample import enlarged
from huewise.propagate.second_opinion import LEAST_HINTS, with_fill
from huewise.propagate.spread import Affinities, Factor, filled, pooled, spread, surprise
from huewise.propagate.surroundings import moved_alike, small_hints
from huewise.propagate.transport import carried

if TYPE_CHECKING:
    from huewise.engine.colorizer import Colorizer

F32 = NDArray[np.float32]
Made = TypeVar("Made", "Prediction", Result)

# Of a pixel's distribution: cells around, in cells and L, chosen on held-out training pictures (decision 0002).
NEAR_CELLS = 1.5
ALIKE = 7.0
AROUND = 2
FLATS_BY = "flats are made by the model {}: {} makes none"


@dataclass(frozen=True)
class Prediction:
    """What a model makes of a picture and its hints.

    `ab_hw2`: colours at network size, hints reached, ab units. `p_hwq`: distribution over the model's bins at a lower
    resolution, or None where the model has none or it was not asked for. `rgb_hw3`: for drawings, colours to multiply
    with the drawing, sRGB uint8; else None. `notes`: see `Result`.
    """

    ab_hw2: F32
    p_hwq: F32 | None = None
    rgb_hw3: NDArray[np.uint8] | None = None
    notes: tuple[str, ...] = ()


class OpenPicture:
    """A picture that a model has encoded; it does not change, so threads may share it.

    `kind`: what `predict` is for: "ab", colours to be joined with the lightness, or "rgb" (`OpenDrawing`), colours to
    be multiplied with the drawing.
    """

    kind: Literal["ab", "rgb"] = "ab"
    _half: "OpenPicture | None" = None
    _whole: "OpenPicture | None" = None
    _belief: Belief | None = None
    _doubt: Doubt | None = None
    _against: F32 | None = None  # `_spread_against`
    _apart: F32 | None = None  # of the automatic colours and the mean of their distribution
    _last_distribution: tuple[object, tuple[F32, F32 | None]] | None = None

    def __init__(self, colorizer: "Colorizer", picture: Picture, *, shrink: int = 1) -> None:
        """`shrink`: how many times smaller than the spec says the network sees the picture."""
        self.colorizer, self.picture = colorizer, picture
        spec = colorizer.spec
        side, longest = spec.side // shrink, spec.longest // shrink
        size = network_size(picture.width, picture.height, side, spec.stride, longest)
        self.l_hw = imaging.shrink(picture.lightness, (spec.side, spec.side) if spec.square else size)
        self._first = Sources(self.l_hw, (picture.width, picture.height))
        self._scaled = colorizer.run("picture", self._first)

    def colorize(
        self,
        hints: Sequence[Hint] = (),
        *,
        reference: Sequence[Reference | ReferenceLike] = (),
        saturation: float | None = None,
        temperature: float | None = None,
        flats: bool = False,
    ) -> Result:
        """The picture in colour. See `predict` for the options.

        `flats`: one colour for each closed area, from hints or from the model for drawings: the picture is taken for
        a drawing.
        """
        if flats:
            flat = self.as_drawing.colorize(
                hints, reference=reference, saturation=saturation, temperature=temperature, flats=True
            )
            return self._with_notes_on_flats(flat)
        made = self.predict(hints, reference=reference, saturation=saturation, temperature=temperature)
        return Result(self.picture, made.ab_hw2)

    def predict(
        self,
        hints: Sequence[Hint] = (),
        *,
        reference: Sequence[Reference | ReferenceLike] = (),
        saturation: float | None = None,
        temperature: float | None = None,
        flats: bool = False,
    ) -> Prediction:
        """Colours at network size: what the page shows.

        `reference`: colour pictures whose histogram is taken over (several average). `saturation`: the mean HSV
        saturation that is wanted, 0..1. `temperature`: of the annealed mean (0 < T <= 1), which takes the place of
        the model's default mix. `flats`: as in `colorize`, to be multiplied with the guide of `as_drawing`.
        """
        if flats:
            drawn = self.as_drawing.predict(
                hints, reference=reference, saturation=saturation, temperature=temperature, flats=True
            )
            return self._with_notes_on_flats(drawn)
        self._check(hints, temperature)
        sources = self.sources(hints, self._global_values(reference, saturation))
        telling = self._untold(sources) if self._saturates(sources.globals) else sources
        ab, p_hwq = self._mixed(telling, temperature)
        return Prediction(self._answer(ab, sources, temperature), p_hwq)

    def _answer(self, ab: F32, sources: Sources, temperature: float | None) -> F32:
        """What becomes of the network's colours for an edit (ARCHITECTURE.md has the steps), at network size."""
        told = sources.globals.known
        if self._saturates(sources.globals):
            ab = self._saturated(ab, sources)
        elif told and self.colorizer.spec.bins:
            ab = self._agreeing(ab, sources, temperature)
            if sources.globals.histogram is not None and sources.globals.saturation is not None:
                ab = saturated(ab, self.l_hw, sources.globals.saturation, BESIDE)
        plain = not told and temperature is None
        if plain and belief_share(len(sources.hints)) > 0.0 and self.belief is not None:
            ab = self.belief.weighed(ab, sources)
        elif self.colorizer.spec.spread is not None:
            ab = self._with_fill(ab, sources)
        if sources.answers:
            ab, _ = with_answers(ab, doubt_after(self, sources), sources)
        if sources.hints and self.colorizer.spec.adhere:
            ab = self._reached(ab, sources)
        return ab

    def network(self, hints: Sequence[Hint] = ()) -> F32:
        """Colours at network size as the network alone gives them, before `adhere`: for measurements."""
        return self._mixed(self.sources(hints), None)[0]

    def unhinted(self) -> tuple[Sources, F32]:
        """The sources of an edit without hints, all that colours and distribution leave to later graphs kept in them.

        And the regression's colours, (h, w, 2) ab units at its own output size.
        """
        sources = self.sources()
        ab_hw2 = self.regression(sources)
        self.distribution(sources)
        return sources, ab_hw2

    def branches(self, hints: Sequence[Hint] = ()) -> tuple[F32, F32]:
        """The two answers that `predict` mixes: the regression's colours (`regression`), and the distribution."""
        sources = self.sources(hints)
        return self.regression(sources), self.distribution(sources)

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
        """At most k suggested colours for the pixel (x, y), likeliest first; they follow all hints (see `predict`)."""
        self._check_place(x, y)
        self._check(hints, None)
        p_hwq, by_hw2 = self._distribution_after(hints, self._global_values(reference, saturation))
        lightness = float(self.picture.lightness[int(y), int(x)]) / STEPS_PER_L
        p_q = self._at(p_hwq, x, y, lightness)
        if by_hw2 is not None:
            p_q = recentred(p_q, self._at(by_hw2, x, y, lightness), self.colorizer.bins)
        return suggest(p_q, self.colorizer.bins, lightness, k)

    def question(
        self,
        hints: Sequence[Hint] = (),
        skipped: Sequence[Question] = (),
        *,
        k: int = 3,
        reference: Sequence[Reference | ReferenceLike] = (),
        saturation: float | None = None,
    ) -> Question | None:
        """The region whose colour it would help most to know, with at most k likely answers; None: nothing to ask.

        Both follow the network's answer to all hints, and the answers given.
        """
        self._check(hints, None)
        sources = self.sources(hints, self._global_values(reference, saturation))
        return next_question(self, sources, skipped, k=k)

    @cached_property
    def as_drawing(self) -> "OpenPicture":
        """The same picture, taken for a drawing: what its flats are made of."""
        return self.colorizer.for_drawings.open(self.picture)

    def _with_notes_on_flats(self, made: Made) -> Made:
        """Before its own: by which model, where another one was named, and what that did to the picture."""
        made_by, named = self.as_drawing.colorizer.spec.name, self.colorizer
        by: tuple[str, ...] = () if named.hands_drawings_on else (FLATS_BY.format(made_by, named.spec.name),)
        said: list[str] = [n for n in self.as_drawing.picture.notes if n not in self.picture.notes]
        return replace(made, notes=(*by, *said, *made.notes))

    @property
    def half(self) -> "OpenPicture | None":
        """The same picture at half the network's size, for drafts (`engine.draft`); None where it has one size only."""
        # No cached_property: until Python 3.12 all pictures share its lock.
        spec = self.colorizer.spec
        if self._half is None and not spec.square:
            half = OpenPicture(self.colorizer, self.picture, shrink=2)
            half._whole = self
            self._half = half
        return self._half

    def guide(self, max_side: int) -> NDArray[np.uint8]:
        """The lightness as a gray picture (h, w) uint8 (L * 2.55) with no side above `max_side`."""
        lightness = self.picture.lightness
        size = size_within(self.picture.width, self.picture.height, max_side)
        if size == lightness.shape:
            return np.take(_guide_table(), lightness)
        gray: NDArray[np.uint8] = np.rint(imaging.shrink(lightness, size) * 2.55).astype(np.uint8)
        return gray

    def _cell(self, map_hwc: F32, x: float, y: float) -> tuple[int, int]:
        """Row and column of the pixel (x, y) in a map of the whole picture."""
        h, w = map_hwc.shape[:2]
        return int(y / self.picture.height * h), int(x / self.picture.width * w)

    def _at(self, map_hwc: F32, x: float, y: float, lightness: float) -> F32:
        """What a map on the distribution's grid says of a pixel: a cell may lie on both sides of an edge."""
        h, w = map_hwc.shape[:2]
        place = (int(y) + 0.5) / self.picture.height * h - 0.5, (int(x) + 0.5) / self.picture.width * w - 0.5
        return joint_mean(map_hwc, self._lightness_of(map_hwc), place, lightness, NEAR_CELLS, ALIKE, AROUND)

    def _check_place(self, x: float, y: float) -> None:
        """HintError where the picture has no pixel."""
        width, height = self.picture.width, self.picture.height
        if not (0 <= x < width and 0 <= y < height):
            raise HintError(
                f"place ({x:g}, {y:g})", f"a place inside {width} x {height}", "use the picture's own pixels"
            )

    def _check(self, hints: Sequence[Hint], temperature: float | None) -> None:
        spec = self.colorizer.spec
        if hints and not spec.hints:
            raise HintError(f"model {spec.name} takes no hints", "a model that does", "see `huewise models`")
        check_hints(hints, (self.picture.width, self.picture.height))
        if temperature is not None and not 0.0 < temperature <= 1.0:
            raise UsageError(f"temperature {temperature}", "a number above 0 and up to 1")

    def _global_values(
        self, reference: Sequence[Reference | ReferenceLike], saturation: float | None
    ) -> GlobalValues:
        if isinstance(reference, str | bytes) or not isinstance(reference, Sequence):
            got = f"{type(reference).__name__} as the references"
            raise UsageError(got, "a list of pictures", "put one picture into a list, too")
        if not reference and saturation is None:
            return GlobalValues()
        if not self.colorizer.spec.global_hints:
            raise HintError(
                f"model {self.colorizer.spec.name} takes no reference and no saturation",
                "a model that does",
                "leave them out; the model photo takes them, but not for flats",
            )
        if saturation is not None and not 0.0 <= saturation <= 1.0:
            raise UsageError(f"saturation {saturation}", "a number from 0 to 1")
        read = [r if isinstance(r, Reference) else Reference.read(r) for r in reference]
        return GlobalValues(mean_histogram(read, self.colorizer.bins), saturation)

    def _mixed(self, sources: Sources, temperature: float | None) -> tuple[F32, F32 | None]:
        """The regression, moved towards the annealed mean by the spec's share (all the way with a `temperature`)."""
        spec = self.colorizer.spec
        ab, p_hwq = self.regression(sources), None
        share = 1.0 if temperature is not None else spec.blend
        if share > 0.0:
            p_hwq = self._own_distribution(sources)
            heat = temperature if temperature is not None else spec.temperature
            vivid = annealed_mean(p_hwq, self.colorizer.bins, heat or 1.0)
            ab = ab + share * (enlarged(vivid, ab.shape[:2]) - ab)
        return enlarged(ab, self.l_hw.shape), p_hwq

    def _agreeing(self, suggested_hw2: F32, told: Sources, temperature: float | None) -> F32:
        """The network's answer to the global hints of `told` made to agree with them."""
        values = told.globals
        plain = self._untold(told)
        plain_hw2, p_hwq = self._mixed(plain, temperature)
        if p_hwq is None:
            p_hwq = self._own_distribution(plain)
        moved = shift(p_hwq, self._lightness_of(p_hwq), values, self.colorizer.bins)
        made = agreeing(
            suggested_hw2, plain_hw2, enlarged(moved, self.l_hw.shape), self.l_hw, values, self.colorizer.bins
        )
        if values.histogram is None or self.belief is None:
            return made
        centers, doubt = self.colorizer.bins.centers, doubt_after(self, told)
        return carried(made, plain_hw2, values.histogram, centers, doubt)

    def _saturates(self, values: GlobalValues) -> bool:
        """Whether there is a wish that the model has a graph of its own for: a saturation alone."""
        alone = values.saturation is not None and values.histogram is None
        return alone and self.colorizer.has("saturation")

    def _saturated(self, plain_hw2: F32, wanting: Sources) -> F32:
        """What the model has learnt to make of an answer where a mean saturation is wanted (`networks.saturation`).

        It shrinks what it is unsure of, but never to less than `LEAST_SHARE`, and adds nothing beyond the wish.
        """
        wanted = wanting.globals.saturation
        assert wanted is not None
        made = self.colorizer.run("saturation", replace(wanting, answer_hw2=plain_hw2))
        saturated_hw2 = enlarged(
            made[self.colorizer.output("saturated_ab")][0].transpose(1, 2, 0), self.l_hw.shape
        )
        least = min(LEAST_SHARE * wanted, mean_saturation(plain_hw2, self.l_hw))
        return at_most(at_least(saturated_hw2, self.l_hw, least, plain_hw2), self.l_hw, wanted)

    def _untold(self, told: Sources) -> Sources:
        """The same edit without its global hints; its local ones are spread already."""
        return replace(told, globals=GlobalValues(), kept=dict(self._first.kept))

    def _lightness_of(self, p_hwq: F32) -> F32:
        """L (h, w) on the grid of a distribution."""
        return block_mean(self.l_hw, self.l_hw.shape[0] // p_hwq.shape[0])

    def _with_fill(self, ab_hw2: F32, sources: Sources) -> F32:
        """A second opinion where hints lie densely and no belief has one, on half the network's size."""
        if len(sources.hints) < LEAST_HINTS:
            return ab_hw2
        half_hw2 = block_mean(ab_hw2, 2)
        moved = with_fill(half_hw2, *sources.raster(2), block_mean(self.l_hw, 2), len(sources.hints))
        return ab_hw2 + enlarged(moved - half_hw2, ab_hw2.shape[:2])

    def _reached(self, ab_hw2: F32, sources: Sources) -> F32:
        """An answer in which the hints have their colours; where there are many, small ones in the mean."""
        hint_hw2, mask_hw = sources.raster(1)
        many = len(sources.hints) >= LEAST_HINTS
        if many:
            patches = small_patches(sources.hints, sources.picture_size, hint_hw2, mask_hw)
            ab_hw2 = kriged(ab_hw2, hint_hw2, patches, self.l_hw)
            hint_hw2 = with_detail(hint_hw2, ab_hw2, patches)
        ab_hw2 = adhere(ab_hw2, hint_hw2, mask_hw, self.l_hw, sources.factor)
        if not many and self.colorizer.spec.spread is not None:
            places = small_hints(sources.hints, sources.picture_size, self.l_hw.shape)
            ab_hw2 = moved_alike(ab_hw2, self._spread_against(), places, mask_hw, self.l_hw)
        return ab_hw2

    def _spread_against(self) -> F32:
        """The automatic colours that hints are spread against, (h, w, 2) at network size."""
        if self._against is None:
            rule = self.colorizer.spec.spread
            assert rule is not None
            self._against = enlarged(self._scaled[rule.auto][0].transpose(1, 2, 0), self.l_hw.shape)
        return self._against

    def sources(self, hints: Sequence[Hint] = (), globals: GlobalValues | None = None) -> Sources:
        """What the graphs of an edit may ask for, with the hints spread already."""
        first = self._first
        answers = [h for h in hints if isinstance(h, Region) and h.mean] if self.colorizer.spec.bins else []
        among_answers = set(map(id, answers))
        sources = Sources(
            first.l_hw,
            first.picture_size,
            [h for h in hints if id(h) not in among_answers],
            answers,
            globals or GlobalValues(),
            kept=dict(first.kept),
        )
        if self.affinities is not None:
            self._spread(sources)
        return sources

    def regression(self, sources: Sources) -> F32:
        """The network's colours for an edit, (h, w, 2) ab units at its own output size."""
        made = self.colorizer.run("edit", sources) or self._scaled
        return np.ascontiguousarray(made[self.colorizer.output("ab")][0].transpose(1, 2, 0))

    def distribution(self, sources: Sources) -> F32:
        """Probabilities (h, w, Q) of the model's bins, made to agree with the global hints of `sources`.

        After `regression` of the same sources; ModelError where the model has no bins.
        """
        told = self._own_distribution(sources)
        if not sources.globals.known:
            return told
        plain = self._untold(sources)
        self.regression(plain)
        return agreeing_distribution(
            told,
            self._own_distribution(plain),
            self._lightness_of(told),
            sources.globals,
            self.colorizer.bins,
        )

    def _distribution_after(self, hints: Sequence[Hint], values: GlobalValues) -> tuple[F32, F32 | None]:
        """The distribution after an edit, and how far (h, w, 2) the hints move the colours beyond it.

        It is made to agree with global hints by itself, without the last step that the colours take towards a
        histogram (`propagate.transport`); beside them only answered questions count. The last one is kept: a person
        looks around between two edits.
        """
        histogram = None if values.histogram is None else values.histogram.tobytes()
        asked = (tuple(map(_meaning, hints)), histogram, values.saturation)
        last = self._last_distribution
        if last is not None and last[0] == asked:
            return last[1]
        sources = self.sources(hints, values)
        small_hw2 = self.regression(sources)
        p_hwq = self.distribution(sources)
        by_hw2 = self._moved_beyond(p_hwq, small_hw2, sources)
        self._last_distribution = asked, (p_hwq, by_hw2)  # replaced as a whole: threads share it
        return p_hwq, by_hw2

    def _moved_beyond(self, p_hwq: F32, small_hw2: F32, sources: Sources) -> F32 | None:
        """How far (h, w, 2) an edit moves the colours beyond its distribution, whose network made `small_hw2`."""
        if not sources.answers and (sources.globals.known or not sources.hints):
            return None
        ab_hw2 = enlarged(small_hw2, self.l_hw.shape)
        if not sources.globals.known:
            return self._not_followed(p_hwq, self._answer(ab_hw2, sources, None))
        told_hw2, _ = with_answers(ab_hw2, doubt_after(self, sources), sources)
        return area_mean(told_hw2 - ab_hw2, (p_hwq.shape[0], p_hwq.shape[1]))

    def _not_followed(self, p_hwq: F32, told_hw2: F32) -> F32:
        """How much farther (h, w, 2) local hints move the colours than they move the mean of the distribution."""
        if self._apart is None:
            unhinted, automatic_hw2 = self.unhinted()
            self._apart = self._beyond(
                self._own_distribution(unhinted), enlarged(automatic_hw2, self.l_hw.shape)
            )
        by_hw2: F32 = self._beyond(p_hwq, told_hw2) - self._apart
        return by_hw2

    def _beyond(self, p_hwq: F32, ab_hw2: F32) -> F32:
        """Colours of network size against the mean of a distribution, on its grid (h, w, 2)."""
        beyond_hw2: F32 = (
            area_mean(ab_hw2, (p_hwq.shape[0], p_hwq.shape[1])) - p_hwq @ self.colorizer.bins.centers
        )
        return beyond_hw2

    def _own_distribution(self, sources: Sources) -> F32:
        """What the network itself says."""
        self.colorizer.run("distribution", sources)
        logits = sources.kept[self.colorizer.output("logits")][0].transpose(1, 2, 0)
        power = np.exp(logits - logits.max(-1, keepdims=True))
        p_hwq: F32 = power / power.sum(-1, keepdims=True)
        return p_hwq

    @property
    def belief(self) -> Belief | None:
        """What the model has learnt of its errors in this picture; None where it has no network for it."""
        # No cached_property: until Python 3.12 all pictures share its lock.
        if self._belief is None and self.colorizer.has("belief"):
            whole = None if self._whole is None else self._whole.belief
            height, width = self.l_hw.shape
            self._belief = Belief.of(self) if whole is None else whole.at_size((height, width))
        return self._belief

    @property
    def doubt(self) -> Doubt:
        """What the model does not know of this picture without any hint."""
        if self._doubt is None:
            self._doubt = first_doubt(self)
        return self._doubt

    @cached_property
    def affinities(self) -> Affinities | None:
        """How strongly neighbouring cells share their colour; None where the model does not say."""
        rule = self.colorizer.spec.spread
        if rule is None:
            return None
        grid = self._first.kept[rule.affinities][0]
        return Affinities(grid[0], grid[1], grid[2])

    def _spread(self, sources: Sources) -> None:
        """The model's own spreading of the hints, at the size of its affinities (ARCHITECTURE.md)."""
        rule = self.colorizer.spec.spread
        assert rule is not None and self.affinities is not None
        h, w = self.affinities.right.shape
        auto = self._scaled[rule.auto][0].transpose(1, 2, 0)
        at = self.l_hw.shape[0] // auto.shape[0]
        hint_hw2, mask_hw = sources.raster(at)
        by = auto.shape[0] // h
        if not mask_hw.any():
            none, nowhere = np.zeros((h, w, 2), np.float32), np.zeros((h, w), np.float32)
            sources.spread = {"spread_ab": none, "fill_ab": none, "spread_confidence": nowhere}
            return
        residual = hint_hw2 - auto
        means, share = pooled(np.concatenate([residual, hint_hw2], -1), mask_hw, by)
        trust = self._first.kept[rule.affinities][0][3]
        grid = self.affinities.screened(surprise(residual, mask_hw))
        sources.factor = Factor(grid, share * trust)
        solved, confidence = spread(sources.factor, means)
        sources.spread = {
            "spread_ab": solved[..., :2],
            "fill_ab": filled(solved[..., 2:], confidence),
            "spread_confidence": confidence,
        }


def _meaning(hint: Hint) -> object:
    """Equal for hints that say the same; regions are equal to themselves alone, and are read anew at every request."""
    if isinstance(hint, Region) and hint.polygon is not None:
        return hint.polygon, hint.lab, hint.mean, hint.time
    return hint


@cache
def _guide_table() -> NDArray[np.uint8]:
    """From stored lightness to L * 2.55."""
    table: NDArray[np.uint8] = np.rint(np.arange(1 << 16) * (2.55 / STEPS_PER_L)).astype(np.uint8)
    return table
