"""Every error leaves as {"error": {"code", "message", "hint"}}, all three text, whatever went wrong."""

import json

import pytest
from starlette.testclient import TestClient

from huewise.errors import HuewiseError, ModelCorrupt, ModelError
from huewise.server import create_app
from huewise.server.problems import LONGEST, STATUS_OF_CODE, ServerError, error_json
from tests.server.conftest import picture_bytes
from tests.server.fake_engine import FakeColorizer


def assert_error(response: object, status: int, code: str) -> str:
    assert response.status_code == status, response.text  # type: ignore[attr-defined]
    content = response.json()  # type: ignore[attr-defined]
    assert list(content) == ["error"]
    assert sorted(content["error"]) == ["code", "hint", "message"]
    assert all(isinstance(value, str) for value in content["error"].values())
    assert content["error"]["code"] == code
    message: str = content["error"]["message"]
    assert message and "\n" not in message
    return message


def test_a_file_that_is_no_picture(client: TestClient) -> None:
    assert_error(client.post("/api/pictures", content=b"only words"), 422, "picture")


def test_an_empty_body(client: TestClient) -> None:
    assert_error(client.post("/api/pictures", content=b""), 400, "body")


def test_a_truncated_picture_is_no_server_error(client: TestClient) -> None:
    response = client.post("/api/pictures", content=picture_bytes(64, 64, "JPEG")[:120])
    assert response.status_code in {201, 422}


def test_an_unknown_address(client: TestClient) -> None:
    assert_error(client.get("/api/nothing"), 404, "not-found")


def test_an_unknown_picture(client: TestClient) -> None:
    for response in (
        client.get("/api/pictures/none"),
        client.get("/api/pictures/none/guide?side=8"),
        client.post("/api/pictures/none/color", json={}),
        client.post("/api/pictures/none/palette", json={"x": 0, "y": 0}),
        client.post("/api/pictures/none/export", json={}),
        client.delete("/api/pictures/none"),
    ):
        assert_error(response, 404, "picture-gone")


def test_a_wrong_method(client: TestClient) -> None:
    assert_error(client.put("/api/pictures", content=b"x"), 405, "method-not-allowed")


def test_a_request_that_makes_no_sense_names_the_place(client: TestClient, picture_id: str) -> None:
    assert "sequence" in assert_error(
        client.post(f"/api/pictures/{picture_id}/color", json={"sequence": -1}), 422, "request"
    )
    assert "hintz" in assert_error(
        client.post(f"/api/pictures/{picture_id}/color", json={"hintz": []}), 422, "request"
    )
    response = client.post(
        f"/api/pictures/{picture_id}/color", content=b"{", headers={"content-type": "application/json"}
    )
    assert_error(response, 422, "request")


@pytest.mark.parametrize(
    "hint",
    [
        {"point": [1, 2]},
        {"point": [1, 2], "color": "no such colour"},
        {"point": [1, 2], "color": "#fff", "colour": "#fff"},
        {"region": {"mask": "/etc/passwd"}, "color": "#fff"},
        {"region": {"mask": "mask.png"}, "color": "#fff"},
    ],
)
def test_a_bad_hint_is_the_hint_s_error(client: TestClient, picture_id: str, hint: object) -> None:
    for address in ("color", "export"):
        response = client.post(f"/api/pictures/{picture_id}/{address}", json={"hints": [hint]})
        assert_error(response, 422, "hint")


HALF = chr(0xD800)  # half of a surrogate pair: JSON can say it, Unicode text cannot


@pytest.mark.parametrize(
    "wish",
    [
        {"hints": [{"point": [1, 2], "color": HALF}]},
        {"hints": [{"point": [1, 2], "color": "#fff", HALF: 1}]},
        {HALF: 1},
        {"format": HALF},
        {"global": {"reference": [HALF]}},
    ],
)
def test_half_a_character_is_no_fault_of_ours(client: TestClient, picture_id: str, wish: object) -> None:
    body = json.dumps(wish).encode()
    response = client.post(
        f"/api/pictures/{picture_id}/export", content=body, headers={"content-type": "application/json"}
    )
    assert response.status_code in {404, 422}
    assert_error(response, response.status_code, response.json()["error"]["code"])


def test_a_fault_of_ours_says_nothing_of_the_inside() -> None:
    def broken(_name: str) -> FakeColorizer:
        raise RuntimeError("secret place /home/somebody")

    with TestClient(create_app(broken), base_url="http://localhost", raise_server_exceptions=False) as client:
        response = client.post("/api/pictures", content=picture_bytes())
    assert "secret" not in response.text
    assert_error(response, 500, "internal")


@pytest.mark.parametrize("fault", [ModelCorrupt, ModelError])
def test_no_path_of_the_disk_goes_out_with_a_damaged_model(fault: type[ModelError]) -> None:
    def broken(_name: str) -> FakeColorizer:
        raise fault("/home/somebody/models/photo/decode.onnx: missing", "the file", "install again")

    with TestClient(create_app(broken), base_url="http://localhost") as client:
        response = client.post("/api/pictures", content=picture_bytes())
    assert "somebody" not in response.text
    assert_error(response, 503, fault.code)


def test_a_message_is_one_short_line(client: TestClient, picture_id: str) -> None:
    for text in ("x" * 100_000, "two\nlines\r\nand more"):
        for hint in ({"point": [1, 2], "color": text}, {"point": [1, 2], "color": "red", text: 1}):
            response = client.post(f"/api/pictures/{picture_id}/color", json={"hints": [hint]})
            assert len(assert_error(response, 422, "hint")) <= LONGEST
    assert error_json("code", "a\nb")["error"]["message"] == "a b"


def test_every_error_of_the_family_has_a_status() -> None:
    def family(root: type[HuewiseError]) -> set[type[HuewiseError]]:
        return {root}.union(*(family(child) for child in root.__subclasses__()))

    codes = {error.code for error in family(HuewiseError) - family(ServerError)} - {"error"}
    assert codes <= set(STATUS_OF_CODE)
