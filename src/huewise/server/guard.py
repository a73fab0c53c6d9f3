"""The guard at the door: no other site may use this server through the person's browser.

Another site can make a browser send requests to 127.0.0.1, and a name that it owns can be made to point there
(DNS rebinding). So: the Host must be this computer's own, an Origin must be this server's own, and
`Sec-Fetch-Site` must not say "cross-site". A server that listens beyond the loopback asks for a token instead of
a known Host.
Written as plain ASGI: it sees every request before anything else does, and puts its headers on every answer.
"""

import hmac
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from huewise.server.problems import Refused, answer

TOKEN_COOKIE = "huewise-token"
READING = frozenset({"GET", "HEAD", "OPTIONS"})
PAGES = frozenset({"/", "/api/docs"})
"""What a link on another site may open."""

NO_TOKEN = """<!doctype html><meta charset="utf-8"><title>Huewise</title>
<h1>This address needs its token</h1>
<p>Open the whole address that the terminal printed: the one with <code>?token=</code> in it.</p>"""
"""What a person sees who typed the address without it."""

SECURITY_HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
        "connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """ASGI middleware: refuses what comes from elsewhere, adds the security headers to what goes out."""

    def __init__(self, app: ASGIApp, *, token: str | None = None) -> None:
        self._app, self._token = app, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # no websockets here

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                _add_headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        refusal = self._refusal(scope)
        await (refusal or self._app)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if self._token is None and not is_loopback(_name_of(host) or ""):
            return answer(Refused("a request for another host", "one for 127.0.0.1 or localhost"))
        if _from_elsewhere(scope, headers, host):
            return answer(Refused("a request from another site", "one from Huewise's own page"))
        return None if self._token is None else _ask_token(scope, headers, self._token)


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach `host`. An address or `localhost`: no other name, whatever it points to."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _name_of(host: str) -> str | None:
    """The host's name without its port; None where it is nonsense."""
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None


def _authority_of(origin: str) -> str | None:
    """Host and port of an Origin; None where it is nonsense."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


def _from_elsewhere(scope: Scope, headers: Headers, host: str) -> bool:
    site = headers.get("sec-fetch-site", "same-origin")
    origin = headers.get("origin")
    if origin is not None and _authority_of(origin) != host.lower():
        return True
    if site in {"same-origin", "none"}:
        return False
    # a link on another site may open a page, nothing more
    navigation = headers.get("sec-fetch-mode") == "navigate" and scope["method"] in READING
    return not (navigation and scope["path"] in PAGES)


def _ask_token(scope: Scope, headers: Headers, token: str) -> Response | None:
    query_token = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
    if _same(query_token, token) and scope["method"] in READING:
        # one slash: "//name/" would lead to another site
        welcome = RedirectResponse("/" + scope["path"].lstrip("/"), 303)
        # Strict would keep it from the page that a link in a mail leads to; requests of other sites are refused anyway.
        welcome.set_cookie(TOKEN_COOKIE, token, httponly=True, samesite="lax")
        return welcome
    bearer = headers.get("authorization", "").removeprefix("Bearer ")
    if _same(bearer, token) or _same(_cookie(headers), token):
        return None
    refused = Refused("no token", "the address with the token that the terminal printed", "open that address")
    if "text/html" in headers.get("accept", ""):  # Sec-Fetch-Mode is told to localhost and HTTPS alone
        return HTMLResponse(NO_TOKEN, refused.status)
    return answer(refused)


def _cookie(headers: Headers) -> str:
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return ""
    return cookies[TOKEN_COOKIE].value if TOKEN_COOKIE in cookies else ""


def _same(given: str, token: str) -> bool:
    return hmac.compare_digest(given.encode(), token.encode())


def _add_headers(headers: MutableHeaders, path: str) -> None:
    for name, value in SECURITY_HEADERS.items():
        headers[name] = value
    headers["cache-control"] = "no-store" if path.startswith("/api/") else "no-cache"
