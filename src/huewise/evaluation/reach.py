"""How far a hint reaches, and how much of its spill one control point takes back (zhang2017 section 5).

A hint of another hue is put in the middle of a labelled segment. Every pixel whose colour then differs from the
automatic result by more than a just noticeable difference has *moved*; what moved outside the segment is *spill*. A
control point, the automatic colour at the place of most spill, should take it back.
"""

import io
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from huewise.engine import Colorizer, OpenPicture
from huewise.evaluation.metrics import mean_and_error
from huewise.evaluation.placement import PATCH
from huewise.hints import Region

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]
Mask = NDArray[np.bool_]

JND = 2.3  # just noticeable difference in CIE76 units (Mahy, Van Eycken and Oosterlinck 1994)
VOID = 255  # label of pixels that belong to no segment
SHARES = (0.02, 0.6)  # of the picture: segments smaller or larger are not hinted
LEAST_CHROMA = 30.0  # of the hint: even a gray place gets a colour


@dataclass(frozen=True)
class Reach:
    """What one hint moved: shares of pixels, and mean differences (CIE76), inside and outside its segment."""

    moved_inside: float
    moved_outside: float
    change_inside: float
    change_outside: float


def difference(before_hw2: F32, after_hw2: F32) -> F32:
    """CIE76 difference (h, w) of colours with equal lightness."""
    return np.asarray(np.hypot(*np.moveaxis(after_hw2 - before_hw2, -1, 0)), np.float32)


def reach(change_hw: F32, segment_hw: Mask, known_hw: Mask) -> Reach:
    """Where a change lies; pixels that are not `known_hw` count neither inside nor outside."""
    inside, outside = change_hw[segment_hw & known_hw], change_hw[~segment_hw & known_hw]
    shares = [float((part > JND).mean()) if part.size else 0.0 for part in (inside, outside)]
    means = [float(part.mean()) if part.size else 0.0 for part in (inside, outside)]
    return Reach(*shares, *means)


def spilled(change_hw: F32, outside_hw: Mask) -> float:
    """The spill: the sum of differences above one JND, outside."""
    return float(np.maximum(change_hw - JND, 0.0)[outside_hw].sum())


def taken_back(change_hw: F32, left_hw: F32, outside_hw: Mask) -> float:
    """The part of the spill that a control point removed; negative if it grew."""
    spill = spilled(change_hw, outside_hw)
    return 1.0 - spilled(left_hw, outside_hw) / spill if spill > 0 else 0.0


def main_segment(label_hw: U8) -> Mask | None:
    """The largest connected segment of one label with a fitting share of the picture, or None."""
    low, high = (share * label_hw.size for share in SHARES)
    best: Mask | None = None
    for label in np.unique(label_hw):
        if label == VOID:
            continue
        parts, count = ndimage.label(label_hw == label)
        for number, area in enumerate(np.bincount(parts.ravel(), minlength=count + 1)[1:], 1):
            if low <= area <= high and (best is None or area > best.sum()):
                best = parts == number
    return best


def middle(segment_hw: Mask) -> tuple[int, int]:
    """The pixel (y, x) of a segment that is farthest from its border; the picture's border is one too."""
    depth = ndimage.distance_transform_edt(np.pad(segment_hw, 1))[1:-1, 1:-1]
    y, x = np.unravel_index(int(depth.argmax()), depth.shape)
    return int(y), int(x)


def other_hue(ab: F32) -> tuple[float, float]:
    """A colour a quarter of the hue circle away, of chroma 30 at least."""
    chroma = float(np.hypot(*ab))
    scale = max(chroma, LEAST_CHROMA) / chroma if chroma > 1e-6 else 0.0
    return (-float(ab[1]) * scale, float(ab[0]) * scale) if scale else (LEAST_CHROMA, 0.0)


def patch(centre: tuple[int, int], ab: tuple[float, float]) -> Region:
    """A hint of 7 x 7 picture pixels."""
    y, x = centre
    y0, x0, y1, x1 = y - PATCH // 2, x - PATCH // 2, y + PATCH // 2 + 1, x + PATCH // 2 + 1
    return Region([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], ab)


def measure(opened: OpenPicture, label_hw: U8) -> dict[str, float] | None:
    """One labelled picture: `Reach`'s figures and `taken_back`, or None where no segment fits.

    Colours are those of the written pixels, at full size; `label_hw` has the picture's size.
    """
    segment = main_segment(label_hw)
    if segment is None:
        return None
    known, place = label_hw != VOID, middle(segment)
    before = opened.colorize().ab
    hint = patch(place, other_hue(before[place]))
    change = difference(before, opened.colorize([hint]).ab)
    found = asdict(reach(change, segment, known))
    outside = ~segment & known
    y, x = most_changed(change, outside)
    control = patch((y, x), (float(before[y, x, 0]), float(before[y, x, 1])))
    left = difference(before, opened.colorize([hint, control]).ab)
    return found | {"spill": spilled(change, outside), "taken_back": taken_back(change, left, outside)}


def most_changed(change_hw: F32, outside_hw: Mask) -> tuple[int, int]:
    """The pixel (y, x) outside around which most has changed there."""
    around = ndimage.uniform_filter(np.where(outside_hw, change_hw, 0.0), PATCH)
    y, x = np.unravel_index(int(np.where(outside_hw, around, -1.0).argmax()), around.shape)
    return int(y), int(x)


def labelled(shard: Path) -> Iterator[tuple[str, U8, U8]]:
    """Name, picture (h, w, 3) and labels (h, w) of each pair `NAME.webp`, `NAME.png` in a tar."""
    from PIL import Image

    with tarfile.open(shard) as tar:
        members = {member.name: member for member in tar if member.isfile()}
        for name in sorted(name for name in members if name.endswith(".webp")):
            pair = [tar.extractfile(members[n]) for n in (name, name[: -len("webp")] + "png")]
            picture, labels = (Image.open(io.BytesIO(file.read())) for file in pair if file is not None)
            yield name[: -len(".webp")], np.asarray(picture.convert("RGB")), np.asarray(labels)


def evaluate(shard: Path, colorizer: Colorizer, *, limit: int | None = None) -> dict[str, Any]:
    """Mean and standard error of every figure over the labelled pictures of a tar; `ratio` is that of the means.

    `taken_back` is weighted by the spill: a picture without any has nothing to take back.
    """
    rows: list[dict[str, float]] = []
    for number, (_, rgb, label_hw) in enumerate(labelled(shard)):
        if limit is not None and number >= limit:
            break
        row = measure(colorizer.open(rgb), label_hw)
        if row is not None:
            rows.append(row)
    return summarize(rows)


def summarize(rows: list[dict[str, float]]) -> dict[str, Any]:
    """See `evaluate`."""
    if not rows:
        return {"pictures": 0}
    columns = {key: np.array([row[key] for row in rows]) for key in rows[0]}
    result: dict[str, Any] = {"pictures": len(rows)}
    result |= {key: mean_and_error(columns[key]) for key in Reach.__dataclass_fields__}
    result["ratio"] = float(columns["change_inside"].mean() / max(columns["change_outside"].mean(), 1e-9))
    spill = columns["spill"]
    result["taken_back"] = float((columns["taken_back"] * spill).sum() / max(spill.sum(), 1e-9))
    return result
