"""Edits of one picture: one runs, the newest waits, all between are told; pictures take turns."""

import asyncio
import threading

from huewise.server.problems import Overtaken
from huewise.server.turns import Lane, NewestWins
from tests.server.loops import run


async def outcome(edits: NewestWins, lane: Lane, sequence: int, gate: threading.Event, ran: list[int]) -> str:
    def job() -> None:
        ran.append(sequence)
        assert gate.wait(10)

    try:
        await edits.run(sequence, lane, job)
    except Overtaken:
        return "overtaken"
    return "done"


def test_only_the_first_and_the_newest_run() -> None:
    async def scene() -> None:
        lane, edits, gate = Lane("test", 2), NewestWins(), threading.Event()
        ran: list[int] = []
        tasks = []
        for sequence in range(1, 6):
            tasks.append(asyncio.create_task(outcome(edits, lane, sequence, gate, ran)))
            await asyncio.sleep(0.01)
        gate.set()
        assert await asyncio.gather(*tasks) == ["done", *["overtaken"] * 3, "done"]
        assert ran == [1, 5]
        lane.close()

    run(scene())


def test_a_picture_with_many_edits_does_not_hold_up_another() -> None:
    async def scene() -> None:
        lane, gate, open_gate = Lane("test", 2), threading.Event(), threading.Event()
        open_gate.set()
        busy, quiet = NewestWins(), NewestWins()
        ran: list[int] = []
        eager = [asyncio.create_task(outcome(busy, lane, n, gate, ran)) for n in range(1, 9)]
        await asyncio.sleep(0.02)
        assert await asyncio.wait_for(outcome(quiet, lane, 1, open_gate, ran), 5) == "done"
        gate.set()
        await asyncio.gather(*eager)
        lane.close()

    run(scene())


def test_an_edit_that_fails_lets_the_next_one_in() -> None:
    def fail() -> None:
        raise ValueError

    async def scene() -> None:
        lane, edits = Lane("test", 1), NewestWins()
        assert isinstance(
            (await asyncio.gather(edits.run(1, lane, fail), return_exceptions=True))[0], ValueError
        )
        assert await edits.run(2, lane, lambda: 42) == 42
        lane.close()

    run(scene())
