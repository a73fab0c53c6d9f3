"""A model's spec: everything the engine has to know about it, as data (`spec.json` beside the graphs)."""

from typing import Annotated, Literal

import msgspec

from huewise.errors import ModelError

Source = Literal[
    "l",  # lightness of the picture, 0..100
    "gray_rgb",  # the sRGB gray of that lightness, three channels 0..1
    "hint_ab",  # mean hinted ab of each cell, ab units
    "hint_mask",  # hinted share of each cell, 0..1
    "spread_ab",  # the hints' residual spread along the model's own affinities, ab units
    "fill_ab",  # the hints' own colours spread in the same way, divided by the confidence, ab units
    "spread_confidence",  # how far hints reach, 0..1
    "histogram",  # global hints of zhang2017 3.3, (1, 1) cell
    "histogram_known",
    "saturation",
    "saturation_known",
    "paper",  # the drawing, 1 paper and 0 ink
    "hint_rgb",  # sRGB 0..1 of the hints times the hinted share of each cell, and the share: four channels
    "fill_rgb",  # the same of hints flooded over the drawing's closed areas
    "answer_ab",  # the colours so far, ab units
    "kept",  # an output of a graph that ran before, by its name
]
Meaning = Literal[
    "ab", "rgb", "auto_ab", "logits", "affinities", "factors", "own_deviation", "saturated_ab", "context"
]
"""`rgb`: sRGB 0..1 that the drawing is multiplied with; `factors`, a's before b's, and `own_deviation`: of the errors
(`propagate.doubt`), ab units; `saturated_ab`: an answer of the wanted saturation;
`context`: kept for other graphs."""


Count = Annotated[int, msgspec.Meta(ge=1)]


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Some channels of a graph's input: value fed = (source - offset) / scale, at 1/`at` of the network's size."""

    source: Source
    at: Count = 1
    offset: float = 0.0
    scale: float = 1.0
    name: str = ""  # of the kept output


class Feed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One input of a graph: its parts, joined along the channels."""

    name: str
    parts: list[Part]


class Output(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One output of a graph: what it means, at 1/`at`; value = output * scale."""

    name: str
    means: Meaning
    at: Count
    scale: float = 1.0


class Graph(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One ONNX file: run once per picture, at every edit, or when what it gives is wanted.

    Of the latter kinds are a distribution, a belief about errors, and an answer with a wanted saturation.
    """

    file: str
    sha256: str
    per: Literal["picture", "edit", "distribution", "belief", "saturation"]
    feeds: list[Feed]
    outputs: list[Output]


class SpreadRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Outputs that spread the hints before an edit: affinities (right, down, screening, trust) and the automatic ab."""

    affinities: str
    auto: str


class Spec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One model, one folder; docs/models.md has every field."""

    name: str
    kind: Literal["photo", "drawing", "classical"]  # drawing: gives rgb, or no graph at all: hints alone
    description: str
    licence: str
    data: str  # what it was trained on, and under which terms
    graphs: list[Graph]
    recipe: str = ""  # digest of the recipe
    side: Count = 256  # network size: the picture's short side
    longest: Count = 1024  # and its long side at most
    stride: Count = 32  # sides are multiples of this
    square: bool = False  # the network takes side x side only: pictures are squashed to it
    bins: str = ""  # name of the bin set of `logits`
    hints: bool = True  # whether it takes local hints
    global_hints: bool = False
    temperature: float | None = (
        None  # of the annealed mean in the default result, of a drawing of its areas' colours
    )
    blend: float = 0.0  # share of these in the default result; 0: the regression alone
    spread: SpreadRule | None = None
    adhere: bool = True  # whether the engine still has to make the hints exact
    version: Literal[1] = 1


def read_spec(data: bytes, origin: str) -> Spec:
    """Parse and check a spec; `origin` names it in errors."""
    try:
        spec = msgspec.json.decode(data, type=Spec)
    except msgspec.DecodeError as error:
        raise _wrong(origin, str(error), "a spec as docs/models.md describes") from error
    made = {output.name for graph in spec.graphs for output in graph.outputs}
    parts = [part for graph in spec.graphs for feed in graph.feeds for part in feed.parts]
    wanted = [part.name for part in parts if part.source == "kept"]
    wanted += [spec.spread.affinities, spec.spread.auto] if spec.spread else []
    if missing := [name for name in wanted if name not in made]:
        raise _wrong(
            origin, f"the output {missing[0]!r}, which no graph makes", f"one of {', '.join(sorted(made))}"
        )
    for graph in spec.graphs:
        _check_saturation(graph, origin)
    if any(part.scale == 0.0 for part in parts):
        raise _wrong(origin, "a part with the scale 0", "what values are divided by")
    return spec


def _check_saturation(graph: Graph, origin: str) -> None:
    """Where a saturation is wanted, and nowhere else, a graph sees the answer and gives another one."""
    for_it = graph.per == "saturation"
    if for_it != any(output.means == "saturated_ab" for output in graph.outputs):
        raise _wrong(
            origin,
            f"the graph {graph.file}, per {graph.per}",
            "saturated_ab from a graph per saturation alone",
        )
    if not for_it and any(part.source == "answer_ab" for feed in graph.feeds for part in feed.parts):
        raise _wrong(
            origin, f"answer_ab for {graph.file}, per {graph.per}", "that source in a graph per saturation"
        )


def _wrong(origin: str, got: str, wanted: str) -> ModelError:
    return ModelError(f"{origin}: {got}", wanted, "mend the spec")
