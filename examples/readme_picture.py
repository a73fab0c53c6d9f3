"""Make docs/images/readme.jpg: the page's example pictures, gray beside coloured, and one with three hints."""

from pathlib import Path

import numpy as np
from PIL import Image

import huewise

ROOT = Path(__file__).parent.parent
PICTURES = Path(huewise.__file__).parent / "server" / "web" / "examples"
HEIGHT = 300

colorizer = huewise.Colorizer.load("photo")
tiles = []
for name, hints in (
    ("farm.jpg", []),
    ("fishing.jpg", []),
    ("homestead.jpg", []),
    (
        "homestead.jpg",
        [
            huewise.Point(330, 175, "#b5634a", radius=6),
            huewise.Point(610, 470, "#8a4b25", radius=6),
            huewise.Point(120, 60, "#cfe0ee", radius=6),
        ],
    ),
):
    opened = colorizer.open(PICTURES / name)
    rgb = opened.colorize(hints).rgb
    gray = np.repeat(opened.guide(max(rgb.shape))[..., None], 3, -1)
    half = rgb.shape[1] // 2
    both = np.concatenate([gray[:, :half], rgb[:, half:]], 1) if not hints else rgb
    image = Image.fromarray(both)
    tiles.append(image.resize((round(image.width * HEIGHT / image.height), HEIGHT), Image.Resampling.LANCZOS))

sheet = Image.new("RGB", (sum(tile.width for tile in tiles) + 6 * (len(tiles) - 1), HEIGHT), "white")
x = 0
for tile in tiles:
    sheet.paste(tile, (x, 0))
    x += tile.width + 6
path = ROOT / "docs" / "images" / "readme.jpg"
path.parent.mkdir(parents=True, exist_ok=True)
sheet.save(path, quality=85)
print(path.relative_to(ROOT), sheet.size)
