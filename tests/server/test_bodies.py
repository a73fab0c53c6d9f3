"""Limits of what comes in: bytes, pixels, hints, all bodies together, silence."""

import asyncio
import tracemalloc
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message

from huewise.server import Settings
from huewise.server.bodies import BodyGate
from huewise.server.problems import BodyBroken, BodyTooLarge, Busy
from huewise.server.wire import MOST_ANSWERS, MOST_HINTS
from tests.server.conftest import client_for, picture_bytes
from tests.server.fake_engine import FakeColorizer
from tests.server.loops import run


def request_of(*messages: Message, length: str | None = None) -> Request:
    waiting = list(messages)

    async def receive() -> Message:
        if waiting:
            return waiting.pop(0)
        await asyncio.sleep(3600)
        raise RuntimeError("unreachable")

    headers = [] if length is None else [(b"content-length", length.encode())]
    return Request({"type": "http", "method": "POST", "headers": headers}, receive)


def chunk(body: bytes, more: bool = False) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


async def received(gate: BodyGate, request: Request) -> bytes:
    async with gate.receive_file(request) as body:
        return body


async def received_json(gate: BodyGate, request: Request) -> bytes:
    async with gate.receive_json(request) as body:
        return body


def gate(max_body: int = 10, max_bodies: int = 15, read_timeout: float = 5, max_json: int = 10) -> BodyGate:
    return BodyGate(max_body=max_body, max_json=max_json, max_bodies=max_bodies, read_timeout=read_timeout)


Receiver = Callable[[BodyGate, Request], Coroutine[Any, Any, bytes]]
RECEIVERS: list[Receiver] = [received, received_json]


def test_a_body_arrives_whole() -> None:
    assert run(received(gate(), request_of(chunk(b"abc", True), chunk(b"def")))) == b"abcdef"


@pytest.mark.parametrize("receive", RECEIVERS)
def test_a_claimed_length_is_refused_before_anything_is_read(receive: Receiver) -> None:
    with pytest.raises(BodyTooLarge):
        run(receive(gate(), request_of(length="11")))


def test_files_and_json_have_limits_of_their_own() -> None:
    for large, small, limits in (
        (received, received_json, {"max_json": 5}),
        (received_json, received, {"max_body": 5}),
    ):
        assert run(large(gate(**limits), request_of(chunk(b"x" * 6)))) == b"x" * 6
        with pytest.raises(BodyTooLarge):
            run(small(gate(**limits), request_of(chunk(b"x" * 6))))


@pytest.mark.parametrize("receive", RECEIVERS)
@pytest.mark.parametrize("length", [None, "0", "-5", "nonsense", "²"])
def test_a_length_that_lies_does_not_help(receive: Receiver, length: str | None) -> None:
    with pytest.raises(BodyTooLarge):
        run(receive(gate(), request_of(chunk(b"x" * 6, True), chunk(b"x" * 6), length=length)))


@pytest.mark.parametrize("receive", RECEIVERS)
def test_silence_ends_the_wait(receive: Receiver) -> None:
    with pytest.raises(BodyBroken):
        run(receive(gate(read_timeout=0.01), request_of(chunk(b"x", True))))


@pytest.mark.parametrize("receive", RECEIVERS)
def test_a_sender_that_leaves_is_no_fault(receive: Receiver) -> None:
    with pytest.raises(BodyBroken):
        run(receive(gate(), request_of(chunk(b"x", True), {"type": "http.disconnect"})))


def test_all_bodies_together_are_bounded_and_room_comes_back() -> None:
    async def scene() -> None:
        one = gate()
        async with one.receive_file(request_of(chunk(b"x" * 8))):
            for receive in RECEIVERS:
                with pytest.raises(Busy):
                    await receive(one, request_of(chunk(b"x" * 8)))
        assert await received(one, request_of(chunk(b"x" * 8))) == b"x" * 8

    run(scene())


def test_a_picture_of_too_many_bytes(colorizer: FakeColorizer) -> None:
    with client_for(colorizer, Settings(max_body=100)) as client:
        response = client.post("/api/pictures", content=picture_bytes(200, 200))
        assert (response.status_code, response.json()["error"]["code"]) == (413, "body-too-large")
    assert not colorizer.opened


def test_a_picture_of_too_many_pixels(colorizer: FakeColorizer) -> None:
    with client_for(colorizer, Settings(max_pixels=1000)) as client:
        response = client.post("/api/pictures", content=picture_bytes(48, 32))
        assert (response.status_code, response.json()["error"]["code"]) == (413, "too-large")


def test_too_many_hints(colorizer: FakeColorizer) -> None:
    with client_for(colorizer, Settings(max_json=300)) as client:
        opened = client.post("/api/pictures", content=picture_bytes(48, 32)).json()["id"]
        hints = [{"point": [1, 1], "color": "#ffffff"}] * 20
        for address in ("color", "palette", "export"):
            response = client.post(f"/api/pictures/{opened}/{address}", json={"hints": hints, "x": 1, "y": 1})
            assert (response.status_code, response.json()["error"]["code"]) == (413, "body-too-large")
        unclaimed = client.post(
            f"/api/pictures/{opened}/color",
            content=iter([b" " * 200] * 3),
            headers={"content-type": "application/json"},
        )
        assert unclaimed.status_code == 413
        assert client.post(f"/api/pictures/{opened}/color", json={"hints": hints[:2]}).status_code == 200


def test_more_hints_than_anybody_sets_are_refused(client: TestClient, picture_id: str) -> None:
    hints = [{"point": [1, 1], "color": "red"}] * (MOST_HINTS + 1)
    response = client.post(f"/api/pictures/{picture_id}/color", json={"hints": hints})
    assert (response.status_code, response.json()["error"]["code"]) == (422, "request")


def test_more_answers_than_anybody_gives_are_refused(client: TestClient, picture_id: str) -> None:
    answer = {"region": [[1, 1], [9, 1], [9, 9]], "color": "red", "mean": True}
    for count, status in ((MOST_ANSWERS, 200), (MOST_ANSWERS + 1, 422)):
        told = client.post(f"/api/pictures/{picture_id}/color", json={"hints": [answer] * count})
        assert told.status_code == status
    assert told.json()["error"]["message"] == "201 regions that tell a mean; at most 200"


def test_a_body_is_held_once() -> None:
    size = 24 << 20
    messages = [chunk(bytes(1 << 20), True) for _ in range(size >> 20)] + [chunk(b"")]

    async def scene() -> int:
        async with gate(2 * size, 2 * size).receive_file(request_of(*messages)) as body:
            assert len(body) == size
            return tracemalloc.get_traced_memory()[1]

    tracemalloc.start()
    try:
        assert run(scene()) < 1.4 * size
    finally:
        tracemalloc.stop()


OTHER_TYPES = ["text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded"]


@pytest.mark.parametrize("given", OTHER_TYPES)
def test_a_body_of_another_type_is_refused(client: TestClient, picture_id: str, given: str) -> None:
    for address in ("", f"/{picture_id}/references", f"/{picture_id}/color", f"/{picture_id}/question"):
        response = client.post(f"/api/pictures{address}", content=b"{}", headers={"content-type": given})
        assert (response.status_code, response.json()["error"]["code"]) == (415, "content-type")


def test_files_may_say_what_they_are_and_json_must(client: TestClient, picture_id: str) -> None:
    for given in ("image/png", "application/octet-stream"):
        assert (
            client.post("/api/pictures", content=picture_bytes(), headers={"content-type": given}).status_code
            == 201
        )
    assert client.post(f"/api/pictures/{picture_id}/color", content=b"{}").status_code == 415
    typed = {"content-type": "application/json; charset=utf-8"}
    assert client.post(f"/api/pictures/{picture_id}/color", content=b"{}", headers=typed).status_code == 200


def test_the_usual_limits_let_a_large_scan_in(client: TestClient) -> None:
    limits = client.get("/api/health").json()["limits"]
    assert limits["pixels"] == 250_000_000
    assert limits["body"] >= 1_000_000_000
