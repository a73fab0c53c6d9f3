"""`huewise models`."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from huewise.cli.common import Common

if TYPE_CHECKING:
    from huewise.models.registry import Model


def models(
    name: Annotated[str | None, Parameter(name="NAME")] = None,
    /,
    *,
    common: Common = Common(),  # noqa: B008 - frozen
) -> int:
    """List the models, or show the card of one.

    Example: huewise models photo

    Parameters
    ----------
    name
        A model; without it, all are listed.
    """
    from huewise.models import find, installed

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
        facts = f"{spec.kind}, {model.size / 1e6:.1f} MB, {spec.licence}"
        common.result(_fields(model), f"{spec.name:<{width}}  {facts}: {spec.description}")
    if not found:
        common.say("no models are installed; see the folder named by `huewise doctor`")
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
