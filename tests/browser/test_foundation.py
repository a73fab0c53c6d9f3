"""The main job: drop a picture, see it in colour, say one colour, undo, save at full resolution."""

import io
import re
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    PageServer,
    choose_color,
    click_picture,
    drop,
    hints,
    open_pictures,
    place,
    settled,
    write_photo,
)


def screen(page: Page, x: float, y: float) -> np.ndarray:
    """Mean RGB of 5 x 5 pixels of the screen at a share of the picture."""
    left, top = place(page, x, y)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    box = np.asarray(shot, float)[round(top) - 2 : round(top) + 3, round(left) - 2 : round(left) + 3]
    mean: np.ndarray = box.mean((0, 1))
    return mean


def test_a_dropped_picture_is_seen_gray_and_coloured(page: Page, photo: Path) -> None:
    drop(page, "body", photo, "dropped.jpg", "image/jpeg")
    settled(page)
    expect(page.locator(".title .name")).to_have_text("dropped.jpg")
    left, right = screen(page, 0.3, 0.9), screen(page, 0.9, 0.9)
    assert np.ptp(left) <= 1  # gray
    assert np.ptp(right) > 20


def test_the_divider_moves_by_hand_and_by_key(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    settled(page)
    assert np.ptp(screen(page, 0.7, 0.9)) > 5
    y = place(page, 0.5, 0.5)[1]
    handle = page.locator("#divider span").bounding_box()
    assert handle
    page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2)
    page.mouse.down()
    page.mouse.move(place(page, 0.9, 0.5)[0], y, steps=3)
    page.mouse.up()
    settled(page)
    assert np.ptp(screen(page, 0.7, 0.9)) <= 1
    page.locator("#divider").focus()
    page.keyboard.press("Home")
    expect(page.locator("#divider")).to_have_attribute("aria-valuenow", "2")


def test_hint_undo_redo(page: Page, photo: Path, server: PageServer) -> None:
    open_pictures(page, photo)
    settled(page)
    before = screen(page, 0.8, 0.75)
    choose_color(page, "#c02020")
    click_picture(page, 0.8, 0.8)
    red = screen(page, 0.8, 0.75)
    assert red[0] - red[1] > 40
    assert server.colorizer.opened[0].seen[-1] == 1
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert np.abs(screen(page, 0.8, 0.75) - before).max() <= 1
    expect(hints(page)).to_have_count(0)
    page.keyboard.press("Control+Shift+Z")
    settled(page)
    assert np.abs(screen(page, 0.8, 0.75) - red).max() <= 1
    expect(page.get_by_role("button", name="Redo")).to_be_disabled()


def test_what_is_saved_is_the_engine_s_picture_for_the_same_hints(
    page: Page, photo: Path, server: PageServer, tmp_path: Path
) -> None:
    open_pictures(page, photo)
    choose_color(page, "#2040c0")
    click_picture(page, 0.25, 0.5)
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as download:
        page.locator("#save-go").click()
    assert download.value.suggested_filename == "photo-color.jpg"
    path = tmp_path / "saved.jpg"
    download.value.save_as(path)
    saved = Image.open(io.BytesIO(path.read_bytes()))
    assert saved.size == (600, 400)

    where = hints(page).get_attribute("aria-label") or ""
    x, y = map(int, re.findall(r"at (\d+), (\d+)", where)[0])
    from huewise.hints import Point

    opened = server.colorizer.opened[0]
    expected = opened.colorize([Point(x, y, "#2040c0")]).encode(format="jpeg", quality=95)
    difference = np.abs(np.asarray(saved, int) - np.asarray(Image.open(io.BytesIO(expected)), int))
    assert difference.max() <= 2


def test_twenty_four_megapixels(page: Page, tmp_path: Path, server: PageServer) -> None:
    large = tmp_path / "large.jpg"
    Image.linear_gradient("L").resize((6000, 4000)).save(large)
    open_pictures(page, large)
    choose_color(page, "#20a040")
    click_picture(page, 0.7, 0.5)
    expect(hints(page)).to_have_count(1)
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as download:
        page.locator("#save-go").click()
    path = tmp_path / "saved.jpg"
    download.value.save_as(path)
    with Image.open(path) as saved:
        assert saved.size == (6000, 4000)


def test_a_file_that_is_no_picture_is_named_in_one_line(page: Page, tmp_path: Path) -> None:
    text = tmp_path / "letter.jpg"
    text.write_text("Dear Ada, this is no picture")
    page.set_input_files("#file", str(text))
    expect(page.get_by_text("This file could not be opened")).to_be_visible()
    line = page.get_by_role("alert")
    expect(line).to_contain_text("letter.jpg: ")
    assert "\n" not in line.inner_text()
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("heading", name="Give a gray picture its colour.")).to_be_visible()


def test_a_bad_file_among_good_ones_stops_nothing(page: Page, photo: Path, tmp_path: Path) -> None:
    text = tmp_path / "letter.jpg"
    text.write_text("Dear Ada, this is no picture")
    last = write_photo(tmp_path / "last.jpg", seed=2)
    open_pictures(page, photo, text, last)
    expect(page.locator("#notice p")).to_contain_text("letter.jpg: ")
    page.get_by_role("button", name="last.jpg", exact=True).click()
    settled(page)
    expect(page.locator(".title .facts")).to_contain_text("600 × 400")


def test_the_newest_hints_win_over_a_slow_answer(page: Page, photo: Path, server: PageServer) -> None:
    open_pictures(page, photo)
    settled(page)
    server.colorizer.opened[0].gate.clear()
    choose_color(page, "#c02020")
    for share in (0.1, 0.3, 0.6, 0.7, 0.8):
        page.mouse.click(*place(page, share, 0.85))
    expect(hints(page)).to_have_count(5)
    server.colorizer.opened[0].gate.set()
    settled(page)
    assert server.colorizer.opened[0].seen[-1] == 5
    assert len(server.colorizer.opened[0].seen) < 5  # those between were never asked for


def test_pictures_of_the_command_line_open_by_themselves(
    page: Page, server: PageServer, tmp_path: Path
) -> None:
    server.given.append(write_photo(tmp_path / "given.png"))
    page.reload()
    page.evaluate("sessionStorage.clear()")
    page.reload()
    settled(page)
    expect(page.locator(".title .name")).to_have_text("given.png")
