"""A reference picture gives its colours as a histogram; one without colour is refused."""

from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
import pytest
from PIL import Image

from huewise.color import ab313, rgb_to_lab, saturation
from huewise.engine import Colorizer, OpenPicture, Reference, Suggestion
from huewise.engine.reference import mean_histogram
from huewise.engine.session import Session
from huewise.errors import HintError, PictureError, UsageError
from huewise.hints import Point
from huewise.models import Feed, Graph, Output, Part
from tests.engine.fakes import Decode, Encode, colorizer, spec

GRAY = np.full((96, 160), 130, np.uint8)


def plain(color: tuple[int, ...], mode: str = "RGB") -> np.ndarray:
    noise = np.random.default_rng(0).integers(-12, 12, (90, 120, 1))  # a photograph is not of one colour
    split = np.asarray(Image.new(mode, (120, 90), color)).astype(int)
    split[:, :60, 0] = 255 - split[:, :60, 0]
    return np.clip(split + noise, 0, 255).astype(np.uint8)


def test_a_histogram_sums_to_one_and_holds_the_pictures_bins() -> None:
    histogram = Reference.read(plain((30, 160, 60))).histogram(ab313())
    assert histogram.sum() == pytest.approx(1.0, abs=1e-5)
    green = int(np.square(ab313().centers - rgb_to_lab(np.float32([30, 160, 60]) / 255)[1:]).sum(1).argmin())
    assert histogram[green] > 0.1


def test_several_references_average() -> None:
    one, two = Reference.read(plain((30, 160, 60))), Reference.read(plain((200, 40, 160)))
    both = mean_histogram([one, two], ab313())
    assert both is not None
    assert np.allclose(both, (one.histogram(ab313()) + two.histogram(ab313())) / 2)
    assert mean_histogram([], ab313()) is None


def test_a_reference_without_colour_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "old.png"
    Image.fromarray(GRAY).save(path)
    with pytest.raises(PictureError, match="a picture without colour") as caught:
        Reference.read(path)
    assert caught.value.__notes__ == [f"The picture: {path}"]


def test_references_with_alpha_and_16_bit_are_read() -> None:
    rgba = np.dstack([plain((30, 160, 60)), np.full((90, 120), 200, np.uint8)])
    deep = plain((30, 160, 60)).astype(np.uint16) * 257
    assert Reference.read(rgba).ab_n2.shape[1] == 2
    assert np.allclose(
        Reference.read(deep).histogram(ab313()),
        Reference.read(plain((30, 160, 60))).histogram(ab313()),
        atol=0.05,
    )


def test_what_is_transparent_of_a_reference_does_not_count() -> None:
    rgba = np.zeros((128, 128, 4), np.uint8)
    rgba[..., :3] = (200, 0, 200)
    rgba[64:] = (40, 120, 60, 255)
    green = np.full((64, 128, 3), (40, 120, 60), np.uint8)
    bins = ab313()
    np.testing.assert_allclose(
        Reference.read(rgba).histogram(bins), Reference.read(green).histogram(bins), atol=0.02
    )
    with pytest.raises(PictureError, match="transparent all over"):
        Reference.read(np.where(np.arange(4) == 3, 0, rgba).astype(np.uint8))


def test_the_colours_of_the_reference_are_taken_over() -> None:
    opened = colorizer().open(GRAY)
    reference = Reference.read(plain((30, 160, 60)))
    mean = reference.histogram(ab313()) @ ab313().centers
    assert np.allclose(opened.predict(reference=[reference]).ab_hw2.mean((0, 1)), mean, atol=0.5)


def test_a_saturation_is_followed_and_checked() -> None:
    opened = colorizer().open(GRAY)
    gray, pale, lively = (opened.colorize(saturation=s).rgb / np.float32(255) for s in (0.0, 0.1, 0.6))
    assert saturation(gray).mean() < saturation(pale).mean() < saturation(lively).mean()
    with pytest.raises(UsageError, match="saturation"):
        opened.predict(saturation=1.5)


RAMP = np.tile(np.linspace(20, 230, 160).astype(np.uint8), (96, 1))


def test_suggestions_and_questions_follow_the_reference_as_the_colours_do() -> None:
    opened = colorizer().open(RAMP)
    reference = Reference.read(plain((30, 160, 60)))
    mean = reference.histogram(ab313()) @ ab313().centers

    def distance(suggested: Sequence[Suggestion]) -> float:
        ab = np.array([one.lab[1:] for one in suggested])
        chances = np.array([one.probability for one in suggested])
        return float(np.hypot(*(chances @ ab / chances.sum() - mean)))

    palettes = [opened.palette(80, 48, reference=wanted) for wanted in ([], [reference])]
    questions = [opened.question(reference=wanted) for wanted in ([], [reference])]
    assert distance(palettes[1]) < 0.5 * distance(palettes[0])
    assert questions[0] and questions[1]
    assert distance(questions[1].suggestions) < 0.5 * distance(questions[0].suggestions)


def test_suggestions_and_questions_follow_the_saturation() -> None:
    opened = colorizer().open(RAMP)
    for suggest in (
        lambda wanted: opened.palette(80, 48, saturation=wanted),
        lambda wanted: (opened.question(saturation=wanted) or pytest.fail("nothing to ask")).suggestions,
    ):
        pale, lively = (
            sum(one.probability * np.hypot(*one.lab[1:]) for one in suggest(wanted)) for wanted in (0.02, 0.7)
        )
        assert pale < 0.5 * lively


def test_the_distribution_is_the_network_s_own_where_nothing_global_is_wished() -> None:
    opened = colorizer().open(GRAY)
    sources = opened.sources()
    opened.regression(sources)
    p_hwq = opened.distribution(sources)
    assert np.allclose(p_hwq.sum(-1), 1, atol=1e-4)
    assert (p_hwq.argmax(-1) == 150).all()


def test_a_model_without_global_hints_says_so() -> None:
    poor = Colorizer(
        msgspec.structs.replace(spec(), global_hints=False),
        {"encode.onnx": Encode(), "decode.onnx": Decode()},
    )
    opened = poor.open(GRAY)
    for ask in (
        opened.colorize,
        opened.predict,
        opened.question,
        lambda **wishes: opened.palette(1, 1, **wishes),
    ):
        with pytest.raises(HintError, match="no reference"):
            ask(saturation=0.4)


class TwiceAsStrong:
    """A graph for saturations."""

    def run(self, feeds: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        assert feeds["wanted"].item() == pytest.approx(WANTED)
        return {"saturated": 2.0 * feeds["ab"]}


WANTED = 0.3


def saturating() -> Colorizer:
    feeds = [Feed("ab", [Part("answer_ab", scale=110.0)]), Feed("wanted", [Part("saturation")])]
    graph = Graph("more.onnx", "0" * 64, "saturation", feeds, [Output("saturated", "saturated_ab", 1, 110.0)])
    made = msgspec.structs.replace(spec(), graphs=[*spec().graphs, graph])
    sessions: dict[str, Session] = {
        "encode.onnx": Encode(),
        "decode.onnx": Decode(),
        "more.onnx": TwiceAsStrong(),
    }
    return Colorizer(made, sessions)


def test_what_a_model_has_learnt_of_saturations_is_asked_with_the_answer_that_does_not_know_it() -> None:
    opened = saturating().open(GRAY)
    hint = Point(80, 48, "tomato")
    before = opened.predict([hint]).ab_hw2
    made = opened.predict([hint], saturation=WANTED).ab_hw2
    middle = made.shape[0] // 2, made.shape[1] // 2
    assert np.allclose(made[middle], hint.lab[1:], atol=1)  # reached all the same
    assert np.allclose(made[0, 0], 2.0 * before[0, 0], atol=0.5)


def test_what_is_learnt_never_exceeds_the_wanted_saturation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.engine.test_reference.WANTED", 0.02)
    assert mean_hsv(saturating().open(GRAY), 0.02) <= 0.03


def mean_hsv(opened: OpenPicture, wanted: float) -> float:
    return float(saturation(opened.colorize(saturation=wanted).rgb).mean())


def test_a_saturation_beside_a_reference_is_not_the_graphs_matter() -> None:
    opened = saturating().open(GRAY)
    reference = Reference.read(plain((30, 160, 60)))
    without = colorizer().open(GRAY)
    made, plainly = (one.predict(reference=[reference], saturation=0.1).ab_hw2 for one in (opened, without))
    assert np.array_equal(made, plainly)


@pytest.mark.parametrize("one", ["red.png", Path("red.png"), b"red", plain((30, 160, 60)), 3], ids=type)
def test_one_picture_in_place_of_a_list_of_references_is_refused(one: object) -> None:
    with pytest.raises(UsageError, match="a list of pictures"):
        colorizer().open(GRAY).colorize(reference=one)  # type: ignore[arg-type]
