"""Small pictures for the tests, made here and encoded by Pillow, so that libvips does not check itself."""

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms


def scene(height: int = 48, width: int = 64, channels: int = 3) -> NDArray[np.uint8]:
    """A smooth colourful scene (h, w, channels) uint8."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [x / width, y / height, (x + 2 * y) / (width + 2 * height), 0.25 + 0.5 * x / width]
    return np.stack([np.rint(255 * plane).astype(np.uint8) for plane in planes[:channels]], axis=-1)


def gray_scene(height: int = 48, width: int = 64) -> NDArray[np.uint8]:
    """A smooth gray scene (h, w) uint8."""
    return scene(height, width)[..., 2]


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    """The bytes of a file that Pillow writes."""
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def cielab_l(rgb_hw3: NDArray[Any]) -> NDArray[np.float64]:
    """L of sRGB pixels in 0..1, written out plainly."""
    linear = np.where(rgb_hw3 <= 0.04045, rgb_hw3 / 12.92, ((rgb_hw3 + 0.055) / 1.055) ** 2.4)
    y = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.where(y > 216 / 24389, 116 * np.cbrt(y) - 16, 24389 / 27 * y)


def rgb_of_lightness(lightness: NDArray[np.uint16], bits: int = 8) -> NDArray[Any]:
    """Gray sRGB pixels (h, w, 3) that have this stored lightness."""
    l_hw = lightness / 655.35
    y = np.where(l_hw > 8, ((l_hw + 16) / 116) ** 3, l_hw * 27 / 24389)
    v = np.where(y <= 0.0031308, 12.92 * y, 1.055 * y ** (1 / 2.4) - 0.055)
    top = (1 << bits) - 1
    gray = np.rint(np.clip(v, 0, 1) * top).astype(np.uint8 if bits == 8 else np.uint16)
    return np.repeat(gray[..., None], 3, axis=-1)


def srgb_profile() -> bytes:
    """An sRGB ICC profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
