"""``/v1/books/{id}/push``: a finished book goes to the operator's Audiobookshelf."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from indextts.model.fields import Flag, Given
from indextts.model.i18n.messages import Language, caller_language
from indextts.server.calls import limit_light_rate, limit_rate
from indextts.server.errors import refusals
from indextts.server.parsing import read_model
from indextts.server.routes.book_answers import PushAnswer
from indextts.server.routes.books import BOOK_ERRORS, answered
from indextts.server.routes.system import MANAGED
from indextts.server.schemas import body_of
from indextts.works.books.shelf import Pushed
from indextts.works.works import Works

_ERRORS = {
    **BOOK_ERRORS,
    **refusals(
        *(400, 413, 415), missing="No such book", conflict="Not finished, not set up, there already, or refused there"
    ),
}

router = APIRouter(prefix="/v1/books/{book}/push", tags=["books"], responses=_ERRORS)


class PushWish(Given):
    """How a book is sent."""

    again: Annotated[Flag, Field(description="Also where a book of that title and author is there: beside it.")] = False


@router.get("", response_model=PushAnswer, dependencies=[*MANAGED, Depends(limit_light_rate)])
async def pushed(request: Request, book: str) -> Response:
    """What becomes of a book that is sent to Audiobookshelf."""
    language = caller_language(request.headers)
    return await answered(request, lambda works, owner: _told(works, works.shelf.state(owner, book), language))


@router.post(
    "",
    status_code=202,
    response_model=PushAnswer,
    openapi_extra=body_of(PushWish),
    dependencies=[*MANAGED, Depends(limit_rate)],
)
async def push(request: Request, book: str) -> Response:
    """Send the book as M4B to the configured Audiobookshelf, in the background. 409 `shelf_has` where it is there."""
    given = await read_model(request, PushWish)
    language = caller_language(request.headers)

    def work(works: Works, owner: str) -> object:
        return _told(works, works.shelf.push(owner, book, again=given.again), language)

    return await answered(request, work, status=202)


def _told(works: Works, pushed: Pushed | None, language: Language) -> dict[str, Any]:
    error = None
    if pushed is not None and pushed.error is not None:
        message, hint = pushed.error.localise(language)
        error = {"code": pushed.error.code, "message": message, "hint": hint}
    return {
        "set_up": works.shelf.is_set_up,
        "status": "" if pushed is None else pushed.state,
        "progress": 0.0 if pushed is None else round(pushed.progress, 4),
        "title": "" if pushed is None else pushed.title,
        "library": "" if pushed is None else pushed.library,
        "error": error,
    }
