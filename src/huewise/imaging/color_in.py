"""From whatever colours a file holds to sRGB: ICC profiles, CMYK, and other spaces."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import gray_table, lightness_of
from huewise.imaging.vips import vips

BAD_PROFILE = "damaged or unfitting colour profile: sRGB is assumed"
PLAIN_CMYK = "CMYK without a profile: a common printing profile is assumed"

_PROFILE = "icc-profile-data"
_GRAY_SPACES = ("b-w", "grey16")
_RGB_SPACES = ("srgb", "rgb", "rgb16")


def to_srgb(image: Any, bits: int) -> tuple[Any, NDArray[np.uint16] | None, list[str]]:
    """An sRGB (or gray) libvips image without alpha, of `bits` 8 or 16, from one in any colour space.

    Returns the image, the table from its samples to lightness when it has one band, and notes. Only libvips'
    lazy operations: no pixel of the image is read here.
    """
    space = image.interpretation
    if image.bands == 1 and space in (*_GRAY_SPACES, "multiband"):
        return _gray_in(image, bits)
    if space == "cmyk" and image.bands >= 4:
        return _cmyk_in(image, bits)
    if space in (*_RGB_SPACES, "multiband") and image.bands >= 3:
        return _rgb_in(image, bits)
    return image.colourspace("srgb" if bits == 8 else "rgb16")[0:3], None, []


def _gray_in(image: Any, bits: int) -> tuple[Any, NDArray[np.uint16], list[str]]:
    profile = _profile_of(image)
    if profile is None:
        return image, gray_table(bits), []
    table = _gray_profile_table(profile, bits)
    return image, gray_table(bits) if table is None else table, [] if table is not None else [BAD_PROFILE]


def _rgb_in(image: Any, bits: int) -> tuple[Any, None, list[str]]:
    profile = _profile_of(image)
    if profile is None:
        return image, None, []
    effect = _rgb_profile_effect(profile)
    if effect == "changes":
        return image.icc_transform("srgb", embedded=True, depth=bits), None, []
    return image, None, [BAD_PROFILE] if effect == "fails" else []


def _cmyk_in(image: Any, bits: int) -> tuple[Any, None, list[str]]:
    profile, notes = _profile_of(image), []
    if profile is None or not _profile_converts(profile, "cmyk"):
        image = image.copy()
        image.remove(_PROFILE) if profile is not None else None
        notes = [PLAIN_CMYK if profile is None else BAD_PROFILE.replace("sRGB", "a common printing profile")]
    converted = image[0:4].icc_transform("srgb", input_profile="cmyk", embedded=not notes, depth=bits)
    return converted, None, notes


def _profile_of(image: Any) -> bytes | None:
    return bytes(image.get(_PROFILE)) if image.get_typeof(_PROFILE) else None


def _through_profile(
    samples_hwc: NDArray[np.generic], space: str, profile: bytes
) -> NDArray[np.generic] | None:
    """The samples after conversion to sRGB, or None when the profile cannot do it."""
    pyvips = vips()
    image = pyvips.Image.new_from_array(samples_hwc, interpretation=space)
    image.set_type(pyvips.GValue.blob_type, _PROFILE, profile)
    try:
        converted: NDArray[np.generic] = image.icc_transform(
            "srgb", embedded=True, depth=8 * samples_hwc.dtype.itemsize
        ).numpy()
    except pyvips.Error:
        return None
    return converted


@lru_cache(maxsize=8)
def _gray_profile_table(profile: bytes, bits: int) -> NDArray[np.uint16] | None:
    ramp = np.arange(1 << bits).astype(np.uint8 if bits == 8 else np.uint16)
    rgb = _through_profile(ramp.reshape(256, -1, 1), "b-w" if bits == 8 else "grey16", profile)
    if rgb is None or rgb.shape[-1] != 3:
        return None
    return lightness_of(rgb).reshape(-1)  # type: ignore[arg-type]


@lru_cache(maxsize=8)
def _rgb_profile_effect(profile: bytes) -> Literal["none", "changes", "fails"]:
    """Whether the profile is sRGB by its deeds, on a cube of 9 x 9 x 9 colours, whatever it calls itself."""
    ramp = np.linspace(0, 255, 9).round().astype(np.uint8)
    cube = np.stack(np.meshgrid(ramp, ramp, ramp), axis=-1).reshape(27, 27, 3)
    converted = _through_profile(cube, "srgb", profile)
    if converted is None or converted.shape != cube.shape:
        return "fails"
    return "changes" if np.abs(converted.astype(int) - cube).max() > 1 else "none"


@lru_cache(maxsize=8)
def _profile_converts(profile: bytes, space: str) -> bool:
    return _through_profile(np.zeros((1, 1, 4), np.uint8), space, profile) is not None
