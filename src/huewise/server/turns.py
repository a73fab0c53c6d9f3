"""Whose turn it is: a few threads for the engine, and the order of one picture's edits."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from huewise.server.problems import Overtaken

T = TypeVar("T")


class Lane:
    """A few threads; jobs run in the order in which they came."""

    def __init__(self, name: str, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=f"huewise-{name}")

    async def run(self, job: Callable[[], T]) -> T:
        """The job's result, computed beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, job)

    def close(self) -> None:
        """Drop what has not begun; what runs is finished."""
        self._pool.shutdown(wait=False, cancel_futures=True)


class NewestWins:
    """One picture's edits: one runs, the newest waits, and all between are told that they were overtaken.

    So a picture never has more than one job in a lane, and eight people who drag points take turns fairly,
    however many edits one of them sends.
    """

    def __init__(self) -> None:
        self._newest = -1
        self._running = asyncio.Lock()  # wakes its waiters in the order in which they came

    async def run(self, sequence: int, lane: Lane, job: Callable[[], T]) -> T:
        """The job's result, or Overtaken when an edit with a higher sequence number has come."""
        self._refuse_if_old(sequence)
        self._newest = sequence
        async with self._running:
            self._refuse_if_old(sequence)
            return await lane.run(job)

    def _refuse_if_old(self, sequence: int) -> None:
        if sequence < self._newest:
            raise Overtaken(
                f"edit {sequence} came after edit {self._newest}", "", "send the newest hints only"
            )
