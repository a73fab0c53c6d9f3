"""libvips behind one door: only the loaders we trust, no text of its own on the screen, one kind of error."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

_LOADERS = ("Jpeg", "Png", "Tiff", "Webp", "Heif", "Nsgif")


@lru_cache(maxsize=1)
def vips() -> Any:
    """The module pyvips, set up once in this process.

    All loaders are blocked except those of `_LOADERS`, so that neither a clever file nor a mistake of ours
    reaches a decoder that nobody has fuzzed. The cache of operations is off: it would hold files open and
    give an old picture for a file that has changed.
    """
    import pyvips

    pyvips.block_untrusted_set(True)
    pyvips.operation_block_set("VipsForeignLoad", True)
    for loader in _LOADERS:
        pyvips.operation_block_set(f"VipsForeignLoad{loader}", False)
    pyvips.cache_set_max(0)
    return pyvips
