"""A server with the fake engine, Debian's Chromium, and a page that has to stay free of errors.

Skipped in one line where no Chromium is found, unless HUEWISE_DEMAND_BROWSER is set.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageFilter
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect, sync_playwright

from huewise.server import Settings, create_app
from huewise.server.about_routes import ModelAnswer
from huewise.server.serve import listen
from tests.server.fake_engine import FakeColorizer, FakeSpec

FLAGS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--enable-unsafe-swiftshader",  # WebGL without a graphics card
]
NEXT_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
PATIENCE = 180_000  # milliseconds that anything may take: no test here may depend on the machine's speed
HARMLESS = ("GPU stall",)  # of Chromium's software WebGL when a screenshot is taken


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-images", action="store_true", help="write README's pictures of the page")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not found:
        wanted = "no Chromium here: apt-get install chromium"
        if os.environ.get("HUEWISE_DEMAND_BROWSER"):
            pytest.fail(wanted)
        pytest.skip(wanted)
    return found


class PageServer:
    """The application on a port of its own; can be stopped and started again, forgetting everything."""

    def __init__(self) -> None:
        self.colorizer: Any = FakeColorizer()
        self.drawings = FakeColorizer(kind="rgb", spec=FakeSpec("drawings", bins="", global_hints=False))
        self.given: list[Path] = []
        self._socket = listen("127.0.0.1", 0)
        self.port = int(self._socket.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}/"

    def start(self) -> None:
        import uvicorn

        sockets = [self._socket if self._socket.fileno() >= 0 else listen("127.0.0.1", self.port)]
        app = create_app(
            lambda name: self.drawings if name == "drawings" else self.colorizer,
            settings=Settings(),
            given=self.given,
            list_models=lambda: [
                ModelAnswer(name="photo", note="For photographs.", automatic_for="photograph"),
                ModelAnswer(name="drawings", note="For line drawings.", automatic_for="drawing"),
            ],
        )
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
        self._server.capture_signals = _no_signals  # type: ignore[method-assign]
        self._thread = threading.Thread(target=self._server.run, args=(sockets,))
        self._thread.start()

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(20)
        self._socket.close()


class _no_signals:  # noqa: N801 - a context manager in place of uvicorn's
    def __enter__(self) -> None: ...
    def __exit__(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[PageServer]:
    server = PageServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def new_context(browser: Browser, **options: Any) -> BrowserContext:
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = new_context(browser, viewport={"width": 1280, "height": 800}, accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, server: PageServer) -> Iterator[Page]:
    """The page, opened; fails the test if it logs an error, throws, or asks another site for anything."""
    page = context.new_page()
    complaints: list[str] = []
    watch(page, server, complaints)
    page.goto(server.address)
    yield page
    assert not complaints


def watch(page: Page, server: PageServer, complaints: list[str]) -> None:
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def console(message: object) -> None:
        text = message.text  # type: ignore[attr-defined]
        expected = any(one in text for one in HARMLESS) or "Failed to load resource" in text
        if message.type in {"error", "warning"} and not expected:  # type: ignore[attr-defined]
            complaints.append(text)

    def request(request: Request) -> None:
        if not request.url.startswith((server.address, "blob:" + server.address, "data:")):
            complaints.append(f"asked {request.url}")

    page.on("console", console)
    page.on("request", request)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return write_photo(tmp_path / "photo.jpg")


@pytest.fixture
def sunset(tmp_path: Path) -> Path:
    """A colour picture to refer to: orange on the left, blue on the right."""
    path = tmp_path / "sunset.png"
    picture = Image.new("RGB", (200, 300), (210, 80, 40))
    picture.paste((40, 90, 160), (100, 0, 200, 300))
    picture.save(path)
    return path


def write_photo(path: Path, width: int = 600, height: int = 400, seed: int = 0) -> Path:
    """A gray picture with flat parts, edges and some grain."""
    random = np.random.default_rng(seed)
    gray_hw = np.linspace(60, 120, width)[None, :].repeat(height, 0)
    gray_hw[height // 4 : height // 2, width // 2 : width * 3 // 4] = 210
    y, x = np.mgrid[0:height, 0:width]
    gray_hw[(x - width / 4) ** 2 + (y - height / 2) ** 2 < (height / 5) ** 2] = 30 + 20 * (seed % 5)
    gray_hw += random.normal(0, 1, gray_hw.shape)
    picture = Image.fromarray(np.clip(gray_hw, 0, 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.7))
    picture.save(path, quality=95)
    return path


def open_pictures(page: Page, *paths: Path) -> None:
    page.set_input_files("#file", [str(path) for path in paths])
    settled(page)


def drop(page: Page, selector: str, path: Path, name: str, media_type: str) -> None:
    """Drop a file on a part of the page."""
    data = page.evaluate_handle(
        """([bytes, name, type]) => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], name, {type}));
            return transfer;
        }""",
        [list(path.read_bytes()), name, media_type],
    )
    page.dispatch_event(selector, "drop", {"dataTransfer": data})


def settled(page: Page) -> None:
    """What was done is painted, nothing is on its way any more, and the last frame is painted."""
    painted(page)  # before, the stage says how things stood before
    page.wait_for_selector("#stage[data-colored='up to date']")
    painted(page)


def painted(page: Page) -> None:
    """The state is on the screen. Changes of the state are at once, so after a click or a key this is enough."""
    page.evaluate(NEXT_FRAMES)


def kept(page: Page) -> None:
    """The autosave has written everything."""
    page.wait_for_selector("#editor[data-kept='up to date']", state="attached")


def place(page: Page, x: float, y: float) -> tuple[float, float]:
    """Where a share (0..1, 0..1) of the picture is on the screen, for the picture of `write_photo` when fitted."""
    box = page.locator("#canvas").bounding_box()
    assert box
    size = page.locator(".title .facts").inner_text().split(" · ")[0].split(" × ")
    width, height = int(size[0]), int(size[1])
    side, top, below = (24, 24, 60) if box["width"] >= 400 else (0, 0, 0)
    room = (box["width"] - 2 * side, box["height"] - top - below)
    scale = min(room[0] / width, room[1] / height, 8)
    left = side + (room[0] - width * scale) / 2
    upper = top + (room[1] - height * scale) / 2
    return box["x"] + left + x * width * scale, box["y"] + upper + y * height * scale


def click_picture(page: Page, x: float, y: float) -> None:
    page.mouse.click(*place(page, x, y))
    settled(page)


def touch(page: Page, kind: str, finger: int, x: float, y: float, *, first: bool = False) -> None:
    """A finger on the picture, by its number; `first`: of those that lie on it."""
    facts = {
        "pointerId": finger,
        "pointerType": "touch",
        "clientX": x,
        "clientY": y,
        "button": 0,
        "bubbles": True,
        "isPrimary": first,
    }
    page.evaluate(
        """([kind, facts]) => {
            const canvas = document.querySelector("#canvas");
            canvas.setPointerCapture = () => {};
            canvas.dispatchEvent(new PointerEvent(kind, facts));
        }""",
        [kind, facts],
    )


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


def hints(page: Page) -> Locator:
    """The entries of the list of hints."""
    return page.locator(".hint-list .pick")


def hex_field(page: Page) -> Locator:
    return page.get_by_label("Colour as hex")


def choose_color(page: Page, color: str) -> None:
    hex_field(page).fill(color)
    page.keyboard.press("Tab")
    settled(page)
