import numpy as np
from scipy import ndimage

from huewise.hints import Point
from huewise.propagate.flats import color_areas, find_areas, paint
from huewise.propagate.layers import layers_of
from tests.propagate.drawings import two_boxes

HINTS = [Point(45, 60, "#d02020"), Point(115, 60, "#d02020"), Point(5, 5, "skyblue")]


def laid_over_each_other(layers, height, width):
    out = np.zeros((height, width, 3))
    for layer in layers:
        h, w = layer.rgba_hw4.shape[:2]
        below = out[layer.y : layer.y + h, layer.x : layer.x + w]
        alpha = layer.rgba_hw4[..., 3:] / 255
        below[:] = layer.rgba_hw4[..., :3] * alpha + below * (1 - alpha)
    return out


def test_layers_together_are_the_coloured_drawing():
    paper_hw = ndimage.gaussian_filter(two_boxes(), 0.8)
    flats = color_areas(find_areas(paper_hw), HINTS)
    together = laid_over_each_other(layers_of(flats, paper_hw), *paper_hw.shape)
    assert np.abs(together - paint(flats, paper_hw)).max() <= 0.51


def test_a_layer_holds_all_areas_of_its_colour_and_nothing_else():
    paper_hw = two_boxes()
    layers = list(layers_of(color_areas(find_areas(paper_hw), HINTS), paper_hw))
    assert [layer.name for layer in layers] == ["paper", "skyblue #87ceeb", "firebrick #d02020", "ink"]
    red = layers[2].rgba_hw4
    assert set(map(tuple, red.reshape(-1, 4))) == {(0, 0, 0, 0), (0xD0, 0x20, 0x20, 255)}
    assert red.shape[1] < paper_hw.shape[1], "cut to what it holds"


def test_what_was_given_no_colour_has_no_layer():
    paper_hw = two_boxes()
    layers = list(layers_of(color_areas(find_areas(paper_hw), HINTS[:1]), paper_hw))
    assert [layer.name for layer in layers] == ["paper", "firebrick #d02020", "ink"]
