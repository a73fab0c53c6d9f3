"""Ask me: the page outlines what the model would like to know; an answer is a hint, and undo takes it back."""

import re
from pathlib import Path

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PageServer, hints, kept, open_pictures, open_tab, settled
from tests.server.fake_engine import FakeSpec


def asked(page: Page) -> None:
    """A question is shown, with a preview for each suggestion."""
    page.wait_for_selector("#ask[data-question='asked']")
    expect(page.locator(".answer canvas:not(.empty)")).to_have_count(3)
    settled(page)


def outline(page: Page) -> str:
    return page.locator("#overlay .spotlight .ring").get_attribute("d") or ""


def test_a_tap_answers_and_undo_takes_it_back(page: Page, photo: Path, server: PageServer) -> None:
    open_pictures(page, photo)
    open_tab(page, "Ask me")
    asked(page)
    first = outline(page)
    assert first
    likeliest = page.get_by_label("Another colour").input_value()  # a colour of one's own starts from it
    expect(page.locator(".answer").first).to_have_attribute("aria-label", re.compile(likeliest))
    page.locator(".answer").first.click()
    expect(page.locator("#overlay .spotlight .ring")).not_to_have_attribute("d", first)
    asked(page)
    open_tab(page, "Colour")
    expect(hints(page).first).to_contain_text("Region")
    expect(page.locator("#overlay .spotlight")).to_have_count(0)
    open_tab(page, "Ask me")
    asked(page)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#overlay .spotlight .ring")).to_have_attribute("d", first)
    asked(page)
    open_tab(page, "Colour")
    expect(hints(page)).to_have_count(0)
    assert server.colorizer.opened[0].seen[-1] in {0, 1}


def test_of_a_drawing_an_answer_is_a_point(page: Page, photo: Path, server: PageServer) -> None:
    server.drawings.spec = FakeSpec("drawings", global_hints=False)
    open_pictures(page, photo)
    open_tab(page, "Whole picture")
    page.get_by_label("Model").select_option("drawings")
    open_tab(page, "Ask me")
    asked(page)
    page.locator(".answer").first.click()
    open_tab(page, "Colour")
    expect(hints(page)).to_have_count(1)
    expect(hints(page).first).to_contain_text("Point")


def test_all_questions_are_answered_with_colours_of_one_s_own(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    open_tab(page, "Ask me")
    for _ in range(3):
        asked(page)
        before = outline(page)
        page.get_by_label("Another colour").fill("#2060a0")
        page.get_by_role("button", name="Use this colour").click()
        if page.locator("#ask[data-question='none']").count() == 0:
            expect(page.locator(f'#overlay .spotlight .ring[d="{before}"]')).to_have_count(0)
    expect(page.get_by_text("Nothing is left to ask.")).to_be_visible()
    open_tab(page, "Colour")
    expect(hints(page)).to_have_count(3)


def test_what_is_skipped_is_not_asked_until_it_is_wished_for(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    open_tab(page, "Ask me")
    seen = set()
    for _ in range(3):
        asked(page)
        before = outline(page)
        seen.add(before)
        page.get_by_role("button", name="Skip", exact=True).click()
        expect(page.locator(f'#overlay .spotlight .ring[d="{before}"]')).to_have_count(0)
    assert len(seen) == 3
    expect(page.get_by_text("Nothing is left to ask.")).to_be_visible()
    page.get_by_role("button", name="Ask the skipped ones again").click()
    asked(page)
    assert outline(page) in seen


def test_answers_are_kept_as_other_hints_are(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    open_tab(page, "Ask me")
    asked(page)
    page.locator(".answer").first.click()
    open_tab(page, "Colour")
    expect(hints(page)).to_have_count(1)
    kept(page)
    page.reload()
    settled(page)
    expect(hints(page).first).to_contain_text("Region")


def test_the_keyboard_stays_at_its_answer_while_previews_come(page: Page, photo: Path) -> None:
    open_pictures(page, photo)
    waiting: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.post_data_json.get("trial"):
            waiting.append(route)
        else:
            route.continue_()

    page.route("**/color", hold)
    open_tab(page, "Ask me")
    second = page.locator(".answer").nth(1)
    second.focus()
    for n in (1, 2, 3):
        while not waiting:
            page.wait_for_timeout(10)
        waiting.pop().continue_()
        expect(page.locator(".answer canvas:not(.empty)")).to_have_count(n)
        expect(second).to_be_focused()
    page.unroute("**/color")
    first = outline(page)
    page.keyboard.press("Enter")
    expect(page.locator("#overlay .spotlight .ring")).not_to_have_attribute("d", first)
    expect(page.locator(".answer").first).to_be_focused()  # of the next question
