"""Generated pages are what the program says today (`make golden` writes them again)."""

from collections.abc import Callable

import pytest

from tests.golden import PAGES, ROOT


@pytest.mark.parametrize(("name", "make"), PAGES.items())
def test_a_generated_page_is_up_to_date(name: str, make: Callable[[], str]) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == make()
