"""Wishes are steps of the same history as hints, can be given to all open pictures, and go with files."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    PageServer,
    choose_color,
    click_picture,
    hints,
    kept,
    open_pictures,
    open_tab,
    settled,
    write_photo,
)


def last_options(server: PageServer, picture: int = -1) -> dict[str, Any]:
    return server.colorizer.opened[picture].options[-1]


def refer(page: Page, path: Path, count: int = 1) -> None:
    open_tab(page, "Whole picture")
    page.set_input_files("#reference-file", str(path))
    expect(page.locator(".references li")).to_have_count(count)
    settled(page)


def undo(page: Page) -> None:
    page.get_by_role("button", name="Undo").click()
    settled(page)


def redo(page: Page) -> None:
    page.get_by_role("button", name="Redo").click()
    settled(page)


def download_of(page: Page, button: str, path: Path) -> Path:
    page.keyboard.press("Control+s")
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    download.value.save_as(path)
    expect(page.locator("#save")).to_be_hidden()
    return path


def start_anew(page: Page) -> None:
    kept(page)
    page.evaluate("sessionStorage.clear()")
    page.goto(page.url)


def test_hints_and_wishes_are_undone_and_redone_in_their_order(
    page: Page, photo: Path, sunset: Path, server: PageServer
) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.8, 0.8)
    refer(page, sunset)
    slider = page.get_by_label("Saturation", exact=True)
    slider.focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")  # one slide, one step
    settled(page)
    page.get_by_label("Vividness", exact=True).fill("100")
    settled(page)
    assert last_options(server).keys() == {"reference", "saturation", "temperature"}
    undo(page)
    assert last_options(server).keys() == {"reference", "saturation"}
    undo(page)
    assert last_options(server).keys() == {"reference"}
    expect(page.locator("output[for=wish-saturation]")).to_have_text("automatic")
    undo(page)
    assert last_options(server) == {}
    expect(page.locator(".references li")).to_have_count(0)
    assert server.colorizer.opened[0].seen[-1] == 1
    undo(page)
    assert server.colorizer.opened[0].seen[-1] == 0
    expect(page.get_by_role("button", name="Undo")).to_be_disabled()
    for _ in range(4):
        redo(page)
    assert last_options(server).keys() == {"reference", "saturation", "temperature"}
    assert server.colorizer.opened[0].seen[-1] == 1
    expect(page.get_by_role("button", name="Redo")).to_be_disabled()


def test_the_choice_of_a_model_is_undone(page: Page, photo: Path, server: PageServer) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.8, 0.8)
    open_tab(page, "Whole picture")
    page.get_by_label("Model").select_option("drawings")
    page.get_by_label("Flat colours").check()
    settled(page)
    assert server.drawings.opened[-1].options[-1] == {"flats": True}
    undo(page)
    assert server.drawings.opened[-1].options[-1] == {}
    expect(page.get_by_label("Flat colours")).not_to_be_checked()
    undo(page)
    expect(page.get_by_label("Model")).to_have_value("auto")
    assert server.colorizer.opened[-1].seen[-1] == 1
    redo(page)
    redo(page)
    expect(page.get_by_label("Flat colours")).to_be_checked()
    assert server.drawings.opened[-1].options[-1] == {"flats": True}
    undo(page)
    page.get_by_label("Model").select_option("photo")
    page.get_by_label("Vividness", exact=True).fill("80")
    page.get_by_label("Model").select_option(
        "drawings"
    )  # which knows no vividness: the wish waits, nothing breaks
    settled(page)
    assert server.drawings.opened[-1].options[-1] == {}
    expect(page.locator("#notice")).to_be_hidden()


def test_a_model_that_cannot_be_loaded_changes_nothing(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    page.route(
        "**/api/pictures?model=drawings",
        lambda route: route.fulfill(
            status=422, json={"error": {"code": "model", "message": "it is damaged"}}
        ),
    )
    page.get_by_label("Model").select_option("drawings")
    expect(page.locator("#notice p")).to_contain_text("it is damaged")
    expect(page.get_by_label("Model")).to_have_value("auto")
    settled(page)


def test_all_open_pictures_get_the_same_wishes_and_each_undoes_them(
    page: Page, photo: Path, sunset: Path, tmp_path: Path, server: PageServer
) -> None:
    others = [write_photo(tmp_path / f"other{n}.jpg", seed=n) for n in (1, 2)]
    open_pictures(page, photo, *others)
    expect(page.locator("#strip .show")).to_have_count(3)
    refer(page, sunset)
    page.get_by_label("Saturation", exact=True).fill("80")
    page.get_by_role("button", name="Use for all open pictures").click()
    expect(page.locator("#notice p")).to_contain_text("The 2 other pictures have these references")
    tiles = page.locator("#strip .show")
    for n in (1, 2):
        tiles.nth(n).click()
        settled(page)
        expect(page.locator(".references li")).to_have_count(1)
        options = last_options(server, n)
        assert (options["saturation"], len(options["reference"])) == (0.8, 1)
    undo(page)
    assert last_options(server, 2) == {}
    expect(page.locator(".references li")).to_have_count(0)
    tiles.nth(1).click()
    settled(page)
    expect(page.locator(".references li")).to_have_count(1)  # undone in that one alone


def test_one_picture_alone_shares_nothing(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    expect(page.get_by_role("button", name="Use for all open pictures")).to_be_hidden()


def test_a_saved_palette_is_there_for_every_picture(page: Page, photo: Path, tmp_path: Path) -> None:
    open_pictures(page, photo, write_photo(tmp_path / "other.jpg", seed=1))
    choose_color(page, "#3a5f8a")
    click_picture(page, 0.8, 0.8)
    page.get_by_text("Palettes").click()
    page.get_by_label("Name of the palette").fill("Sea")
    page.get_by_role("button", name="Keep", exact=True).click()
    page.locator("#strip .show").nth(1).click()
    settled(page)
    click_picture(page, 0.8, 0.8)
    page.get_by_role("group", name="Sea").get_by_role("button").first.click()
    settled(page)
    expect(page.get_by_label("Colour as hex")).to_have_value("#3a5f8a")
    expect(hints(page)).to_have_count(1)


def test_a_hints_file_finds_its_references_among_what_came_with_it(
    page: Page, photo: Path, sunset: Path, tmp_path: Path, server: PageServer
) -> None:
    path = tmp_path / "hand.json"
    told = {"reference": ["family/sunset.png", "lost.jpg"], "saturation": 0.4}
    path.write_text(json.dumps({"huewise": 1, "hints": [], "global": told, "model": "drawn-by-nobody"}))
    open_pictures(page, photo)
    page.set_input_files("#file", [str(path), str(sunset)])
    expect(page.locator("#notice p")).to_contain_text("not found: lost.jpg, model drawn-by-nobody")
    settled(page)
    options = last_options(server)
    assert (options["saturation"], len(options["reference"])) == (0.4, 1)
    expect(page.locator("#strip")).to_be_hidden()  # the reference was not opened beside it
    undo(page)
    assert last_options(server) == {}
    page.set_input_files("#file", str(path))  # it is not there any more, and undo does not count
    expect(page.locator("#notice p")).to_contain_text("not found: sunset.png, lost.jpg")


def test_a_project_holds_its_references(
    page: Page, photo: Path, sunset: Path, tmp_path: Path, server: PageServer
) -> None:
    second = write_photo(tmp_path / "second.jpg", seed=1)
    open_pictures(page, photo, second)
    expect(page.locator("#strip .show")).to_have_count(2)
    refer(page, sunset)
    page.get_by_label("Saturation", exact=True).fill("80")
    page.get_by_role("button", name="Use for all open pictures").click()
    colored = page.locator("#strip .show").nth(1)
    colored.click()
    settled(page)
    path = download_of(page, "Save the project", tmp_path / "album.json")
    saved = json.loads(path.read_text())
    assert [len(entry["references"]) for entry in saved["pictures"]] == [1, 1]
    assert len(saved["references"]) == 1  # held once

    start_anew(page)
    page.set_input_files("#file", [str(path), str(photo), str(second)])
    settled(page)
    for n in (0, 1):
        page.locator("#strip .show").nth(n).click()
        open_tab(page, "Whole picture")
        expect(page.locator(".references .swatch").first).to_be_visible()
        settled(page)
        options = last_options(server, 2 + n)
        assert (options["saturation"], len(options["reference"])) == (0.8, 1)
        expect(page.get_by_role("button", name="Undo")).to_be_disabled()


def test_a_project_finds_a_reference_that_it_does_not_hold(
    page: Page, photo: Path, sunset: Path, tmp_path: Path, server: PageServer
) -> None:
    open_pictures(page, photo)
    refer(page, sunset)
    path = download_of(page, "Save the project", tmp_path / "album.json")
    project = json.loads(path.read_text())
    del project["references"][0]["data"]  # as it is where the reference is large
    path.write_text(json.dumps(project))
    start_anew(page)
    page.set_input_files("#file", [str(path), str(photo)])
    expect(page.locator("#notice p")).to_contain_text("album.json: not found: sunset.png")
    settled(page)
    assert last_options(server) == {}
    page.set_input_files("#file", [str(path), str(sunset)])
    open_tab(page, "Whole picture")
    expect(page.locator(".references li")).to_have_count(1)
    settled(page)
    assert len(last_options(server)["reference"]) == 1
    expect(page.locator("#strip")).to_be_hidden()
