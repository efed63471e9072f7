"""Azure's REST calls for speech: SSML in, sound out, and the list of voices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from indextts.model.errors import StudioError, printable
from indextts.model.settings import AUTO_ENGINE
from indextts.model.utterance import Settings
from indextts.plan.request import SpeechRequest
from indextts.server.calls import in_thread, limit_rate, service_of
from indextts.server.doors.azure_ssml import AzureText, read_ssml
from indextts.server.doors.common import check_open
from indextts.server.errors import ERRORS
from indextts.server.parsing import content_type, invalid
from indextts.server.schemas import OPENAI_TYPES
from indextts.server.shown_key import shown_key
from indextts.server.streamed import speech_answer, warning_headers
from indextts.voices.mixture import check_voice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indextts.engines.base import Voice

_USUAL: Final = "audio-24khz-48kbitrate-mono-mp3"
_FORMATS: Final = (
    (re.compile(r"riff-(\d{1,5})(k?hz)-16bit-mono-pcm"), "wav"),
    (re.compile(r"raw-(\d{1,5})(k?hz)-16bit-mono-pcm"), "pcm"),
    (re.compile(r"audio-(\d{1,5})(k?hz)-\d+kbitrate-mono-mp3"), "mp3"),
    (re.compile(r"ogg-(\d{1,5})(k?hz)-16bit-mono-opus"), "opus"),
)
_RATES: Final = (8_000, 16_000, 22_050, 24_000, 44_100, 48_000)
_STYLES: Final = ("cheerful", "angry", "sad", "fearful", "disgruntled", "depressed", "surprised", "calm", "gentle")
_LOCALES: Final = {"zh": "zh-CN", "en": "en-US"}
_GENDERS: Final = {"women": "Female", "men": "Male"}
_NAME: Final = re.compile(r"[a-z]{2,3}-[a-z0-9-]+-([a-z]+?)(?:multilingual)?(?:neural)?(?:v\d)?", re.IGNORECASE)
_SSML: Final = ("application/ssml+xml", "text/xml", "application/xml", "text/plain", "")

router = APIRouter(tags=["azure"], responses=ERRORS, dependencies=[Depends(limit_rate)], include_in_schema=False)


@router.post("/sts/v1.0/issueToken")
@router.post("/sts/v1.0/issuetoken")
async def token(request: Request) -> PlainTextResponse:
    """The key itself: it is shown with each call, as a token is."""
    check_open(request, "azure")
    return PlainTextResponse(
        shown_key(request.scope, request.url.path) or "none", headers={"Cache-Control": "no-store"}
    )


@router.get("/cognitiveservices/voices/list")
async def voices(request: Request) -> list[dict[str, Any]]:
    """The voices in Azure's form, by their ids."""
    check_open(request, "azure")
    return [
        {
            "Name": voice.id,
            "DisplayName": voice.name_en,
            "LocalName": voice.name_zh,
            "ShortName": voice.id,
            "Gender": _GENDERS.get(voice.group, "Neutral"),
            "Locale": _LOCALES.get(voice.languages[0], voice.languages[0]),
            "SecondaryLocaleList": [_LOCALES.get(one, one) for one in voice.languages[1:]],
            "StyleList": list(_STYLES),
            "SampleRateHertz": "24000",
            "VoiceType": "Neural",
            "Status": "GA",
        }
        for voice in await in_thread(request, service_of(request).voices)
    ]


@router.post("/cognitiveservices/v1")
async def speech(request: Request) -> Response:
    """Speak a document."""
    check_open(request, "azure")
    if content_type(request) not in _SSML:
        raise StudioError("wrong_type", expected="application/ssml+xml", received=printable(content_type(request)))
    audio_format, rate = _format(request.headers.get("x-microsoft-outputformat", _USUAL))
    document = await request.body()
    told: dict[str, str] = {}
    wanted = await in_thread(request, lambda: _wanted(request, document, told))
    headers = warning_headers(request, told)
    return await speech_answer(request, wanted, audio_format, OPENAI_TYPES[audio_format], rate=rate, headers=headers)


def _format(name: str) -> tuple[str, int]:
    for pattern, audio_format in _FORMATS:
        found = pattern.fullmatch(name.strip().lower())
        if found is not None:
            rate = int(found[1]) * (1000 if found[2] == "khz" else 1)
            if rate in _RATES:
                return audio_format, rate
    reason = ("it should be 16 bit mono PCM, MP3 or Ogg Opus.", "可选 16 位单声道 PCM、MP3 或 Ogg Opus。")
    raise invalid("X-Microsoft-OutputFormat", *reason)


def _wanted(request: Request, document: bytes, told: dict[str, str]) -> SpeechRequest:
    voices = service_of(request).voices()
    unknown: list[str] = []

    def voice_of(name: str) -> str:
        found = _same_name(name, voices)
        if not found and name:
            unknown.append(name)
        return found

    read: AzureText = read_ssml(document, voice_of)
    if unknown:
        named = printable(", ".join(dict.fromkeys(unknown)), 120)
        told["voice"] = f'voice "{named}" is not here: spoken by the default voice'
    if read.left_out:
        told["ssml"] = f"not used: {printable(', '.join(read.left_out), 200)}"
    if read.changed:
        told["values"] = f"the nearest was taken: {printable(', '.join(read.changed), 200)}"
    return SpeechRequest(read.text, Settings(AUTO_ENGINE, "default"))


def _same_name(name: str, voices: Sequence[Voice]) -> str:
    """A voice by its id, or one that is called as Azure's: ``zh-CN-YunxiNeural`` is ``zm_yunxi``; empty for none."""
    try:
        return check_voice(name, ("default", *(one.id for one in voices))) if name else ""
    except StudioError:
        found = _NAME.fullmatch(name.strip())
        called = "" if found is None else f"_{found[1].lower()}"
        return next((one.id for one in voices if called and one.id.lower().endswith(called)), "")
