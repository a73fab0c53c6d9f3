"""Wishes for the whole picture: references, saturation, vividness, the model; drawings are multiplied."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser.conftest import (
    PageServer,
    hex_field,
    kept,
    new_context,
    open_pictures,
    open_tab,
    place,
    settled,
)
from tests.browser.test_foundation import screen
from tests.browser.test_looks import NO_WEBGL


def test_a_reference_s_colours_are_taken_over_and_offered(
    page: Page, photo: Path, sunset: Path, server: PageServer
) -> None:
    open_pictures(page, photo)
    before = screen(page, 0.8, 0.9)
    open_tab(page, "Whole picture")
    page.set_input_files("#reference-file", str(sunset))
    swatches = page.get_by_role("group", name="Colours of sunset.png").locator("button")
    expect(swatches.first).to_be_visible()
    settled(page)
    after = screen(page, 0.8, 0.9)
    assert (after[0] - after[2]) - (before[0] - before[2]) > 25
    assert len(server.colorizer.opened[0].options[-1]["reference"]) == 1
    swatches.first.click()
    expect(hex_field(page)).not_to_have_value("")
    open_tab(page, "Whole picture")
    page.get_by_role("button", name="Remove sunset.png").click()
    settled(page)
    assert np.abs(screen(page, 0.8, 0.9) - before).max() <= 1


def test_a_colour_is_taken_from_the_reference(page: Page, photo: Path, sunset: Path) -> None:
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    page.set_input_files("#reference-file", str(sunset))
    picture = page.locator(".references canvas")
    expect(picture).to_have_attribute("height", "260")
    box = picture.bounding_box()
    assert box
    assert box["width"] / box["height"] == pytest.approx(2 / 3, abs=0.02)
    picture.click(position={"x": box["width"] * 0.4, "y": box["height"] / 2})
    expect(hex_field(page)).to_have_value("#d25028")


def test_a_gray_reference_says_why_not(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    page.set_input_files("#reference-file", str(photo))
    expect(page.locator("#notice p")).to_contain_text("photo.jpg cannot be a reference")


def test_saturation_and_vividness_go_with_the_picture_and_into_its_file(
    page: Page, photo: Path, sunset: Path, server: PageServer
) -> None:
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    page.get_by_label("Saturation", exact=True).fill("80")
    page.get_by_label("Vividness", exact=True).fill("100")
    page.set_input_files("#reference-file", str(sunset))
    expect(page.locator(".references li")).to_have_count(1)
    settled(page)
    options = server.colorizer.opened[0].options[-1]
    assert (options["saturation"], options["temperature"]) == (0.8, 0.05)
    page.keyboard.press("Control+s")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the hints file").click()
    wishes = json.loads(Path(download.value.path()).read_text())["global"]
    assert wishes == {"reference": ["sunset.png"], "saturation": 0.8, "temperature": 0.05}
    kept(page)
    page.reload()
    settled(page)
    options = server.colorizer.opened[-1].options[-1]
    assert (options["saturation"], len(options["reference"])) == (0.8, 1)
    open_tab(page, "Whole picture")
    page.get_by_role("button", name="Saturation: automatic").click()
    settled(page)
    assert "saturation" not in server.colorizer.opened[-1].options[-1]


@pytest.mark.parametrize("plain", [False, True])
def test_a_drawing_s_model_multiplies_and_offers_flats(
    browser: Browser, server: PageServer, photo: Path, plain: bool
) -> None:
    context = new_context(browser, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    if plain:
        page.add_init_script(NO_WEBGL)
    page.goto(server.address)
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    page.get_by_label("Model").select_option("drawings")
    expect(page.get_by_text("For line drawings.")).to_be_visible()
    settled(page)
    page.get_by_label("Flat colours").check()
    settled(page)
    opened = server.drawings.opened[0]
    assert opened.options[-1] == {"flats": True}
    expect(page.get_by_label("Saturation", exact=True)).to_be_hidden()
    made = opened.predict()
    assert made.rgb_hw3 is not None
    height, width = made.rgb_hw3.shape[:2]
    gray = screen(page, 0.3, 0.95)
    assert np.ptp(gray) <= 1
    paper = np.asarray(Image.open(photo).convert("L"), float)[378:382, 538:542].mean() / 255
    wanted = made.rgb_hw3[int(height * 0.95), int(width * 0.9)] * paper
    assert np.abs(screen(page, 0.9, 0.95) - wanted).max() < 3
    open_tab(page, "Colour")
    expect(page.locator("#color [role=group]")).to_be_hidden()
    open_tab(page, "Ask me")
    expect(page.get_by_text("This model asks nothing.")).to_be_visible()
    context.close()


def test_what_there_is_to_know_of_flats_is_said_when_it_is_new(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    page.get_by_label("Flat colours").check()
    expect(page.locator("#notice p")).to_have_text("photo.jpg: 0 hints – flats.", timeout=20_000)
    page.get_by_role("button", name="Dismiss").click()
    page.mouse.click(*place(page, 0.3, 0.5))
    expect(page.locator("#notice p")).to_have_text("photo.jpg: 1 hints – flats.", timeout=20_000)


def test_flats_of_a_photograph_lie_on_its_drawing(page: Page, photo: Path, server: PageServer) -> None:
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    page.keyboard.press("Escape")
    before = screen(page, 0.3, 0.5)  # the dark disc, gray
    page.get_by_label("Flat colours").check()
    settled(page)
    assert server.colorizer.opened[0].options[-1] == {"flats": True}
    assert screen(page, 0.3, 0.5).min() > 250  # the engine without a model makes white paper of every picture
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert np.abs(screen(page, 0.3, 0.5) - before).max() <= 1


def test_suggestions_follow_the_wishes(page: Page, photo: Path, sunset: Path, server: PageServer) -> None:
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    page.set_input_files("#reference-file", str(sunset))
    expect(page.locator(".references li")).to_have_count(1)
    settled(page)
    open_tab(page, "Colour")
    with page.expect_response("**/palette"):
        page.mouse.move(*place(page, 0.7, 0.6))
    assert len(server.colorizer.opened[0].asked_with[-1]["reference"]) == 1


def test_the_tone_of_the_paper_is_told_of_and_can_be_kept(page: Page, tmp_path: Path) -> None:
    sepia = tmp_path / "sepia.png"
    gray = np.asarray(Image.linear_gradient("L").rotate(90).resize((600, 400)), float)[..., None] / 255
    tone = np.array([26.0, 2.0, -30.0]) * 4 * gray * (1 - gray)
    Image.fromarray(np.clip(gray * 255 + tone, 0, 255).astype(np.uint8)).save(sepia)
    open_pictures(page, sepia)
    expect(page.locator("#notice p")).to_contain_text("toned paper, its tint is dropped")
    expect(page.locator(".title .facts")).to_contain_text("its tint is dropped")
    page.keyboard.press("c")
    before = screen(page, 0.5, 0.2)
    open_tab(page, "Whole picture")
    page.get_by_label("Keep the paper's tone").check()
    settled(page)
    expect(page.locator(".title .facts")).to_contain_text("its tint is kept")
    after = screen(page, 0.5, 0.2)
    assert (after[0] - after[2]) - (before[0] - before[2]) > 25
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as download:
        page.locator("#save-go").click()
    saved = np.asarray(Image.open(download.value.path()).convert("RGB"), float)
    assert np.abs(saved[78:83, 298:303].mean((0, 1)) - after).max() < 4
    page.get_by_role("button", name="Undo").click()
    settled(page)
    assert np.abs(screen(page, 0.5, 0.2) - before).max() <= 1

    page.get_by_role("button", name="Redo").click()
    hints = tmp_path / "hints.json"
    hints.write_text('{"huewise": 1, "global": {"saturation": 0.3}}')  # says nothing of the tone
    page.set_input_files("#file", str(hints))
    expect(page.get_by_role("button", name="Saturation: automatic")).to_be_visible()
    settled(page)
    expect(page.get_by_label("Keep the paper's tone")).to_be_checked()


def test_gray_paper_has_no_tone_to_be_kept(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    expect(page.get_by_label("Keep the paper's tone")).to_be_hidden()


def test_flats_can_be_saved_in_layers_and_nothing_else_can(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    formats = page.locator("#save-format option:not([hidden])")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(formats).to_have_count(6)
    page.keyboard.press("Escape")
    open_tab(page, "Whole picture")
    page.get_by_label("Flat colours").check()
    settled(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(formats).to_have_count(7)
    page.get_by_label("Format").select_option("ora")
    expect(page.get_by_label("16 bits a channel")).to_be_hidden()
    wishes: list[dict] = []

    def take(route: Route) -> None:
        wishes.append(route.request.post_data_json)
        route.fulfill(status=200, body=b"PK", content_type="image/openraster")

    page.route("**/export", take)
    with page.expect_download() as download:
        page.locator("#save-go").click()
    assert download.value.suggested_filename == "photo-color.ora"
    assert wishes[0]["format"] == "ora" and wishes[0]["global"]["flats"] is True
