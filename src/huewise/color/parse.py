"""What a person may write for a colour, and how a colour is written back."""

import re
from difflib import get_close_matches

import numpy as np
from numpy.typing import ArrayLike, NDArray

from huewise.color.gamut import lab_to_rgb_fitted
from huewise.color.names import CSS_COLORS
from huewise.color.spaces import rgb_to_lab
from huewise.errors import ColorError

_WANTED = "#rgb, #rrggbb, a CSS colour name, rgb(r g b) or lab(L a b)"
_NUMBER = r"([+-]?(?:\d+\.?\d*|\.\d+))"
_BETWEEN = r"\s*(?:\s|,)\s*"
_CALL = re.compile(rf"(rgb|lab)\(\s*{_NUMBER}{_BETWEEN}{_NUMBER}{_BETWEEN}{_NUMBER}\s*\)")
_HEX = re.compile(r"#([0-9a-f]{3}|[0-9a-f]{6})")
LAB_RANGES = ((0, 100), (-160, 160), (-160, 160))
_RANGES = {"rgb": ((0, 255),) * 3, "lab": LAB_RANGES}


def parse_color(text: str) -> NDArray[np.float32]:
    """Text -> Lab (3,) float32. Case, and spaces around, do not matter.

    `#rgb`, `#rrggbb`, the 148 CSS names, `rgb(r g b)` with 0..255, `lab(L a b)` with L 0..100 and a, b
    -160..160; between numbers a space or a comma. `lab` is D65 like all Lab here (CSS itself means D50), and
    may lie outside sRGB.
    Raises ColorError, which names the nearest CSS name.
    """
    if not isinstance(text, str):
        raise ColorError(f"the colour {text!r}", f"text: {_WANTED}")
    plain = text.strip().lower()
    if found := _CALL.fullmatch(plain):
        return _of_call(text, found[1], [float(number) for number in found.groups()[1:]])
    if found := _HEX.fullmatch(plain):
        return _of_hex(found[1])
    if plain in CSS_COLORS:
        return _of_hex(CSS_COLORS[plain])
    raise ColorError(f"the colour {text!r}", _WANTED, _advice(plain))


def format_hex(lab: ArrayLike) -> str:
    """Lab (3,) -> `#rrggbb`; what sRGB does not hold loses chroma first."""
    return "#" + "".join(f"{round(float(value) * 255):02x}" for value in lab_to_rgb_fitted(lab))


def _of_hex(digits: str) -> NDArray[np.float32]:
    full = digits if len(digits) == 6 else "".join(2 * digit for digit in digits)
    return _lab_of_bytes([int(full[i : i + 2], 16) for i in (0, 2, 4)])


def _of_call(text: str, name: str, numbers: list[float]) -> NDArray[np.float32]:
    for part, number, (low, high) in zip(name.replace("l", "L"), numbers, _RANGES[name], strict=True):
        if not low <= number <= high:
            raise ColorError(f"{part} = {number:g} in the colour {text!r}", f"{part} from {low} to {high}")
    return np.array(numbers, np.float32) if name == "lab" else _lab_of_bytes(numbers)


def _lab_of_bytes(rgb: list[int] | list[float]) -> NDArray[np.float32]:
    return rgb_to_lab(np.array(rgb, np.float64) / 255).astype(np.float32)


def _advice(plain: str) -> str:
    if re.fullmatch(r"#([0-9a-f]{4}|[0-9a-f]{8})", plain):
        return "leave out the transparency"
    if re.fullmatch(r"[0-9a-f]{3}|[0-9a-f]{6}", plain):
        return f"did you mean #{plain}?"
    close = get_close_matches(re.sub(r"[\s_-]", "", plain), CSS_COLORS, n=1, cutoff=0.6)
    return f"did you mean {close[0]}?" if close else ""
