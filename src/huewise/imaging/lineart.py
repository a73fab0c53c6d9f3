"""Colour picture -> line drawing: what `huewise lineart` writes and what drawings are trained on (inoue2017 3.1).

Ink is reckoned as 0..1 (1: black) and comes from three places: dark strokes that the picture has already, borders
where lightness changes, borders where only the colour does. The kinds differ in how they find the first two:

`edges`  strokes by a closing, borders as thinned ridges of the colour gradient: even lines, empty areas
`dodge`  the picture divided by its own dilation, the likely pipeline of the paper's Figure 2: soft pencil, keeps tone
`xdog`   extended difference of Gaussians (Winnemoeller et al. 2012): brush lines that swell, solid shadows

SciPy only. Widths are in pixels of a picture whose short side has up to 600; larger ones get wider lines.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from huewise.color.spaces import rgb_to_lab

Floats = NDArray[Any]
Kind = Literal["edges", "dodge", "xdog"]

KINDS: tuple[Kind, ...] = ("edges", "dodge", "xdog")
BASE_SIDE = 600
_CONTRAST = 22.0  # delta E of a border that gets full ink at detail 0.5
_BINARY_ABOVE: dict[Kind, float] = {"edges": 0.3, "dodge": 0.4, "xdog": 0.4}
_STROKE_DEPTH = 45.0  # L by which a stroke lies below its surroundings to be black


@dataclass(frozen=True)
class LineStyle:
    """How a drawing looks.

    `width`: of thin lines, in pixels. `detail`: 0..1, how weak a border may be and still be drawn. `binary`: ink
    or paper, nothing between. `chroma`: also draw borders where only the colour changes.
    """

    kind: Kind = "edges"
    width: float = 1.0
    detail: float = 0.5
    binary: bool = False
    chroma: bool = True


def line_drawing(rgb_hw3: NDArray[np.uint8] | Floats, style: LineStyle | None = None) -> NDArray[np.uint8]:
    """The drawing (h, w) uint8, 255 paper and 0 ink, of an sRGB picture (h, w, 3), uint8 or float 0..1."""
    style = style or LineStyle()
    rgb = (
        rgb_hw3.astype(np.float32) / np.float32(255)
        if rgb_hw3.dtype == np.uint8
        else rgb_hw3.astype(np.float32)
    )
    lab = rgb_to_lab(rgb).astype(np.float32)
    scale = max(1.0, min(lab.shape[:2]) / BASE_SIDE)
    width = style.width * scale
    full = _CONTRAST * 16.0 ** (0.5 - style.detail)
    ink = {"edges": _edges, "dodge": _dodge, "xdog": _xdog}[style.kind](lab, width, full)
    if style.chroma and style.kind != "edges":
        ink = np.maximum(ink, _borders(lab * np.array([0.15, 1, 1], np.float32), width, full))
    if style.binary:
        return np.where(_without_specks(ink > _BINARY_ABOVE[style.kind], width), 0, 255).astype(np.uint8)
    return np.rint(255.0 * (1.0 - ink)).astype(np.uint8)


def _edges(lab: Floats, width: float, full: float) -> Floats:
    from scipy import ndimage

    strokes = _strokes(lab[..., 0], width)
    # A stroke's two sides are no borders; only what lies outside of it is.
    near = ndimage.grey_dilation(strokes, footprint=_disc(1.0 + 2.0 * width))
    free = np.clip(1.5 - 2.5 * near, 0.0, 1.0)
    return np.maximum(strokes, free * _borders(lab * np.array([1.0, 0.8, 0.8], np.float32), width, full))


def _strokes(l_hw: Floats, width: float) -> Floats:
    """Ink of dark lines up to about ten pixels across: how far a closing raises them."""
    from scipy import ndimage

    size = 2 * round(5.0 * max(1.0, min(l_hw.shape) / BASE_SIDE)) + 1
    raised = ndimage.grey_closing(l_hw, (size, size)) - l_hw
    ink = np.clip((raised - 8.0) / (_STROKE_DEPTH - 8.0), 0.0, 1.0)
    return _widened(ink, width - 1.0)


def _borders(channels: Floats, width: float, full: float) -> Floats:
    """Ink along the ridges of the gradient's length over all channels (h, w, c), thinned, then drawn `width` wide."""
    from scipy import ndimage

    if min(channels.shape[:2]) < 2:
        return np.zeros(channels.shape[:2], np.float32)
    sigma = 0.9 * max(1.0, width)
    smooth = ndimage.gaussian_filter(channels, (sigma, sigma, 0))
    dy, dx = np.gradient(smooth, axis=(0, 1))
    xx, yy, xy = (dx * dx).sum(-1), (dy * dy).sum(-1), (dx * dy).sum(-1)
    spread = np.sqrt((xx - yy) ** 2 + 4 * xy**2)
    step = np.sqrt(np.maximum(0.5 * (xx + yy + spread), 0.0)) * np.float32(2.5 * sigma)  # height of the step
    angle = 0.5 * np.arctan2(2 * xy, xx - yy)  # of the steepest way (Di Zenzo 1986)
    ridge = np.where(_is_ridge(step, angle), step, 0.0)
    ridge = _connected(ridge, low=0.3 * full, high=0.7 * full)
    ink = np.clip(ridge / full, 0.0, 1.0).astype(np.float32)
    return _drawn(ink, width)


def _is_ridge(step: Floats, angle: Floats) -> NDArray[np.bool_]:
    """Whether a pixel is no smaller than its two neighbours along `angle`, to the nearest eighth of a turn."""
    sector = np.rint(angle * 4 / np.pi).astype(int) % 4
    padded = np.pad(step, 1)
    h, w = step.shape
    out = np.zeros((h, w), bool)
    for s, (y, x) in enumerate(((0, 1), (1, 1), (1, 0), (1, -1))):
        ahead = padded[1 + y : 1 + y + h, 1 + x : 1 + x + w]
        behind = padded[1 - y : 1 - y + h, 1 - x : 1 - x + w]
        out |= (sector == s) & (step > ahead) & (step >= behind)
    return out


def _connected(ridge: Floats, low: float, high: float) -> Floats:
    """Ridges above `low` that hang together, in at least eight pixels, with one above `high`."""
    from scipy import ndimage

    labels, n = ndimage.label(ridge > low, np.ones((3, 3)))
    strongest = np.zeros(n + 1, ridge.dtype)
    np.maximum.at(strongest, labels.ravel(), ridge.ravel())
    kept = (strongest > high) & (np.bincount(labels.ravel(), minlength=n + 1) >= 8)
    kept[0] = False
    return np.where(kept[labels], ridge, 0.0).astype(np.float32)


def _drawn(ink: Floats, width: float) -> Floats:
    """One-pixel ridges as antialiased lines `width` wide."""
    from scipy import ndimage

    wide = _widened(ink, width - 1.0)
    return np.clip(ndimage.gaussian_filter(wide, 0.5) * 1.35, 0.0, 1.0)


def _widened(ink: Floats, by: float) -> Floats:
    """Ink dilated by `by` pixels across; parts of a pixel by mixing."""
    from scipy import ndimage

    if by <= 0.0:
        return ink
    whole = int(by // 2)
    near = ndimage.grey_dilation(ink, footprint=_disc(whole)) if whole else ink
    far = ndimage.grey_dilation(ink, footprint=_disc(whole + 1))
    share = np.float32(by / 2 - whole)
    return (1 - share) * near + share * far


def _dodge(lab: Floats, width: float, full: float) -> Floats:
    from scipy import ndimage

    l_hw = ndimage.gaussian_filter(lab[..., 0], 0.4 * width) / 100.0
    around = ndimage.gaussian_filter(ndimage.grey_dilation(l_hw, footprint=_disc(1.0 + width)), 0.7)
    dark = 1.0 - l_hw / np.maximum(around, 0.02)
    # In the dark the quotient amplifies noise; absolute steps count there.
    dark = np.minimum(dark, 4.0 * (around - l_hw))
    return _curve(dark, 0.2 * full / 100, 1.9 * full / 100)


def _xdog(lab: Floats, width: float, full: float) -> Floats:
    from scipy import ndimage

    sigma = 0.7 * max(width, 0.8)
    l_hw = lab[..., 0] / 100.0
    near, far = ndimage.gaussian_filter(l_hw, sigma), ndimage.gaussian_filter(l_hw, 1.6 * sigma)
    sharpened = (near - far) * 22.0 / full * 18.0
    shadow = _curve(0.16 - ndimage.gaussian_filter(l_hw, 2.0 * sigma), 0.0, 0.06)
    brushed: Floats = np.maximum(np.clip(np.tanh(-sharpened - 0.3), 0.0, 1.0), shadow)
    return brushed


def _curve(value: Floats, low: float, high: float) -> Floats:
    part = np.clip((value - low) / (high - low), 0.0, 1.0)
    return np.asarray(part * (2.0 - part), np.float32)


def _without_specks(ink_hw: NDArray[np.bool_], width: float) -> NDArray[np.bool_]:
    from scipy import ndimage

    labels, n = ndimage.label(ink_hw, np.ones((3, 3)))
    size = np.bincount(labels.ravel(), minlength=n + 1)
    kept = size >= 6.0 * width * width
    kept[0] = False
    return np.asarray(kept[labels], bool)


def _disc(radius: float) -> NDArray[np.bool_]:
    reach = int(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    return np.asarray(x * x + y * y <= (radius + 0.25) ** 2, bool)
