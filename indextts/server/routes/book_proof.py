"""``/v1/books/{book}/…``: what should be listened to, what is decided about it, names and terms, how cues came out."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Annotated, Any, Final, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from indextts.books.model import MAX_CHAPTERS, DoubtKind
from indextts.model.i18n.messages import caller_language
from indextts.reading.lexicon.entry import MAX_WORD
from indextts.reading.phonemes.printed import printed
from indextts.server.calls import limit_light_rate, limit_rate
from indextts.server.parsing import read_json
from indextts.server.routes import book_answers as answers
from indextts.server.routes.books import BOOK_ERRORS, answered
from indextts.server.schemas import body_of
from indextts.works.books.doubts import DOUBT, Decision, DoubtfulPlace, Fixed
from indextts.works.works import Works

_COSTLY: Final[dict[str, Any]] = {"dependencies": [Depends(limit_rate)]}
_Number = Annotated[int, Path(ge=0, le=999_999)]
_TOLD: Final = tuple(one.name for one in fields(DoubtfulPlace))


router = APIRouter(
    prefix="/v1/books/{book}", tags=["books"], dependencies=[Depends(limit_light_rate)], responses=BOOK_ERRORS
)


@router.get("/doubts", response_model=answers.DoubtsAnswer)
async def doubts(
    request: Request,
    book: str,
    kind: Literal["", DoubtKind] = "",
    chapter: Annotated[int | None, Query(ge=1, le=MAX_CHAPTERS)] = None,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    after: Annotated[str, Query(pattern=rf"^$|^{DOUBT}$")] = "",
    settled: bool = False,
    grouped: bool = False,
) -> Response:
    """Places that may be wrong, of what is spoken, in the book's order; with those that are settled where wanted.

    `grouped` gives the first one of each group alone, and `total` and `kinds` count those.
    """
    language = caller_language(request.headers)

    def work(works: Works, owner: str) -> object:
        page = works.doubts.page(
            *(owner, book),
            kind=kind,
            chapter=chapter,
            after=after,
            limit=limit + 1,
            settled=settled,
            grouped=grouped,
        )
        shown = page.doubts[:limit]
        return {
            "doubts": [
                {
                    **{name: getattr(one, name) for name in _TOLD},
                    "sentence": "" if one.said is None else one.said.of(language),
                }
                for one in shown
            ],
            "total": page.total,
            "kinds": dict(page.kinds),
            "again": works.books.again(owner, book),
            "next": shown[-1].id if len(page.doubts) > limit else None,
            "revision": page.revision,
        }

    return await answered(request, work)


@router.get("/parts/{job}", response_model=answers.HeardAnswer)
async def part(request: Request, book: str, job: str) -> Response:
    """What is heard of a part, word by word, with the places where that stands in its chapter as it is now."""
    return await answered(request, lambda works, owner: asdict(works.heard.part(owner, book, job)))


@router.get("/parts/{job}/words/{segment}/{token}", response_model=answers.HeardWordAnswer)
async def word(request: Request, book: str, job: str, segment: _Number, token: _Number) -> Response:
    """How a word is read there, and what else it could be; ``id`` is what ``fix`` takes as its ``word``."""

    def work(works: Works, owner: str) -> object:
        found = works.heard.word(owner, works.books.get(owner, book), f"{job}.{segment}.{token}")
        readings = (found.reading, *found.alternatives)
        return {**{name: getattr(found, name) for name in _TOLD}, "shown": {one: printed(one) for one in readings}}

    return await answered(request, work)


@router.post("/fix", response_model=Fixed, openapi_extra=body_of(Decision))
async def fix(request: Request, book: str) -> Response:
    """Settle one, or a word of a part: give its reading, its speaker or other words, or say that it is right.

    Nothing is spoken before ``speak`` is called again; then it is no more than the sentences that are another way.
    """
    body = await read_json(request)
    return await answered(request, lambda works, owner: asdict(works.fixing.fix(owner, book, **body)))


@router.get("/terms", response_model=answers.TermsAnswer, **_COSTLY)
async def terms(request: Request, book: str, word: Annotated[str, Query(max_length=MAX_WORD)] = "") -> Response:
    """Names and unknown words that occur often, with their readings; ``PUT …/words`` keeps another one.

    With ``word``, that one alone, as it is said where it stands first: none where it is not in what is spoken.
    """

    def work(works: Works, owner: str) -> object:
        one = works.terms.one(owner, book, word) if word.strip() else None
        found = works.terms.of(owner, book) if not word.strip() else [one] if one is not None else []
        return {"terms": [asdict(each) for each in found], "revision": works.books.get(owner, book).revision}

    return await answered(request, work, costly=True)


@router.get("/cues", response_model=answers.CuesAnswer)
async def cues(request: Request, book: str) -> Response:
    """How the subtitles came out, as far as they are spoken."""
    language = caller_language(request.headers)

    def work(works: Works, owner: str) -> object:
        found = works.doubts.cues(owner, book)
        told = [
            {
                **one.cue.told(),
                "job": one.job,
                "chapter": one.chapter,
                "at_s": round(one.at_s, 3),
                "sentence": "" if one.said is None else one.said.of(language),
            }
            for one in found
        ]
        return {"cues": told, "unfitting": sum(one.said is not None for one in found)}

    return await answered(request, work)
