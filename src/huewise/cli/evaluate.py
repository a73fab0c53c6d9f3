"""`huewise evaluate`."""

from importlib import import_module
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from huewise.cli.common import Common
from huewise.cli.extras import need


def evaluate(
    paper: Annotated[Literal["zhang2017", "kang2018", "inoue2017"], Parameter(name="PAPER")],
    /,
    *,
    data: Annotated[list[Path] | None, Parameter(name="--data", negative="", consume_multiple=True)] = None,
    output: Annotated[Path | None, Parameter(name=["--output", "-o"])] = None,
    model: str = "auto",
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
        Folder of the report.
    model
        Name of the model; see `huewise models`.
    """
    need("train", "torch", "matplotlib")
    report = import_module(f"huewise.evaluation.{paper}").main(data=data or [], out=output, model=model)
    common.result({"paper": paper, "report": str(report)}, f"report: {report}")
    return 0
