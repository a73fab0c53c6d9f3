"""JSON is decoded beside the event loop, and what is wrong with it leaves in the one shape."""

import json
import threading

import pytest
from starlette.testclient import TestClient

from huewise.server import json_bodies
from huewise.server.json_bodies import decoded
from huewise.server.problems import BadRequest
from huewise.server.wire import REQUESTS, ColorRequest, PaletteRequest
from tests.server.test_problems import assert_error

ADDRESSES = ("color", "palette", "question", "answer", "export")


def test_the_event_loop_decodes_nothing(
    client: TestClient, picture_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []

    def watched(*arguments: object) -> object:
        threads.append(threading.current_thread().name)
        return decoded(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(json_bodies, "decoded", watched)
    for address in ADDRESSES:
        client.post(f"/api/pictures/{picture_id}/{address}", json={"hints": []})
    assert len(threads) == len(ADDRESSES)
    assert all(name.startswith("huewise-wish") for name in threads)


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"3", b"\xff\xfe", b"[" * 100_000, b'{"hints": [1]}', b"nul"]
)
def test_what_is_no_request_is_told_in_the_one_shape(
    client: TestClient, picture_id: str, body: bytes
) -> None:
    for address in ADDRESSES:
        response = client.post(
            f"/api/pictures/{picture_id}/{address}",
            content=body,
            headers={"content-type": "application/json"},
        )
        assert_error(response, 422, "request")


def test_an_error_names_the_place_and_does_not_repeat_the_request() -> None:
    body = json.dumps(
        {"x": 1, "y": 1, "global": {"saturation": 7}, "hints": [{"point": [1, 2]}] * 999}
    ).encode()
    with pytest.raises(BadRequest, match=r"^global\.saturation: ") as told:
        decoded(body, PaletteRequest)
    assert len(str(told.value)) < 400
    with pytest.raises(BadRequest) as told:
        decoded(json.dumps({"k" * 5000: 1}).encode(), ColorRequest)
    assert len(str(told.value)) < 400


def test_many_hints_arrive(client: TestClient, picture_id: str) -> None:
    hints = [{"point": [i % 48, i % 32], "color": "#8a2f1d"} for i in range(5000)]
    assert (
        client.post(f"/api/pictures/{picture_id}/palette", json={"x": 1, "y": 1, "hints": hints}).status_code
        == 200
    )


def test_the_interface_documents_every_body(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    schemas = document["components"]["schemas"]
    for address, kind in zip(ADDRESSES, REQUESTS, strict=True):
        operation = document["paths"]["/api/pictures/{picture_id}/" + address]["post"]
        assert operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].endswith(
            kind.__name__
        )
        assert set(schemas[kind.__name__]["properties"]) == {
            field.alias or name for name, field in kind.model_fields.items()
        }
    for found in set(str(document).split("'#/components/schemas/")[1:]):
        assert found.split("'")[0] in schemas
