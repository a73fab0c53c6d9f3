import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageColor

from huewise.color import fit_gamut, format_hex, parse_color, rgb_to_lab
from huewise.color.names import CSS_COLORS
from huewise.errors import ColorError


def test_all_148_css_names_have_their_colour():
    assert len(CSS_COLORS) == 148
    for name in CSS_COLORS:
        rgb = np.array(ImageColor.getrgb(name))
        assert np.abs(parse_color(name) - rgb_to_lab(rgb / 255)).max() < 1e-3


@given(rgb=st.tuples(*[st.integers(0, 255)] * 3))
def test_hex_is_written_as_it_was_read(rgb):
    text = "#{:02x}{:02x}{:02x}".format(*rgb)
    assert format_hex(parse_color(text)) == text
    assert format_hex(parse_color(text.upper())) == text
    assert format_hex(parse_color("rgb({}, {}, {})".format(*rgb))) == text


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("#8af", "#88aaff"),
        ("  SkyBlue ", "skyblue"),
        ("RGB( 255 0 0 )", "red"),
        ("rgb(255,0,0)", "red"),
        ("rgb(127.5 0 0)", "rgb(127.5, 0.0, 0)"),
        ("grey", "gray"),
    ],
)
def test_two_spellings_of_a_colour_are_the_same(text, same):
    assert (parse_color(text) == parse_color(same)).all()


def test_lab_is_taken_as_it_is():
    lab = parse_color("lab(60 -20 30.5)")
    assert lab.dtype == np.float32
    assert lab.tolist() == [60, -20, 30.5]
    assert parse_color("lab(50,+100,-.5)").tolist() == [50, 100, -0.5]


def test_hex_of_a_colour_beyond_srgb_is_that_of_the_fitted():
    lab = np.array([50.0, 120, -90])
    assert format_hex(lab) == format_hex(fit_gamut(lab))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("skyblu", "did you mean skyblue"),
        ("forest green", "did you mean forestgreen"),
        ("8a2f1d", "did you mean #8a2f1d"),
        ("#8a2f1dff", "leave out the transparency"),
        ("rgb(300 0 0)", "r = 300 .* r from 0 to 255"),
        ("rgb(0 -1 0)", "g = -1"),
        ("lab(120 0 0)", "L = 120 .* L from 0 to 100"),
        ("lab(50 0 999)", "b = 999"),
        ("lab(50 0)", "lab\\(L a b\\)"),
        ("rgb(1e3 0 0)", "CSS colour name"),
        ("#12345", "#rrggbb"),
        ("", "CSS colour name"),
        ("#12g", "#rrggbb"),
        (None, "None"),
        (7, "text"),
    ],
)
def test_what_cannot_be_understood_says_why(text, says):
    with pytest.raises(ColorError, match=says):
        parse_color(text)


@given(text=st.text(max_size=30))
def test_any_text_is_a_colour_or_a_color_error(text):
    try:
        assert np.isfinite(parse_color(text)).all()
    except ColorError as error:
        assert error.wanted
