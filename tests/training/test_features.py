"""Crops for the cache: what stands in them, that they repeat, and that age changes lightness alone."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from huewise.color import rgb_to_lab
from huewise.errors import OutputError
from huewise.training import features
from huewise.training.pictures import Source

pytestmark = pytest.mark.train


def noise(h: int = 200, w: int = 300) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (h, w, 3), np.uint8)


def crop(rgb: np.ndarray, seed: int = 1, augment: bool = True) -> dict[str, np.ndarray]:
    return features.make_crop(rgb, np.random.default_rng(seed), augment)


def test_a_crop_of_one_colour_holds_its_lightness_colour_and_saturation() -> None:
    made = crop(np.full((200, 300, 3), (200, 100, 50), np.uint8), augment=False)
    lab = rgb_to_lab(np.float32([200, 100, 50]) / 255)
    assert (made["l"].shape, made["ab"].shape, made["saturation"].shape) == (
        (256, 256),
        (128, 128, 2),
        (32, 32),
    )
    np.testing.assert_allclose(made["l"], lab[0] * 2.55, atol=1)
    np.testing.assert_allclose(made["ab"], np.broadcast_to(lab[1:], (128, 128, 2)), atol=1)
    np.testing.assert_allclose(made["saturation"], 0.75 * 255, atol=1)


def test_unaugmented_crops_are_the_middle_square() -> None:
    rgb = np.zeros((100, 300, 3), np.uint8)
    rgb[:, 100:200] = 255
    assert (crop(rgb, augment=False)["l"] == 255).all()


def test_a_crop_repeats_by_its_seed_and_differs_by_another() -> None:
    first, again, other = crop(noise(), 1), crop(noise(), 1), crop(noise(), 2)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["l"], other["l"])


def test_age_changes_lightness_within_its_range_and_leaves_colours_alone() -> None:
    l_hw = np.random.default_rng(0).uniform(0, 100, (64, 64))
    aged = [features.age(l_hw, np.random.default_rng(seed)) for seed in range(20)]
    assert all(one.min() >= 0 and one.max() <= 100 for one in aged)
    assert sum(not np.allclose(one, l_hw) for one in aged) > 10
    rgb = np.full((256, 256, 3), (200, 100, 50), np.uint8)
    plain = crop(rgb, augment=False)
    for seed in range(10):
        np.testing.assert_array_equal(crop(rgb, seed)["ab"], plain["ab"])


@pytest.fixture
def filled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders that were filled; nothing is encoded."""
    monkeypatch.setenv("HUEWISE_CACHE", str(tmp_path))
    folders: list[Path] = []

    def fill(folder: Path, sources: list[Source], how: object, jobs: int) -> None:
        folders.append(folder)
        crops = [crop(noise(), i) for i in range(len(sources))]
        for name, (shape, dtype) in features._SHAPES.items():
            array = np.memmap(folder / f"{name}.raw", dtype, "w+", shape=(len(sources), *shape))
            for i, one in enumerate(crops):
                array[i] = one.get(name, 0)

    monkeypatch.setattr(features, "_fill", fill)
    return folders


def sources(*names: str) -> list[Source]:
    return [Source(name, Path("x.tar"), 0, 0) for name in names]


def test_a_cache_is_filled_once_and_read_as_it_was_written(filled: list[Path]) -> None:
    for _ in range(2):
        cache = features.feature_cache(sources("a", "b"), augment=True, seed=1)
    assert cache.n == 2
    np.testing.assert_array_equal(cache["l"][1], crop(noise(), 1)["l"])
    assert len(filled) == 1


def test_other_pictures_seeds_and_scales_have_caches_of_their_own(filled: list[Path]) -> None:
    features.feature_cache(sources("a"), augment=True, seed=1)
    features.feature_cache(sources("b"), augment=True, seed=1)
    features.feature_cache(sources("a"), augment=False, seed=1)
    features.feature_cache(sources("a"), augment=True, seed=2)
    features.feature_cache(sources("a"), augment=True, seed=1, scale=(0.3, 0.5))
    assert len(set(filled)) == 5


def test_who_wants_a_cache_that_another_fills_waits_for_it(tmp_path: Path) -> None:
    begun, filled = threading.Event(), []

    def slowly() -> None:
        begun.set()
        time.sleep(0.3)
        filled.append("first")

    first = threading.Thread(target=features.fill_once, args=(tmp_path / "cache", slowly))
    first.start()
    begun.wait()
    features.fill_once(tmp_path / "cache", lambda: filled.append("second"))
    assert filled == ["first"]
    first.join()


def test_a_cache_whose_filling_broke_is_filled_by_the_next(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        features.fill_once(tmp_path / "cache", lambda: (_ for _ in ()).throw(RuntimeError))
    filled: list[int] = []
    features.fill_once(tmp_path / "cache", lambda: filled.append(1))
    assert filled == [1]


def test_a_cache_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("HUEWISE_CACHE", str(tmp_path / "file"))
    with pytest.raises(OutputError, match="set HUEWISE_CACHE"):
        features.feature_cache(sources("a"), augment=False, seed=0)
