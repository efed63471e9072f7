"""VOICEVOX' calls: the query of a text, which a client may change, and its sound.

A query has the sentence as one phrase of accents, whose moras are its characters, and the text itself as ``kana``,
which clients pass on unchanged. Its scales of speed, pitch and volume are our speed, pitch and loudness.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from indextts import __version__
from indextts.model.errors import invalid
from indextts.model.settings import AUTO_ENGINE, SETTINGS
from indextts.model.utterance import Settings
from indextts.plan.request import SpeechRequest
from indextts.server.calls import in_thread, limit_rate, service_of
from indextts.server.doors.common import check_open, natural_speed
from indextts.server.errors import ERRORS
from indextts.server.parsing import number_of, rate_of, read_json
from indextts.server.streamed import speech_answer, warning_headers

if TYPE_CHECKING:
    from indextts.engines.base import Voice

PREFIX: Final = "/voicevox"
_RATES: Final = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
_OCTAVE: Final = 12.0
_QUIET_DB: Final = -40.0

router = APIRouter(tags=["voicevox"], responses=ERRORS, dependencies=[Depends(limit_rate)], include_in_schema=False)


@router.get("/version")
@router.get(PREFIX + "/version")
async def version(request: Request) -> str:
    """This server's own."""
    check_open(request, "voicevox")
    return __version__


@router.get("/core_versions")
@router.get(PREFIX + "/core_versions")
async def core_versions(request: Request) -> list[str]:
    """The same, as a list."""
    check_open(request, "voicevox")
    return [__version__]


@router.get("/speakers")
@router.get(PREFIX + "/speakers")
async def speakers(request: Request) -> list[dict[str, Any]]:
    """The voices, each with a number that stays the same."""
    check_open(request, "voicevox")
    return [
        {
            "name": voice.name_zh,
            "speaker_uuid": f"00000000-0000-0000-0000-{_number(voice.id):012x}",
            "styles": [{"name": "ノーマル", "id": _number(voice.id), "type": "talk"}],
            "version": __version__,
            "supported_features": {"permitted_synthesis_morphing": "NOTHING"},
        }
        for voice in await in_thread(request, service_of(request).voices)
    ]


@router.get("/is_initialized_speaker")
@router.get(PREFIX + "/is_initialized_speaker")
async def is_ready(request: Request) -> bool:
    """Whether a voice is loaded: all are."""
    check_open(request, "voicevox")
    return True


@router.post("/initialize_speaker", status_code=204)
@router.post(PREFIX + "/initialize_speaker", status_code=204)
async def get_ready(request: Request) -> None:
    """Nothing is left to do."""
    check_open(request, "voicevox")


@router.post("/audio_query")
@router.post(PREFIX + "/audio_query")
async def audio_query(request: Request, text: str, speaker: int) -> dict[str, Any]:
    """How a text is to be spoken, for :func:`synthesis`; by whom, it is told there."""
    check_open(request, "voicevox")
    moras = [
        {"text": char, "consonant": None, "consonant_length": None, "vowel": "a", "vowel_length": 0.1, "pitch": 5.0}
        for char in text
        if char.isalnum()
    ]
    phrase = {"moras": moras, "accent": 1, "pause_mora": None, "is_interrogative": text.rstrip().endswith(("?", "？"))}
    scales = {"speedScale": 1.0, "pitchScale": 0.0, "intonationScale": 1.0, "volumeScale": 1.0}
    lengths = {"prePhonemeLength": 0.1, "postPhonemeLength": 0.1, "pauseLength": None, "pauseLengthScale": 1.0}
    sound = {"outputSamplingRate": 24_000, "outputStereo": False, "kana": text}
    return {"accent_phrases": [phrase] if moras else [], **scales, **lengths, **sound}


@router.post("/synthesis")
@router.post(PREFIX + "/synthesis")
async def synthesis(request: Request, speaker: int) -> Response:
    """The sound of a query: WAV."""
    check_open(request, "voicevox")
    body = await read_json(request)
    text = body.get("kana")
    if not isinstance(text, str):
        reason = ("it should be the text, as audio_query gives it.", "应是 audio_query 给出的原文。")
        raise invalid("kana", *reason)
    rate = rate_of("outputSamplingRate", body.get("outputSamplingRate", 24_000), _RATES)
    told: dict[str, str] = {}
    if body.get("outputStereo"):
        told["outputStereo"] = "outputStereo was not used: the sound has one channel"
    if _scale(body, "intonationScale", 1.0) != 1.0:
        told["intonationScale"] = "intonationScale was not used"
    voice = await in_thread(request, lambda: _voice(service_of(request).voices(), speaker, told))
    volume = _scale(body, "volumeScale", 1.0)
    settings = Settings(
        AUTO_ENGINE,
        voice,
        speed=natural_speed(_scale(body, "speedScale", 1.0), told),
        pitch=_within("pitch", _OCTAVE * _scale(body, "pitchScale", 0.0)),
        energy=_within("energy", 20 * math.log10(volume) if volume > 0 else _QUIET_DB),
    )
    headers = warning_headers(request, told)
    return await speech_answer(request, SpeechRequest(text, settings), "wav", "audio/wav", rate=rate, headers=headers)


def _number(voice: str) -> int:
    """A number for a voice: of its id, so that it stays when others come and go."""
    return zlib.crc32(voice.encode()) & 0x7FFFFFFF


def _voice(voices: Sequence[Voice], speaker: int, told: dict[str, str]) -> str:
    """The voice of that number; 0 is the default one, as is, and told, the number of a character of VOICEVOX."""
    numbers = {0: "default", **{_number(one.id): one.id for one in voices}}
    if speaker not in numbers:
        told["speaker"] = f"speaker {speaker} is not here: spoken by the default voice"
    return numbers.get(speaker, "default")


def _scale(body: dict[str, Any], name: str, usual: float) -> float:
    return number_of(name, body.get(name, usual))


def _within(setting: str, value: float) -> float:
    low, high = SETTINGS[setting].bounds or (0.0, 0.0)
    return min(max(value, low), high)
