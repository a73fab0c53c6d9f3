"""What an evaluation leaves behind: `rows.jsonl` (resume from it), `result.json`, `result.md`, plots and sheets."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huewise.training.appended import whole_lines


class Rows:
    """Measured rows, one JSON object a line, each with a `key`; a broken evaluation goes on after the last one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = map(json.loads, whole_lines(path))
        self._rows: dict[str, dict[str, Any]] = {row["key"]: row for row in rows}

    def __contains__(self, key: str) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self._rows.values())

    def __getitem__(self, key: str) -> dict[str, Any]:
        return self._rows[key]

    def add(self, key: str, **values: Any) -> None:
        """Keep a row; it is on disk when this returns."""
        row = {"key": key, **values}
        self._rows[key] = row
        with self._path.open("a") as file:
            file.write(json.dumps(row) + "\n")


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def contact_sheet(tiles: Sequence[Sequence[NDArray[np.uint8]]], path: Path, *, gap: int = 4) -> None:
    """Rows of pictures of one size (h, w, 3) as one JPEG on white."""
    from PIL import Image

    h, w, _ = tiles[0][0].shape
    columns = max(len(row) for row in tiles)
    sheet = np.full((len(tiles) * (h + gap) - gap, columns * (w + gap) - gap, 3), 255, np.uint8)
    for r, row in enumerate(tiles):
        for c, tile in enumerate(row):
            sheet[r * (h + gap) : r * (h + gap) + h, c * (w + gap) : c * (w + gap) + w] = tile
    Image.fromarray(sheet).save(path, quality=85)


def fitted(rgb_hw3: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture in the middle of a white square, its aspect kept; never enlarged."""
    from PIL import Image

    image = Image.fromarray(rgb_hw3)
    image.thumbnail((side, side))
    whole = Image.new("RGB", (side, side), "white")
    whole.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return np.asarray(whole)


def spread(count: int, n: int) -> list[int]:
    """At most n of `count` indices, evenly from the first to the last."""
    return [int(i) for i in np.linspace(0, count - 1, min(n, count))]
