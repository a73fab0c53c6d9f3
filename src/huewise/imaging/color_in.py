"""From whatever colours a file holds to sRGB: ICC profiles, CMYK, and other spaces."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from huewise.imaging.lightness import gray_table, lightness_of
from huewise.imaging.vips import vips

BAD_PROFILE = "damaged or unfitting colour profile: sRGB is assumed"
BAD_CMYK_PROFILE = "damaged or unfitting colour profile: a common printing profile is assumed"
PLAIN_CMYK = "CMYK without a profile: a common printing profile is assumed"

Samples = NDArray[np.uint8] | NDArray[np.uint16]

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
    return (image, gray_table(bits), [BAD_PROFILE]) if table is None else (image, table, [])


def _rgb_in(image: Any, bits: int) -> tuple[Any, None, list[str]]:
    profile = _profile_of(image)
    if profile is None:
        return image, None, []
    effect = _rgb_profile_effect(profile)
    if effect == "changes":
        return image.icc_transform("srgb", embedded=True, depth=bits), None, []
    return image, None, [BAD_PROFILE] if effect == "fails" else []


def _cmyk_in(image: Any, bits: int) -> tuple[Any, None, list[str]]:
    profile = _profile_of(image)
    usable = profile is not None and _space_of(profile) == b"CMYK"
    converted = image.icc_transform("srgb", input_profile="cmyk", embedded=usable, depth=bits)
    return converted, None, [] if usable else [PLAIN_CMYK if profile is None else BAD_CMYK_PROFILE]


def _profile_of(image: Any) -> bytes | None:
    return bytes(image.get(_PROFILE)) if image.get_typeof(_PROFILE) else None


def _space_of(profile: bytes) -> bytes | None:
    """The colour space that an ICC profile says it is for; None for no whole profile (ICC.1:2022, 7.2)."""
    whole = profile[36:40] == b"acsp" and int.from_bytes(profile[:4], "big") <= len(profile)
    return profile[16:20] if whole else None


def _through_profile(samples_hwc: Samples, space: str, profile: bytes) -> Samples | None:
    """The samples after conversion to sRGB (h, w, 3), or None when the profile cannot do it."""
    pyvips = vips()
    image = pyvips.Image.new_from_array(samples_hwc, interpretation=space)
    image.set_type(pyvips.GValue.blob_type, _PROFILE, profile)
    try:
        depth = 8 * samples_hwc.dtype.itemsize
        converted: Samples = image.icc_transform("srgb", embedded=True, depth=depth).numpy()
    except pyvips.Error:
        return None
    return converted


@lru_cache(maxsize=8)
def _gray_profile_table(profile: bytes, bits: int) -> NDArray[np.uint16] | None:
    """From gray samples to lightness, through a gray profile or an RGB one (where gray is equal channels)."""
    channels = {b"GRAY": 1, b"RGB ": 3}.get(_space_of(profile) or b"")
    if channels is None:
        return None
    ramp = np.arange(1 << bits).astype(np.uint8 if bits == 8 else np.uint16).reshape(256, -1, 1)
    space = {(1, 8): "b-w", (1, 16): "grey16", (3, 8): "srgb", (3, 16): "rgb16"}[channels, bits]
    rgb = _through_profile(np.repeat(ramp, channels, axis=-1), space, profile)
    return None if rgb is None else lightness_of(rgb).reshape(-1)


@lru_cache(maxsize=8)
def _rgb_profile_effect(profile: bytes) -> Literal["none", "changes", "fails"]:
    """Whether the profile is sRGB by its deeds, on a cube of 9 x 9 x 9 colours, whatever it calls itself."""
    if _space_of(profile) != b"RGB ":
        return "fails"
    ramp = np.linspace(0, 255, 9).round().astype(np.uint8)
    cube = np.stack(np.meshgrid(ramp, ramp, ramp), axis=-1).reshape(27, 27, 3)
    converted = _through_profile(cube, "srgb", profile)
    if converted is None:
        return "fails"
    return "changes" if np.abs(converted.astype(int) - cube).max() > 1 else "none"
