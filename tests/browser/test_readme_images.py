"""The page at work on a shipped picture with the shipped model: README's pictures of it.

`pytest tests/browser/test_readme_images.py --write-images` writes them to docs/images.
"""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from huewise.engine import Colorizer
from huewise.server.about_routes import WEB
from tests.browser.conftest import (
    PageServer,
    choose_color,
    click_picture,
    hints,
    new_context,
    open_pictures,
    open_tab,
    settled,
    watch,
)

IMAGES = Path(__file__).parents[2] / "docs" / "images"
MOST_BYTES = 200_000


@pytest.fixture
def real(server_of_the_shipped_model: PageServer, browser: Browser) -> Iterator[Page]:
    """The page in a window of 1280 x 800, with the shipped model behind it."""
    context = new_context(browser, viewport={"width": 1280, "height": 800}, color_scheme="light")
    page = context.new_page()
    complaints: list[str] = []
    watch(page, server_of_the_shipped_model, complaints)
    page.goto(server_of_the_shipped_model.address)
    yield page
    context.close()
    assert not complaints


@pytest.fixture
def server_of_the_shipped_model() -> Iterator[PageServer]:
    server = PageServer()
    server.colorizer = Colorizer.load("photo")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return IMAGES if request.config.getoption("--write-images", default=False) else tmp_path


def write(page: Page, path: Path) -> np.ndarray:
    """A picture of the window, as a small file; its pixels."""
    page.mouse.move(4, 400)  # away from what shows a tooltip
    settled(page)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.save(path, quality=82, method=6)
    assert path.stat().st_size < MOST_BYTES
    return np.asarray(shot, int)


def test_hints_on_a_photograph(real: Page, folder: Path) -> None:
    open_pictures(real, *[WEB / "examples" / name for name in ("homestead.jpg", "fishing.jpg", "farm.jpg")])
    real.locator("#divider").focus()
    for _ in range(2):
        real.keyboard.press("PageDown")
    for color, x, y in (("#6f7f45", 0.8, 0.94), ("#8a3b24", 0.53, 0.75), ("#7d4a3c", 0.8, 0.33)):
        real.keyboard.press("Escape")
        choose_color(real, color)
        click_picture(real, x, y)
    expect(hints(real)).to_have_count(3)
    expect(real.locator("#color .swatches button.swatch")).to_have_count(9)
    expect(real.locator("#strip canvas")).to_have_count(3)
    real.wait_for_timeout(1000)  # for the thumbnails
    pixels = write(real, folder / "editor-hints.webp")
    assert np.ptp(pixels[200:360, 700:880], axis=2).mean() > 15  # coloured at the right,
    assert np.ptp(pixels[200:600, 100:300], axis=2).mean() < 3  # gray at the left


def test_the_model_asks(real: Page, folder: Path) -> None:
    open_pictures(real, WEB / "examples" / "fishing.jpg")
    open_tab(real, "Ask me")
    expect(real.locator(".answer canvas:not(.empty)")).to_have_count(3)
    expect(real.locator("#overlay .spotlight .ring")).to_have_count(1)
    write(real, folder / "editor-ask.webp")
