"""A book as a private podcast: an RSS feed whose episodes are its chapters, under an address that is its own key."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Annotated, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from indextts import __version__
from indextts.books.binding.xhtml import plain
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Language, caller_language
from indextts.platform import importing
from indextts.server.calls import StoredFile, in_thread, limit_light_rate, unchanged, works_of
from indextts.server.doors.common import check_open
from indextts.server.doors.phones import qr_code, reachable
from indextts.server.errors import STORED, ErrorDetail, Responses, refusals
from indextts.server.routes.book_answers import FeedAnswer
from indextts.server.routes.books import BOOK_ERRORS
from indextts.server.schemas import BINARY, picture_type
from indextts.server.shown_key import FEEDS
from indextts.service.owner import owner_of
from indextts.works.books.book_rows import Book
from indextts.works.books.feeds import Feeds
from indextts.works.db.model import sentence_of
from indextts.works.works import Works

TYPE: Final = "application/rss+xml"
_FORM: Final = "mp3"
"""What every podcast program plays."""
_EPISODE_S: Final = 60
"""Between the dates of two episodes, of which the last is as old as the book: programs sort by them."""
_PATIENCE_S: Final = 15.0
"""A feed waits so long for files that are not made yet, so that it has their exact sizes; programs give up after 30."""
_KEPT: Final = {"Cache-Control": "private, no-cache"}
_GONE: Final[Responses] = refusals(missing="No such feed, or it was ended", conflict="Not spoken yet")
_SPACES: Final = (
    'xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0"'
    ' xmlns:atom="http://www.w3.org/2005/Atom"'
)

labels = importing.lazy("indextts.sound.export.label")
router = APIRouter(dependencies=[Depends(limit_light_rate)])
_Key = Annotated[str, Query(description="The feed's own key, as its address has it.")]


@dataclass(frozen=True)
class Episode:
    """A chapter as the feed lists it."""

    number: int
    title: str
    seconds: float
    bytes: int
    """0 where its file is not made yet, as the RSS Advisory Board has it for what is not known."""


@router.get("/v1/books/{book}/feed", tags=["books"], responses=BOOK_ERRORS)
async def feed(request: Request, book: str) -> FeedAnswer:
    """Whether the book has a podcast feed."""
    check_open(request, "podcast")

    def work() -> FeedAnswer:
        owner = owner_of(request)
        works_of(request).books.get(owner, book)
        found = _feeds(request).of(owner, book)
        return FeedAnswer(open=found is not None, created=None if found is None else found.created)

    return await in_thread(request, work)


@router.post("/v1/books/{book}/feed", status_code=201, tags=["books"], responses=BOOK_ERRORS)
async def open_feed(request: Request, book: str) -> FeedAnswer:
    """A new address for the book's podcast feed, shown once; the one before is void."""
    check_open(request, "podcast")

    def work() -> FeedAnswer:
        works, owner = works_of(request), owner_of(request)
        works.books.get(owner, book)
        secret = _feeds(request).open(owner, book)
        base, here = _base(request)
        address = f"{base}{FEEDS}{book}?{urlencode({'key': secret})}"
        _prepare(works, owner, book)
        found = _feeds(request).of(owner, book)
        created = None if found is None else found.created
        language = caller_language(request.headers)
        warned = [ErrorDetail(**sentence_of(one, language)) for one in works.book_files.warnings(owner, book)]
        code = qr_code(address)
        return FeedAnswer(open=True, created=created, address=address, svg=code, only_here=here, warnings=warned)

    return await in_thread(request, work)


@router.delete("/v1/books/{book}/feed", status_code=204, response_class=Response, tags=["books"], responses=BOOK_ERRORS)
async def end_feed(request: Request, book: str) -> Response:
    """End the feed: its address is void within a second."""

    def work() -> Response:
        owner = owner_of(request)
        works_of(request).books.get(owner, book)
        _feeds(request).end(owner, book)
        return Response(status_code=204)

    return await in_thread(request, work)


@router.get(
    FEEDS + "{book}",
    response_class=Response,
    tags=["feeds"],
    responses={200: {"content": {TYPE: {"schema": {"type": "string"}}}}, **_GONE},
)
async def rss(request: Request, book: str, key: _Key = "") -> Response:
    """The feed, for podcast programs: RSS 2.0, a chapter an episode."""
    check_open(request, "podcast")

    def work() -> Response:
        owner, works = _owner(request, book, key), works_of(request)
        found = works.books.get(owner, book)
        _prepare(works, owner, book).join(_PATIENCE_S)
        text = rss_document(
            found, _episodes(works, owner, found), f"{str(request.base_url).rstrip('/')}{FEEDS}{book}", key
        )
        headers = {**_KEPT, "etag": f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'}
        return unchanged(request.headers, headers) or Response(text, media_type=TYPE, headers=headers)

    return await in_thread(request, work)


@router.get(
    FEEDS + "{book}/cover",
    response_class=Response,
    tags=["feeds"],
    responses={200: {"content": {"image/jpeg": BINARY, "image/png": BINARY}}, **_GONE},
)
async def feed_cover(request: Request, book: str, key: _Key = "") -> Response:
    """The book's picture."""
    check_open(request, "podcast")

    def work() -> Response:
        data = works_of(request).books.cover(_owner(request, book, key), book)
        if data is None:
            raise StudioError("not_found")
        return Response(data, media_type=picture_type(data), headers=_KEPT)

    return await in_thread(request, work)


@router.get(
    FEEDS + "{book}/{chapter}.mp3",
    response_class=Response,
    tags=["feeds"],
    responses={200: {"description": "The chapter", "content": {"audio/mpeg": BINARY}}, **STORED, **_GONE},
)
async def episode(request: Request, book: str, chapter: Annotated[int, Path(ge=1)], key: _Key = "") -> Response:
    """An episode as MP3; byte ranges work."""
    check_open(request, "podcast")

    def work() -> Response:
        owner, works = _owner(request, book, key), works_of(request)
        path = works.jobs.file(owner, book, _FORM, chapter)
        spoken = max(part.updated for part in works.records.parts_of(book) if part.chapter == chapter)
        # Its name is a hash of what it is made of. Its time is that of its last use: a download goes on all the same.
        same = {"ETag": f'"{path.name}"', "Last-Modified": _date(spoken)}
        return StoredFile(path, media_type="audio/mpeg", headers={**_KEPT, **same})

    return await in_thread(request, work)


def rss_document(book: Book, episodes: Sequence[Episode], address: str, key: str) -> str:
    """The feed at ``address``, whose files are opened by ``key``."""
    return "".join(_rss(book, episodes, address, urlencode({"key": key})))


def _rss(book: Book, episodes: Sequence[Episode], address: str, key: str) -> Iterator[str]:
    title, author = plain(book.title or "—"), plain(book.author or "IndexTTS Studio")
    language: Language = "zh" if book.language == "zh" or not book.title.isascii() else "en"
    notice = labels.notice_text(language)
    about = plain(" ".join((book.metadata.get("description", ""), notice)).strip())
    yield f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" {_SPACES}>\n<channel>\n'
    yield f"<title>{title}</title>\n<link>{plain(address)}</link>\n<language>{language}</language>\n"
    yield f"<description>{about}</description>\n<itunes:author>{author}</itunes:author>\n"
    yield f'<atom:link href="{plain(f"{address}?{key}")}" rel="self" type="{TYPE}"/>\n'
    yield f"<generator>IndexTTS Studio {__version__}</generator>\n"
    yield f"<lastBuildDate>{_date(book.updated)}</lastBuildDate>\n<itunes:type>serial</itunes:type>\n"
    yield "<itunes:explicit>false</itunes:explicit>\n<itunes:block>Yes</itunes:block>\n"
    yield '<itunes:category text="Arts"><itunes:category text="Books"/></itunes:category>\n'
    yield "<podcast:locked>yes</podcast:locked>\n<podcast:medium>audiobook</podcast:medium>\n"
    if book.cover:
        image = plain(f"{address}/cover?{key}")
        yield f'<itunes:image href="{image}"/>\n'
        yield f"<image><url>{image}</url><title>{title}</title><link>{plain(address)}</link></image>\n"
    for place, one in enumerate(episodes, start=1):
        date = book.created - _EPISODE_S * (len(episodes) - place)
        yield (
            f"<item>\n<title>{plain(one.title)}</title>\n"
            f'<guid isPermaLink="false">{book.id}-{one.number}</guid>\n<pubDate>{_date(date)}</pubDate>\n'
            f'<enclosure url="{plain(f"{address}/{one.number}.mp3?{key}")}" length="{one.bytes}" type="audio/mpeg"/>\n'
            f"<itunes:duration>{round(one.seconds)}</itunes:duration>\n<itunes:episode>{place}</itunes:episode>\n"
            f"<description>{plain(notice)}</description>\n</item>\n"
        )
    yield "</channel>\n</rss>\n"


def _episodes(works: Works, owner: str, book: Book) -> list[Episode]:
    """The chapters that are spoken."""
    seconds: dict[int, float] = {}
    for part in works.records.parts_of(book.id):
        if part.state == "done" and part.segments_done and part.chapter is not None:
            seconds[part.chapter] = seconds.get(part.chapter, 0.0) + part.duration_s
    files = works.book_files
    made = {one.chapter: one.bytes for one in files.listed(owner, book.id) if one.form == _FORM}
    return [
        Episode(
            one.number,
            one.title or f"{one.number}",
            files.length_s(owner, book.id, _FORM, one.number) or seconds[one.number],
            made.get(one.number, 0),
        )
        for one in book.chapters
        if one.on and one.number in seconds
    ]


_preparing: Final[dict[str, threading.Thread]] = {}
_guard: Final = threading.Lock()


def _prepare(works: Works, owner: str, book: str) -> threading.Thread:
    """Make the files of all episodes in the background, so that nobody waits for one, and each size is known."""

    def work() -> None:
        try:
            for one in _episodes(works, owner, works.books.get(owner, book)):
                with suppress(StudioError):  # it is told to who asks for it
                    works.jobs.file(owner, book, _FORM, one.number)
        except StudioError:
            return
        finally:
            with _guard:
                del _preparing[book]

    with _guard:
        if (found := _preparing.get(book)) is None:
            found = _preparing[book] = threading.Thread(target=work, name="podcast", daemon=True)
            found.start()
        return found


def _owner(request: Request, book: str, key: str) -> str:
    owner = _feeds(request).owner_of(book, key)
    if owner is None:
        raise StudioError("no_feed")
    return owner


def _feeds(request: Request) -> Feeds:
    feeds: Feeds = request.app.state.feeds
    return feeds


def _base(request: Request) -> tuple[str, bool]:
    """The studio's address as a phone reaches it, and whether nothing but this machine does."""
    server = request.app.state.config.server
    try:
        there = reachable(server.host, request.url.hostname or "", request.url.port or server.port)
    except StudioError:
        return str(request.base_url).rstrip("/"), True
    return str(request.base_url.replace(netloc=there) if there else request.base_url).rstrip("/"), False


def _date(moment: float) -> str:
    return format_datetime(datetime.fromtimestamp(moment, UTC), usegmt=True)
