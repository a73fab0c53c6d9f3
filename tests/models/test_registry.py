"""The shop finds models by name, and names a file that is not what its spec says."""

from pathlib import Path

import msgspec
import pytest

from huewise.errors import ModelCorrupt, ModelError, ModelMissing
from huewise.models import broken, find, installed, verify
from huewise.models.registry import file_sha256, for_drawings
from huewise.models.spec import read_spec
from tests.engine.fakes import spec


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "fake"
    folder.mkdir()
    graphs = []
    for graph in spec().graphs:
        path = folder / graph.file
        path.write_bytes(graph.file.encode())
        graphs.append(msgspec.structs.replace(graph, sha256=file_sha256(path, 0)))
    written = msgspec.structs.replace(spec(), graphs=graphs)
    (folder / "spec.json").write_bytes(msgspec.json.encode(written))
    monkeypatch.setenv("HUEWISE_MODELS", str(tmp_path))
    return folder


def test_a_model_on_a_users_shelf_is_found(shelf: Path) -> None:
    model = find("fake")
    assert model.folder == shelf
    assert model.size == len("encode.onnx") + len("decode.onnx")
    assert "fake" in [m.spec.name for m in installed()]
    verify(model)


def test_an_unknown_model_names_those_there_are(shelf: Path) -> None:
    with pytest.raises(ModelMissing, match="fake"):
        find("fotos")


def test_a_damaged_file_is_named_with_both_hashes(shelf: Path) -> None:
    (shelf / "decode.onnx").write_bytes(b"truncated")
    with pytest.raises(ModelCorrupt) as caught:
        verify(find("fake"))
    message = str(caught.value)
    assert "decode.onnx" in message
    assert find("fake").spec.graphs[1].sha256 in message
    assert file_sha256(shelf / "decode.onnx", 1) in message


def test_a_missing_file_is_named(shelf: Path) -> None:
    (shelf / "encode.onnx").unlink()
    with pytest.raises(ModelCorrupt, match=r"encode\.onnx"):
        verify(find("fake"))
    assert find("fake").size == len("decode.onnx")  # and does not stop the list of models


def test_the_card_falls_back_to_the_description(shelf: Path) -> None:
    assert "for tests" in find("fake").card


@pytest.mark.parametrize("data", [b"", b"{}", b'{"name": "x", "colour": 1}'])
def test_a_bad_spec_is_refused_by_its_path(data: bytes) -> None:
    with pytest.raises(ModelError, match=r"models/x/spec\.json"):
        read_spec(data, "models/x/spec.json")


def test_a_spec_survives_its_file() -> None:
    assert read_spec(msgspec.json.encode(spec()), "x") == spec()


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff", b"[" * 100_000, None])
def test_a_broken_spec_stops_nothing_but_its_own_model(shelf: Path, data: bytes | None) -> None:
    spoilt = shelf.parent / "spoilt"
    (spoilt / "spec.json").mkdir(parents=True) if data is None else spoilt.mkdir()
    if data is not None:
        (spoilt / "spec.json").write_bytes(data)
    assert find("fake").folder == shelf
    assert find("auto").spec.name == "photo"
    assert "fake" in [m.spec.name for m in installed()]
    assert [one.folder for one in broken()] == [spoilt]
    with pytest.raises(ModelError, match=r"spoilt/spec\.json"):
        find("spoilt")


def test_a_card_in_another_encoding_is_shown_all_the_same(shelf: Path) -> None:
    (shelf / "card.md").write_bytes("Größe".encode("latin-1"))
    assert find("fake").card.startswith("Gr")


def test_an_unknown_bin_set_is_named_with_those_there_are(shelf: Path) -> None:
    written = msgspec.structs.replace(find("fake").spec, bins="ab999")
    (shelf / "spec.json").write_bytes(msgspec.json.encode(written))
    with pytest.raises(ModelError, match="'ab999'; one of ab313, lch512, rgb512"):
        find("fake")


def test_an_empty_part_of_the_path_is_not_the_current_folder(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(shelf.parent)
    monkeypatch.setenv("HUEWISE_MODELS", ":")
    assert "fake" not in [m.spec.name for m in installed()]


def test_drawings_go_to_lineart_where_the_shop_has_it_else_to_hints_alone(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huewise.models.registry.shelves", lambda: [shelf.parent])
    assert for_drawings() == "flats" and find("flats").spec.kind == "drawing"
    named = msgspec.structs.replace(read_spec((shelf / "spec.json").read_bytes(), ""), name="lineart")
    (shelf / "spec.json").write_bytes(msgspec.json.encode(named))
    assert for_drawings() == "lineart"


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        (("version",), 9, "version"),
        (("stride",), 0, "stride"),
        (("graphs", 0, "outputs", 0, "at"), 0, "at"),
        (("graphs", 0, "feeds", 0, "parts", 0, "scale"), 0, "scale 0"),
        (("graphs", 1, "feeds", 0, "parts", 0, "name"), "nope", "'nope', which no graph makes"),
        (("spread", "affinities"), "nope", "'nope', which no graph makes"),
        (("graphs", 1, "feeds", 0, "parts", 0, "source"), "answer_ab", "answer_ab for decode.onnx, per edit"),
        (
            ("graphs", 1, "outputs", 0, "means"),
            "saturated_ab",
            "decode.onnx, per edit; saturated_ab from a graph",
        ),
        (("graphs", 1, "per"), "saturation", "decode.onnx, per saturation; saturated_ab from a graph"),
        (("bins",), "rgb512", "bins of rgb512 for a photo"),
        (("bins",), "lch512", "ab313"),
    ],
)
def test_a_spec_that_the_engine_could_not_follow_is_refused_in_one_line(
    shelf: Path, path: tuple[str | int, ...], value: object, told: str
) -> None:
    document = msgspec.json.decode((shelf / "spec.json").read_bytes())
    *above, last = path
    place = document
    for step in above:
        place = place[step]
    place[last] = value
    (shelf / "spec.json").write_bytes(msgspec.json.encode(document))
    with pytest.raises(ModelError, match=told) as caught:
        find("fake")
    assert "\n" not in str(caught.value)


def test_whoever_made_a_model_is_not_sent_to_install_huewise_again(shelf: Path) -> None:
    (shelf / "decode.onnx").write_bytes(b"newer")
    with pytest.raises(ModelCorrupt, match=r"spec\.json"):
        verify(find("fake"))
