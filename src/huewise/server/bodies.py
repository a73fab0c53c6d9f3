"""Receiving bodies: never more than the limit, never waiting forever, all of them together bounded."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from huewise.server.problems import BodyBroken, BodyTooLarge, Busy, answer

MEGABYTE = 1_000_000
PICTURE_FILES = "/api/pictures"
"""The one address that takes files; all others take JSON."""


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
        body = bytearray()
        counted = 0
        try:
            async for chunk in _chunks(request, self._read_timeout):
                body += chunk
                if len(body) > self._max_body:
                    raise _too_large(len(body), self._max_body)
                self._inside += len(chunk)
                counted += len(chunk)
                if self._inside > self._max_bodies:
                    raise Busy("too many files at one time", "", "try again in a moment")
            if not body:
                raise BodyBroken("an empty file", "a picture file in the body", "choose another file")
            yield bytes(body)
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


class JsonLimit:
    """ASGI middleware: a JSON body that is longer than `max_json` bytes is refused, claimed or not."""

    def __init__(self, app: ASGIApp, *, max_json: int) -> None:
        self._app, self._max_json = app, max_json

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request that is too long, or pass it on with its bytes counted."""
        if scope["type"] != "http" or scope["path"] == PICTURE_FILES:
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
