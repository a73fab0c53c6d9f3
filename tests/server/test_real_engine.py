"""The server on the real engine, with a model that has no weights: the protocol in `ports.py` is the engine's."""

import io
import struct
import zipfile
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from huewise.color import lab_to_rgb
from huewise.hints import Point, Region, Stroke
from huewise.server import create_app
from huewise.server.ports import Colorizer, ColorizerFactory
from tests.engine.drawings import LEFT, as_file, two_boxes
from tests.engine.fakes import colorizer
from tests.server.conftest import picture_bytes
from tests.server.test_picture_routes import read_ab

HINTS = [
    {"point": [24, 16], "color": "#ff0000"},
    {"stroke": [[2, 2], [30, 8]], "width": 4, "color": "skyblue"},
    {"region": [[30, 20], [46, 20], [46, 30]], "color": "lab(60 -20 30)"},
]
PARSED = [
    Point(24, 16, "#ff0000"),
    Stroke([(2, 2), (30, 8)], 4, "skyblue"),
    Region([(30, 20), (46, 20), (46, 30)], "lab(60 -20 30)"),
]


@pytest.fixture
def client() -> Iterator[TestClient]:
    engine: Colorizer = colorizer()
    factory: ColorizerFactory = lambda _name: engine  # noqa: E731 - the annotation is the test
    with TestClient(create_app(factory), base_url="http://localhost") as client:
        yield client


def test_what_the_page_sees_is_the_engine_s_prediction(client: TestClient) -> None:
    opened = client.post("/api/pictures", content=picture_bytes()).json()
    response = client.post(f"/api/pictures/{opened['id']}/color", json={"hints": HINTS, "sequence": 3})
    sent, _ = read_ab(response.content)
    expected = colorizer().open(picture_bytes()).predict(PARSED).ab_hw2
    assert np.abs(sent - expected).max() < 0.01


def test_what_is_saved_is_the_engine_s_result(client: TestClient) -> None:
    opened = client.post("/api/pictures", content=picture_bytes()).json()
    response = client.post(f"/api/pictures/{opened['id']}/export", json={"hints": HINTS, "bits": 16})
    saved = client.post(f"/api/pictures/{opened['id']}/export", json={"hints": HINTS})
    result = colorizer().open(picture_bytes()).colorize(PARSED)
    assert response.content == result.encode(bits=16)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(saved.content))), result.rgb)


def test_flats_of_a_photograph_are_those_that_are_saved(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huewise.engine.colorizer.for_drawings", lambda: "flats")
    opened = client.post("/api/pictures", content=as_file(Image.fromarray(two_boxes()), "PNG")).json()
    wish = {"hints": [{"point": LEFT, "color": "tomato"}], "global": {"flats": True}}
    answer = client.post(f"/api/pictures/{opened['id']}/color", json=wish).content
    magic, width, height, _ = struct.unpack_from("<4sIII", answer)
    assert magic == b"HWrg"
    rgb_hw3 = np.frombuffer(answer, np.uint8, offset=16).reshape(height, width, 3)
    guide = client.get(f"/api/pictures/{opened['id']}/guide?side=4096&flats=true").content[16:]
    l_hw = np.frombuffer(guide, np.uint8).reshape(height, width) / np.float32(2.55)
    gray_hw = lab_to_rgb(np.dstack([l_hw, np.zeros((height, width, 2), np.float32)]))
    shown = np.rint(rgb_hw3 * np.clip(gray_hw, 0, 1))
    saved = client.post(f"/api/pictures/{opened['id']}/export", json=wish).content
    assert np.abs(shown - np.asarray(Image.open(io.BytesIO(saved)), np.float32)).max() <= 3
    assert tuple(rgb_hw3[LEFT[1], LEFT[0]]) == (255, 99, 71)
    layers = client.post(f"/api/pictures/{opened['id']}/export", json=wish | {"format": "ora"})
    assert layers.headers["content-type"] == "image/openraster"
    with zipfile.ZipFile(io.BytesIO(layers.content)) as file:
        assert b"#ff6347" in file.read("stack.xml")
    without = client.post(f"/api/pictures/{opened['id']}/export", json={"format": "ora"})
    assert without.status_code == 422 and "without flats" in without.json()["error"]["message"]


def test_suggestions_and_guide_come_through(client: TestClient) -> None:
    opened = client.post("/api/pictures", content=picture_bytes()).json()
    wish = {"x": 5, "y": 6, "hints": HINTS, "k": 4}
    suggestions = client.post(f"/api/pictures/{opened['id']}/palette", json=wish).json()["suggestions"]
    assert 1 <= len(suggestions) <= 4
    assert all(one["color"].startswith("#") for one in suggestions)
    guide = client.get(f"/api/pictures/{opened['id']}/guide?side=100").content
    assert guide[16:] == colorizer().open(picture_bytes()).guide(100).tobytes()


def test_a_place_or_a_hint_outside_is_said(client: TestClient) -> None:
    opened = client.post("/api/pictures", content=picture_bytes()).json()
    outside = {"point": [900, 900], "color": "red"}
    for address, wish in (
        ("palette", {"x": 500, "y": 1}),
        ("color", {"hints": [outside]}),
        ("export", {"hints": [outside]}),
    ):
        response = client.post(f"/api/pictures/{opened['id']}/{address}", json=wish)
        assert (response.status_code, response.json()["error"]["code"]) == (422, "hint")
