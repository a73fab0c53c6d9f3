"""`serve` in a thread of its own: it says its address, answers there, and asks a token beyond the loopback."""

import asyncio
import io
import re
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn

from huewise.errors import UsageError
from huewise.server import serve
from huewise.server.serve import address_of, is_loopback, listen
from tests.server.fake_engine import FakeColorizer
from tests.server.loops import run


@contextmanager
def serving(monkeypatch: pytest.MonkeyPatch, **options: Any) -> Iterator[str]:
    """The address that a running server has printed."""
    servers: list[uvicorn.Server] = []
    run = uvicorn.Server.run

    def run_and_remember(server: uvicorn.Server, sockets: list[socket.socket] | None = None) -> None:
        servers.append(server)
        monkeypatch.setattr(server, "capture_signals", _no_signals)
        run(server, sockets)

    monkeypatch.setattr(uvicorn.Server, "run", run_and_remember)
    said = io.StringIO()
    arguments = {"open_browser": False, "port": 0, "say": said} | options
    thread = threading.Thread(target=serve, args=(lambda _name: FakeColorizer(),), kwargs=arguments)
    thread.start()
    try:
        deadline = time.monotonic() + 20
        while not (servers and servers[0].started) and time.monotonic() < deadline:
            time.sleep(0.02)
        found = re.search(r"http://\S+", said.getvalue())
        assert found
        yield found.group()
    finally:
        for server in servers:
            server.should_exit = True
        thread.join(20)


@contextmanager
def _no_signals() -> Iterator[None]:
    yield


def test_the_printed_address_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch) as address:
        assert address.startswith("http://127.0.0.1:")
        assert "token" not in address
        with urllib.request.urlopen(address, timeout=10) as response:
            assert b"Huewise" in response.read()


def test_beyond_the_loopback_the_address_has_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch, host="0.0.0.0") as address:
        found = re.fullmatch(r"http://[\d.]+:(\d+)/\?token=(\S{32,})", address)
        assert found
        request = urllib.request.Request(
            f"http://127.0.0.1:{found[1]}/api/health", headers={"authorization": f"Bearer {found[2]}"}
        )
        with urllib.request.urlopen(request, timeout=10) as response:
            assert response.status == 200
        with pytest.raises(urllib.error.HTTPError, match="403") as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{found[1]}/api/health", timeout=10)
        refused.value.close()


def test_a_port_that_is_taken_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="--port"):
        listen("127.0.0.1", taken.getsockname()[1])


def test_no_answer_waits_for_an_acknowledgement() -> None:
    with (
        listen("127.0.0.1", 0) as listener,
        socket.create_connection(listener.getsockname()),
        listener.accept()[0] as connection,
    ):
        assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "", "999.1.1.1"])
def test_a_host_that_is_none_is_said_in_one_line(host: str) -> None:
    with pytest.raises(UsageError, match="--host"):
        listen(host, 99999 if host == "" else 0)


def test_loopback_is_known_by_its_names() -> None:
    assert all(is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "localhost"))
    assert not any(is_loopback(host) for host in ("0.0.0.0", "::", "192.168.0.2", "example.org", ""))
    assert "0.0.0.0" not in address_of("0.0.0.0", 80, None) or not _online()
    assert address_of("::1", 80, None) == "http://[::1]:80/"


def test_many_silent_connections_stop_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(monkeypatch) as address:
        port = int(address.rstrip("/").rsplit(":", 1)[1])

        async def scene() -> None:
            silent = [await asyncio.open_connection("127.0.0.1", port) for _ in range(100)]
            for _, writer in silent:
                writer.write(b"POST /api/pictures HTTP/1.1\r\nHost: 127.0.0.1\r\n")
                await writer.drain()
            answer = await asyncio.to_thread(lambda: urllib.request.urlopen(address, timeout=10))
            with answer:
                assert answer.status == 200
            for _, writer in silent:
                writer.close()

        run(scene())


def _online() -> bool:
    """Whether this computer would know a way to others."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return False
    return True
