"""GPT-SoVITS' calls, so that programs that speak through it speak through the studio."""

from __future__ import annotations

from contextlib import suppress
from pathlib import PurePath
from typing import Any, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from indextts.model.settings import AUTO_ENGINE
from indextts.model.utterance import Settings
from indextts.plan.request import SpeechRequest
from indextts.server.calls import in_thread, limit_rate
from indextts.server.doors.common import check_open, known_voice, natural_speed
from indextts.server.errors import ERRORS
from indextts.server.parsing import NOT_TEXT, invalid, number_of, read_json, restricted
from indextts.server.schemas import OPENAI_TYPES
from indextts.server.streamed import speech_answer, warning_headers

PREFIX: Final = "/gpt-sovits"
PREFIXES: Final = (PREFIX, "/tts")
"""Where the addresses of these calls begin."""
_FORMATS: Final = {"wav": "wav", "raw": "pcm", "ogg": "opus", "aac": "aac", "mp3": "mp3"}
_SPEED: Final = ("speed_factor", "speed")

router = APIRouter(tags=["gpt-sovits"], responses=ERRORS, dependencies=[Depends(limit_rate)], include_in_schema=False)


@router.get("/tts")
@router.get(PREFIX + "/tts")
@router.post(PREFIX + "/tts")
@router.get(PREFIX)
@router.post(PREFIX)
@router.get(PREFIX + "/")
@router.post(PREFIX + "/")
async def speech(request: Request) -> Response:
    """Speak ``text`` with ``voice``, or with the voice that the reference recording's file is named after."""
    check_open(request, "gpt_sovits")
    fields = dict(request.query_params) if request.method == "GET" else await read_json(request)
    told: dict[str, str] = {}
    audio_format = _FORMATS.get(str(fields.get("media_type") or "wav"))
    if audio_format is None:
        known = ", ".join(_FORMATS)
        raise invalid("media_type", f"it should be one of {known}.", f"可选 {known}。")
    text = fields.get("text") or ""
    if not isinstance(text, str):
        raise invalid("text", *NOT_TEXT)
    speed = natural_speed(_speed(fields), told)
    voice = await in_thread(request, lambda: known_voice(request, _voice(fields), told))
    wanted = restricted(request, SpeechRequest(text, Settings(AUTO_ENGINE, voice, speed=speed)), fields)
    headers = warning_headers(request, told)
    return await speech_answer(request, wanted, audio_format, OPENAI_TYPES[audio_format], headers=headers)


@router.get("/set_gpt_weights")
@router.get("/set_sovits_weights")
@router.get("/set_refer_audio")
@router.get(PREFIX + "/set_gpt_weights")
@router.get(PREFIX + "/set_sovits_weights")
@router.get(PREFIX + "/set_refer_audio")
async def chosen(request: Request) -> dict[str, str]:
    """What programs ask before they speak. Weights and recordings are chosen by the voice here, so nothing changes."""
    check_open(request, "gpt_sovits")
    return {"message": "success", "note": "nothing was changed: the voice is chosen by the field voice"}


def _voice(fields: dict[str, Any]) -> str:
    """The name of the voice: a field of its own, else the reference's file name without its ending."""
    given = fields.get("voice") or fields.get("speaker")
    reference = fields.get("ref_audio_path") or fields.get("refer_wav_path") or ""
    return str(given or PurePath(str(reference).replace("\\", "/")).stem)


def _speed(fields: dict[str, Any]) -> float:
    given = next((fields[name] for name in _SPEED if fields.get(name) not in (None, "")), 1.0)
    with suppress(ValueError):  # in a query it is text
        given = float(given) if isinstance(given, str) else given
    return number_of("speed_factor", given)
