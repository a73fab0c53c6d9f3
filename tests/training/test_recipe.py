"""Recipes are data: read whole, refused with a reason, scaled, named by their content."""

from pathlib import Path

import pytest

from huewise.errors import UsageError
from huewise.training.hint_simulation import HintMix
from huewise.training.recipe import Phase, Recipe, load_recipe, numbers, shipped_recipes
from huewise.training.runs import scaled


@pytest.mark.parametrize("path", shipped_recipes(), ids=lambda path: path.stem)
def test_every_shipped_recipe_loads(path: Path) -> None:
    assert load_recipe(path.stem).phases


def test_an_unknown_key_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('model = "photo"\nphases = []\nspeed = 3\n')
    with pytest.raises(UsageError, match="speed"):
        load_recipe(path)


def test_an_unknown_recipe_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="photo"):
        load_recipe("fotos")


def test_a_shorter_run_keeps_the_phases_shares() -> None:
    recipe = Recipe(model="photo", phases=[Phase("a", 30), Phase("b", 10)])
    assert [phase.minutes for phase in scaled(recipe, 4).phases] == [3.0, 1.0]


def test_recipes_that_differ_have_different_digests() -> None:
    assert Recipe(model="photo", phases=[]).digest() != Recipe(model="photo", phases=[], beta=0.1).digest()


def test_a_recipe_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "latin.toml"
    path.write_bytes('model = "photo"\n# größer\n'.encode("latin-1"))
    with pytest.raises(UsageError, match=r"latin\.toml"):
        load_recipe(path)


def test_a_misspelt_model_or_number_is_named(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('model = "phot"\n[[phases]]\nname = "a"\nminutes = 1\n')
    with pytest.raises(UsageError, match="phot"):
        load_recipe(path)
    with pytest.raises(UsageError, match="dence"):
        numbers({"dence": 0.9}, HintMix)
    assert numbers({"dense": 0.9}, HintMix).dense == 0.9
