"""Colours and areas go from a small picture of a drawing to its full size without crossing a line."""

import tracemalloc

import numpy as np
import pytest

from huewise.imaging.paper import INK_BELOW
from huewise.propagate import areas
from huewise.propagate.areas import full_areas, small_drawing, white_background, within_areas
from huewise.propagate.flats import find_areas
from huewise.propagate.resample import cell_taps

from .drawings import blank, box


@pytest.mark.parametrize("by", [1, 2, 3.3, 6])
def test_a_thin_line_is_still_a_wall_in_a_small_drawing(by):
    paper = blank(240, 320)
    paper[:, 161] = 0
    small = small_drawing(paper, (round(240 / by), round(320 / by)))
    assert small.dtype == np.float32 and (small.min(1) < INK_BELOW).all()
    assert np.mean(small > 0.99) > 0.9


def test_colours_do_not_mix_over_the_border_of_two_areas():
    labels = np.zeros((80, 120), np.int32)
    labels[:, 60:] = 1
    rgb = np.zeros((8, 12, 3), np.float32)
    rgb[:, :6] = (1, 0, 0)
    rgb[:, 6:] = (0, 0, 1)
    made = within_areas(rgb, labels)
    assert np.allclose(made[:, :60], (1, 0, 0)) and np.allclose(made[:, 60:], (0, 0, 1))


def test_within_an_area_colours_are_interpolated_linearly():
    rgb = np.repeat(np.linspace(0, 1, 10, dtype=np.float32)[None, :, None], 5, 0).repeat(3, 2)
    made = within_areas(rgb, np.zeros((20, 40), np.int32))
    low, high, part = cell_taps(10, 40)
    assert np.allclose(made[3, :, 0], rgb[0, low, 0] * (1 - part) + rgb[0, high, 0] * part, atol=1e-6)


def test_an_area_without_a_cell_of_its_own_takes_the_mix_around_it():
    labels = np.zeros((40, 40), np.int32)
    labels[20, 20] = 1
    rgb = np.full((4, 4, 3), 0.25, np.float32)
    assert np.allclose(within_areas(rgb, labels), 0.25)


@pytest.mark.parametrize(("by", "line"), [(2, 1), (3, 2), (3, 4), (5, 3)])
def test_areas_of_a_small_drawing_end_under_the_lines_of_the_large_one(by, line):
    paper = box(blank(400, 600), 61, 83, 338, 517, line)
    small = find_areas(small_drawing(paper, (400 // by, 600 // by)))
    full = full_areas(small, paper)
    inside = np.zeros(paper.shape, bool)
    inside[61 + line : 338 - line, 83 + line : 517 - line] = True
    assert len(np.unique(full[inside])) == 1
    outside = (paper == 1) & ~inside
    assert len(np.unique(full[outside])) == 1 and full[0, 0] != full[200, 300]


def test_a_small_area_of_a_small_drawing_is_not_lost():
    paper = box(blank(400, 600), 100, 100, 118, 118, 3)
    small = np.zeros((100, 150), np.int32)
    small[26:29, 26:29] = 1
    full = full_areas(small, paper)
    assert set(np.unique(full)) == {0, 1} and full[109, 109] == 1


def test_areas_of_the_same_size_stay():
    labels = np.arange(12, dtype=np.int32).reshape(3, 4)
    assert full_areas(labels, np.ones((3, 4), np.float32)) is labels


def test_a_smudged_background_becomes_white_and_a_hinted_or_coloured_one_stays() -> None:
    labels = np.zeros((20, 20), np.int32)
    labels[5:15, 5:15] = 1
    rgb = np.ones((20, 20, 3), np.float32)
    rgb[2:4, 2:12] = (0.8, 0.7, 0.5)
    rgb[5:15, 5:15] = (0.9, 0.9, 0.8)
    nowhere = np.zeros((20, 20), bool)
    clean = white_background(rgb, labels, nowhere)
    assert (clean[labels == 0] == 1).all()
    assert np.array_equal(clean[labels == 1], rgb[labels == 1]), "an inner area keeps its pale colour"
    hinted = nowhere.copy()
    hinted[0, 0] = True
    assert np.array_equal(white_background(rgb, labels, hinted), rgb)
    rgb[labels == 0] = (0.3, 0.5, 0.9)
    assert (white_background(rgb, labels, nowhere)[labels == 0] == 1).all(), (
        "paper, unless somebody says a sky"
    )


def test_what_the_border_cuts_off_is_no_background() -> None:
    labels = np.zeros((40, 40), np.int32)
    labels[30:, 15:22] = 1  # the feet of somebody: 7 of 160 cells of the border
    rgb = np.full((40, 40, 3), (0.3, 0.5, 0.9), np.float32)
    clean = white_background(rgb, labels, np.zeros((40, 40), bool))
    assert (clean[labels == 0] == 1).all() and np.array_equal(clean[labels == 1], rgb[labels == 1])


@pytest.mark.parametrize(("cells", "paper"), [(20, False), (28, True)])
def test_an_area_is_background_where_it_holds_a_seventh_of_the_border_or_more(
    cells: int, paper: bool
) -> None:
    """0.15 of it, as docs/decisions/0006-drawings.md says: 20 of 160 cells are less, 28 are more."""
    labels = np.zeros((40, 42), np.int32)  # its border counts corners twice: 164 cells
    labels[20:, 5 : 5 + cells] = 1
    rgb = np.full((40, 42, 3), (0.3, 0.5, 0.9), np.float32)
    clean = white_background(rgb, labels, np.zeros(labels.shape, bool))
    assert (clean[labels == 1] == 1).all() == paper


def test_a_pale_area_at_the_border_is_paper_however_little_of_the_border_it_holds() -> None:
    labels = np.zeros((40, 40), np.int32)
    labels[30:, 15:22] = 1
    rgb = np.full((40, 40, 3), (0.9, 0.85, 0.8), np.float32)
    clean = white_background(rgb, labels, np.zeros((40, 40), bool))
    assert (clean[labels == 1] == 1).all()


def test_areas_of_a_large_drawing_are_decided_in_bands_that_join_without_a_seam(monkeypatch):
    y, x = np.mgrid[:600, :500].astype(np.float32)
    paper = np.where(np.abs(np.sin(x / 40 + 2 * np.sin(y / 70))) < 0.06, 0.0, 1.0).astype(np.float32)
    small = find_areas(small_drawing(paper, (200, 167)))
    whole = full_areas(small, paper)
    monkeypatch.setattr(areas, "BAND_PIXELS", 500 * 7)
    assert small.max() > 3 and (full_areas(small, paper) == whole).all()


def test_beside_the_result_only_a_band_is_in_memory(monkeypatch):
    """Twenty bytes a pixel of the whole before."""
    paper = np.ones((2400, 800), np.float32)
    paper[:, 400:404] = 0
    small = find_areas(small_drawing(paper, (600, 200)))
    monkeypatch.setattr(areas, "BAND_PIXELS", 800 * 100)
    tracemalloc.start()
    made = full_areas(small, paper)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < made.nbytes + 0.3 * 20 * paper.size
