"""zhang2017's figures as sheets: 3 (suggestions), 8 (two colours in a segment), 9 (transfer), 10 (legacy)."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from huewise.engine import Colorizer, Reference
from huewise.evaluation.opened import U8, Subject, as_pixels
from huewise.evaluation.report import contact_sheet, spread
from huewise.hints import Hint, Point
from huewise.imaging import read
from huewise.training.pictures import Source, list_pictures, read_rgb

TILE = 144  # pixels: sheets are of square tiles


def all_sheets(sources: Sequence[Source], colorizer: Colorizer, out: Path, legacy: Path | None) -> list[Path]:
    """Write every sheet into `out`; `legacy`: a folder of old photographs, where there is one."""
    third = max(1, len(sources) // 3)
    references = sources[1 :: max(1, len(sources) // 7)][:6]
    some = [Subject.read(source, colorizer) for source in sources[::third][:3]]
    made = [
        automatic(sources, colorizer, out / "automatic.jpg"),
        two_colours(colorizer, out / "two_colours.png"),
    ]
    if colorizer.spec.global_hints:
        made.append(transfer(some[0], references, out / "transfer.jpg"))
    if colorizer.spec.bins:
        made += [suggestions(some, out / "suggestions.jpg"), temperatures(some, out / "temperatures.jpg")]
    if legacy is not None:
        made.append(old_photographs(legacy, colorizer, out / "legacy.jpg"))
    return made


def automatic(sources: Sequence[Source], colorizer: Colorizer, path: Path, n: int = 40) -> Path:
    """Gray, automatic and truth of n pictures, evenly taken, three pictures to a row."""
    chosen = [sources[i] for i in spread(len(sources), n)]
    trios = []
    for source in chosen:
        subject = Subject.read(source, colorizer)
        trios.append([_tile(rgb) for rgb in (subject.gray, subject.colorized(), subject.truth)])
    contact_sheet([list(chain(*trios[i : i + 3])) for i in range(0, len(trios), 3)], path)
    return path


def suggestions(subjects: Sequence[Subject], path: Path) -> Path:
    """Figure 3: the picture with a place marked, its first six suggestions, and the picture that each gives."""
    rows: list[list[U8]] = []
    for subject in subjects:
        h, w, _ = subject.truth.shape
        x, y = w * 0.5, h * 0.55
        found = subject.opened.palette(x, y)[:6]
        swatches = [_plain(s.color) for s in found]
        results = [_tile(subject.colorized([Point(x, y, s.color, radius=5)])) for s in found]
        rows += [[_marked(subject.gray, x, y), *swatches], [_tile(subject.colorized()), *results]]
    contact_sheet(rows, path)
    return path


def transfer(subject: Subject, sources: Sequence[Source], path: Path) -> Path:
    """Figure 9: references above, the picture with their histograms below."""
    pictures = [read_rgb(source) for source in sources]
    results = [subject.colorized(reference=[Reference.read(rgb)]) for rgb in pictures]
    above = [_tile(subject.gray), *[_tile(rgb) for rgb in pictures]]
    below = [_tile(subject.colorized()), *[_tile(rgb) for rgb in results]]
    contact_sheet([above, below], path)
    return path


def square_on_black(side: int = 256) -> NDArray[np.uint8]:
    """Figure 8 (a): a gray square on black."""
    gray = np.zeros((side, side), np.uint8)
    gray[side // 4 : -side // 4, side // 4 : -side // 4] = 128
    return gray


def two_colours(colorizer: Colorizer, path: Path) -> Path:
    """Figure 8 (b-f): one centred point, blue or red; two points, blue and red, green and pink."""
    opened = colorizer.open(square_on_black())
    hints: list[list[Hint]] = [
        [Point(128, 128, "blue", radius=4)],
        [Point(128, 128, "red", radius=4)],
        [Point(100, 128, "blue", radius=4), Point(156, 128, "red", radius=4)],
        [Point(100, 128, "green", radius=4), Point(156, 128, "hotpink", radius=4)],
    ]
    contact_sheet([[_tile(as_pixels(opened.colorize(some).rgb)) for some in hints]], path)
    return path


def temperatures(subjects: Sequence[Subject], path: Path) -> Path:
    """Vividness: the default, then the annealed mean at T = 1, 0.7, 0.5, 0.38, 0.2, and the truth."""
    rows = []
    for subject in subjects:
        vivid = [subject.colorized(temperature=t) for t in (1.0, 0.7, 0.5, 0.38, 0.2)]
        rows.append([_tile(rgb) for rgb in (subject.colorized(), *vivid, subject.truth)])
    contact_sheet(rows, path)
    return path


def old_photographs(folder: Path, colorizer: Colorizer, path: Path) -> Path:
    """Figure 10: real old photographs, gray beside coloured, four pairs to a row."""
    pairs = []
    for source in list_pictures([folder]):
        opened = colorizer.open(read(source.path))
        gray = np.repeat(opened.guide(TILE * 2)[..., None], 3, -1)
        pairs.append([_fitted(gray), _fitted(as_pixels(opened.colorize().pixels(8)))])
    contact_sheet([list(chain(*pairs[i : i + 4])) for i in range(0, len(pairs), 4)], path)
    return path


def _tile(rgb_hw3: U8) -> U8:
    return _resized(rgb_hw3, TILE, TILE)


def _fitted(rgb_hw3: U8) -> U8:
    """Within a tile, its aspect kept, on white."""
    h, w, _ = rgb_hw3.shape
    scale = TILE / max(h, w)
    small = _resized(rgb_hw3, max(1, round(h * scale)), max(1, round(w * scale)))
    tile = np.full((TILE, TILE, 3), 255, np.uint8)
    tile[: small.shape[0], : small.shape[1]] = small
    return tile


def _resized(rgb_hw3: U8, h: int, w: int) -> U8:
    from PIL import Image

    return np.asarray(Image.fromarray(rgb_hw3).resize((w, h), Image.Resampling.LANCZOS))


def _plain(color: str) -> U8:
    rgb = [int(color[i : i + 2], 16) for i in (1, 3, 5)]
    return np.broadcast_to(np.array(rgb, np.uint8), (TILE, TILE, 3))


def _marked(rgb_hw3: U8, x: float, y: float) -> U8:
    marked = rgb_hw3.copy()
    yy, xx = np.ogrid[: rgb_hw3.shape[0], : rgb_hw3.shape[1]]
    distance = np.hypot(xx - x, yy - y)
    marked[(distance < 9) & (distance > 6)] = (255, 40, 40)
    return _tile(marked)
