import numpy as np
import pytest

from huewise.imaging.lineart import KINDS, LineStyle, line_drawing


def two_areas(left, right, width=96, height=64):
    rgb = np.empty((height, width, 3), np.uint8)
    rgb[:, : width // 2], rgb[:, width // 2 :] = left, right
    return rgb


def ink_of(drawing_hw):
    return 1.0 - drawing_hw / 255.0


@pytest.mark.parametrize("kind", KINDS)
def test_an_even_picture_gives_blank_paper(kind):
    for color in ((255, 255, 255), (200, 60, 60), (120, 120, 120)):
        rgb = two_areas(color, color)
        assert (line_drawing(rgb, LineStyle(kind)) == 255).all()


@pytest.mark.parametrize("kind", KINDS)
def test_a_border_of_lightness_becomes_one_line_in_place(kind):
    ink = ink_of(line_drawing(two_areas((250, 240, 230), (120, 60, 40)), LineStyle(kind)))
    inked = np.flatnonzero(ink[32] > 0.3)
    assert len(inked) >= 1
    assert abs(inked.mean() - 47.5) <= 2.0
    assert len(inked) == inked[-1] - inked[0] + 1, "one line, not two"


@pytest.mark.parametrize("kind", KINDS)
def test_a_border_of_chroma_alone_is_drawn_unless_declined(kind):
    same_lightness = two_areas((214, 113, 113), (70, 158, 108))
    with_chroma = ink_of(line_drawing(same_lightness, LineStyle(kind)))
    assert with_chroma[8:-8, 44:52].max(1).min() > 0.4
    if kind != "edges":
        without = ink_of(line_drawing(same_lightness, LineStyle(kind, chroma=False)))
        assert without.sum() < 0.5 * with_chroma.sum()


@pytest.mark.parametrize("kind", KINDS)
def test_a_black_stroke_stays_one_stroke(kind):
    rgb = two_areas((250, 220, 120), (250, 220, 120))
    rgb[:, 46:50] = 10
    ink = ink_of(line_drawing(rgb, LineStyle(kind)))
    assert ink[20:40, 47:49].min() > 0.7
    assert ink[20:40, :40].max() < 0.1 and ink[20:40, 56:].max() < 0.1


@pytest.mark.parametrize("kind", KINDS)
def test_wide_styles_give_more_ink(kind):
    rgb = two_areas((250, 240, 230), (140, 60, 40))
    thin, thick = (ink_of(line_drawing(rgb, LineStyle(kind, width=w))).sum() for w in (1.0, 3.0))
    assert thick > 1.3 * thin


@pytest.mark.parametrize("kind", KINDS)
def test_binary_styles_hold_two_values(kind):
    rng = np.random.default_rng(0)
    rgb = two_areas((250, 240, 230), (140, 60, 40)) - rng.integers(0, 9, (64, 96, 3)).astype(np.uint8)
    drawing = line_drawing(rgb, LineStyle(kind, binary=True))
    assert set(np.unique(drawing)) == {0, 255}


def test_detail_decides_about_weak_borders():
    rgb = two_areas((200, 190, 180), (180, 170, 160))
    faint, strong = (ink_of(line_drawing(rgb, LineStyle(detail=d))).max() for d in (0.0, 1.0))
    assert faint < 0.1 and strong > 0.4


def test_floats_and_bytes_agree():
    rgb = two_areas((250, 240, 230), (140, 60, 40))
    assert (line_drawing(rgb) == line_drawing((rgb / 255.0).astype(np.float32))).all()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [(1, 50), (50, 1), (1, 1)])
def test_a_picture_one_pixel_wide_has_a_drawing(kind, size):
    drawn = line_drawing(np.full((*size, 3), 90, np.uint8), LineStyle(kind))
    assert drawn.shape == size
