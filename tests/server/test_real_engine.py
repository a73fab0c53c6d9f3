"""The server on the real engine, with a model that has no weights: the protocol in `ports.py` is the engine's."""

import io
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from huewise.hints import Point, Region, Stroke
from huewise.server import create_app
from huewise.server.ports import Colorizer, ColorizerFactory
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
