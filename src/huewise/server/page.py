"""The page's files, and with the page itself the names of its scripts."""

from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class Page(StaticFiles):
    """Files of the page. A browser finds a script's imports when it has read the script: named beside the page, no
    level of imports waits for the one above it (decision 0007).
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, html=True)
        scripts = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.js"))
        self._link = ", ".join(f"</{name}>; rel=modulepreload" for name in scripts)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """See StaticFiles."""
        response = await super().get_response(path, scope)
        if path in (".", "index.html"):
            response.headers["link"] = self._link
        return response
