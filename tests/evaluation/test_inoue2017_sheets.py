import numpy as np
import pytest
from PIL import Image

from huewise.errors import UsageError
from huewise.evaluation.inoue2017 import main
from huewise.evaluation.inoue2017_sheets import colored_by_others, figure_6, figure_15, samples_of
from huewise.training.lineart_data import pair_up
from huewise.training.pictures import list_pictures

GREEN = (40, 160, 60)


@pytest.fixture
def drawn(tmp_path):
    """Three pictures of 300 x 280 with a box of another colour in each."""
    folder = tmp_path / "data"
    (folder / "book").mkdir(parents=True)
    for name, color in (("a", (200, 40, 40)), ("book/b", (40, 80, 200)), ("c", (230, 200, 40))):
        rgb = np.full((280, 300, 3), 255, np.uint8)
        rgb[80:200, 90:210] = color
        Image.fromarray(rgb).save(folder / f"{name}.color.png")
    Image.fromarray(np.full((280, 300), 255, np.uint8)).save(folder / "a.line.png")
    return pair_up(list_pictures([folder]))


@pytest.fixture
def by_paintschainer(tmp_path):
    """Two of three drawings coloured by another program, one of them at another size."""
    folder = tmp_path / "PaintsChainer"
    folder.mkdir()
    Image.new("RGB", (256, 256), GREEN).save(folder / "a.png")
    Image.new("RGB", (512, 512), GREEN).save(folder / "book-b.jpg", quality=95)
    return folder


def white(paper_hw):
    return np.full((*paper_hw.shape, 3), 255, np.uint8)


def test_the_samples_are_windows_from_the_middle_with_their_drawings(drawn):
    samples = samples_of(drawn)
    assert [sample.name for sample in samples] == ["a", "book-b", "c"]
    assert all(s.truth.shape == (256, 256, 3) and s.paper_hw.shape == (256, 256) for s in samples)
    assert (samples[0].truth[80 - 12 + 3, 90 - 22 + 3] == (200, 40, 40)).all()
    assert samples[0].paper_hw.min() < 0.5


def test_what_another_program_made_goes_with_the_sample_of_its_name(drawn, by_paintschainer):
    tiles = colored_by_others(by_paintschainer, samples_of(drawn))
    assert [tile.shape for tile in tiles] == [(256, 256, 3)] * 3
    assert all(np.abs(tile[::255, ::255].astype(int) - GREEN).max() < 4 for tile in tiles[:2])
    assert (tiles[2] == 255).all(), "none was given"


def test_a_folder_without_any_of_the_samples_is_refused_with_a_name_to_take(drawn, by_paintschainer):
    (by_paintschainer / "a.png").rename(by_paintschainer / "x.png")
    (by_paintschainer / "book-b.jpg").unlink()
    with pytest.raises(UsageError, match=r"PaintsChainer.*a\.png"):
        colored_by_others(by_paintschainer, samples_of(drawn))


def test_figure_6_has_a_named_row_for_every_program_and_leaves_the_drawings_to_colour(drawn, tmp_path):
    samples = samples_of(drawn)
    others = {"PaintsChainer": [np.full((256, 256, 3), GREEN, np.uint8)] * 3}
    figure_6(samples, {"inoue-lch": white}, others, tmp_path)
    sheet = np.asarray(Image.open(tmp_path / "figure-6.jpg")).astype(int)
    rows, columns = 4, 4  # drawing, truth, the model, the other program; the name and three samples
    assert sheet.shape == (rows * 260 - 4, columns * 260 - 4, 3)
    last = sheet[3 * 260 :]
    assert np.abs(last[16:, 260 + 8 : 260 + 248] - GREEN).max() < 8
    assert all((sheet[row * 260 : row * 260 + 256, :256].min(-1) < 100).any() for row in range(rows)), (
        "a name"
    )
    kept = np.asarray(Image.open(tmp_path / "figure-6" / "book-b.png"))
    assert np.array_equal(kept, np.rint(samples[1].paper_hw * 255))


def test_figure_15_begins_with_the_picture_whose_hue_is_farthest_off(drawn, tmp_path):
    measured = [{"m": {"derived": {"hue": hue}}} for hue in (4.0, float("nan"), 900.0)]
    figure_15(drawn, measured, "m", white, tmp_path / "figure-15.jpg")
    sheet = np.asarray(Image.open(tmp_path / "figure-15.jpg")).astype(int)
    assert np.abs(sheet[128, 260 + 128] - (230, 200, 40)).max() < 8


def test_the_command_puts_the_row_into_its_sheet(drawn, by_paintschainer, tmp_path, monkeypatch):
    monkeypatch.setenv("HUEWISE_DATA", str(tmp_path))
    monkeypatch.setenv("HUEWISE_MODELS", str(tmp_path))
    out = tmp_path / "report"
    main([tmp_path / "data"], out, model="flats", runs=[tmp_path / "none"], others=[by_paintschainer])
    sheet = np.asarray(Image.open(out / "figure-6.jpg")).astype(int)
    assert np.abs(sheet[2 * 260 + 8 : 2 * 260 + 248, 260 + 8 : 260 + 248] - GREEN).max() < 8
