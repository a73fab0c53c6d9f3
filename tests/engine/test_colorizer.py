"""What the engine promises whatever the model: sizes, hints reached, lightness kept, the picture encoded once."""

from pathlib import Path

import numpy as np
import pytest

import huewise
from huewise.color import rgb_to_lab
from huewise.engine.sources import network_size
from huewise.errors import HintError, UsageError
from huewise.hints import Point, Region
from tests.engine.fakes import Decode, Encode, colorizer


def gray(h: int = 96, w: int = 160, value: int = 130) -> np.ndarray:
    return np.full((h, w), value, np.uint8)


@pytest.mark.parametrize(
    ("size", "network"),
    [((256, 256), (256, 256)), ((4000, 3000), (256, 352)), ((1, 1), (256, 256)), ((10000, 1), (32, 1024))],
)
def test_network_size_keeps_the_aspect_in_multiples_of_the_stride(
    size: tuple[int, int], network: tuple[int, int]
) -> None:
    assert network_size(*size, side=256, stride=32) == network


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (97, 61), (256, 256)])
def test_any_size_comes_back_in_its_own_size(shape: tuple[int, int]) -> None:
    result = colorizer().open(gray(*shape)).colorize()
    assert result.rgb.shape == (*shape, 3)
    assert result.rgb.dtype == np.uint8


def test_a_hint_is_reached_and_its_surroundings_follow() -> None:
    opened = colorizer().open(gray())
    lab = opened.colorize([Point(80, 48, (60.0, -30.0, 40.0), radius=8)]).lab
    assert np.abs(lab[48, 80, 1:] - (-30.0, 40.0)).max() < 3.0
    assert lab[48, 100, 1] < -5.0  # a flat picture: the hint spreads, less far the more it surprises


def test_a_gray_hint_differs_from_no_hint() -> None:
    opened = colorizer().open(gray())
    hinted = opened.colorize([Point(80, 48, "gray", radius=8)])
    assert np.hypot(*hinted.ab[48, 80]) < 2.0
    assert np.hypot(*opened.colorize().ab[48, 80]) > 4.0


def test_lightness_is_kept_within_half_a_level() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (64, 1))
    rgb = colorizer().open(ramp).colorize([Region([(0, 0), (256, 0), (256, 64), (0, 64)], "teal")]).rgb
    made, wanted = (
        rgb_to_lab(rgb / np.float32(255))[..., 0],
        rgb_to_lab(np.dstack([ramp] * 3) / np.float32(255))[..., 0],
    )
    assert np.abs(made - wanted).max() <= 0.5


def test_the_picture_is_encoded_once() -> None:
    Encode.calls = 0
    opened = colorizer().open(gray())
    for x in (10, 20, 30):
        opened.colorize([Point(x, 20, "red")])
    assert Encode.calls == 1


def test_the_same_input_gives_the_same_output() -> None:
    hints = [Point(10, 20, "red"), Point(90, 50, "blue")]
    first, second = (colorizer().open(gray()).colorize(hints).rgb for _ in range(2))
    assert np.array_equal(first, second)


def test_a_hint_outside_is_refused_with_the_pictures_size() -> None:
    with pytest.raises(HintError, match="160"):
        colorizer().open(gray()).colorize([Point(500, 20, "red")])


@pytest.mark.parametrize("temperature", [0.0, -1.0, 1.5])
def test_a_temperature_out_of_range_is_refused(temperature: float) -> None:
    with pytest.raises(UsageError):
        colorizer().open(gray()).colorize(temperature=temperature)


def test_temperature_takes_the_distribution_for_the_regression() -> None:
    bins = colorizer().bins
    ab = colorizer().open(gray()).colorize(temperature=0.1).ab
    assert np.abs(ab[40, 40] - bins.centers[150]).max() < 6.0


def test_the_palette_is_in_the_place_and_sorted() -> None:
    opened = colorizer().open(gray())
    suggestions = opened.palette(80, 48)
    chances = [s.probability for s in suggestions]
    assert chances == sorted(chances, reverse=True)
    assert all(abs(s.lab[0] - rgb_to_lab(np.full(3, 130 / 255))[0]) < 1.0 for s in suggestions)
    with pytest.raises(HintError):
        opened.palette(160, 0)


def test_sixteen_bits_stay_sixteen() -> None:
    result = colorizer().open(gray().astype(np.uint16) * 257).colorize()
    assert result.rgb.dtype == np.uint16


def test_a_result_saves_and_never_over_its_input(tmp_path: Path) -> None:
    from PIL import Image

    source = tmp_path / "old.png"
    Image.fromarray(gray()).save(source)
    result = colorizer().open(source).colorize()
    assert result.save(tmp_path / "new.png").exists()
    with pytest.raises(huewise.HuewiseError):
        result.save(source, overwrite=True)


def test_the_guide_is_the_lightness_at_a_bounded_size() -> None:
    guide = colorizer().open(gray(300, 400)).guide(100)
    assert guide.shape == (75, 100)
    assert abs(int(guide[10, 10]) - round(rgb_to_lab(np.full(3, 130 / 255))[0] * 2.55)) <= 1


def test_the_guide_at_full_size_is_the_lightness_itself() -> None:
    ramp = np.tile(np.arange(256, dtype=np.uint8), (40, 1))
    opened = colorizer().open(ramp)
    expected = np.rint(opened.picture.lightness / 65535 * 255)
    assert np.array_equal(opened.guide(256), expected)
    assert np.array_equal(opened.guide(9999), expected)


def test_looking_around_between_two_edits_runs_no_network_again(monkeypatch: pytest.MonkeyPatch) -> None:
    opened, runs = colorizer().open(gray()), []
    run = Decode.run
    monkeypatch.setattr(Decode, "run", lambda session, feeds: runs.append(1) or run(session, feeds))
    corners = [(40, 10), (70, 10), (70, 40)]
    hints = [Point(10, 20, "red"), Region(corners, "green", mean=True)]
    first = opened.palette(80, 48, hints=hints)
    once = len(runs)
    again = [Point(10, 20, "red"), Region(corners, "green", mean=True)]  # as every request reads them anew
    assert opened.palette(80, 48, hints=again) == first
    opened.palette(12, 20, hints=hints)
    assert len(runs) == once
    others = [[Point(10, 21, "red"), hints[1]], [hints[0], Region(corners, "green")]]
    for wishes in (*({"hints": one} for one in others), {"hints": hints, "saturation": 0.1}, {}):
        before = len(runs)
        opened.palette(80, 48, **wishes)
        assert len(runs) > before
