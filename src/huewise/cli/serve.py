"""`huewise serve`."""

import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from huewise.cli.common import Common

if TYPE_CHECKING:
    from huewise.server.about_routes import ModelAnswer


def serve(
    pictures: Annotated[list[Path] | None, Parameter(name="PICTURE", negative="")] = None,
    /,
    *,
    host: str = "127.0.0.1",
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=65535))] = 8642,
    no_browser: Annotated[bool, Parameter(negative="")] = False,
    common: Common = Common(),  # noqa: B008 - frozen; the server says its address itself
) -> int:
    """Open the editor in the browser, until Ctrl-C.

    Example: huewise serve grandmother.jpg

    Parameters
    ----------
    pictures
        Pictures to have at hand.
    host
        Address to listen at; beyond this computer, a token guards it.
    port
        Port; 0 means any that is free.
    no_browser
        Do not open the browser.
    """
    from huewise.engine import Colorizer
    from huewise.server import serve as run

    given = list(pictures or [])
    missing = [path for path in given if not path.is_file()]
    for path in missing:
        problem = f"{path}: no such file" if not path.exists() else f"{path}: a folder"
        print(f"huewise: {problem}; picture files to open; check the name", file=sys.stderr)
    if missing and len(missing) == len(given):
        return 2
    with suppress(KeyboardInterrupt):  # it is how a person ends it
        run(
            Colorizer.load,
            host=host,
            port=port,
            open_browser=not no_browser,
            pictures=[path for path in given if path not in missing],
            list_models=_list_models,
            say=sys.stderr if common.json or common.quiet else None,
        )
    return 0


def _list_models() -> "list[ModelAnswer]":
    from huewise.models import installed
    from huewise.models.registry import DEFAULT, for_drawings
    from huewise.server.about_routes import ModelAnswer, Taken

    automatic: dict[str, Taken] = {DEFAULT: "photograph", for_drawings(): "drawing"}
    return [
        ModelAnswer(
            name=model.spec.name,
            title=model.spec.name,
            note=model.spec.description,
            automatic_for=automatic.get(model.spec.name, ""),
        )
        for model in installed()
    ]
