"""Legado (阅读): an address that reads a paragraph aloud, and the description of it that the app imports."""

from __future__ import annotations

import json
import time
import zlib
from dataclasses import replace
from secrets import token_hex
from typing import Annotated, Final, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from indextts.model.errors import StudioError
from indextts.model.fields import TEXT, Given, OneLine, absent
from indextts.model.i18n.messages import Bilingual, caller_language
from indextts.model.settings import AUTO_ENGINE
from indextts.model.utterance import Settings
from indextts.plan.request import SpeechRequest
from indextts.platform import importing
from indextts.server.calls import in_thread, limit_rate, service_of, works_of
from indextts.server.doors.common import SPEEDS, check_open, known_voice, natural_speed
from indextts.server.doors.phones import BoundWork, qr_code, reachable
from indextts.server.errors import ERRORS, NOT_FOUND, ErrorBody, Responses
from indextts.server.parsing import read_model
from indextts.server.routes.system import MANAGED
from indextts.server.schemas import BINARY, OPENAI_TYPES, body_of
from indextts.server.shown_key import shown_key
from indextts.server.streamed import PAUSE_S, speech_answer, warning_headers
from indextts.service.caller import caller_in
from indextts.service.owner import owner_of
from indextts.voices.mixture import check_voice

SPEAK: Final = "/v1/legado"
SOURCE: Final = "/v1/legado/source"
NORMAL: Final = 10.0
"""What Legado sends as the speed that a person calls normal; its slider goes from 5 to 50."""
KEY: Final = "legado"
"""How the keys of phones are named, with a mark that no other ever had: none inherits what was a voided one's."""
SoundFormat = Literal["mp3", "wav", "flac", "opus", "aac", "pcm"]
_AUDIO: Final[Responses] = {
    200: {"description": "Audio, chunked", "content": dict.fromkeys(OPENAI_TYPES.values(), BINARY)}
}

encoding = importing.lazy("indextts.sound.encode")
router = APIRouter(tags=["legado"], responses={**ERRORS, 404: NOT_FOUND})


class PhoneWish(Given):
    """What a phone's code is to carry."""

    voice: Annotated[str, OneLine(200)] = absent
    """The voice that reads; the default one where none is given."""
    book: Annotated[str, OneLine(100)] = absent
    """The book whose characters speak, by its id …"""
    project: Annotated[str, OneLine(100)] = absent
    """… or the project whose speakers do."""


class PhoneAnswer(BaseModel):
    """A code for a phone. It is shown once: the key in it is kept nowhere."""

    key: str
    """Name of the new key, by which it is removed."""
    address: str
    """Of the studio, as the phone reaches it."""
    source: str
    """What Legado imports from, with the key."""
    link: str
    """The same as a link that opens Legado; it is what the code says."""
    svg: str
    """The code."""


@router.get(SPEAK, response_class=Response, responses=_AUDIO, dependencies=[Depends(limit_rate)])
async def read_aloud(
    request: Request,
    text: Annotated[str, Query(pattern=TEXT)],
    speed: Annotated[float, Query(description="5 to 50; 10 is normal.")] = NORMAL,
    voice: str = "default",
    format: Annotated[SoundFormat, Query(description="As in `/v1/audio/speech`.")] = "mp3",
) -> Response:
    """Speak a paragraph: MP3 that begins at once. What has no words is a short silence, so that reading goes on."""
    check_open(request, "legado")
    told: dict[str, str] = {}
    factor = natural_speed(speed / NORMAL, told)
    try:
        wanted, following = await in_thread(request, lambda: _request(request, text, voice, factor, told))
        bound = _bound(request) is not None
        keeps = works_of(request).keep if bound else None
        answer = await speech_answer(request, wanted, format, OPENAI_TYPES[format], sent=keeps)
    except StudioError as error:
        if error.code not in ("text_empty", "text_unspeakable"):
            raise
        return Response(await in_thread(request, lambda: _silence(format)), media_type=OPENAI_TYPES[format])
    request.app.state.phones.prepare(following)  # this paragraph is heard by now: none of them delays it
    answer.headers.update(warning_headers(request, told))
    return answer


@router.get(SOURCE, response_model=None, dependencies=[Depends(limit_rate)])
async def source(request: Request, voice: str = "default") -> JSONResponse:
    """The description that Legado imports: where to ask, and with which key."""
    check_open(request, "legado")
    base = str(request.base_url).rstrip("/")
    key = shown_key(request.scope, request.url.path)
    name = await in_thread(request, lambda: _name(request, voice))
    # Legado puts the paragraph, encoded, and the speed in the place of the braces.
    query = f"text={{{{java.encodeURI(speakText)}}}}&speed={{{{speakSpeed}}}}&voice={quote(voice)}"
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return JSONResponse(
        {
            "id": zlib.crc32(f"{base} {name}".encode()),
            "name": name,
            "url": f"{base}{SPEAK}?{query}",
            "contentType": "audio/.*",
            "concurrentRate": "0",
            "header": json.dumps(headers) if headers else "",
            "lastUpdateTime": int(1000 * time.time()),
        },
        headers={"Cache-Control": "no-store"},
    )


@router.post(
    "/v1/system/phone",
    openapi_extra=body_of(PhoneWish),
    responses={409: {"model": ErrorBody, "description": "No phone can reach this server"}},
    dependencies=[*MANAGED, Depends(limit_rate)],
)
async def phone(request: Request) -> PhoneAnswer:
    """A QR code that lets Legado on a phone in the same network read with one voice, or with the characters
    of a book or a project.

    It carries a new key, which `python -m indextts keys remove` voids.
    """
    check_open(request, "legado")
    given = (await read_model(request, PhoneWish)).given()
    work = BoundWork(owner=owner_of(request), book=given.get("book") or "", project=given.get("project") or "")
    return await in_thread(request, lambda: _code(request, given.get("voice") or "default", work))


def _code(request: Request, voice: str, work: BoundWork) -> PhoneAnswer:
    service = service_of(request)
    check_voice(voice, ("default", *(one.id for one in service.voices())))
    if work.book and work.project:
        reason = Bilingual("the characters of a book or of a project speak, not of both.", "只能选书或项目中的一个。")
        raise StudioError("invalid_value", field="project", reason=reason)
    _title(request, work)
    server = request.app.state.config.server
    there = reachable(server.host, request.url.hostname or "", request.url.port or server.port)
    address = str(request.base_url.replace(netloc=there) if there else request.base_url).rstrip("/")
    key, secret = service.keys.add(f"{KEY}-{token_hex(4)}")
    if work.book or work.project:
        request.app.state.phones.bind(key.name, work)
    imported = f"{address}{SOURCE}?{urlencode({'voice': voice, 'key': secret})}"
    link = f"legado://import/httpTTS?{urlencode({'src': imported})}"
    return PhoneAnswer(key=key.name, address=address, source=imported, link=link, svg=qr_code(link))


def _request(
    request: Request, text: str, voice: str, factor: float, told: dict[str, str]
) -> tuple[SpeechRequest, list[SpeechRequest]]:
    """What is to be spoken, by a voice or by the characters of the key's book or project; and what follows there."""
    phones, bound = request.app.state.phones, _bound(request)
    if bound is None:
        voice = known_voice(request, voice, told)
        return SpeechRequest(text, Settings(AUTO_ENGINE, voice, speed=factor), {}, literal=True), []
    works, before = works_of(request), phones.before(caller_in(request.scope).name, text)
    works.remember()
    if bound.project:
        wanted, following = works.project_passages.request(bound.owner, bound.project, text, before)
    else:
        wanted, following = works.passages.request(bound.owner, bound.book, text, before)
    return _faster(wanted, factor), [_faster(one, factor) for one in following]


def _faster(request: SpeechRequest, factor: float) -> SpeechRequest:
    speed = min(max(request.settings.speed * factor, SPEEDS[0]), SPEEDS[1])
    return replace(request, settings=replace(request.settings, speed=speed))


def _name(request: Request, voice: str) -> str:
    """What the app shows of it: the voice, or the book or project."""
    bound = _bound(request)
    if bound is not None and (title := _title(request, bound)):
        return f"IndexTTS · {title}"
    chinese = caller_language(request.headers) == "zh"
    known = {one.id: one.name_zh if chinese else one.name_en for one in service_of(request).voices()}
    return f"IndexTTS · {known[voice]}" if voice in known else "IndexTTS Studio"


def _bound(request: Request) -> BoundWork | None:
    """The work whose characters speak for the caller's key."""
    found: BoundWork | None = request.app.state.phones.work_of(caller_in(request.scope).name)
    return found


def _title(request: Request, work: BoundWork) -> str:
    """Its title; empty where nobody has named it. Raises :class:`StudioError` ``no_book`` and ``no_project``."""
    if work.project:
        return works_of(request).projects.get(work.owner, work.project).title
    return works_of(request).books.get(work.owner, work.book).title if work.book else ""


def _silence(audio_format: str) -> bytes:
    return bytes(encoding.silence(PAUSE_S, audio_format))
