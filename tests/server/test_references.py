"""Wishes for the whole picture: references, saturation, temperature, flats; and drawings, whose colours are RGB."""

import io
import json
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


def test_flats_of_a_photograph_are_rgb_over_the_drawing_that_it_is_taken_for(
    client: TestClient, picture_id: str
) -> None:
    assert "flats" in client.get(f"/api/pictures/{picture_id}").json()["offers"]
    flat = client.post(f"/api/pictures/{picture_id}/color", json={"global": {"flats": True}})
    assert flat.content[:4] == b"HWrg"
    assert json.loads(flat.headers["huewise-notes"]) == ["0 hints – flats"]
    shaded = client.post(f"/api/pictures/{picture_id}/color", json={})
    assert shaded.content[:4] == b"HWab"
    assert "huewise-notes" not in shaded.headers
    drawing, photograph = (
        client.get(f"/api/pictures/{picture_id}/guide?side=48&flats={flats}").content for flats in (1, 0)
    )
    assert set(drawing[16:]) == {255}  # the fake's drawing is white
    assert len(set(photograph[16:])) > 50


def test_a_photograph_that_is_taken_for_a_drawing_too_is_heavier_once(client: TestClient) -> None:
    opened = client.post("/api/pictures", content=picture_bytes(480, 320)).json()["id"]
    memory = [client.get("/api/health").json()["memory"]]
    for _ in range(2):
        client.post(f"/api/pictures/{opened}/color", json={"global": {"flats": True}})
        client.get(f"/api/pictures/{opened}/guide?side=48&flats=1")
        memory.append(client.get("/api/health").json()["memory"])
    assert memory[0] + 4 * 480 * 320 == memory[1] == memory[2]


def test_suggestions_and_questions_follow_reference_and_saturation(
    client: TestClient, colorizer: FakeColorizer, picture_id: str
) -> None:
    reference = client.post(f"/api/pictures/{picture_id}/references", content=colored_bytes()).json()["id"]
    wish = {"reference": [reference], "saturation": 0.4, "temperature": 0.3, "flats": True}
    for address, more in (("palette", {"x": 1, "y": 1}), ("question", {})):
        assert (
            client.post(f"/api/pictures/{picture_id}/{address}", json={"global": wish, **more}).status_code
            == 200
        )
        told = colorizer.opened[0].asked_with[-1]
        assert sorted(told) == ["reference", "saturation"]
        assert told["saturation"] == 0.4
        assert told["reference"][0].ab_n2.mean(0)[0] > 30
        unknown = {"global": {"reference": ["nobody's"]}, **more}
        assert client.post(f"/api/pictures/{picture_id}/{address}", json=unknown).status_code == 404


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
        assert (opened["model"], opened["offers"]) == ("levin", ["hints", "question", "flats", "draft"])


def test_a_trial_overtakes_nothing(client: TestClient, picture_id: str) -> None:
    address = f"/api/pictures/{picture_id}/color"
    assert client.post(address, json={"sequence": 5}).status_code == 200
    assert client.post(address, json={"sequence": 1, "trial": True}).status_code == 200
    assert client.post(address, json={"sequence": 9, "trial": True}).status_code == 200
    assert client.post(address, json={"sequence": 6}).status_code == 200
