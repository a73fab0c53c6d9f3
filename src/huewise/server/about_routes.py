"""What the page asks before a picture is open: health, models, examples, files named on the command line."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

import huewise
from huewise.server.desk import Desk
from huewise.server.interface import interface_page
from huewise.server.wire import MEDIA_TYPES

WEB = Path(__file__).parent / "web"
EXAMPLES = WEB / "examples"


Taken = Literal["", "photograph", "drawing"]
"""What a picture can be taken for."""


class ModelAnswer(BaseModel):
    """A model in the shop. `title` and `note` are for people; `automatic_for`: what `auto` gives it."""

    name: str
    title: str = ""
    note: str = ""
    automatic_for: Taken = ""


class LimitsAnswer(BaseModel):
    """Bytes of a file, pixels of a picture."""

    body: int
    pixels: int


class HealthAnswer(BaseModel):
    """Whether the server lives, how full its shelf is, and what it takes and writes."""

    status: str
    version: str
    pictures: int
    memory: int
    limits: LimitsAnswer
    formats: list[str]


class ExampleAnswer(BaseModel):
    """A picture to try. `picture` and `colored` are names under /examples/; `credit` says whose it is."""

    title: str
    credit: str
    picture: str
    colored: str
    width: int
    height: int


class GivenAnswer(BaseModel):
    """A picture named on the command line; its folder is not told."""

    number: int
    name: str


ListModels = Callable[[], Sequence[ModelAnswer]]


def about_routes(desk: Desk, list_models: ListModels, given: Sequence[Path]) -> APIRouter:
    """The routes; `given` are the files of the command line, which the page opens by itself."""
    routes = APIRouter(prefix="/api", tags=["about"])

    @routes.get("/health")
    async def health() -> HealthAnswer:
        """Whether the server lives and what its limits are."""
        settings = desk.settings
        return HealthAnswer(
            status="ok",
            version=huewise.__version__,
            pictures=len(desk.shelf),
            memory=desk.shelf.weight,
            limits=LimitsAnswer(body=settings.max_body, pixels=settings.max_pixels),
            formats=list(MEDIA_TYPES),
        )

    @routes.get("/models")
    def models() -> list[ModelAnswer]:
        """The models in the shop."""
        return list(list_models())

    @routes.get("/examples")
    def examples() -> list[ExampleAnswer]:
        """Pictures to try, already coloured."""
        return read_examples(EXAMPLES)

    @routes.get("/given")
    async def list_given() -> list[GivenAnswer]:
        """The pictures that were named on the command line."""
        return [GivenAnswer(number=number, name=path.name) for number, path in enumerate(given)]

    @routes.get("/given/{number}", response_class=FileResponse)
    async def read_given(number: int) -> FileResponse:
        """The bytes of one of them."""
        if not 0 <= number < len(given) or not given[number].is_file():
            raise HTTPException(404)
        return FileResponse(given[number], media_type="application/octet-stream")

    @routes.get("/docs", response_class=HTMLResponse, include_in_schema=False)
    async def docs(request: Request) -> HTMLResponse:
        return HTMLResponse(interface_page(request.app.openapi()))

    return routes


def read_examples(folder: Path) -> list[ExampleAnswer]:
    """The examples that `index.json` of `folder` lists; none where it is missing."""
    index = folder / "index.json"
    if not index.is_file():
        return []
    return [ExampleAnswer(**entry) for entry in json.loads(index.read_text(encoding="utf-8"))]
