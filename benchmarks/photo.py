"""Time of the photo model: encoding, an edit, a whole `huewise colorize` of a 12-megapixel JPEG beside libvips alone.

    python benchmarks/photo.py [PICTURE.jpg]

Without a picture a made one (noise over gradients) is used; a real one compresses differently, so name one to compare.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from huewise.engine import Colorizer
from huewise.hints import Point

HUEWISE = "import runpy; runpy.run_module('huewise', run_name='__main__')"
FLOOR = """
import sys, pyvips
pyvips.Image.new_from_file(sys.argv[1], access="sequential").write_to_file(sys.argv[2] + "[Q=95]")
"""
KEPT = """
import atexit, pathlib, sys
status, program = sys.argv.pop(1), sys.argv.pop(1)
atexit.register(lambda: pathlib.Path(status).write_text(pathlib.Path("/proc/self/status").read_text()))
exec(program)
"""  # runs a program, and keeps what the system says of it in the end


def milliseconds(act: Callable[[], object], n: int = 15) -> str:
    times = []
    for _ in range(n):
        start = time.perf_counter()
        act()
        times.append(1000 * (time.perf_counter() - start))
    return f"median {statistics.median(times):.1f} ms, best {min(times):.1f} ms"


def network_times() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8)
    colorizer = Colorizer.load("photo")
    opened = colorizer.open(noise)
    hints = [Point(x, 200 - x / 2, "teal") for x in (20, 90, 160, 230)]
    print("encode 256x256:", milliseconds(lambda: colorizer.run("picture", opened.sources())))
    print("edit, 4 hints: ", milliseconds(lambda: opened.predict(hints)))
    print("palette, 4 hints:", milliseconds(lambda: opened.palette(100, 100, hints=hints)))


def made_picture(folder: Path) -> Path:
    import pyvips

    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:3000, 0:4000]
    gray = 90 + 60 * np.sin(x / 300) * np.cos(y / 200) + rng.normal(0, 8, x.shape)
    path = folder / "made.jpg"
    pyvips.Image.new_from_array(np.clip(gray, 0, 255).astype(np.uint8)).write_to_file(f"{path}[Q=92]")
    return path


def whole(words: list[str]) -> tuple[float, float]:
    """Seconds that a program with its words takes, and its own peak of memory in MB.

    Not `ru_maxrss`: that begins with the peak of the process which started it.
    """
    with tempfile.NamedTemporaryFile("r") as status:
        start = time.perf_counter()
        command = [sys.executable, "-c", KEPT, status.name, *words]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        peak = next(line for line in status if line.startswith("VmHWM:"))
    return seconds, int(peak.split()[1]) / 1024


def main() -> None:
    network_times()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        picture = Path(sys.argv[1]) if len(sys.argv) > 1 else made_picture(folder)
        out = str(folder / "out.jpg")
        floor = [whole([FLOOR, str(picture), out])[0] for _ in range(3)]
        runs = [whole([HUEWISE, "colorize", str(picture), "-o", out, "--overwrite"]) for _ in range(3)]
    seconds = min(run[0] for run in runs)
    print(f"huewise colorize, import included: {seconds:.2f} s, {runs[-1][1]:.0f} MB")
    print(f"libvips alone, decode and encode:   {min(floor):.2f} s; ratio {seconds / min(floor):.1f}")


if __name__ == "__main__":
    main()
