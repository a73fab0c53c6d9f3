"""What to ask next (`picture.question`): the soft region whose colour would mend most of the expected error.

This policy needs no training beyond the photo model's own: its distribution over bins says where it would err and by
how much, the confidence of the spread hints where that has been settled, its affinities which cells share a colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from huewise.color import BinSet, fit_gamut, format_hex
from huewise.engine.palette import Suggestion, suggest
from huewise.engine.sources import Sources
from huewise.hints import Region
from huewise.hints.local_hints import ColorLike
from huewise.imaging.lightness import block_mean, size_within
from huewise.propagate.spread import Affinities, Factor, luminance_affinities

if TYPE_CHECKING:
    from huewise.engine.colorizer import OpenPicture

F32 = NDArray[np.float32]

REGION_SIDE = 512  # pixels: longer side of a question's map
SEEDS = 16  # places from which a region is tried
SEED = 1  # cells around a seed that belong to it
REACH = 0.35  # how far a hint tells colours on even ground, in shorter sides of the picture
FIRM = 16.0  # weight of a wholly hinted cell, in affinities of a typical cell
EDGE = (0.2, 0.4)
"""Of a seed's own response to a hint: a cell is outside of the region below the first, inside above the second."""
LEAST_AREA = 0.004  # share of the picture below which a region is not worth a question
LEAST_GAIN = 1.0  # ab units squared, mean over the picture, below which nothing is left to ask
LEAST_CONTRAST = 2.0  # of L: a flat picture shows nothing that could be asked about
SAME = 0.5  # a region that has as much in common with a skipped one is the same question


@dataclass(frozen=True, eq=False)
class Question:
    """Which colour has this region? `region`: (h, w) float32 in 0..1 over the whole picture.

    `suggestions`: likely answers, likeliest first. `label`: what the region shows, where the model knows it.
    """

    region: F32
    suggestions: tuple[Suggestion, ...]
    label: str | None = None

    def answer(self, color: ColorLike) -> Region:
        """The hint that this answer amounts to."""
        return Region(self.region, color)


@dataclass(frozen=True)
class Known:
    """What a model says about a picture and its hints, on one grid (h, w).

    `p_hwq`: distribution over the bins, or None; `ab_hw2`: colours; `l_hw`; `hinted_hw`: hinted share of each cell;
    `grid`: affinities, whose screening is not used.
    """

    p_hwq: F32 | None
    ab_hw2: F32
    l_hw: F32
    hinted_hw: F32
    grid: Affinities


class Reach:
    """How hints tell the colours around them: the grid's affinities with a screening that makes their reach short."""

    def __init__(self, known: Known) -> None:
        grid = known.grid
        typical = float(np.median(grid.degree)) / 4.0
        cells = max(2.0, REACH * min(known.hinted_hw.shape))
        self._hint_hw = np.float32(FIRM * typical) * known.hinted_hw
        self._weight_hw = self._hint_hw + np.float32(typical / cells**2)
        free = Affinities(grid.right, grid.down, np.zeros_like(grid.screen))
        self._factor = Factor(free, self._weight_hw)

    def settled(self) -> F32:
        """How much of each cell's colour the hints have told, (h, w) in 0..1."""
        told = self._factor.solve((self._hint_hw / self._weight_hw)[..., None])[..., 0]
        return np.clip(told, 0.0, 1.0)

    def responses(self, marked_hwn: F32) -> F32:
        """How strongly a hint in each of n sets of cells would be felt, (h, w, n)."""
        return self._factor.solve(marked_hwn / self._weight_hw[..., None])


def next_question(
    opened: OpenPicture, sources: Sources, skipped: Sequence[Question] = (), *, k: int = 3
) -> Question | None:
    """The next question after an edit, with at most k suggested answers; None when nothing is left to ask."""
    if float(np.ptp(opened.l_hw)) < LEAST_CONTRAST:
        return None
    bins = opened.colorizer.bins if opened.colorizer.spec.bins else None
    known = what_is_known(opened, sources)
    shape = known.l_hw.shape
    region = choose_region(known, bins, [_resized(question.region, shape) for question in skipped])
    if region is None:
        return None
    return Question(_at_picture(region, opened), tuple(suggestions(region, known, bins, k)))


def what_is_known(opened: OpenPicture, sources: Sources) -> Known:
    """One edit of the picture and its distribution, on the grid of the affinities."""
    ab = opened.regression(sources)
    p_hwq = opened.distribution(sources) if opened.colorizer.spec.bins else None
    grid = opened.affinities
    h, w = opened.l_hw.shape
    shape = (h // 4, w // 4) if grid is None else grid.right.shape
    l_hw = block_mean(opened.l_hw, h // shape[0])
    share = sources.raster(h // shape[0])[1]
    confidence = sources.spread["spread_confidence"] if grid is not None else share
    assert confidence is not None
    small = np.stack([_resized(ab[..., c], shape) for c in range(2)], -1)
    if p_hwq is not None and p_hwq.shape[:2] != shape:
        p_hwq = np.stack([_resized(p_hwq[..., q], shape) for q in range(p_hwq.shape[-1])], -1)
    return Known(p_hwq, small, l_hw, share, grid or luminance_affinities(l_hw))


def choose_region(known: Known, bins: BinSet | None, skipped: Sequence[F32] = ()) -> F32 | None:
    """The region (h, w) in 0..1 with the largest expected gain, none of the skipped ones; None: none is worth it."""
    reach = Reach(known)
    doubt = variance_of(known, bins) * np.square(1.0 - reach.settled())
    for other in skipped:
        doubt = doubt * (1.0 - other)
    candidates = [
        region
        for region in regions_around(seeds(doubt, SEEDS), known, reach)
        if region.mean() >= LEAST_AREA and all(overlap(region, other) <= SAME for other in skipped)
    ]
    if not candidates:
        return None
    gains = [float((region * doubt).mean()) for region in candidates]
    best = int(np.argmax(gains))
    return candidates[best] if gains[best] >= LEAST_GAIN else None


def variance_of(known: Known, bins: BinSet | None) -> F32:
    """Expected squared error (h, w) in ab units squared: the distribution's variance.

    Without a distribution every place is as doubtful as the next.
    """
    if known.p_hwq is None or bins is None:
        return np.full(known.l_hw.shape, 100.0, np.float32)
    mean = known.p_hwq @ bins.centers
    square = known.p_hwq @ np.square(bins.centers).sum(-1)
    variance: F32 = np.maximum(square - np.square(mean).sum(-1), 0.0)
    return variance


def seeds(doubt_hw: F32, n: int) -> list[tuple[int, int]]:
    """At most n cells (y, x) of much doubt, well apart from each other."""
    from scipy import ndimage

    left = ndimage.uniform_filter(doubt_hw, 3, mode="nearest")
    apart = max(2, min(left.shape) // 8)
    found: list[tuple[int, int]] = []
    while len(found) < n and left.max() > 0:
        y, x = (int(v) for v in np.unravel_index(int(left.argmax()), left.shape))
        found.append((y, x))
        left[max(0, y - apart) : y + apart + 1, max(0, x - apart) : x + apart + 1] = 0.0
    return found


def regions_around(places: Sequence[tuple[int, int]], known: Known, reach: Reach) -> list[F32]:
    """For each seed, the cells that a hint there would tell about and whose predicted colours are like its own."""
    if not places:
        return []
    marked = np.zeros((*known.l_hw.shape, len(places)), np.float32)
    for i, (y, x) in enumerate(places):
        marked[max(0, y - SEED) : y + SEED + 1, max(0, x - SEED) : x + SEED + 1, i] = 1.0
    response = reach.responses(marked)
    regions = []
    for i, (y, x) in enumerate(places):
        alike = response[..., i] / max(float(response[y, x, i]), 1e-12) * likeness(known, y, x)
        low, high = EDGE
        region = np.clip((alike - low) / (high - low), 0.0, 1.0) * (1.0 - known.hinted_hw)
        regions.append(region.astype(np.float32))
    return regions


def likeness(known: Known, y: int, x: int) -> F32 | float:
    """How alike the predicted distributions are to the one at a cell: Bhattacharyya coefficient, 0..1."""
    if known.p_hwq is None:
        return 1.0
    alike: F32 = np.sqrt(known.p_hwq) @ np.sqrt(known.p_hwq[y, x])
    return alike


def overlap(a_hw: F32, b_hw: F32) -> float:
    """The part of the smaller of two regions that lies in the other."""
    return float(np.minimum(a_hw, b_hw).sum()) / max(min(float(a_hw.sum()), float(b_hw.sum())), 1e-6)


def suggestions(region_hw: F32, known: Known, bins: BinSet | None, k: int) -> list[Suggestion]:
    """Likely answers: the region's mean distribution at its mean lightness; its mean colour where there is none."""
    share = region_hw / region_hw.sum()
    lightness = float((share * known.l_hw).sum())
    if known.p_hwq is not None and bins is not None:
        return suggest(np.einsum("hw,hwq->q", share, known.p_hwq), bins, lightness, k)
    ab = np.einsum("hw,hwc->c", share, known.ab_hw2)
    lab = fit_gamut(np.array([lightness, *ab], np.float32))
    return [Suggestion(format_hex(lab), 1.0, (float(lab[0]), float(lab[1]), float(lab[2])))]


def _at_picture(region_hw: F32, opened: OpenPicture) -> F32:
    """The region at the picture's aspect (the network's differs by up to half a stride), longer side 512 at most."""
    width, height = opened.picture.width, opened.picture.height
    return _resized(region_hw, size_within(width, height, REGION_SIDE))


def _resized(array_hw: F32, shape: tuple[int, ...]) -> F32:
    """Bilinear, averaging where it shrinks."""
    made = Image.fromarray(np.ascontiguousarray(array_hw)).resize(
        (shape[1], shape[0]), Image.Resampling.BILINEAR
    )
    return np.clip(np.asarray(made, np.float32), array_hw.min(), array_hw.max())
