from pathlib import Path

import numpy as np
import pytest
import torch
from msgspec.structs import replace
from PIL import Image

from huewise.errors import PictureError, UsageError
from huewise.networks.asker import Asker, AskerSize
from huewise.networks.photo import AB_SCALE
from huewise.training.asking import (
    AskingRule,
    _photo_windows,
    as_tensors,
    asking_losses,
    build_asker,
    drawing_batches,
    roughness,
    squared_error,
    train_asker,
    with_noise,
)
from huewise.training.features import Cache
from huewise.training.pictures import list_pictures
from huewise.training.recipe import Phase, load_recipe

pytestmark = pytest.mark.train


def test_roughness_of_a_square_is_its_perimeter_over_the_pixels() -> None:
    question = torch.zeros(1, 1, 10, 10)
    question[..., 2:6, 3:8] = 1.0
    assert roughness(question) == pytest.approx((4 + 5) * 2 / 100)


def test_regression_loss_sums_channels_and_averages_pixels() -> None:
    made, truth = torch.zeros(1, 2, 4, 4), torch.zeros(1, 2, 4, 4)
    made[0, 0], made[0, 1] = 3.0, 4.0
    assert squared_error(made, truth) == pytest.approx(25.0)


def test_noise_has_its_deviation() -> None:
    torch.manual_seed(0)
    noise = with_noise(torch.zeros(4000, 2), 0.03)
    assert float(noise.std()) == pytest.approx(0.03, rel=0.05)
    assert abs(float(noise.mean())) < 0.002


def test_every_number_of_questions_up_to_t_is_drawn() -> None:
    torch.manual_seed(0)
    asker = Asker(AskerSize(width=8, depth=1))
    counts = []
    talk = asker.talk
    asker.talk = lambda x, y, n, change: counts.append(n) or talk(x, y, n, change)  # type: ignore[assignment,func-returns-value]
    batch = {"x": torch.zeros(1, 1, 4, 4), "y": torch.zeros(1, 2, 4, 4)}
    for _ in range(60):
        losses = asking_losses(asker, batch, AskingRule(questions=4))
        assert (losses["smoothness"] == 0) == (counts[-1] == 0)
    assert set(counts) == {0, 1, 2, 3, 4}


def test_asker_learns_to_ask_for_the_colour_that_only_an_answer_can_tell() -> None:
    """One random colour a picture, x empty: without an answer the error is the colour's variance."""
    torch.manual_seed(0)
    asker = Asker(AskerSize(width=8, depth=1))
    optimizer = torch.optim.Adam(asker.parameters(), lr=1e-2)
    for _ in range(150):
        truth = torch.randn(8, 2, 1, 1).expand(-1, -1, 4, 4)
        batch = {"x": torch.zeros(8, 1, 4, 4), "y": truth}
        losses = asking_losses(asker, batch, AskingRule(questions=1, noise=0.0, smoothness=0.0))
        optimizer.zero_grad()
        losses["loss"].backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    with torch.no_grad():
        talk = asker.talk(batch["x"], truth, 1)
    before, after = (float(squared_error(made, truth)) for made in talk.predictions)
    assert after < 0.3 * before


@pytest.mark.parametrize(("name", "colors", "questions"), [("asker", 2, 4), ("lineart-asker", 3, 6)])
def test_shipped_recipes_build_the_papers_askers(name: str, colors: int, questions: int) -> None:
    recipe = load_recipe(name)
    assert build_asker(recipe).size.colors == colors
    assert recipe.mix["questions"] == questions


def pair(folder: Path, name: str) -> None:
    """A red box on white and its outline."""
    color = np.full((300, 300, 3), 255, np.uint8)
    color[60:240, 60:240] = (255, 0, 0)
    line = np.full((300, 300), 255, np.uint8)
    line[60:240, 60:240], line[64:236, 64:236] = 0, 255
    Image.fromarray(color).save(folder / f"{name}.color.png")
    Image.fromarray(line).save(folder / f"{name}.line.png")


def test_drawings_come_with_their_colours_from_minus_one_to_one(tmp_path: Path) -> None:
    for i in range(4):
        pair(tmp_path, str(i))
    batches = drawing_batches(list_pictures([tmp_path]), load_recipe("lineart-asker"))
    batch = next(as_tensors(batches(8, 128, np.random.default_rng(0)), torch.device("cpu"), 2))
    assert batch["x"].shape == (8, 1, 64, 64)
    assert batch["y"].shape == (8, 3, 64, 64)
    assert batch["x"].min() >= -1.0
    assert batch["x"].max() <= 1.0
    red = (batch["y"][:, 0] > 0.9) & (batch["y"][:, 1:] < -0.9).all(1)
    assert red.any()
    assert batch["y"].min() >= -1.0
    assert batch["y"].max() <= 1.0


def test_data_without_drawings_are_refused_with_what_is_wanted(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "photo.png")
    with pytest.raises(PictureError, match=r"NAME\.line"):
        drawing_batches(list_pictures([tmp_path]), load_recipe("lineart-asker"))


def test_windows_of_photographs_are_shrunk_alike_in_lightness_and_colour() -> None:
    """Two crops whose lightness and ab rise across: x and y of a window are the means of the same places."""
    column = np.arange(256, dtype=np.uint8)
    l_bhw = np.broadcast_to(column, (2, 256, 256)).copy()
    ab = np.broadcast_to((column.reshape(128, 2).mean(1) // 2)[:, None], (2, 128, 128, 2)).astype(np.int8)
    cache = Cache({"l": l_bhw, "ab": ab}, 2)
    for shrink, side in ((1, 128), (4, 32)):
        windows = _photo_windows([cache], 2, 256, np.random.default_rng(0))
        batch = next(as_tensors(windows, torch.device("cpu"), shrink))
        assert batch["x"].shape == (2, 1, side, side)
        assert batch["y"].shape == (2, 2, side, side)
        lightness, a = (batch["x"][0, 0, 0] + 1.0) * 127.5, batch["y"][0, 0, 0] * AB_SCALE
        assert np.allclose(lightness, column.reshape(side, -1).mean(1), atol=0.01)
        assert np.allclose(a, lightness / 2.0, atol=0.6)  # the cache holds whole numbers


def test_a_window_that_the_network_cannot_halve_is_refused_before_any_work(tmp_path: Path) -> None:
    recipe = replace(load_recipe("asker"), phases=[Phase("odd", 1.0, window=256, shrink=8)])
    with pytest.raises(UsageError, match=r"phase odd: window 256, shrink 8; .*multiple of 32"):
        train_asker(recipe, [], tmp_path)
