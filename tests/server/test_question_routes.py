"""The model asks: a region, likely answers; an answer is a hint; what was skipped is not asked again."""

import json

from starlette.testclient import TestClient

from huewise.hints import HintsFile
from tests.server.conftest import client_for, picture_bytes
from tests.server.fake_engine import FakeColorizer, FakeSpec


def ask(client: TestClient, picture_id: str, **wish: object) -> dict | None:
    response = client.post(f"/api/pictures/{picture_id}/question", json=wish)
    assert response.status_code == 200, response.text
    question: dict | None = response.json()["question"]
    return question


def test_a_question_has_a_region_and_likely_answers(client: TestClient, picture_id: str) -> None:
    question = ask(client, picture_id, k=4)
    assert question
    xs, ys = zip(*question["region"], strict=True)
    assert 0 <= min(xs) < max(xs) < 16 and 0 <= min(ys) < max(ys) <= 32  # the left third of 48 x 32
    assert len(question["suggestions"]) == 4
    assert 0.1 < question["area"] < 0.4


def test_answers_are_hints_until_nothing_is_left_to_ask(client: TestClient, picture_id: str) -> None:
    hints: list[dict] = []
    while question := ask(client, picture_id, hints=hints):
        reply = client.post(
            f"/api/pictures/{picture_id}/answer", json={"question": question["region"], "color": "skyblue"}
        ).json()
        hints.append(reply["hint"])
    assert len(hints) == 3
    read = HintsFile.parse(json.dumps({"huewise": 1, "size": [48, 32], "hints": hints}))
    assert len(read.hints) == 3
    assert client.post(f"/api/pictures/{picture_id}/color", json={"hints": hints}).status_code == 200


def test_of_a_drawing_an_answer_is_a_point_in_the_area() -> None:
    with client_for(FakeColorizer(kind="rgb")) as client:
        opened = client.post("/api/pictures", content=picture_bytes()).json()
        question = ask(client, opened["id"])
        wish = {"question": question["region"], "place": question["place"], "color": "gold"}
        hint = client.post(f"/api/pictures/{opened['id']}/answer", json=wish).json()["hint"]
        assert hint == {"point": question["place"], "color": "gold"}
        (left, _), (right, _) = min(question["region"]), max(question["region"])
        assert left < question["place"][0] < right


def test_a_skipped_question_is_not_asked_again(client: TestClient, picture_id: str) -> None:
    skipped: list[object] = []
    while question := ask(client, picture_id, skipped=skipped):
        assert question["region"] not in skipped
        skipped.append(question["region"])
    assert len(skipped) == 3


def test_an_answer_that_makes_no_sense(client: TestClient, picture_id: str) -> None:
    address = f"/api/pictures/{picture_id}/answer"
    corners = [[0, 0], [9, 0], [9, 9]]
    for wish in (
        {"question": corners, "color": "no such colour"},
        {"question": corners[:2], "color": "red"},
        {"question": [[0, 0], [9, 0], [9, "x"]], "color": "red"},
        {"question": corners},
    ):
        assert client.post(address, json=wish).status_code == 422
    assert (
        client.post("/api/pictures/none/answer", json={"question": corners, "color": "red"}).status_code
        == 404
    )


def test_a_skipped_region_of_two_corners_is_a_bad_request(client: TestClient, picture_id: str) -> None:
    response = client.post(f"/api/pictures/{picture_id}/question", json={"skipped": [[[0, 0], [1, 1]]]})
    assert response.status_code == 422


def test_a_model_that_asks_nothing_says_so() -> None:
    for colorizer in (
        FakeColorizer(kind="rgb", spec=FakeSpec(bins="")),
        FakeColorizer(spec=FakeSpec(hints=False)),
    ):
        with client_for(colorizer) as client:
            opened = client.post("/api/pictures", content=picture_bytes()).json()
            assert "question" not in opened["offers"]
            response = client.post(f"/api/pictures/{opened['id']}/question", json={})
            assert (response.status_code, response.json()["error"]["code"]) == (422, "not-offered")
