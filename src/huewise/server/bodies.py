"""Receiving bodies: of the right type, never more than their limit, never waiting forever, all together bounded."""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from huewise.server.problems import BodyBroken, BodyTooLarge, Busy, WrongType, answer

MEGABYTE = 1_000_000


def takes_file(path: str) -> bool:
    """Whether an address takes a picture file; all others take JSON."""
    return path == "/api/pictures" or (path.startswith("/api/pictures/") and path.endswith("/references"))


class BodyGate:
    """Lets picture files and JSON in, as long as all that is inside at one time stays under `max_bodies` bytes."""

    def __init__(self, *, max_body: int, max_json: int, max_bodies: int, read_timeout: float) -> None:
        self._max_body, self._max_json = max_body, max_json
        self._max_bodies, self._read_timeout = max_bodies, read_timeout
        self._inside = 0

    @asynccontextmanager
    async def receive_file(self, request: Request) -> AsyncIterator[bytes]:
        """A picture file, for the time of the `async with`; counted against the limit until it ends."""
        async with self._receive(request, self._max_body, _file_too_large) as body:
            if not body:
                raise BodyBroken("an empty file", "a picture file", "choose another file")
            yield body

    @asynccontextmanager
    async def receive_json(self, request: Request) -> AsyncIterator[bytes]:
        """JSON, in the same way."""
        async with self._receive(request, self._max_json, _json_too_large) as body:
            yield body

    @asynccontextmanager
    async def _receive(
        self, request: Request, most: int, too_large: Callable[[int, int], BodyTooLarge]
    ) -> AsyncIterator[bytes]:
        claimed = _claimed_length(request)
        if claimed > most:
            raise too_large(claimed, most)
        body = io.BytesIO()  # its bytes are handed on without a copy
        counted = 0
        try:
            async for chunk in _chunks(request, self._read_timeout):
                body.write(chunk)
                self._inside += len(chunk)
                counted += len(chunk)
                if counted > most:
                    raise too_large(counted, most)
                if self._inside > self._max_bodies:
                    raise Busy("too much at one time", "", "try again in a moment")
            yield body.getvalue()
        finally:
            self._inside -= counted


def _claimed_length(request: Request) -> int:
    """Content-Length, or 0 where it is absent or nonsense (the count while reading decides then)."""
    claimed = request.headers.get("content-length", "0")
    return int(claimed) if claimed.isascii() and claimed.isdigit() else 0


async def _chunks(request: Request, timeout: float) -> AsyncIterator[bytes]:
    stream = request.stream().__aiter__()
    while True:
        try:
            yield await asyncio.wait_for(stream.__anext__(), timeout)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise BodyBroken(
                f"nothing came for {timeout:g} s", "the rest of the body", "send it again"
            ) from None
        except ClientDisconnect:
            raise BodyBroken("the sender left in the middle of the body") from None


def _file_too_large(got: int, limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"a file of {got / MEGABYTE:.0f} MB",
        f"at most {limit / MEGABYTE:.0f} MB",
        "use the command line for it: huewise colorize",
    )


def _json_too_large(got: int, limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"hints of {got / MEGABYTE:.1f} MB", f"at most {limit / MEGABYTE:.1f} MB", "use fewer or simpler ones"
    )


def wrong_type(scope: Scope) -> WrongType | None:
    """What is wrong with the Content-Type of a request that has a body."""
    if scope["method"] not in {"POST", "PUT", "PATCH"}:
        return None
    given = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    if takes_file(scope["path"]):
        if given in {"", "application/octet-stream"} or given.startswith("image/"):
            return None
        return WrongType(
            f"a body of type {given}",
            "the file itself",
            "send it as application/octet-stream or image/..., in the header Content-Type",
        )
    if given == "application/json":
        return None
    got = f"a body of type {given}" if given else "a body of no type"
    return WrongType(got, "JSON", "send it as application/json, in the header Content-Type")


class BodyTypes:
    """ASGI middleware: refuses a body of another type, before anything of it is read."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request whose type is wrong, or pass it on."""
        wrong = wrong_type(scope) if scope["type"] == "http" else None
        await (answer(wrong) if wrong else self._app)(scope, receive, send)
