"""`huewise export`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from huewise.cli.common import Common
from huewise.cli.extras import need


def export(
    checkpoint: Annotated[Path, Parameter(name="CHECKPOINT")],
    /,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"])],
    overwrite: Annotated[bool, Parameter(negative="")] = False,
    common: Common = Common(),  # noqa: B008 - frozen
) -> int:
    """Make a model for the shop from a checkpoint.

    ONNX, spec and card; refused if ONNX and torch differ.

    Example: huewise export runs/photo/run.pt -o models/my-photo

    Parameters
    ----------
    checkpoint
        What `huewise train` wrote.
    output
        Folder of the model.
    overwrite
        Replace the model that is there; its card stays.
    """
    need("train", "torch", "onnx")
    from huewise.training import export_model

    export_model(checkpoint, output, overwrite=overwrite)
    common.result({"input": str(checkpoint), "output": str(output)}, f"{checkpoint} -> {output}")
    return 0
