import msgspec
import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch")

from huewise.color import lab_to_rgb, lch512, lch_to_lab, rgb512  # noqa: E402
from huewise.evaluation import inoue2017_models  # noqa: E402
from huewise.evaluation.inoue2017_models import (  # noqa: E402
    errors,
    inputs_of,
    load_model,
    measure,
    measure_models,
    similarity_of,
)
from huewise.evaluation.metrics import psnr  # noqa: E402
from huewise.training.lineart_data import pair_up  # noqa: E402
from huewise.training.pictures import list_pictures  # noqa: E402
from huewise.training.recipe import load_recipe  # noqa: E402

pytestmark = pytest.mark.train


def test_errors_of_a_picture_with_itself_are_none_and_hue_goes_the_shorter_way():
    truth = np.full((8, 8, 3), (200, 30, 60), np.uint8)
    same = errors(truth, truth)
    assert all(same[key] == 0 for key in ("red", "green", "blue", "chroma", "lightness", "hue"))
    assert errors(truth, truth - np.uint8(0))["mean chroma"] == same["mean chroma, truth"] > 40
    a, b = np.full((4, 4, 3), (220, 20, 110), np.uint8), np.full((4, 4, 3), (220, 30, 60), np.uint8)
    assert errors(a, b)["hue"] < 60**2


def test_psnr_of_errors_agrees():
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 256, (2, 8, 8, 3)).astype(np.uint8)
    mse = np.mean([errors(a, b)[c] for c in ("red", "green", "blue")])
    assert psnr(a, b) == pytest.approx(10 * np.log10(255**2 / mse))


def test_equal_filters_are_fully_similar_and_opposite_ones_opposite():
    filters = np.random.default_rng(0).normal(size=(1, 16, 3, 3)).repeat(3, axis=0)
    assert similarity_of(filters) == pytest.approx(1.0)
    assert abs(similarity_of(np.random.default_rng(1).normal(size=(3, 400, 3, 3)))) < 0.1


def test_the_hue_counts_where_the_truth_has_one_and_wraps():
    def picture(hue):
        lab = np.stack(
            [np.full((8, 8), 60.0), 30 * np.cos(np.radians(hue)), 30 * np.sin(np.radians(hue))], -1
        )
        return np.rint(lab_to_rgb(lab) * 255).astype(np.uint8)

    truth, made = picture(np.full((8, 8), 350.0)), picture(np.full((8, 8), 10.0))
    assert errors(made, truth)["hue"] == pytest.approx(400, rel=0.1)
    truth[:4], made[:4] = 255, 128  # white has no hue
    assert errors(made, truth)["hue"] == pytest.approx(400, rel=0.1)
    assert np.isnan(errors(made, np.full_like(made, 255))["hue"])


def test_a_drawing_is_given_in_all_the_ways_of_section_4_4(tmp_path):
    rgb = np.full((64, 64, 3), 255, np.uint8)
    rgb[20:40, 20:40] = (200, 0, 0)
    line = np.full((64, 64), 255, np.uint8)
    line[20, 20:40] = 60
    Image.fromarray(rgb).save(tmp_path / "a.color.png")
    Image.fromarray(line).save(tmp_path / "a.line.png")
    made = inputs_of(pair_up(list_pictures([tmp_path]))[0])
    assert set(np.unique(made["real, binary"])) == {0, 1}
    ink = made["real"].min()
    assert ink == pytest.approx(60 / 255)
    assert made["real, light ink"].min() == pytest.approx(1 - (1 - ink) / 2), "half as dark"
    assert made["real, dark ink"].min() == pytest.approx(ink**2) and made["real, dark ink"].max() == 1


# --- how a run answers ---


class Answer(torch.nn.Module):
    """Says the same, (1, c, h, w), whatever it is shown."""

    def __init__(self, answer):
        super().__init__()
        self.answer = answer

    def forward(self, paper):
        return self.answer


@pytest.fixture
def model_that_says(tmp_path, monkeypatch):
    """A model of a recipe whose network gives a certain answer."""

    def made(name, answer):
        (tmp_path / "recipe.json").write_bytes(msgspec.json.encode(load_recipe(name)))
        monkeypatch.setattr(inoue2017_models, "load_network", lambda folder: Answer(answer))
        return load_model(tmp_path)

    return made


WHITE_PAPER = np.ones((32, 32), np.float32)


def logits_of(bins, shares, cells=8):
    """Logits (1, 512, cells, cells) of the same distribution everywhere: {colour: probability}."""
    p = torch.full((1, 512, cells, cells), 1e-12)
    for color, share in shares.items():
        p[:, int(bins.encode(np.array(color)))] = share
    return p.log()


def test_the_answer_is_multiplied_with_the_drawing(model_that_says):
    paper = WHITE_PAPER.copy()
    paper[10], paper[20] = 0.0, 0.5
    made = model_that_says("inoue-regression", torch.full((1, 3, 32, 32), 0.8))(paper)
    assert (
        (made[0] == 204).all() and (made[10] == 0).all() and (np.abs(made[20].astype(int) - 102) <= 1).all()
    )
    sure = logits_of(rgb512(), {(0.5625, 0.5625, 0.5625): 1.0})
    made = model_that_says("inoue-rebalance", sure)(paper)
    assert (made[0] == 143).all() and (made[10] == 0).all() and (np.abs(made[20].astype(int) - 72) <= 1).all()


def test_a_distribution_becomes_its_annealed_mean_at_the_papers_temperature(model_that_says):
    """4.2: f_T(z) = z^(1/T) / sum z^(1/T), T = 0.38; the colour is the mean of that."""
    low, high = (0.1875, 0.4375, 0.5625), (0.8125, 0.4375, 0.0625)  # centres of bins
    logits = logits_of(rgb512(), {low: 0.6, high: 0.4})
    made = model_that_says("inoue-classification", logits)(WHITE_PAPER)
    a, b = 0.6 ** (1 / 0.38), 0.4 ** (1 / 0.38)
    wanted = 255 * (a * np.array(low) + b * np.array(high)) / (a + b)
    assert np.abs(made - wanted).max() < 1


def test_the_logits_are_those_of_a_softmax_whatever_is_added_to_all(model_that_says):
    logits = logits_of(rgb512(), {(0.1875, 0.4375, 0.5625): 0.6, (0.8125, 0.4375, 0.0625): 0.4})
    one, two = (model_that_says("inoue-classification", logits + more)(WHITE_PAPER) for more in (0.0, 9.0))
    assert np.abs(one.astype(int) - two).max() <= 1


def test_bins_of_lch_are_decoded_as_lch(model_that_says):
    color = lch512().centers[int(lch512().encode([60.0, 40.0, 150.0]))]
    made = model_that_says("inoue-lch", logits_of(lch512(), {tuple(color): 1.0}))(WHITE_PAPER)
    assert np.abs(made - 255 * lab_to_rgb(lch_to_lab(color))).max() < 1


def test_a_small_answer_is_enlarged_four_times_linearly_between_its_cells(model_that_says):
    bins = rgb512()
    dark, light = (0.0625,) * 3, (0.9375,) * 3
    logits = logits_of(bins, {dark: 1.0})
    logits[..., 4:] = logits_of(bins, {light: 1.0})[..., 4:]
    row = model_that_says("inoue-classification", logits)(WHITE_PAPER)[5, :, 0] / 255
    assert np.allclose(row[:14], 0.0625, atol=0.003) and np.allclose(row[18:], 0.9375, atol=0.003)
    assert np.allclose(row[14:18], 0.0625 + 0.875 * np.array([1, 3, 5, 7]) / 8, atol=0.003)


# --- what is measured of a picture ---


def drawn_of(folder, rgb, name="a"):
    Image.fromarray(rgb).save(folder / f"{name}.color.png")
    return next(one for one in pair_up(list_pictures([folder])) if one.name == name)


def white(paper_hw):
    return np.full((*paper_hw.shape, 3), 255, np.uint8)


def test_all_windows_that_slide_over_a_picture_are_measured_and_pooled(tmp_path):
    """3.1: windows of 256 x 256 that slide over pictures that are not square."""
    rgb = np.full((256, 768, 3), 255, np.uint8)
    rgb[:, 256:512] = (255, 0, 0)
    rgb[:128, 512:] = (0, 0, 255)
    seen = []

    def model(paper_hw):
        seen.append(paper_hw.shape)
        return white(paper_hw)

    figures = measure({"white": model}, drawn_of(tmp_path, rgb))["white"]["derived"]
    assert set(seen) == {(256, 256)} and len(seen) == 3 * 2, "three windows, of two kinds of input"
    assert figures["red"] == pytest.approx(255**2 / 6) and figures["green"] == pytest.approx(255**2 / 2)
    assert figures["blue"] == pytest.approx(255**2 / 3)


def test_a_hue_is_pooled_over_the_windows_pixels_not_over_their_means(tmp_path):
    rgb = np.full((256, 512, 3), 255, np.uint8)
    rgb[:, :256] = (200, 40, 40)  # 256 columns of one hue
    rgb[:, 480:] = (40, 160, 40)  # 32 of another
    painted = np.full((256, 256, 3), (200, 40, 40), np.uint8)
    figures = measure({"red": lambda paper_hw: painted}, drawn_of(tmp_path, rgb))["red"]["derived"]
    off = errors(np.full((1, 1, 3), (200, 40, 40), np.uint8), np.full((1, 1, 3), (40, 160, 40), np.uint8))
    assert figures["hue"] == pytest.approx(off["hue"] * 32 / (256 + 32), rel=0.01)


def test_each_kind_of_input_is_measured_and_so_is_the_untouched_drawing(tmp_path):
    rgb = np.full((256, 256, 3), 255, np.uint8)
    rgb[60:200, 60:200] = (220, 30, 30)
    Image.fromarray(np.where(rgb[..., 1] < 100, 0, 255).astype(np.uint8)).save(tmp_path / "a.line.png")
    made = measure({"white": white}, drawn_of(tmp_path, rgb))
    assert set(made) == {"white", inoue2017_models.UNTOUCHED} and set(made["white"]) == set(
        inoue2017_models.INPUTS
    )
    assert made["white"]["real"]["red"] == pytest.approx((35**2) * (140 / 256) ** 2)
    black = made[inoue2017_models.UNTOUCHED]["real"]
    assert black["red"] == pytest.approx((220**2) * (140 / 256) ** 2)


def test_measuring_goes_on_from_the_rows_that_are_there(tmp_path):
    rgb = np.full((256, 256, 3), (90, 130, 60), np.uint8)
    drawn = [drawn_of(tmp_path, rgb, name) for name in ("a", "b")]
    first = measure_models({"white": white}, drawn[:1], tmp_path / "report")

    def never(paper_hw):
        raise AssertionError("asked again")

    assert measure_models({"white": never}, drawn[:1], tmp_path / "report") == first
    both = measure_models({"white": white}, drawn[::-1], tmp_path / "report")
    assert len(both) == 2 and both[1] == first[0]
    assert len((tmp_path / "report" / "models.jsonl").read_text().splitlines()) == 2
