"""`/api/pictures`: open, look, colour, ask for a palette, give a reference, save, close."""

import json
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from huewise.engine.draft import Draft
from huewise.imaging.writer import nearest_format
from huewise.server.desk import Desk
from huewise.server.json_bodies import json_body, read_json
from huewise.server.ports import Colored, OpenPicture
from huewise.server.problems import error_json
from huewise.server.references import read_reference
from huewise.server.shelf import Shelved
from huewise.server.wire import (
    MEDIA_TYPES,
    ColorRequest,
    ExportRequest,
    Format,
    PaletteAnswer,
    PaletteRequest,
    PictureAnswer,
    ReferenceAnswer,
    ab_bytes,
    guide_bytes,
    rgb_bytes,
    suggestion_answers,
)
from huewise.server.wishes import colored_of, global_hints_of, hints_of, if_offered, offers_of, options_of

BINARY = "application/octet-stream"
NOTES = "huewise-notes"
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
        async with desk.bodies.receive_file(request) as data:
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
        "/{picture_id}/guide", response_class=Response, responses=_binary("HWgl: lightness, see Binary forms")
    )
    async def guide(
        picture_id: str, side: Annotated[int, Query(ge=1, le=desk.settings.guide_side)], flats: bool = False
    ) -> Response:
        """The lightness, no side longer than `side`: "HWgl", uint32 width, height, 0, then uint8 L * 2.55.

        `flats`: that of the drawing which flats of this picture are multiplied with: ink on white paper.
        """
        shelved = desk.shelf.get(picture_id)
        if flats:
            desk.shelf.draw(shelved)
        job = partial(_guide, shelved.opened, side, flats)
        return Response(await desk.edits.run(job), media_type=BINARY)

    @routes.post(
        "/{picture_id}/color",
        response_class=Response,
        responses=_binary("HWab or HWrg, see Binary forms"),
        openapi_extra=json_body(ColorRequest),
    )
    async def color(picture_id: str, request: Request) -> Response:
        """Colour for these hints, as a small map: magic, uint32 width, height, sequence, then row by row,

        "HWab": int16 a, b in 1/256 unit of CIE Lab, or "HWrg" (kind "rgb", and all flats): uint8 r, g, b to multiply
        the drawing with. Edits of one picture are answered in order; one that a newer one has overtaken gets 409
        "overtaken". `draft`: near the last whole answer; whole where there is none of the same kind. Header
        `Huewise-Notes`: a JSON list of sentences for the person, where there are any.
        """
        shelved = desk.shelf.get(picture_id)
        wish = await read_json(request, desk, ColorRequest)
        if wish.wishes.flats:
            desk.shelf.draw(shelved)
        job = partial(_predict, shelved, wish)
        if wish.trial:
            return await desk.edits.run(job)
        return await shelved.edits.run(wish.sequence, desk.edits, job)

    @routes.post("/{picture_id}/palette", openapi_extra=json_body(PaletteRequest))
    async def palette(picture_id: str, request: Request) -> PaletteAnswer:
        """Colours that suit a place, best first."""
        shelved = desk.shelf.get(picture_id)
        wish = await read_json(request, desk, PaletteRequest)
        return await desk.edits.run(partial(_palette, shelved, wish))

    @routes.post("/{picture_id}/references", status_code=201, openapi_extra=FILE_BODY)
    async def add_reference(picture_id: str, request: Request) -> ReferenceAnswer:
        """A colour picture whose colours `global` can take over by the id that is answered."""
        shelved = desk.shelf.get(picture_id)
        async with desk.bodies.receive_file(request) as data:
            job = partial(read_reference, data, desk.settings.max_pixels)
            reference, colors = await desk.files.run(job)
        return ReferenceAnswer(id=shelved.add_reference(reference), colors=colors)

    @routes.post(
        "/{picture_id}/export",
        response_class=Response,
        responses=_binary("the file"),
        openapi_extra=json_body(ExportRequest),
    )
    async def export(picture_id: str, request: Request) -> Response:
        """The coloured picture at full resolution, as a file."""
        shelved = desk.shelf.get(picture_id)
        wish = await read_json(request, desk, ExportRequest)
        if wish.wishes.flats:
            desk.shelf.draw(shelved)
        data = await desk.files.run(partial(_export, shelved, wish))
        format_ = written_format(wish.format, shelved.opened)
        return Response(data, media_type=MEDIA_TYPES.get(format_, BINARY))

    return routes


def written_format(wished: Format | None, opened: OpenPicture) -> str:
    """The format that `export` writes: as wished, else the input's or its nearest."""
    return wished or nearest_format(opened.picture.format)


def _picture_answer(shelved: Shelved) -> PictureAnswer:
    facts = shelved.opened.picture
    return PictureAnswer(
        id=shelved.id,
        width=facts.width,
        height=facts.height,
        format=facts.format,
        bits=facts.bits,
        notes=list(facts.notes),
        kind=shelved.opened.kind,
        model=shelved.opened.colorizer.spec.name,
        offers=offers_of(shelved.opened),
    )


def _predict(shelved: Shelved, wish: ColorRequest) -> Response:
    hints, options = hints_of(wish.hints, shelved.opened), options_of(wish.wishes, shelved)
    colored = colored_of(wish.wishes, shelved)
    if wish.draft and (draft := _draft(shelved, colored, wish.wishes.flats)):
        return Response(ab_bytes(draft.ab(hints, **options), wish.sequence), media_type=BINARY)
    made = colored.predict(hints, **options)
    if not wish.trial:
        shelved.draft = Draft(colored, made.ab_hw2, hints, options) if made.rgb_hw3 is None else None
    drawn = made.rgb_hw3
    body = ab_bytes(made.ab_hw2, wish.sequence) if drawn is None else rgb_bytes(drawn, wish.sequence)
    headers = {NOTES: json.dumps(made.notes)} if made.notes else None  # JSON is ASCII, as headers are
    return Response(body, headers=headers, media_type=BINARY)


def _draft(shelved: Shelved, colored: Colored, flats: bool) -> Draft | None:
    """What is near the last whole answer, where that is of the same kind and there is such a thing."""
    draft = shelved.draft
    return draft if draft and draft.colored is colored and colored.half and not flats else None


def _guide(opened: OpenPicture, side: int, flats: bool) -> bytes:
    return guide_bytes((opened.as_drawing if flats and opened.kind == "ab" else opened).guide(side))


def _palette(shelved: Shelved, wish: PaletteRequest) -> PaletteAnswer:
    opened = shelved.opened
    hints, told = hints_of(wish.hints, opened), global_hints_of(wish.wishes, shelved)
    found = if_offered(lambda: opened.palette(wish.x, wish.y, hints=hints, k=wish.k, **told))
    return PaletteAnswer(suggestions=suggestion_answers(found))


def _export(shelved: Shelved, wish: ExportRequest) -> bytes:
    opened = shelved.opened
    hints, options = hints_of(wish.hints, opened), options_of(wish.wishes, shelved)
    format_ = written_format(wish.format, opened)
    result = colored_of(wish.wishes, shelved).colorize(hints, **options)
    return result.encode(format=format_, quality=wish.quality, bits=wish.bits)
