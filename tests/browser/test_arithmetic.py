"""The page's colour arithmetic against `huewise.color` and `huewise.propagate`, in the browser that runs it."""

import hashlib

import numpy as np
import pytest
from playwright.sync_api import Page

from huewise.color import fit_gamut, in_gamut, lab_to_rgb, rgb_to_lab
from huewise.imaging.lightness import area_mean
from huewise.propagate.guided_upsample import guided_upsample


def test_lab_and_srgb_are_those_of_the_package(page: Page) -> None:
    random = np.random.default_rng(1)
    rgb_n3 = random.random((200, 3))
    lab_n3 = np.array(
        page.evaluate(
            "async list => { const { rgbToLab } = await import('/color.js'); return list.map(c => rgbToLab(...c)); }",
            rgb_n3.tolist(),
        )
    )
    assert np.abs(lab_n3 - rgb_to_lab(rgb_n3)).max() < 0.01
    back_n3 = np.array(
        page.evaluate(
            "async list => { const { labToRgb } = await import('/color.js'); return list.map(c => labToRgb(...c)); }",
            lab_n3.tolist(),
        )
    )
    assert np.abs(back_n3 - rgb_n3).max() < 0.001


def test_chroma_gives_way_as_in_the_package(page: Page) -> None:
    random = np.random.default_rng(2)
    lab_n3 = np.column_stack([random.uniform(3, 97, 300), random.uniform(-110, 110, (300, 2))])
    ours_n3 = np.array(
        page.evaluate(
            "async list => { const { labToRgb } = await import('/color.js'); return list.map(c => labToRgb(...c)); }",
            lab_n3.tolist(),
        )
    )
    assert np.abs(ours_n3 - np.clip(lab_to_rgb(fit_gamut(lab_n3)), 0, 1)).max() < 2.5 / 255
    held_n = np.array(
        page.evaluate(
            "async list => { const { inGamut } = await import('/color.js'); return list.map(c => inGamut(...c)); }",
            lab_n3.tolist(),
        )
    )
    assert np.mean(held_n != in_gamut(lab_n3)) < 0.01


def test_the_field_is_the_guided_upsampling_of_the_package(page: Page) -> None:
    random = np.random.default_rng(3)
    l_hw = np.where(np.add.outer(np.arange(160), np.arange(240)) % 80 < 40, 30, 70) + random.normal(
        0, 2, (160, 240)
    )
    guide_hw = np.clip(np.rint(l_hw * 2.55), 0, 255).astype(np.uint8)
    guide_l_hw = guide_hw.astype(np.float32) / np.float32(2.55)
    low_l_hw = area_mean(guide_l_hw, (40, 60))
    ab_hw2 = np.stack([low_l_hw - 50, 40 - low_l_hw / 2], -1).astype(np.float32)
    expected_hw2 = guided_upsample(ab_hw2, guide_l_hw)
    ours = page.evaluate(
        """async ([guide, ab]) => {
            const { fieldOf, pyramid } = await import("/guided.js");
            const { sampleField, sampleLightness } = await import("/render-plain.js");
            const whole = pyramid({width: 240, height: 160, data: new Uint8Array(guide)});
            const field = fieldOf({width: 60, height: 40, data: new Int16Array(ab)}, whole);
            const out = [];
            for (let y = 0; y < 160; y += 1) for (let x = 0; x < 240; x += 1) {
                const [u, v] = [(x + 0.5) / 240, (y + 0.5) / 160];
                out.push(sampleField(field, u, v, sampleLightness(whole.levels[0], u, v)));
            }
            return out;
        }""",
        [guide_hw.ravel().tolist(), np.rint(ab_hw2 * 256).astype(int).ravel().tolist()],
    )
    difference = np.abs(np.array(ours).reshape(160, 240, 2) - expected_hw2)
    # these edges are harder than a photograph's: the page interpolates colours linearly, the package by cubics
    assert difference.mean() < 0.7
    assert np.percentile(difference, 99) < 5


def test_a_draft_has_its_own_colours_and_the_slopes_of_the_whole_answer(page: Page) -> None:
    random = np.random.default_rng(4)
    guide_hw = random.integers(0, 255, (32, 48)).astype(np.uint8)
    whole_n, draft_n = (random.integers(-9000, 9000, 2 * 8 * 12).tolist() for _ in range(2))
    whole, draft, plain = (
        np.array(one).reshape(-1, 4)
        for one in page.evaluate(
            """async ([guide, whole, draft]) => {
                const { pyramid } = await import("/guided.js");
                const { fieldFor } = await import("/render.js");
                const levels = pyramid({width: 48, height: 32, data: new Uint8Array(guide)});
                const map = (data, near) => ({width: 12, height: 8, data: new Int16Array(data), near});
                const first = map(whole);
                const colors = (ab) => Array.from(fieldFor({guide: levels, ab}).colors);
                return [first, map(draft, first), map(draft)].map(colors);
            }""",
            [guide_hw.ravel().tolist(), whole_n, draft_n],
        )
    )
    np.testing.assert_allclose(draft[:, :2], np.array(draft_n).reshape(-1, 2) / 256, atol=1e-4)
    np.testing.assert_array_equal(draft[:, 2:], whole[:, 2:])
    assert np.abs(plain[:, 2:] - whole[:, 2:]).max() > 0.01


@pytest.mark.parametrize("length", [0, 3, 55, 56, 64, 1000])
def test_files_have_the_same_fingerprint_without_the_browsers_own(page: Page, length: int) -> None:
    data = np.random.default_rng(length).bytes(length)
    ours = page.evaluate(
        """async (bytes) => {
            const { sha256 } = await import("/sha256.js");
            return Array.from(sha256(new Uint8Array(bytes).buffer));
        }""",
        list(data),
    )
    assert bytes(ours) == hashlib.sha256(data).digest()


def test_hex_is_read_in_all_its_forms(page: Page) -> None:
    read = page.evaluate(
        """async () => {
            const { parseHex } = await import("/color.js");
            return ["#abc", "ABCDEF", " #a1B2c3 ", "#ab", "red", ""].map(parseHex);
        }"""
    )
    assert read == ["#aabbcc", "#abcdef", "#a1b2c3", None, None, None]


@pytest.mark.parametrize(
    ("color", "name"),
    [
        ("#6b7a4f", "moss green"),  # two dull greens, neither of them lime
        ("#8f9a80", "light dull green"),
        ("#7a6a50", "dull brown"),
        ("#87ceeb", "sky blue"),
        ("#0000ff", "bright blue"),
        ("#161616", "black"),
        ("#00ff00", "#00ff00"),  # like nothing else: its hex alone
    ],
)
def test_a_colour_has_an_honest_name(page: Page, color: str, name: str) -> None:
    found = page.evaluate(
        "async color => (await import('/names.js')).describe(color)",
        color,
    )
    assert found == name


def test_names_tell_colours_apart_that_stand_side_by_side(page: Page) -> None:
    found = page.evaluate(
        "async list => (await import('/names.js')).describeAll(list)",
        ["#6b7a4f", "#66753f", "#c42a28"],
    )
    assert found == ["moss green, #6b7a4f", "moss green, #66753f", "red"]
