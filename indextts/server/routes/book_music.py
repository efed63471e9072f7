"""``/v1/books/{book}/music``: the person's own sounds at a book's beginning, its end, and between its chapters."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from indextts.model.errors import StudioError
from indextts.server.calls import in_thread, limit_light_rate, works_of
from indextts.server.parsing import content_type
from indextts.server.routes import book_answers as answers
from indextts.server.routes.books import BOOK_ERRORS, answered
from indextts.server.schemas import BINARY
from indextts.service.owner import owner_of
from indextts.works.works import Works

Place = Literal["intro", "outro", "chime"]

_BYTES: Final = "application/octet-stream"
_TYPES: Final = (_BYTES, "audio/flac", "audio/mp4", "audio/mpeg", "audio/ogg", "audio/wav")
_SOUND: Final[dict[str, Any]] = {"requestBody": {"required": True, "content": dict.fromkeys(_TYPES, BINARY)}}

router = APIRouter(
    prefix="/v1/books/{book}/music", tags=["books"], dependencies=[Depends(limit_light_rate)], responses=BOOK_ERRORS
)


@router.get("", response_model=answers.MusicListAnswer)
async def music(request: Request, book: str) -> Response:
    """Which sounds there are; how they are heard stands in the book's option `music`."""
    return await answered(request, lambda works, owner: _listed(works, owner, book))


@router.get("/{place}", response_class=Response, responses={200: {"content": {"audio/flac": BINARY}}})
async def sound(request: Request, book: str, place: Place) -> Response:
    """What was read of it; 404 where there is none."""
    works, owner = works_of(request), owner_of(request)
    data = await in_thread(request, lambda: works.music.sound(owner, book, place))
    return Response(data, media_type="audio/flac", headers={"Cache-Control": "no-cache"})


@router.put("/{place}", response_model=answers.MusicListAnswer, openapi_extra=_SOUND)
async def keep(request: Request, book: str, place: Place, name: Annotated[str, Query(max_length=200)] = "") -> Response:
    """Another sound: any file that a recording may be, of which the first two minutes are kept, of a chime 15 s."""
    kind = content_type(request)
    if kind != _BYTES and not kind.startswith("audio/"):
        raise StudioError("wrong_type", expected=", ".join(_TYPES), received=kind or "nothing")
    data = await request.body()

    def work(works: Works, owner: str) -> object:
        works.music.keep(owner, book, place, name, data)
        return _listed(works, owner, book)

    return await answered(request, work, costly=True)


@router.delete("/{place}", response_model=answers.MusicListAnswer)
async def remove(request: Request, book: str, place: Place) -> Response:
    """Nothing is heard there any more."""

    def work(works: Works, owner: str) -> object:
        works.music.remove(owner, book, place)
        return _listed(works, owner, book)

    return await answered(request, work)


def _listed(works: Works, owner: str, book: str) -> dict[str, Any]:
    found = [
        {"place": one.place, "name": one.name, "duration_s": round(one.duration_s, 3)}
        for one in works.music.listed(owner, book)
    ]
    return {"music": found, "revision": works.books.get(owner, book).revision}
