"""The desk: what all routes share. The shelf, the lanes, the gate for bodies, and the loaded models."""

import threading

from huewise.server.bodies import BodyGate
from huewise.server.ports import Colorizer, ColorizerFactory, OpenPicture
from huewise.server.settings import Settings
from huewise.server.shelf import Shelf
from huewise.server.turns import Lane


class Desk:
    """Made once per application. Models are loaded when first asked for, and kept."""

    def __init__(self, factory: ColorizerFactory, settings: Settings) -> None:
        self.settings = settings
        self.shelf = Shelf(
            max_pictures=settings.max_pictures, max_memory=settings.max_memory, max_idle=settings.max_idle
        )
        self.bodies = BodyGate(
            max_body=settings.max_body,
            max_json=settings.max_json,
            max_bodies=settings.max_bodies,
            read_timeout=settings.read_timeout,
        )
        self.wishes = Lane("wish", 1)  # decoding: a thread of its own, so that it waits for no edit
        self.edits = Lane("edit", settings.edit_threads)
        self.files = Lane("file", settings.file_threads)
        self._factory = factory
        self._colorizers: dict[str, Colorizer] = {}
        self._loading = threading.Lock()

    def colorizer(self, name: str) -> Colorizer:
        """The model of that name, loaded at most once; called from a lane's thread."""
        with self._loading:
            if name not in self._colorizers:
                self._colorizers[name] = self._factory(name)
            return self._colorizers[name]

    def open(self, data: bytes, model: str) -> OpenPicture:
        """Decode and encode a file; called from a lane's thread."""
        return self.colorizer(model).open(data, max_pixels=self.settings.max_pixels)

    def close(self) -> None:
        """Stop the threads."""
        self.wishes.close()
        self.edits.close()
        self.files.close()
