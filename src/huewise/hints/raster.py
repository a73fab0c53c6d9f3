"""Local hints, laid on a network's grid.

Every cell of the grid is divided into samples. Hints are painted in their order, each only inside its own
bounding box: a sample belongs to the last hint that covers it; a soft mask lets what is below shine through.
A cell's colour is the mean over its covered samples, its share the covered part.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from huewise.errors import HintError
from huewise.hints.local_hints import XY, Hint, Lab, Point, Region, Stroke, same_aspect

SAMPLES = 8  # per side of a cell; halved while there would be more than
MAX_SAMPLES = 8_000_000  # samples of the grid, which bounds the memory, or
MAX_PAINTED = 3_000_000  # samples painted in all: ten thousand large discs need no finer edges
POLYGON = 0.1  # work for a sample of a polygon's box, where one of a point's is 1
TINY = 1e-9  # stands for 0 in a division: what is then infinite becomes very large
CHUNK = 1 << 19  # samples painted, or lines met by segments, at once: bounds the memory

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def rasterize(
    hints: Sequence[Hint], picture_size: tuple[int, int], grid_size: tuple[int, int]
) -> tuple[Floats, Floats]:
    """Lay hints on a grid over the picture.

    picture_size (width, height) in pixels; grid_size (h, w) in cells. Returns the mean hinted ab of each
    cell, ab_hint_hw2 (0 where nothing is hinted), and the hinted share of each, mask_hw in 0..1; float32.

    A point covers at least a quarter of the cell in which its centre lies, however small it is. HintError for
    a hint wholly outside of the picture, a mask of another aspect, or a time, which only films have.
    """
    check_hints(hints, picture_size)
    canvas = _Canvas.empty(hints, picture_size, grid_size)
    pending: list[Point | Stroke] = []  # painted together: ten thousand points are one step, not ten thousand
    for hint in hints:
        if isinstance(hint, Region):
            _paint_capsules(canvas, pending)
            pending = []
            _paint_region(canvas, hint)
        else:
            pending.append(hint)
    _paint_capsules(canvas, pending)
    return canvas.cells()


def check_hints(hints: Sequence[Hint], picture_size: tuple[int, int]) -> None:
    """HintError, with its number among them, for a hint that `rasterize` refuses; picture_size (width, height)."""
    if isinstance(hints, Hint):
        raise HintError(f"one {type(hints).__name__} as the hints", "a list of hints", "put it into a list")
    for index, hint in enumerate(hints):
        if not isinstance(hint, Hint):
            got = f"hints[{index}] is a {type(hint).__name__}"
            raise HintError(got, "a Point, a Stroke or a Region", "make one of it")
        _refuse(hint, index, picture_size)


@dataclass(frozen=True)
class _Canvas:
    """Samples (rows, columns, 3): a and b times the covered part, and the covered part 0..1.

    Rows and columns of cells that no hint comes near are left out, so a few small hints need little memory; `rows_n`
    and `columns_n` tell where those of the whole grid lie.
    """

    samples_hw3: Floats
    rows_n: Ints
    columns_n: Ints
    touched_hw: NDArray[np.bool_]  # cells that have covered samples: only these are added up
    picture_size: tuple[int, int]
    side: int  # samples per side of a cell

    @classmethod
    def empty(
        cls, hints: Sequence[Hint], picture_size: tuple[int, int], grid_size: tuple[int, int]
    ) -> "_Canvas":
        side = samples_per_side(hints, picture_size, grid_size)
        columns_n, rows_n = (_numbered(near, side) for near in _cells_near(hints, picture_size, grid_size))
        samples = np.zeros((int(rows_n[-1]) + 1, int(columns_n[-1]) + 1, 3), np.float32)
        return cls(samples, rows_n, columns_n, np.zeros(grid_size, np.bool_), picture_size, side)

    @cached_property
    def size(self) -> Ints:
        """Columns and rows of samples of the whole grid."""
        return np.array([len(self.columns_n), len(self.rows_n)])

    @cached_property
    def step(self) -> NDArray[np.float64]:
        """Picture pixels from one sample to the next, in x and in y."""
        return np.array(self.picture_size) / self.size

    def index(self, rows: Ints, columns: Ints) -> Ints:
        """Where samples lie among all that there are, counted row by row."""
        found: Ints = self.rows_n[rows] * self.samples_hw3.shape[1] + self.columns_n[columns]
        return found

    def box(self, columns: slice, rows: slice) -> Floats:
        """The samples of a box that hints are near; its cells are marked."""
        side = self.side
        self.touched_hw[
            rows.start // side : -(-rows.stop // side), columns.start // side : -(-columns.stop // side)
        ] = True
        row, column = self.rows_n[rows.start], self.columns_n[columns.start]
        return self.samples_hw3[
            row : row + rows.stop - rows.start, column : column + columns.stop - columns.start
        ]

    def cells(self) -> tuple[Floats, Floats]:
        h, w = self.touched_hw.shape
        ab_hw2, mask_hw = np.zeros((h, w, 2), np.float32), np.zeros((h, w), np.float32)
        row, column = np.nonzero(self.touched_hw)
        rows, columns, _ = self.samples_hw3.shape
        by_cell = self.samples_hw3.reshape(rows // self.side, self.side, columns // self.side, self.side, 3)
        at = self.rows_n[row * self.side] // self.side, self.columns_n[column * self.side] // self.side
        sums_n3 = np.einsum("nijc->nc", by_cell[at[0], :, at[1]])
        share_n = sums_n3[:, 2]
        ab_hw2[row, column] = sums_n3[:, :2] / np.where(share_n > 0, share_n, 1)[:, None]
        mask_hw[row, column] = np.minimum(share_n / self.side**2, 1)
        return ab_hw2, mask_hw


def _cells_near(
    hints: Sequence[Hint], picture_size: tuple[int, int], grid_size: tuple[int, int]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Columns and rows of cells, (w,) and (h,), in which hints may have samples; a mask has them everywhere."""
    counts = grid_size[::-1]
    if any(isinstance(hint, Region) and hint.mask_hw is not None for hint in hints):
        return np.ones(counts[0], np.bool_), np.ones(counts[1], np.bool_)
    extents = np.array([_extent(hint) for hint in hints]).reshape(-1, 4)
    pixels = np.array(picture_size) / counts  # of a cell
    grown = np.hypot(*pixels) / 2  # the smallest hints are painted larger than they are
    near = []
    for axis, count in enumerate(counts):
        low, high = (extents[:, axis] - grown) / pixels[axis], (extents[:, axis + 2] + grown) / pixels[axis]
        first = np.clip(np.floor(low), 0, count - 1).astype(np.int64)
        last = np.clip(np.floor(high), 0, count - 1).astype(np.int64)
        edges = np.zeros(count + 1, np.int64)
        np.add.at(edges, first, 1)
        np.add.at(edges, last + 1, -1)
        near.append(np.cumsum(edges[:-1]) > 0)
    return near[0], near[1]


def _numbered(near_n: NDArray[np.bool_], side: int) -> Ints:
    """For each sample of a row or column of cells its number among those in cells that hints are near."""
    numbers: Ints = np.cumsum(np.repeat(near_n, side)) - 1
    return numbers


def samples_per_side(hints: Sequence[Hint], picture_size: tuple[int, int], grid_size: tuple[int, int]) -> int:
    """How finely cells are divided: SAMPLES, halved while these hints would be too much work or memory."""
    lines = [hint for hint in hints if not isinstance(hint, Region)]
    polygons = [hint.polygon for hint in hints if isinstance(hint, Region) and hint.polygon is not None]
    pixel = np.array(grid_size[::-1]) / picture_size  # in cells
    cells = grid_size[0] * grid_size[1]
    segments, radii, _, _ = _segments(lines)
    lengths = np.hypot(segments[:, 2] - segments[:, 0], segments[:, 3] - segments[:, 1])
    areas = np.minimum((2 * radii * lengths + np.pi * radii**2) * pixel.prod(), cells).sum()
    boxes = sum(min(float(np.ptp(corners, axis=0).prod() * pixel.prod()), cells) for corners in polygons)
    areas += boxes * POLYGON
    heights = sum(float(_edge_heights(corners, grid_size[0], pixel[1]).sum()) for corners in polygons)
    side = SAMPLES
    while side > 1 and (areas * side**2 + heights * side > MAX_PAINTED or cells * side**2 > MAX_SAMPLES):
        side //= 2
    return side


def _edge_heights(corners: Sequence[XY], rows: int, pixel: float) -> NDArray[np.float64]:
    """Rows of the grid between the ends of each edge."""
    y = np.clip(np.array(corners)[:, 1] * pixel, 0, rows)
    return np.abs(y - np.roll(y, -1))


def _refuse(hint: Hint, index: int, picture_size: tuple[int, int]) -> None:
    name = f"hints[{index}] ({type(hint).__name__.lower()})"
    if hint.time is not None:
        raise HintError(f"{name} has a time, {hint.time:g} s", "none: only films have times", "remove 'time'")
    w, h = picture_size
    if isinstance(hint, Region) and hint.mask_hw is not None:
        mask_size = (hint.mask_hw.shape[1], hint.mask_hw.shape[0])
        if not same_aspect(mask_size, picture_size):
            raise HintError(
                f"{name} has a mask of {mask_size[0]}x{mask_size[1]}",
                f"the aspect of the picture, {w}x{h}, within 1 %",
                "cut or scale the mask to the picture",
            )
        return
    x0, y0, x1, y1 = _extent(hint)
    if x1 < 0 or y1 < 0 or x0 >= w or y0 >= h:
        raise HintError(
            f"{name} lies at {_place(hint)}",
            f"inside the picture, {w}x{h} pixels",
            "move or remove it; a hints file for a picture of another size names it as 'size'",
        )


def _outline(hint: Hint) -> tuple[Sequence[XY], float]:
    if isinstance(hint, Point):
        return [(hint.x, hint.y)], hint.radius
    if isinstance(hint, Stroke):
        return hint.points, hint.width / 2
    return hint.polygon or (), 0.0


def _extent(hint: Hint) -> tuple[float, float, float, float]:
    corners, reach = _outline(hint)
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs) - reach, min(ys) - reach, max(xs) + reach, max(ys) + reach


def _place(hint: Hint) -> str:
    corners, _ = _outline(hint)
    (x, y), more = corners[0], len(corners) > 1
    return f"({x:g}, {y:g})" + (" and on" if more else "")


# --- points and strokes: capsules, all that lies within a radius of a segment ---


def _paint_capsules(canvas: _Canvas, hints: Sequence[Point | Stroke]) -> None:
    """Paint points and strokes in order; of a sample that several cover, the last assignment stays."""
    if not hints:
        return
    segments, radii, ab, single = _segments(hints)
    # half the diagonal of a sample: a hint as thin as this still meets a sample wherever it passes
    radii = np.maximum(radii, np.hypot(*canvas.step) / 2)
    small = single & (radii < 0.6 * canvas.side * canvas.step.max())
    values = np.concatenate([ab, np.ones((len(ab), 1))], axis=1).astype(np.float32)
    first, end = _capsule_rows(segments, radii, canvas)
    taken = _Taken(canvas)
    for part in reversed(list(_chunks(end - first))):
        spans = _capsule_spans(segments[part], radii[part], canvas)
        if len(tiny := np.flatnonzero(small[part])):
            spans = np.concatenate([spans, _quarter_cell_spans(segments[part][tiny], tiny, canvas)])
            spans = spans[np.argsort(spans[:, 0], kind="stable")]
        for some in reversed(list(_chunks(spans[:, 3] - spans[:, 2]))):
            _paint_spans(canvas, spans[some], values[part], taken)


class _Taken:
    """Samples that later hints have painted: chunks come last first, so that what is covered costs nothing."""

    def __init__(self, canvas: _Canvas) -> None:
        self._canvas = canvas
        self._taken_n = np.zeros(canvas.samples_hw3[..., 0].size, np.bool_)
        self._painted = 0  # samples so far, each as often as it was painted

    def visible(self, spans: Ints) -> Ints:
        """Return those spans (m, 4) that are not wholly covered; all, while hints can hardly cover each other."""
        if self._painted < len(self._taken_n):
            return spans
        before = np.zeros(len(self._taken_n) + 1, np.int32)
        np.cumsum(self._taken_n, out=before[1:])
        start, lengths = self._canvas.index(spans[:, 1], spans[:, 2]), spans[:, 3] - spans[:, 2]
        seen: Ints = spans[before[start + lengths] - before[start] < lengths]
        return seen

    def take(self, index: Ints) -> NDArray[np.bool_]:
        """Take samples, and return which of them were free."""
        free: NDArray[np.bool_] = ~self._taken_n[index]
        self._taken_n[index] = True
        self._painted += len(index)
        return free


def _paint_spans(canvas: _Canvas, spans: Ints, values: Floats, taken: _Taken) -> None:
    """Paint spans (m, 4) in their order under what is taken; `values` (n, 3) are their owners' colours."""
    owner, row, first, end = taken.visible(spans).T
    number, column = _count_up(first, end)
    index = canvas.index(row[number], column)
    free = taken.take(index)
    canvas.samples_hw3.reshape(-1, 3)[index[free]] = values[owner[number[free]]]
    number, cell = _count_up(first // canvas.side, (end - 1) // canvas.side + 1)
    canvas.touched_hw[row[number] // canvas.side, cell] = True


def _segments(
    hints: Sequence[Point | Stroke],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.bool_]]:
    """Return segments (n, 4) as x0 y0 x1 y1, radii (n,), ab (n, 2), and which are single points (n,)."""
    rows: list[tuple[float, ...]] = []
    for hint in hints:
        points, reach = _outline(hint)
        ends = points[1:] or points
        for (x0, y0), (x1, y1) in zip(points, ends, strict=False):
            rows.append((x0, y0, x1, y1, reach, hint.lab[1], hint.lab[2], len(points) == 1))
    table = np.array(rows, np.float64).reshape(-1, 8)
    return table[:, :4], table[:, 4], table[:, 5:7], table[:, 7] > 0


def _capsule_rows(segments: NDArray[np.float64], radii: NDArray[np.float64], canvas: _Canvas) -> Ints:
    """Return the first row of samples of each capsule and one past the last, (2, n)."""
    step_y = canvas.step[1]
    low = np.minimum(segments[:, 1], segments[:, 3]) - radii
    high = np.maximum(segments[:, 1], segments[:, 3]) + radii
    first = np.clip(np.ceil(low / step_y - 0.5), 0, canvas.size[1]).astype(np.int64)
    end = np.clip(np.floor(high / step_y - 0.5) + 1, first, canvas.size[1]).astype(np.int64)
    return np.stack([first, end])


def _capsule_spans(segments: NDArray[np.float64], radii: NDArray[np.float64], canvas: _Canvas) -> Ints:
    """Return spans (m, 4) of covered samples: capsule, row, first column, one past the last column."""
    step_x, step_y = canvas.step
    owner, row = _count_up(*_capsule_rows(segments, radii, canvas))
    left, right = _capsule_on_line((row + 0.5) * step_y, segments[owner], radii[owner])
    first = np.clip(np.ceil(left / step_x - 0.5), 0, canvas.size[0]).astype(np.int64)
    end = np.clip(np.floor(right / step_x - 0.5) + 1, 0, canvas.size[0]).astype(np.int64)
    spans = np.stack([owner, row, first, end], axis=1)
    kept: Ints = spans[end > first]
    return kept


def _capsule_on_line(
    y: NDArray[np.float64], segments: NDArray[np.float64], radii: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the left and right end of capsules on lines at height y; left > right where they do not meet.

    A capsule is the hull of two discs, so on a line it is one interval, from the leftmost to the rightmost of
    both discs and of the rectangle between them.
    """
    x0, y0, x1, y1 = segments.T
    left, right = np.full_like(y, np.inf), np.full_like(y, -np.inf)
    for x_end, y_end in ((x0, y0), (x1, y1)):
        square = radii**2 - (y - y_end) ** 2
        half = np.sqrt(np.maximum(square, 0))
        left = np.where(square >= 0, np.minimum(left, x_end - half), left)
        right = np.where(square >= 0, np.maximum(right, x_end + half), right)
    length = np.hypot(x1 - x0, y1 - y0)
    along_x, along_y = (x1 - x0) / np.maximum(length, TINY), (y1 - y0) / np.maximum(length, TINY)
    across = _strip_on_line(y - y0, -along_y, along_x, -radii, radii)
    between = _strip_on_line(y - y0, along_x, along_y, np.zeros_like(length), length)
    strip_left = x0 + np.maximum(across[0], between[0])
    strip_right = x0 + np.minimum(across[1], between[1])
    meets = (length > TINY) & (strip_left <= strip_right)
    return (
        np.where(meets, np.minimum(left, strip_left), left),
        np.where(meets, np.maximum(right, strip_right), right),
    )


def _strip_on_line(
    y: NDArray[np.float64],
    nx: NDArray[np.float64],
    ny: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return between which x the inequality low <= nx x + ny y <= high holds."""
    slope = np.where(np.abs(nx) < TINY, TINY, nx)
    ends = (low - ny * y) / slope, (high - ny * y) / slope
    return np.minimum(*ends), np.maximum(*ends)


def _quarter_cell_spans(segments: NDArray[np.float64], owner: Ints, canvas: _Canvas) -> Ints:
    """Return spans (as above) of the quarter cell that a single point always covers.

    It is the square of half a cell around the centre, moved so that it lies in the centre's own cell.
    """
    half = max(canvas.side // 2, 1)
    position = segments[:, :2] / canvas.step
    sample = np.clip(np.floor(position).astype(np.int64), 0, canvas.size - 1)
    cell = sample // canvas.side * canvas.side
    corner = np.clip(np.rint(position - half / 2).astype(np.int64), cell, cell + canvas.side - half)
    column, row = np.repeat(corner, half, axis=0).T
    row = row + np.tile(np.arange(half), len(corner))
    spans: Ints = np.stack([np.repeat(owner, half), row, column, column + half], axis=1)
    return spans


def _count_up(first: Ints, end: Ints) -> tuple[Ints, Ints]:
    """Enumerate many ranges one after another: the number of the range, and the value, of each."""
    counts = end - first
    number = np.repeat(np.arange(len(counts)), counts)
    starts = np.cumsum(counts) - counts
    return number, np.arange(len(number)) - (starts - first)[number]


def _chunks(counts: Ints) -> Iterator[slice]:
    """Cut a list of work into slices of about CHUNK samples each."""
    number = np.cumsum(counts) // CHUNK
    edges = [0, *(np.flatnonzero(np.diff(number)) + 1).tolist(), len(counts)]
    for start, stop in pairwise(edges):
        yield slice(start, stop)


# --- regions ---


def _paint_region(canvas: _Canvas, region: Region) -> None:
    if region.mask_hw is not None:
        _paint_mask(canvas, region.mask_hw, region.lab)
    elif region.polygon is not None:
        _paint_polygon(canvas, region.polygon, region.lab)


def _paint_polygon(canvas: _Canvas, polygon: Sequence[XY], lab: Lab) -> None:
    (column, row), inside_hw = _polygon_samples(polygon, canvas)
    if not inside_hw.any():  # thinner than a sample: it still counts, as a point does
        x, y = np.clip(np.mean(polygon, axis=0), 0, canvas.picture_size)
        _paint_capsules(canvas, [Point(float(x), float(y), lab, radius=TINY)])
        return
    columns, rows = slice(column, column + inside_hw.shape[1]), slice(row, row + inside_hw.shape[0])
    canvas.box(columns, rows)[inside_hw] = (*lab[1:], 1)


def _polygon_samples(polygon: Sequence[XY], canvas: _Canvas) -> tuple[tuple[int, int], NDArray[np.bool_]]:
    """Return first column and row of a polygon's box, and which samples' centres lie inside it, even-odd."""
    xy = np.array(polygon) / canvas.step - 0.5  # a sample's centre has whole coordinates
    first = np.clip(np.ceil(xy.min(axis=0)), 0, canvas.size).astype(np.int64)
    end = np.clip(np.floor(xy.max(axis=0)) + 1, first, canvas.size).astype(np.int64)
    columns, rows = end - first
    start, stop = xy - first, np.roll(xy, -1, axis=0) - first
    top = np.clip(np.ceil(np.minimum(start[:, 1], stop[:, 1])), 0, rows).astype(np.int64)
    bottom = np.clip(np.ceil(np.maximum(start[:, 1], stop[:, 1])), 0, rows).astype(np.int64)
    flips = np.zeros(
        rows * (columns + 1), np.uint8
    )  # how often a line crosses the outline just before, modulo 256
    for part in _chunks(bottom - top):
        edge, row = _count_up(top[part], bottom[part])
        run, rise = (stop[part] - start[part])[edge].T
        crossing = start[part][edge, 0] + (row - start[part][edge, 1]) / rise * run
        column = np.clip(np.ceil(crossing), 0, columns).astype(np.int64)
        np.add.at(flips, row * (columns + 1) + column, np.uint8(1))
    odd_hw = (flips & 1).reshape(rows, columns + 1)
    inside_hw = np.bitwise_xor.accumulate(odd_hw, axis=1)[:, :-1] == 1
    return (int(first[0]), int(first[1])), inside_hw


def _paint_mask(canvas: _Canvas, mask_hw: Floats, lab: Lab) -> None:
    from PIL import Image

    columns, rows = (int(n) for n in canvas.size)
    cover_hw = np.asarray(Image.fromarray(mask_hw).resize((columns, rows), Image.Resampling.BOX))
    covered = np.flatnonzero(cover_hw.any(axis=1))
    band = slice(int(covered[0]), int(covered[-1]) + 1)
    cover_hw1 = cover_hw[band, :, None]
    below_hw3 = canvas.box(slice(0, columns), band)
    below_hw3 *= 1 - cover_hw1
    below_hw3 += cover_hw1 * np.array([*lab[1:], 1], np.float32)
