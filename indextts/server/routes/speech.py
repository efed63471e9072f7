"""From a text to its sound: in one step, or by a plan that can be edited; and the sound, until it is cleaned up."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from indextts import sound
from indextts.engines.registry import cloning_engine
from indextts.model.errors import StudioError
from indextts.model.fields import LATER, Schema
from indextts.model.i18n.messages import caller_language
from indextts.model.utterance import Settings, Utterance
from indextts.plan.request import FORMATS, SpeechRequest, check_choice
from indextts.platform import importing
from indextts.platform.run import Cancel
from indextts.server import schemas
from indextts.server.calls import StoredFile, in_thread, limit_light_rate, limit_rate, service_of, stoppable
from indextts.server.errors import ERRORS, NOT_FOUND, STORED, Responses, request_id
from indextts.server.errors import told as warned
from indextts.server.field_schemas import with_note
from indextts.server.parsing import invalid, numbers_from_text, read_json, read_raw_json, restricted, speech_request
from indextts.server.schemas import StageSeconds, TtsAnswer
from indextts.server.uploads import prepared, recordings

if TYPE_CHECKING:
    from indextts.pipeline.fallback.router import Foreseen
    from indextts.pipeline.pipeline import Speech
    from indextts.service.service import SpeechService

anki = importing.lazy("indextts.sound.export.anki")

router = APIRouter()

_COSTLY: Final[dict[str, Any]] = {"dependencies": [Depends(limit_rate)], "responses": ERRORS}

_EDITABLE = (
    "A plan of /v1/plan, edited: a token's reading, break_after, prominence, duration_scale, pitch_shift, "
    "energy_shift; a segment's intonation, pause_after_s, emotion, intensity, voice, seed. What cannot be spoken is "
    "refused by the field's path, such as segments[2].tokens[5].duration_scale."
)
_PLAN: Final[Schema] = {LATER: "plan"}
_PLANNED: Final[Responses] = {
    **ERRORS,
    200: {"description": "The plan", "content": {"application/json": {"schema": _PLAN}}},
}
_FILES: Final[dict[str, Any]] = {
    **dict.fromkeys(schemas.AUDIO_TYPES.values(), schemas.BINARY),
    **{kind: {} for kind in schemas.SUBTITLE_TYPES.values()},
    schemas.ANKI_TYPE: schemas.BINARY,
}
_FOUND: Final[Responses] = {
    200: {"description": "The file", "content": _FILES},
    **STORED,
    404: NOT_FOUND,
    422: ERRORS[422],
}
_KEPT: Final = {"Cache-Control": "private, max-age=3600"}


@router.post("/tts", openapi_extra=schemas.body_of(schemas.TTS_BODY), tags=["speech"], **_COSTLY)
async def tts(request: Request) -> TtsAnswer:
    """Speak a text; the answer says where the audio is, for a limited time."""
    wanted, audio_format = speech_request(await read_json(request))
    wanted = restricted(request, wanted)
    return await answer(request, audio_format, lambda cancel: service_of(request).speak(wanted, cancel=cancel))


@router.post(
    "/tts/generate",
    openapi_extra=schemas.form_of(schemas.GENERATE_FORM, files={LATER: "imitated"}),
    tags=["speech"],
    **_COSTLY,
)
async def generate(request: Request) -> TtsAnswer:
    """The same from a form, with reference recordings for engines that can imitate a voice."""
    async with recordings(request) as (given, files):
        fields = numbers_from_text({name: values[-1] for name, values in given.items()})
        wanted, audio_format = speech_request(fields)
        if files:
            wanted = await _with_references(request, wanted, fields.get("engine"), files)
    wanted = restricted(request, wanted)
    return await answer(request, audio_format, lambda cancel: service_of(request).speak(wanted, cancel=cancel))


async def _with_references(
    request: Request, wanted: SpeechRequest, engine: object, files: Sequence[UploadFile]
) -> SpeechRequest:
    """The same request, spoken by the voice of these recordings.

    Raises :class:`StudioError`: there is no engine for it, a voice was named too, or a recording cannot be used.
    """
    service = service_of(request)
    if wanted.settings.voice != Settings().voice:
        raise invalid("voice", "the recordings are the voice; leave it out.", "录音即为声音，请去掉此项。")
    name = cloning_engine(service.config, engine)
    made = await prepared(request, files)
    voice = await in_thread(request, lambda: service.clones.keep(made))
    return replace(wanted, settings=replace(wanted.settings, voice=voice.id, engine=name))


async def answer(request: Request, audio_format: str, speak: Callable[[Cancel], Speech]) -> TtsAnswer:
    """Run ``speak`` in a thread, keep its audio in the outputs, and say where."""
    service = service_of(request)

    def work(cancel: Cancel) -> tuple[Speech, str]:
        speech, config = speak(cancel), service.config
        audio = sound.labelled(config.label, speech.samples, speech.sample_rate, audio_format, config.audio.resampler)
        # The small file first: where only one fits, it is the audio.
        times = service.outputs.save(sound.Subtitles.of(speech.utterance).to_json().encode(), "json")
        return speech, service.outputs.save(audio, audio_format, beside=times.name).name

    speech, name = await stoppable(request, work)
    # Not before: a server answers before its numbers are there.
    from indextts.plan.receipt import told

    folder, stem = f"{request.scope.get('root_path', '')}/audio", name.partition(".")[0]
    return TtsAnswer(
        audio_url=f"{folder}/{name}",
        duration_s=round(speech.duration_s, 3),
        engine=speech.engine,
        fallback=speech.fallback,
        reason=speech.reason.of(caller_language(request.headers)),
        sample_rate=speech.sample_rate,
        format=audio_format,
        stages=[StageSeconds(name=stage.name, seconds=round(stage.seconds, 4)) for stage in speech.stages],
        rtf=round(speech.rtf, 4),
        cached=speech.cached,
        subtitles={form: f"{folder}/{stem}.{form}" for form in (*schemas.SUBTITLE_TYPES, "apkg")},
        warnings=warned(speech.warnings, caller_language(request.headers)),
        **told(speech.utterance.receipt, speech.verdict),
        request_id=request_id(request.scope),
    )


class ForecastAnswer(BaseModel):
    """About how long a text takes to speak here, from what was measured so far."""

    engine: str
    speech_s: float
    """Its length once it is spoken."""
    seconds: float
    """Work in the quality that was asked for."""
    qualities: dict[str, float]
    """The same in each quality that the voice has; empty where it has but one."""


@router.post(
    "/v1/forecast",
    openapi_extra=schemas.body_of(schemas.SPEECH_BODY),
    tags=["plan"],
    dependencies=[Depends(limit_light_rate)],
    responses=ERRORS,
)
async def forecast(request: Request) -> ForecastAnswer:
    """About how long a text will take to speak, for each quality; nothing is read or spoken for that."""
    wanted, _ = speech_request(await read_json(request))
    service = service_of(request)

    def foreseen() -> Foreseen:
        checked = service.loaded().check(wanted)
        return service.router.foreseen(checked.settings, checked.text)

    found = await in_thread(request, foreseen)
    qualities = {name: round(seconds, 2) for name, seconds in found.qualities.items()}
    return ForecastAnswer(
        engine=found.engine,
        speech_s=round(found.speech_s, 2),
        seconds=round(found.seconds, 2),
        qualities=qualities,
    )


@router.post(
    "/v1/plan",
    openapi_extra=schemas.body_of(schemas.SPEECH_BODY),
    tags=["plan"],
    dependencies=[Depends(limit_rate)],
    response_class=Response,
    responses=_PLANNED,
)
async def plan(request: Request) -> Response:
    """How a text would be read: segments, tokens, readings, breaks, prominence, intonation, phones."""
    wanted, _ = speech_request(await read_json(request))
    utterance = await stoppable(request, lambda cancel: service_of(request).analyse(wanted, cancel=cancel))
    return Response(await in_thread(request, utterance.to_json), media_type="application/json")


@router.post("/v1/render", openapi_extra=schemas.body_of(with_note(_PLAN, _EDITABLE)), tags=["plan"], **_COSTLY)
async def render(
    request: Request, format: Annotated[str, Query(json_schema_extra={"enum": list(FORMATS)})] = "wav"
) -> TtsAnswer:
    """Speak a plan, edited or not; the answer is that of ``/tts``. What was spoken just so before is kept."""
    check_choice("format", format, FORMATS)
    raw = await read_raw_json(request)
    utterance = await in_thread(request, lambda: Utterance.from_json(raw))
    return await answer(request, format, lambda cancel: service_of(request).render(utterance, cancel=cancel))


@router.get("/audio/{name}", response_class=FileResponse, responses=_FOUND, tags=["speech"])
async def audio(request: Request, name: str, words: bool = False) -> Response:
    """The audio of an answer's ``audio_url``; byte ranges work. Beside it lie its subtitles, under their own endings.

    ``words`` asks for each word's time in ``.vtt`` and ``.lrc``. ``.apkg`` is a deck for Anki: each sentence with its
    sound and its reading.
    """
    stem, _, form = name.partition(".")
    made = form in schemas.SUBTITLE_TYPES and form != "json"
    path = await in_thread(request, lambda: service_of(request).outputs.find(f"{stem}.json" if made else name))
    if form == "apkg":
        packed = await in_thread(request, lambda: _deck(service_of(request), stem))
        return Response(packed, media_type=schemas.ANKI_TYPE, headers=_KEPT)
    if path is None:
        raise StudioError("not_found")
    if made:
        text = await in_thread(request, lambda: _render(path, form, words))
        return Response(text, media_type=schemas.SUBTITLE_TYPES[form], headers=_KEPT)
    return StoredFile(
        path,
        media_type={**schemas.SUBTITLE_TYPES, **schemas.AUDIO_TYPES}.get(path.suffix[1:], "application/octet-stream"),
        headers=_KEPT,
        filename=path.name,
        content_disposition_type="inline",
    )


def _deck(service: SpeechService, stem: str) -> bytes:
    """The package for Anki of the sound of that name."""
    config, find = service.config, service.outputs.find
    times, sound = find(f"{stem}.json"), next(filter(None, (find(f"{stem}.{form}") for form in FORMATS)), None)
    if times is None or sound is None:
        raise StudioError("not_found")
    try:
        packed: bytes = anki.file_deck(sound, times.read_bytes(), config.label, config.audio.resampler, now=time.time())
    except FileNotFoundError as error:  # cleaned up in this moment
        raise StudioError("not_found") from error
    return packed


def _render(path: Path, form: str, words: bool) -> str:
    try:
        return sound.Subtitles.from_json(path.read_bytes()).render(form, words=words)
    except FileNotFoundError as error:  # cleaned up in this moment
        raise StudioError("not_found") from error
