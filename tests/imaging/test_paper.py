import numpy as np
import pytest
from PIL import Image

from huewise import imaging
from huewise.imaging.paper import (
    BLANK,
    COLORED,
    INK_BELOW,
    INVERTED,
    LIGHT_INK,
    TRANSPARENT,
    clean_drawing,
    flattened,
)
from tests.imaging.pictures import encoded

HEIGHT, WIDTH = 160, 200


def lines(ink=0, paper=255):
    gray = np.full((HEIGHT, WIDTH), paper, np.uint8)
    gray[40:42, 20:180] = ink
    gray[40:120, 60:63] = ink
    gray[80:110, 100:150] = ink
    return gray


def cleaned(array):
    return clean_drawing(imaging.read(array))


def is_ink():
    return lines() == 0


def test_a_clean_drawing_stays_as_it_is():
    gray = lines()
    gray[42] = 130
    assert np.abs(cleaned(gray).paper_hw * 255 - gray).max() < 0.5
    assert cleaned(gray).notes == ()


@pytest.mark.parametrize("seed", range(3))
def test_uneven_toned_paper_with_grain_becomes_white(seed):
    rng = np.random.default_rng(seed)
    tone = np.linspace(215, 180, WIDTH) - np.linspace(0, 15, HEIGHT)[:, None]
    scan = np.clip(np.where(is_ink(), 45, tone + rng.normal(0, 4, tone.shape)), 0, 255).astype(np.uint8)
    made = cleaned(scan).paper_hw
    paper = made[~is_ink()]
    assert paper.mean() > 0.98 and (paper > 0.93).mean() > 0.99
    assert made[is_ink()].max() < 0.4


def test_large_blacks_stay_black():
    gray = lines(paper=220)
    gray[90:160, :120] = 15
    assert cleaned(gray).paper_hw[100:150, 10:110].max() < 0.15


def test_yellow_paper_becomes_white():
    rgb = np.where(is_ink()[..., None], 30, np.array([236, 220, 180])).astype(np.uint8)
    assert cleaned(rgb).paper_hw[~is_ink()].min() > 0.97


def test_white_on_black_is_inverted_and_said():
    made = cleaned(255 - lines())
    assert made.notes == (INVERTED,)
    assert np.abs(made.paper_hw - (~is_ink())).max() < 0.01


def test_a_drawing_with_much_black_inside_is_not_inverted():
    gray = lines()
    gray[10:150, 10:190] = 0
    assert cleaned(gray).notes == ()


def on_nothing(ink, hidden=0):
    """Lines of a gray `ink`; what is transparent has the colour `hidden`, which nobody sees."""
    rgba = np.full((HEIGHT, WIDTH, 4), hidden, np.uint8)
    rgba[..., 3] = 0
    rgba[is_ink()] = (ink, ink, ink, 255)
    return rgba


@pytest.mark.parametrize("hidden", [0, 255])
@pytest.mark.parametrize(("ink", "note"), [(0, TRANSPARENT), (255, LIGHT_INK)])
def test_a_transparent_page_becomes_paper_whatever_the_ink_and_that_is_said(ink, note, hidden):
    made = cleaned(on_nothing(ink, hidden))
    assert np.abs(made.paper_hw - (~is_ink())).max() < 0.01
    assert made.notes == (note,)


def test_an_opaque_alpha_channel_is_no_transparent_page():
    rgba = np.dstack([lines(), lines(), lines(), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    assert cleaned(rgba).notes == ()


def test_white_fills_with_dark_outlines_on_nothing_are_no_light_lines():
    rgba = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    rgba[40:120, 20:100] = 255
    rgba[is_ink() & (rgba[..., 3] > 0)] = (0, 0, 0, 255)
    made = cleaned(rgba)
    assert made.notes == (TRANSPARENT,) and made.paper_hw[41, 50] < 0.01 and made.paper_hw[20, 150] > 0.99


def test_a_few_thin_white_lines_on_nothing_or_on_black_are_lines():
    gray = np.zeros((1500, 1500), np.uint8)
    gray[700, 200:1200] = 255
    rgba = np.full((1500, 1500, 4), 255, np.uint8)
    rgba[..., 3] = gray
    for drawing in (gray, rgba):
        made = cleaned(drawing)
        assert made.paper_hw[700, 500] < 0.01 and made.paper_hw[:600].min() > 0.99 and not made.blank


def test_what_hardly_covers_is_blended_as_it_is_seen():
    rgba = on_nothing(0)
    rgba[is_ink(), 3] = 128
    flat = flattened(imaging.read(rgba))
    seen = imaging.read(np.where(is_ink(), 127, 255).astype(np.uint8))
    assert np.abs(flat.lightness.astype(int) - seen.lightness).max() < 300


def test_coloured_pencil_lines_become_gray_ink():
    rgb = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    rgb[is_ink()] = (60, 90, 200)
    made = cleaned(rgb)
    assert made.paper_hw.shape == (HEIGHT, WIDTH)
    assert 0.2 < made.paper_hw[is_ink()].mean() < 0.6


YELLOWS = [(250, 220, 60), (255, 240, 120), (255, 255, 0)]


@pytest.mark.parametrize("color", YELLOWS)
def test_yellow_lines_part_areas_and_are_no_toned_paper(color):
    rgb = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    rgb[is_ink()] = color
    made = cleaned(rgb)
    assert made.notes == (COLORED,)
    assert made.paper_hw[is_ink()].max() < made.wall_below < made.paper_hw[~is_ink()].min()


def test_yellow_lines_on_nothing_are_lines():
    rgba = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    rgba[is_ink()] = (255, 240, 0, 255)
    made = cleaned(rgba)
    assert made.paper_hw[is_ink()].max() < made.wall_below < made.paper_hw[~is_ink()].min()


def test_a_picture_full_of_colour_is_no_coloured_pencil():
    rgb = np.full((HEIGHT, WIDTH, 3), (250, 220, 60), np.uint8)
    rgb[:, :80] = 255
    made = cleaned(rgb)
    assert COLORED not in made.notes and made.paper_hw.min() > 0.8


def test_faint_lines_part_areas_and_stay_faint():
    gray = np.full((HEIGHT, WIDTH), 255, np.uint8)
    gray[40:42, 20:180] = 220
    made = cleaned(gray)
    assert made.paper_hw[40:42, 20:180].max() < made.wall_below < made.paper_hw[:40].min()
    assert made.paper_hw.min() > 0.8
    assert cleaned(lines()).wall_below == INK_BELOW


def test_a_page_without_lines_stays_as_it_is():
    cream = np.full((HEIGHT, WIDTH), 232, np.uint8)
    made = cleaned(cream)
    assert made.blank and np.abs(made.paper_hw * 255 - 232).max() < 0.5


def test_a_blank_page_is_said():
    rng = np.random.default_rng(0)
    for page in (np.full((HEIGHT, WIDTH), 255), 225 + rng.normal(0, 3, (HEIGHT, WIDTH))):
        made = cleaned(page.astype(np.uint8))
        assert made.blank and BLANK in made.notes
    assert not cleaned(lines()).blank


def test_one_bit_tiff_and_sixteen_bit_gray_are_read_as_they_are():
    one_bit = encoded(Image.fromarray(lines()).convert("1"), "TIFF", compression="group4")
    deep = encoded(Image.fromarray(lines().astype(np.uint16) * 257), "PNG")
    for data in (one_bit, deep):
        made = clean_drawing(imaging.read(data))
        assert np.abs(made.paper_hw - (~is_ink())).max() < 0.01
