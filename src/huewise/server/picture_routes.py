"""`/api/pictures`: open, look, colour, ask for a palette, save, close."""

import json
from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from huewise.hints import HintsFile
from huewise.server.desk import Desk
from huewise.server.ports import Hints, OpenPicture
from huewise.server.problems import NotOffered, error_json
from huewise.server.shelf import Shelved
from huewise.server.wire import (
    MEDIA_TYPES,
    ColorRequest,
    ExportRequest,
    Format,
    HintJson,
    PaletteAnswer,
    PaletteRequest,
    PictureAnswer,
    SuggestionAnswer,
    ab_bytes,
    guide_bytes,
)

BINARY = "application/octet-stream"
ERRORS = {
    "4XX": {
        "description": "Error",
        "content": {"application/json": {"example": error_json("code", "what", "do")}},
    }
}
FILE_BODY = {
    "requestBody": {"required": True, "content": {BINARY: {"schema": {"type": "string", "format": "binary"}}}}
}


def _binary(description: str) -> dict[int | str, dict[str, object]]:
    return {200: {"description": description, "content": {BINARY: {}}}}


def picture_routes(desk: Desk) -> APIRouter:
    """The routes, working on `desk`."""
    routes = APIRouter(prefix="/api/pictures", tags=["pictures"], responses=ERRORS)  # type: ignore[arg-type]

    @routes.post("", status_code=201, openapi_extra=FILE_BODY)
    async def open_picture(
        request: Request, model: Annotated[str, Query(max_length=100)] = "auto"
    ) -> PictureAnswer:
        """Open a picture. The body is the file itself; its name is neither needed nor wanted."""
        async with desk.bodies.receive(request) as data:
            opened = await desk.files.run(partial(desk.open, data, model))
        return _picture_answer(desk.shelf.put(opened))

    @routes.get("/{picture_id}")
    async def show_picture(picture_id: str) -> PictureAnswer:
        """What is known of an open picture."""
        return _picture_answer(desk.shelf.get(picture_id))

    @routes.delete("/{picture_id}", status_code=204)
    async def close_picture(picture_id: str) -> None:
        """Close a picture."""
        desk.shelf.remove(picture_id)

    @routes.get(
        "/{picture_id}/guide", response_class=Response, responses=_binary("HWgl: lightness, see wire.py")
    )
    async def guide(
        picture_id: str, side: Annotated[int, Query(ge=1, le=desk.settings.guide_side)]
    ) -> Response:
        """The lightness, no side longer than `side`: "HWgl", uint32 width, height, 0, then uint8 L * 2.55."""
        opened = desk.shelf.get(picture_id).opened
        return Response(await desk.edits.run(lambda: guide_bytes(opened.guide(side))), media_type=BINARY)

    @routes.post(
        "/{picture_id}/color", response_class=Response, responses=_binary("HWab: a and b, see wire.py")
    )
    async def color(picture_id: str, wish: ColorRequest) -> Response:
        """Colour for these hints, as a small map: "HWab", uint32 width, height, sequence, then int16 a, b.

        a and b are in 1/256 unit of CIE Lab, row by row. Edits of one picture are answered in order; one that
        a newer one has overtaken is answered with 409 "overtaken".
        """
        shelved = desk.shelf.get(picture_id)
        hints = _hints(wish.hints, shelved.opened)
        body = await shelved.edits.run(
            wish.sequence, desk.edits, partial(_predict, shelved, hints, wish.sequence)
        )
        return Response(body, media_type=BINARY)

    @routes.post("/{picture_id}/palette")
    async def palette(picture_id: str, wish: PaletteRequest) -> PaletteAnswer:
        """Colours that suit a place, best first."""
        opened = desk.shelf.get(picture_id).opened
        hints = _hints(wish.hints, opened)
        try:
            found = await desk.edits.run(lambda: opened.palette(wish.x, wish.y, hints=hints, k=wish.k))
        except NotImplementedError:
            raise NotOffered("this model suggests no colours", "", "choose a colour yourself") from None
        return PaletteAnswer(
            suggestions=[SuggestionAnswer(color=one.color, probability=one.probability) for one in found]
        )

    @routes.post("/{picture_id}/export", response_class=Response, responses=_binary("the file"))
    async def export(picture_id: str, wish: ExportRequest) -> Response:
        """The coloured picture at full resolution, as a file."""
        opened = desk.shelf.get(picture_id).opened
        hints = _hints(wish.hints, opened)
        data = await desk.files.run(_exporter(opened, hints, wish))
        return Response(data, media_type=MEDIA_TYPES.get(written_format(wish.format, opened), BINARY))

    return routes


def written_format(wished: Format | None, opened: OpenPicture) -> str:
    """The format that `export` writes: as wished, else the input's, else PNG."""
    return wished or (opened.picture.format if opened.picture.format in MEDIA_TYPES else "png")


def _picture_answer(shelved: Shelved) -> PictureAnswer:
    facts = shelved.opened.picture
    return PictureAnswer(
        id=shelved.id,
        width=facts.width,
        height=facts.height,
        format=facts.format,
        bits=facts.bits,
        notes=list(facts.notes),
    )


def _hints(entries: list[HintJson], opened: OpenPicture) -> Hints:
    """The hints of a request, checked as a hints file is; masks cannot be named, there is no folder."""
    size = [opened.picture.width, opened.picture.height]
    document = json.dumps({"huewise": 1, "size": size, "hints": entries})
    return HintsFile.parse(document, None, untrusted=True).hints


def _predict(shelved: Shelved, hints: Hints, sequence: int) -> bytes:
    return ab_bytes(shelved.opened.predict(hints).ab_hw2, sequence)


def _exporter(opened: OpenPicture, hints: Hints, wish: ExportRequest) -> Callable[[], bytes]:
    format_ = written_format(wish.format, opened)
    return lambda: opened.colorize(hints).encode(format=format_, quality=wish.quality, bits=wish.bits)
