"""What is known of published networks agrees with the spec's words."""

import msgspec
import pytest

from huewise.errors import UsageError
from huewise.models.published import CHANNELS, PUBLISHED, published
from huewise.models.spec import read_spec


@pytest.mark.parametrize("name", PUBLISHED)
def test_each_makes_a_spec_that_survives_its_file(name: str) -> None:
    network = published(name)
    names = [f"x{i}" for i in range(len(network.inputs))]
    spec = network.spec(names, "y", 4, "0" * 64, None)
    assert read_spec(msgspec.json.encode(spec), name) == spec
    assert [feed.name for feed in spec.graphs[0].feeds] == names
    assert spec.hints == (spec.graphs[0].per == "edit") and not spec.square


def test_a_fixed_size_makes_a_square_spec() -> None:
    spec = published("ddcolor").spec(["input"], "output", 1, "0" * 64, 256)
    assert spec.square and spec.side == 256


def test_the_two_masks_of_siggraph17_are_told_apart() -> None:
    plain, centred = (published(name).inputs[2] for name in ("siggraph17", "siggraph17-centred"))
    assert [(1 - part.offset) / part.scale for part in (plain, centred)] == [1.0, 0.5]
    assert [(0 - part.offset) / part.scale for part in (plain, centred)] == [0.0, -0.5]


def test_channels_are_those_of_the_papers() -> None:
    assert [CHANNELS[part.source] for part in published("siggraph17").inputs] == [1, 2, 1]
    assert [CHANNELS[part.source] for part in published("ddcolor").inputs] == [3]


def test_an_unknown_network_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="eccv16"):
        published("deoldify")
