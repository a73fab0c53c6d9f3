"""What is made ahead comes in order, and an error in the thread is the loop's error."""

from collections.abc import Iterator
from itertools import islice

import pytest

pytest.importorskip("torch")

from huewise.training.photo import prefetch

pytestmark = pytest.mark.train


def test_items_come_in_order() -> None:
    assert list(islice(prefetch(iter(range(10))), 5)) == [0, 1, 2, 3, 4]


def test_an_error_in_the_thread_reaches_the_loop() -> None:
    def failing() -> Iterator[int]:
        yield 1
        raise ValueError("window of 512")

    items = prefetch(failing())
    assert next(items) == 1
    with pytest.raises(ValueError, match="512"):
        next(items)
