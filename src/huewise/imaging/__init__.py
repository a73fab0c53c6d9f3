"""Picture files in and out.

Here live: reading a file, bytes or an array into a `Picture` (upright full-size lightness, alpha,
metadata), telling toned paper from a colour picture, shrinking the lightness, and writing coloured pixels
back in the same kind of file. Here does not live: anything about models, hints or where colour comes from.

Read `picture.py` first, then `reader.py` (in) and `writer.py` (out). libvips is loaded on the first picture.
"""

from huewise.imaging.lightness import lightness_of, shrink
from huewise.imaging.picture import Metadata, Picture
from huewise.imaging.reader import read
from huewise.imaging.tint import Tint, tint_of
from huewise.imaging.writer import WRITABLE, encode, output_format, write

__all__ = [
    "WRITABLE",
    "Metadata",
    "Picture",
    "Tint",
    "encode",
    "lightness_of",
    "output_format",
    "read",
    "shrink",
    "tint_of",
    "write",
]
