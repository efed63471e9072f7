"""``/v1/books``: long texts in chapters, made of files, changed, and spoken as jobs. Their parts: ``book_parts``."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import ConfigDict, Field, WithJsonSchema
from starlette.requests import Request
from starlette.responses import Response

from indextts.books.estimate import estimate as expected
from indextts.engines.registry import title
from indextts.model.errors import StudioError
from indextts.model.fields import LATER, absent
from indextts.model.i18n.messages import Language, caller_language
from indextts.server.calls import Deleted, in_thread, limit_light_rate, limit_rate, service_of, works_of
from indextts.server.errors import ERRORS, GONE, NOT_FOUND, Responses, refusals
from indextts.server.parsing import FORM_TYPES, check_fields, content_type, read_json
from indextts.server.routes import book_answers as answers
from indextts.server.routes.book_forms import FORM_BODY, read_book_form
from indextts.server.routes.job_answers import JobAnswer
from indextts.server.routes.jobs import json_response
from indextts.server.schemas import BINARY, body_of, picture_type
from indextts.server.uploads import LONG_BYTES
from indextts.service.owner import owner_of
from indextts.service.rate_limit import client_of
from indextts.works.books.book_contents import BookChange, NewBook
from indextts.works.db.model import UNDER_WAY, Job
from indextts.works.works import Works

MISSING: Final = "No such book, or it is somebody else's; or nothing of that number in it"
BOOK_ERRORS: Final[Responses] = {
    **refusals(400, 413, 415, missing=MISSING, conflict="Another window was faster"),
}
_COSTLY: Final[dict[str, Any]] = {"dependencies": [Depends(limit_rate)]}
_PACKED_BYTES: Final = 64 << 10
_TAKES_GZIP: Final = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_PICTURES: Final = ("image/jpeg", "image/png", "image/webp")
_PICTURE: Final[dict[str, Any]] = {"requestBody": {"required": True, "content": dict.fromkeys(_PICTURES, BINARY)}}


class BookOfText(NewBook):
    """A book that is made of a text, or of a page."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["text"]}, {"required": ["address"]}],
            "example": {"text": "第一章\n天黑了。", "title": "夜"},
        }
    )

    text: Annotated[str, WithJsonSchema({LATER: "text"})] = absent
    address: Annotated[str, Field(pattern="^https?://", description="Of a page, where it is allowed.")] = absent


_NEW: Final = body_of(BookOfText)
_NEW["requestBody"]["content"] |= FORM_BODY

router = APIRouter(prefix="/v1/books", tags=["books"], dependencies=[Depends(limit_light_rate)], responses=BOOK_ERRORS)


@router.get("", response_model=answers.BooksAnswer)
async def books(
    request: Request,
    search: Annotated[str, Query(max_length=100)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    deleted: Deleted = False,
) -> Response:
    """Those with ``search`` in title or author, the last changed first."""
    language = caller_language(request.headers)

    def work(works: Works, owner: str) -> object:
        found, total = works.books.listed(owner, search=search, limit=limit, offset=offset, deleted=deleted)
        return {
            "books": [{**asdict(one), "job": _job(works, owner, one.id, language)} for one in found],
            "total": total,
        }

    return await answered(request, work)


@router.post("", status_code=201, response_model=answers.BookAnswer, openapi_extra=_NEW, **_COSTLY)
async def create(request: Request) -> Response:
    """A book of a file, of a text, or, where the configuration allows it, of a page; nothing is spoken yet."""
    make, is_long = await new_book(request)
    return await answered(request, make, status=201, costly=True, is_long=is_long)


async def new_book(request: Request) -> tuple[Callable[[Works, str], dict[str, Any]], bool]:
    """What makes the book that the request describes, and tells it; and whether that takes long."""
    language = caller_language(request.headers)
    if content_type(request) == FORM_TYPES[0]:
        name, data, given = await read_book_form(request)

        def of_file(works: Works, owner: str) -> dict[str, Any]:
            made = works.intake.file(owner, name, data, reader=language, **given)
            return told(works, owner, made.id, language)

        return of_file, len(data) > LONG_BYTES
    body = await read_json(request)
    source = "address" if "address" in body else "text"
    check_fields(body, (source, *NewBook.model_fields))
    if source not in body:
        raise StudioError("text_empty")
    what = body.pop(source)

    def of_text(works: Works, owner: str) -> dict[str, Any]:
        make = works.intake.address if source == "address" else works.intake.text
        return told(works, owner, make(owner, what, reader=language, **body).id, language)

    return of_text, False


@router.get("/{book}", response_model=answers.BookAnswer)
async def look(request: Request, book: str) -> Response:
    """One book, with what is spoken of each chapter."""
    language = caller_language(request.headers)
    return await answered(request, lambda works, owner: told(works, owner, book, language))


@router.patch("/{book}", response_model=answers.BookAnswer, openapi_extra=body_of(BookChange))
async def change(request: Request, book: str) -> Response:
    """Change what is given; with ``revision``, only where no other window has changed the book since."""
    body = await read_json(request)
    language = caller_language(request.headers)

    def work(works: Works, owner: str) -> object:
        if "settings" in body:
            works.intake.check_settings(body["settings"])
        works.books.change(owner, book, **body)
        return told(works, owner, book, language)

    return await answered(request, work)


@router.delete("/{book}", status_code=204, response_class=Response)
async def remove(request: Request, book: str) -> Response:
    """Delete a book with all that was spoken of it. For a day ``restore`` puts it back."""
    works, owner = works_of(request), owner_of(request)
    await in_thread(request, lambda: works.delete_book(owner, book))
    return Response(status_code=204)


@router.post("/{book}/restore", response_model=answers.BookAnswer, responses=GONE)
async def restore(request: Request, book: str) -> Response:
    """Put back what was deleted."""
    language = caller_language(request.headers)

    def work(works: Works, owner: str) -> object:
        works.books.restore(owner, book)
        return told(works, owner, book, language)

    return await answered(request, work)


@router.get(
    "/{book}/cover", response_class=Response, responses={200: {"content": {"image/jpeg": BINARY, "image/png": BINARY}}}
)
async def cover(request: Request, book: str) -> Response:
    """Its picture; 404 where it has none."""
    works, owner = works_of(request), owner_of(request)
    data = await in_thread(request, lambda: works.books.cover(owner, book))
    if data is None:
        raise StudioError("not_found")
    return Response(data, media_type=picture_type(data), headers={"Cache-Control": "no-cache"})


@router.put("/{book}/cover", response_model=answers.BookAnswer, openapi_extra=_PICTURE)
async def keep_cover(request: Request, book: str) -> Response:
    """Another picture: JPEG, PNG or WebP."""
    from indextts.works.books.covers import picture

    data, language = await request.body(), caller_language(request.headers)
    if content_type(request) not in _PICTURES:
        raise StudioError("wrong_type", expected=", ".join(_PICTURES), received=content_type(request) or "nothing")

    def work(works: Works, owner: str) -> object:
        works.books.get(owner, book)
        works.books.keep_cover(owner, book, picture(data))
        return told(works, owner, book, language)

    return await answered(request, work, costly=True)


@router.delete("/{book}/cover", response_model=answers.BookAnswer)
async def drop_cover(request: Request, book: str) -> Response:
    """Go without a picture."""
    language = caller_language(request.headers)

    def work(works: Works, owner: str) -> object:
        works.books.keep_cover(owner, book, None)
        return told(works, owner, book, language)

    return await answered(request, work)


_SPEAK_ERRORS: Final[Responses] = {**ERRORS, 404: NOT_FOUND, 409: {**NOT_FOUND, "description": "Not in this state"}}


@router.post("/{book}/speak", status_code=202, response_model=JobAnswer, responses=_SPEAK_ERRORS, **_COSTLY)
async def speak(request: Request, book: str) -> Response:
    """Speak all that is on and not spoken as it is now, or by a stand-in engine: a job with the book's id."""
    owner, language, client = owner_of(request), caller_language(request.headers), client_of(request)

    def work() -> Response:
        job = works_of(request).jobs.start_book(owner, book, client=client)
        headers = {"Location": f"{request.scope.get('root_path', '')}/v1/jobs/{job.id}"}
        return json_response(job.told(language), status=202, headers=headers)

    return await in_thread(request, work)


@router.get("/{book}/estimate", response_model=answers.EstimateAnswer)
async def estimate(request: Request, book: str) -> Response:
    """How long it will last, and the room that it takes."""
    router = service_of(request).router

    def work(works: Works, owner: str) -> object:
        found = works.books.get(owner, book)
        settings = works.books.settings(owner, book)
        about = expected(works.books.texts(owner, book), speed=settings.speed, form=found.options.format)
        spoken = sum(part.duration_s for part in works.records.parts_of(book) if not part.reason)
        left_s = max(0.0, about.duration_s - spoken)
        return {
            **asdict(about),
            "spoken_s": spoken,
            "free_bytes": shutil.disk_usage(works.folder).free,
            "making": [
                {"engine": name, "name": title(name).of(caller_language(request.headers)), "seconds": left_s * pace}
                for name, pace in router.compared(settings).items()
            ],
        }

    return await answered(request, work)


def told(works: Works, owner: str, name: str, language: Language) -> dict[str, Any]:
    """What the API says of a book."""
    book = works.books.get(owner, name)
    parts: dict[int, list[dict[str, Any]]] = {}
    spoken, job = works.records.parts_of(name), _job(works, owner, name, language)
    for part in spoken:
        parts.setdefault(part.chapter or 0, []).append(_part(works, owner, part))
    status = "queued" if job is None else job["status"]
    under_way = status in UNDER_WAY  # then it is another one in a moment
    changed = () if under_way else works.book_room.script.changed(owner, book, spoken, whole=status == "done")
    whole = asdict(book)
    del whole["content"]
    return {
        **whole,
        "options": book.options.model_dump(),
        "chapters": [
            {**one, "changed": one["number"] in changed, "parts": parts.get(one["number"], [])}
            for one in whole["chapters"]
        ],
        "warnings": [chinese if language == "zh" else english for english, chinese in book.warnings],
        "job": job,
    }


def _part(works: Works, owner: str, part: Job) -> dict[str, Any]:
    if part.state in UNDER_WAY:
        with suppress(StudioError):  # gone in this moment
            part = works.jobs.get(owner, part.id)
    names = ("segments_done", "segments_total", "progress", "duration_s", "engine")
    told = {"job": part.id, "status": part.state, "fallback": part.reason is not None}
    return told | {name: getattr(part, name) for name in names}


def _job(works: Works, owner: str, book: str, language: Language) -> dict[str, Any] | None:
    try:
        return works.jobs.get(owner, book).told(language)
    except StudioError as error:
        if error.code != "not_found":
            raise
        return None


async def answered(
    request: Request,
    work: Callable[[Works, str], object],
    *,
    status: int = 200,
    costly: bool = False,
    is_long: bool = False,
) -> Response:
    """What ``work`` tells, as JSON; one that is ``costly`` waits until no other such one is done.

    Those that take minutes (``is_long``) wait for each other alone.
    """
    works, owner = works_of(request), owner_of(request)

    def told_by() -> Response:
        return _packed(request, json_response(work(works, owner), status=status))

    if costly:
        response: Response = await request.app.state.recordings.do(request, lambda _: told_by(), is_long=is_long)
        return response
    return await in_thread(request, told_by)


def _packed(request: Request, answer: Response) -> Response:
    """``answer``, as gzip where it is long and the client takes it: a book of thousands of chapters has a megabyte."""
    if len(answer.body) >= _PACKED_BYTES:
        answer.headers["Vary"] = "Accept-Encoding"
        if _TAKES_GZIP.search(request.headers.get("accept-encoding", "")):
            answer.body = gzip.compress(bytes(answer.body), 1, mtime=0)
            answer.headers["Content-Encoding"] = "gzip"
            answer.headers["Content-Length"] = str(len(answer.body))
    return answer
