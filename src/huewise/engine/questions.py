"""What to ask next (`picture.question`), and what an answer tells of the rest of the picture.

A network that was trained for it says where the photo model errs, by how much, and what errs together
(`networks.belief`, `propagate.doubt`); for a model without one its distribution over bins does.
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
from huewise.hints import Hint, Point, Region, rasterize
from huewise.hints.local_hints import ColorLike
from huewise.imaging.lightness import area_mean, shrink, size_within
from huewise.propagate.doubt import Doubt, belief_shape
from huewise.propagate.joint_upsample import joint_upsample
from huewise.propagate.resample import enlarged

if TYPE_CHECKING:
    from huewise.engine.open_picture import OpenPicture
    from huewise.engine.sources import Sources

F32 = NDArray[np.float32]

FINER = 4  # cells of a question's map to each side of a cell that was chosen
LEAST_TOP = 0.5  # of a finer map: one that falls below was of a few cells, and is left as it is
NEAR = 2.0  # cells that were chosen: sigma of those that a finer one asks
REGION_SIDE = 512  # pixels: longer side of a question's map
LEAST_AREA = 0.004  # share of the picture below which a region is not worth a question
TRIED = 4  # regions, before there is none that is large enough
LEAST_GAIN = 0.5  # ab units squared of a channel, mean over the picture, below which nothing is left to ask
LEAST_CONTRAST = 2.0  # of L: a flat picture shows nothing that could be asked about


@dataclass(frozen=True, eq=False)
class Question:
    """Which colour has this region? `region`: (h, w) float32 in 0..1 over the whole picture.

    `suggestions`: likely answers, likeliest first. `label`: what the region shows, where the model knows it. `place`:
    of a drawing, (x, y) inside the area that the region is: its answer is a point there, which fills it.
    """

    region: F32
    suggestions: tuple[Suggestion, ...]
    label: str | None = None
    place: tuple[float, float] | None = None

    def answer(self, color: ColorLike) -> Hint:
        """The hint that this answer amounts to: the region's mean colour; of a drawing's area its only one."""
        return Region(self.region, color, mean=True) if self.place is None else Point(*self.place, color)


def first_doubt(opened: OpenPicture) -> Doubt:
    """What a model does not know of a picture without any hint."""
    if opened.belief is not None:
        return opened.belief.doubt
    shape = belief_shape(opened.l_hw.shape[0] // 4, opened.l_hw.shape[1] // 4)
    l_hw = area_mean(opened.l_hw, shape)
    if not opened.colorizer.spec.bins:
        return Doubt.of(None, l_hw, None)
    _, p_hwq = opened.branches()
    return Doubt.of(area_mean(p_hwq, shape), l_hw, opened.colorizer.bins.centers)


def doubt_after(opened: OpenPicture, sources: Sources) -> Doubt:
    """What is not known yet after the hints of an edit; its answers are not among them."""
    doubt = opened.doubt
    if not sources.hints:
        return doubt
    if opened.belief is not None:
        return opened.belief.after(sources)[1]
    plain = opened.sources()
    hinted = rasterize(sources.hints, sources.picture_size, doubt.shape)
    return doubt.after(*hinted, area_mean(opened.regression(plain), doubt.shape))[1]


def with_answers(ab_hw2: F32, doubt: Doubt, sources: Sources) -> tuple[F32, Doubt]:
    """Colours that have the means which the answers of an edit say, all else following as far as it errs alike."""
    if not sources.answers:
        return ab_hw2, doubt
    shape = doubt.shape
    before_hw2, l_hw = area_mean(ab_hw2, shape), area_mean(sources.l_hw, shape)
    small_hw2 = before_hw2
    for answer in sources.answers:
        map_hw = rasterize([answer], sources.picture_size, shape)[1]
        if not map_hw.any():
            continue
        mean = (small_hw2 * map_hw[..., None]).sum((0, 1)) / map_hw.sum()
        # What the region's lightness cannot show would be looked for elsewhere.
        wanted = fit_gamut((float(np.average(l_hw, weights=map_hw)), *answer.lab[1:]))[1:]
        moved_hw2, doubt = doubt.told(map_hw, wanted - mean)
        small_hw2 = small_hw2 + moved_hw2
    return ab_hw2 + enlarged(small_hw2 - before_hw2, ab_hw2.shape[:2]), doubt


def next_question(
    opened: OpenPicture, sources: Sources, skipped: Sequence[Question] = (), *, k: int = 3
) -> Question | None:
    """The next question after an edit, with at most k suggested answers; None when nothing is left to ask."""
    if float(np.ptp(opened.l_hw)) < LEAST_CONTRAST:
        return None
    ab_hw2 = opened.regression(sources)
    told_hw2, doubt = with_answers(ab_hw2, doubt_after(opened, sources), sources)
    region = choose_region(doubt, [resized(question.region, doubt.shape) for question in skipped])
    if region is None:
        return None
    size = size_within(opened.picture.width, opened.picture.height, REGION_SIDE)
    found = suggestions(region, opened, sources, (ab_hw2, told_hw2), k)
    return Question(resized(along_edges(region, opened.picture.lightness), size), tuple(found))


def along_edges(region_hw: F32, lightness: NDArray[np.uint16]) -> F32:
    """A question's map on finer cells, bordered where the picture has its edges (joint upsampling, zhao2018 eq. 5).

    What is chosen on a coarse grid has stairs for borders; texture is smoothed away, since nobody answers for specks.
    """
    from scipy import ndimage

    size = (FINER * region_hw.shape[0], FINER * region_hw.shape[1])
    guide_hw = ndimage.gaussian_filter(shrink(lightness, size), 1.0)
    twice_hw2 = np.stack([region_hw, region_hw], -1)  # it is made for a and b
    map_hw = joint_upsample(twice_hw2, guide_hw, NEAR)[..., 0]
    map_hw = np.maximum(ndimage.median_filter(map_hw, FINER * 2 - 1), 0.0)
    top = float(map_hw.max())
    return map_hw / np.float32(top) if top > LEAST_TOP else resized(region_hw, size)


def choose_region(doubt: Doubt, skipped: Sequence[F32] = ()) -> F32 | None:
    """The region (h, w) in 0..1 with the largest expected gain; None: none is worth it.

    A skipped one counts as told here: neither it nor its like is asked again, but a part of it may be. So does one that
    is too small: the next direction of doubt may have a larger one.
    """
    for other in skipped:
        _, doubt = doubt.told(other, np.zeros(2, np.float32))
    for _ in range(TRIED):
        region = doubt.question()
        if region is None or doubt.gain(region) < LEAST_GAIN:
            return None
        if region.mean() >= LEAST_AREA:
            return region
        _, doubt = doubt.told(region, np.zeros(2, np.float32))
    return None


def suggestions(
    region_hw: F32, opened: OpenPicture, sources: Sources, ab: tuple[F32, F32], k: int
) -> list[Suggestion]:
    """Likely answers at the region's lightness: its mean distribution, its mean colour where there is none.

    `ab`: the colours (h, w, 2) without and with the answers given so far; the distribution moves as they do.
    """
    share_hw, shape = region_hw / region_hw.sum(), (region_hw.shape[0], region_hw.shape[1])
    lightness = float((share_hw * area_mean(opened.l_hw, shape)).sum())
    plain, told = (np.einsum("hw,hwc->c", share_hw, area_mean(one, shape)) for one in ab)
    if opened.colorizer.spec.bins:
        p_hwq = area_mean(opened.distribution(sources), shape)
        p_q = np.einsum("hw,hwq->q", share_hw, p_hwq)
        return suggest(
            recentred(p_q, told - plain, opened.colorizer.bins), opened.colorizer.bins, lightness, k
        )
    lab = fit_gamut(np.array([lightness, *told], np.float32))
    return [Suggestion(format_hex(lab), 1.0, (float(lab[0]), float(lab[1]), float(lab[2])))]


def recentred(p_q: F32, by: F32, bins: BinSet) -> F32:
    """A distribution whose colours are all `by` (2,) ab units elsewhere."""
    if not np.any(by):
        return p_q  # soft encoding would blur it
    index_qk, share_qk = bins.encode_soft(bins.centers + by)
    made: F32 = np.bincount(index_qk.ravel(), (p_q[:, None] * share_qk).ravel(), len(p_q)).astype(np.float32)
    return made


def resized(array_hw: F32, shape: tuple[int, ...]) -> F32:
    """Bilinear, averaging where it shrinks."""
    made = Image.fromarray(np.ascontiguousarray(array_hw)).resize(
        (shape[1], shape[0]), Image.Resampling.BILINEAR
    )
    return np.clip(np.asarray(made, np.float32), array_hw.min(), array_hw.max())
