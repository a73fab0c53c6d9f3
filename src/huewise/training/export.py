"""Checkpoint -> ONNX graphs with half-precision weights, spec and card; refused where ONNX Runtime and torch differ."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np
import torch
from torch import Tensor, nn

from huewise.errors import ModelError
from huewise.models.spec import Feed, Graph, Output, Part, Spec, SpreadRule
from huewise.networks.encoder import PhotoEncoder
from huewise.networks.photo import AB_SCALE, N_BINS, N_GLOBAL, Ahead, PhotoNetwork, Spread, hypercolumn

if TYPE_CHECKING:
    from huewise.engine.colorizer import Colorizer
    from huewise.hints import Hint

ALLOWED_DIFFERENCE = 0.05  # mean |ab difference| between ONNX Runtime (half-precision weights) and torch


class Facts(NamedTuple):
    """What a spec says of where a model comes from: `recipe` is the recipe's digest, `data` what it learnt from."""

    name: str
    recipe: str
    data: str


class _Encode(nn.Module):
    """Once per picture: encoder, neck, and what the decoder makes of them before any hint."""

    def __init__(self, encoder: PhotoEncoder, network: PhotoNetwork) -> None:
        super().__init__()
        self.encoder, self.network = encoder, network

    def forward(self, l_b1hw: Tensor) -> tuple[Tensor, ...]:
        f4, f8 = self.encoder(l_b1hw)
        c = self.network.context(f4, f8, l_b1hw)
        made = self.network.decoder.ahead(c)
        return made.a16, made.a8, made.a4, made.a2, c.auto2, c.grid4, c.grid2


class _Decode(nn.Module):
    """At every edit: colours and the hypercolumn that the bins are read from."""

    def __init__(self, network: PhotoNetwork) -> None:
        super().__init__()
        self.decoder = network.decoder

    def forward(
        self,
        a16: Tensor,
        a8: Tensor,
        a4: Tensor,
        a2: Tensor,
        auto2: Tensor,
        grid2: Tensor,
        hint_ab: Tensor,
        hint_mask: Tensor,
        spread_ab: Tensor,
        fill_ab: Tensor,
        spread_confidence: Tensor,
        global_hints: Tensor,
    ) -> tuple[Tensor, ...]:
        ahead = Ahead(a16, a8, a4, a2, auto2, grid2)
        spread4 = Spread(spread_ab, fill_ab, spread_confidence)
        made, column = self.decoder.with_column(ahead, hint_ab, hint_mask, spread4, global_hints)
        return made.ab2, *column


class _Bins(nn.Module):
    """When a distribution is asked for."""

    def __init__(self, network: PhotoNetwork) -> None:
        super().__init__()
        self.bins = network.decoder.bins

    def forward(self, d16: Tensor, d8: Tensor, d4: Tensor) -> Tensor:
        logits: Tensor = self.bins(hypercolumn(d16, d8, d4))
        return logits


_COLUMN = ("d16", "d8", "d4")
_CONTEXT = ("a16", "a8", "a4", "a2", "auto2", "grid4", "grid2")
_KEPT = ("a16", "a8", "a4", "a2", "auto2", "grid2")


def export_photo(network: PhotoNetwork, out: Path, facts: Facts, *, side: int = 256) -> Spec:
    """Write `encode.onnx`, `decode.onnx`, `bins.onnx` and `spec.json` into `out`. The caller checks parity."""
    out.mkdir(parents=True, exist_ok=True)
    network = network.eval().cpu().float()
    encode = _Encode(PhotoEncoder().eval(), network)
    l_b1hw = torch.zeros(1, 1, side, side + 64)
    context = dict(zip(_CONTEXT, encode(l_b1hw), strict=True))
    h, w = side, side + 64
    hints = {
        "hint_ab": torch.zeros(1, 2, h // 2, w // 2),
        "hint_mask": torch.zeros(1, 1, h // 2, w // 2),
        "spread_ab": torch.zeros(1, 2, h // 4, w // 4),
        "fill_ab": torch.zeros(1, 2, h // 4, w // 4),
        "spread_confidence": torch.zeros(1, 1, h // 4, w // 4),
        "global_hints": torch.zeros(1, N_GLOBAL, 1, 1),
    }
    decode_inputs = {**{key: context[key] for key in _KEPT}, **hints}
    column = dict(zip(_COLUMN, _Decode(network)(*decode_inputs.values())[1:], strict=True))
    write_graph(encode, {"l": l_b1hw}, _CONTEXT, out / "encode.onnx")
    write_graph(_Decode(network), decode_inputs, ("ab", *_COLUMN), out / "decode.onnx")
    write_graph(_Bins(network), column, ("logits",), out / "bins.onnx")
    spec = _spec(facts, out, side)
    write_spec(spec, out)
    return spec


def write_spec(spec: Spec, out: Path) -> None:
    """`spec.json` of a model's folder."""
    (out / "spec.json").write_bytes(msgspec.json.format(msgspec.json.encode(spec)) + b"\n")


def write_graph(module: nn.Module, inputs: dict[str, Tensor], outputs: Sequence[str], path: Path) -> None:
    """Export with free height and width, fold, and store the weights in half precision."""
    import onnx
    import onnxslim

    axes = {name: {2: f"h_{name}", 3: f"w_{name}"} for name, value in inputs.items() if value.shape[-1] > 1}
    axes |= {name: {2: f"h_{name}", 3: f"w_{name}"} for name in outputs}
    # The tracing exporter: with free sides it gives smaller graphs than the newer one, and parity is checked anyway.
    torch.onnx.export(
        module.eval(),
        tuple(inputs.values()),
        path,
        input_names=list(inputs),
        output_names=list(outputs),
        dynamic_axes=axes,
        opset_version=18,
        dynamo=False,
    )
    model = onnxslim.slim(onnx.load(path))
    onnx.save(halve_weights(model), path)


def halve_weights(model: Any) -> Any:
    """Large float32 weights become float16 with a Cast, which ONNX Runtime folds away when it loads the graph."""
    import onnx
    from onnx import numpy_helper

    casts = []
    for weight in list(model.graph.initializer):
        array = numpy_helper.to_array(weight)
        if array.dtype != np.float32 or array.size < 256:
            continue
        half = numpy_helper.from_array(array.astype(np.float16), f"{weight.name}_half")
        model.graph.initializer.remove(weight)
        model.graph.initializer.append(half)
        casts.append(onnx.helper.make_node("Cast", [half.name], [weight.name], to=onnx.TensorProto.FLOAT))
    for cast in casts:
        model.graph.node.insert(0, cast)
    return model


def graph_of(path: Path, per: Any, feeds: list[Feed], outputs: list[Output]) -> Graph:
    """What a spec says of a graph's file."""
    return Graph(path.name, hashlib.sha256(path.read_bytes()).hexdigest(), per, feeds, outputs)


def _spec(facts: Facts, out: Path, side: int) -> Spec:
    kept = [Feed(key, [Part("kept", name=key)]) for key in _KEPT]
    hint_feeds = [
        Feed("hint_ab", [Part("hint_ab", at=2, scale=AB_SCALE)]),
        Feed("hint_mask", [Part("hint_mask", at=2)]),
        Feed("spread_ab", [Part("spread_ab", scale=AB_SCALE)]),
        Feed("fill_ab", [Part("fill_ab", scale=AB_SCALE)]),
        Feed("spread_confidence", [Part("spread_confidence")]),
        Feed(
            "global_hints",
            [Part("histogram"), Part("histogram_known"), Part("saturation"), Part("saturation_known")],
        ),
    ]
    context = [Output(key, "context", at) for key, at in zip(_CONTEXT[:4], (16, 8, 4, 2), strict=True)]
    context += [
        Output("auto2", "auto_ab", 2, AB_SCALE),
        Output("grid4", "affinities", 4),
        Output("grid2", "context", 2),
    ]
    return Spec(
        name=facts.name,
        kind="photo",
        description="Photographs: automatic, local and global hints, palettes.",
        licence="Apache-2.0; encoder from EfficientNet-Lite0 (Apache-2.0), see NOTICE",
        data=facts.data,
        recipe=facts.recipe,
        side=side,
        bins=f"ab{N_BINS}",
        global_hints=True,
        spread=SpreadRule("grid4", "auto2"),
        graphs=[
            graph_of(
                out / "encode.onnx", "picture", [Feed("l", [Part("l", offset=50.0, scale=50.0)])], context
            ),
            graph_of(
                out / "decode.onnx",
                "edit",
                [*kept, *hint_feeds],
                [
                    Output("ab", "ab", 2, AB_SCALE),
                    *(Output(key, "context", at) for key, at in zip(_COLUMN, (16, 8, 4), strict=True)),
                ],
            ),
            graph_of(
                out / "bins.onnx",
                "distribution",
                [Feed(key, [Part("kept", name=key)]) for key in _COLUMN],
                [Output("logits", "logits", 4)],
            ),
        ],
    )


def save_weights(network: nn.Module, path: Path) -> None:
    """Weights alone, half precision, safetensors: what a later run starts from (`load_weights` reads them)."""
    from safetensors.torch import save_file

    save_file({name: _halved(value).contiguous() for name, value in network.state_dict().items()}, path)


def _halved(value: Tensor) -> Tensor:
    """In half precision where that holds it: a batch normalization's variance may be above 65504."""
    if not value.is_floating_point():
        return value
    half = value.half()
    return half if bool(torch.isfinite(half).all()) else value


UNWRITTEN = "Nobody has written yet"  # in a card that no person has taken up


def card(spec: Spec, n_parameters: int, difference: float) -> str:
    """The card of a fresh export: the facts. What it is good and bad at is for the person who looked to write."""
    return f"""# {spec.name}

{spec.description}

**Network.** {n_parameters / 1e6:.1f} million parameters; the graphs, with the weights as they are stored, differ from
the trained network by {difference:.4f} ab in the mean. Licence: {spec.licence}.

**Trained on** {spec.data}. Recipe {spec.recipe}; it lies in `weights/` with the weights that a later run starts from.

It invents plausible colours and knows nothing of the true ones. {UNWRITTEN} what it is good and bad at.
"""


def check_parity(difference: float) -> None:
    """Refuse an export whose stored graphs do not give what the trained network gives."""
    if not difference <= ALLOWED_DIFFERENCE:
        raise ModelError(
            f"the exported graphs differ from the network by {difference:.3f} ab in the mean",
            f"at most {ALLOWED_DIFFERENCE}",
            "do not ship them; look for an operator that exports wrongly",
        )


def measured_difference(
    network: PhotoNetwork, folder: Path, pictures: Sequence[np.ndarray[Any, Any]] = ()
) -> float:
    """Mean |ab difference| over real pictures (scikit-image's own where none are given), with and without hints.

    Both sides get the same lightness and hints; the left is torch in float32 with exact sparse solves, the right the
    stored graphs through the engine's own path.
    """
    from huewise.engine import OpenPicture

    colorizer = exported(folder)
    spec = colorizer.spec
    encode, decode = _Encode(PhotoEncoder().eval(), network.eval()), _Decode(network.eval())
    differences = []
    for rgb in pictures or parity_pictures():
        opened: OpenPicture = colorizer.open(rgb)
        h, w = rgb.shape[:2]
        for hints in ([], parity_hints(w, h)):
            sources = opened.sources(hints)
            with torch.no_grad():
                l_b1hw = torch.from_numpy(opened.l_hw)[None, None] / 50.0 - 1.0
                context = dict(zip(_CONTEXT, encode(l_b1hw), strict=True))
                feeds = {
                    k: torch.from_numpy(v) for k, v in sources.feeds(spec.graphs[1]).items() if k not in _KEPT
                }
                truth = decode(**{k: context[k] for k in _KEPT}, **feeds)[0][0] * AB_SCALE
            made = colorizer.run("edit", sources)["ab"][0]
            differences.append(np.abs(made - truth.numpy()).mean())
    return float(np.mean(differences))


def exported(folder: Path) -> "Colorizer":
    """The model in `folder`, before it is in any shop."""
    from huewise.engine.colorizer import Colorizer
    from huewise.engine.session import OnnxSession
    from huewise.models.spec import read_spec

    spec = read_spec((folder / "spec.json").read_bytes(), str(folder))
    return Colorizer(spec, {g.file: OnnxSession(folder / g.file) for g in spec.graphs})


def parity_hints(width: int, height: int) -> "list[Hint]":
    """Two hints for a picture of this size."""
    from huewise.hints import Point

    left = Point(width * 0.3, height * 0.4, "tomato")
    return [left, Point(width * 0.7, height * 0.6, "steelblue", radius=9)]


def parity_pictures() -> list[np.ndarray[Any, Any]]:
    """Twenty real pictures: crops of the photographs that scikit-image carries."""
    from skimage import data

    whole = [data.astronaut(), data.coffee(), data.chelsea(), data.rocket(), data.immunohistochemistry()]
    crops = []
    for rgb in whole:
        h, w = rgb.shape[:2]
        crops += [rgb, rgb[: h * 2 // 3, : w * 2 // 3], rgb[h // 3 :, w // 4 :], rgb[:, w // 3 :]]
    return [np.ascontiguousarray(crop) for crop in crops]
