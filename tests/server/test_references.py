"""Wishes for the whole picture: references, saturation, temperature, flats; and drawings, whose colours are RGB."""

import io
import struct

import numpy as np
from PIL import Image
from starlette.testclient import TestClient

from tests.server.conftest import client_for, picture_bytes
from tests.server.fake_engine import FakeColorizer, FakeSpec


def colored_bytes(color: tuple[int, int, int] = (200, 60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), color).save(out, "PNG")
    return out.getvalue()


def test_a_reference_tells_its_colours_and_is_taken_over(
    client: TestClient, colorizer: FakeColorizer, picture_id: str
) -> None:
    reply = client.post(f"/api/pictures/{picture_id}/references", content=colored_bytes())
    assert reply.status_code == 201
    red = reply.json()["colors"][0]
    assert int(red[1:3], 16) > int(red[3:5], 16) + 60
    wish = {"global": {"reference": [reply.json()["id"]], "saturation": 0.4, "temperature": 0.3}}
    for address in ("color", "export"):
        assert client.post(f"/api/pictures/{picture_id}/{address}", json=wish).status_code == 200
    options = colorizer.opened[0].options[-1]
    assert (options["saturation"], options["temperature"]) == (0.4, 0.3)
    assert options["reference"][0].ab_n2.mean(0)[0] > 30


def test_what_is_not_wished_for_is_not_handed_on(
    client: TestClient, colorizer: FakeColorizer, picture_id: str
) -> None:
    client.post(f"/api/pictures/{picture_id}/color", json={"global": {}})
    assert colorizer.opened[0].options == [{}]


def test_a_gray_reference_and_an_unknown_one_are_named(client: TestClient, picture_id: str) -> None:
    gray = client.post(f"/api/pictures/{picture_id}/references", content=picture_bytes())
    assert (gray.status_code, gray.json()["error"]["code"]) == (422, "picture")
    wish = {"global": {"reference": ["nobody's"]}}
    assert client.post(f"/api/pictures/{picture_id}/color", json=wish).status_code == 404


def test_flats_of_a_photograph_are_not_offered(client: TestClient, picture_id: str) -> None:
    response = client.post(f"/api/pictures/{picture_id}/color", json={"global": {"flats": True}})
    assert (response.status_code, response.json()["error"]["code"]) == (501, "not-offered")


def test_a_drawing_s_colours_are_rgb() -> None:
    with client_for(FakeColorizer(kind="rgb")) as client:
        opened = client.post("/api/pictures", content=picture_bytes()).json()
        assert opened["kind"] == "rgb"
        assert "flats" in opened["offers"]
        body = client.post(
            f"/api/pictures/{opened['id']}/color", json={"sequence": 9, "global": {"flats": True}}
        ).content
        magic, width, height, sequence = struct.unpack_from("<4sIII", body)
        assert (magic, sequence, len(body)) == (b"HWrg", 9, 16 + 3 * width * height)
        assert np.frombuffer(body, np.uint8, offset=16).max() > 150


def test_offers_follow_the_model() -> None:
    with client_for(FakeColorizer(spec=FakeSpec(name="levin", bins="", global_hints=False))) as client:
        opened = client.post("/api/pictures", content=picture_bytes()).json()
        assert (opened["model"], opened["offers"]) == ("levin", ["hints", "question"])


def test_a_trial_overtakes_nothing(client: TestClient, picture_id: str) -> None:
    address = f"/api/pictures/{picture_id}/color"
    assert client.post(address, json={"sequence": 5}).status_code == 200
    assert client.post(address, json={"sequence": 1, "trial": True}).status_code == 200
    assert client.post(address, json={"sequence": 9, "trial": True}).status_code == 200
    assert client.post(address, json={"sequence": 6}).status_code == 200
