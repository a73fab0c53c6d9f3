"""The order of a picture's edits in the page: the newest wish wins, drafts in quick succession, whole at rest."""

from typing import Any

from playwright.sync_api import Page

BEGIN = """
const { createEdits } = await import("/edits.js");
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const frame = () => new Promise(requestAnimationFrame);
const paces = [], reported = [];
let passing = false, took = 0, fails = 0;
const edits = createEdits({
  isPassing: () => passing,
  tell: () => {},
  report: (error) => reported.push(error.message),
  edit: async (key, { quick, draft }, signal) => {
    paces.push(draft ? "draft" : quick ? "whole, passing" : "whole");
    await wait(took);
    if (signal.aborted) throw new Error("aborted");
    if (fails-- > 0) throw new Error("failed");
    passing = quick;
  },
});
"""


def run(page: Page, script: str) -> Any:
    return page.evaluate(f"async () => {{ {BEGIN} {script} }}")


def test_quick_edits_are_drafts_every_sixth_is_whole_and_so_is_the_last(page: Page) -> None:
    paces = run(
        page,
        """for (let i = 0; i < 13; i += 1) { await edits.recolor("a"); await frame(); await frame(); }
           await wait(600); return paces;""",
    )
    row = [*["draft"] * 5, "whole, passing"]
    assert paces == ["whole", *row, *row, "whole"]


def test_edits_that_take_longer_than_a_rest_come_to_an_end(page: Page) -> None:
    paces, later = run(
        page,
        """took = 250;
           for (let i = 0; i < 6; i += 1) { edits.recolor("a"); await wait(60); }
           await wait(1500); const before = paces.length;
           await wait(1000); return [paces, paces.length - before];""",
    )
    assert later == 0
    assert paces[-1] == "whole" and len(paces) <= 5


def test_an_edit_that_fails_does_not_hold_up_the_next_wish(page: Page) -> None:
    paces, reported = run(
        page,
        """took = 50; fails = 1;
           edits.recolor("a"); edits.recolor("a");
           await wait(500); return [paces, reported];""",
    )
    assert paces == ["whole", "whole"] and reported == ["failed"]


def test_a_closed_picture_is_edited_no_more(page: Page) -> None:
    paces, reported = run(
        page,
        """await edits.recolor("a"); took = 50; edits.recolor("a"); passing = true;
           await wait(20); edits.stop("a");
           await wait(600); return [paces, reported];""",
    )
    assert len(paces) == 2 and reported == ["aborted"]
