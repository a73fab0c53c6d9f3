import pytest

from huewise.evaluation.inoue2017_claims import claims, models_to_markdown, summarize_models
from huewise.evaluation.inoue2017_models import UNTOUCHED


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


def test_a_claim_holds_only_within_its_range():
    def figures(rgb):
        base = dict.fromkeys(("red", "green", "blue"), rgb)
        rest = dict.fromkeys(("chroma", "lightness", "hue", "mean chroma", "mean chroma, truth"), 1.0)
        return {"derived": {**base, **rest}}

    for rgb, holds in ((50.0, True), (80.0, False)):
        said = claims({"inoue-regression": figures(100.0), "inoue-classification": figures(rgb)})
        assert {c["claim"]: c["holds"] for c in said}["classification halves the MSE of RGB"] is holds


def test_the_mean_chroma_of_lch_is_compared_with_the_truths():
    values = dict.fromkeys(("red", "green", "blue", "chroma", "lightness", "hue"), 1.0)
    (said,) = claims({"inoue-lch": {"derived": {**values, "mean chroma": 21.0, "mean chroma, truth": 22.0}}})
    assert said["claim"] == "LCH's mean chroma reaches the truth's"
    assert said["ratio"] == pytest.approx(21 / 22) and said["holds"]


def test_pictures_are_averaged_and_kinds_of_drawings_compared_on_those_that_have_all():
    def picture(rgb, hue, *kinds):
        full = {"chroma": 1.0, "lightness": 1.0, "hue": hue, "mean chroma": 9.0, "mean chroma, truth": 9.0}
        colors = dict.fromkeys(("red", "green", "blue"), rgb)
        return {
            name: {"derived": colors | full, **dict.fromkeys(kinds, colors)}
            for name in (UNTOUCHED, "inoue-lch")
        }

    made = summarize_models([picture(10.0, float("nan"), "real"), picture(30.0, 40.0)])
    assert made["figures"]["inoue-lch"]["derived"]["red"] == 20 and UNTOUCHED not in made["figures"]
    assert made["figures"]["inoue-lch"]["derived"]["hue"] == 40, "of those that have one"
    assert made["by kind"] == {key: {"derived": 10, "real": 10} for key in (UNTOUCHED, "inoue-lch")}
