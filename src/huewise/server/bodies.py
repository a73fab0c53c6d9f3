"""Receiving bodies: of the right type, never more than the limit, never waiting forever, all together bounded."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from huewise.server.problems import BodyBroken, BodyTooLarge, Busy, WrongType, answer

MEGABYTE = 1_000_000


def takes_file(path: str) -> bool:
    """Whether an address takes a picture file; all others take JSON."""
    return path == "/api/pictures" or (path.startswith("/api/pictures/") and path.endswith("/references"))


class BodyGate:
    """Lets picture files in, as long as all that are inside at one time stay under `max_bodies` bytes."""

    def __init__(self, *, max_body: int, max_bodies: int, read_timeout: float) -> None:
        self._max_body, self._max_bodies, self._read_timeout = max_body, max_bodies, read_timeout
        self._inside = 0

    @asynccontextmanager
    async def receive(self, request: Request) -> AsyncIterator[bytes]:
        """The whole body, for the time of the `async with`; counted against the limit until it ends."""
        claimed = _claimed_length(request)
        if claimed > self._max_body:
            raise _too_large(claimed, self._max_body)
        body = io.BytesIO()  # its bytes are handed on without a copy
        counted = 0
        try:
            async for chunk in _chunks(request, self._read_timeout):
                body.write(chunk)
                self._inside += len(chunk)
                counted += len(chunk)
                if counted > self._max_body:
                    raise _too_large(counted, self._max_body)
                if self._inside > self._max_bodies:
                    raise Busy("too many files at one time", "", "try again in a moment")
            if not counted:
                raise BodyBroken("an empty file", "a picture file in the body", "choose another file")
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
                f"nothing came for {timeout:g} s", "the rest of the file", "send it again"
            ) from None
        except ClientDisconnect:
            raise BodyBroken("the sender left in the middle of the file") from None


def _too_large(got: int, limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"a file of {got / MEGABYTE:.0f} MB",
        f"at most {limit / MEGABYTE:.0f} MB",
        "use the command line for it: huewise colorize",
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
            f"a body of type {given}", "the file itself as application/octet-stream or image/..."
        )
    if given == "application/json":
        return None
    return WrongType(f"a body of type {given}" if given else "a body of no type", "application/json")


class BodyRules:
    """ASGI middleware: refuses a body of another type, and JSON of more than `max_json` bytes, claimed or not."""

    def __init__(self, app: ASGIApp, *, max_json: int) -> None:
        self._app, self._max_json = app, max_json

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is too long, or pass it on with its bytes counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if wrong := wrong_type(scope):
            await answer(wrong)(scope, receive, send)
            return
        if takes_file(scope["path"]):
            await self._app(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self._max_json:
                raise _TooLong
            return message

        try:
            claimed = Headers(scope=scope).get("content-length", "0")
            if claimed.isascii() and claimed.isdigit() and int(claimed) > self._max_json:
                raise _TooLong
            await self._app(scope, receive_counted, send)
        except _TooLong:
            limit = self._max_json / MEGABYTE
            await answer(BodyTooLarge("too many hints", f"at most {limit:.0f} MB"))(scope, receive, send)


class _TooLong(BaseException):
    """Passes through the routes, which catch every Exception."""
