"""`/api/pictures/{id}/question` and `/answer`: what the model would like to know, and an answer as a hint."""

from functools import partial
from typing import Any

import numpy as np
from fastapi import APIRouter, Request
from numpy.typing import NDArray

from huewise.hints import Region, rasterize
from huewise.imaging.lightness import size_within
from huewise.server.desk import Desk
from huewise.server.json_bodies import json_body, read_json
from huewise.server.outlines import XY, outline_of
from huewise.server.picture_routes import ERRORS
from huewise.server.ports import OpenPicture, Question
from huewise.server.problems import NotOffered
from huewise.server.shelf import Shelved
from huewise.server.wire import (
    AnswerRequest,
    HintReply,
    QuestionAnswer,
    QuestionReply,
    QuestionRequest,
    suggestion_answers,
)
from huewise.server.wishes import global_hints_of, hints_of, if_offered, offers_of

SKIPPED_SIDE = 256
"""Pixels of the longer side of a skipped region's map."""


def question_routes(desk: Desk) -> APIRouter:
    """The routes, working on `desk`."""
    routes = APIRouter(prefix="/api/pictures", tags=["questions"], responses=ERRORS)  # type: ignore[arg-type]

    @routes.post("/{picture_id}/question", openapi_extra=json_body(QuestionRequest))
    async def question(picture_id: str, request: Request) -> QuestionReply:
        """The region whose colour would help most, or null; of a skipped one at most a part is asked again."""
        shelved = desk.shelf.get(picture_id)
        if "question" not in offers_of(shelved.opened):
            raise NotOffered("this model asks nothing", "", "set points where you know the colour")
        wish = await read_json(request, desk, QuestionRequest)
        return await desk.edits.run(partial(_ask, shelved, wish))

    @routes.post("/{picture_id}/answer", openapi_extra=json_body(AnswerRequest))
    async def answer(picture_id: str, request: Request) -> HintReply:
        """The hint that an answer amounts to: put it behind the others."""
        opened = desk.shelf.get(picture_id).opened
        wish = await read_json(request, desk, AnswerRequest)
        hint: dict[str, Any] = {"region": [list(corner) for corner in wish.question], "mean": True}
        if wish.place is not None:
            hint = {"point": list(wish.place)}
        hint["color"] = wish.color
        await desk.edits.run(partial(hints_of, [hint], opened))  # its checks
        return HintReply(hint=hint)

    return routes


class Skipped:
    """A question that was skipped, as far as the engine looks at it: its `region` (h, w) in 0..1."""

    def __init__(self, region: NDArray[np.float32]) -> None:
        self.region = region


def _ask(shelved: Shelved, wish: QuestionRequest) -> QuestionReply:
    opened = shelved.opened
    hints, told = hints_of(wish.hints, opened), global_hints_of(wish.wishes, shelved)
    skipped = [Skipped(_map_of(corners, opened)) for corners in wish.skipped]
    found = if_offered(lambda: opened.question(hints, skipped, k=wish.k, **told))
    return QuestionReply(question=None if found is None else _told(found, opened))


def _map_of(corners: list[XY], opened: OpenPicture) -> NDArray[np.float32]:
    width, height = opened.picture.width, opened.picture.height
    size = size_within(width, height, SKIPPED_SIDE)
    return rasterize([Region(corners, "#808080")], (width, height), size)[1]


def _told(question: Question, opened: OpenPicture) -> QuestionAnswer:
    return QuestionAnswer(
        region=outline_of(question.region, (opened.picture.width, opened.picture.height)),
        area=round(float(question.region.mean()), 4),
        label=question.label,
        place=question.place,
        suggestions=suggestion_answers(question.suggestions),
    )
