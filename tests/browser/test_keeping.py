"""Nothing is lost: reload, crash, another window, a server that stops or forgets; projects and hints files."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import (
    PageServer,
    choose_color,
    click_picture,
    hints,
    kept,
    open_pictures,
    open_tab,
    place,
    settled,
    write_photo,
)
from tests.server.conftest import picture_bytes

EXAMPLE = {
    "title": "A ramp",
    "credit": "CC0",
    "picture": "ramp.png",
    "colored": "c.png",
    "width": 48,
    "height": 32,
}


def test_a_reload_goes_on_where_it_was(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    choose_color(page, "#c02020")
    click_picture(page, 0.8, 0.8)
    kept(page)
    page.reload()
    settled(page)
    expect(page.locator(".title .name")).to_have_text("photo.jpg")
    expect(hints(page)).to_have_count(1)


def test_a_reload_shows_the_picture_that_was_shown(page: Page, photo: Path, tmp_path: Path) -> None:
    open_pictures(page, photo, write_photo(tmp_path / "second.jpg", seed=1))
    page.get_by_role("button", name="second.jpg", exact=True).click()
    expect(page.locator(".title .name")).to_have_text("second.jpg")
    kept(page)
    page.reload()
    expect(page.locator("#strip .show")).to_have_count(2)
    expect(page.locator(".title .name")).to_have_text("second.jpg")


def test_a_reload_shows_the_place_and_the_tab_that_were_shown(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    fitted = page.locator("#zoom").inner_text()
    for _ in range(3):
        page.get_by_role("button", name="Zoom in", exact=True).click()
    open_tab(page, "Whole picture")
    shown = page.locator("#zoom").inner_text()
    assert shown != fitted
    page.reload()
    settled(page)
    expect(page.get_by_role("tab", name="Whole picture")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#zoom")).to_have_text(shown)


def test_a_reload_amid_restoring_still_shows_what_was_shown(page: Page, photo: Path, tmp_path: Path) -> None:
    open_pictures(page, photo, write_photo(tmp_path / "second.jpg", seed=1))
    page.get_by_role("button", name="second.jpg", exact=True).click()
    open_tab(page, "Whole picture")
    kept(page)
    held: list[Route] = []
    page.route("**/api/pictures?*", lambda route: route.continue_() if held else held.append(route))
    page.reload()
    expect(page.locator(".title .name")).to_have_text("photo.jpg")  # the first of them, which never opens
    page.wait_for_timeout(300)
    page.reload()
    expect(page.locator("#strip .show")).to_have_count(2)
    expect(page.locator(".title .name")).to_have_text("second.jpg")
    expect(page.get_by_role("tab", name="Whole picture")).to_have_attribute("aria-selected", "true")


def test_what_is_shown_is_kept_although_what_was_shown_before_has_gone(
    page: Page, photo: Path, tmp_path: Path
) -> None:
    open_pictures(page, photo)
    page.get_by_role("button", name="Close the picture").click()
    page.reload()
    page.wait_for_timeout(600)  # the page listens a moment after it is there
    open_pictures(page, photo, write_photo(tmp_path / "second.jpg", seed=1))
    page.get_by_role("button", name="second.jpg", exact=True).click()
    kept(page)
    page.reload()
    expect(page.locator("#strip .show")).to_have_count(2)
    expect(page.locator(".title .name")).to_have_text("second.jpg")


def test_undo_and_redo_go_on_after_a_reload(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.8, 0.8)
    kept(page)
    page.mouse.click(*place(page, 0.7, 0.3))
    page.keyboard.press("Control+z")  # the same hints as were kept, and now something to redo
    expect(hints(page)).to_have_count(1)
    kept(page)
    page.reload()
    settled(page)
    page.keyboard.press("Control+Shift+z")
    expect(hints(page)).to_have_count(2)
    for left in (1, 0):
        page.keyboard.press("Control+z")
        expect(hints(page)).to_have_count(left)


def test_a_reload_in_the_middle_loses_nothing(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    kept(page)
    page.mouse.click(*place(page, 0.8, 0.8))
    page.reload()  # long before the autosave's time
    settled(page)
    expect(hints(page)).to_have_count(1)


def test_a_picture_that_is_still_being_opened_is_there_after_a_reload(page: Page, photo: Path) -> None:
    held: list[
        Route
    ] = []  # the first is never answered; taking the rule away again could hold up the next one, too
    page.route("**/api/pictures?*", lambda route: route.continue_() if held else held.append(route))
    page.set_input_files("#file", str(photo))
    expect(page.get_by_text("Looking at the picture")).to_be_visible()
    kept(page)
    assert held
    page.reload()
    settled(page)
    expect(page.locator(".title .name")).to_have_text("photo.jpg")


def test_a_new_window_offers_the_last_work(page: Page, photo: Path, tmp_path: Path) -> None:
    open_pictures(page, photo, write_photo(tmp_path / "second.jpg", seed=1))
    click_picture(page, 0.8, 0.8)
    expect(page.locator("#strip .show")).to_have_count(2)
    kept(page)
    page.evaluate("sessionStorage.clear()")  # what makes it another window
    page.goto(page.url)
    expect(page.get_by_text("Go on where you stopped")).to_be_visible()
    expect(page.locator("#resume p")).to_contain_text("photo.jpg and second.jpg")
    page.get_by_role("button", name="Go on", exact=True).click()
    settled(page)
    expect(hints(page)).to_have_count(1)
    expect(page.locator("#strip .show")).to_have_count(2)


def test_what_another_window_has_open_is_not_offered(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    kept(page)
    second = page.context.new_page()
    second.goto(page.url)
    expect(second.get_by_role("button", name="Choose pictures")).to_be_visible()
    second.wait_for_timeout(600)
    expect(second.get_by_text("Go on where you stopped")).to_be_hidden()
    page.close()
    second.reload()
    expect(second.get_by_text("Go on where you stopped")).to_be_visible()
    second.close()


def test_a_closed_picture_with_hints_can_be_had_back(page: Page, photo: Path, tmp_path: Path) -> None:
    open_pictures(page, photo, write_photo(tmp_path / "second.jpg", seed=1))
    click_picture(page, 0.8, 0.8)
    settled(page)
    page.get_by_role("button", name="Close photo.jpg").click()
    expect(page.locator("#notice p")).to_have_text("photo.jpg is closed.")
    page.get_by_role("button", name="Open it again").click()
    expect(page.locator(".title .name")).to_have_text("photo.jpg")
    settled(page)
    expect(hints(page)).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(hints(page)).to_have_count(0)


def test_a_closed_picture_with_a_wish_alone_can_be_had_back(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    page.get_by_label("Flat colours").check()
    settled(page)
    page.get_by_role("button", name="Close the picture").click()
    page.get_by_role("button", name="Open it again").click(timeout=20_000)
    settled(page)
    expect(page.get_by_label("Flat colours")).to_be_checked()


def test_work_before_the_last_is_offered_when_that_is_forgotten(
    page: Page, photo: Path, tmp_path: Path
) -> None:
    for path in (photo, write_photo(tmp_path / "second.jpg", seed=1)):
        open_pictures(page, path)
        kept(page)
        page.evaluate("sessionStorage.clear()")
        page.goto(page.url)
    expect(page.locator("#resume p")).to_contain_text("second.jpg")
    page.get_by_role("button", name="Forget it").click()
    expect(page.locator("#resume p")).to_contain_text("photo.jpg")


def test_the_start_leads_back_to_what_is_open(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    page.get_by_role("button", name="Huewise: back to the start").click()
    expect(page.get_by_role("heading", name="Give a gray picture its colour.")).to_be_visible()
    page.get_by_role("button", name="Back to the editor").click()
    expect(page.locator(".title .name")).to_have_text("photo.jpg")


def test_an_example_opens_coloured(page: Page, server: PageServer) -> None:
    page.route("**/api/examples", lambda route: route.fulfill(json=[EXAMPLE]))
    page.route("**/examples/*", lambda route: route.fulfill(body=picture_bytes(), content_type="image/png"))
    page.goto(server.address)
    page.get_by_role("button", name="A ramp").click()
    settled(page)
    expect(page.locator(".title .name")).to_have_text("ramp.png")


def test_work_can_be_forgotten(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    kept(page)
    page.evaluate("sessionStorage.clear()")
    page.goto(page.url)
    page.get_by_role("button", name="Forget it").click()
    expect(page.get_by_text("Go on where you stopped")).to_be_hidden()
    page.goto(page.url)
    expect(page.get_by_role("button", name="Choose pictures")).to_be_visible()
    expect(page.get_by_text("Go on where you stopped")).to_be_hidden()


def test_a_server_that_was_started_anew_gets_the_picture_again(
    page: Page, photo: Path, server: PageServer
) -> None:
    open_pictures(page, photo)
    choose_color(page, "#c02020")
    click_picture(page, 0.3, 0.8)
    server.stop()
    server.start()
    click_picture(page, 0.8, 0.8)
    expect(page.locator("#notice p")).to_contain_text("Nothing is lost")
    expect(hints(page)).to_have_count(2)
    assert server.colorizer.opened[-1].seen[-1] == 2


def test_a_silent_server_is_said_and_waited_for(page: Page, photo: Path, server: PageServer) -> None:
    open_pictures(page, photo)
    settled(page)
    server.stop()
    page.mouse.click(*place(page, 0.8, 0.8))
    expect(page.locator("#notice p")).to_contain_text("does not answer")
    page.mouse.click(*place(page, 0.3, 0.8))
    server.start()
    settled(page)
    expect(hints(page)).to_have_count(2)
    assert server.colorizer.opened[-1].seen[-1] == 2


def test_a_slow_network_keeps_the_hand_free(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    held: list[Route] = []
    open_road = False
    page.route("**/color", lambda route: route.continue_() if open_road else held.append(route))
    for share in (0.1, 0.4, 0.8):
        page.mouse.click(*place(page, share, 0.85))
    expect(hints(page)).to_have_count(3)
    expect(page.locator("#stage")).to_have_attribute("data-colored", "behind")
    open_road = True
    for route in held:
        route.continue_()
    settled(page)


def test_the_hints_file_of_the_page_is_read_by_the_command_line_and_back(
    page: Page, photo: Path, tmp_path: Path
) -> None:
    from huewise.hints import HintsFile

    open_pictures(page, photo)
    choose_color(page, "#2040c0")
    click_picture(page, 0.8, 0.8)
    page.keyboard.press("Control+s")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the hints file").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.name == "photo-hints.json"
    read = HintsFile.read(path, untrusted=True)
    assert read.size == (600, 400)
    assert [hint.color for hint in read.hints] == ["#2040c0"]
    page.keyboard.press("Escape")
    page.keyboard.press("Control+z")
    expect(hints(page)).to_have_count(0)
    page.set_input_files("#file", str(path))
    settled(page)
    expect(hints(page)).to_have_count(1)


def test_a_hints_file_written_by_hand_is_understood(page: Page, photo: Path, tmp_path: Path) -> None:
    path = tmp_path / "hand.json"
    entries = [
        {"point": [100, 50], "color": "skyblue"},
        {"stroke": [[10, 10], [80, 40]], "width": 12, "color": "rgb(200 30 30)"},
        {"region": [[0, 0], [90, 0], [90, 50]], "color": "lab(60 -20 30)"},
    ]
    path.write_text(json.dumps({"huewise": 1, "size": [1200, 800], "hints": entries}))
    open_pictures(page, photo)
    page.set_input_files("#file", str(path))
    expect(hints(page)).to_have_count(3)
    settled(page)
    expect(hints(page).first).to_contain_text("50, 25")  # it was made for twice the size


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{", "it is no JSON"),
        (
            '{"huewise": 1, "hints": [{"point": [9412, 230], "color": "red"}]}',
            "a hint at (9412,230), outside of the picture",
        ),
        (
            '{"huewise": 1, "hints": [{"region": [[-9, 5], [-2, 5], [-2, 40]], "color": "red"}]}',
            "a hint at (-9,5), outside of the picture",
        ),
        ("[]", "it is no hints file"),
        ('{"huewise": 1, "size": [100, 400], "hints": []}', "it is for a picture of 100 × 400"),
        ('{"huewise": 1, "hints": [{"point": [1, 1], "color": "blurple"}]}', "a colour that is not understood"),
        ('{"huewise": 1, "hints": [{"region": {"mask": "m.png"}, "color": "red"}]}', "a region that is a picture file"),
        ('{"huewise": 1, "hinst": []}', "it has the key hinst, which this page does not know"),
        (
            '{"huewise": 1, "hints": [], "global": {"paint": {"sky": "blue"}}}',
            "it has global.paint, which this page does not know",
        ),
        (
            '{"huewise": 1, "hints": [{"point": [1, 1], "color": "red", "time": 3}]}',
            "a hint with time, which this page does not know",
        ),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_says_why(
    page: Page, photo: Path, tmp_path: Path, content: str, reason: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)
    open_pictures(page, photo)
    page.set_input_files("#file", str(path))
    expect(page.locator("#notice p")).to_contain_text(reason)
    expect(page.locator("#notice p")).to_contain_text("bad.json")


def test_a_project_finds_its_pictures_again(page: Page, photo: Path, tmp_path: Path) -> None:
    second = write_photo(tmp_path / "second.jpg", seed=1)
    open_pictures(page, photo, second)
    expect(page.locator("#strip .show")).to_have_count(2)
    choose_color(page, "#c02020")
    click_picture(page, 0.8, 0.8)
    page.keyboard.press("Control+s")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the project").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    page.evaluate("sessionStorage.clear()")
    page.goto(page.url)
    renamed = photo.rename(tmp_path / "renamed.jpg")
    page.set_input_files("#file", [str(path), str(renamed), str(second)])
    settled(page)
    expect(page.locator("#strip .show")).to_have_count(2)
    page.locator("#strip .show").first.click()
    settled(page)
    expect(hints(page)).to_have_count(1)
    page.evaluate("sessionStorage.clear()")
    page.goto(page.url)
    page.set_input_files("#file", [str(path), str(second)])
    expect(page.locator("#notice p")).to_contain_text("wants photo.jpg. Drop it here, and it goes on.")
    settled(page)
    other = write_photo(tmp_path / "photo.jpg", seed=3)
    page.set_input_files("#file", str(other))
    expect(page.locator("#notice p")).to_contain_text("photo.jpg is not the picture that")
    page.set_input_files("#file", str(renamed))
    expect(page.locator("#strip .show")).to_have_count(3)
    settled(page)
    expect(hints(page)).to_have_count(1)


def test_a_copied_window_has_work_of_its_own(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.8, 0.8)
    kept(page)
    with page.context.expect_page() as copied:
        page.evaluate("() => window.open(location.href)")  # with a copy of the window's own storage
    copy = copied.value
    mine = page.evaluate("() => sessionStorage.getItem('huewise-session')")
    copy.wait_for_function(
        "mine => ![mine, null].includes(sessionStorage.getItem('huewise-session'))", arg=mine
    )
    expect(copy.get_by_role("button", name="Go on")).to_have_count(0)  # it is open where it was
    expect(copy.locator("#strip .show")).to_have_count(0)
    copy.close()
    page.reload()
    settled(page)
    expect(hints(page)).to_have_count(1)


def test_a_picture_with_hints_that_is_refused_once_is_not_forgotten(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.8, 0.8)
    kept(page)
    refused = {"error": {"code": "model-missing", "message": "no such model", "hint": ""}}
    page.route("**/api/pictures?*", lambda route: route.fulfill(status=404, json=refused))
    page.reload()
    expect(page.get_by_text("no such model").first).to_be_visible()
    page.unroute("**/api/pictures?*")
    page.reload()
    settled(page)
    expect(hints(page)).to_have_count(1)


def test_a_file_that_cannot_be_read_holds_up_no_other(page: Page, photo: Path, tmp_path: Path) -> None:
    gone = write_photo(tmp_path / "gone.jpg", seed=1)

    def refuse(route: Route) -> None:
        if gone.read_bytes() == route.request.post_data_buffer:
            route.abort()
        else:
            route.continue_()

    page.route("**/api/pictures?*", refuse)
    page.evaluate(  # as a folder, or a file that was changed on the disk
        """length => {
            const read = Blob.prototype.slice;
            const refuse = () => Promise.reject(new DOMException("", "NotReadableError"));
            Blob.prototype.slice = function (...part) {
                const cut = read.apply(this, part);
                if (this.size === length) cut.arrayBuffer = refuse;
                return cut;
            };
        }""",
        gone.stat().st_size,
    )
    open_pictures(page, gone, photo)
    expect(page.get_by_text("cannot be read").first).to_be_visible()
    expect(page.locator(".title .name")).to_have_text("photo.jpg")


def test_a_hints_file_dropped_with_its_picture_is_for_that_one(
    page: Page, photo: Path, tmp_path: Path
) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.8, 0.8)
    other = write_photo(tmp_path / "other.jpg", seed=1)
    said = tmp_path / "other-hints.json"
    points = [{"point": [50 * n, 100], "color": "teal"} for n in (1, 2, 3)]
    said.write_text(json.dumps({"huewise": 1, "size": [600, 400], "hints": points}))
    open_pictures(page, other, said)
    expect(page.locator(".title .name")).to_have_text("other.jpg")
    expect(hints(page)).to_have_count(3)
    page.get_by_role("button", name="photo.jpg", exact=True).click()
    expect(hints(page)).to_have_count(1)
