"""Editing: points, strokes, regions, colours, views, keys; each undoes as one step."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    PageServer,
    choose_color,
    click_picture,
    hex_field,
    hints,
    open_pictures,
    painted,
    place,
    settled,
    touch,
    write_photo,
)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*place(page, *start))
    page.mouse.down()
    page.mouse.move(*place(page, *end), steps=8)
    page.mouse.up()
    settled(page)


def where(page: Page, row: int = 0) -> tuple[int, int]:
    painted(page)
    label = hints(page).nth(row).get_attribute("aria-label") or ""
    x, y = re.findall(r"at (\d+), (\d+)", label)[0]
    return int(x), int(y)


def test_a_point_without_a_colour_takes_the_picture_s_own(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.8, 0.8)
    value = hex_field(page).input_value()
    assert re.fullmatch("#[0-9a-f]{6}", value)
    assert where(page) == pytest.approx((480, 320), abs=2)


def test_a_dragged_point_moves_and_undoes_in_one_step(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.2, 0.5)
    drag(page, (0.2, 0.5), (0.7, 0.8))
    assert where(page) == pytest.approx((420, 320), abs=2)
    page.keyboard.press("Control+z")
    assert where(page) == pytest.approx((120, 200), abs=2)
    page.keyboard.press("Control+z")
    expect(hints(page)).to_have_count(0)


def test_while_a_point_is_dragged_drafts_are_shown_and_then_the_whole_answer(
    page: Page, photo: Path, server: PageServer
) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.2, 0.5)
    settled(page)
    width = page.locator("#canvas").evaluate("canvas => canvas.width")
    opened = server.colorizer.opened[0]
    page.evaluate(
        """() => {
            window.seen = new Set();
            const stage = document.querySelector("#stage"), canvas = document.querySelector("#canvas");
            const note = () => window.seen.add(`${stage.dataset.colored} ${canvas.width}`);
            new MutationObserver(note).observe(stage, {attributes: true});
        }"""
    )
    drag(page, (0.2, 0.5), (0.7, 0.8))
    assert opened.half.seen
    assert f"passing {width // 2}" in page.evaluate("[...window.seen]")  # without a graphics card
    assert page.locator("#canvas").evaluate("canvas => canvas.width") == width
    assert opened.seen[-1] == 1  # the answer at rest is a whole one


def test_setting_and_dragging_at_once_is_one_step(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    drag(page, (0.2, 0.5), (0.6, 0.6))
    expect(hints(page)).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(hints(page)).to_have_count(0)


def test_a_point_cannot_be_dragged_off_the_picture(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    drag(page, (0.2, 0.5), (-0.9, -0.9))
    assert where(page) == (0, 0)


def test_a_palette_click_recolours_the_selected_point(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.8, 0.8)
    suggestion = page.locator("#color .swatches button.swatch").nth(4)
    suggestion.wait_for()
    before = hex_field(page).input_value()
    suggestion.click()
    expect(hex_field(page)).not_to_have_value(before)
    color = hex_field(page).input_value()
    expect(page.get_by_role("button", name=f", {color}", pressed=True)).to_have_count(1)
    expect(hints(page)).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(hex_field(page)).to_have_value(before)
    expect(hints(page)).to_have_count(1)


def test_sliding_through_colours_is_one_step(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.8, 0.8)
    before = hex_field(page).input_value()
    page.get_by_label("Chroma").focus()
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    settled(page)
    expect(hex_field(page)).not_to_have_value(before)
    page.locator("#canvas").focus()
    page.keyboard.press("Control+z")
    expect(hex_field(page)).to_have_value(before)


def test_a_place_on_the_colour_plane_is_taken(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.8, 0.8)
    plane = page.locator(".gamut").bounding_box()
    assert plane
    page.mouse.click(plane["x"] + plane["width"] * 0.62, plane["y"] + plane["height"] * 0.36)
    settled(page)
    expect(hints(page).first).to_contain_text(re.compile("orange|red|brown|rust|terracotta|salmon|tan|peach"))


def test_a_stroke_follows_the_brush(page: Page, photo: Path, server: PageServer) -> None:
    open_pictures(page, photo)
    choose_color(page, "#208040")
    page.keyboard.press("b")
    drag(page, (0.1, 0.9), (0.5, 0.9))
    expect(hints(page).first).to_contain_text("Stroke")
    assert server.colorizer.opened[0].seen[-1] == 1
    page.keyboard.press("Control+z")
    expect(hints(page)).to_have_count(0)


def test_a_region_is_found_by_a_click(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    choose_color(page, "#802080")
    page.keyboard.press("r")
    click_picture(page, 0.25, 0.5)  # the dark disc, radius 80 at (150, 200)
    expect(hints(page).first).to_contain_text("Region")
    page.get_by_role("button", name="Save", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save the hints file").click()
    path = download.value.path()
    import json

    corners = json.loads(Path(path).read_text())["hints"][0]["region"]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    assert min(xs) == pytest.approx(70, abs=6)
    assert max(xs) == pytest.approx(230, abs=6)
    assert min(ys) == pytest.approx(120, abs=6)
    assert max(ys) == pytest.approx(280, abs=6)


def test_the_eyedropper_takes_what_is_seen(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    choose_color(page, "#c02020")
    click_picture(page, 0.8, 0.8)
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    click_picture(page, 0.8, 0.8)
    value = hex_field(page).input_value()
    red, green = int(value[1:3], 16), int(value[3:5], 16)
    assert red > green + 40
    expect(page.get_by_role("radio", name="Point")).to_have_attribute("aria-checked", "true")


def test_the_eyedropper_gives_its_colour_to_the_selected_hint(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    choose_color(page, "#c02020")
    click_picture(page, 0.8, 0.8)
    page.keyboard.press("Escape")
    choose_color(page, "#20a040")
    click_picture(page, 0.2, 0.85)
    settled(page)
    page.keyboard.press("i")
    click_picture(page, 0.8, 0.8)
    expect(page.get_by_text("Colour of the selected hint")).to_be_visible()
    expect(hints(page)).to_have_count(2)
    value = hex_field(page).input_value()
    assert int(value[1:3], 16) > int(value[3:5], 16) + 40


def test_deleting_hints(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    for share in (0.2, 0.5, 0.8):
        click_picture(page, share, 0.85)
    page.keyboard.press("Delete")
    expect(hints(page)).to_have_count(2)
    page.get_by_role("button", name="Delete Point 1").click()
    expect(hints(page)).to_have_count(1)
    page.get_by_role("button", name="Delete all").click()
    expect(hints(page)).to_have_count(0)
    for _ in range(3):
        page.keyboard.press("Control+z")
    expect(hints(page)).to_have_count(3)


def test_undo_has_no_end(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    count = page.evaluate(
        """async () => {
            const { addHint, addPicture, undo, redo } = await import("/changes.js");
            const { currentPicture, defaults, newPicture } = await import("/state.js");
            let state = addPicture(defaults(), newPicture("k", "n", new Blob()));
            const hint = (n) => ({id: `h${n}`, kind: "point", points: [[n, n]], color: "#000000", size: 4});
            for (let n = 0; n < 2000; n += 1) state = addHint(state, hint(n));
            for (let n = 0; n < 2000; n += 1) state = undo(state);
            const empty = currentPicture(state).hints.length;
            for (let n = 0; n < 2500; n += 1) state = redo(state);
            return [empty, currentPicture(state).hints.length];
        }"""
    )
    assert count == [0, 2000]


def test_zoom_keeps_the_place_under_the_pointer_and_hints_in_place(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    at = place(page, 0.7, 0.6)
    fitted = page.locator("#zoom").inner_text()
    page.mouse.move(*at)
    page.mouse.wheel(0, -600)
    expect(page.locator("#zoom")).not_to_have_text(fitted)
    page.mouse.click(*at)
    settled(page)
    assert where(page) == pytest.approx((420, 240), abs=2)
    page.keyboard.press("1")
    expect(page.locator("#zoom")).to_have_text("100 %")
    page.keyboard.press("0")
    expect(page.locator("#zoom")).to_have_text(fitted)
    page.keyboard.press("h")
    drag(page, (0.7, 0.7), (0.8, 0.8))
    page.keyboard.press("p")
    page.mouse.click(*place(page, 0.6, 0.3))
    settled(page)
    assert where(page, 1) == pytest.approx((300, 80), abs=3)  # the picture had been moved by a tenth


def test_side_by_side_takes_hints_on_both_sides(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    page.keyboard.press("s")
    settled(page)
    box = page.locator("#canvas").bounding_box()
    assert box
    middle = box["y"] + (box["height"] - 36) / 2
    for share in (0.25, 0.75):
        page.mouse.click(box["x"] + box["width"] * share, middle)
        page.keyboard.press("Escape")
    settled(page)
    expect(hints(page)).to_have_count(1)  # the second click hit the first one's point
    assert where(page) == pytest.approx((300, 200), abs=3)


def test_everything_works_from_the_keyboard(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    choose_color(page, "#c02020")
    page.locator("#canvas").focus()
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    settled(page)
    expect(hints(page).first).to_contain_text("Point")
    assert where(page)[0] > 360
    page.keyboard.press("Delete")
    expect(hints(page)).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_hidden()


def test_arrow_keys_move_the_selected_hint_and_a_run_of_presses_is_one_step(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.2, 0.5)
    x, y = where(page)
    scale = page.locator("#canvas").evaluate("canvas => canvas.clientWidth - 48") / 600  # fitted by its width
    scale = min(scale, page.locator("#canvas").evaluate("canvas => canvas.clientHeight - 84") / 400)
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    assert where(page) == pytest.approx((x + 6 / scale, y + 10 / scale), abs=1)
    now = where(page)
    expect(page.locator("#told")).to_have_text(f"Point 1 is at {now[0]}, {now[1]}")
    expect(page.locator("#canvas")).to_have_attribute(
        "aria-label", re.compile("Point 1 is selected: arrow keys")
    )
    page.keyboard.press("Shift+ArrowUp")  # after a rest: another step
    page.keyboard.press("Control+z")
    assert where(page) == now
    page.keyboard.press("Control+z")
    assert where(page) == (x, y)
    page.get_by_role("slider", name="Hue").focus()
    page.keyboard.press("ArrowRight")  # is the slider's
    assert where(page) == (x, y)
    page.keyboard.press("Escape")
    page.locator("#canvas").focus()
    page.keyboard.press("ArrowRight")  # nothing is selected: the crosshair's
    assert where(page) == (x, y)


def test_marks_can_be_hidden_and_come_back_with_the_next_hint(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    click_picture(page, 0.2, 0.5)
    marks = page.locator("#overlay circle.ring")
    expect(marks).to_have_count(1)
    page.keyboard.press("m")
    expect(marks).to_have_count(0)
    choose_color(page, "#a04040")  # recoloured, and still not in the way
    expect(marks).to_have_count(0)
    page.get_by_role("button", name="Hide the marks of hints").click()
    expect(marks).to_have_count(1)
    page.keyboard.press("m")
    click_picture(page, 0.7, 0.8)
    expect(marks).to_have_count(2)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Show or hide the marks of hints")
    expect(page.get_by_role("dialog", name="Keyboard")).to_contain_text("Move the selected hint")


def test_saved_palettes_and_recent_colours_are_there_the_next_time(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    choose_color(page, "#123456")
    click_picture(page, 0.8, 0.8)
    page.get_by_text("Palettes").click()
    page.get_by_label("Name of the palette").fill("Uniforms")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.locator(".palette-row .name")).to_have_text("Uniforms")
    page.reload()
    settled(page)
    expect(page.locator(".palette-row .name")).to_have_text("Uniforms")
    expect(page.get_by_role("group", name="Recent colours").locator("button")).to_have_count(1)
    expect(hints(page)).to_have_count(1)


def test_a_finger_and_a_pinch(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    x, y = place(page, 0.75, 0.6)

    touch(page, "pointerdown", 11, x, y, first=True)
    touch(page, "pointerup", 11, x, y, first=True)
    settled(page)
    expect(hints(page)).to_have_count(1)
    before = page.locator("#zoom").inner_text()
    touch(page, "pointerdown", 11, x - 30, y + 60, first=True)
    touch(page, "pointerdown", 12, x + 30, y + 60)
    touch(page, "pointermove", 11, x - 90, y + 60, first=True)
    touch(page, "pointermove", 12, x + 90, y + 60)
    touch(page, "pointerup", 11, x - 90, y + 60, first=True)
    touch(page, "pointerup", 12, x + 90, y + 60)
    settled(page)
    assert int(page.locator("#zoom").inner_text().split()[0]) > 2 * int(before.split()[0])
    expect(hints(page)).to_have_count(1)  # the first finger of a pinch sets nothing


def test_ten_pictures(page: Page, tmp_path: Path) -> None:
    open_pictures(page, *[write_photo(tmp_path / f"photo{n}.jpg", 300, 200, n) for n in range(10)])
    tiles = page.locator("#strip .show")
    expect(tiles).to_have_count(10)
    page.keyboard.press(",")
    expect(page.locator(".title .name")).to_have_text("photo9.jpg")
    page.wait_for_selector("#stage[data-colored='up to date']")
    click_picture(page, 0.8, 0.8)
    tiles.nth(3).click()
    expect(page.locator(".title .name")).to_have_text("photo3.jpg")
    expect(hints(page)).to_have_count(0)
    page.keyboard.press("Control+s")
    page.get_by_label("All open pictures").check()
    with page.expect_download() as download:
        page.locator("#save-go").click()
    import zipfile

    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.testzip() is None
        assert sorted(archive.namelist()) == [f"photo{n}-color.jpg" for n in range(10)]
    page.get_by_role("button", name="Close photo3.jpg").click(force=True)
    expect(tiles).to_have_count(9)


def test_a_hint_that_is_dragged_over_the_middle_stays_under_the_hand(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    page.keyboard.press("s")
    stage = page.locator("#canvas").bounding_box()
    assert stage
    middle, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    page.mouse.move(middle + 200, y)
    page.mouse.down()
    page.mouse.move(middle + 60, y, steps=4)
    settled(page)
    before = where(page)
    page.mouse.move(middle - 4, y, steps=8)  # beyond the picture's left edge, which holds it
    settled(page)
    page.mouse.up()
    assert where(page)[0] <= before[0]


def test_a_pinch_leaves_what_can_be_redone(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    for x in (0.6, 0.8):
        click_picture(page, x, 0.8)
    page.keyboard.press("Control+z")
    settled(page)
    x, y = place(page, 0.3, 0.3)
    touch(page, "pointerdown", 1, x, y, first=True)
    touch(page, "pointerdown", 2, x + 60, y)
    touch(page, "pointerdown", 3, x + 90, y + 50)  # a palm
    for finger in (1, 2, 3):
        touch(page, "pointerup", finger, x, y)
    settled(page)
    expect(hints(page)).to_have_count(1)
    page.get_by_role("button", name="Redo").click()
    expect(hints(page)).to_have_count(2)


def test_the_keyboard_goes_on_in_the_list_after_a_hint_is_deleted(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    for x in (0.6, 0.7, 0.8):
        click_picture(page, x, 0.8)
    page.get_by_role("button", name="Delete Point 2").focus()
    page.keyboard.press("Enter")
    expect(hints(page)).to_have_count(2)
    expect(page.get_by_role("button", name="Point 2", exact=False).first).to_be_focused()
