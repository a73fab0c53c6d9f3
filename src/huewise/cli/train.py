"""`huewise train`."""

from contextlib import nullcontext, redirect_stderr
from io import StringIO
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from huewise.cli.common import Common
from huewise.cli.extras import need


def train(
    recipe: Annotated[str, Parameter(name="RECIPE")],
    /,
    *,
    data: Annotated[list[Path] | None, Parameter(name="--data", negative="", consume_multiple=True)] = None,
    start: Annotated[Path | None, Parameter(name="--from")] = None,
    minutes: Annotated[float | None, Parameter(validator=Number(gt=0))] = None,
    processes: Annotated[int, Parameter(validator=Number(gte=1))] = 1,
    common: Common = Common(),  # noqa: B008 - frozen
) -> int:
    """Train a model by a recipe, on from where it stopped.

    Example: huewise train photo --data holidays/ --minutes 60

    Parameters
    ----------
    recipe
        Recipe file (TOML), or the name of one that is shipped.
    data
        Folders of pictures or tar shards.
    start
        Checkpoint or model to start from.
    minutes
        Stop after this long.
    processes
        So many train together, each on pictures of its own; quicker than threads where there is no GPU.
    """
    need("train", "torch")
    from huewise.training import run

    with redirect_stderr(StringIO()) if common.quiet else nullcontext():
        folder = run(recipe, data or [], start=start, minutes=minutes, processes=processes)
    common.result({"recipe": recipe, "output": str(folder)}, f"{recipe} -> {folder}")
    return 0
