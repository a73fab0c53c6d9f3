"""What is painted: both renderers alike and like the saved file; three sizes, light and dark, without barriers."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import (
    PageServer,
    choose_color,
    click_picture,
    hints,
    new_context,
    open_pictures,
    settled,
    watch,
    write_photo,
)

NO_WEBGL = """
const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, options) {
    return kind === "webgl2" ? null : real.call(this, kind, options);
};
"""


def canvas_pixels(page: Page) -> np.ndarray:
    """The stage without what lies over it."""
    page.evaluate(
        "() => document.querySelectorAll('#overlay, #divider, .zoom, .tag').forEach(e => e.style.visibility = 'hidden')"
    )
    settled(page)
    shot = page.locator("#canvas").screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"), int)


def show_colored(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    choose_color(page, "#d02060")
    click_picture(page, 0.25, 0.5)
    click_picture(page, 0.62, 0.4)
    page.keyboard.press("Escape")
    page.keyboard.press("c")


@pytest.mark.parametrize("zoom", [None, "1", "wheel"])
def test_both_renderers_paint_the_same(
    browser: Browser, server: PageServer, photo: Path, zoom: str | None
) -> None:
    pixels = []
    for plain in (False, True):
        context = new_context(browser, viewport={"width": 900, "height": 640})
        page = context.new_page()
        if plain:
            page.add_init_script(NO_WEBGL)
        page.goto(server.address)
        show_colored(page, photo)
        expect(page.locator("#canvas")).to_have_attribute("data-renderer", "plain" if plain else "webgl2")
        if zoom == "1":
            page.keyboard.press("1")
        if zoom == "wheel":
            fitted = page.locator("#zoom").inner_text()
            page.mouse.move(300, 300)
            page.mouse.wheel(0, 700)
            expect(page.locator("#zoom")).not_to_have_text(fitted)
        pixels.append(canvas_pixels(page))
        context.close()
    assert np.ptp(pixels[0], axis=2).max() > 60  # there is colour to compare
    # a pixel at the picture's edge may fall to either side of it
    inner = [one[2:-2, 2:-2] for one in pixels]
    different = np.abs(inner[0] - inner[1]).max(axis=2)
    assert np.mean(different > 2) < 0.001
    assert np.percentile(different, 99.8) <= 2


def test_the_screen_shows_what_is_saved(page: Page, tmp_path: Path, server: PageServer) -> None:
    """At one to one, against the engine's own guided upsampling of the same small map."""
    from huewise.engine.render import render
    from huewise.hints import Point

    photo = write_photo(tmp_path / "photo.png", 600, 400)
    open_pictures(page, photo)
    choose_color(page, "#d02060")
    click_picture(page, 0.25, 0.5)
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.press("1")
    where = hints(page).get_attribute("aria-label") or ""
    x, y = map(int, re.findall(r"at (\d+), (\d+)", where)[0])
    opened = server.colorizer.opened[0]
    expected = render(opened.picture.lightness, opened.predict([Point(x, y, "#d02060")]).ab_hw2).astype(int)
    shot = canvas_pixels(page)
    height, width = shot.shape[:2]
    top, left = round((height - 400) / 2), round((width - 600) / 2)
    best = min(
        float(np.abs(shot[t : t + 400, s : s + 600] - expected).mean())
        for t in range(top - 25, top + 3)
        for s in range(left - 2, left + 3)
    )
    assert best < 0.8


def problems(page: Page) -> list[str]:
    results = Axe().run(page)
    return [
        f"{found['id']} ({found['impact']}): {found['help']}: {[node['html'][:120] for node in found['nodes'][:3]]}"
        for found in results.response["violations"]
        if found["impact"] in {"serious", "critical", "moderate"}
    ]


def test_a_phone_that_lies_keeps_most_of_its_height_for_the_picture(page: Page, photo: Path) -> None:
    page.set_viewport_size({"width": 844, "height": 390})
    open_pictures(page, photo)
    stage, tools = (page.locator(part).bounding_box() for part in ("#stage", "#tools"))
    assert stage and tools and stage["height"] > 300 and stage["width"] > 400
    assert tools["x"] + tools["width"] <= stage["x"]
    assert page.get_by_role("tab", name="Ask me").is_visible(), "no sheet hides it"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 768, 360])
def test_no_barrier_and_nothing_sticks_out(
    browser: Browser, server: PageServer, photo: Path, width: int, scheme: str
) -> None:
    context = new_context(
        browser,
        viewport={"width": width, "height": 780},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,  # axe puts its script into the page
    )
    page = context.new_page()
    complaints: list[str] = []
    watch(page, server, complaints)

    colorful = photo.parent / "colorful.png"
    Image.merge("RGB", [Image.effect_noise((60, 40), spread) for spread in (20, 60, 120)]).save(colorful)

    def look(what: str) -> None:
        assert problems(page) == [], what
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, what

    page.goto(server.address)
    page.get_by_role("button", name="Choose pictures").wait_for()
    look("start")
    open_pictures(page, photo, write_photo(photo.parent / "other.jpg", seed=1))
    expect(page.locator("#strip .show")).to_have_count(2)
    look("editor")
    click_picture(page, 0.7, 0.5)
    if width < 860:
        page.locator("#sheet").click()
    page.locator("#color .swatches button.swatch").first.click()
    settled(page)
    look("editor with a hint")
    page.get_by_role("tab", name="Ask me").click()
    expect(page.locator(".answer canvas:not(.empty)")).to_have_count(3)
    look("asking")
    page.get_by_role("tab", name="Whole picture").click()
    page.set_input_files("#reference-file", str(colorful))
    expect(page.locator(".references .swatch").first).to_be_visible()
    look("whole picture")
    page.get_by_role("tab", name="Colour").click()
    page.get_by_role("button", name="Save", exact=True).click()
    look("save card")
    page.keyboard.press("Escape")
    if width < 560:
        page.get_by_role("button", name="More", exact=True).click()
        look("more")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    look("help card")
    page.goto(server.address + "api/docs")
    page.get_by_text("/api/health").first.wait_for()
    look("interface")
    context.close()
    assert not complaints


def test_a_phone_reaches_what_has_no_room_in_the_bar(
    browser: Browser, server: PageServer, photo: Path
) -> None:
    context = new_context(
        browser, viewport={"width": 360, "height": 640}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = context.new_page()
    page.goto(server.address)
    open_pictures(page, photo)
    more = page.get_by_role("button", name="More", exact=True)

    def tap(name: str) -> None:
        more.tap()
        page.locator("#more").get_by_role("button", name=name).tap()
        expect(page.locator("#more")).to_be_hidden()

    for name, compare in (("Gray only", "gray"), ("Side by side", "side")):
        tap(name)
        chosen = page.locator(f"#compare [data-compare={compare}]")
        expect(chosen).to_have_attribute("aria-checked", "true")
        expect(chosen).to_be_visible()  # so that one sees where one is
    assert page.evaluate("innerWidth") == 360
    page.get_by_role("button", name="One to one").tap()
    expect(page.locator("#zoom")).to_have_text("100 %")
    page.get_by_role("button", name="Hide the marks of hints").tap()
    expect(page.locator("#marks")).to_have_attribute("aria-pressed", "true")
    tap("Keyboard shortcuts")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.get_by_role("button", name="Close", exact=True).tap()
    with page.expect_file_chooser():
        tap("Open more pictures")
    more.tap()
    page.keyboard.press("Escape")
    expect(page.locator("#more")).to_be_hidden()
    tap("Close the picture")
    expect(page.get_by_role("button", name="Choose pictures")).to_be_visible()
    context.close()


def test_the_phone_has_every_tool(browser: Browser, server: PageServer, photo: Path) -> None:
    context = new_context(
        browser, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = context.new_page()
    page.goto(server.address)
    open_pictures(page, photo)
    box = page.locator("#canvas").bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] * 0.8, box["y"] + box["height"] / 2)
    settled(page)
    expect(page.locator("#sheet")).to_contain_text("Colour: ")
    page.locator("#sheet").tap()
    page.locator("#color .swatches button.swatch").nth(2).tap()
    settled(page)
    for name in ("Point", "Brush", "Region by click", "Eyedropper", "Move"):
        button = page.get_by_role("radio", name=name, exact=True)
        button.tap()
        expect(button).to_have_attribute("aria-checked", "true")
        size = button.bounding_box()
        assert size
        assert min(size["width"], size["height"]) >= 44
    context.close()
