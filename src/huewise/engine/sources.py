"""What a graph may ask for (`models.spec.Source`), made once and at the size that is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from huewise.errors import ModelError
from huewise.hints import Hint, Region, rasterize
from huewise.imaging.lightness import block_mean
from huewise.models.spec import Feed, Graph, Part
from huewise.propagate.doubt import Doubt
from huewise.propagate.spread import Factor

F32 = NDArray[np.float32]
Size = tuple[int, int]


def network_size(width: int, height: int, side: int, stride: int, longest: int = 1024) -> Size:
    """(height, width) at which a picture goes through a network: short side about `side`, multiples of `stride`.

    The picture is resized to it, not padded: at most half a stride of distortion, and no border that is not picture.
    """
    scale = min(side / min(width, height), longest / max(width, height))
    return (
        max(stride, round(height * scale / stride) * stride),
        max(stride, round(width * scale / stride) * stride),
    )


@dataclass(frozen=True)
class GlobalValues:
    """Global hints as numbers (zhang2017 3.3): histogram over the bins (sums to 1) and mean HSV saturation, or None."""

    histogram: F32 | None = None
    saturation: float | None = None

    @property
    def known(self) -> bool:
        """Whether there is any."""
        return self.histogram is not None or self.saturation is not None


@dataclass
class Sources:
    """Everything that can be fed at one edit of one picture; `kept` holds outputs of graphs that ran before."""

    l_hw: F32  # at network size
    picture_size: tuple[int, int]  # (width, height) that hints refer to
    hints: Sequence[Hint] = ()
    answers: Sequence[Region] = ()  # hints that tell a mean: no graph is fed with them
    globals: GlobalValues = GlobalValues()
    n_bins: int = 313
    kept: dict[str, F32] = field(default_factory=dict)
    spread: dict[str, F32] = field(default_factory=dict)  # spread_ab, fill_ab, spread_confidence
    answer_hw2: F32 | None = None  # colours so far, at network size
    drawn: dict[str, F32] = field(default_factory=dict)  # paper, hint_rgb, fill_rgb: of drawings only
    factor: Factor | None = None  # the solved system behind them
    believed: tuple[F32, Doubt] | None = None  # `Belief.after`
    _rasters: dict[int, tuple[F32, F32]] = field(default_factory=dict)

    def raster(self, at: int) -> tuple[F32, F32]:
        """Hinted ab (h, w, 2) and share (h, w) on the grid at 1/`at`."""
        if at not in self._rasters:
            h, w = self.l_hw.shape
            grid = (h // at, w // at)
            self._rasters[at] = rasterize(self.hints, picture_size=self.picture_size, grid_size=grid)
        return self._rasters[at]

    def feeds(self, graph: Graph) -> dict[str, F32]:
        """The inputs of a graph."""
        return {feed.name: self._feed(feed) for feed in graph.feeds}

    def _feed(self, feed: Feed) -> F32:
        parts = [self._part(part) for part in feed.parts]
        return parts[0] if len(parts) == 1 else np.concatenate(parts, 1)  # what a picture keeps is not copied

    def _part(self, part: Part) -> F32:
        if part.source == "kept":
            return self.kept[part.name]
        array_hwc = np.atleast_3d(self._source(part))
        return np.ascontiguousarray(
            ((array_hwc - part.offset) / part.scale).transpose(2, 0, 1)[None], np.float32
        )

    def _source(self, part: Part) -> F32:  # noqa: PLR0911 - one line a source
        match part.source:
            case "l":
                return block_mean(self.l_hw, part.at)
            case "gray_rgb":
                return np.repeat(gray_of_lightness(block_mean(self.l_hw, part.at))[..., None], 3, -1)
            case "hint_ab":
                return self.raster(part.at)[0]
            case "hint_mask":
                return self.raster(part.at)[1]
            case "spread_ab" | "fill_ab" | "spread_confidence":
                return self.spread[part.source]
            case "answer_ab":
                assert self.answer_hw2 is not None  # `models.spec` refuses other graphs that ask for it
                return block_mean(self.answer_hw2, part.at)
            case "paper" | "hint_rgb" | "fill_rgb":
                if part.source not in self.drawn:
                    raise ModelError(f"{part.source} for a photograph", "a model whose kind is drawing")
                return self.drawn[part.source]
            case "histogram":
                known = self.globals.histogram
                return (np.zeros(self.n_bins, np.float32) if known is None else known)[None, None]
            case "histogram_known":
                return np.full((1, 1), float(self.globals.histogram is not None), np.float32)
            case "saturation":
                return np.full((1, 1), self.globals.saturation or 0.0, np.float32)
            case "saturation_known":
                return np.full((1, 1), float(self.globals.saturation is not None), np.float32)
        raise AssertionError(part.source)


def gray_of_lightness(l_hw: F32) -> F32:
    """sRGB value 0..1 of the neutral gray with lightness L."""
    f = (l_hw + 16.0) / 116.0
    linear = np.where(f > 6 / 29, f**3, (f - 4 / 29) * 108 / 841)
    return np.where(
        linear > 0.0031308, 1.055 * np.clip(linear, 1e-9, 1) ** (1 / 2.4) - 0.055, 12.92 * linear
    ).astype(np.float32)
