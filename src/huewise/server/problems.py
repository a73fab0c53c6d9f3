"""The one shape of every error, {"error": {"code", "message", "hint"}}, and the HTTP status that goes with it."""

import logging
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from huewise.errors import HuewiseError

log = logging.getLogger("huewise.server")

STATUS_OF_CODE = {
    "picture": 422,
    "too-large": 413,
    "color": 422,
    "hint": 422,
    "usage": 422,
    "model": 503,
    "model-missing": 404,
    "model-corrupt": 503,
    "missing-extra": 501,
    "output": 422,
}


_OF_THE_INSTALLATION = frozenset({"model", "model-corrupt"})


class ServerError(HuewiseError):
    """An error of the conversation rather than of the picture; `status` is its HTTP status."""

    code = "server"
    status = 400


class PictureGone(ServerError):
    """An id that is unknown: never given, closed, put away for want of room, or from before a restart."""

    code = "picture-gone"
    status = 404


class Overtaken(ServerError):
    """An edit that a newer one of the same picture has made useless."""

    code = "overtaken"
    status = 409


class BodyTooLarge(ServerError):
    """More bytes than the limit."""

    code = "body-too-large"
    status = 413


class BodyBroken(ServerError):
    """A body that is empty, stopped in the middle, or is not what the route takes."""

    code = "body"
    status = 400


class BadRequest(ServerError):
    """Parameters or JSON that are not what the address takes."""

    code = "request"
    status = 422

    @classmethod
    def at(cls, place: Sequence[int | str], fault: str) -> "BadRequest":
        """What is wrong and where: the way to it from the outermost object, empty for all of it."""
        where = ".".join(str(step) for step in place) or "body"
        return cls(f"{where[:100]}: {fault[:200]}", "", "see /api/docs for what this address takes")


class WrongType(ServerError):
    """A body whose Content-Type is not what the address takes."""

    code = "content-type"
    status = 415


class Busy(ServerError):
    """Too much at one time."""

    code = "busy"
    status = 503


class NotOffered(ServerError):
    """Something that this picture's model cannot do; another one can."""

    code = "not-offered"
    status = 422


class Refused(ServerError):
    """A request from another site, for another host, or without the token."""

    code = "refused"
    status = 403


LONGEST = 500
"""Characters of a message: requests are cited in them, and may be long."""


def error_json(code: str, message: str, hint: str = "") -> dict[str, Any]:
    """The one shape; each text is one line.

    What is no Unicode text (half a surrogate pair, out of a request) becomes a question mark.
    """
    texts = {"code": code, "message": message, "hint": hint}
    return {"error": {name: _line(text) for name, text in texts.items()}}


def _line(text: str) -> str:
    line = " ".join(text.encode("utf-8", "replace").decode().split())
    return line if len(line) <= LONGEST else line[: LONGEST - 3] + "..."


def status_of(error: HuewiseError) -> int:
    """The HTTP status of an error; 400 for one that nobody thought of."""
    return error.status if isinstance(error, ServerError) else STATUS_OF_CODE.get(error.code, 400)


def answer(error: HuewiseError) -> JSONResponse:
    """An error as a response."""
    return JSONResponse(error_json(error.code, error.message, error.todo), status_of(error))


def install(app: FastAPI) -> None:
    """Make every error of `app` leave in the one shape."""

    @app.exception_handler(HuewiseError)
    async def _ours(_request: Request, error: HuewiseError) -> JSONResponse:
        if error.code in _OF_THE_INSTALLATION:
            log.warning("%s", error)  # names files, and no path of the disk goes out
            told = "the terminal that runs Huewise says more"
            message = "a model of this installation cannot be used"
            return JSONResponse(error_json(error.code, message, told), status_of(error))
        return answer(error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        return answer(BadRequest.at(first["loc"][1:], first["msg"]))

    @app.exception_handler(HTTPException)
    async def _http(_request: Request, error: HTTPException) -> JSONResponse:
        phrase = HTTPStatus(error.status_code).phrase.lower()
        code = phrase.replace(" ", "-")
        return JSONResponse(error_json(code, phrase), error.status_code, headers=error.headers)

    @app.exception_handler(Exception)
    async def _bug(request: Request, error: Exception) -> JSONResponse:
        log.exception("unexpected error at %s", request.url.path, exc_info=error)
        message = "something went wrong inside Huewise"
        return JSONResponse(error_json("internal", message, "the terminal that runs it says more"), 500)
