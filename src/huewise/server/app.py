"""`create_app`: what is wired to what."""

import asyncio
import logging
import mimetypes
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI

import huewise
from huewise.errors import HuewiseError
from huewise.server import problems
from huewise.server.about_routes import WEB, ListModels, about_routes
from huewise.server.bodies import BodyTypes
from huewise.server.desk import Desk
from huewise.server.guard import Guard
from huewise.server.json_bodies import request_schemas
from huewise.server.page import Page
from huewise.server.picture_routes import picture_routes
from huewise.server.ports import ColorizerFactory
from huewise.server.question_routes import question_routes
from huewise.server.settings import Settings

MOST_SECONDS_TO_TIDY = 60.0
log = logging.getLogger("huewise.server")


def create_app(
    colorizer_factory: ColorizerFactory,
    *,
    settings: Settings | None = None,
    list_models: ListModels = lambda: [],
    given: Sequence[Path] = (),
) -> FastAPI:
    """The application: the page at `/`, the interface under `/api/`.

    `colorizer_factory` loads a model by name; `list_models` says what `GET /api/models` answers; `given` are
    pictures that the page opens when it starts.
    """
    settings = settings or Settings()
    desk = Desk(colorizer_factory, settings)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(_warm(desk)), asyncio.create_task(_tidy(desk))]
        yield
        for task in tasks:
            task.cancel()
        desk.close()

    app = _App(
        title="Huewise",
        version=huewise.__version__,
        description="Colour for black-and-white pictures. Everything stays on this computer.",
        docs_url=None,  # FastAPI's own pages load scripts from other sites; ours is `interface`
        redoc_url=None,
        openapi_url="/api/openapi.json",
        lifespan=lifespan,
    )
    problems.install(app)
    app.include_router(about_routes(desk, list_models, given))
    app.include_router(picture_routes(desk))
    app.include_router(question_routes(desk))
    mimetypes.add_type("text/javascript", ".js")  # some systems say text/plain, which browsers refuse
    app.mount("/", Page(WEB))
    app.add_middleware(BodyTypes)
    app.add_middleware(Guard, token=settings.token)
    return app


class _App(FastAPI):
    """Its OpenAPI document has the JSON bodies too, which FastAPI does not see (json_bodies.py)."""

    def openapi(self) -> dict[str, Any]:
        """See FastAPI."""
        document = super().openapi()
        document["components"]["schemas"] |= request_schemas()
        return document


async def _tidy(desk: Desk) -> None:
    """Put away what nobody has used for long, also when nobody comes any more."""
    while True:
        await asyncio.sleep(min(MOST_SECONDS_TO_TIDY, desk.settings.max_idle))
        desk.shelf.tidy()


async def _warm(desk: Desk) -> None:
    """Load the usual model while the person is still choosing a picture."""
    try:
        await desk.files.run(lambda: desk.colorizer("auto"))
    except HuewiseError as error:
        log.warning("%s", error)  # said again, as an answer, when a picture is opened
