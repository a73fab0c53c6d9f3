"""A draft is what half the network makes of a change, laid on the last whole answer."""

import numpy as np
import pytest
from msgspec.structs import replace

from huewise.color import lab_to_rgb, rgb_to_lab
from huewise.engine import Colorizer, OpenPicture
from huewise.engine.draft import Draft
from huewise.engine.toned import TonedPicture
from huewise.hints import Point, Region
from tests.engine import fakes

data = pytest.importorskip("skimage.data")

BROWN, BLUE = Point(120, 330, "sienna", radius=8), Point(60, 60, "steelblue", radius=8)


@pytest.fixture(scope="module")
def astronaut() -> OpenPicture:
    return Colorizer.load("photo").open(data.astronaut())


def far(one_hw2: np.ndarray, other_hw2: np.ndarray) -> float:
    return float(np.hypot(*np.moveaxis(one_hw2 - other_hw2, -1, 0)).mean())


def test_without_a_change_a_draft_is_the_whole_answer(astronaut: OpenPicture) -> None:
    whole = astronaut.predict([BROWN, BLUE], saturation=0.4).ab_hw2
    draft = Draft(astronaut, whole, [BROWN, BLUE], {"saturation": 0.4})
    assert np.abs(draft.ab([BROWN, BLUE], saturation=0.4) - whole).max() < 1e-4


def test_drafts_are_nearer_to_the_whole_answers_than_what_was_there_before(astronaut: OpenPicture) -> None:
    """Of hints that a person might set, in the picture's own colours; each in turn is moved by a tenth."""
    lab = rgb_to_lab(data.astronaut().astype(np.float32) / 255.0)
    places = [(120, 330), (60, 60), (250, 400), (400, 300), (300, 120)]
    hints = [Point(x, y, (float(lab[y, x, 1]), float(lab[y, x, 2])), radius=8) for x, y in places]
    before = astronaut.predict(hints).ab_hw2
    draft, half = Draft(astronaut, before, hints, {}), astronaut.half
    assert half is not None
    left, were, alone = 0.0, 0.0, 0.0
    for i, hint in enumerate(hints):
        moved = [*hints[:i], Point(hint.x + 51, hint.y, hint.lab[1:], radius=8), *hints[i + 1 :]]
        whole, made = astronaut.predict(moved).ab_hw2, draft.ab(moved)
        assert made.shape == whole.shape
        left, were = left + far(made, whole), were + far(before, whole)
        alone += far(half.predict(moved).ab_hw2.repeat(2, 0).repeat(2, 1), whole)
    assert left < 0.75 * were
    assert left < 0.4 * alone


@pytest.mark.parametrize("size", [(300, 400), (400, 300), (211, 350), (64, 500)])
def test_a_picture_of_any_shape_has_drafts(size: tuple[int, int]) -> None:
    """Half the network's size is a multiple of its stride, so it may have another shape than the half of the whole."""
    opened = Colorizer.load("photo").open(np.ascontiguousarray(data.astronaut()[: size[0], : size[1]]))
    hints = [Point(20, 30, "sienna"), Point(50, 40, "teal")]
    whole = opened.predict(hints).ab_hw2
    assert Draft(opened, whole, hints, {}).ab([hints[0], Point(52, 40, "teal")]).shape == whole.shape


def test_answers_stay_as_they_are_in_a_draft(astronaut: OpenPicture) -> None:
    answer = Region([(0, 0), (200, 0), (200, 200), (0, 200)], "teal", mean=True)
    whole = astronaut.predict([answer, BROWN]).ab_hw2
    draft = Draft(astronaut, whole, [answer, BROWN], {})
    assert np.abs(draft.ab([answer, BROWN]) - whole).max() < 1e-4
    assert np.abs(draft.ab([BROWN]) - whole).max() < 1e-4


def test_a_toned_picture_has_a_half_of_the_same_tone() -> None:
    l_hw = np.linspace(8, 94, 224)[None].repeat(160, 0)
    sepia = lab_to_rgb(np.stack([l_hw, np.full_like(l_hw, 9), np.full_like(l_hw, 22)], -1)).astype(np.float32)
    toned = TonedPicture(Colorizer.load("photo").open(sepia))
    half = toned.half
    assert half is not None and half.opened is toned.opened.half
    tone = half.predict().ab_hw2 - half.opened.predict().ab_hw2
    assert 18 < np.hypot(*np.moveaxis(tone, -1, 0)).mean() < 28


def test_models_of_one_size_and_drawings_have_no_half() -> None:
    colorizer = fakes.colorizer()
    gray = np.linspace(0, 1, 64 * 96, dtype=np.float32).reshape(64, 96)
    half = colorizer.open(gray).half
    assert half is not None and half.l_hw.shape == (32, 64)
    one_size = Colorizer(
        replace(fakes.spec(), square=True), {"encode.onnx": fakes.Encode(), "decode.onnx": fakes.Decode()}
    )
    assert one_size.open(gray).half is None
    assert Colorizer.load("lineart").open(gray).half is None
