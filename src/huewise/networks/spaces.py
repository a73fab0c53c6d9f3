"""Lab to sRGB and HSV's saturation for networks: `color.spaces` in torch, channels first, with gradients."""

import numpy as np
import torch
from torch import Tensor

from huewise.color.spaces import BLACK, WHITE_XYZ, xyz_to_linear

_LINEAR_OF_RELATIVE = torch.from_numpy(
    xyz_to_linear(np.diag(WHITE_XYZ))
).float()  # of XYZ divided by the white
_DARKEST = 1e-6  # of linear light: what is below has no gradient


def lab_to_rgb(l_b1hw: Tensor, ab_b2hw: Tensor) -> Tensor:
    """SRGB (b, 3, h, w), clipped to 0..1, of L 0..100 and ab in ab units."""
    a, b = ab_b2hw[:, :1], ab_b2hw[:, 1:]
    y = (l_b1hw + 16.0) / 116.0
    f = torch.cat([y + a / 500.0, y, y - b / 200.0], 1)
    relative = torch.where(f > 6 / 29, f**3, (f - 4 / 29) * (3 * (6 / 29) ** 2))
    linear = torch.einsum("bchw,cd->bdhw", relative, _LINEAR_OF_RELATIVE.to(relative)).clamp(_DARKEST, 1.0)
    return torch.where(linear > 0.0031308, 1.055 * linear ** (1 / 2.4) - 0.055, 12.92 * linear)


def saturation(rgb_b3hw: Tensor) -> Tensor:
    """HSV's S (b, 1, h, w) of sRGB, 0 for black."""
    brightest = rgb_b3hw.amax(1, keepdim=True)
    made = (brightest - rgb_b3hw.amin(1, keepdim=True)) / brightest.clamp_min(BLACK)
    return made * (brightest > BLACK)
