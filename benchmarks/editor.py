"""How quick the editor is: `python benchmarks/editor.py [PICTURE]`, on an otherwise quiet machine; a Markdown table.

The picture is made 12 megapixels large (without one, soft shapes and grain; a real one compresses differently). Server
and Chromium share this machine. Measured are: the time from the page's opening to a picture in colour; from a moved
point to its new colours on screen (a draft's, and the whole answer's once it rests), with WebGL2 and without; edits of
several people who each drag points on a picture of their own, over HTTP; and the page's bytes. Without Playwright and
Chromium the rows of the browser are left out.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
from PIL import Image, ImageFilter

MEGAPIXELS = 12
WARM = 5  # moves before those that count
POINTS = 4  # on the picture beside the one that moves
PAUSE = 0.1  # seconds between an answer and the next edit of a person
PATIENCE = 180_000  # milliseconds
FLAGS = ["--no-sandbox", "--disable-background-networking", "--no-first-run", "--enable-unsafe-swiftshader"]
COLORED = "#stage[data-colored='up to date']"
TOLD = "() => document.querySelector('#stage')?.dataset.colored === 'up to date' && performance.now()"
WITHOUT_WEBGL = """
const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, options) {
  return kind === "webgl2" ? null : real.call(this, kind, options);
};
"""
# A pixel is read at the end: with WebGL that waits until everything before it has been drawn.
MOVE_POINT = """
async ([moves, places]) => {
  const stage = document.querySelector("#stage");
  const canvas = document.querySelector("#canvas");
  const gl = canvas.dataset.renderer === "webgl2" ? canvas.getContext("webgl2") : null;
  const whole = "up to date";
  const frame = () => new Promise(requestAnimationFrame);
  const wait = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
  const colored = async (...enough) => {
    do await frame(); while (!enough.includes(stage.dataset.colored));
    gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
  };
  const send = (kind, x, y) => canvas.dispatchEvent(new PointerEvent(kind, {
    pointerId: 1, pointerType: "mouse", clientX: x, clientY: y, bubbles: true, button: 0 }));
  canvas.setPointerCapture = () => {};
  for (const [x, y] of places.slice(1)) { send("pointerdown", x, y); send("pointerup", x, y); await colored(whole); }
  const [left, top] = places[0];
  send("pointerdown", left, top);
  await colored(whole);
  const times = [], rests = [];
  for (let i = 1; i <= moves; i += 1) {
    const start = performance.now();
    send("pointermove", left + 2 * (i % 40), top + (i % 7));
    await colored("passing", whole);
    times.push(performance.now() - start);
    if (i % 12 === 0) { await colored(whole); rests.push(performance.now() - start); }
    await wait(30);
  }
  send("pointerup", left, top);
  return [times, rests];
}
"""


@dataclass(frozen=True)
class Row:
    """A line of the table: milliseconds, or a text in place of them."""

    what: str
    wanted: str
    times: list[float] = field(default_factory=list)
    text: str = ""

    def __str__(self) -> str:
        """The line."""
        if self.text:
            return f"| {self.what} | {self.text} | | | {self.wanted} |"
        p50, p95 = np.percentile(self.times, [50, 95])
        figures = " | ".join(f"{value:.0f} ms" for value in (p50, p95, max(self.times)))
        return f"| {self.what}, n = {len(self.times)} | {figures} | {self.wanted} |"


# --- the picture and the server ---


def large(path: Path | None) -> bytes:
    """A gray JPEG of 12 megapixels with the picture's aspect."""
    image = Image.open(path).convert("L") if path else made_picture()
    scale = (MEGAPIXELS * 1e6 / (image.width * image.height)) ** 0.5
    size = (round(image.width * scale), round(image.height * scale))
    out = io.BytesIO()
    image.resize(size, Image.Resampling.LANCZOS).save(out, "JPEG", quality=92)
    return out.getvalue()


def made_picture() -> Image.Image:
    """Soft shapes with grain."""
    random = np.random.default_rng(0)
    coarse = Image.fromarray(random.integers(0, 255, (60, 80), dtype=np.uint8)).resize((4000, 3000))
    grain = random.normal(0, 3, (3000, 4000))
    gray_hw = np.asarray(coarse.filter(ImageFilter.GaussianBlur(9)), float) + grain
    return Image.fromarray(np.clip(gray_hw, 0, 255).astype(np.uint8))


@contextmanager
def serving(*pictures: Path) -> Iterator[tuple[str, int]]:
    """A server's address and process id."""
    command = [sys.executable, "-m", "huewise", "serve", "--no-browser", "--port", "0", *map(str, pictures)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        yield next(word for word in server.stdout.readline().split() if word.startswith("http")), server.pid
    finally:
        server.terminate()
        server.wait()


def resident_mb(pid: int) -> int:
    """Resident memory of a process."""
    said = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, check=True)
    return int(said.stdout) // 1024


# --- in the browser ---


def browser_rows(path: Path, moves: int, openings: int) -> Iterator[Row]:
    """What a person waits for."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = (
            shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        )
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        with serving(path) as (address, _):
            opened = [opening(browser, address) for _ in range(1 + openings)]
            yield Row("page open to first colours, server just started", "", opened[:1])
            yield Row("page open to first colours", "<= 1500 ms", opened[1:])
        with serving() as (address, _):
            for name, script in (("WebGL2", ""), ("plain canvas", WITHOUT_WEBGL)):
                times, rests = moving(browser, address, path, moves, script)
                yield Row(f"moved point to new colours, {name}", "p50 <= 60 ms, p95 <= 120 ms", times)
                yield Row(f"to the whole answer, when it rests, {name}", "", rests)
        browser.close()


def opening(browser: Any, address: str) -> float:
    """Milliseconds from the page's opening to the first colours of the picture that it opens by itself."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.goto(address, wait_until="commit")
        told = page.wait_for_function(TOLD, timeout=PATIENCE)
        return float(told.json_value())


def moving(browser: Any, address: str, path: Path, moves: int, script: str) -> list[list[float]]:
    """Milliseconds of each move of a point, until a draft at least; and until the whole answer, of every twelfth."""
    with browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        if script:
            context.add_init_script(script)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(address)
        page.set_input_files("#file", str(path))
        page.wait_for_selector(COLORED)
        renderer = page.locator("#canvas").get_attribute("data-renderer")
        if renderer != ("plain" if script else "webgl2"):
            raise SystemExit(f"the canvas is drawn by {renderer}: this Chromium cannot do what was asked for")
        box = page.locator("#canvas").bounding_box()
        spots = np.random.default_rng(1).uniform(0.2, 0.8, (1 + POINTS, 2))
        places = [[box["x"] + box["width"] * x, box["y"] + box["height"] * y] for x, y in spots]
        times, rests = page.evaluate(MOVE_POINT, [WARM + moves, places])
        return [times[WARM:], rests]


# --- over HTTP ---


@dataclass
class Person:
    """Somebody who drags points on a picture of their own."""

    address: str
    number: int
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    id: str = ""

    def __post_init__(self) -> None:
        self._line = http.client.HTTPConnection(urlsplit(self.address).netloc, timeout=120)

    def open(self, data: bytes) -> None:
        """Give the server the picture."""
        self.id = json.loads(self._call("", data, "image/jpeg"))["id"]

    def edit(self, until: float) -> None:
        """Move a point again and again."""
        step = 0
        while time.monotonic() < until:
            step += 1
            hints = [
                {
                    "point": [500 + 10 * (step % 200), 300 + 150 * self.number],
                    "color": "#8a2f1d",
                    "radius": 10,
                },
                *({"point": [600 * i, 400 * i], "color": "skyblue", "radius": 10} for i in range(1, POINTS)),
            ]
            start = time.monotonic()
            try:
                self._call(f"/{self.id}/color", json.dumps({"hints": hints, "sequence": step}).encode())
            except (OSError, http.client.HTTPException, RuntimeError) as error:
                self.errors.append(repr(error))
                self._line.close()
            self.times.append(1000 * (time.monotonic() - start))
            time.sleep(PAUSE)

    def _call(self, path: str, body: bytes, kind: str = "application/json") -> bytes:
        self._line.request("POST", f"/api/pictures{path}", body, {"content-type": kind})
        response = self._line.getresponse()
        content = response.read()
        if response.status >= 300:
            raise RuntimeError(content.decode("utf-8", "replace")[:200])
        return content


def people_rows(data: bytes, count: int, seconds: float) -> Iterator[Row]:
    """Several people at one time."""
    with serving() as (address, pid):
        people = [Person(address, number) for number in range(count)]
        for person in people:
            person.open(data)
        memory = [resident_mb(pid)]
        until = time.monotonic() + seconds
        started = [threading.Thread(target=person.edit, args=(until,)) for person in people]
        for thread in started:
            thread.start()
        time.sleep(seconds / 2)
        memory.append(resident_mb(pid))
        for thread in started:
            thread.join()
        memory.append(resident_mb(pid))
    times = list(chain.from_iterable(person.times for person in people))
    errors = list(chain.from_iterable(person.errors for person in people))
    yield Row(f"an edit, {count} people for {seconds:.0f} s", "p95 <= 600 ms", times)
    yield Row("their errors", "none", text=f"{len(errors)} {errors[0] if errors else ''}".strip())
    shown = ", ".join(f"{megabytes} MB" for megabytes in memory)
    yield Row("server's memory at the start, in the middle, at the end", "level", text=shown)


def page_row() -> Row:
    """The page itself, without examples and models."""
    from huewise.server.about_routes import WEB

    kinds = {".js", ".css", ".html", ".svg"}
    size = sum(p.stat().st_size for p in WEB.rglob("*") if p.suffix in kinds and "examples" not in p.parts)
    return Row("bytes of the page", "<= 300 kB", text=f"{size / 1000:.0f} kB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("picture", nargs="?", type=Path)
    parser.add_argument("--moves", type=int, default=60)
    parser.add_argument("--openings", type=int, default=5)
    parser.add_argument("--people", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--no-browser", action="store_true", help="HTTP and bytes only")
    options = parser.parse_args()
    data = large(options.picture)
    parts: list[Callable[[], Iterator[Row]]] = [
        lambda: iter([page_row()]),
        lambda: people_rows(data, options.people, options.seconds),
    ]
    print("| | p50 | p95 | max | wanted |\n| --- | --- | --- | --- | --- |", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.jpg"
        path.write_bytes(data)
        if not options.no_browser:
            parts.insert(0, lambda: browser_rows(path, options.moves, options.openings))
        for part in parts:
            try:
                for row in part():
                    print(row, flush=True)
            except ModuleNotFoundError as error:
                print(f"no rows of the browser: {error.name} is not installed", file=sys.stderr)


if __name__ == "__main__":
    main()
