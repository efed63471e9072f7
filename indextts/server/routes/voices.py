"""``/v1/voices``: the family of voices over HTTP, and a person's own voices to make, change and remove."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from indextts.errors import StudioError
from indextts.i18n.language import caller_language
from indextts.i18n.messages import Bilingual
from indextts.server import field_schemas as shapes
from indextts.server.errors import ERRORS, ErrorBody, ErrorDetail, told
from indextts.server.field_schemas import Schema
from indextts.server.parsing import read_json
from indextts.server.rate_limit import limit_rate
from indextts.server.schemas import body_of
from indextts.server.threads import T, in_thread
from indextts.service.service import SpeechService
from indextts.voices.catalogue import VoiceFamily
from indextts.voices.design import BOUNDS, shown
from indextts.voices.own import OwnVoice

_ERRORS: Final[dict[int | str, dict[str, Any]]] = {
    **{status: ERRORS[status] for status in (400, 413, 415, 422, 429, 503)},
    404: {"model": ErrorBody, "description": "No such voice"},
    409: {"model": ErrorBody, "description": "The name is taken, or the voice comes with the program"},
}

router = APIRouter(prefix="/v1/voices", tags=["voices"], dependencies=[Depends(limit_rate)], responses=_ERRORS)

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
    **shapes.fields({"name": shapes.name()}, _NUMBERS),
    "example": {"name": "老船长", "tract": 0.86, "pitch": -9},
}
"""A voice of one's own: a name, and how it differs from the recorded one."""
_CHANGE: Final[Schema] = {
    **shapes.fields({}, {"name": shapes.name(), **_NUMBERS}),
    "example": {"pitch": -9},
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


@router.get("", response_model_exclude_defaults=True)
async def voices(request: Request) -> VoicesAnswer:
    """All voices with their designs: those that come with the program, then one's own, the oldest first."""
    listed, trouble = await _with(request, _listed)
    warnings = [ErrorDetail(**one) for one in told(trouble, caller_language(request.headers))]
    return VoicesAnswer(voices=listed, warnings=warnings)


@router.post("", status_code=201, openapi_extra=body_of(_NEW))
async def add(request: Request) -> VoiceAnswer:
    """Make a voice; it can be spoken with at once."""
    name, values = _parts(await read_json(request))
    return _answer(await _with(request, lambda family: family.add(name, values)))


@router.get("/{voice}")
async def voice(request: Request, voice: str) -> VoiceAnswer:
    """One of one's own."""
    return _answer(await _with(request, lambda family: family.get(voice)))


@router.put("/{voice}", openapi_extra=body_of(_CHANGE))
async def change(request: Request, voice: str) -> VoiceAnswer:
    """Change a voice; what is left out stays as it is."""
    fields = await read_json(request)
    if fields.pop("id", voice) != voice:
        reason = Bilingual("it is not the voice of this address.", "与此地址的声音不符。")
        raise StudioError("invalid_value", field="id", reason=reason)
    name, values = _parts(fields)
    return _answer(await _with(request, lambda family: family.change(voice, name, values)))


@router.delete("/{voice}", status_code=204)
async def remove(request: Request, voice: str) -> Response:
    """Delete a voice."""
    await _with(request, lambda family: family.remove(voice))
    return Response(status_code=204)


async def _with(request: Request, work: Callable[[VoiceFamily], T]) -> T:
    service: SpeechService = request.app.state.service
    return await in_thread(request, lambda: work(service.family))


def _listed(family: VoiceFamily) -> tuple[list[FamilyVoice], list[StudioError]]:
    """All voices; without one's own, and why, where the library cannot be read."""
    stored: list[OwnVoice] = []
    trouble: list[StudioError] = []
    try:
        stored = family.own()
    except StudioError as error:
        trouble.append(error)
    named = [
        FamilyVoice(
            id=one.id,
            name_zh=one.name_zh,
            name_en=one.name_en,
            group=one.group,
            description_zh=one.description_zh,
            description_en=one.description_en,
            own=False,
            **asdict(one.design),
        )
        for one in family.named
    ]
    own = [
        FamilyVoice(
            id=one.id,
            name_zh=one.name,
            name_en=one.name,
            group="own",
            description_zh="",
            description_en="",
            own=True,
            **asdict(one.design),
        )
        for one in stored
    ]
    return named + own, trouble


def _parts(fields: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Name and numbers of a body; null is as good as absent."""
    given = {name: value for name, value in fields.items() if value is not None}
    name = given.pop("name", None)
    for field in given:
        if field not in BOUNDS:
            known = ", ".join(("name", *BOUNDS))
            reason = Bilingual(f"this call has no such field, but {known}.", f"此接口没有这个字段，可用的有 {known}。")
            raise StudioError("invalid_value", field=shown(field), reason=reason)
    return name, given


def _answer(stored: OwnVoice) -> VoiceAnswer:
    return VoiceAnswer(id=stored.id, name=stored.name, **asdict(stored.design))
