"""``/v1/voices``: the family of voices over HTTP, and a person's own voices to make, change and remove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from indextts.errors import StudioError
from indextts.i18n.messages import caller_language
from indextts.server import field_schemas as shapes
from indextts.server.calls import in_thread, limit_light_rate, service_of, with_service
from indextts.server.errors import GONE, ErrorDetail, refusals, told
from indextts.server.field_schemas import Schema
from indextts.server.parsing import check_fields, invalid, read_json
from indextts.server.schemas import body_of
from indextts.service.service import SpeechService
from indextts.utterance.model import Settings
from indextts.voices.catalogue import OwnVoice, VoiceFamily
from indextts.voices.design import BOUNDS
from indextts.voices.dialogue import cast_of, find_turns

_ERRORS: Final = refusals(
    400, 413, 415, missing="No such voice", conflict="The name is taken, or the voice comes with the program"
)

router = APIRouter(prefix="/v1/voices", tags=["voices"], dependencies=[Depends(limit_light_rate)], responses=_ERRORS)

_ABOUT: Final = {
    "tract": "Factor on the resonances: 0.8 deep and dark, 1.2 bright and small.",
    "pitch": "Semitones of the median F0.",
    "range": "Factor on the F0 range: how lively.",
    "rate": "Factor on the speaking rate.",
    "tilt": "Decibels an octave: above 0 brighter, below 0 softer.",
}
_NUMBERS: Final[Mapping[str, Schema]] = {
    name: {"type": "number", "minimum": low, "maximum": high, "description": _ABOUT[name]}
    for name, (low, high) in BOUNDS.items()
}
_NEW: Final[Schema] = {
    **shapes.fields({"name": shapes.NAME}, _NUMBERS),
    "example": {"name": "老船长", "tract": 0.86, "pitch": -9},
}
"""A voice of one's own: a name, and how it differs from the recorded one."""
_CHANGE: Final[Schema] = {**shapes.fields({}, {"name": shapes.NAME, **_NUMBERS}), "example": {"pitch": -9}}

_DIALOGUE: Final[Schema] = {
    **shapes.strict_fields({"text": {"type": "string"}}, {"voice": shapes.or_null({"type": "string"})}),
    "example": {"text": "A：你好\nB：你好", "voice": "default"},
}


class VoiceAnswer(BaseModel):
    """A stored voice."""

    id: str
    name: str
    tract: float
    pitch: float
    range: float
    rate: float
    tilt: float


class FamilyVoice(BaseModel):
    """A voice of the family."""

    id: str
    name_zh: str
    name_en: str
    group: str
    description_zh: str
    description_en: str
    own: bool
    """Whether a person has made it: only then can it be changed."""
    tract: float
    pitch: float
    range: float
    rate: float
    tilt: float


class VoicesAnswer(BaseModel):
    """The whole family."""

    voices: list[FamilyVoice]
    warnings: list[ErrorDetail] = []
    """Why one's own voices may be missing; left out where all is well."""


class CastVoice(BaseModel):
    """A label of a dialogue with its voice."""

    label: str
    voice: str


class CastAnswer(BaseModel):
    """In the order of the text; empty where it is no dialogue."""

    cast: list[CastVoice]


@router.get("", response_model_exclude_defaults=True)
async def voices(request: Request) -> VoicesAnswer:
    """All voices with their designs: those that come with the program, then one's own, the oldest first."""
    listed, trouble = await with_service(request, lambda service: _listed(service.family))
    return VoicesAnswer(voices=listed, warnings=told(trouble, caller_language(request.headers)))


@router.post("", status_code=201, openapi_extra=body_of(_NEW))
async def add(request: Request) -> VoiceAnswer:
    """Make a voice; it can be spoken with at once."""
    name, values = _parts(await read_json(request))
    return _answer(await with_service(request, lambda service: service.family.add(name, values)))


@router.post("/cast", openapi_extra=body_of(_DIALOGUE))
async def cast(request: Request) -> CastAnswer:
    """Say which voice each label of a dialogue gets, where the text is one, unless a request says otherwise."""
    fields = await read_json(request)
    check_fields(fields, ("text", "voice"))
    text, first = fields.get("text"), fields.get("voice")
    first = Settings().voice if first is None or first == "" else first
    if not isinstance(text, str) or not isinstance(first, str):
        field = "voice" if isinstance(text, str) else "text"
        raise invalid(field, "it should be text.", "应是文本。")

    def work(service: SpeechService) -> dict[str, str]:
        voices = service.voices()
        beginning = text[: service.config.server.max_text_chars]
        leading = voices[0].id if first == Settings().voice else first
        return cast_of(find_turns(beginning, voices), voices, first=leading)

    found = await with_service(request, work)
    return CastAnswer(cast=[CastVoice(label=label, voice=one) for label, one in found.items()])


@router.get("/{voice}")
async def voice(request: Request, voice: str) -> VoiceAnswer:
    """One of one's own."""
    return _answer(await with_service(request, lambda service: service.family.get(voice)))


@router.put("/{voice}", openapi_extra=body_of(_CHANGE))
async def change(request: Request, voice: str) -> VoiceAnswer:
    """Change a voice; what is left out stays as it is."""
    fields = await read_json(request)
    if fields.pop("id", voice) != voice:
        raise invalid("id", "it is not the voice of this address.", "与此地址的音色不符。")
    name, values = _parts(fields)
    return _answer(await with_service(request, lambda service: service.family.change(voice, name, values)))


@router.delete("/{voice}", status_code=204)
async def remove(request: Request, voice: str) -> Response:
    """Delete a voice; for 30 s, ``restore`` puts it back."""
    gone = await with_service(request, lambda service: service.family.remove(voice))
    request.app.state.removed.add(gone.id, lambda: service_of(request).family.restore(gone))
    return Response(status_code=204)


@router.post("/{voice}/restore", responses=GONE)
async def restore(request: Request, voice: str) -> VoiceAnswer:
    """Put back a voice that was deleted within the last 30 s, under its own id."""
    await in_thread(request, lambda: request.app.state.removed.put_back(voice))
    return _answer(await with_service(request, lambda service: service.family.get(voice)))


def _listed(family: VoiceFamily) -> tuple[list[FamilyVoice], list[StudioError]]:
    """All voices; without one's own, and why, where the library cannot be read."""
    stored: list[OwnVoice] = []
    trouble: list[StudioError] = []
    try:
        stored = family.own()
    except StudioError as error:
        trouble.append(error)
    named = [FamilyVoice(own=False, **{**asdict(one), **asdict(one.design)}) for one in family.named]
    nothing = {"group": "own", "description_zh": "", "description_en": ""}
    own = [
        FamilyVoice(id=one.id, name_zh=one.name, name_en=one.name, own=True, **nothing, **asdict(one.design))
        for one in stored
    ]
    return named + own, trouble


def _parts(fields: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Name and numbers of a body; null is as good as absent."""
    given = {name: value for name, value in fields.items() if value is not None}
    name = given.pop("name", None)
    check_fields(given, ("name", *BOUNDS))
    return name, given


def _answer(stored: OwnVoice) -> VoiceAnswer:
    return VoiceAnswer(id=stored.id, name=stored.name, **asdict(stored.design))
