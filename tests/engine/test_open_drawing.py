"""Colours follow the hints exactly and never touch a line, whatever kind of drawing comes in."""

import numpy as np
import pytest
from PIL import Image

from huewise.engine import Colorizer
from huewise.engine.open_drawing import CONTESTED, LEFT_OUT, NO_NETWORK, OPEN, PHOTOGRAPH
from huewise.engine.open_picture import FLATS_BY
from huewise.engine.questions import Question
from huewise.errors import HintError, HuewiseError, ModelError, UsageError
from huewise.hints import Point, Region, Stroke
from huewise.imaging.paper import BLANK, COLORED, INVERTED

from . import fakes
from .drawings import (
    BLUE,
    LEFT,
    OUTSIDE,
    RIGHT,
    Blue,
    BlueColumn,
    as_file,
    by_hints_alone,
    colorizer,
    opened,
    two_boxes,
    with_bins,
)

AROUND = Point(*OUTSIDE, "#3c78c8")  # the network's own blue: else the background is white


def at(rgb_hw3, place, scale=1):
    return tuple(int(v) for v in rgb_hw3[place[1] * scale, place[0] * scale])


@pytest.mark.parametrize("color", ["#d02030", "white", "black", "#fdfdfd", "#010203"])
@pytest.mark.parametrize("scale", [1, 5])
def test_a_point_has_exactly_its_colour_whatever_the_network_says(color, scale):
    place = (LEFT[0] * scale + 0.5, LEFT[1] * scale + 0.5)
    made = opened(two_boxes(scale=scale)).colorize([Point(*place, color, radius=4)]).rgb
    wanted = {"white": (255, 255, 255), "black": (0, 0, 0)}.get(color) or tuple(bytes.fromhex(color[1:]))
    assert at(made, LEFT, scale) == wanted
    assert at(made, RIGHT, scale) == tuple(BLUE)


def test_a_stroke_and_a_region_have_exactly_their_colours():
    stroke = Stroke([(40, 60), (120, 60)], 8, "#d02030")
    region = Region([(170, 50), (200, 50), (200, 90), (170, 90)], "#109020")
    made = opened(two_boxes()).colorize([stroke, region]).rgb
    assert at(made, (80, 60)) == (0xD0, 0x20, 0x30) and at(made, (185, 70)) == (0x10, 0x90, 0x20)


def test_the_later_of_two_hints_at_a_place_counts():
    hints = [Point(*LEFT, "red", radius=9), Point(*LEFT, "lime", radius=5)]
    assert at(opened(two_boxes()).colorize(hints).rgb, LEFT) == (0, 255, 0)


def test_a_white_hint_leaves_the_background_white_and_another_gives_it_to_the_network():
    far = slice(195, 215), slice(5, 295)
    for color, clean in (("white", True), ("#fdfdfd", True), ("#e0f0ff", False)):
        made = opened(two_boxes()).colorize([Point(*OUTSIDE, color)]).rgb
        assert (made[far] == 255).all() == clean, color


def test_a_region_that_is_mostly_left_out_is_said():
    # Half of a box, and more of what is around it.
    above = Region([(0, 0), (300, 0), (300, 38), (141, 38), (141, 125), (0, 125)], "red")
    model = opened(two_boxes())
    assert model.colorize([above]).notes == model.predict([above]).notes == (LEFT_OUT.format(1),)
    assert model.colorize([above], flats=True).notes == (LEFT_OUT.format(1),)
    assert model.colorize([Point(*LEFT, "red")]).notes == ()


def test_a_hint_that_colours_all_around_the_drawing_is_said_of_what_is_saved():
    model = opened(two_boxes())
    hints = [Point(*LEFT, "red"), Point(*OUTSIDE, "lime"), Point(OUTSIDE[0], 210, "white")]
    assert model.colorize(hints).notes == (OPEN.format(1),)
    assert model.colorize([hints[0], hints[2]]).notes == ()
    assert model.predict(hints).notes == ()


def test_a_hint_pulls_nothing_beyond_its_area():
    drawing = two_boxes()
    near_the_line = Point(137, 110, "red", radius=30)
    made = opened(drawing).colorize([near_the_line]).rgb
    assert (made[45:175, 165:275] == BLUE).all()


def test_the_network_is_fed_the_drawing_the_hints_and_their_flood():
    session = Blue()
    opened(two_boxes(), colorizer(session)).colorize([Point(*LEFT, "red", radius=6)])
    fed = session.fed[-1]
    assert {k: v.shape for k, v in fed.items()} == {
        "paper": (1, 1, 96, 128),
        "hint": (1, 4, 96, 128),
        "fill": (1, 4, 96, 128),
    }
    share = fed["hint"][0, 3]
    assert (
        0 < share.mean() < 0.02 and np.allclose(fed["hint"][0, 0], share) and fed["hint"][0, 1:3].max() < 1e-3
    )
    assert fed["fill"][0, 3, 40, 30] > 0.999 and fed["fill"][0, 3, 40, 100] == 0


def test_every_line_stays_black_and_in_its_place():
    drawing = two_boxes()
    for flats in (False, True):
        made = opened(drawing).colorize([Point(*LEFT, "yellow")], flats=flats).rgb
        assert (made[drawing == 0] == 0).all()
        assert (made[drawing == 255].max(-1) > 150).all()


def test_soft_lines_are_multiplied_into_the_colour():
    drawing = two_boxes()
    drawing = np.where(drawing == 0, 102, drawing).astype(np.uint8)
    made = opened(drawing).colorize([AROUND]).rgb
    assert np.abs(made[41, 100].astype(int) - np.rint(BLUE * (102 / 255))).max() <= 1


@pytest.mark.parametrize("size", [(220, 300), (37, 501), (64, 64), (1, 1), (3, 700)])
def test_any_size_comes_out_as_large_as_it_came_in(size):
    drawing = np.full(size, 255, np.uint8)
    drawing[size[0] // 2] = 0
    model = opened(drawing)
    assert model.colorize([Point(0.5, 0.5, "red")]).rgb.shape == (*size, 3)
    assert model.predict().rgb_hw3.shape == (*model.map_size, 3)


def test_the_map_is_bounded_and_the_drawing_comes_at_the_same_size():
    model = opened(two_boxes(scale=8, width=9))
    made = model.predict([Point(LEFT[0] * 8, LEFT[1] * 8, "red")])
    assert max(made.rgb_hw3.shape[:2]) == 1024 and made.rgb_hw3.dtype == np.uint8
    assert model.paper(1024).shape == made.rgb_hw3.shape[:2] == model.guide(1024).shape
    assert model.paper(1024).max() == 255 and model.paper(1024).min() == 0
    assert model.guide(1024).max() == 255 and model.guide(1024).min() == 0
    assert model.kind == "rgb" and fakes.colorizer().open(two_boxes()).kind == "ab"


def test_the_map_times_the_drawing_is_the_result():
    model = opened(two_boxes())
    hints = [Point(*LEFT, "red")]
    map_hw3, paper_hw = model.predict(hints).rgb_hw3, model.paper(1536)
    times = np.rint(map_hw3 * (paper_hw / 255.0)[..., None])
    assert np.abs(times - model.colorize(hints).rgb).max() <= 1


# --- what comes in ---


def test_paper_tone_becomes_white():
    toned = (two_boxes() / 255.0 * 205 + 20).astype(np.uint8)
    made = opened(toned, by_hints_alone()).colorize().rgb
    assert (made[OUTSIDE[1], 5:295] > 250).all() and made[41, 100].max() < 60


def test_a_drawing_in_white_on_black_is_inverted_and_says_so():
    model = opened(255 - two_boxes())
    assert INVERTED in model.picture.notes
    made = model.colorize().rgb
    assert at(made, LEFT) == tuple(BLUE) and made[41, 100].max() == 0


def test_a_transparent_background_is_paper_and_its_colours_are_seen():
    rgba = np.zeros((220, 300, 4), np.uint8)
    rgba[..., 3] = 255 - two_boxes()
    result = opened(as_file(rgba, "PNG")).colorize([Point(*LEFT, "red")])
    assert at(result.rgb, LEFT) == (255, 0, 0) and at(result.rgb, (21, 100)) == (0, 0, 0)
    again = np.asarray(Image.open(__import__("io").BytesIO(result.encode())))
    assert again.shape == (220, 300, 3)


def test_coloured_pencil_lines_stay_as_dark_as_they_were():
    rgb = np.full((220, 300, 3), 255, np.uint8)
    rgb[two_boxes() == 0] = (90, 90, 200)
    model = opened(rgb, by_hints_alone())
    made = model.colorize([Point(*LEFT, "yellow")], flats=True).rgb
    line = made[41, 200].astype(int)
    assert np.ptp(line) == 0 and 80 < line[0] < 150, "the line's own lightness, without its tint"
    assert at(made, LEFT) == (255, 255, 0)


def test_yellow_pencil_bounds_the_colours_and_is_not_called_toned_paper():
    rgb = np.full((220, 300, 3), 255, np.uint8)
    rgb[two_boxes() == 0] = (250, 220, 60)
    model = opened(rgb, by_hints_alone())
    assert COLORED in model.picture.notes and not any("toned" in note for note in model.picture.notes)
    made = model.colorize([Point(*LEFT, "blue")], flats=True).rgb
    assert at(made, LEFT) == (0, 0, 255) and at(made, RIGHT) == at(made, OUTSIDE) == (255, 255, 255)


def test_faint_lines_bound_the_colours():
    drawing = np.where(two_boxes() == 0, 215, 255).astype(np.uint8)
    made = opened(drawing, by_hints_alone()).colorize([Point(*LEFT, "blue")], flats=True).rgb
    assert at(made, LEFT) == (0, 0, 255) and at(made, RIGHT) == at(made, OUTSIDE) == (255, 255, 255)


def test_a_cream_page_stays_as_it_is_and_says_so():
    model = opened(np.full((100, 140), 232, np.uint8))
    assert BLANK in model.picture.notes and (model.colorize().rgb == 232).all()


def test_a_blank_page_says_so_and_takes_hints_only():
    model = opened(np.full((100, 140), 255, np.uint8))
    assert BLANK in model.picture.notes
    assert (model.colorize().rgb == 255).all()
    assert (model.colorize([Point(50, 50, "red")]).rgb == (255, 0, 0)).all()


def test_a_one_bit_tiff_is_a_drawing():
    data = as_file(Image.fromarray(two_boxes()).convert("1"), "TIFF", compression="group4")
    made = opened(data).colorize([Point(*LEFT, "red")]).rgb
    assert made.dtype == np.uint8 and at(made, LEFT) == (255, 0, 0) and made[41, 100].max() == 0


def test_sixteen_bit_gray_gives_sixteen_bits():
    data = as_file(two_boxes().astype(np.uint16) * 257, "PNG")
    made = opened(data).colorize([Point(*LEFT, "#8040c0")]).rgb
    assert made.dtype == np.uint16 and at(made, LEFT) == tuple(257 * v for v in (0x80, 0x40, 0xC0))


def test_a_photograph_given_as_a_drawing_is_said_and_coloured():
    y, x = np.mgrid[0:200, 0:300] / 200
    shade = 120 + 90 * np.sin(3 * x + 2 * np.sin(4 * y)) + np.random.default_rng(0).normal(0, 4, y.shape)
    model = opened(np.clip(shade, 0, 255).astype(np.uint8))
    assert PHOTOGRAPH in model.picture.notes
    assert model.colorize().rgb.shape == (200, 300, 3)
    assert PHOTOGRAPH not in opened(two_boxes()).picture.notes
    night = opened(np.clip(shade - 90, 0, 255).astype(np.uint8))
    assert PHOTOGRAPH in night.picture.notes and INVERTED not in night.picture.notes, "no negative"
    red = np.stack([np.clip(shade + 40, 0, 255), shade, np.clip(shade - 40, 0, 255)], -1).clip(0, 255)
    notes = opened(red.astype(np.uint8)).picture.notes
    assert PHOTOGRAPH in notes and COLORED not in notes, "its colours are no lines'"


# --- flats ---


def test_flats_give_each_area_exactly_the_colour_of_its_hint_or_of_the_model():
    drawing = two_boxes(width=2, scale=4)
    left = Point(LEFT[0] * 4, LEFT[1] * 4, "#d02030")
    made = opened(drawing).colorize([left, AROUND.scaled(4, 4)], flats=True).rgb
    paper = drawing == 255
    inside = np.zeros(drawing.shape, bool)
    inside[162:719, 82:559] = True
    assert (made[inside & paper] == (0xD0, 0x20, 0x30)).all()
    assert (made[paper & ~inside] == BLUE).all()


def test_thin_lines_of_a_large_drawing_part_their_areas_to_the_pixel():
    drawing = np.full((900, 2600), 255, np.uint8)
    drawing[:, 1301] = 0
    hints = [Point(400, 450, "red"), Point(2200, 450, "lime")]
    made = opened(drawing).colorize(hints, flats=True).rgb
    assert (made[:, :1301] == (255, 0, 0)).all() and (made[:, 1302:] == (0, 255, 0)).all()


def test_without_a_network_flats_come_from_hints_alone_and_the_rest_is_white():
    model = opened(two_boxes(), by_hints_alone())
    assert NO_NETWORK in model.picture.notes
    for flats in (False, True):
        made = model.colorize([Point(*LEFT, "tomato")], flats=flats).rgb
        assert at(made, LEFT) == (255, 99, 71)
        assert at(made, RIGHT) == at(made, OUTSIDE) == (255, 255, 255)
    assert (model.predict([Point(*LEFT, "tomato")], flats=True).rgb_hw3[110, 80] == (255, 99, 71)).all()


def test_a_photo_model_gives_flats_by_the_model_for_drawings(monkeypatch):
    monkeypatch.setattr("huewise.engine.colorizer.for_drawings", lambda: "flats")
    opened = fakes.colorizer().open(two_boxes())
    hints = [Point(*LEFT, "tomato")]
    made = opened.colorize(hints, flats=True).rgb
    assert at(made, LEFT) == (255, 99, 71) and at(made, RIGHT) == (255, 255, 255)
    assert opened.predict(hints).rgb_hw3 is None
    shown = opened.predict(hints, flats=True).rgb_hw3 * (opened.as_drawing.paper(2000)[..., None] / 255)
    assert np.abs(shown - made).max() <= 2  # what the page shows is what is saved


def test_flats_by_another_model_than_the_one_that_was_named_say_so(monkeypatch):
    monkeypatch.setattr("huewise.engine.colorizer.for_drawings", lambda: "flats")
    result = fakes.colorizer().open(255 - two_boxes()).colorize([Point(*LEFT, "tomato")], flats=True)
    assert result.notes == (FLATS_BY.format("flats", "fake"), INVERTED, NO_NETWORK)
    auto = Colorizer(fakes.colorizer().spec, fakes.colorizer()._sessions, drawings=by_hints_alone)
    shaded = np.tile(np.linspace(30, 220, 300).astype(np.uint8), (220, 1))
    opened_by_auto = auto.open(shaded)
    assert opened_by_auto.colorize(flats=True).notes == (PHOTOGRAPH, NO_NETWORK)
    assert opened_by_auto.predict(flats=True).notes == (PHOTOGRAPH, NO_NETWORK)  # what the page says
    assert opened_by_auto.predict().notes == ()


def test_hints_of_several_colours_in_one_area_are_counted():
    hints = [
        Point(*LEFT, "red"),
        Point(LEFT[0] + 20, LEFT[1], "lime"),
        Point(*RIGHT, "blue"),
        Point(*RIGHT, "blue"),
    ]
    model = opened(two_boxes(), by_hints_alone())
    assert model.colorize(hints, flats=True).notes == (CONTESTED.format(1),)
    assert model.predict(hints, flats=True).notes == (CONTESTED.format(1),)
    assert model.colorize(hints[1:], flats=True).notes == model.colorize(hints).notes == ()


def test_layers_are_those_of_the_flats(tmp_path):
    result = opened(two_boxes()).colorize([Point(*LEFT, "tomato"), AROUND], flats=True)
    folder = result.save_layers(tmp_path / "layers")
    assert [p.name for p in sorted(folder.iterdir())] == [
        "000-paper.png",
        "001-steelblue-3c78c8.png",
        "002-tomato-ff6347.png",
        "003-ink.png",
    ]
    whole = Image.new("RGBA", (300, 220))
    for path in sorted(folder.iterdir()):
        whole.alpha_composite(Image.open(path))
    assert np.abs(np.asarray(whole.convert("RGB")).astype(int) - result.rgb).max() <= 1
    assert result.save_layers(tmp_path / "x.ora").stat().st_size > 0
    with pytest.raises(UsageError, match=r"a folder, or a file ending in \.ora"):
        result.save_layers(tmp_path / "x.psd")
    assert not (tmp_path / "x.psd").exists()
    with pytest.raises(UsageError, match="without flats"):
        opened(two_boxes()).colorize().save_layers(tmp_path / "y.ora")


# --- the distribution ---


def test_the_palette_is_the_distribution_at_the_place_likeliest_first():
    opened = with_bins().open(two_boxes())
    left, right = opened.palette(*LEFT), opened.palette(*RIGHT)
    assert [s.color for s in left] == ["#ff0000", "#ffffff"]
    assert left[0].probability > left[1].probability
    assert [s.color for s in right] == ["#00ff00"]
    with pytest.raises(HintError, match="inside"):
        opened.palette(400, 5)


def test_looking_around_between_two_edits_runs_the_network_once():
    edit = BlueColumn()
    opened = with_bins(edit).open(two_boxes())
    for place in (LEFT, RIGHT):
        opened.palette(*place)
    assert len(edit.fed) == 1
    opened.palette(*LEFT, hints=[Point(*RIGHT, "red")])
    assert len(edit.fed) == 2


def test_a_temperature_draws_a_colour_for_each_area_but_not_where_a_hint_tells():
    opened = with_bins().open(two_boxes())
    assert tuple(opened.colorize().rgb[LEFT[1], LEFT[0]]) == tuple(BLUE)
    cold = opened.colorize(temperature=0.1).rgb
    assert tuple(cold[LEFT[1], LEFT[0]]) == (255, 0, 0)
    assert tuple(cold[OUTSIDE[1], OUTSIDE[0]]) == (255, 255, 255), "the background is paper"
    cold = opened.colorize([Point(*RIGHT, "#123456")], temperature=0.1).rgb
    red, _, blue = cold[LEFT[1], LEFT[0]]
    assert BLUE[0] < red < 255 and blue > 0, "the more is told, the less is drawn"
    assert np.abs(cold[RIGHT[1] + 20, RIGHT[0]].astype(int) - BLUE).max() <= 5, (
        "the network's, in a hinted area"
    )
    with pytest.raises(UsageError, match="temperature"):
        opened.colorize(temperature=1.5)


# --- questions ---


@pytest.mark.parametrize("scale", [1, 6])
def test_the_doubtful_area_is_asked_about_and_its_answer_fills_it_alone(scale):
    opened = with_bins().open(two_boxes(width=3 * scale, scale=scale))
    known = Point(*(v * scale for v in OUTSIDE), "white")
    question = opened.question([known])
    assert [s.color for s in question.suggestions] == ["#ff0000", "#ffffff"]
    h, w = question.region.shape
    asked = [question.region[y * h // 220, x * w // 300] for x, y in (LEFT, RIGHT, OUTSIDE)]
    assert asked == [1, 0, 0]
    hints = [known, question.answer("gold")]
    made = opened.colorize(hints).rgb
    assert at(made, [int(v) for v in question.place]) == (255, 215, 0)
    flood = opened._told([question.answer("gold")]).fill_hw4[..., 3]
    h, w = flood.shape
    assert [flood[y * h // 220, x * w // 300] for x, y in (LEFT, RIGHT, OUTSIDE)] == [1, 0, 0]
    assert opened.question(hints) is None, "the right box is surely green"


def test_the_background_that_stays_white_is_asked_about_last():
    """It is larger than the box, and in doubt as much."""
    opened = with_bins().open(two_boxes())
    first = opened.question()
    second = opened.question(skipped=[first])
    inside = [question.region[LEFT[1], LEFT[0]] for question in (first, second)]
    outside = [question.region[OUTSIDE[1], 20] for question in (first, second)]
    assert (inside, outside) == ([1, 0], [0, 1])


def test_a_skipped_area_is_not_asked_again_and_a_blank_page_asks_nothing():
    opened = with_bins().open(two_boxes())
    asked = []
    while (question := opened.question(skipped=asked)) is not None:
        assert not any((question.region * other.region).max() == 1 for other in asked)
        asked.append(question)
    assert len(asked) == 2, "the left box and the outside; the right box is surely green"
    nothing = Question(np.zeros((22, 30), np.float32), ())
    assert np.array_equal(opened.question(skipped=[nothing]).region, opened.question().region)
    assert with_bins().open(np.full((220, 300), 255, np.uint8)).question() is None


# --- which model ---


def test_auto_hands_drawings_to_the_model_for_drawings():
    photo = fakes.colorizer()
    auto = Colorizer(photo.spec, photo._sessions, drawings=colorizer)
    assert auto.open(two_boxes()).colorizer.spec.name == "lineart"
    shaded = np.tile(np.linspace(30, 220, 300).astype(np.uint8), (220, 1))
    assert auto.open(shaded).colorizer.spec.name == "fake"
    assert photo.open(two_boxes()).colorizer.spec.name == "fake", "where the shop has none"


def test_what_a_drawing_cannot_take_is_refused():
    model = opened(two_boxes())
    for wish in ({"temperature": 0.4}, {"saturation": 0.3}, {"reference": ["x.png"]}):
        with pytest.raises(HuewiseError, match="lineart"):
            model.colorize(**wish)
    with pytest.raises(HintError, match="inside the picture"):
        model.colorize([Point(4000, 4000, "red")])
    for ask in (lambda: model.palette(5, 5), model.question, model.branches):
        with pytest.raises(ModelError):
            ask()


def test_a_graph_that_wants_a_drawing_is_not_fed_a_photograph():
    with pytest.raises(ModelError, match="kind is drawing"):
        fakes.colorizer().open(two_boxes()).sources().feeds(colorizer().spec.graphs[0])
