"""A folder holds one run: its recipe stays beside it, and nothing is begun over it."""

from pathlib import Path

import msgspec
import pytest

from huewise.errors import ModelError, ModelMissing, OutputError, PictureError, UsageError
from huewise.training import runs
from huewise.training.pictures import Source
from huewise.training.recipe import Phase, Recipe
from huewise.training.runs import _keep_data, _keep_recipe, data_text, export_model, find_runs, recipe_of

RECIPE = Recipe(model="photo", phases=[Phase("a", 1)])


def test_the_recipe_is_kept_with_the_run(tmp_path: Path) -> None:
    _keep_recipe(RECIPE, tmp_path, None)
    assert recipe_of(tmp_path) == RECIPE
    (tmp_path / "run.pt").touch()
    _keep_recipe(RECIPE, tmp_path, None)  # resuming


def test_another_recipe_or_other_weights_over_a_run_are_refused(tmp_path: Path) -> None:
    _keep_recipe(RECIPE, tmp_path, None)
    (tmp_path / "run.pt").touch()
    with pytest.raises(UsageError, match="another recipe"):
        _keep_recipe(Recipe(model="photo", phases=[]), tmp_path, None)
    with pytest.raises(UsageError, match="--from"):
        _keep_recipe(RECIPE, tmp_path, Path("weights.safetensors"))


def test_nothing_is_written_where_there_is_nothing_to_learn_from(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(PictureError):
        runs.run("photo", [tmp_path / "empty"], out=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def keep(folder: Path, recipe: Recipe, data: list[Path], names: list[str], start: Path | None = None) -> None:
    folder.mkdir(exist_ok=True)
    _keep_recipe(recipe, folder, None)
    _keep_data(recipe, folder, data, [Source(name, Path("x"), 0, 0) for name in names], start)


def test_what_a_run_learnt_from_is_told_by_the_run(tmp_path: Path) -> None:
    recipe = Recipe(model="lineart", phases=[], data=["lineart/a.tar"], terms="drawings under CC BY")
    names = ["emoji/1.color", "emoji/1.line", "books/2.color"]
    keep(tmp_path, recipe, [], names)
    assert data_text(tmp_path) == "2 pictures; drawings under CC BY"
    keep(tmp_path, recipe, [tmp_path / "elsewhere/lineart/a.tar"], names)
    assert data_text(tmp_path) == "2 pictures; drawings under CC BY", "the same shards by another way"


def test_the_recipes_terms_are_not_said_of_other_peoples_pictures(tmp_path: Path) -> None:
    recipe = Recipe(model="lineart", phases=[], data=["lineart/a.tar"], terms="drawings under CC BY")
    keep(tmp_path, recipe, [Path("holidays")], ["1", "2", "3"], Path("old.safetensors"))
    assert data_text(tmp_path) == "3 pictures of one's own (holidays); begun with old.safetensors"


def test_a_record_names_no_folders_of_the_machine_that_trained(tmp_path: Path) -> None:
    keep(tmp_path, RECIPE, [], ["1"], Path("/home/me/checkpoints/belief/weights.safetensors"))
    assert "home" not in (tmp_path / "data.json").read_text()
    assert data_text(tmp_path).endswith("begun with belief/weights.safetensors")


def test_a_run_without_a_record_tells_the_recipes_places(tmp_path: Path) -> None:
    _keep_recipe(Recipe(model="photo", phases=[], data=["photos/a.tar"]), tmp_path, None)
    assert data_text(tmp_path) == "photos/a.tar"


def test_terms_are_no_part_of_what_a_recipe_is_known_by() -> None:
    said = msgspec.structs.replace(RECIPE, terms="other words")
    assert said.digest() == RECIPE.digest()
    assert msgspec.structs.replace(RECIPE, seed=1).digest() != RECIPE.digest()


@pytest.mark.parametrize("name", ["nosuch", "empty"])
def test_exporting_what_is_no_run_is_told_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelMissing, match="huewise train"):
        export_model(tmp_path / name, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_an_export_does_not_go_into_a_folder_of_other_things(tmp_path: Path) -> None:
    (tmp_path / "run.pt").touch()
    _keep_recipe(RECIPE, tmp_path, None)
    with pytest.raises(OutputError, match="other things"):
        export_model(tmp_path, tmp_path)


def test_nothing_is_in_the_folder_when_the_graphs_differ(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "run.pt").touch()
    _keep_recipe(RECIPE, tmp_path, None)

    def refuse(folder: Path, weights: Path, out: Path, name: str) -> None:
        out.mkdir()
        (out / "spec.json").write_text("{}")
        raise ModelError("the graphs differ")

    monkeypatch.setattr(runs, "_export", refuse)
    old = tmp_path / "shop" / "photo"
    old.mkdir(parents=True)
    (old / "spec.json").write_text("old")
    with pytest.raises(OutputError, match="which is there; a new folder; name another or --overwrite"):
        export_model(tmp_path, old)
    with pytest.raises(ModelError):
        export_model(tmp_path, old, overwrite=True)
    assert [p.name for p in old.parent.iterdir()] == ["photo"]
    assert (old / "spec.json").read_text() == "old"


def test_a_card_that_a_person_wrote_stays(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "run.pt").touch()
    _keep_recipe(RECIPE, tmp_path, None)

    def made(folder: Path, weights: Path, out: Path, name: str) -> None:
        (out / "weights").mkdir(parents=True)
        for file in ("spec.json", "card.md", "weights/weights.safetensors"):
            (out / file).write_text(f"new {name}")

    monkeypatch.setattr(runs, "_export", made)
    out = tmp_path / "shop" / "photo"
    export_model(tmp_path, out)
    assert (out / "card.md").read_text() == "new photo"
    (out / "card.md").write_text("mine")
    (out / "spec.json").write_text("old")
    export_model(tmp_path, out, overwrite=True)
    assert (out / "card.md").read_text() == "mine" and (out / "spec.json").read_text() == "new photo"


def test_runs_are_found_in_the_first_place_that_has_their_weights(tmp_path: Path) -> None:
    for place, file in (("runs", "recipe.json"), ("checkpoints", "weights.safetensors")):
        folder = tmp_path / place / "inoue-lch"
        folder.mkdir(parents=True)
        (folder / "recipe.json").touch()
        (folder / file).touch()
    places = [tmp_path / "runs", tmp_path / "checkpoints"]
    assert find_runs(["inoue-lch", "inoue-chroma"], places) == {
        "inoue-lch": tmp_path / "checkpoints" / "inoue-lch"
    }
    (tmp_path / "runs/inoue-lch/run.pt").touch()
    assert find_runs(["inoue-lch"], places) == {"inoue-lch": tmp_path / "runs" / "inoue-lch"}


def test_a_run_does_not_go_on_with_other_pictures_and_keeps_what_it_began_with(tmp_path: Path) -> None:
    keep(tmp_path, RECIPE, [Path("holidays")], ["1"], Path("old/weights.safetensors"))
    (tmp_path / "run.pt").touch()
    keep(tmp_path, RECIPE, [Path("holidays")], ["1", "2"])
    assert data_text(tmp_path) == "2 pictures of one's own (holidays); begun with old/weights.safetensors"
    with pytest.raises(UsageError, match="holidays"):
        keep(tmp_path, RECIPE, [Path("other")], ["1"])


def test_a_folder_whose_name_ends_alike_is_none_of_the_recipes(tmp_path: Path) -> None:
    keep(tmp_path, Recipe(model="photo", phases=[], data=["more"]), [tmp_path / "evermore"], ["1"])
    assert "one's own (evermore)" in data_text(tmp_path)


def test_weights_are_found_in_a_run_and_in_an_exported_model(tmp_path: Path) -> None:
    run, model = tmp_path / "run" / "run.pt", tmp_path / "model" / "weights" / "weights.safetensors"
    for path in (run, model):
        path.parent.mkdir(parents=True)
        path.touch()
    assert [runs.weights_at(tmp_path / name) for name in ("run", "model")] == [run, model]
    assert runs.weights_at(run) == run
    with pytest.raises(ModelMissing, match="--from"):
        runs.weights_at(tmp_path / "nowhere")
