"""Colour the page's example pictures again, after a new model: `python examples/color_page_examples.py`."""

import json
from pathlib import Path

import huewise

FOLDER = Path(huewise.__file__).parent / "server" / "web" / "examples"

colorizer = huewise.Colorizer.load("photo")
for entry in json.loads((FOLDER / "index.json").read_text()):
    opened = colorizer.open(FOLDER / entry["picture"])
    assert (opened.picture.width, opened.picture.height) == (entry["width"], entry["height"]), entry[
        "picture"
    ]
    opened.colorize().save(FOLDER / entry["colored"], quality=80, overwrite=True)
    print(entry["colored"])
