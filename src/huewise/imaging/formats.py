"""Which kind of file this is, told by its first bytes and never by its name."""

from __future__ import annotations

HEAD_BYTES = 64
"""How much of a file `sniff` wants to see."""

READABLE = "JPEG, PNG, TIFF, WebP, AVIF, HEIC, GIF or BMP"

_HEVC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}


_SIGNATURES = {
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"II+\0": "tiff",  # BigTIFF
    b"MM\0+": "tiff",
    b"GIF87a": "gif",
    b"GIF89a": "gif",
}


def sniff(head: bytes) -> str | None:
    """The format's name ("jpeg", "png", ...) for a file's first bytes, or None if it is none of ours."""
    for signature, name in _SIGNATURES.items():
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head[4:8] == b"ftyp":
        return _heif_kind(head)
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0":
        return "bmp"
    return None


def _heif_kind(head: bytes) -> str | None:
    """AVIF or HEIC, by the brands in the first box (ISO/IEC 23008-12)."""
    length = min(int.from_bytes(head[:4], "big"), len(head))
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))}
    if brands & {b"avif", b"avis"}:
        return "avif"
    return "heic" if brands & _HEVC_BRANDS else None
