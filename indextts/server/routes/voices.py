"""``/v1/voices``: the family of voices over HTTP, and a person's own voices to make, change and remove."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from indextts.engines.registry import mixable_voices
from indextts.model.errors import StudioError
from indextts.model.fields import LATER, Schema
from indextts.model.i18n.messages import caller_language
from indextts.model.utterance import Settings
from indextts.server import field_schemas as shapes
from indextts.server.calls import Deleted, limit_light_rate, limit_rate, with_service
from indextts.server.errors import GONE, ErrorDetail, refusals, told
from indextts.server.parsing import NOT_TEXT, check_fields, invalid, read_json
from indextts.server.schemas import body_of, form_of, recordings_field
from indextts.server.uploads import FILES, prepared, recordings
from indextts.service.service import SpeechService
from indextts.voices import Voice
from indextts.voices.catalogue import OwnVoice, VoiceFamily
from indextts.voices.design import BOUNDS, PLAIN
from indextts.voices.mixture import LONGEST, check_voice, checked_mixture

if TYPE_CHECKING:
    from indextts.voices.likeness import Likeness

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
_MIX: Final[Schema] = {"type": "string", "maxLength": LONGEST, LATER: "mix"}
"""Natural voices with their weights: ``af_bella(2)+af_sky(1)``."""
_NEW: Final[Schema] = {
    **shapes.fields({"name": shapes.NAME}, {**_NUMBERS, "mix": _MIX}),
    "example": {"name": "老船长", "tract": 0.86, "pitch": -9},
}
"""A voice of one's own: a name, and how it differs from the recorded one, or from the mixture of natural voices."""
_CHANGE: Final[Schema] = {
    **shapes.fields({}, {"name": shapes.NAME, **_NUMBERS, "mix": _MIX}),
    "example": {"pitch": -9},
}

_RECORDING: Final = form_of(
    shapes.strict_fields({}, {}),
    files=recordings_field("One recording: WAV, FLAC, MP3, OGG, M4A; 3 to 15 s are best.") | {"maxItems": 1},
    needed=[FILES],
)
_FIRST: Final[Schema] = {"anyOf": [{LATER: "voice"}, {"enum": ["", None]}]}
_DIALOGUE: Final[Schema] = {
    **shapes.strict_fields({"text": {"type": "string"}}, {"voice": _FIRST}),
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
    mix: str = ""
    """The natural voices that it is mixed of, with their shares; left out for a design."""


class FamilyVoice(BaseModel):
    """A natural voice, or one of the family."""

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
    mix: str = ""
    """The natural voices that a person's own is mixed of, with their shares; left out for a design."""
    natural: bool = False
    """Whether it is a ready voice that mixtures can be made of."""
    languages: list[str] = []
    """Those of a natural voice, its own first."""
    hz: float = 0.0
    """Its median F0."""
    grade: str = ""
    """Its authors' grade, from ``A`` to ``F``."""
    dnsmos: float = 0.0
    """Its sound quality by DNSMOS; left out where it was not measured."""
    deleted: float = 0.0
    """When it was, in a list of what was deleted."""


class VoicesAnswer(BaseModel):
    """The natural voices, the best first, then the family."""

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


class NearVoice(BaseModel):
    """A natural voice beside a recording."""

    id: str
    name_zh: str
    name_en: str
    distance: float
    """About 1 between a voice and another sentence of its own; 2 to 4 between neighbouring voices."""
    closeness: Literal["close", "similar", "distant"]
    """The distance as a word."""
    semitones: float
    """By how much the voice is higher than the recording."""


class NearestAnswer(BaseModel):
    """The most like first. They are other people's voices, whatever their distance."""

    voices: list[NearVoice]


@router.get("", response_model_exclude_defaults=True)
async def voices(request: Request, deleted: Deleted = False) -> VoicesAnswer:
    """All voices: natural ones, the best first, those that are designed, then one's own, the oldest first."""
    if deleted:
        return VoicesAnswer(voices=_own(await with_service(request, lambda service: service.family.removed())))
    listed, trouble = await with_service(
        request, lambda service: _listed(service.family, mixable_voices(service.config))
    )
    return VoicesAnswer(voices=listed, warnings=told(trouble, caller_language(request.headers)))


@router.post("", status_code=201, openapi_extra=body_of(_NEW), response_model_exclude_defaults=True)
async def add(request: Request) -> VoiceAnswer:
    """Make a voice; it can be spoken with at once."""
    name, values, mix = _parts(await read_json(request))
    return await _changed(request, mix, lambda family, voices: family.add(name, values, voices))


@router.post("/cast", openapi_extra=body_of(_DIALOGUE))
async def cast(request: Request) -> CastAnswer:
    """Say which voice each label of a dialogue gets, where the text is one, unless a request says otherwise."""
    fields = await read_json(request)
    check_fields(fields, ("text", "voice"))
    text, first = fields.get("text"), fields.get("voice")
    first = Settings().voice if first is None or first == "" else first
    if not isinstance(text, str) or not isinstance(first, str):
        field = "voice" if isinstance(text, str) else "text"
        raise invalid(field, *NOT_TEXT)

    def work(service: SpeechService) -> dict[str, str]:
        beginning = text[: service.config.server.max_text_chars]
        voice = check_voice(first, ("default", *(one.id for one in service.voices())))
        return service.preloader.pipeline().cast(beginning, Settings(voice=voice), None)

    found = await with_service(request, work)
    return CastAnswer(cast=[CastVoice(label=label, voice=one) for label, one in found.items()])


@router.post("/nearest", openapi_extra=_RECORDING, dependencies=[Depends(limit_rate)])
async def nearest(request: Request) -> NearestAnswer:
    """Find the three natural voices that are most like a recording. Nothing is cloned, and nothing is kept."""
    async with recordings(request) as (fields, files):
        check_fields(fields, (FILES,))
        made = await prepared(request, files[:2])
    if len(made) > 1:
        raise invalid(FILES, "one recording is compared at a time.", "每次只比较一段录音。")

    from indextts.voices.likeness import nearest_to  # the server answers before numpy is there

    def work(service: SpeechService) -> tuple[dict[str, Voice], list[Likeness]]:
        ready = {one.id: one for one in mixable_voices(service.config)}
        return ready, nearest_to(made[0], list(ready))

    ready, found = await with_service(request, work)
    return NearestAnswer(
        voices=[
            NearVoice(
                id=one.voice,
                name_zh=ready[one.voice].name_zh,
                name_en=ready[one.voice].name_en,
                distance=round(one.distance, 2),
                closeness=one.closeness,
                semitones=round(one.semitones, 1),
            )
            for one in found
        ]
    )


@router.get("/{voice}", response_model_exclude_defaults=True)
async def voice(request: Request, voice: str) -> VoiceAnswer:
    """One of one's own."""
    return _answer(await with_service(request, lambda service: service.family.get(voice)))


@router.put("/{voice}", openapi_extra=body_of(_CHANGE), response_model_exclude_defaults=True)
async def change(request: Request, voice: str) -> VoiceAnswer:
    """Change a voice; what is left out stays as it is."""
    fields = await read_json(request)
    if fields.pop("id", voice) != voice:
        raise invalid("id", "it is not the voice of this address.", "与此地址的音色不符。")
    name, values, mix = _parts(fields)
    return await _changed(request, mix, lambda family, voices: family.change(voice, name, values, voices))


@router.delete("/{voice}", status_code=204)
async def remove(request: Request, voice: str) -> Response:
    """Delete a voice; ``restore`` puts it back."""
    await with_service(request, lambda service: service.change_voices(lambda family: family.remove(voice)))
    return Response(status_code=204)


@router.post("/{voice}/restore", responses=GONE, response_model_exclude_defaults=True)
async def restore(request: Request, voice: str) -> VoiceAnswer:
    """Put back one of the last 100 voices that were deleted, under its own id."""
    return await _changed(request, None, lambda family, _: family.restore(voice))


def _listed(family: VoiceFamily, ready: Sequence[Voice]) -> tuple[list[FamilyVoice], list[StudioError]]:
    """All voices; without one's own, and why, where the library cannot be read."""
    stored: list[OwnVoice] = []
    trouble: list[StudioError] = []
    try:
        stored = family.own()
    except StudioError as error:
        trouble.append(error)
    natural = [
        FamilyVoice(
            id=one.id, name_zh=one.name_zh, name_en=one.name_en, group=one.group, description_zh=one.about_zh,
            description_en=one.about_en, own=False, natural=True, languages=list(one.languages), hz=one.hz,
            grade=one.grade, dnsmos=one.dnsmos, **asdict(PLAIN),
        )
        for one in ready
    ]  # fmt: skip
    named = [FamilyVoice(own=False, **{**asdict(one), **asdict(one.design)}) for one in family.named]
    return natural + named + _own(stored), trouble


def _own(stored: Sequence[OwnVoice]) -> list[FamilyVoice]:
    nothing = {"group": "own", "description_zh": "", "description_en": "", "own": True}
    return [
        FamilyVoice(
            id=one.id, name_zh=one.name, name_en=one.name, mix=one.mix, deleted=one.removed,
            **nothing, **asdict(one.design),
        )
        for one in stored
    ]  # fmt: skip


def _parts(fields: Mapping[str, Any]) -> tuple[Any, dict[str, Any], str | None]:
    """Name, numbers and mixture of a body; null is as good as absent."""
    given = {name: value for name, value in fields.items() if value is not None}
    name, mix = given.pop("name", None), given.pop("mix", None)
    check_fields(given, ("name", "mix", *BOUNDS))
    if mix is not None and not isinstance(mix, str):
        raise invalid("mix", "it should look like af_bella(2)+af_sky(1).", "应写成 af_bella(2)+af_sky(1) 的样子。")
    return name, given, mix


async def _changed(request: Request, mix: str | None, work: Callable[[VoiceFamily, str], OwnVoice]) -> VoiceAnswer:
    def change(service: SpeechService) -> OwnVoice:
        if mix is not None:
            checked_mixture(mix, [voice.id for voice in mixable_voices(service.config)])
        return service.change_voices(lambda family: work(family, mix or ""))

    return _answer(await with_service(request, change))


def _answer(stored: OwnVoice) -> VoiceAnswer:
    return VoiceAnswer(id=stored.id, name=stored.name, mix=stored.mix, **asdict(stored.design))
