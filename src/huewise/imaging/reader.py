"""`read`: a picture file, its bytes, or an array becomes a `Picture`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from huewise.color.spaces import rgb_to_lab
from huewise.errors import HuewiseError, PictureError
from huewise.imaging.decode import Decoded, Strip, decode_array, decode_file
from huewise.imaging.formats import HEAD_BYTES, READABLE, sniff
from huewise.imaging.lightness import area_mean, lightness_of
from huewise.imaging.picture import Picture
from huewise.imaging.tint import Tint, tint_of
from huewise.limits import DEFAULT_MAX_PIXELS

INPUT_AB_SIDE = 256
"""The longest side of `Picture.input_ab`, in pixels."""

TINT_NOTES: dict[Tint, tuple[str, ...]] = {
    "gray": (),
    "toned": ("toned paper: its tint is dropped",),
    "color": ("a colour picture: only its lightness is used",),
}


def read(source: str | Path | bytes | NDArray[Any], *, max_pixels: int = DEFAULT_MAX_PIXELS) -> Picture:
    """Open a picture: a path, the bytes of a file, or an array.

    Arrays are sRGB, (h, w), (h, w, 3) or (h, w, 4), uint8, uint16 or float 0..1. Files are told by their
    content; the first frame of several is taken, EXIF orientation is applied, colours are converted to sRGB.

    Raises `PictureError` for what is no whole picture, `PictureTooLarge` (from the header, before decoding)
    for more than `max_pixels`, `MissingExtra` for HEIC without the extra `heif`.
    """
    if isinstance(source, np.ndarray):
        return _collect(decode_array(source, max_pixels), None)
    if isinstance(source, bytes | bytearray | memoryview):
        return _read_stream(io.BytesIO(source), max_pixels, None)
    path = Path(source)
    try:
        with opened(path) as stream:
            return _read_stream(stream, max_pixels, path)
    except HuewiseError as error:
        # For those who see a traceback; the programs name the picture themselves.
        error.add_note(f"The picture: {path}")
        raise


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file open for reading; PictureError where that fails."""
    try:
        stream = path.open("rb")
    except FileNotFoundError as error:
        raise PictureError("no such file", "a picture file", "check the name") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise PictureError(
            f"a file that cannot be opened ({reason})", "a readable picture file", "check its name and rights"
        ) from error
    with stream:
        yield stream


def _read_stream(stream: BinaryIO, max_pixels: int, path: Path | None) -> Picture:
    return _collect(decode_file(stream, kind_of(stream), max_pixels), path)


def kind_of(stream: BinaryIO) -> str:
    """Which format a file's first bytes show; PictureError for none that we know."""
    try:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
    except OSError as error:  # a pipe cannot be read twice, and its error has no text of its own
        raise PictureError(
            f"a file that cannot be read ({error.strerror or error})",
            "a readable picture file",
            "pipe it in with -",
        ) from error
    if not head:
        raise PictureError("an empty file", f"a picture ({READABLE})", "get the file again")
    kind = sniff(head)
    if kind is None:
        raise PictureError("a file that is no picture we know", READABLE, "convert it to one of these")
    return kind


def _collect(decoded: Decoded, path: Path | None) -> Picture:
    """Read all strips of a decoded file and turn the result upright."""
    gathering = _Gathering(decoded)
    with ThreadPoolExecutor(1) as worker:  # one strip is reckoned while the next is decoded
        pending: list[Future[None]] = []

        def take(strip: Strip) -> None:
            while pending:
                pending.pop().result()
            pending.append(worker.submit(gathering.add, strip))

        decoded.feed(take)
        while pending:
            pending.pop().result()
    return gathering.picture(path)


class _SmallColor:
    """The picture's own colour at no more than `INPUT_AB_SIDE` pixels a side, gathered from strips."""

    def __init__(self, decoded: Decoded) -> None:
        self.block = max(1, -(-max(decoded.width, decoded.height) // INPUT_AB_SIDE))
        self.step = max(1, self.block // 4)  # a sixteenth of the pixels tells the mean well enough
        self.scale = np.float32(1 / ((1 << decoded.bits) - 1))
        self.rows: list[NDArray[np.float32]] = []

    def add(self, strip_hw3: Strip, rows: slice) -> None:
        thin: Strip = strip_hw3[:: self.step, :: self.step]
        count = max(1, (rows.stop // self.block) - (rows.start // self.block))
        self.rows.append(area_mean(thin, (count, -(-strip_hw3.shape[1] // self.block))) * self.scale)

    def rgb(self) -> NDArray[np.float32]:
        """(h, w, 3) sRGB 0..1."""
        return np.concatenate(self.rows)


class _Lowest:
    """The lowest sample of each pixel, where any differ enough for it to say more than the lightness."""

    _STEP = 4  # a sixteenth of the pixels tells well enough
    _SPREAD = 32 / 255  # of white: JPEG and scanners colour grays by less
    _LEAST_SHARE = 5e-4

    def __init__(self, size: tuple[int, int]) -> None:
        self.low_hw = np.empty(size, np.uint8)
        self.colored = 0

    def add(self, strip_hw3: Strip, rows: slice) -> None:
        thin = strip_hw3[:: self._STEP, :: self._STEP]
        spread = thin.max(-1) - thin.min(-1)
        colored = int((spread > self._SPREAD * np.iinfo(strip_hw3.dtype).max).sum())
        self.colored += colored
        low: Strip = strip_hw3[..., 1]
        if colored:  # else any channel will do, which takes no time
            low = np.minimum(np.minimum(strip_hw3[..., 0], low), strip_hw3[..., 2])
        self.low_hw[rows] = low if low.dtype == np.uint8 else low >> 8

    def upright(self, orientation: int) -> NDArray[np.uint8] | None:
        """(h, w); None where next to nothing has colour."""
        if self.colored * self._STEP**2 < self._LEAST_SHARE * self.low_hw.size:
            return None
        return np.asarray(upright(self.low_hw, orientation), np.uint8)


class _Gathering:
    """What a `Picture` keeps of the strips, as they come."""

    def __init__(self, decoded: Decoded) -> None:
        self.decoded = decoded
        size = (decoded.height, decoded.width)
        self.lightness = np.empty(size, np.uint16)
        self.alpha: Strip | None = None
        if decoded.has_alpha:
            self.alpha = np.empty(size, np.uint8) if decoded.bits == 8 else np.empty(size, np.uint16)
        self.small = _SmallColor(decoded) if decoded.channels == 3 else None
        self.lowest = _Lowest(size) if decoded.channels == 3 else None
        self.start = 0

    def add(self, strip: Strip) -> None:
        """Take in the next strip (rows, w, c)."""
        rows = slice(self.start, self.start + len(strip))
        self.start = rows.stop
        table = self.decoded.table
        self.lightness[rows] = (
            lightness_of(strip[..., :3]) if table is None else np.take(table, strip[..., 0])
        )
        if self.alpha is not None:
            self.alpha[rows] = strip[..., -1]
        if self.small is not None:
            self.small.add(strip[..., :3], rows)
        if self.lowest is not None:
            self.lowest.add(strip[..., :3], rows)

    def picture(self, path: Path | None) -> Picture:
        """The picture, after the last strip."""
        decoded = self.decoded
        tint, input_ab = _input_color(self.small)
        lightness = upright(self.lightness, decoded.orientation)
        lightness.flags.writeable = False
        return Picture(
            lightness=lightness,
            alpha=None if self.alpha is None else upright(self.alpha, decoded.orientation),
            bits=decoded.bits,
            format=decoded.format,
            lowest=None if self.lowest is None else self.lowest.upright(decoded.orientation),
            tint=tint,
            input_ab=None if input_ab is None else upright(input_ab, decoded.orientation),
            notes=(*decoded.notes, *TINT_NOTES[tint]),
            metadata=decoded.metadata,
            path=path,
        )


def _input_color(small: _SmallColor | None) -> tuple[Tint, NDArray[np.float32] | None]:
    if small is None:
        return "gray", None
    lab = rgb_to_lab(small.rgb())
    ab, l_hw = np.ascontiguousarray(lab[..., 1:]), lab[..., 0]
    tint = tint_of(ab, l_hw)
    return tint, None if tint == "gray" else ab


def upright(values: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Turn and mirror (h, w, ...) as EXIF's orientation 1..8 says (CIPA DC-008, 4.6.4)."""
    if orientation in (5, 6, 7, 8):
        values = values.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):
        values = values[::-1]
    if orientation in (2, 3, 6, 7):
        values = values[:, ::-1]
    return np.ascontiguousarray(values)
