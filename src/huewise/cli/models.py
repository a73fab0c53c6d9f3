"""`huewise models`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from huewise.cli.common import Common, exit_code
from huewise.errors import UsageError

if TYPE_CHECKING:
    from huewise.models.registry import Model


def models(
    name: Annotated[str | None, Parameter(name="NAME|add")] = None,
    file: Annotated[Path | None, Parameter(name="FILE")] = None,
    /,
    *,
    as_name: Annotated[str | None, Parameter(name="--as")] = None,
    overwrite: Annotated[bool, Parameter(negative="")] = False,
    common: Common = Common(),  # noqa: B008 - frozen
) -> int:
    """List the models, or show the card of one.

    `huewise models add FILE --as NAME` puts a published network of others into your own shop: an ONNX file, or
    safetensors (extra `train`).

    Example: huewise models photo

    Parameters
    ----------
    name
        A model; without it, all are listed. Or the word `add`.
    file
        With `add`: the file of the network.
    as_name
        With `add`: which network it is: siggraph17, siggraph17-centred, eccv16 or ddcolor.
    overwrite
        With `add`: replace a model that is there.
    """
    if name == "add":
        return _add(file, as_name, overwrite, common)
    if file is not None or as_name is not None or overwrite:
        raise UsageError("a FILE, --as or --overwrite without `add`", "huewise models add FILE --as NAME")
    from huewise.models import broken, find, installed

    if name is not None:
        model = find(name)
        if common.json:
            common.result(_fields(model) | {"card": model.card})
        else:
            print(model.card.rstrip())
        return 0
    found = installed()
    width = max((len(model.spec.name) for model in found), default=0)
    for model in found:
        spec = model.spec
        size = f" {model.size / 1e6:.1f} MB," if model.size else ""  # a classical method has no file
        facts = f"{spec.kind},{size} {spec.licence}"
        common.result(_fields(model), f"{spec.name:<{width}}  {facts}: {spec.description}")
    refused = broken()
    for one in refused:
        common.failure(one.folder.name, one.error)
    if not found:
        common.say("no models are installed; see the folder named by `huewise doctor`")
    return exit_code([one.error.exit_code for one in refused], len(found) + len(refused))


def _add(file: Path | None, as_name: str | None, overwrite: bool, common: Common) -> int:
    if file is None or as_name is None:
        raise UsageError("`add` without a file or a name", "huewise models add FILE --as NAME")
    from huewise.engine.adopt import add

    model = add(file, as_name, overwrite=overwrite)
    common.result(_fields(model), f"{model.spec.name} added to {model.folder}")
    return 0


def _fields(model: "Model") -> dict[str, object]:
    spec = model.spec
    return {
        "name": spec.name,
        "kind": spec.kind,
        "bytes": model.size,
        "licence": spec.licence,
        "data": spec.data,
        "description": spec.description,
        "hints": spec.hints,
    }
