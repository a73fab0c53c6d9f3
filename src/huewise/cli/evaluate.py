"""`huewise evaluate`."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from huewise.cli.common import Common
from huewise.cli.extras import need
from huewise.errors import UsageError


def evaluate(
    paper: Annotated[Literal["zhang2017", "kang2018", "inoue2017"], Parameter(name="PAPER")],
    /,
    *,
    data: Annotated[list[Path] | None, Parameter(name="--data", negative="", consume_multiple=True)] = None,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    model: str = "auto",
    others: Annotated[
        list[Path] | None, Parameter(name="--others", negative="", consume_multiple=True)
    ] = None,
    common: Common = Common(),  # noqa: B008 - frozen
) -> int:
    """Measure a model as a paper does.

    Writes JSON, Markdown and a figure.

    Example: huewise evaluate zhang2017 --data pictures/ -o report/

    Parameters
    ----------
    paper
        Whose experiment.
    data
        Colour pictures to measure on: folders or tar shards.
    output
        Folder of the report; default runs/PAPER. Pictures that a report there has measured are not measured again.
    model
        Name of the model; see `huewise models`.
    others
        Folders of what other programs made of the drawings in `figure-6` of an earlier report, under their names: each
        becomes a row of Figure 6 (inoue2017).
    """
    if others and paper != "inoue2017":
        raise UsageError(
            f"--others with {paper}", "inoue2017, whose Figure 6 has other programs", "leave it out"
        )
    need("train", "torch", "matplotlib")
    folder = output or Path("runs") / paper
    common.say(f"measuring as {paper} does; the report goes to {folder}")
    wishes = {"others": others} if others else {}
    report = import_module(f"huewise.evaluation.{paper}").main(
        data=data or [], out=folder, model=model, **wishes
    )
    common.result({"paper": paper, "report": str(report)}, f"report: {report}")
    return 0
