"""The command line, one file per command.

`app.py` lists the commands and turns every error into one line and an exit code; `common.py` holds what all
commands share; `inputs.py` and `outputs.py` say which files are read and written. Nothing here knows how a
picture is coloured. Commands are imported when they are called, so that `huewise --help` answers at once.
"""

from huewise.cli.app import main

__all__ = ["main"]
