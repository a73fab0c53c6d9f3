"""A model in memory (`Colorizer`): it opens pictures, and runs its graphs for them."""

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise import imaging
from huewise.color import BinSet, bin_set
from huewise.engine.classical import ClassicalSession
from huewise.engine.open_picture import OpenPicture
from huewise.engine.reference import Reference, ReferenceLike
from huewise.engine.result import Result
from huewise.engine.session import OnnxSession, Session
from huewise.engine.sources import Sources
from huewise.errors import ModelError
from huewise.hints import Hint
from huewise.imaging import Picture
from huewise.limits import DEFAULT_MAX_PIXELS
from huewise.models import Spec, find, verify
from huewise.models.methods import METHODS
from huewise.models.registry import for_drawings

F32 = NDArray[np.float32]

_IN_WORDS = {"logits": "distribution over colours", "ab": "colours"}  # what outputs mean


class Colorizer:
    """A model loaded from the shop; safe to use from several threads."""

    def __init__(
        self, spec: Spec, sessions: dict[str, Session], drawings: "Callable[[], Colorizer] | None" = None
    ) -> None:
        """`drawings`: gives the model that opens drawings in place of this one."""
        self.spec, self._sessions, self._drawings = spec, sessions, drawings

    @classmethod
    def load(cls, name: str = "auto", *, session: Callable[[Path], Session] = OnnxSession) -> "Colorizer":
        """The model of that name; its files are checked against their SHA-256 first.

        "auto": the photo model, which hands drawings on to the model for drawings where the shop has one.
        """
        model = find(name)
        verify(model)
        if model.folder is None:
            return cls(model.spec, {graph.file: ClassicalSession(graph.file) for graph in model.spec.graphs})
        sessions = {file: session(path) for file, path in model.files.items()}
        drawings = None
        if name == "auto" and (other := for_drawings()) not in METHODS:
            drawings = cache(lambda: cls.load(other, session=session))
        return cls(model.spec, sessions, drawings)

    def open(
        self, source: str | Path | bytes | NDArray[Any] | Picture, *, max_pixels: int = DEFAULT_MAX_PIXELS
    ) -> OpenPicture:
        """Read a picture (path, bytes, array) and encode it; every `colorize` after that is quick."""
        from huewise.engine.open_drawing import OpenDrawing
        from huewise.imaging.drawing import is_drawing

        picture = source if isinstance(source, Picture) else imaging.read(source, max_pixels=max_pixels)
        if self.spec.kind == "drawing":
            return OpenDrawing(self, picture)
        if self._drawings is not None and is_drawing(picture):
            return self._drawings().open(picture)
        return OpenPicture(self, picture)

    @property
    def hands_drawings_on(self) -> bool:
        """Whether drawings are opened by another model in place of this one."""
        return self._drawings is not None

    @cached_property
    def for_drawings(self) -> "Colorizer":
        """The model that makes flats of a photograph: the shop's own for drawings, loaded when first asked for."""
        return self._drawings() if self._drawings is not None else Colorizer.load(for_drawings())

    @cached_property
    def bins(self) -> BinSet:
        """The model's bin set."""
        if not self.spec.bins:
            raise ModelError(f"model {self.spec.name} predicts no distribution", "a model with colour bins")
        return bin_set(self.spec.bins)

    def run(self, per: str, sources: Sources) -> dict[str, F32]:
        """Outputs of the graphs that run at this occasion, by name, scaled; they are kept in `sources` too."""
        made: dict[str, F32] = {}
        for graph in self.spec.graphs:
            if graph.per == per:
                outputs = self._sessions[graph.file].run(sources.feeds(graph))
                made |= {o.name: _scaled(outputs[o.name], o.scale) for o in graph.outputs}
                sources.kept |= {o.name: outputs[o.name] for o in graph.outputs}
        return made

    def has(self, per: str) -> bool:
        """Whether a graph runs at this occasion."""
        return any(graph.per == per for graph in self.spec.graphs)

    def output(self, meaning: str) -> str:
        """Name of the output with this meaning."""
        for graph in self.spec.graphs:
            for output in graph.outputs:
                if output.means == meaning:
                    return output.name
        raise ModelError(
            f"model {self.spec.name} gives no {_IN_WORDS.get(meaning, meaning)}",
            "a model that does, such as photo",
            "see `huewise models`",
        )


def colorize(
    source: str | Path | bytes | NDArray[Any],
    hints: Sequence[Hint] = (),
    *,
    model: str = "auto",
    reference: Sequence[Reference | ReferenceLike] = (),
    saturation: float | None = None,
    temperature: float | None = None,
    flats: bool = False,
) -> Result:
    """A picture in colour, in one line; for several pictures load a `Colorizer` once.

    See `OpenPicture.predict` for the options.
    """
    opened = Colorizer.load(model).open(source)
    return opened.colorize(
        hints, reference=reference, saturation=saturation, temperature=temperature, flats=flats
    )


def _scaled(output: F32, scale: float) -> F32:
    """In ab units; what needs no scaling is not copied: a picture's features stay in memory."""
    return output if scale == 1.0 else output * np.float32(scale)
