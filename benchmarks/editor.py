"""How quick the editor is: `python benchmarks/editor.py [--fake]`, on an otherwise quiet machine.

Prints, for a 12-megapixel JPEG on this machine's Chromium and server together:
the time from choosing the file to its first colours on screen; the time from a moved point to new colours on screen
(median and 95th percentile of 100 moves); and, for eight people who each drag a point for a while, the time of an
edit at the server (median, 95th percentile), errors, and the server's memory before and after.
"""

import argparse
import asyncio
import io
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageFilter

MOVES = 100
PEOPLE = 8
FLAGS = ["--no-sandbox", "--disable-background-networking", "--no-first-run", "--enable-unsafe-swiftshader"]
SERVE_FAKE = """
from tests.server.fake_engine import FakeColorizer
from huewise.server import serve
colorizer = FakeColorizer()
serve(lambda name: colorizer, port=0, open_browser=False)
"""
SERVE = """
from huewise.engine import Colorizer
from huewise.server import serve
serve(Colorizer.load, port=0, open_browser=False)
"""
MOVE_POINT = """
async ([moves, left, top]) => {
  const stage = document.querySelector("#stage");
  const canvas = document.querySelector("#canvas");
  const frame = () => new Promise(requestAnimationFrame);
  const send = (kind, x, y) => canvas.dispatchEvent(new PointerEvent(kind, {
    pointerId: 1, pointerType: "mouse", clientX: x, clientY: y, bubbles: true, button: 0 }));
  canvas.setPointerCapture = () => {};
  send("pointerdown", left, top);
  const times = [];
  for (let i = 1; i <= moves; i += 1) {
    const start = performance.now();
    send("pointermove", left + 2 * (i % 40), top + (i % 7));
    do await frame(); while (stage.dataset.colored !== "up to date");
    times.push(performance.now() - start);
    await new Promise((done) => setTimeout(done, 30));
  }
  send("pointerup", left, top);
  return times;
}
"""


def picture() -> bytes:
    """12 megapixels with soft shapes and grain, as JPEG."""
    random = np.random.default_rng(0)
    coarse = Image.fromarray(random.integers(0, 255, (60, 80), dtype=np.uint8)).resize((4000, 3000))
    grain = random.normal(0, 3, (3000, 4000))
    gray_hw = np.asarray(coarse.filter(ImageFilter.GaussianBlur(9)), float) + grain
    out = io.BytesIO()
    Image.fromarray(np.clip(gray_hw, 0, 255).astype(np.uint8)).save(out, "JPEG", quality=90)
    return out.getvalue()


def percentiles(times: list[float]) -> str:
    return f"median {statistics.median(times):.0f} ms, 95th percentile {np.percentile(times, 95):.0f} ms"


def in_browser(address: str, path: Path) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.set_input_files("#file", str(path))  # the first time loads the code and the model
        page.wait_for_selector("#stage[data-colored='up to date']")
        page.get_by_role("button", name="Close the picture").click()
        start = time.monotonic()
        page.set_input_files("#file", str(path))
        page.wait_for_selector("#stage[data-colored='up to date']")
        print(f"first colours of 12 megapixels: {1000 * (time.monotonic() - start):.0f} ms")
        box = page.locator("#canvas").bounding_box()
        assert box
        place = [box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.4]
        times = page.evaluate(MOVE_POINT, [MOVES, *place])
        renderer = page.locator("#canvas").get_attribute("data-renderer")
        print(f"from a moved point to new colours: {percentiles(times)} ({renderer})")
        browser.close()


def memory(pid: int) -> int:
    """Resident megabytes."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) // 1024


async def eight_people(address: str, data: bytes, seconds: float, pid: int) -> None:
    def call(path: str, body: bytes, kind: str = "application/json") -> bytes:
        request = urllib.request.Request(address + path, body, {"content-type": kind})
        with urllib.request.urlopen(request, timeout=60) as response:
            content: bytes = response.read()
        return content

    times: list[float] = []
    errors: list[Exception] = []

    async def person(number: int) -> None:
        opened: dict[str, Any] = json.loads(await asyncio.to_thread(call, "api/pictures", data, "image/jpeg"))
        ends = time.monotonic() + seconds
        for step in range(1_000_000):
            if time.monotonic() > ends:
                return
            hint = {"point": [500 + 10 * (step % 300), 800 + 50 * number], "color": "#8a2f1d", "radius": 10}
            body = json.dumps({"hints": [hint], "sequence": step}).encode()
            start = time.monotonic()
            try:
                await asyncio.to_thread(call, f"api/pictures/{opened['id']}/color", body)
            except OSError as error:
                errors.append(error)
            times.append(1000 * (time.monotonic() - start))
            await asyncio.sleep(0.1)

    before = memory(pid)
    await asyncio.gather(*(person(number) for number in range(PEOPLE)))
    print(
        f"eight people for {seconds:.0f} s: {percentiles(times)}, {len(times)} edits, {len(errors)} errors, ",
        end="",
    )
    print(f"{before} MB before, {memory(pid)} MB after")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--fake", action="store_true", help="the tests' engine: server and page by themselves"
    )
    parser.add_argument("--seconds", type=float, default=60)
    options = parser.parse_args()
    code = SERVE_FAKE if options.fake else SERVE
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout
        address = next(word for word in server.stdout.readline().split() if word.startswith("http"))
        data = picture()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "large.jpg"
            path.write_bytes(data)
            in_browser(address, path)
        asyncio.run(eight_people(address, data, options.seconds, server.pid))
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
