"""ElevenLabs' calls for speech, so that its clients work here: ``ElevenLabs(base_url="http://…/elevenlabs")``."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import caller_language
from indextts.model.settings import AUTO_ENGINE
from indextts.model.utterance import Settings
from indextts.plan.request import SpeechRequest
from indextts.server.calls import in_thread, limit_rate, service_of
from indextts.server.doors.common import check_open, known_voice, natural_speed
from indextts.server.errors import ERRORS, error_body, error_response
from indextts.server.parsing import NOT_TEXT, invalid, number_of, read_json, restricted
from indextts.server.schemas import OPENAI_TYPES
from indextts.server.streamed import HeardSpeech, chunks_of, speech_answer, warning_headers

PREFIX: Final = "/elevenlabs"
_FORMATS: Final = ("mp3", "opus", "pcm", "wav")
_RATES: Final = (8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_USUAL: Final = "mp3_44100_128"
_FIELDS: Final = ("text", "model_id", "voice_settings", "seed", "commercial")
"""Those of a body that are used."""

router = APIRouter(tags=["elevenlabs"], responses=ERRORS, dependencies=[Depends(limit_rate)], include_in_schema=False)


@router.post("/v1/text-to-speech/{voice}")
@router.post("/v1/text-to-speech/{voice}/stream")
@router.post(PREFIX + "/v1/text-to-speech/{voice}")
@router.post(PREFIX + "/v1/text-to-speech/{voice}/stream")
async def speech(request: Request, voice: str) -> Response:
    """Speak ``text``; the audio comes in chunks as it is made."""
    told: dict[str, str] = {}
    audio_format, rate = _format(request)
    wanted = await _wanted(request, voice, told)
    headers = warning_headers(request, told)
    return await speech_answer(request, wanted, audio_format, OPENAI_TYPES[audio_format], rate=rate, headers=headers)


@router.post("/v1/text-to-speech/{voice}/with-timestamps")
@router.post(PREFIX + "/v1/text-to-speech/{voice}/with-timestamps")
async def timed(request: Request, voice: str) -> Response:
    """The same as JSON, with the time of each character."""
    told: dict[str, str] = {}
    pieces = [piece async for piece in await _pieces(request, voice, told)]
    audio = b"".join(sound for sound, _ in pieces)
    words = [word for _, found in pieces for word in found]
    text = (await read_json(request))["text"]
    return JSONResponse(_timed(audio, _alignment(text, words)), headers=warning_headers(request, told))


@router.post("/v1/text-to-speech/{voice}/stream/with-timestamps")
@router.post(PREFIX + "/v1/text-to-speech/{voice}/stream/with-timestamps")
async def timed_stream(request: Request, voice: str) -> Response:
    """The same as it is made: a line of JSON for each piece."""
    told: dict[str, str] = {}
    pieces = await _pieces(request, voice, told)
    first: tuple[bytes, list[dict[str, Any]]] = await anext(pieces, (b"", []))
    rest, now = (await read_json(request))["text"], 0.0

    def line(sound: bytes, words: list[dict[str, Any]], *, is_last: bool = False) -> bytes:
        nonlocal rest, now
        to = len(rest) if is_last else _reach(rest, words)
        alignment = _alignment(rest[:to], words, now) if to else None
        rest, now = rest[to:], float(words[-1]["end_time"]) if words else now
        return json.dumps(_timed(sound, alignment), ensure_ascii=False).encode() + b"\n"

    async def lines() -> AsyncIterator[bytes]:
        yield line(*first)
        try:
            async for piece in pieces:
                yield line(*piece)
            if rest:  # what belongs to no word: the pieces together are the text as it was sent
                yield line(b"", [], is_last=True)
        except StudioError as error:
            yield json.dumps(error_body(request.scope, error), ensure_ascii=False).encode() + b"\n"

    headers = {"Cache-Control": "no-store", **warning_headers(request, told)}
    return StreamingResponse(lines(), media_type="application/json", headers=headers)


@router.get("/v2/voices")
@router.get(PREFIX + "/v1/voices")
@router.get(PREFIX + "/v2/voices")
async def voices(
    request: Request,
    search: str = "",
    page_size: Annotated[int | None, Query(ge=1, le=100)] = None,
    next_page_token: Annotated[str, Query(pattern="^[0-9]{0,9}$")] = "",
) -> dict[str, Any]:
    """The voices in ElevenLabs' form: those in which ``search`` is found, all of them or a page."""
    check_open(request, "elevenlabs")
    found = [one for one in await _listed(request) if search.lower() in json.dumps(one, ensure_ascii=False).lower()]
    begin = int(next_page_token or 0)
    end = len(found) if page_size is None else begin + page_size
    more = end < len(found)
    told = {"has_more": more, "total_count": len(found), "next_page_token": str(end) if more else None}
    return {"voices": found[begin:end], **told}


@router.get(PREFIX + "/v1/voices/{voice}", response_model=None)
async def voice(request: Request, voice: str) -> dict[str, Any] | Response:
    """One of them."""
    check_open(request, "elevenlabs")
    for one in await _listed(request):
        if one["voice_id"] == voice:
            return one
    return error_response(request.scope, StudioError("voice_gone", voice=printable(voice)), status=404)


async def _listed(request: Request) -> list[dict[str, Any]]:
    chinese = caller_language(request.headers) == "zh"
    return [
        {
            "voice_id": voice.id,
            "name": voice.name_zh if chinese else voice.name_en,
            "category": "premade",
            "description": voice.about_zh if chinese else voice.about_en,
            "labels": {"engine": voice.engine, "language": ", ".join(voice.languages), "licence": voice.licence},
            "settings": None,
            "preview_url": None,
        }
        for voice in await in_thread(request, service_of(request).voices)
    ]


@router.get(PREFIX + "/v1/models")
async def models(request: Request) -> list[dict[str, Any]]:
    """The engines that are installed, in ElevenLabs' form."""
    check_open(request, "elevenlabs")
    languages = [{"language_id": "zh", "name": "Chinese"}, {"language_id": "en", "name": "English"}]
    return [
        {"model_id": name, "name": name, "can_do_text_to_speech": True, "languages": languages}
        for name in await in_thread(request, service_of(request).installed)
    ]


def _format(request: Request) -> tuple[str, int]:
    """Format and rate of ``output_format``, such as ``mp3_44100_128`` or ``pcm_16000``; the bit rate is our own."""
    given = request.query_params.get("output_format", _USUAL)
    name, _, rest = given.partition("_")
    rate = rest.partition("_")[0]
    if name not in _FORMATS or rate not in map(str, _RATES):
        forms = ", ".join(f"{one}_RATE" for one in _FORMATS)
        raise invalid("output_format", f"it should be one of {forms}.", f"可选 {forms}。")
    return name, int(rate)


async def _wanted(request: Request, voice: str, told: dict[str, str]) -> SpeechRequest:
    check_open(request, "elevenlabs")
    body = await read_json(request)
    text, settings = body.get("text", ""), body.get("voice_settings") or {}
    if not isinstance(text, str):
        raise invalid("text", *NOT_TEXT)
    if not isinstance(settings, dict):
        told["voice_settings"], settings = "voice_settings was not used: it is no object", {}
    left = [name for name in body if body[name] is not None and name not in _FIELDS]
    left += [f"voice_settings {name}" for name in settings if settings[name] is not None and name != "speed"]
    if left:
        told["fields"] = f"{printable(', '.join(left), 200)}: not known here, left out"
    speed, seed = settings.get("speed"), body.get("seed")
    speed = number_of("speed", 1.0 if speed is None else speed)
    known = await in_thread(request, lambda: known_voice(request, voice, told))
    factor = natural_speed(speed, told)
    model = body.get("model_id")
    is_engine = known == "default" and model in await in_thread(request, service_of(request).installed)
    wanted = Settings(str(model) if is_engine else AUTO_ENGINE, known, speed=factor)
    if isinstance(seed, int) and not isinstance(seed, bool) and 0 <= seed < 2**31:
        wanted = replace(wanted, seed=seed)
    elif seed is not None:
        told["seed"] = f'seed "{printable(seed, 60)}" cannot be used: left out'
    return restricted(request, SpeechRequest(text, wanted), body)


async def _pieces(
    request: Request, voice: str, told: dict[str, str]
) -> AsyncIterator[tuple[bytes, list[dict[str, Any]]]]:
    """Sound with the words that are heard in it; what is wrong with the request raises here."""
    audio_format, rate = _format(request)
    wanted = await _wanted(request, voice, told)
    heard = HeardSpeech()
    chunks = chunks_of(request, wanted, audio_format, heard, timed=True, rate=rate)

    async def pieces() -> AsyncIterator[tuple[bytes, list[dict[str, Any]]]]:
        async for chunk in chunks:
            yield chunk, heard.words()

    return pieces()


def _reach(text: str, words: list[dict[str, Any]]) -> int:
    """Where in ``text`` the last of these words ends, with the marks after it; 0 where it has none of them."""
    to = 0
    for name in (str(word["word"]) for word in words):
        if name and (found := text.find(name, to)) >= 0:
            to = found + len(name)
    while 0 < to < len(text) and not text[to].isalnum():
        to += 1
    return to


def _timed(sound: bytes, alignment: dict[str, Any] | None) -> dict[str, Any]:
    encoded = base64.b64encode(sound).decode("ascii")
    return {"audio_base64": encoded, "alignment": alignment, "normalized_alignment": alignment}


def _alignment(text: str, words: list[dict[str, Any]], now: float = 0.0) -> dict[str, Any]:
    """When each character of ``text``, which begins ``now``, is heard: a word's share its time, those between words
    have what lies between.
    """
    begins, ends = [0.0] * len(text), [0.0] * len(text)
    at = 0
    for word in words:
        name, start, end = str(word["word"]), float(word["start_time"]), float(word["end_time"])
        found = text.find(name, at)
        if found < 0 or not name:
            continue
        for place in range(at, found):
            begins[place], ends[place] = now, start
        each = (end - start) / len(name)
        for number, place in enumerate(range(found, found + len(name))):
            begins[place], ends[place] = round(start + number * each, 4), round(start + (number + 1) * each, 4)
        at, now = found + len(name), end
    for place in range(at, len(text)):
        begins[place] = ends[place] = now
    return {
        "characters": list(text),
        "character_start_times_seconds": begins,
        "character_end_times_seconds": ends,
    }
