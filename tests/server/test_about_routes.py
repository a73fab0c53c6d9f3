"""What the page asks before a picture is open, the page's files, and ways out of their folder that do not exist."""

import json
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from huewise.server import create_app
from huewise.server.about_routes import WEB, ModelAnswer, read_examples
from tests.server.conftest import picture_bytes
from tests.server.fake_engine import FakeColorizer

LARGEST_PAGE = 300_000  # bytes
LONGEST_FILE = 300  # lines
PAGE_FILES = sorted(
    path
    for path in WEB.rglob("*")
    if path.suffix in {".js", ".css", ".html", ".svg"} and "examples" not in path.parts
)


def escapes() -> list[str]:
    """Ways to ask for a file outside of a folder, as clients and proxies have written them."""
    ups = ["..", "%2e%2e", ".%2e", "%2e.", "..%00", "%252e%252e", "..%c0%af", "..%255c", "....", "..;"]
    separators = ["/", "%2f", "\\", "%5c", "//", "/./", "%252f"]
    targets = ["app.py", "etc/passwd", "pyproject.toml", "windows/win.ini"]
    made = [
        separator.join([up] * 3 + [target]) for up in ups for separator in separators for target in targets
    ]
    return [
        *made,
        "C:/windows/win.ini",
        "C:%5cwindows%5cwin.ini",
        "/etc/passwd",
        "//etc/passwd",
        "%00",
        "con",
        "~root",
    ]


def test_no_path_leads_out_of_the_page_s_folder(client: TestClient) -> None:
    ways = escapes()
    assert len(ways) >= 200
    for way in ways:
        for prefix in ("/", "/examples/", "/api/given/", "/api/pictures/"):
            response = client.get(prefix + way)
            assert response.status_code in {403, 404, 405, 422}, (prefix, way)
            assert b"create_app" not in response.content


def test_health_tells_how_full_the_shelf_is(client: TestClient) -> None:
    before = client.get("/api/health").json()
    client.post("/api/pictures", content=picture_bytes())
    after = client.get("/api/health").json()
    assert (before["status"], before["pictures"], after["pictures"]) == ("ok", 0, 1)
    assert after["memory"] > before["memory"]


def test_models_are_those_of_the_shop(colorizer: FakeColorizer) -> None:
    app = create_app(
        lambda _name: colorizer, list_models=lambda: [ModelAnswer(name="photo", title="Photographs")]
    )
    with TestClient(app, base_url="http://localhost") as client:
        assert [one["name"] for one in client.get("/api/models").json()] == ["photo"]


def test_examples_are_those_of_the_index(tmp_path: Path) -> None:
    assert read_examples(tmp_path) == []
    entry = {"title": "Lake", "credit": "CC0", "picture": "l.jpg", "colored": "l-color.jpg"}
    entry |= {"width": 4, "height": 3}
    (tmp_path / "index.json").write_text(json.dumps([entry]))
    assert [one.title for one in read_examples(tmp_path)] == ["Lake"]


def test_given_pictures_are_told_by_name_alone(colorizer: FakeColorizer, tmp_path: Path) -> None:
    path = tmp_path / "a folder" / "père.png"
    path.parent.mkdir()
    path.write_bytes(picture_bytes())
    app = create_app(lambda _name: colorizer, given=[path])
    with TestClient(app, base_url="http://localhost") as client:
        assert client.get("/api/given").json() == [{"number": 0, "name": "père.png"}]
        assert client.get("/api/given/0").content == picture_bytes()
        assert "a folder" not in str(client.get("/api/given/0").headers)
        for number in ("1", "-1", "00000000000000000000001"):
            assert client.get(f"/api/given/{number}").status_code in {404, 422}
        path.unlink()
        assert client.get("/api/given/0").status_code == 404


def test_the_interface_documents_itself_without_another_site(client: TestClient) -> None:
    page = client.get("/api/docs").text
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
    addresses = client.get("/api/openapi.json").json()["paths"]
    for address in ("/api/pictures", "/api/pictures/{picture_id}/color", "/api/health", "/api/models"):
        assert address in addresses and address in page
    hints = page[page.index("/api/pictures/{picture_id}/color") :]
    assert "<td><code>hints</code></td>" in hints[: hints.index("</section>")]
    opening = page[page.index("POST</span> /api/pictures<") :]
    assert "<p>application/octet-stream</p>" in opening[: opening.index("</section>")]
    assert '<a href="#GlobalWish">' in page and '<h3 id="GlobalWish">' in page
    assert "<td><code>automatic_for</code></td>" in page, "of an answer that is a list"
    assert "1/256 of a CIE Lab unit" in page and "ValidationError" not in page


@pytest.mark.parametrize("path", PAGE_FILES, ids=lambda path: str(path.relative_to(WEB)))
def test_a_file_of_the_page_is_short_and_names_no_other_site(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) < LONGEST_FILE
    assert not re.findall(r"(?<!xmlns=\")https?://(?!www\.w3\.org/2000/svg)", text)
    if path.suffix == ".js" and path.name != "api.js":
        assert "/api/" not in text  # api.js alone knows addresses
        assert "fetch(" not in text


def test_the_page_is_light() -> None:
    assert sum(path.stat().st_size for path in PAGE_FILES) <= LARGEST_PAGE


def test_scripts_come_as_scripts(client: TestClient) -> None:
    assert client.get("/main.js").headers["content-type"].startswith("text/javascript")
    assert client.get("/").headers["content-type"].startswith("text/html")
