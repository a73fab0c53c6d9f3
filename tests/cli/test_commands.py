"""The small commands: each hands over to its room and tells what came back."""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from huewise.cli import main
from huewise.engine.doctor import Check
from huewise.errors import ModelMissing
from huewise.hints import Point
from huewise.models import find

from .fake_engine import FakeColorizer


def objects(capsys) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_palette_lists_colors_with_their_probability(folder: Path, engine: FakeColorizer, capsys) -> None:
    assert main(["palette", "gray.png", "5", "6.5"]) == 0
    assert capsys.readouterr().out == "#ff8000   75.0%\n#00ff00   12.5%\n"


def test_palette_follows_k_and_the_hints(folder: Path, engine: FakeColorizer, capsys) -> None:
    (folder / "h.json").write_text('{"huewise": 1, "hints": [{"point": [1, 2], "color": "red"}]}')
    assert main(["palette", "gray.png", "5", "6", "-k", "1", "--hints", "h.json", "--json"]) == 0
    assert objects(capsys) == [
        {"input": "gray.png", "x": 5.0, "y": 6.0, "suggestions": [{"color": "#ff8000", "probability": 0.75}]}
    ]
    assert engine.hints == [[Point(1, 2, "red")]]
    assert main(["palette", "gray.png", "5", "6", "--hints", "h.json", "--hint", "3,4=tan"]) == 0
    assert engine.hints[1] == [Point(1, 2, "red"), Point(3, 4, "tan")]


def test_palette_follows_the_wishes_of_the_file_and_of_the_command_line(
    folder: Path, engine: FakeColorizer, capsys
) -> None:
    (folder / "h.json").write_text('{"huewise": 1, "global": {"saturation": 0.2, "reference": ["red.png"]}}')
    Image.new("RGB", (64, 64), "red").save(folder / "red.png")
    assert main(["palette", "gray.png", "5", "6", "--hints", "h.json"]) == 0
    assert main(["palette", "gray.png", "5", "6", "--hints", "h.json", "--saturation", "0.5"]) == 0
    assert [made["saturation"] for made in engine.wishes] == [0.2, 0.5]
    assert [[Path(one.name).name for one in made["reference"]] for made in engine.wishes] == [["red.png"]] * 2
    capsys.readouterr()
    assert main(["palette", "gray.png", "5", "6", "--reference", "gone.png"]) == 1
    assert capsys.readouterr().err.startswith("huewise: gone.png: ")
    (folder / "h.json").write_text('{"huewise": 1, "global": {"temperature": 0.5}}')
    assert main(["palette", "gray.png", "5", "6", "--hints", "h.json"]) == 0, "the page writes it"
    assert "the temperature of the hints file is left out" in capsys.readouterr().err
    (folder / "h.json").write_text('{"huewise": 1, "global": {"flats": true}}')
    assert main(["palette", "gray.png", "5", "6", "--hints", "h.json"]) == 2
    assert "global hint 'flats' has no effect here" in capsys.readouterr().err


def test_models_names_a_broken_one_once_and_lists_the_rest(folder: Path, monkeypatch, capsys) -> None:
    (folder / "shelf" / "spoilt").mkdir(parents=True)
    (folder / "shelf" / "spoilt" / "spec.json").write_text("{")
    monkeypatch.setenv("HUEWISE_MODELS", str(folder / "shelf"))
    assert main(["models"]) == 1
    told = capsys.readouterr()
    assert "levin" in told.out and "spoilt" not in told.out
    assert told.err.startswith("huewise: spoilt: ") and told.err.count("\n") == 1


def test_models_add_hands_the_file_over(folder: Path, monkeypatch, capsys) -> None:
    asked = []

    def add(file: Path, as_name: str, *, overwrite: bool) -> object:
        asked.append((file, as_name, overwrite))
        return find("levin")

    monkeypatch.setattr("huewise.engine.adopt.add", add)
    assert main(["models", "add", "net.onnx", "--as", "eccv16", "--json"]) == 0
    assert asked == [(Path("net.onnx"), "eccv16", False)]
    assert objects(capsys)[0]["name"] == "levin"


@pytest.mark.parametrize(
    "words", [["add"], ["add", "x.onnx"], ["levin", "x.onnx"], ["levin", "--as", "eccv16"]]
)
def test_models_add_needs_a_file_and_a_name(words: list[str], capsys) -> None:
    assert main(["models", *words]) == 2
    assert "huewise models add FILE --as NAME" in capsys.readouterr().err


def test_models_add_says_in_one_line_why_a_file_is_refused(folder: Path, capsys) -> None:
    (folder / "net.pth").write_bytes(b"PK\x03\x04")
    assert main(["models", "add", "net.pth", "--as", "siggraph17"]) == 3
    err = capsys.readouterr().err
    assert err.startswith("huewise: net.pth: a pickle") and err.count("\n") == 1


def test_palette_names_a_picture_that_fails(folder: Path, engine: FakeColorizer, capsys) -> None:
    assert main(["palette", "none.png", "5", "6"]) == 1
    assert capsys.readouterr().err.startswith("huewise: none.png: ")


@pytest.fixture
def shop(monkeypatch) -> None:
    spec = SimpleNamespace(
        name="photo",
        kind="photo",
        licence="Apache-2.0",
        data="own",
        description="For photographs.",
        hints=True,
    )
    model = SimpleNamespace(spec=spec, size=6_300_000, card="# photo\n\nGood at faces.\n")

    def find(name: str) -> object:
        if name != "photo":
            raise ModelMissing(f"no model {name!r}", "one of photo", "see `huewise models`")
        return model

    monkeypatch.setattr("huewise.models.installed", lambda: [model])
    monkeypatch.setattr("huewise.models.find", find)


def test_models_lists_kind_size_licence_and_description(shop, capsys) -> None:
    assert main(["models"]) == 0
    assert capsys.readouterr().out == "photo  photo, 6.3 MB, Apache-2.0: For photographs.\n"
    assert main(["models", "--json"]) == 0
    assert objects(capsys)[0]["bytes"] == 6_300_000


def test_models_shows_a_card(shop, capsys) -> None:
    assert main(["models", "photo"]) == 0
    assert capsys.readouterr().out == "# photo\n\nGood at faces.\n"
    assert main(["models", "nosuch"]) == 3
    assert capsys.readouterr().err == "huewise: no model 'nosuch'; one of photo; see `huewise models`\n"


def test_doctor_says_every_check_and_fails_with_3_if_one_is_bad(monkeypatch, capsys) -> None:
    checks = [Check("numpy", "2.0"), Check("model photo", "missing", ok=False, todo="install it")]
    monkeypatch.setattr("huewise.engine.doctor.examine", lambda: checks)
    assert main(["doctor"]) == 3
    assert capsys.readouterr().out == "ok  numpy: 2.0\nBAD model photo: missing; install it\n"
    assert main(["doctor", "--json"]) == 3
    assert objects(capsys)[1] == {
        "name": "model photo",
        "value": "missing",
        "ok": False,
        "todo": "install it",
    }
    monkeypatch.setattr("huewise.engine.doctor.examine", lambda: checks[:1])
    assert main(["doctor", "--quiet"]) == 0
    assert capsys.readouterr().out == ""


def test_serve_hands_its_options_to_the_server(shop, monkeypatch, tmp_path, capsys) -> None:
    calls = []
    monkeypatch.chdir(tmp_path)
    for name in ("a.jpg", "b.jpg"):
        (tmp_path / name).touch()
    monkeypatch.setattr("huewise.server.serve", lambda *given, **options: calls.append((given, options)))
    assert main(["serve", "a.jpg", "nosuch.jpg", "b.jpg", "--port", "0", "--no-browser"]) == 0
    assert "nosuch.jpg: no such file" in capsys.readouterr().err
    (_, options) = calls[0]
    assert options["pictures"] == [Path("a.jpg"), Path("b.jpg")]
    assert (options["host"], options["port"], options["open_browser"]) == ("127.0.0.1", 0, False)
    answers = [(answer.name, answer.automatic_for) for answer in options["list_models"]()]
    assert answers == [("photo", "photograph")]
    assert main(["serve", "nosuch.jpg"]) == 2
    assert len(calls) == 1


@pytest.mark.parametrize("option", ["--json", "--quiet"])
def test_serve_says_nothing_on_stdout_when_that_is_for_results(shop, monkeypatch, option) -> None:
    calls = []
    monkeypatch.setattr("huewise.server.serve", lambda *_given, **options: calls.append(options))
    assert main(["serve", option]) == 0
    assert calls[0]["say"] is sys.stderr


@pytest.mark.train
def test_train_hands_its_options_to_the_room(monkeypatch, capsys) -> None:
    pytest.importorskip("torch")
    calls = []
    monkeypatch.setattr(
        "huewise.training.run", lambda *given, **options: calls.append((given, options)) or Path("runs/x")
    )
    words = ["--data", "a", "b", "--from", "old.pt", "--minutes", "2.5", "--processes", "3"]
    assert main(["train", "photo", *words]) == 0
    options = {"start": Path("old.pt"), "minutes": 2.5, "processes": 3}
    assert calls == [(("photo", [Path("a"), Path("b")]), options)]
    assert capsys.readouterr().out == "photo -> runs/x\n"


@pytest.mark.train
def test_export_and_evaluate_hand_over(monkeypatch, capsys) -> None:
    pytest.importorskip("torch")
    calls: list[object] = []
    monkeypatch.setattr("huewise.training.export_model", lambda *given, **how: calls.append((*given, how)))
    monkeypatch.setattr(
        "huewise.evaluation.zhang2017.main", lambda **options: calls.append(options) or Path("rep")
    )
    assert main(["export", "run.pt", "-o", "shop/x"]) == 0
    assert main(["evaluate", "zhang2017", "--data", "val", "-o", "rep"]) == 0
    assert calls == [
        (Path("run.pt"), Path("shop/x"), {"overwrite": False}),
        {"data": [Path("val")], "out": Path("rep"), "model": "auto"},
    ]
    told = capsys.readouterr()
    assert told.out == "run.pt -> shop/x\nreport: rep\n"
    assert told.err == "huewise: measuring as zhang2017 does; the report goes to rep\n"


@pytest.mark.train
def test_what_other_programs_made_is_handed_to_the_paper_that_shows_it(monkeypatch, capsys) -> None:
    pytest.importorskip("torch")
    calls: list[object] = []
    for paper in ("inoue2017", "zhang2017"):
        monkeypatch.setattr(
            f"huewise.evaluation.{paper}.main",
            lambda **options: calls.append(options["others"]) or Path("rep"),
        )
    assert main(["evaluate", "inoue2017", "--others", "PaintsChainer", "b"]) == 0
    assert calls == [[Path("PaintsChainer"), Path("b")]]
    assert main(["evaluate", "zhang2017", "--others", "PaintsChainer"]) == 2
    assert len(calls) == 1 and "--others with zhang2017; inoue2017" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [["train", "photo"], ["export", "a.pt", "-o", "x"], ["evaluate", "zhang2017"]]
)
def test_a_missing_extra_says_what_to_install(monkeypatch, capsys, words: list[str]) -> None:
    monkeypatch.setattr("huewise.cli.extras.find_spec", lambda name: None)
    assert main(words) == 3
    err = capsys.readouterr().err
    assert "not installed; the extra `train`; pip install '.[train]' in the folder" in err
