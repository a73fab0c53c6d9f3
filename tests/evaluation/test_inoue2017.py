import numpy as np
import pytest

from huewise.color import lab_to_rgb
from huewise.evaluation.inoue2017 import (
    PRODUCT,
    Subject,
    flats,
    flood_fill,
    leakage,
    line_f_measure,
    main,
    measure,
    product_painter,
    summarize,
    to_markdown,
    true_means,
)
from huewise.evaluation.inoue2017_models import (
    claims,
    enlarged,
    errors,
    find_runs,
    inputs_of,
    models_to_markdown,
    similarity_of,
)
from huewise.evaluation.metrics import psnr
from huewise.training.lineart_data import pair_up
from huewise.training.pictures import list_pictures
from tests.engine.drawings import BLUE, colorizer


@pytest.fixture
def subject():
    paper = np.ones((100, 140), np.float32)
    for top, left, bottom, right in ((10, 10, 90, 60), (10, 80, 90, 130)):
        paper[top : top + 3, left:right] = paper[bottom - 3 : bottom, left:right] = 0
        paper[top:bottom, left : left + 3] = paper[top:bottom, right - 3 : right] = 0
    truth = np.full((100, 140, 3), 255, np.uint8)
    truth[13:87, 13:57] = (200, 30, 30)
    truth[13:87, 83:127] = (30, 60, 200)
    truth[paper == 0] = 0
    return Subject("s/1", paper, truth)


def test_white_is_the_untouched_drawing(subject):
    assert (subject.white == (subject.paper_hw[..., None] * 255)).all()


def test_a_hint_fills_its_region_and_no_other(subject):
    for fill in (flood_fill, flats):
        made = fill(subject, [subject.spot(50, 30)])
        assert (made[13:87, 13:57] == (200, 30, 30)).all()
        assert (made[13:87, 83:127] == 255).all()


def test_one_true_colour_for_every_region_is_exact_where_regions_are_flat(subject):
    assert (true_means(subject) == subject.truth).all()


def test_hints_are_nested_and_lie_on_paper(subject):
    assert [s[:2] for s in subject.random_spots(5)] == [s[:2] for s in subject.random_spots(20)[:5]]
    assert all(subject.paper_hw[y, x] == 1 for y, x, _ in subject.random_spots(50))


def test_leakage_counts_what_differs_from_its_hint(subject):
    spots = [subject.spot(50, 30), subject.spot(50, 100)]
    right = flood_fill(subject, spots)
    assert leakage(subject, spots, right) == 0.0
    half = right.copy()
    half[13:50, 13:57] = 255
    assert leakage(subject, spots, half) == pytest.approx(0.25, abs=0.01)
    assert leakage(subject, [], right) is None


def test_lines_that_vanish_or_move_lower_the_f_measure(subject):
    assert line_f_measure(subject.white, subject.truth) > 0.98
    assert line_f_measure(subject.white, np.roll(subject.white, 8, 1)) < 0.5
    assert line_f_measure(subject.white, np.full_like(subject.white, 255)) == 0.0


def test_flat_regions_are_those_of_one_colour(subject):
    assert len(subject.flat_regions()) == 3
    subject.truth[13:50, 13:57] = (0, 200, 0)
    assert len(subject.flat_regions()) == 2


def test_a_summary_holds_the_gains(subject):
    result = summarize([measure(subject, {"flood fill": flood_fill, "flats": flats})] * 2)
    assert result["gain"]["flood fill"][0][0] == pytest.approx(0.0)
    assert result["every_region"][0] > result["gain"]["flood fill"][1][0]
    assert result["leakage"]["flats"] == 0.0 and result["lines"]["flats"] > 0.98
    assert "| 20 |" in to_markdown(result)


def test_the_product_is_asked_as_a_person_would_ask_it(subject):
    painter = product_painter(colorizer())
    plain, told = painter(subject, []), painter(subject, [subject.spot(50, 30)])
    assert (plain[50, 30] == BLUE).all() and (told[50, 30] == (200, 30, 30)).all()
    assert (told[subject.paper_hw == 0] == 0).all() and line_f_measure(subject.white, plain) > 0.98
    text = to_markdown(summarize([measure(subject, {PRODUCT: painter})]))
    assert "mean chroma, of the truth's" in text and PRODUCT in text


def test_runs_are_found_in_the_first_place_that_has_their_weights(tmp_path):
    for place, file in (("runs", "recipe.json"), ("checkpoints", "weights.safetensors")):
        folder = tmp_path / place / "inoue-lch"
        folder.mkdir(parents=True)
        (folder / "recipe.json").touch()
        (folder / file).touch()
    places = [tmp_path / "runs", tmp_path / "checkpoints"]
    assert find_runs(["inoue-lch", "inoue-chroma"], places) == {
        "inoue-lch": tmp_path / "checkpoints" / "inoue-lch"
    }
    (tmp_path / "runs/inoue-lch/run.pt").touch()
    assert find_runs(["inoue-lch"], places) == {"inoue-lch": tmp_path / "runs" / "inoue-lch"}


def test_the_command_leaves_a_report_and_goes_on_from_its_rows(subject, tmp_path, monkeypatch):
    from PIL import Image

    monkeypatch.setenv("HUEWISE_DATA", str(tmp_path))
    data, out = tmp_path / "data", tmp_path / "report"
    data.mkdir()
    Image.fromarray(subject.truth).save(data / "a.color.png")
    Image.fromarray((subject.paper_hw * 255).astype(np.uint8)).save(data / "a.line.png")
    for _ in range(2):
        assert main([data], out, model="flats", runs=[tmp_path / "none"]) == out
    assert len((out / "rows.jsonl").read_text().splitlines()) == 1
    text = (out / "result.md").read_text()
    assert "1 pairs" in text and "flood fill" in text and "2000 x 3000" not in text
    assert (out / "hints.jpg").exists()


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


def test_colours_are_enlarged_linearly_with_their_means_kept():
    small = np.random.default_rng(0).random((16, 16, 3))
    large = enlarged(small)
    assert large.shape == (64, 64, 3)
    assert np.allclose(large.mean((0, 1)), small.mean((0, 1)), atol=0.02)
    assert large.min() >= small.min() - 1e-9 and large.max() <= small.max() + 1e-9


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


def test_a_small_answer_is_enlarged_linearly_between_its_cells():
    small = np.zeros((2, 2, 3))
    small[:, 1] = 1.0
    row = enlarged(small)[3, :, 0]
    assert row[0] == 0 and row[-1] == 1 and 0.1 < row[3] < 0.5 < row[4] < 0.9


def test_claims_say_what_holds():
    def figures(**values):
        base = {
            "red": 100,
            "green": 100,
            "blue": 100,
            "chroma": 50,
            "lightness": 50,
            "hue": 900,
            "mean chroma": 6,
        }
        return {"derived": {**base, "mean chroma, truth": 20, **values}}

    result = {
        "inoue-regression": figures(),
        "inoue-classification": figures(red=40, green=50, blue=45),
        "inoue-rebalance": figures(**{"mean chroma": 6.5}),
    }
    said = {c["claim"]: c["holds"] for c in claims(result)}
    assert said["classification halves the MSE of RGB"] is True
    assert said["rebalancing raises mean chroma by 64 %"] is False
    by_kind = {"untouched drawing": {"derived": 800.0, "real": 700.0}}
    text = models_to_markdown({"figures": result, "claims": claims(result), "by kind": by_kind})
    assert "6.00 (5.86)" in text and "| yes |" in text and "| no |" in text
    assert "| untouched drawing | 800 | 700 |" in text


def test_a_drawing_is_given_in_all_the_ways_of_section_4_4(tmp_path):
    from PIL import Image

    rgb = np.full((64, 64, 3), 255, np.uint8)
    rgb[20:40, 20:40] = (200, 0, 0)
    line = np.full((64, 64), 255, np.uint8)
    line[20, 20:40] = 60
    Image.fromarray(rgb).save(tmp_path / "a.color.png")
    Image.fromarray(line).save(tmp_path / "a.line.png")
    made = inputs_of(pair_up(list_pictures([tmp_path]))[0])
    assert set(np.unique(made["real, binary"])) == {0, 1}
    assert made["real, light ink"].min() > made["real"].min() > made["real, dark ink"].min()
