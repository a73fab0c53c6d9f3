"""Colours: whose suggestions are shown, colours by name, and which of them are remembered."""

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import (
    PageServer,
    choose_color,
    click_picture,
    hex_field,
    hints,
    open_pictures,
    open_tab,
    painted,
    place,
    settled,
    write_photo,
)
from tests.browser.test_wishes import last_options, refer

OF_HINT = "Suggestions for the selected hint"
OF_PLACE = "Suggestions under the cursor"


def suggestions(page: Page, title: str) -> Locator:
    return page.get_by_role("group", name=title).locator("button")


def off_the_picture(page: Page) -> None:
    page.mouse.move(1100, 20)
    painted(page)


def test_suggestions_follow_the_cursor_and_are_the_hint_s_again_when_it_leaves(
    page: Page, photo: Path
) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.2, 0.8)
    expect(suggestions(page, OF_HINT)).to_have_count(9)
    own = suggestions(page, OF_HINT).first.get_attribute("aria-label")
    page.mouse.move(*place(page, 0.9, 0.3))
    expect(suggestions(page, OF_PLACE)).to_have_count(9)
    there = suggestions(page, OF_PLACE).first.get_attribute("aria-label")
    assert there != own
    off_the_picture(page)
    expect(suggestions(page, OF_HINT).first).to_have_attribute("aria-label", own or "")
    page.mouse.move(*place(page, 0.2, 0.8))  # over the hint itself
    expect(suggestions(page, OF_HINT)).to_have_count(9)
    page.keyboard.press("h")  # a tool that sets no hint
    page.mouse.move(*place(page, 0.9, 0.3))
    painted(page)
    expect(suggestions(page, OF_HINT)).to_have_count(9)


def test_dark_suggestions_are_shown_in_more_light_and_taken_as_they_are(page: Page, photo: Path) -> None:
    colors = [{"color": color, "probability": 0.1} for color in ("#1c0c0a", "#0a0c1c", "#c0a080")]
    page.route("**/palette", lambda route: route.fulfill(json={"suggestions": colors}))
    open_pictures(page, photo)
    click_picture(page, 0.2, 0.8)
    expect(suggestions(page, OF_HINT)).to_have_count(3)
    off_the_picture(page)
    shown = [
        [int(v) for v in re.findall(r"\d+", one.evaluate("one => getComputedStyle(one).backgroundColor"))]
        for one in suggestions(page, OF_HINT).all()
    ]
    reddish, bluish, light = shown
    assert reddish[0] > 100 > reddish[2] and bluish[2] > 100 > bluish[0]
    assert light == [0xC0, 0xA0, 0x80], "what can be seen stays"
    suggestions(page, OF_HINT).first.click()
    expect(hex_field(page)).to_have_value("#1c0c0a")


def test_another_picture_begins_without_the_last_one_s_colour(
    page: Page, photo: Path, tmp_path: Path
) -> None:
    open_pictures(page, photo, write_photo(tmp_path / "second.jpg", seed=1))
    choose_color(page, "#2040c0")
    page.get_by_role("button", name="second.jpg", exact=True).click()
    expect(hex_field(page)).to_have_value("")


def test_a_suggestion_colours_what_its_title_names(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.2, 0.8)
    before = hex_field(page).input_value()
    suggestions(page, OF_HINT).nth(3).click()
    expect(hex_field(page)).not_to_have_value(before)
    after = hex_field(page).input_value()
    page.mouse.move(*place(page, 0.9, 0.3))
    expect(suggestions(page, OF_PLACE)).to_have_count(9)
    suggestions(page, OF_PLACE).nth(5).dispatch_event("click")  # as a finger or a key may, without the mouse
    expect(page.get_by_role("heading", name="Colour of the next hint")).to_be_visible()
    expect(hex_field(page)).not_to_have_value(after)
    hints(page).first.click()
    expect(hex_field(page)).to_have_value(after)


@pytest.mark.parametrize(
    ("written", "color"),
    [("teal", "#008080"), ("0aa", "#00aaaa"), ("#0AA", "#00aaaa"), ("ForestGreen", "#228b22")],
)  # fmt: skip
def test_colours_are_taken_as_people_write_them(page: Page, photo: Path, written: str, color: str) -> None:
    open_pictures(page, photo)
    choose_color(page, written)
    expect(hex_field(page)).to_have_value(color)


@pytest.mark.parametrize("written", ["inherit", "transparent", "bluegreenish"])
def test_what_is_no_colour_is_said(page: Page, photo: Path, written: str) -> None:
    open_pictures(page, photo)
    choose_color(page, written)
    expect(page.locator("#notice p")).to_contain_text(f"“{written}” is no colour")
    expect(hex_field(page)).to_have_value("")


def test_only_the_colour_at_release_is_remembered(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.8, 0.8)
    recent = page.get_by_role("group", name="Recent colours").locator("button")
    for name in ("hue", "chroma"):
        box = page.locator(f"#slider-{name}").bounding_box()
        assert box
        y = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + 40, y)
        page.mouse.down()
        page.mouse.move(box["x"] + 190, y, steps=10)
        page.mouse.up()
    settled(page)
    expect(recent).to_have_count(1)  # both made one colour
    expect(recent.first).to_have_attribute(
        "title",
        f"{hints(page).inner_text().split(', ')[1].split(chr(10))[0]}, {hex_field(page).input_value()}",
    )
    choose_color(page, "#3050a0")
    choose_color(page, "#30a050")
    expect(recent).to_have_count(3)


def test_wishes_are_given_only_to_pictures_that_can_have_them(
    page: Page, photo: Path, sunset: Path, tmp_path: Path, server: PageServer
) -> None:
    open_pictures(page, photo, *[write_photo(tmp_path / f"other{n}.jpg", seed=n) for n in (1, 2)])
    tiles = page.locator("#strip .show")
    expect(tiles).to_have_count(3)
    tiles.nth(2).click()
    open_tab(page, "Whole picture")
    page.get_by_label("Model").select_option("drawings")
    settled(page)
    tiles.nth(0).click()
    settled(page)
    refer(page, sunset)
    page.get_by_role("button", name="Use for all open pictures").click()
    expect(page.locator("#notice p")).to_have_text(
        "1 of the 2 other pictures has these references, saturation and vividness now. "
        "The rest is not open yet, or its model takes none of them. Undo works in each."
    )
    tiles.nth(1).click()
    settled(page)
    assert len(last_options(server, 1)["reference"]) == 1
    tiles.nth(2).click()
    settled(page)
    page.get_by_label("Model").select_option("photo")
    settled(page)
    expect(page.locator(".references li")).to_have_count(0)  # nothing was stored in the drawing


@pytest.mark.parametrize("size", [(1280, 800), (1279, 799)])
def test_one_to_one_shows_the_picture_s_own_pixels(page: Page, tmp_path: Path, size: tuple[int, int]) -> None:
    from tests.browser.test_looks import canvas_pixels

    page.set_viewport_size({"width": size[0], "height": size[1]})
    random = np.random.default_rng(3)
    from PIL import Image

    gray_hw = random.integers(0, 2, (201, 301), np.uint8) * 200 + 20  # half a pixel off, this is all gray
    Image.fromarray(gray_hw).save(tmp_path / "grain.png")
    open_pictures(page, tmp_path / "grain.png")
    page.keyboard.press("g")
    page.keyboard.press("1")
    settled(page)
    shot = canvas_pixels(page)[..., 0]
    height, width = shot.shape
    middle = shot[height // 2 - 60 : height // 2 + 40, width // 2 - 100 : width // 2 + 100]
    assert np.mean((middle < 40) | (middle > 200)) > 0.99
