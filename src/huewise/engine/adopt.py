"""Put somebody else's network into the user's shop: checked, tried on a picture, described by a spec.

Only ONNX and safetensors: neither can carry code that runs when it is loaded. A pickle (.pth, .pt, .ckpt) can, and is
refused by its first bytes as well as by its name.
"""

import os
import shutil
import tempfile
from pathlib import Path

import msgspec
import numpy as np

from huewise.engine.colorizer import Colorizer
from huewise.engine.doctor import color_test
from huewise.engine.optional import imported
from huewise.engine.session import OnnxSession, Slot
from huewise.errors import HuewiseError, ModelBroken, ModelError, OutputError
from huewise.models.published import CHANNELS, Published, published
from huewise.models.registry import Model, file_sha256, own_shelf
from huewise.models.spec import Spec

CONVERTER = "huewise.networks.published:to_onnx"  # by name: networks lie above this room, and need torch
PICKLES = (".pth", ".pt", ".ckpt", ".pkl", ".pickle", ".bin")
TRIAL_SIDE = 64  # of the input that shows what a free-size network gives
LARGEST_AB = 200.0  # beyond it an output is no ab


def add(file: Path, as_name: str, *, overwrite: bool = False) -> Model:
    """Check `file` against the published network `as_name`, try it, and put it on the user's own shelf.

    ModelError for a file that is not that network, or that leaves a test picture gray; MissingExtra for safetensors
    without the extra `train`; OutputError for a model that is there already.
    """
    network = published(as_name)
    target = own_shelf() / network.name
    if target.exists() and not overwrite:
        raise OutputError(
            f"{target} exists", "a model that is not in the shop", "give --overwrite, or remove it"
        )
    _refuse_pickles(file)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".adding-", dir=target.parent) as made:
            spec = _prepare(file, network, Path(made))
            _put(Path(made), target, spec, network)
    except OSError as error:
        if isinstance(error, HuewiseError):
            raise
        raise OutputError(f"{target}: {error.strerror or error}", "a folder that can be written") from error
    return Model(target, spec)


def _prepare(file: Path, network: Published, folder: Path) -> Spec:
    """`model.onnx` in `folder`, tried; and its spec."""
    path = folder / "model.onnx"
    if file.suffix.lower() == ".safetensors":
        if not network.converts:
            raise ModelError(
                f"{file}: safetensors of {network.name}", "an ONNX file", f"make one by {network.origin}"
            )
        imported(CONVERTER, "safetensors", "train")(file, network.name, path)
    else:
        shutil.copyfile(file, path)
    session = _session(path, file)
    names, side = _checked_inputs(session.inputs, network, file)
    output, at = _checked_output(session, network, names, side, file)
    spec = network.spec(names, output, at, file_sha256(path, path.stat().st_mtime_ns), side)
    colorizer = Colorizer(spec, {"model.onnx": session})
    try:
        color_test(lambda _name: colorizer, spec.name)
    except ModelBroken as error:
        wanted = "a network that runs at every size that it takes"
        raise ModelError(f"{file}: {error.got}", wanted, "export it again") from error
    except HuewiseError as error:
        raise ModelError(
            f"{file}: {error.got}", error.wanted, f"these are not the weights of {network.name}"
        ) from error
    return spec


def _put(made: Path, target: Path, spec: Spec, network: Published) -> None:
    """The finished folder takes its place; the spec comes first into being with it."""
    terms = f"Licence: {spec.licence}. Data: {spec.data}."
    card = f"# {spec.name}\n\n{spec.description}\n\nFrom {network.origin}.\n{terms}\n"
    (made / "card.md").write_text(card, encoding="utf-8")
    (made / "spec.json").write_bytes(msgspec.json.format(msgspec.json.encode(spec), indent=1))
    target.mkdir(exist_ok=True)
    for name in ("model.onnx", "card.md", "spec.json"):
        os.replace(made / name, target / name)  # noqa: PTH105 - the file system's own exchange


def _refuse_pickles(file: Path) -> None:
    if not file.is_file():
        raise ModelError(f"{file}: no such file", "an ONNX or safetensors file")
    with file.open("rb") as opened:
        head = opened.read(4)
    # A pickle of protocol 2 or later begins with 0x80; torch.save makes a ZIP archive around one.
    pickled = file.suffix.lower() in PICKLES or head[:2] in (
        b"\x80\x02",
        b"\x80\x03",
        b"\x80\x04",
        b"\x80\x05",
    )
    if pickled or head == b"PK\x03\x04":
        raise ModelError(
            f"{file}: a pickle, which can run any program when it is loaded",
            "an ONNX or safetensors file",
            "turn it into safetensors where you trust it: docs/models.md has the line",
        )
    if file.suffix.lower() not in (".onnx", ".safetensors"):
        raise ModelError(f"{file}: {file.suffix or 'no ending'}", "an .onnx or .safetensors file")


def _session(path: Path, file: Path) -> OnnxSession:
    try:
        return OnnxSession(path)
    except ModelBroken as error:  # of the copy, whose name nobody knows
        raise ModelError(
            error.got.replace(str(path), str(file)), "a whole ONNX file, in one piece", "export it again"
        ) from error


def _checked_inputs(inputs: list[Slot], network: Published, file: Path) -> tuple[list[str], int | None]:
    """The inputs' names in order, and the side where the file takes one square size only."""
    wanted = [CHANNELS[part.source] for part in network.inputs]
    found = [slot.shape[1] if len(slot.shape) == 4 else None for slot in inputs]
    sizes = {slot.shape[2:] for slot in inputs if len(slot.shape) == 4}
    if found != wanted or any(slot.type != "tensor(float)" for slot in inputs):
        raise ModelError(
            f"{file}: inputs {_listed(inputs)}",
            f"{', '.join(f'float (1, {n}, h, w) of {p.source}' for n, p in zip(wanted, network.inputs, strict=True))}",
            "see docs/models.md",
        )
    if not all(isinstance(side, int) for size in sizes for side in size):
        return [slot.name for slot in inputs], None
    (height, width), *others = sizes
    if others or height != width or not isinstance(height, int) or height % 4:
        raise ModelError(
            f"{file}: inputs {_listed(inputs)}", "one square size, a multiple of 4", "export it again"
        )
    return [slot.name for slot in inputs], height


def _checked_output(
    session: OnnxSession, network: Published, names: list[str], side: int | None, file: Path
) -> tuple[str, int]:
    """The name of the output with ab, and the fraction of the input's size it has: found by running it once."""
    side = side or max(TRIAL_SIDE, network.stride)
    shapes = [(1, CHANNELS[part.source], side, side) for part in network.inputs]
    feeds = {name: np.full(shape, 0.5, np.float32) for name, shape in zip(names, shapes, strict=True)}
    try:
        made = session.run(feeds)
    except ModelBroken as error:
        raise ModelError(f"{file}: {error.got}", f"a network that runs at {side} x {side}") from error
    maps = [(name, array) for name, array in made.items() if array.ndim == 4 and array.shape[:2] == (1, 2)]
    fits = [(n, a) for n, a in maps if a.shape[2] == a.shape[3] and side % a.shape[2] == 0]
    if len(fits) != 1:
        raise ModelError(
            f"{file}: outputs {_listed(session.outputs)}", "one of (1, 2, h, w), the ab", "see docs/models.md"
        )
    name, ab = fits[0]
    if not np.isfinite(ab).all() or np.abs(ab).max() > LARGEST_AB:
        raise ModelError(f"{file}: output {name} reaches {np.abs(ab).max():g}", "ab of CIE Lab, within 128")
    return name, side // ab.shape[2]


def _listed(slots: list[Slot]) -> str:
    return ", ".join(f"{slot.name} {slot.type} {slot.shape}" for slot in slots) or "none"
