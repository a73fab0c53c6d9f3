import json
import os
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from huewise.errors import HintError, OutputError
from huewise.hints import GlobalHints, HintsFile, Point, Region, Stroke, hints_schema

VALIDATOR = jsonschema.Draft202012Validator(hints_schema())
EXAMPLE = {  # every kind of hint and every global one
    "huewise": 1,
    "size": [4032, 3024],
    "hints": [
        {"point": [412.5, 230.0], "color": "#8a2f1d", "radius": 4},
        {"stroke": [[10, 10], [80, 40]], "width": 12, "color": "skyblue"},
        {"region": [[0, 0], [900, 0], [900, 500]], "color": "lab(60 -20 30)"},
        {"region": {"mask": "coat.png"}, "color": "#224", "time": 12.48},
    ],
    "global": {
        "reference": ["sister.jpg"],
        "saturation": 0.35,
        "temperature": 0.4,
        "paint": {"sky": "#7fa8d8"},
        "flats": False,
    },
    "model": "photo",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Image.new("L", (40, 30), 255).save(tmp_path / "coat.png")
    Image.new("L", (30, 30), 255).save(tmp_path / "square.png")
    return tmp_path


def put(folder: Path, document: object) -> Path:
    path = folder / "hints.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def with_hint(**entry: object) -> dict[str, object]:
    return {"huewise": 1, "hints": [entry]}


def test_the_contracts_example_is_read(folder: Path) -> None:
    file = HintsFile.read(put(folder, EXAMPLE))
    point, stroke, polygon, mask = file.hints
    assert point == Point(412.5, 230, "#8a2f1d", radius=4)
    assert stroke == Stroke(((10, 10), (80, 40)), 12, "skyblue")
    assert isinstance(polygon, Region)
    assert polygon.polygon == ((0, 0), (900, 0), (900, 500))
    assert isinstance(mask, Region)
    assert mask.mask_hw is not None
    assert mask.mask_hw.shape == (30, 40)
    assert mask.time == 12.48
    assert file.size == (4032, 3024)
    assert file.model == "photo"
    assert file.global_hints == GlobalHints((folder / "sister.jpg",), 0.35, 0.4, {"sky": "#7fa8d8"}, False)


def test_what_is_written_is_read_again(folder: Path) -> None:
    file = HintsFile.read(put(folder, EXAMPLE))
    again = HintsFile.read(file.write(folder / "again.json"))
    assert json.loads((folder / "again.json").read_text()) == EXAMPLE
    assert again.hints[:2] == file.hints[:2]
    assert again.global_hints == file.global_hints


def test_colors_given_as_numbers_survive_the_file(folder: Path) -> None:
    file = HintsFile((Point(1, 2, (61.123456789, -20.1, 1 / 3)),))
    again = HintsFile.read(file.write(folder / "a.json"))
    np.testing.assert_allclose(again.hints[0].lab, (61.123456789, -20.1, 1 / 3), rtol=1e-6)


def test_a_mask_given_as_an_array_is_written_beside_the_file(folder: Path) -> None:
    mask_hw = np.linspace(0, 1, 12).reshape(3, 4)
    again = HintsFile.read(HintsFile((Region(mask_hw, "red"),)).write(folder / "a.json"), untrusted=True)
    region = again.hints[0]
    assert isinstance(region, Region)
    assert region.mask_hw is not None
    np.testing.assert_allclose(region.mask_hw, mask_hw, atol=0.5 / 255 + 1e-6)


def test_that_a_regions_colour_is_a_mean_survives_the_file(folder: Path) -> None:
    corners = [(0, 0), (9, 0), (9, 9)]
    file = HintsFile((Region(corners, "red", mean=True), Region(corners, "red")))
    again = HintsFile.read(file.write(folder / "a.json"))
    assert [hint.mean for hint in again.hints if isinstance(hint, Region)] == [True, False]


def test_a_file_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    file = HintsFile((Region(np.ones((3, 4)), "red"),))
    with pytest.raises(OutputError, match="a folder that does not exist"):
        file.write(tmp_path / "missing" / "a.json")
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OutputError, match="an output that is a folder"):
        file.write(tmp_path / "a.json")
    unspeakable = replace(file, global_hints=GlobalHints((tmp_path / os.fsdecode(b"tr\xff.png"),)))
    with pytest.raises(OutputError, match="UTF-8"):
        unspeakable.write(tmp_path / "b.json")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_masks_are_written_over_no_file_that_is_there(tmp_path: Path) -> None:
    for name in ("a-mask0.png", "a.json.part"):
        (tmp_path / name).write_text("mine")
    HintsFile((Region(np.ones((3, 4)), "red"),)).write(tmp_path / "a.json")
    assert (tmp_path / "a-mask0.png").read_text() == (tmp_path / "a.json.part").read_text() == "mine"
    assert (tmp_path / "a-mask1.png").exists()


def test_a_file_that_is_written_over_a_link_is_read_again_with_its_masks(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "r.json").write_text("{}")
    (tmp_path / "h.json").symlink_to(tmp_path / "real" / "r.json")
    HintsFile((Region(np.ones((3, 4)), "red"),)).write(tmp_path / "h.json")
    assert len(HintsFile.read(tmp_path / "h.json").hints) == 1
    assert (tmp_path / "h-mask0.png").exists()


WRONG: list[tuple[object, str]] = [
    ([], "the file is []; an object {...}"),
    ({}, "the file has no 'huewise'"),
    ({"huewise": 2}, "huewise is 2; 1, the version"),
    ({"huewise": True}, "huewise is true"),
    (
        {"huewise": 1, "colour": 3},
        "the file has an unknown key 'colour'; only huewise, size, hints, global, model",
    ),
    ({"huewise": 1, "size": [3]}, "size is [3]"),
    ({"huewise": 1, "size": [0, 4]}, "size is [0, 4]"),
    ({"huewise": 1, "size": [4.5, 4]}, "size is [4.5, 4]"),
    ({"huewise": 1, "hints": {}}, "hints is {}; a list [...]"),
    (with_hint(color="red"), 'hints[0] is {"color": "red"}; an object with one of point, stroke, region'),
    (
        with_hint(point=[1, 2], stroke=[[1, 2]], color="red"),
        "an object with one of point, stroke, region",
    ),
    (
        with_hint(point=[1, 2], colour="red"),
        "hints[0] has an unknown key 'colour'; only point, color, radius, time",
    ),
    (with_hint(point=[1, 2]), "hints[0] has no 'color'; 'color'; add 'color'"),
    (with_hint(point=[1, 2], color="blurple"), "hints[0]: "),
    (with_hint(point=[1, 2], color=7), "hints[0].color is 7; text"),
    (with_hint(point=[1], color="red"), "hints[0].point is [1]; [x, y]"),
    (with_hint(point=[1, "2"], color="red"), 'hints[0].point[1] is "2"; a number'),
    (with_hint(point=[1, True], color="red"), "hints[0].point[1] is true; a number"),
    (with_hint(point=[1, 2], color="red", radius=0), "hints[0]: radius is 0; more than 0"),
    (with_hint(point=[1, 2], color="red", time=-1), "hints[0]: time is -1"),
    (with_hint(stroke=[[1, 2]], color="red"), "hints[0] has no 'width'"),
    (with_hint(stroke=[], color="red", width=3), "hints[0]: a stroke of 0 points"),
    (with_hint(stroke=[[1, 2], [3]], color="red", width=3), "hints[0].stroke[1] is [3]"),
    (with_hint(region=[[1, 2], [3, 4]], color="red"), "hints[0]: a polygon of 2 points"),
    (
        with_hint(region={"path": "a"}, color="red"),
        "hints[0].region has an unknown key 'path'; only mask",
    ),
    (with_hint(region={"mask": "no.png"}, color="red"), "no.png does not exist"),
    (with_hint(region={"mask": "a\0b"}, color="red"), "without NUL"),
    ({"huewise": 1, "global": {"sat": 1}}, "global has an unknown key 'sat'; only reference, saturation"),
    ({"huewise": 1, "global": {"saturation": 1.5}}, "global: saturation is 1.5; 0..1"),
    ({"huewise": 1, "global": {"temperature": 0}}, "global: temperature is 0; more than 0"),
    ({"huewise": 1, "global": {"flats": 1}}, "global.flats is 1; true or false"),
    ({"huewise": 1, "global": {"paint": []}}, "global.paint is []"),
    ({"huewise": 1, "global": {"paint": {"sky": 3}}}, "global.paint.sky is 3"),
    ({"huewise": 1, "global": {"paint": {"sky": "blurple"}}}, "global"),
    ({"huewise": 1, "global": {"reference": "a.jpg"}}, 'global.reference is "a.jpg"; a list'),
    ({"huewise": 1, "model": ""}, 'model is ""'),
]


@pytest.mark.parametrize(("document", "words"), WRONG)
def test_an_error_is_one_line_that_names_file_and_place(folder: Path, document: object, words: str) -> None:
    with pytest.raises(HintError) as caught:
        HintsFile.read(put(folder, document))
    assert words in str(caught.value)
    assert str(caught.value).startswith("hints.json: ")
    assert "\n" not in str(caught.value)
    assert caught.value.todo


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "line 1 column 1"),
        (b'{"huewise": 1,\n "size": [1 2]}', "line 2 column 13"),
        (b'{"huewise": 1, "huewise": 1}', "key 'huewise' stands twice"),
        (b'{"huewise": NaN}', "NaN as a number"),
        (
            b'{"huewise": 1, "hints": [{"point": [1e999, 2], "color": "red"}]}',
            "hints[0].point[0] is Infinity",
        ),
        (b'{"huewise": ' + b"9" * 5000 + b"}", "ordinary numbers"),
        (
            b'{"huewise": 1, "hints": [{"point": [' + b"9" * 400 + b', 2], "color": "red"}]}',
            "hints[0].point[0] is 999",
        ),
        (b"\xff\xfe{", "byte 0 is not UTF-8"),
        (b"[" * 100_000, "nested"),
    ],
)
def test_what_is_no_json_is_said_with_its_place(tmp_path: Path, text: bytes, words: str) -> None:
    path = tmp_path / "hints.json"
    path.write_bytes(text)
    with pytest.raises(HintError) as caught:
        HintsFile.read(path)
    assert words in str(caught.value)


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "hints.json"
    path.write_bytes(b"\xef\xbb\xbf" + b'{"huewise": 1}')
    assert HintsFile.read(path) == HintsFile()


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(HintError, match=r"none\.json does not exist"):
        HintsFile.read(tmp_path / "none.json")
    with pytest.raises(HintError, match="cannot be read"):
        HintsFile.read(tmp_path)
    with pytest.raises(HintError, match="cannot be read"):
        HintsFile.read("a\0b")


@pytest.mark.parametrize(
    "name",
    [
        "/etc/hostname",
        "../mask.png",
        "a/../../mask.png",
        "out.png",
        "C:\\mask.png",
        "..\\mask.png",
        "\\\\host\\a.png",
        "loop.png",
    ],
)
def test_an_untrusted_file_cannot_name_what_lies_outside_its_folder(tmp_path: Path, name: str) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    Image.new("L", (4, 3), 255).save(tmp_path / "mask.png")
    (inner / "out.png").symlink_to(tmp_path / "mask.png")
    (inner / "loop.png").symlink_to(inner / "loop.png")
    for document in (
        with_hint(region={"mask": name}, color="red"),
        {"huewise": 1, "global": {"reference": [name]}},
    ):
        with pytest.raises(HintError, match="leaves the folder"):
            HintsFile.read(put(inner, document), untrusted=True)


def test_a_trusted_file_may_name_what_lies_outside(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    Image.new("L", (4, 3), 255).save(tmp_path / "mask.png")
    for name in ("../mask.png", str(tmp_path / "mask.png")):
        assert HintsFile.read(put(inner, with_hint(region={"mask": name}, color="red"))).hints


def test_paths_are_relative_to_the_file_not_to_the_working_folder(folder: Path, monkeypatch) -> None:
    path = put(folder, with_hint(region={"mask": "coat.png"}, color="red"))
    monkeypatch.chdir(os.sep)
    assert HintsFile.read(path, untrusted=True).hints


def test_hints_without_a_folder_can_name_no_file() -> None:
    with pytest.raises(HintError, match="names a file; no files"):
        HintsFile.parse(json.dumps(with_hint(region={"mask": "coat.png"}, color="red")))


def test_a_mask_of_another_aspect_than_size_is_refused_on_reading(folder: Path) -> None:
    document = {**with_hint(region={"mask": "square.png"}, color="red"), "size": [4032, 3024]}
    with pytest.raises(HintError, match="mask has 30x30 pixels; the aspect of 'size', 4032x3024"):
        HintsFile.read(put(folder, document))


def test_hints_are_scaled_to_the_picture() -> None:
    file = HintsFile((Point(100, 50, "red", radius=4),), size=(400, 300))
    assert file.for_picture(400, 300) == file.hints
    assert file.for_picture(800, 600) == (Point(200, 100, "red", radius=8),)
    assert HintsFile(file.hints).for_picture(123, 7) == file.hints


def test_hints_for_another_aspect_are_refused() -> None:
    file = HintsFile((Point(100, 50, "red"),), size=(400, 300))
    assert file.for_picture(400, 302)
    with pytest.raises(HintError, match="for a picture of 400x300; 300x400"):
        file.for_picture(300, 400)


@pytest.mark.parametrize(
    ("wish", "name"),
    [
        (GlobalHints(paint={"sky": "red"}), "paint"),
        (GlobalHints(flats=False), "flats"),
        (GlobalHints(saturation=0.0), "saturation"),
        (GlobalHints(reference=(Path("a.jpg"),)), "reference"),
    ],
)
def test_a_wish_that_cannot_be_fulfilled_is_refused_by_name(wish: GlobalHints, name: str) -> None:
    with pytest.raises(HintError, match=f"global hint '{name}' has no effect here; only temperature"):
        wish.refuse_beyond({"temperature"})
    wish.refuse_beyond({name})
    GlobalHints().refuse_beyond(())


numbers = st.one_of(st.integers(-3, 9), st.floats(-3, 9), st.sampled_from([0, 1e7, 4.0, True, None, "4"]))
xy = st.lists(numbers, min_size=1, max_size=3)
colors = st.sampled_from(["red", "#224", "", 3])
entries = st.one_of(
    *(
        st.fixed_dictionaries(
            {kind: shape, "color": colors},
            optional={
                "radius": numbers,
                "width": numbers,
                "time": numbers,
                "mask": numbers,
                "mean": st.sampled_from([True, False, 1]),
            },
        )
        for kind, shape in (
            ("point", xy),
            ("stroke", st.lists(xy, max_size=3)),
            (
                "region",
                st.one_of(
                    st.lists(xy, max_size=4),
                    st.fixed_dictionaries(
                        {}, optional={"mask": st.sampled_from(["coat.png", "", "a\0"]), "x": numbers}
                    ),
                ),
            ),
        )
    ),
    numbers,
)
documents = st.fixed_dictionaries(
    {},
    optional={
        "huewise": st.sampled_from([1, 1, 1, 1.0, 2, "1", True]),
        "size": st.one_of(st.sampled_from([[40, 30], [40.0, 30.0]]), st.lists(numbers, max_size=3)),
        "hints": st.lists(entries, max_size=2),
        "global": st.fixed_dictionaries(
            {},
            optional={
                "reference": st.lists(st.sampled_from(["a.jpg", "", 3]), max_size=2),
                "saturation": numbers,
                "temperature": numbers,
                "paint": st.dictionaries(st.sampled_from(["sky", "sea"]), colors, max_size=2),
                "flats": numbers,
                "other": numbers,
            },
        ),
        "model": st.sampled_from(["photo", "", None]),
        "other": numbers,
    },
)


@given(document=st.one_of(documents, entries.map(lambda entry: {"huewise": 1, "hints": [entry]})))
@settings(deadline=None, max_examples=250)
def test_the_schema_and_the_reader_accept_the_same_files(tmp_path_factory, document) -> None:
    folder = tmp_path_factory.getbasetemp()
    if not (folder / "coat.png").exists():
        Image.new("L", (40, 30), 255).save(folder / "coat.png")
    accepted_by_schema = VALIDATOR.is_valid(document)
    try:
        HintsFile.parse(json.dumps(document), folder)
        accepted_by_reader = True
    except HintError as error:
        accepted_by_reader = "aspect of 'size'" in str(error)  # a schema cannot see the mask
    assert accepted_by_reader == accepted_by_schema


@pytest.mark.parametrize("document", [document for document, _ in WRONG])
def test_the_schema_refuses_what_the_reader_refuses(document: object) -> None:
    knows = not any(
        word in json.dumps(document) for word in ("blurple", "no.png")
    )  # colours and files it does not
    assert VALIDATOR.is_valid(document) is not knows


def test_the_schema_is_a_schema_and_takes_the_contracts_example() -> None:
    jsonschema.Draft202012Validator.check_schema(hints_schema())
    jsonschema.validate(EXAMPLE, hints_schema())


@pytest.mark.parametrize("color", [(50.0, 2.5e-15, 40.0), (50, 1e-5, 0), (1e-7, -160, 160)])
def test_the_smallest_numbers_are_read_as_they_were_written(tmp_path: Path, color: object) -> None:
    HintsFile(hints=(Point(1, 1, color),)).write(tmp_path / "hints.json")
    assert HintsFile.read(tmp_path / "hints.json").hints[0].lab == pytest.approx(color, abs=0, rel=1e-6)
