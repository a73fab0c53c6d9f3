"""What the editor promises beside the main job: looks, brush sizes, suggestions, drops, deep files, phones."""

import json
import re
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import (
    PageServer,
    choose_color,
    click_picture,
    drop,
    hints,
    new_context,
    open_pictures,
    open_tab,
    painted,
    place,
)
from tests.browser.test_editor import drag, where
from tests.browser.test_foundation import screen


def hints_file(page: Page) -> list[dict[str, object]]:
    page.keyboard.press("Control+s")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the hints file").click()
    expect(page.locator("#notice p")).to_contain_text("-hints.json")
    entries: list[dict[str, object]] = json.loads(Path(download.value.path()).read_text())["hints"]
    return entries


def test_the_gray_picture_shows_as_long_as_x_is_held(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    assert np.ptp(screen(page, 0.9, 0.9)) > 20
    page.keyboard.down("x")
    painted(page)
    assert np.ptp(screen(page, 0.9, 0.9)) <= 1
    page.keyboard.up("x")
    painted(page)
    assert np.ptp(screen(page, 0.9, 0.9)) > 20


def test_a_brush_twice_as_large_paints_twice_as_wide(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    page.keyboard.press("b")
    size = page.get_by_label("Brush size")
    size.fill("20")
    drag(page, (0.1, 0.9), (0.5, 0.9))
    size.fill("40")
    drag(page, (0.1, 0.7), (0.5, 0.7))
    narrow, wide = (float(str(entry["width"])) for entry in hints_file(page))
    assert wide == pytest.approx(2 * narrow, rel=0.02)
    page.locator("#canvas").focus()
    page.keyboard.press("]")
    expect(size).to_have_value("50")
    page.keyboard.press("[")
    expect(size).to_have_value("40")


def test_strokes_and_regions_are_moved_as_points_are(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    page.keyboard.press("b")
    drag(page, (0.1, 0.9), (0.5, 0.9))
    before = where(page)
    page.keyboard.press("p")
    drag(page, (0.3, 0.9), (0.3, 0.8))
    assert where(page) == pytest.approx((before[0], before[1] - 40), abs=2)
    expect(hints(page)).to_have_count(1)


def test_the_space_bar_moves_the_picture_whatever_the_tool(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    page.locator("#canvas").focus()
    page.keyboard.down(" ")
    drag(page, (0.7, 0.7), (0.8, 0.8))
    page.keyboard.up(" ")
    expect(hints(page)).to_have_count(0)
    click_picture(page, 0.6, 0.3)
    assert where(page) == pytest.approx((300, 80), abs=3)


def test_nine_suggestions_follow_the_place_and_the_hints(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    swatches = page.locator("#color .swatches button.swatch")

    page.mouse.move(*place(page, 0.7, 0.6))
    expect(swatches).to_have_count(9)
    expect(swatches.first).to_have_attribute("aria-label", re.compile("^Suggestion 1: "))
    first = swatches.first.get_attribute("aria-label") or ""
    page.mouse.move(*place(page, 0.9, 0.6))
    expect(swatches.first).not_to_have_attribute("aria-label", first)
    with page.expect_request("**/palette") as asked:
        page.mouse.click(*place(page, 0.9, 0.6))
    assert len(asked.value.post_data_json["hints"]) == 1


def test_a_colour_picture_dropped_on_the_whole_picture_is_a_reference(page: Page, photo: Path) -> None:
    sunset = photo.parent / "sunset.png"
    Image.new("RGB", (40, 30), (210, 80, 40)).save(sunset)
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    drop(page, "#whole .references", sunset, "sunset.png", "image/png")
    expect(page.get_by_role("group", name="Colours of sunset.png").locator("button").first).to_be_visible()
    expect(page.locator("#strip")).to_be_hidden()


def test_sixteen_bits_and_what_the_file_knew_are_kept(page: Page, tmp_path: Path) -> None:
    deep = tmp_path / "deep.tif"
    gray_hw = np.linspace(9000, 60000, 600 * 400).reshape(400, 600).astype(np.uint16)
    Image.fromarray(gray_hw).save(deep, dpi=(300, 300), description="Aunt Ada")
    open_pictures(page, deep)
    expect(page.locator(".title .facts")).to_contain_text("16 bit")
    page.keyboard.press("Control+s")
    expect(page.get_by_label("16 bits a channel")).to_be_checked()
    path = tmp_path / "saved.tif"
    with page.expect_download() as download:
        page.locator("#save-go").click()
    assert download.value.suggested_filename == "deep-color.tif"
    download.value.save_as(path)
    with Image.open(path) as saved:
        assert saved.tag_v2[258] == (16, 16, 16)  # type: ignore[attr-defined]
        assert "Aunt Ada" in str(saved.tag_v2[270])  # type: ignore[attr-defined]
        assert float(saved.info["dpi"][0]) == pytest.approx(300, abs=1)


def test_quality_makes_the_file_smaller(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    sizes = []
    for quality in ("100", "50"):
        page.keyboard.press("Control+s")
        page.get_by_label("Format").select_option("webp")
        page.get_by_label("Quality").fill(quality)
        with page.expect_download() as download:
            page.locator("#save-go").click()
        assert download.value.suggested_filename == "photo-color.webp"
        sizes.append(Path(download.value.path()).stat().st_size)
    assert sizes[1] < 0.7 * sizes[0]


def test_a_long_name_leaves_room_for_everything_on_a_phone(
    browser: Browser, server: PageServer, photo: Path
) -> None:
    long = photo.rename(photo.with_name("grandmother-and-her-sisters-at-the-lake-in-1931.jpg"))
    context = new_context(
        browser, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, device_scale_factor=2
    )
    page = context.new_page()
    page.goto(server.address)
    open_pictures(page, long)
    assert page.evaluate("innerWidth") == 360  # a phone widens the page for what sticks out
    save = page.get_by_role("button", name="Save", exact=True).bounding_box()
    assert save
    assert save["x"] + save["width"] <= 360
    choose = page.locator("#sheet")
    choose.tap()
    choose_color(page, "#204080")
    context.close()


def test_all_pictures_saved_as_their_files_keep_their_bits(page: Page, photo: Path, tmp_path: Path) -> None:
    deep = tmp_path / "scan.png"
    Image.fromarray(np.linspace(0, 65535, 120 * 80).reshape(80, 120).astype(np.uint16)).save(deep)
    open_pictures(page, photo, deep)
    page.get_by_role("button", name="photo.jpg", exact=True).click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("All open pictures, in one ZIP file").check()
    with page.expect_download() as download:
        page.locator("#save-go").click()
    with zipfile.ZipFile(download.value.path()) as files:
        saved = files.read("scan-color.png")
    assert saved[24] == 16  # bits a sample, in a PNG's header
