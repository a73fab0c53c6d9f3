"""The order of a picture's edits in the page: the newest wish wins, drafts in quick succession, whole at rest."""

import time
from typing import Any

import pytest
from playwright.sync_api import Page

BEGIN = """
const { createEdits } = await import("/edits.js");
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
window.tried = { paces: [], reported: [], passing: false, took: 0, fails: 0 };
window.edits = createEdits({
  isPassing: () => tried.passing,
  tell: () => {},
  report: (error) => tried.reported.push(error.message),
  edit: async (key, { quick, draft }, signal) => {
    tried.paces.push(draft ? "draft" : quick ? "whole, passing" : "whole");
    await wait(tried.took);
    if (signal.aborted) throw new Error("aborted");
    if (tried.fails-- > 0) throw new Error("failed");
    tried.passing = quick;
  },
});
"""


@pytest.fixture
def clocked(page: Page) -> Page:
    """The page with a clock that moves only when it is told to: a busy machine changes no order."""
    page.evaluate(f"async () => {{ {BEGIN} }}")
    page.clock.install()
    page.clock.pause_at(time.time() + 60.0)
    return page


def recolor(page: Page, then: int) -> None:
    """Wish for an edit, and let `then` milliseconds pass."""
    page.evaluate("() => { edits.recolor('a'); }")
    page.clock.run_for(then)


def tried(page: Page, what: str) -> Any:
    return page.evaluate(f"() => tried.{what}")


def test_quick_edits_are_drafts_every_sixth_is_whole_and_so_is_the_last(clocked: Page) -> None:
    for _ in range(13):
        recolor(clocked, then=100)
    clocked.clock.run_for(600)
    row = [*["draft"] * 5, "whole, passing"]
    assert tried(clocked, "paces") == ["whole", *row, *row, "whole"]


def test_edits_that_rest_are_whole(clocked: Page) -> None:
    for _ in range(3):
        recolor(clocked, then=300)
    assert tried(clocked, "paces") == ["whole"] * 3


def test_edits_that_take_longer_than_a_rest_come_to_an_end(clocked: Page) -> None:
    clocked.evaluate("() => { tried.took = 250; }")
    for _ in range(6):
        recolor(clocked, then=60)
    clocked.clock.run_for(1500)
    paces = tried(clocked, "paces")
    clocked.clock.run_for(1000)
    assert tried(clocked, "paces") == paces
    assert paces[-1] == "whole" and len(paces) <= 5


def test_an_edit_that_fails_does_not_hold_up_the_next_wish(clocked: Page) -> None:
    clocked.evaluate("() => { tried.took = 50; tried.fails = 1; }")
    recolor(clocked, then=0)
    recolor(clocked, then=500)
    assert tried(clocked, "paces") == ["whole", "whole"] and tried(clocked, "reported") == ["failed"]


def test_a_closed_picture_is_edited_no_more(clocked: Page) -> None:
    recolor(clocked, then=50)
    clocked.evaluate("() => { tried.took = 50; }")
    recolor(clocked, then=20)
    clocked.evaluate("() => { tried.passing = true; edits.stop('a'); }")
    clocked.clock.run_for(600)
    assert len(tried(clocked, "paces")) == 2 and tried(clocked, "reported") == ["aborted"]
