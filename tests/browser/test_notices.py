"""What the page says: in sentences, while it is of interest; a file that cannot be read takes nobody's place."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    choose_color,
    click_picture,
    hints,
    open_pictures,
    open_tab,
    settled,
    write_photo,
)


def broken(path: Path) -> Path:
    path.write_text("Dear Ada, this is no picture")
    return path


def name(page: Page) -> str:
    return page.locator(".title .name").inner_text()


def test_a_broken_file_leaves_the_shown_picture_where_it_is(page: Page, photo: Path, tmp_path: Path) -> None:
    open_pictures(page, photo)
    page.set_input_files("#file", str(broken(tmp_path / "letter.jpg")))
    expect(page.locator("#notice p")).to_have_text(
        "letter.jpg: a file that is no picture we know. Wanted: JPEG, PNG, TIFF, WebP, AVIF, HEIC, GIF or BMP. "
        "Convert it to one of these."
    )
    assert name(page) == "photo.jpg"
    expect(page.locator("#strip")).to_be_hidden()
    other = broken(tmp_path / "other.jpg")
    last = write_photo(tmp_path / "last.jpg", seed=1)
    page.set_input_files("#file", [str(tmp_path / "letter.jpg"), str(other), str(last)])
    expect(page.locator("#notice p")).to_contain_text("letter.jpg, other.jpg could not be opened.")
    settled(page)
    assert name(page) == "last.jpg"
    expect(page.locator("#strip .show")).to_have_count(2)


def test_an_error_goes_with_the_next_thing_that_succeeds(page: Page, photo: Path, tmp_path: Path) -> None:
    open_pictures(page, photo)
    page.set_input_files("#file", str(broken(tmp_path / "letter.jpg")))
    expect(page.locator("#notice")).to_be_visible()
    click_picture(page, 0.8, 0.8)
    expect(page.locator("#notice")).to_be_hidden()


def test_an_error_stays_while_nothing_else_is_done_and_can_be_dismissed(
    page: Page, photo: Path, tmp_path: Path
) -> None:
    files = [photo, broken(tmp_path / "letter.jpg"), write_photo(tmp_path / "last.jpg", seed=1)]
    open_pictures(page, *files)
    expect(page.locator("#strip .show")).to_have_count(2)
    settled(page)
    expect(page.locator("#notice p")).to_contain_text("letter.jpg: ")  # though last.jpg was opened after it
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("#notice")).to_be_hidden()
    page.set_input_files("#file", str(files[1]))
    expect(page.locator("#notice")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#notice")).to_be_hidden()


def test_three_parts_are_said_as_sentences(page: Page) -> None:
    said = page.evaluate(
        """async () => {
            const { inSentences, sentence } = await import("/told.js");
            const three = inSentences("2 hints; at most 1", "leave one out");
            return [three, inSentences("it is damaged"), sentence("gone?")];
        }"""
    )
    assert said == ["2 hints. Wanted: at most 1. Leave one out.", "it is damaged.", "Gone?"]


def test_what_auto_took_a_picture_for_is_said_and_one_tap_changes_it(page: Page, photo: Path) -> None:
    page.route(
        "**/api/pictures?model=auto",
        lambda route: route.continue_(url=route.request.url.replace("model=auto", "model=drawings")),
    )
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    choice = page.get_by_label("Model")
    expect(choice.locator("option:checked")).to_have_text("Automatic (drawing)")
    expect(page.get_by_text("It is taken for a drawing.")).to_be_visible()
    page.get_by_role("button", name="It is a photograph").click()
    settled(page)
    expect(choice).to_have_value("photo")
    expect(page.get_by_role("button", name="It is a photograph")).to_be_hidden()
    page.get_by_role("button", name="Undo").click()
    settled(page)
    expect(choice).to_have_value("auto")


def test_palettes_say_what_they_are_for(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    page.get_by_text("Palettes").click()
    expect(page.get_by_text("A palette keeps colours under a name")).to_be_visible()
    keep = page.get_by_role("button", name="Keep", exact=True)
    expect(keep).to_be_disabled()
    choose_color(page, "#123456")
    click_picture(page, 0.8, 0.8)
    expect(hints(page)).to_have_count(1)
    keep.click()
    expect(page.get_by_text("A palette keeps colours under a name")).to_be_hidden()
