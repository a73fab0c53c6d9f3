"""JSON bodies: received within their limit, then decoded and checked beside the event loop.

FastAPI would do the latter on the loop, where a list of ten thousand hints holds up everybody else.
"""

from functools import partial
from typing import Any, TypeVar

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic.json_schema import models_json_schema

from huewise.server.desk import Desk
from huewise.server.problems import BadRequest
from huewise.server.wire import REQUESTS

_PLACE = "#/components/schemas/{model}"
Wish = TypeVar("Wish", bound=BaseModel)


async def read_json(request: Request, desk: Desk, kind: type[Wish]) -> Wish:
    """The body as a `kind`. BadRequest names the place of what is wrong; BodyTooLarge, BodyBroken."""
    async with desk.bodies.receive_json(request) as body:
        return await desk.wishes.run(partial(decoded, body, kind))


def decoded(body: bytes, kind: type[Wish]) -> Wish:
    """A `kind` out of JSON; BadRequest where it is none."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        raise BadRequest.at(first["loc"], first["msg"]) from None


def json_body(kind: type[BaseModel]) -> dict[str, Any]:
    """What the OpenAPI document says of such a body; its schema is one of `request_schemas`."""
    schema = {"$ref": _PLACE.format(model=kind.__name__)}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def request_schemas() -> dict[str, Any]:
    """The schemas of all JSON bodies, by name."""
    _, made = models_json_schema([(kind, "validation") for kind in REQUESTS], ref_template=_PLACE)
    schemas: dict[str, Any] = made["$defs"]
    return schemas
