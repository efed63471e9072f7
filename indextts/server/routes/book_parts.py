"""``/v1/books/{book}/…``: a book's chapters, cast, words and bookmarks."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Path
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from indextts.books.binding.model import FileForm, MadeForm
from indextts.books.model import MAX_CHAPTERS, MAX_CHARACTERS
from indextts.model.errors import StudioError
from indextts.model.fields import Flag, Given, Whole, absent
from indextts.model.i18n.messages import Language, caller_language
from indextts.server.calls import in_thread, limit_light_rate, limit_rate, works_of
from indextts.server.parsing import read_json, read_model
from indextts.server.routes import book_answers as answers
from indextts.server.routes.books import BOOK_ERRORS, answered, told
from indextts.server.schemas import body_of
from indextts.server.uploads import LONG_BYTES
from indextts.service.owner import owner_of
from indextts.works.books.book_contents import (
    MAX_SPANS,
    AnyChapter,
    BookLine,
    CastChange,
    ChapterChange,
    Notes,
    Revision,
    Speaker,
)
from indextts.works.db.model import sentence_of
from indextts.works.projects.contents import Words
from indextts.works.works import Works

if TYPE_CHECKING:
    from indextts.works.books.casts import Cast

Number = Annotated[int, Path(ge=1, le=MAX_CHAPTERS)]
Place = Annotated[int, Path(ge=0, le=MAX_SPANS)]

_COSTLY: Final[dict[str, Any]] = {"dependencies": [Depends(limit_rate)]}


class AtRevision(Given):
    """What is done with a book, unless another window was faster."""

    revision: Revision = absent


class Split(AtRevision):
    """Where a chapter is split."""

    at: Annotated[int, Whole(1, MAX_CHARACTERS)]
    title: BookLine = ""


class SaidBy(AtRevision):
    """Who says a quotation."""

    speaker: Annotated[Speaker, Field(description="Empty: the narrator; `?`: nobody knows.")]
    all: Annotated[Flag, Field(description="All that the same one says.")] = False


class NewWords(AtRevision):
    """A book's own dictionary."""

    words: Words


class WantedFile(Given):
    """A file that is to be made of a book."""

    format: MadeForm
    chapter: AnyChapter | None = None


router = APIRouter(
    prefix="/v1/books/{book}", tags=["books"], dependencies=[Depends(limit_light_rate)], responses=BOOK_ERRORS
)


@router.get("/chapters/{number}", response_model=answers.WholeChapter)
async def chapter(request: Request, book: str, number: Number) -> Response:
    """A chapter with its text and the speakers of its quotations."""
    return await answered(request, lambda works, owner: _chapter(works, owner, book, number))


@router.patch("/chapters/{number}", response_model=answers.WholeChapter, openapi_extra=body_of(ChapterChange))
async def change_chapter(request: Request, book: str, number: Number) -> Response:
    """Change what is given; places are those in the text that is given with them."""
    body = await read_json(request)

    def work(works: Works, owner: str) -> object:
        works.books.change_chapter(owner, book, number, **body)
        works.casts.meet(owner, book, number)
        return _chapter(works, owner, book, number)

    return await answered(request, work)


@router.post("/chapters/{number}/split", response_model=answers.BookAnswer, openapi_extra=body_of(Split))
async def split(request: Request, book: str, number: Number) -> Response:
    """Make two of it, the second from the character ``at`` on."""
    given, language = await read_model(request, Split), caller_language(request.headers)

    def work(works: Works, owner: str) -> object:
        works.books.split(owner, book, number, given.at, title=given.title, revision=given.revision)
        return told(works, owner, book, language)

    return await answered(request, work)


@router.post("/chapters/{number}/merge", response_model=answers.BookAnswer, openapi_extra=body_of(AtRevision))
async def merge(request: Request, book: str, number: Number) -> Response:
    """Make one of it and the next."""
    given, language = await read_model(request, AtRevision), caller_language(request.headers)

    def work(works: Works, owner: str) -> object:
        works.books.merge(owner, book, number, revision=given.revision)
        return told(works, owner, book, language)

    return await answered(request, work)


@router.patch(
    "/chapters/{number}/quotations/{place}",
    response_model=answers.BookCastAnswer,
    openapi_extra=body_of(SaidBy),
)
async def say(request: Request, book: str, number: Number, place: Place) -> Response:
    """Give a quotation, or all quotations of the same speaker, another speaker; places are counted from 0."""
    given = await read_model(request, SaidBy)

    def work(works: Works, owner: str) -> object:
        how: dict[str, Any] = {"everywhere": given.all, "revision": given.revision}
        return _cast(works.casts.say(owner, book, number, place, given.speaker, **how))

    return await answered(request, work)


@router.get("/cast", response_model=answers.BookCastAnswer)
async def cast(request: Request, book: str) -> Response:
    """Its characters, how they are to sound, and what they say."""
    return await answered(request, lambda works, owner: _cast(works.casts.get(owner, book)))


@router.patch("/cast", response_model=answers.BookCastAnswer, openapi_extra=body_of(CastChange))
async def change_cast(request: Request, book: str) -> Response:
    """Change roles, give a character another name, or join two that are the same person.

    ``null`` removes a character and leaves its quotations unattributed.
    """
    body = await read_json(request)
    return await answered(request, lambda works, owner: _cast(works.casts.change(owner, book, **body)))


@router.post("/cast", response_model=answers.BookCastAnswer, openapi_extra=body_of(AtRevision), **_COSTLY)
async def attribute(request: Request, book: str) -> Response:
    """Attribute the quotations again; decisions of a person stay."""
    given = await read_model(request, AtRevision)

    def work(works: Works, owner: str) -> object:
        return _cast(works.casts.attribute(owner, book, works.intake.who_speaks, revision=given.revision))

    known = await in_thread(request, lambda: works_of(request).books.get(owner_of(request), book))
    is_long = known.characters > LONG_BYTES // len("字".encode())
    return await answered(request, work, costly=True, is_long=is_long)


@router.get("/words", response_model=answers.WordsAnswer)
async def words(request: Request, book: str) -> Response:
    """Its own dictionary."""
    return await answered(request, lambda works, owner: _words(works, owner, book))


@router.put("/words", response_model=answers.WordsAnswer, openapi_extra=body_of(NewWords))
async def keep_words(request: Request, book: str) -> Response:
    """Another one in its place."""
    given = (await read_model(request, NewWords)).given()

    def work(works: Works, owner: str) -> object:
        works.books.change(owner, book, **given)
        return _words(works, owner, book)

    return await answered(request, work)


@router.get("/notes", response_model=answers.NotesAnswer)
async def notes(request: Request, book: str) -> Response:
    """Bookmarks and the playback position."""
    return await answered(request, lambda works, owner: works.books.notes(owner, book))


@router.put("/notes", response_model=answers.NotesAnswer, openapi_extra=body_of(Notes))
async def keep_notes(request: Request, book: str) -> Response:
    """Others in their place."""
    body = await read_json(request)

    def work(works: Works, owner: str) -> object:
        works.books.keep_notes(owner, book, **body)
        return works.books.notes(owner, book)

    return await answered(request, work)


@router.get("/files", response_model=answers.BookFilesAnswer)
async def files(request: Request, book: str) -> Response:
    """What it was made into, as it is now, and what is being made; each is the job's `result`."""
    return await answered(request, lambda works, owner: _files(works, owner, book, caller_language(request.headers)))


@router.post("/files", status_code=202, response_model=answers.BookFilesAnswer, openapi_extra=body_of(WantedFile))
async def make_file(request: Request, book: str) -> Response:
    """Make a file of what is spoken, in the background; of one chapter where its number is given."""
    given = await read_model(request, WantedFile)
    language = caller_language(request.headers)

    def work(works: Works, owner: str) -> object:
        works.books.get(owner, book)
        works.jobs.bind_book(owner, book, given.format, given.chapter)
        return _files(works, owner, book, language)

    return await answered(request, work, status=202)


@router.get("/report", response_model=answers.ReportAnswer)
async def report(request: Request, book: str, format: FileForm | None = None) -> Response:
    """What was measured of its file: loudness of each chapter, and what a norm asks for; of the book's format unless
    another is named. 404 where that is not made yet, 409 where nothing of the book was generated.
    """

    def work(works: Works, owner: str) -> object:
        form = works.books.get(owner, book).options.format if format is None else format
        found = works.book_files.report(owner, book, form)
        if found is None:
            raise StudioError("not_found")
        return found

    return await answered(request, work)


def _files(works: Works, owner: str, book: str, language: Language) -> dict[str, Any]:
    files = works.book_files
    return {
        "files": [one.told(language) for one in files.listed(owner, book)],
        "warnings": [sentence_of(one, language) for one in files.warnings(owner, book)],
    }


def _chapter(works: Works, owner: str, book: str, number: int) -> dict[str, Any]:
    whole = asdict(works.books.chapter(owner, book, number))
    return {**whole, "number": number, "revision": works.books.get(owner, book).revision}


def _words(works: Works, owner: str, book: str) -> dict[str, Any]:
    kept = [draft.as_json() for draft in works.books.words(owner, book)]
    return {"words": kept, "revision": works.books.get(owner, book).revision}


def _cast(cast: Cast) -> dict[str, Any]:
    characters = [
        {
            **asdict(one.role),
            "name": one.name,
            "quotations": one.quotations,
            "unsure": one.unsure,
            "lines": list(one.lines),
        }
        for one in cast.characters
    ]
    return {"characters": characters, "nobody": cast.nobody, "revision": cast.revision}
