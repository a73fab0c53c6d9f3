"""No other site may use the server through the person's browser; beyond the loopback a token is asked."""

import pytest
from starlette.testclient import TestClient

from huewise.server import Settings
from tests.server.conftest import client_for, picture_bytes
from tests.server.fake_engine import FakeColorizer

OWN = "http://127.0.0.1:8642"


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8642", "localhost:8642", "localhost", "[::1]:8642", "127.8.9.1:80"]
)
def test_this_computer_s_names_are_let_in(client: TestClient, host: str) -> None:
    assert client.get("/api/health", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8642", "127.0.0.1.evil.example", "localhost.evil.example", "0.0.0.0:8642",
     "192.168.1.5:8642", "", "[::1", "user@evil.example", "127.0.0.1@evil.example:8642"],
)  # fmt: skip
def test_a_rebound_name_is_refused(client: TestClient, host: str) -> None:
    for path in ("/", "/api/health", "/main.js"):
        response = client.get(path, headers={"host": host})
        assert (response.status_code, response.json()["error"]["code"]) == (403, "refused")


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1:9999",
        "http://127.0.0.1:8642.evil.example",
        "http://[",
    ],
)
def test_a_post_of_another_site_is_refused(client: TestClient, colorizer: FakeColorizer, origin: str) -> None:
    response = client.post("/api/pictures", content=picture_bytes(), headers={"origin": origin})
    assert response.status_code == 403
    assert not colorizer.opened


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_fetch_metadata_of_another_site_is_refused(client: TestClient, site: str) -> None:
    headers = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
    assert client.get("/api/health", headers=headers).status_code == 403
    assert client.post("/api/pictures", content=picture_bytes(), headers=headers).status_code == 403
    navigate = {"sec-fetch-site": site, "sec-fetch-mode": "navigate"}
    assert client.post("/api/pictures", content=picture_bytes(), headers=navigate).status_code == 403


def test_a_link_on_another_site_may_open_a_page_and_nothing_else(client: TestClient, picture_id: str) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    for page in ("/", "/api/docs"):
        assert client.get(page, headers=headers).status_code == 200
    for other in ("/api/given/0", f"/api/pictures/{picture_id}/guide?side=8", "/api/health", "/main.js"):
        assert client.get(other, headers=headers).status_code == 403


def test_the_page_itself_may_post(client: TestClient) -> None:
    headers = {"origin": OWN, "sec-fetch-site": "same-origin"}
    assert client.post("/api/pictures", content=picture_bytes(), headers=headers).status_code == 201


def test_no_other_origin_is_ever_allowed_to_read(client: TestClient) -> None:
    response = client.options(
        "/api/pictures", headers={"origin": OWN, "access-control-request-method": "POST"}
    )
    assert not [name for name in response.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/", "/main.js", "/api/health", "/api/docs", "/nothing", "/api/nothing"])
def test_every_answer_has_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy  # no other site
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"


def test_beyond_the_loopback_a_token_is_asked(colorizer: FakeColorizer) -> None:
    with client_for(colorizer, Settings(token="the-token")) as client:
        host = {"host": "192.168.1.5:8642"}
        for headers in ({}, {"authorization": "Bearer wrong"}, {"cookie": "huewise-token=wrong"}):
            assert client.get("/api/health", headers=host | headers).status_code == 403
            assert client.get("/", headers=host | headers).status_code == 403
        bearer = host | {"authorization": "Bearer the-token"}
        assert client.get("/api/health", headers=bearer).status_code == 200
        cookie = host | {"cookie": "huewise-token=the-token"}
        assert client.get("/api/health", headers=cookie).status_code == 200
        evil = cookie | {"origin": "https://evil.example"}
        assert client.post("/api/pictures", content=picture_bytes(), headers=evil).status_code == 403


def test_a_person_without_the_token_is_told_in_words(colorizer: FakeColorizer) -> None:
    with client_for(colorizer, Settings(token="the-token")) as client:
        page = client.get("/", headers={"host": "192.168.1.5:8642", "accept": "text/html,*/*"})
        assert page.status_code == 403 and page.headers["content-type"].startswith("text/html")
        assert "terminal printed" in page.text and "the-token" not in page.text


def test_the_printed_address_gives_the_browser_the_token(colorizer: FakeColorizer) -> None:
    with client_for(colorizer, Settings(token="the-token")) as client:
        welcome = client.get("/?token=the-token", follow_redirects=False)
        assert (welcome.status_code, welcome.headers["location"]) == (
            303,
            "/",
        )  # the token leaves the address
        cookie = welcome.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        away = client.get("http://127.0.0.1:8642//evil.example/?token=the-token", follow_redirects=False)
        assert away.headers["location"] == "/evil.example/"  # of this server, not another site
        client.cookies.clear()
        assert client.get("/?token=wrong", follow_redirects=False).status_code == 403
