"""A folder holds one run: its recipe stays beside it, and nothing is begun over it."""

from pathlib import Path

import pytest

from huewise.errors import UsageError
from huewise.training.recipe import Phase, Recipe
from huewise.training.runs import _keep_recipe, recipe_of

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
