"""The shelf is bounded in number, memory and age, and keeps what was used last."""

import time
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huewise.server import Settings
from huewise.server.problems import PictureGone
from huewise.server.shelf import BYTES_PER_PICTURE, Shelf
from tests.server.conftest import client_for, picture_bytes
from tests.server.fake_engine import FakeColorizer


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened(width: int = 10, height: int = 10) -> Any:
    return SimpleNamespace(picture=SimpleNamespace(width=width, height=height), kind="ab")


def shelf(clock: Clock | None = None, number: int = 3, memory: int = 1 << 40, idle: float = 100) -> Shelf:
    return Shelf(max_pictures=number, max_memory=memory, max_idle=idle, clock=clock or Clock())


def test_the_longest_unused_goes_first() -> None:
    full = shelf()
    first, second, third = (full.put(opened()).id for _ in range(3))
    full.get(first)
    full.put(opened())
    with pytest.raises(PictureGone):
        full.get(second)
    assert full.get(first).id == first
    assert full.get(third).id == third


def test_age_is_counted_from_the_last_use() -> None:
    clock = Clock()
    aging = shelf(clock)
    used, unused = aging.put(opened()).id, aging.put(opened()).id
    clock.now = 90
    aging.get(used)
    clock.now = 110
    assert aging.get(used).id == used
    with pytest.raises(PictureGone):
        aging.get(unused)


def test_a_picture_alone_ages_too() -> None:
    clock = Clock()
    aging = shelf(clock)
    only = aging.put(opened()).id
    clock.now = 101
    with pytest.raises(PictureGone):
        aging.get(only)


def test_a_server_that_nobody_visits_puts_pictures_away_too(colorizer: FakeColorizer) -> None:
    with client_for(colorizer, Settings(max_idle=0.05)) as client:
        client.post("/api/pictures", content=picture_bytes())
        deadline = time.monotonic() + 20
        while client.get("/api/health").json()["pictures"] and time.monotonic() < deadline:  # does not tidy
            time.sleep(0.02)
        assert client.get("/api/health").json()["pictures"] == 0


def test_taking_a_photograph_for_a_drawing_too_counts_and_can_cost_another_its_place() -> None:
    full = shelf(memory=2 * BYTES_PER_PICTURE + 2 * 6_000_000)
    first, second = (full.put(opened(1000, 1000)) for _ in range(2))
    full.draw(second)
    full.draw(second)
    assert len(full) == 1
    assert full.get(second.id).weight == BYTES_PER_PICTURE + 10_000_000
    with pytest.raises(PictureGone):
        full.get(first.id)


def test_one_picture_may_be_heavier_than_the_limit() -> None:
    small = shelf(memory=1)
    heavy = small.put(opened(1000, 1000))
    assert small.get(heavy.id) is heavy


@given(st.lists(st.tuples(st.integers(1, 3000), st.integers(1, 3000)), min_size=1, max_size=12))
def test_number_and_memory_stay_bounded(sizes: list[tuple[int, int]]) -> None:
    memory = 4 * BYTES_PER_PICTURE
    full = shelf(number=3, memory=memory)
    for width, height in sizes:
        newest = full.put(opened(width, height))
        assert len(full) <= 3
        assert full.weight <= memory or len(full) == 1
        assert full.get(newest.id) is newest


def test_removing_frees_the_memory() -> None:
    one = shelf()
    one.remove(one.put(opened()).id)
    assert (len(one), one.weight) == (0, 0)
    with pytest.raises(PictureGone):
        one.remove("never there")
