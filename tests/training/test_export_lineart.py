"""The product's network for drawings becomes one graph that the engine opens by its spec."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from huewise.engine import Colorizer  # noqa: E402
from huewise.engine.open_drawing import OpenDrawing  # noqa: E402
from huewise.errors import ModelError  # noqa: E402
from huewise.hints import Point  # noqa: E402
from huewise.models.spec import read_spec  # noqa: E402
from huewise.networks.lineart import LineartNetwork, LineartSize  # noqa: E402
from huewise.training.export import Facts, card, check_parity  # noqa: E402
from huewise.training.export_lineart import CHROMA, WHITE_AT, _Colors, export_lineart, measured_rgb_difference  # noqa: E402
from tests.engine.drawings import two_boxes  # noqa: E402

pytestmark = [
    pytest.mark.train,
    pytest.mark.filterwarnings(
        "ignore::DeprecationWarning", "ignore::torch.jit.TracerWarning", "ignore:Constant folding:UserWarning"
    ),
]
SMALL = LineartSize((8, 8, 8, 16, 16), 1)


@pytest.fixture
def network():
    torch.manual_seed(0)
    return LineartNetwork(SMALL)


def test_an_exported_network_colours_drawings_and_a_changed_one_is_refused(
    network, tmp_path: Path, monkeypatch
) -> None:
    folder = tmp_path / "drawings"
    spec = export_lineart(network, folder, Facts("drawings", "abc", "3 drawings"), side=64)
    assert spec == read_spec((folder / "spec.json").read_bytes(), "spec")
    assert (spec.kind, spec.data, spec.recipe) == ("drawing", "3 drawings", "abc")
    pictures = [np.stack([two_boxes()] * 3, -1)]
    assert measured_rgb_difference(network, folder, pictures) < 0.2, "untrained weights round worse"
    monkeypatch.setenv("HUEWISE_MODELS", str(tmp_path))
    for name in ("drawings", "auto"):
        opened = Colorizer.load(name).open(two_boxes())
        assert isinstance(opened, OpenDrawing)
        made = opened.colorize([Point(80, 110, "tomato")]).rgb
        assert tuple(made[110, 80]) == (255, 99, 71) and (made[two_boxes() == 0] == 0).all()
    opened = Colorizer.load("drawings").open(two_boxes())
    assert 1 <= len(opened.palette(80, 110, k=5)) <= 5
    assert not np.array_equal(opened.colorize(temperature=0.3).rgb, opened.colorize().rgb)
    with torch.no_grad():
        network.last.bias.add_(torch.randn(16))
    with pytest.raises(ModelError, match="differ"):
        check_parity(measured_rgb_difference(network, folder, pictures))


def test_what_is_nearly_white_becomes_the_paper_and_other_colours_stay() -> None:
    values = torch.tensor([0.99, 0.97, 0.93, 0.85, -0.2])
    rgb = values[None, None, None].expand(1, 3, 1, 5)
    made = _turned(rgb)
    assert (made[0, 0, 0, :2] == 1).all() and values[1] > WHITE_AT
    assert 0.93 < made[0, 0, 0, 2] < 1
    assert made[0, 0, 0, 3] == values[3] and made[0, 0, 0, 4] == 0


def _turned(rgb):
    class Same(torch.nn.Module):
        def forward(self, *_):
            return rgb, rgb

    return _Colors(Same())(rgb, rgb, torch.zeros(1, 4, *rgb.shape[2:]))[0]


def test_what_no_hint_tells_is_more_colourful_and_what_one_tells_stays() -> None:
    class Beige(torch.nn.Module):
        def forward(self, *_):
            return torch.tensor([0.7, 0.6, 0.5])[None, :, None, None].expand(1, 3, 1, 2), torch.zeros(1)

    fill = torch.zeros(1, 4, 1, 2)
    fill[..., 1] = 1.0
    made = _Colors(Beige())(fill, fill, fill)[0][0, :, 0]
    assert torch.allclose(made[:, 1], torch.tensor([0.7, 0.6, 0.5]))
    assert made[0, 0] - made[2, 0] == pytest.approx(0.2 * CHROMA)
    luma = torch.tensor([0.299, 0.587, 0.114])
    assert luma @ made[:, 0] == pytest.approx(float(luma @ made[:, 1]))


def test_a_fresh_card_tells_the_facts(network, tmp_path: Path) -> None:
    spec = export_lineart(network, tmp_path, Facts("lineart", "abc", "3 drawings under CC0"), side=64)
    text = card(spec, 3_800_000, 0.0011)
    assert (
        text.startswith("# lineart\n")
        and "3.8 million" in text
        and "3 drawings under CC0. Recipe abc" in text
    )
