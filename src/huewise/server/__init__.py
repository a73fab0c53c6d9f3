"""The server: the page that `huewise serve` opens, and the HTTP interface behind it.

Here live: routes, the shelf of open pictures, turns (who computes when), limits, the guard at the door, and
`web/` (the page itself, plain ES modules). Here does not live: anything about colour or models; that is
`engine`, which this room knows by the protocols in `ports.py`, and by `engine.draft`, which works on those alone.

Read `app.py` first (what is wired to what), then `picture_routes.py`; `wire.py` has the binary form of an edit.
"""

from huewise.server.app import create_app
from huewise.server.serve import serve
from huewise.server.settings import Settings

__all__ = ["Settings", "create_app", "serve"]
