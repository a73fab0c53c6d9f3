"""The narrow port to ONNX Runtime: a graph file becomes something that maps named arrays to named arrays.

Tests put a fake of one method in its place and need no weights.
"""

import os
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from huewise.errors import ModelBroken, UsageError

PROVIDERS = ("CPUExecutionProvider",)
"""What graphs run on: the same answer on every computer."""
MOST_THREADS = 1024

F32 = NDArray[np.float32]


class Session(Protocol):
    """Runs one graph; arrays are (1, channels, height, width) float32."""

    def run(self, feeds: dict[str, F32]) -> dict[str, F32]:
        """All outputs by name."""
        ...


class Slot(NamedTuple):
    """An input or output of a graph as its file declares it; free sides of the shape are names or None."""

    name: str
    type: str
    shape: tuple[int | str | None, ...]


class OnnxSession:
    """A graph in ONNX Runtime on the CPU; safe to call from several threads at once."""

    def __init__(self, path: Path) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads()
        options.log_severity_level = 3
        # Spinning threads would take the cores from libvips and NumPy between two runs; while a graph runs, from other
        # people's graphs (docs/performance.md).
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._name = path.name
        try:
            self._session: Any = onnxruntime.InferenceSession(str(path), options, providers=list(PROVIDERS))
        except Exception as error:  # ONNX Runtime's errors have no family of their own
            raise ModelBroken(
                f"{path}: {_in_one_line(error)}", "a graph that ONNX Runtime opens", "install it again"
            ) from error
        self.inputs, self.outputs = (
            [Slot(value.name, value.type, tuple(value.shape)) for value in values]
            for values in (self._session.get_inputs(), self._session.get_outputs())
        )

    def run(self, feeds: dict[str, F32]) -> dict[str, F32]:
        """See `Session`; ModelBroken where the graph does not take these inputs or fails on the way."""
        try:
            made = self._session.run(None, feeds)
        except Exception as error:
            raise ModelBroken(
                f"{self._name} failed: {_in_one_line(error)}", "a graph that runs", "install it again"
            ) from error
        return dict(zip((slot.name for slot in self.outputs), made, strict=True))


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def threads() -> int:
    """Threads of one run of a graph: $HUEWISE_THREADS; 0, the default, is one a core."""
    given = os.environ.get("HUEWISE_THREADS", "").strip() or "0"
    if not (given.isascii() and given.isdecimal() and len(given) <= 4 and int(given) <= MOST_THREADS):
        raise UsageError(
            f"HUEWISE_THREADS={given[:40]}",
            f"a whole number from 0 (one a core) to {MOST_THREADS}",
            "correct or unset it",
        )
    return int(given)
