"""`serve`: run the application until it is interrupted."""

import secrets
import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from huewise.errors import UsageError
from huewise.server.about_routes import ListModels
from huewise.server.app import create_app
from huewise.server.guard import is_loopback
from huewise.server.ports import ColorizerFactory
from huewise.server.settings import Settings

DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8642
SECONDS_TO_CLOSE = 3
EVERYWHERE = {"0.0.0.0": "192.0.2.1", "::": "2001:db8::1"}
"""Hosts that mean all addresses, and one elsewhere of each kind (RFC 5737, RFC 3849): it is never sent anything."""


def serve(
    colorizer_factory: ColorizerFactory,
    *,
    host: str = DEFAULT_HOST,
    port: int = DEFAULT_PORT,
    open_browser: bool = True,
    pictures: Sequence[Path] = (),
    settings: Settings | None = None,
    list_models: ListModels = lambda: [],
    say: TextIO | None = None,
) -> None:
    """Serve the page and say its address, until Ctrl-C. Port 0 means any that is free.

    A `host` beyond this computer makes a token and prints it with the address. UsageError when the address
    cannot be had.
    """
    import uvicorn

    settings = settings or Settings()
    if not is_loopback(host) and settings.token is None:
        settings = replace(settings, token=secrets.token_urlsafe(24))
    listener = listen(host, port)
    address = address_of(host, listener.getsockname()[1], settings.token)
    app = create_app(colorizer_factory, settings=settings, list_models=list_models, given=pictures)
    config = uvicorn.Config(
        app, log_level="warning", server_header=False, timeout_graceful_shutdown=SECONDS_TO_CLOSE, ws="none"
    )
    print(f"Huewise is open at {address}  (Ctrl-C ends it)", file=say or sys.stdout, flush=True)
    if open_browser:
        threading.Timer(0.3, webbrowser.open, [address]).start()
    uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A listening socket; UsageError in plain words when it cannot be had."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        # `create_server` puts the address behind what the system says.
        reason = (getattr(error, "strerror", None) or str(error)).partition(" (while ")[0]
        raise UsageError(
            f"{host}:{port} cannot be used ({reason})",
            "a free address",
            "choose another with --port or --host",
        ) from error
    # Its connections take this over. Without it the end of every answer waits up to 40 ms for the acknowledgement of
    # what went before (Nagle's rule); asyncio sets it for sockets alone that it has made itself.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def address_of(host: str, port: int, token: str | None) -> str:
    """What a person types into a browser: of all addresses of this computer the one that others reach it at."""
    if host in EVERYWHERE:
        host = _own_address(host) or host
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/" + (f"?token={token}" if token else "")


def _own_address(host: str) -> str | None:
    """The address from which this computer would speak to others; None where it has no network."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((EVERYWHERE[host], 9))  # of a datagram socket: looks up the way, sends nothing
        except OSError:
            return None
        return str(probe.getsockname()[0])
