"""``/v1/jobs/{id}/…``: the sound of a job: one stretch, all of it as it grows, or the whole as a file."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from indextts import sound
from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.plan.request import check_choice
from indextts.server import schemas
from indextts.server.calls import StoredFile, attachment, in_thread, limit_light_rate, service_of, works_of
from indextts.server.errors import STORED, Responses, refusals
from indextts.server.middleware import BrokenStreamError
from indextts.server.routes.job_answers import ReadingAnswer, ReadWord
from indextts.server.routes.jobs import changes, jobs_of
from indextts.server.streamed import joined
from indextts.service.owner import owner_of
from indextts.works.db.model import UNDER_WAY
from indextts.works.sounds.media import FRAGMENT_TYPE, encoded

if TYPE_CHECKING:
    from pathlib import Path

    from indextts.works.jobs.jobs import Jobs

_ERRORS: Final[Responses] = refusals(missing="No such job or segment", conflict="Not in this state")
_WAIT_S: Final = 20.0
_NAME: Final = 40
_CLAUSE: Final = 6
"""Characters of a file's name: at most, and those from which on the end of a clause ends it."""
_MARK: Final = re.compile(
    r"[，。！？；：、;!?…\n]|,(?!\s?\d)|:(?!\d)|(?<!\b[A-Z])(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})\.(?!\d)"
)
_DATE: Final = re.compile(r"[\d年月日号点时分\s]+")
"""What alone says nothing of a text: 2026年3月15日."""
_KEPT: Final = {"Cache-Control": "private, no-cache"}
_PIECES: Final = ("fmp4", "wav", "flac", "mp3", "opus")
_PIECE: Final[Responses] = {
    200: {
        "description": "The sound",
        "content": {**dict.fromkeys(schemas.AUDIO_TYPES.values(), schemas.BINARY), "audio/mp4": schemas.BINARY},
    },
    204: {"description": "Not yet"},
    **_ERRORS,
}

router = APIRouter(prefix="/v1/jobs", tags=["jobs"], dependencies=[Depends(limit_light_rate)])


@router.get("/{job}/segments/{number}", response_class=Response, responses=_PIECE)
async def segment(
    request: Request,
    job: str,
    number: int,
    format: Annotated[str, Query(json_schema_extra={"enum": list(_PIECES)})] = "fmp4",
) -> Response:
    """One stretch: FLAC in fragmented MP4, its times from 0, or a file; waits for one that is being made."""
    check_choice("format", format, _PIECES)
    jobs, owner = jobs_of(request), owner_of(request)
    config = service_of(request).config

    def read() -> bytes | str:
        """The sound, or the state of a job that does not have it."""
        found = jobs.get(owner, job)
        pcm = jobs.pcm(owner, job, number) if number >= 0 else None
        return found.state if pcm is None else encoded(pcm, found.sample_rate, format, config)

    until = time.monotonic() + _WAIT_S
    async with changes(jobs, job) as changed:
        while True:
            changed.clear()
            read_now = await in_thread(request, read)
            if isinstance(read_now, bytes):
                kind = FRAGMENT_TYPE if format == "fmp4" else schemas.AUDIO_TYPES[format]
                return Response(read_now, media_type=kind, headers={"Cache-Control": "private, max-age=3600"})
            if read_now == "done" or number < 0:
                raise StudioError("not_found")  # it will never be; what was stopped or failed can be gone on with
            left_s = until - time.monotonic()
            if read_now not in UNDER_WAY or left_s <= 0:
                return Response(status_code=204, headers={"Cache-Control": "no-store"})
            try:
                await asyncio.wait_for(changed.wait(), left_s)
            except TimeoutError:
                continue


@router.get("/{job}/segments/{number}/reading", responses=_ERRORS)
async def reading(request: Request, job: str, number: int) -> ReadingAnswer:
    """How a segment that is done is read, word for word: pinyin with tone marks, the letters of the IPA for English.

    404 where it is not done, or nothing is said in it.
    """
    jobs, owner = jobs_of(request), owner_of(request)
    found = await in_thread(request, lambda: jobs.subtitle(owner, job, number))
    if found is None:
        raise StudioError("not_found")
    words: list[ReadWord] = []
    at = 0
    for word in (word for line in found.lines for word in line.words):
        # Between two lines the space is left out.
        shown = " " + word.shown if found.text.startswith(" ", at) else word.shown
        words.append(ReadWord(text=shown, reading=word.reading))
        at += len(shown)
    return ReadingAnswer(text=found.text, reading=found.reading, words=words)


_STREAMS: Final = ("mp3", "wav", "opus", "pcm")
_STREAM_TYPES: Final = tuple(schemas.AUDIO_TYPES[form] for form in _STREAMS)
_STREAM: Final[Responses] = {
    200: {"description": "The sound, as it grows", "content": dict.fromkeys(_STREAM_TYPES, schemas.BINARY)},
    **_ERRORS,
}


@router.get("/{job}/stream", response_class=Response, responses=_STREAM)
async def stream(
    request: Request,
    job: str,
    format: Annotated[str, Query(json_schema_extra={"enum": list(_STREAMS)})] = "mp3",
) -> Response:
    """The sound from its beginning, and on as it is made; for players that cannot put stretches together.

    Where the job is stopped, fails or is deleted, the answer breaks off: it has its end only where all was spoken.
    """
    check_choice("format", format, _STREAMS)
    jobs, owner = jobs_of(request), owner_of(request)
    chunks = _growing(request, jobs, owner, job, format)
    return StreamingResponse(
        joined(await anext(chunks), chunks),  # what is not there gets a status of its own
        media_type=schemas.AUDIO_TYPES[format],
        headers={"Cache-Control": "no-store"},
    )


async def _growing(request: Request, jobs: Jobs, owner: str, name: str, form: str) -> AsyncIterator[bytes]:
    from indextts.works.sounds.pcm import floats

    config = service_of(request).config
    found = await in_thread(request, lambda: jobs.get(owner, name))
    label = sound.label_text(config.label, [found.id])
    encoder = sound.StreamEncoder(found.sample_rate, form, config.audio.resampler, label=label)
    number = 0

    def more() -> tuple[bool, bytes]:
        """Whether there was another stretch, and what it adds."""
        pcm = jobs.pcm(owner, name, number)
        return pcm is not None, b"" if pcm is None else encoder.feed(floats(pcm))

    async with changes(jobs, name) as changed:
        yield b""  # from here on what goes wrong breaks the answer off
        while True:
            changed.clear()
            # The state first: what came in between is heard before the end.
            state = (await in_thread(request, lambda: jobs.get(owner, name))).state
            there, data = await in_thread(request, more)
            number += there
            if data:
                yield data
            if not there:
                if state == "done":
                    break
                if state not in UNDER_WAY:
                    raise BrokenStreamError(f"the job is {state}")
                await changed.wait()
    if rest := await in_thread(request, encoder.finish):
        yield rest


_FILE_TYPES: Final = {
    **schemas.AUDIO_TYPES,
    **schemas.SUBTITLE_TYPES,
    "apkg": schemas.ANKI_TYPE,
}
_BOOK_TYPES: Final = {
    **{name: kind for name, kind in _FILE_TYPES.items() if name not in ("json", "pcm")},
    "m4b": "audio/mp4",
    "m4a": "audio/mp4",
    "zip": "application/zip",
    "epub": "application/epub+zip",
}
_RESULTS: Final = {**_FILE_TYPES, **_BOOK_TYPES}
_FILE: Final[Responses] = {
    200: {
        "description": "The file",
        "content": {
            kind: {} if kind in schemas.SUBTITLE_TYPES.values() else schemas.BINARY for kind in _RESULTS.values()
        },
    },
    **STORED,
    **_ERRORS,
}


@router.get("/{job}/result", response_class=Response, responses=_FILE)
async def result(
    request: Request,
    job: str,
    format: Annotated[str | None, Query(json_schema_extra={"enum": list(_RESULTS)})] = None,
    words: bool = False,
    chapter: Annotated[int | None, Query(ge=1, description="Of a book: this chapter alone.")] = None,
) -> Response:
    """The whole as a file, or subtitles, or the spoken plan (`json`); of what was stopped or failed, what is done.

    `apkg` is a deck for Anki: each sentence with its sound and its reading, and each chapter a deck inside the book's.
    Unless asked otherwise, it is in the job's own `format`; `m4b`, `m4a` and `zip` are for books, which have no `json`
    and no `pcm`. A file of a book that is not there yet is put together meanwhile: 409 `book_binding`. Byte ranges
    work for sound. ``words`` asks for each word's time in ``vtt`` and ``lrc``. ``X-Warnings`` has ``mixed_rights``
    where its book or project is for commercial use and it is not.
    """
    works, jobs, owner = works_of(request), jobs_of(request), owner_of(request)

    def work() -> Response:
        found = jobs.get(owner, job)
        title = _file_title(found.title, whole=found.kind == "book") or job
        form = format or found.format
        check_choice("format", form, tuple(_BOOK_TYPES if found.kind == "book" else _FILE_TYPES))
        name = f"{title}.{form}"
        codes = ", ".join(one.code for one in works.result_warnings(owner, found))
        warned = {"X-Warnings": codes} if codes else {}
        if found.kind == "book":
            name = name if chapter is None else f"{title} {chapter}.{form}"
            path = jobs.file(owner, job, form, chapter)
            headers = {**_same(path), **warned}
            return StoredFile(path, media_type=_BOOK_TYPES[form], filename=name, headers=headers)
        if form in schemas.AUDIO_TYPES or form == "apkg":
            path = jobs.file(owner, job, form)
            headers = {**_same(path), **warned}
            return StoredFile(path, media_type=_FILE_TYPES[form], filename=name, headers=headers)
        text = jobs.plan_json(owner, job).decode()
        if form != "json":
            text = sound.Subtitles.of(Utterance.from_json(text)).render(form, words=words)
        return attachment(text, _FILE_TYPES[form], f"speech.{form}", name)

    return await in_thread(request, work)


def _file_title(title: str, *, whole: bool) -> str:
    """What a file is called: a book's title, or the first clause of a text."""
    if not whole:
        ends = (mark.start() for mark in _MARK.finditer(title))
        title = title[: next((end for end in ends if end >= _CLAUSE and len(_DATE.sub("", title[:end])) > 2), None)]
    plain = " ".join(re.sub(r"[^\w .,-]+", " ", title).split())
    cut = plain[:_NAME]
    if len(plain) > _NAME and " " in cut and plain[_NAME].isascii():
        cut = cut.rsplit(" ", 1)[0]
    return cut.strip(" .,-")


def _same(path: Path) -> dict[str, str]:
    """Its name is a hash of what it is made of. Its time is that of its last use: a download goes on all the same."""
    return {**_KEPT, "ETag": f'"{path.name}"'}
