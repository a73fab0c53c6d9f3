"""Every limit of the server, in one place."""

from dataclasses import dataclass

from huewise.limits import DEFAULT_MAX_PIXELS

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Settings:
    """What the server allows. Sizes are bytes, times are seconds, pixels are pixels of one picture.

    `max_body`: a picture file. `max_bodies`: all files that are being received or decoded at one time.
    `max_json`: hints. `max_pixels`: checked from the file's header, before it is decoded.
    `max_pictures`, `max_memory`, `max_idle`: the shelf of open pictures; the longest unused goes first.
    `read_timeout`: silence in the middle of a body. `edit_threads`: colour and palettes; `file_threads`:
    opening and saving, apart, so that a long save does not hold up anybody's edits.
    `token`: asked of every request when the server listens beyond this computer; None on the loopback.
    """

    max_body: int = 1024 * MEBIBYTE
    max_bodies: int = 1536 * MEBIBYTE
    max_json: int = 8 * MEBIBYTE
    max_pixels: int = DEFAULT_MAX_PIXELS
    max_pictures: int = 64
    max_memory: int = 1536 * MEBIBYTE
    max_idle: float = 6 * 3600.0
    read_timeout: float = 30.0
    edit_threads: int = 2
    file_threads: int = 1
    guide_side: int = 8192
    token: str | None = None
