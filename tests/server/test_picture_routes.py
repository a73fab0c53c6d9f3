"""The life of a picture: open, look, colour, palette, save, close."""

import io
import struct
from types import SimpleNamespace

import numpy as np
from PIL import Image
from starlette.testclient import TestClient

from huewise.errors import ModelBroken, ModelError
from huewise.server.picture_routes import written_format
from huewise.server.wire import AB_STEPS
from tests.server.conftest import client_for, picture_bytes
from tests.server.fake_engine import FakeColorizer, FakeOpenPicture, FakeSpec

RED_POINT = {"point": [24, 16], "color": "#ff0000"}


def read_ab(body: bytes) -> tuple[np.ndarray, int]:
    magic, width, height, sequence = struct.unpack_from("<4sIII", body)
    assert magic == b"HWab"
    assert len(body) == 16 + 4 * width * height
    return np.frombuffer(body, "<i2", offset=16).reshape(height, width, 2) / AB_STEPS, sequence


def test_opening_tells_the_facts(client: TestClient) -> None:
    response = client.post("/api/pictures", content=picture_bytes(48, 32))
    assert response.status_code == 201
    facts = response.json()
    assert (facts["width"], facts["height"], facts["format"], facts["bits"]) == (48, 32, "png", 8)
    assert facts["kind"] == "ab"
    assert client.get(f"/api/pictures/{facts['id']}").json() == facts


def test_ids_cannot_be_guessed(client: TestClient) -> None:
    ids = {client.post("/api/pictures", content=picture_bytes()).json()["id"] for _ in range(8)}
    assert len(ids) == 8
    assert all(len(one) >= 22 for one in ids)  # 128 bits or more


def test_the_guide_is_the_lightness_and_no_larger_than_asked(client: TestClient, picture_id: str) -> None:
    for side, size in ((24, (24, 16)), (48, (48, 32)), (4000, (48, 32))):
        body = client.get(f"/api/pictures/{picture_id}/guide?side={side}").content
        magic, width, height, _ = struct.unpack_from("<4sIII", body)
        assert (magic, width, height, len(body)) == (b"HWgl", *size, 16 + size[0] * size[1])
    assert body[16] == 0
    assert body[-1] == 255


def test_colour_follows_the_hints_and_carries_its_number(client: TestClient, picture_id: str) -> None:
    address = f"/api/pictures/{picture_id}/color"
    plain, _ = read_ab(client.post(address, json={"hints": [], "sequence": 1}).content)
    red, sequence = read_ab(client.post(address, json={"hints": [RED_POINT], "sequence": 7}).content)
    assert sequence == 7
    middle = (plain.shape[0] // 2, plain.shape[1] // 2)
    assert red[middle][0] > 60 > plain[middle][0]


def test_colour_on_the_wire_is_the_prediction(
    client: TestClient, colorizer: FakeColorizer, picture_id: str
) -> None:
    sent, _ = read_ab(client.post(f"/api/pictures/{picture_id}/color", json={}).content)
    assert np.abs(sent - colorizer.opened[0].predict().ab_hw2).max() <= 0.5 / AB_STEPS + 1e-6


def test_an_old_edit_is_told_that_it_was_overtaken(client: TestClient, picture_id: str) -> None:
    address = f"/api/pictures/{picture_id}/color"
    assert client.post(address, json={"sequence": 5}).status_code == 200
    late = client.post(address, json={"sequence": 4})
    assert (late.status_code, late.json()["error"]["code"]) == (409, "overtaken")
    assert client.post(address, json={"sequence": 5}).status_code == 200  # the same one, sent again


def test_a_draft_is_made_by_the_half_once_there_is_a_whole_answer(
    client: TestClient, colorizer: FakeColorizer, picture_id: str
) -> None:
    address, hint = f"/api/pictures/{picture_id}/color", RED_POINT
    whole, half = colorizer.opened[0], colorizer.opened[0].half
    assert half is not None
    client.post(address, json={"sequence": 1, "draft": True})
    assert (len(whole.seen), len(half.seen)) == (1, 0)
    draft = client.post(address, json={"sequence": 2, "draft": True, "hints": [hint]}).content
    assert (whole.seen, half.seen) == ([0], [0, 1])  # what it is compared with, and the hint
    assert client.post(address, json={"sequence": 2, "hints": [hint]}).content == draft
    assert client.post(address, json={"sequence": 2, "trial": True}).status_code == 200
    client.post(address, json={"sequence": 3, "draft": True, "hints": [RED_POINT]})
    assert (whole.seen, half.seen) == ([0, 1, 0], [0, 1, 1, 1])  # near the last edit, not near the trial
    whole.seen.clear(), half.seen.clear()
    flats = {"sequence": 3, "draft": True, "global": {"flats": True}}
    assert client.post(address, json=flats).content[:4] == b"HWrg"
    assert whole.seen == [0]
    client.post(address, json={"sequence": 4, "draft": True})  # flats are nothing that colours could be near
    assert (whole.seen, half.seen) == ([0, 0], [])


def test_a_draft_is_not_near_colours_on_another_tone(client: TestClient, colorizer: FakeColorizer) -> None:
    sepia = np.asarray(Image.linear_gradient("L").resize((48, 32)), float)[..., None] / 255
    rgb_hw3 = np.clip(sepia * 255 + np.array([26.0, 2.0, -30.0]) * 4 * sepia * (1 - sepia), 0, 255)
    out = io.BytesIO()
    Image.fromarray(rgb_hw3.astype(np.uint8)).save(out, "PNG")
    opened = client.post("/api/pictures", content=out.getvalue()).json()
    assert "keep_tint" in opened["offers"]
    address = f"/api/pictures/{opened['id']}/color"
    client.post(address, json={"sequence": 1})
    kept = client.post(address, json={"sequence": 2, "draft": True, "global": {"keep_tint": True}}).content
    assert (
        np.abs(read_ab(kept)[0] - read_ab(client.post(address, json={"sequence": 3}).content)[0]).mean() > 2
    )
    assert not colorizer.opened[0].half.seen  # type: ignore[union-attr]


def test_a_palette_is_best_first(client: TestClient, picture_id: str) -> None:
    wish = {"x": 3, "y": 4, "hints": [RED_POINT], "k": 5}
    suggestions = client.post(f"/api/pictures/{picture_id}/palette", json=wish).json()["suggestions"]
    assert len(suggestions) == 5
    chances = [one["probability"] for one in suggestions]
    assert chances == sorted(chances, reverse=True)


def test_a_model_without_palette_says_so(client: TestClient, picture_id: str, monkeypatch: object) -> None:
    def none(*_args: object, **_options: object) -> None:
        raise ModelError("model fake predicts no distribution", "a model with colour bins")

    monkeypatch.setattr(FakeOpenPicture, "palette", none)  # type: ignore[attr-defined]
    response = client.post(f"/api/pictures/{picture_id}/palette", json={"x": 1, "y": 1})
    assert (response.status_code, response.json()["error"]["code"]) == (422, "not-offered")


def test_a_graph_that_fails_is_the_installations_fault_and_is_not_described(
    client: TestClient, picture_id: str, monkeypatch: object
) -> None:
    def broken(*_args: object, **_options: object) -> None:
        raise ModelBroken("secret.onnx failed", "a graph that runs", "install it again")

    monkeypatch.setattr(FakeOpenPicture, "palette", broken)  # type: ignore[attr-defined]
    response = client.post(f"/api/pictures/{picture_id}/palette", json={"x": 1, "y": 1})
    assert (response.status_code, response.json()["error"]["code"]) == (503, "model")
    assert "secret" not in response.text


def test_a_temperature_without_a_distribution_is_said() -> None:
    with client_for(FakeColorizer(spec=FakeSpec(bins=""))) as client:
        opened = client.post("/api/pictures", content=picture_bytes()).json()["id"]
        for address in ("color", "export"):
            response = client.post(f"/api/pictures/{opened}/{address}", json={"global": {"temperature": 0.4}})
            assert (response.status_code, response.json()["error"]["code"]) == (422, "not-offered")


def test_saving_keeps_size_and_format(client: TestClient) -> None:
    for format, media_type in (("PNG", "image/png"), ("JPEG", "image/jpeg"), ("TIFF", "image/tiff")):
        opened = client.post("/api/pictures", content=picture_bytes(format=format)).json()["id"]
        response = client.post(f"/api/pictures/{opened}/export", json={})
        assert response.headers["content-type"] == media_type
        saved = Image.open(io.BytesIO(response.content))
        assert (saved.size, saved.format, saved.mode) == ((48, 32), format, "RGB")


def test_saving_as_something_else(client: TestClient, picture_id: str) -> None:
    wish = {"format": "webp", "quality": 80, "hints": [RED_POINT]}
    response = client.post(f"/api/pictures/{picture_id}/export", json=wish)
    assert response.headers["content-type"] == "image/webp"
    assert Image.open(io.BytesIO(response.content)).format == "WEBP"
    assert client.post(f"/api/pictures/{picture_id}/export", json={"format": "exe"}).status_code == 422


def test_a_gif_is_saved_as_png(client: TestClient) -> None:
    opened = client.post("/api/pictures", content=picture_bytes(format="GIF")).json()
    assert opened["format"] == "gif"
    response = client.post(f"/api/pictures/{opened['id']}/export", json={})
    assert response.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(response.content)).format == "PNG"


def test_a_closed_picture_is_gone(client: TestClient, picture_id: str) -> None:
    assert client.delete(f"/api/pictures/{picture_id}").status_code == 204
    assert client.get(f"/api/pictures/{picture_id}").status_code == 404


def test_a_heic_is_saved_as_jpeg_and_says_so() -> None:
    opened = SimpleNamespace(picture=SimpleNamespace(format="heic"))
    assert written_format(None, opened) == "jpeg" and written_format("png", opened) == "png"
