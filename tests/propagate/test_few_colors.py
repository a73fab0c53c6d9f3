import numpy as np

from huewise.color import delta_e_2000, rgb_to_lab
from huewise.propagate.few_colors import SAME, few_colors
from huewise.propagate.flats import color_areas


def bytes_of(*colors):
    return (np.array(colors) / 255).astype(np.float32)


def test_colours_that_look_alike_become_that_of_the_largest_area():
    rgb = bytes_of((200, 60, 60), (203, 62, 60), (60, 60, 200))
    made = few_colors(rgb, np.array([10, 90, 5]), np.zeros(3, bool))
    assert np.allclose(made, rgb[[1, 1, 2]])


def test_hinted_colours_stay_apart_however_alike_and_others_join_them():
    rgb = bytes_of((200, 60, 60), (201, 60, 60), (202, 60, 60))
    made = few_colors(rgb, np.array([1, 1, 900]), np.array([True, True, False]))
    assert np.array_equal(made[:2], rgb[:2])
    assert np.allclose(made[2], rgb[1])


def test_a_row_of_steps_does_not_become_one_colour():
    rgb = bytes_of(*((v, v, v) for v in range(40, 240, 4)))
    made = few_colors(rgb, np.arange(50)[::-1] + 1, np.zeros(50, bool))
    assert 5 < len(np.unique(made, axis=0)) < 25
    assert (delta_e_2000(rgb_to_lab(rgb), rgb_to_lab(made)) < SAME).all()


def test_medians_of_a_colour_map_are_few():
    labels = np.repeat(np.arange(8, dtype=np.int32), 4)[None].repeat(6, 0)
    color_map = bytes_of(*((120 + i % 4, 80, 60) for i in range(8))).repeat(4, 0)[None].repeat(6, 0)
    assert len(np.unique(color_areas(labels, (), color_map).rgb_n3, axis=0)) == 1
