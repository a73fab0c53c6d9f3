from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scipy import ndimage

from huewise.training.lineart_data import (
    Drawings,
    Wear,
    derived_style,
    is_usable,
    pair_up,
    part_of,
    series_of,
    windows,
    worn,
)
from huewise.training.pictures import Source, list_pictures


def source(name: str) -> Source:
    return Source(name, Path("x"), 0, 0)


def colorful(height: int = 300, width: int = 420) -> np.ndarray:
    rgb = np.full((height, width, 3), 255, np.uint8)
    rgb[40:200, 50:250] = (200, 40, 40)
    rgb[100:280, 200:400] = (40, 120, 220)
    return rgb


@pytest.fixture
def folder(tmp_path):
    for name in ("a", "b", "c"):
        Image.fromarray(colorful()).save(tmp_path / f"{name}.color.png")
    Image.fromarray(np.full((300, 420), 77, np.uint8)).save(tmp_path / "a.line.png")
    Image.fromarray(np.full((300, 420, 3), 120, np.uint8)).save(tmp_path / "gray.color.png")
    Image.fromarray(colorful(200, 420)).save(tmp_path / "small.color.png")
    return tmp_path


def test_line_pictures_go_with_their_colours():
    names = ("s/b.color", "s/a.line", "s/a.color", "s/plain", "s/z.line")
    drawn = pair_up([source(name) for name in names])
    assert [(d.name, d.line is not None) for d in drawn] == [
        ("s/a", True),
        ("s/b", False),
        ("s/plain", False),
    ]


def test_the_split_is_80_10_10_and_moves_only_with_the_seed():
    parts = [part_of(f"s/{i}") for i in range(4000)]
    shares = [parts.count(p) / 4000 for p in ("training", "test", "validation")]
    assert np.allclose(shares, (0.8, 0.1, 0.1), atol=0.02)
    assert part_of("s/17") == part_of("s/17")
    assert [part_of(f"s/{i}", seed=1) for i in range(100)] != parts[:100]


@pytest.mark.parametrize(
    ("one", "another"),
    [
        ("african-storybook/asp0083__02", "african-storybook/asp0083__11"),
        ("gutenberg-real-mother-goose/10607-103_1", "gutenberg-real-mother-goose/10607-46"),
        ("free-gophers-pack/characters__svg__23", "egonelbre-gophers-sketch/sketch__friends__docker"),
        ("snap-costumes/Costumes__penguin2_talk-a", "snap-costumes/Costumes__penguin-b"),
    ],
)
def test_pages_of_a_story_and_poses_of_a_figure_are_on_one_side(one, another):
    assert series_of(one) == series_of(another) != one
    assert all(part_of(one, seed) == part_of(another, seed) for seed in range(20))


def test_what_has_no_series_is_by_itself_and_so_are_other_peoples_numbered_pictures():
    names = [
        "african-storybook/asp0083__02",
        "african-storybook/asp0084__02",
        "openmoji/src__main__resources__openmoji-svg-color__2668",
        "openmoji/src__main__resources__openmoji-svg-color__2728",
        "snap-costumes/Costumes__shark-a_",
        "snap-costumes/Costumes__lion-a",
        *(f"page-{i}" for i in range(300)),
    ]
    assert len({series_of(name) for name in names}) == len(names)
    assert len({part_of(f"page-{i}") for i in range(300)}) == 3


def test_small_and_colourless_pictures_are_left_out(folder):
    assert is_usable(colorful())
    assert not is_usable(colorful(255, 400))
    assert not is_usable(np.full((300, 300, 3), 128, np.uint8))
    assert [d.name for d in Drawings.of(list_pictures([folder]), None).drawn] == ["a", "b", "c"]
    gray = np.full((300, 300, 3), 128, np.uint8)
    for blue, usable in ((132, False), (140, True)):  # chroma 2.1 and 6.5
        gray[..., 2] = blue
        assert is_usable(gray) == usable


@pytest.mark.parametrize(("height", "width"), [(256, 256), (256, 257), (300, 700), (1000, 256), (513, 512)])
def test_windows_cover_the_picture_and_stay_inside(height, width):
    covered = np.zeros((height, width), int)
    places = windows(height, width)
    for y, x in places:
        assert 0 <= y <= height - 256 and 0 <= x <= width - 256
        covered[y : y + 256, x : x + 256] += 1
    assert covered.min() >= 1
    assert len(places) == -(-height // 256) * -(-width // 256)


def test_a_real_line_picture_is_used_and_the_other_variants_are_derived(folder):
    drawings = Drawings.of(list_pictures([folder]), None)
    assert (drawings.paper(0, 0) == 77).all()
    derived = drawings.paper(0, 1)
    assert derived.shape == (300, 420) and np.median(derived) == 255 and derived.min() < 100
    assert (drawings.paper(1, 0) != 255).any()


def test_derived_drawings_are_the_same_in_every_run(folder):
    one, two = (Drawings.of(list_pictures([folder]), None) for _ in range(2))
    assert (one.paper(1, 2) == two.paper(1, 2)).all()


def test_parts_share_no_drawing(folder):
    sources = list_pictures([folder])
    names = [
        {d.name for d in Drawings.of(sources, part).drawn} for part in ("training", "test", "validation")
    ]
    assert set.union(*names) == {"a", "b", "c"} and sum(map(len, names)) == 3


def test_a_window_shows_the_same_place_in_all_its_pictures(folder):
    drawings = Drawings.of(list_pictures([folder]), None)
    none = Wear(untouched=1.0)
    for seed in range(6):
        window = drawings.window(1, np.random.default_rng(seed), wear=none)
        assert window.rgb_hw3.shape == (256, 256, 3)
        assert np.array_equal(window.paper_hw, window.clean_hw)
        red = (window.rgb_hw3 == (200, 40, 40)).all(-1)
        inked = window.clean_hw < 0.5
        if red.any() and inked.any():
            inside = ndimage.binary_erosion(red, iterations=6)
            assert not (inked & inside).any()


def test_wear_keeps_range_and_size_and_most_of_the_paper():
    paper = np.ones((96, 96), np.float32)
    paper[40:43] = 0
    for seed in range(40):
        made = worn(paper, np.random.default_rng(seed))
        assert made.shape == paper.shape and made.dtype == np.float32
        assert made.min() >= 0 and made.max() <= 1
        assert np.median(made) > 0.85 and made[41].mean() < 0.85


def test_each_kind_of_wear_does_what_it_says():
    paper = np.ones((96, 96), np.float32)
    paper[40:43] = 0
    nothing = dict.fromkeys(
        ("untouched", "tone", "pencil", "binary", "thick", "broken", "noise", "soft"), 0.0
    )

    def only(kind):
        return worn(paper, np.random.default_rng(3), Wear(**{**nothing, kind: 1.0}))

    assert np.array_equal(worn(paper, np.random.default_rng(3), Wear(**nothing)), paper)
    assert (only("thick") < 0.5).sum() > (paper < 0.5).sum()
    assert (only("broken")[41] == 1).any()
    assert set(np.unique(only("binary"))) == {0.0, 1.0}
    assert 0.05 < only("pencil")[41].mean() < 0.7
    assert 0 < 1 - only("tone")[:30].mean() < 0.13
    assert only("noise")[:30].std() > 0.002
    assert 0 < only("soft")[38:45, 48].min() < 0.5


def test_an_untouched_drawing_is_worn_in_no_way():
    paper = np.random.default_rng(0).random((64, 64)).astype(np.float32)
    assert worn(paper, np.random.default_rng(3), Wear(untouched=1.0)) is paper


def test_a_drawings_own_lines_are_shown_as_often_as_asked(folder):
    drawings = Drawings.of(list_pictures([folder]), None)
    for share in (0.0, 1.0):
        made = [drawings.window(0, np.random.default_rng(seed), real_share=share) for seed in range(8)]
        assert all(window.real == (share == 1.0) for window in made)
        assert all((window.clean_hw == np.float32(77 / 255)).all() == (share == 1.0) for window in made)
    assert not drawings.window(1, np.random.default_rng(0), real_share=1.0).real


def test_styles_vary():
    rng = np.random.default_rng(0)
    styles = [derived_style(rng) for _ in range(200)]
    assert len({style.kind for style in styles}) == 3
    assert np.mean([style.binary for style in styles]) == pytest.approx(0.25, abs=0.08)
    assert np.ptp([style.width for style in styles]) > 1, "thin and thick"
