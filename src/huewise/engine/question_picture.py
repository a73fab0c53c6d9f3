"""A question as a picture to look at: the gray picture, the region as a heat over it and as an outline."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

F32 = NDArray[np.float32]
U8 = NDArray[np.uint8]

HEAT = np.array([255.0, 64.0, 32.0], np.float32)
OUTLINE = np.array([255, 255, 0], np.uint8)
OPACITY = 0.55  # of the heat where the region is 1
INSIDE = 0.5  # the outline is drawn around the part that belongs to the region at least so much


def heat_map(gray_hw: U8, region_hw: F32) -> U8:
    """Gray picture (h, w) with the region's map, of any size, as a heat over it: (h, w, 3)."""
    share = OPACITY * fitted(region_hw, gray_hw.shape)[..., None]
    mixed = gray_hw[..., None] * (1.0 - share) + HEAT * share
    rgb: U8 = np.rint(mixed).astype(np.uint8)
    return rgb


def outlined(rgb_hw3: U8, region_hw: F32) -> U8:
    """The picture with a line around the region, a few pixels wide in a large picture, one in a small one."""
    from scipy import ndimage

    inside = fitted(region_hw, rgb_hw3.shape[:2]) >= INSIDE
    width = max(1, round(min(rgb_hw3.shape[:2]) / 250))
    edge = inside & ~ndimage.binary_erosion(inside, iterations=width, border_value=0)
    out = rgb_hw3.copy()
    out[edge] = OUTLINE
    return out


def question_picture(gray_hw: U8, region_hw: F32) -> U8:
    """Heat and outline together."""
    return outlined(heat_map(gray_hw, region_hw), region_hw)


def fitted(region_hw: F32, shape: tuple[int, ...]) -> F32:
    """The region at the picture's size (h, w), 0..1."""
    size = (shape[1], shape[0])
    return np.asarray(Image.fromarray(region_hw).resize(size, Image.Resampling.BILINEAR), np.float32)
