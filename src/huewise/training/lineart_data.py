"""Drawings to learn from: real pairs, and drawings derived from colour-only illustrations (inoue2017 3.1).

A source drawing is `<name>.color` with or without `<name>.line`; any other colour picture counts as colour-only. What
is too small or has no colour is left out; the split is by source drawing, and by series where the names tell one: no
drawing lies on both sides, nor a story's pages, nor a figure's poses.

The weights in `checkpoints/` and in the shop were trained while each file was on a side by itself: some of what is held
out now they have seen. Neither split touches the public validation set (val.tar), which no training saw.
"""

import hashlib
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from huewise.color import rgb_to_lab
from huewise.imaging.lineart import KINDS, LineStyle, line_drawing
from huewise.training.pictures import Source, read_rgb

U8 = NDArray[np.uint8]
Floats = NDArray[Any]
Part = Literal["training", "test", "validation"]

SIDE = 256  # pixels: the network's window (3.1)
LEAST_CHROMA = 3.0  # mean CIE chroma of a picture that has colours
VARIANTS = 3  # derived drawings kept of each picture


class Drawn(NamedTuple):
    """A source drawing: its colour picture, and its own line picture where there is one."""

    name: str
    color: Source
    line: Source | None = None


def pair_up(sources: Sequence[Source]) -> list[Drawn]:
    """Colour pictures with their line pictures, sorted by name; line pictures without colour are left out."""
    lines = {s.name.removesuffix(".line"): s for s in sources if s.name.endswith(".line")}
    colors = sorted((s.name.removesuffix(".color"), s) for s in sources if not s.name.endswith(".line"))
    return [Drawn(name, color, lines.get(name)) for name, color in colors]


# Names of the project's collections that tell a series, and what it is called. Names of other people's pictures tell
# none: page-1 to page-500 may be all that somebody has.
_SERIES = (
    (re.compile(r"(african-storybook/asp\d+)__.*"), r"\1"),  # pages of a story
    (re.compile(r"(gutenberg-[^/]+)/.*"), r"\1"),  # of a book
    (re.compile(r"(?:free|egonelbre)-gophers[^/]*/.*"), "gophers"),  # one figure, whoever drew it
    (re.compile(r"(snap-costumes)/Costumes__([A-Za-z]+).*"), r"\1/\2"),  # poses of a sprite
)


def series_of(name: str) -> str:
    """What a source drawing belongs to: its story or book, its figure in all poses, else itself."""
    found = next((match.expand(to) for pattern, to in _SERIES if (match := pattern.fullmatch(name))), None)
    return found or name


def part_of(name: str, seed: int = 0) -> Part:
    """80/10/10 by the hash of seed and the drawing's series: it never moves when pictures come or go."""
    digest = hashlib.sha256(f"{seed} {series_of(name)}".encode()).digest()
    place = int.from_bytes(digest[:4], "big") / 2**32
    return "training" if place < 0.8 else "test" if place < 0.9 else "validation"


def is_usable(rgb_hw3: U8, side: int = SIDE) -> bool:
    """Whether no side is below `side` and there is colour in the picture."""
    if min(rgb_hw3.shape[:2]) < side:
        return False
    lab = rgb_to_lab(rgb_hw3[::4, ::4].astype(np.float32) / 255)
    return float(np.hypot(lab[..., 1], lab[..., 2]).mean()) >= LEAST_CHROMA


def windows(height: int, width: int, side: int = SIDE) -> list[tuple[int, int]]:
    """(y, x) of the windows that cover the picture: as few as do, evenly spaced, overlapping where they must."""
    return [(y, x) for y in _places(height, side) for x in _places(width, side)]


def _places(length: int, side: int) -> list[int]:
    count = -(-length // side)
    return [round(i * (length - side) / max(count - 1, 1)) for i in range(count)]


@dataclass(frozen=True)
class Wear:
    """How real drawings differ from derived ones: chances of each kind of change, and its range."""

    untouched: float = 0.3  # no change at all: most drawings of today, and scans that were cleaned
    tone: float = 0.3  # gray paper, unevenly, after what normalization leaves
    pencil: float = 0.3  # lighter, grainy ink
    binary: float = 0.3
    thick: float = 0.2
    broken: float = 0.3
    noise: float = 0.3
    soft: float = 0.2  # blur of a small scan enlarged


def worn(paper_hw: Floats, rng: np.random.Generator, wear: Wear | None = None) -> Floats:
    """A drawing (h, w), 1 paper and 0 ink, as another hand, pen or scanner would have given it."""
    wear = wear or Wear()
    if rng.random() < wear.untouched:
        return paper_hw
    out = paper_hw
    if rng.random() < wear.thick:
        out = ndimage.grey_erosion(out, size=(2, 2) if rng.random() < 0.6 else (3, 3))
    if rng.random() < wear.broken:
        out = _broken(out, rng)
    if rng.random() < wear.soft:
        out = ndimage.gaussian_filter(out, rng.uniform(0.4, 1.1))
    if rng.random() < wear.pencil:
        grain = ndimage.gaussian_filter(rng.normal(0, 1, out.shape), 0.7)
        out = 1 - (1 - out) * np.clip(rng.uniform(0.45, 0.9) + 0.25 * grain, 0, 1)
    elif rng.random() < wear.binary:
        out = np.where(out < rng.uniform(0.4, 0.8), 0.0, 1.0)
    if rng.random() < wear.tone:
        out = out * (1 - ndimage.zoom(rng.uniform(0, 0.12, (4, 4)), np.array(out.shape) / 4, order=1))
    if rng.random() < wear.noise:
        out = out + rng.normal(0, rng.uniform(0.005, 0.04), out.shape)
    return np.clip(out, 0, 1).astype(np.float32)


def _broken(paper_hw: Floats, rng: np.random.Generator) -> Floats:
    """Gaps of a few pixels where random spots meet lines."""
    h, w = paper_hw.shape
    out = paper_hw.copy()
    ys, xs = np.nonzero(paper_hw < 0.5)
    if len(ys) == 0:
        return out
    for i in rng.integers(0, len(ys), rng.integers(3, 25)):
        r = int(rng.integers(1, 4))
        out[max(0, ys[i] - r) : min(h, ys[i] + r + 1), max(0, xs[i] - r) : min(w, xs[i] + r + 1)] = 1.0
    return out


class Window(NamedTuple):
    """What a step learns from: the input `paper_hw` (worn), the drawing `clean_hw` that is multiplied, the truth."""

    paper_hw: Floats
    clean_hw: Floats
    rgb_hw3: U8
    real: bool  # the drawing's own line picture: its ink is in the colour picture, too

    @property
    def target_hw3(self) -> Floats:
        """What the drawing multiplied with colours should be, sRGB 0..1: the truth, under the ink of a derived one."""
        rgb = self.rgb_hw3 / np.float32(255)
        return rgb if self.real else rgb * self.clean_hw[..., None]


@dataclass
class Drawings:
    """Source drawings in memory; derived drawings are made when first asked for and kept."""

    drawn: list[Drawn]
    seed: int = 0
    _colors: dict[int, U8] = field(default_factory=dict)
    _papers: dict[tuple[int, int], U8] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @classmethod
    def of(
        cls, sources: Sequence[Source], part: Part | None = "training", seed: int = 0, side: int = SIDE
    ) -> "Drawings":
        """The usable drawings of one part of the split; None: all of them."""
        chosen = [d for d in pair_up(sources) if part is None or part_of(d.name, seed) == part]
        drawings = cls([], seed)
        for drawn in chosen:
            rgb_hw3 = read_rgb(drawn.color)
            if is_usable(rgb_hw3, side):
                drawings._colors[len(drawings.drawn)] = rgb_hw3
                drawings.drawn.append(drawn)
        return drawings

    def __len__(self) -> int:
        return len(self.drawn)

    def color(self, i: int) -> U8:
        """(h, w, 3)."""
        return self._colors[i]

    def paper(self, i: int, variant: int) -> U8:
        """(h, w), 255 paper: variant 0 is the real line picture where there is one, all others are derived."""
        key = (i, variant % VARIANTS)
        if key not in self._papers:
            made = self._draw(*key)
            with self._lock:
                self._papers[key] = made
        return self._papers[key]

    def _draw(self, i: int, variant: int) -> U8:
        line = self.drawn[i].line
        if line is not None and variant == 0:
            return np.ascontiguousarray(read_rgb(line)[..., 0])
        digest = hashlib.sha256(f"{self.seed} {self.drawn[i].name} {variant}".encode()).digest()
        return line_drawing(self._colors[i], derived_style(np.random.default_rng(list(digest[:8]))))

    def window(
        self,
        i: int,
        rng: np.random.Generator,
        side: int = SIDE,
        wear: Wear | None = None,
        real_share: float = 1 / VARIANTS,
    ) -> Window:
        """A random window of a drawing at a random scale, mirrored half of the time.

        `real_share`: how often the drawing's own line picture is taken, where there is one.
        """
        has_line = self.drawn[i].line is not None
        real = has_line and bool(rng.random() < real_share)
        variant = 0 if real else int(rng.integers(int(has_line), VARIANTS))
        rgb_hw3, line_hw = self.color(i), self.paper(i, variant)
        h, w = line_hw.shape
        scale = max(side / min(h, w), rng.uniform(0.55, 1.4))
        cut = min(round(side / scale), h, w)
        y, x = int(rng.integers(h - cut + 1)), int(rng.integers(w - cut + 1))
        box = np.s_[y : y + cut, x : x + cut]
        rgb, line = _resized(rgb_hw3[box], side), _resized(line_hw[box], side)
        if rng.random() < 0.5:
            rgb, line = rgb[:, ::-1], line[:, ::-1]
        clean = line.astype(np.float32) / 255
        return Window(worn(clean, rng, wear), clean, np.ascontiguousarray(rgb), real)


def derived_style(rng: np.random.Generator) -> LineStyle:
    """A style of drawing, so that no one look is learnt."""
    return LineStyle(
        kind=KINDS[rng.integers(len(KINDS))],
        width=float(rng.uniform(0.7, 2.2)),
        detail=float(rng.uniform(0.35, 0.65)),
        binary=bool(rng.random() < 0.25),
    )


def _resized(pixels: U8, side: int) -> U8:
    if pixels.shape[:2] == (side, side):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize((side, side), Image.Resampling.BILINEAR))
