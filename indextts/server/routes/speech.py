"""``POST /tts`` and ``POST /tts/generate``: a text in, the address of its audio out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request

from indextts.engines.registry import cloning_engine
from indextts.errors import StudioError
from indextts.i18n.language import caller_language
from indextts.i18n.messages import Bilingual
from indextts.request import SpeechRequest
from indextts.run import Cancel
from indextts.server.errors import ERRORS, ErrorDetail, request_id
from indextts.server.errors import told as warned
from indextts.server.field_schemas import LATER
from indextts.server.parsing import numbers_from_text, read_json, speech_request
from indextts.server.rate_limit import limit_rate
from indextts.server.schemas import (
    GENERATE_FORM,
    TTS_BODY,
    StageSeconds,
    TtsAnswer,
    body_of,
    form_of,
)
from indextts.server.threads import in_thread, stoppable
from indextts.server.uploads import prepared, recordings
from indextts.service.service import SpeechService
from indextts.utterance.model import Settings

if TYPE_CHECKING:
    from indextts.pipeline import Speech

router = APIRouter(tags=["speech"], dependencies=[Depends(limit_rate)], responses=ERRORS)


@router.post("/tts", openapi_extra=body_of(TTS_BODY))
async def tts(request: Request) -> TtsAnswer:
    """Speak a text; the answer says where the audio is, for a limited time."""
    wanted, audio_format = speech_request(await read_json(request))
    service: SpeechService = request.app.state.service
    return await answer(request, audio_format, lambda cancel: service.speak(wanted, cancel=cancel))


@router.post("/tts/generate", openapi_extra=form_of(GENERATE_FORM, files={LATER: "imitated"}))
async def generate(request: Request) -> TtsAnswer:
    """The same from a form, with reference recordings for engines that can imitate a voice."""
    async with recordings(request) as (given, files):
        fields = numbers_from_text({name: values[-1] for name, values in given.items()})
        wanted, audio_format = speech_request(fields)
        if files:
            wanted = await _with_references(request, wanted, fields.get("engine"), files)
    service: SpeechService = request.app.state.service
    return await answer(request, audio_format, lambda cancel: service.speak(wanted, cancel=cancel))


async def _with_references(
    request: Request, wanted: SpeechRequest, engine: object, files: Sequence[UploadFile]
) -> SpeechRequest:
    """The same request, spoken by the voice of these recordings.

    Raises :class:`StudioError`: there is no engine for it, a voice was named too, or a recording cannot be used.
    """
    service: SpeechService = request.app.state.service
    if wanted.settings.voice != Settings().voice:
        reason = Bilingual("the recordings are the voice; leave it out.", "录音即为声音，请去掉此项。")
        raise StudioError("invalid_value", field="voice", reason=reason)
    name = cloning_engine(service.config, engine)
    made = await prepared(request, files)
    voice = await in_thread(request, lambda: service.clones.keep(made))
    return replace(wanted, settings=replace(wanted.settings, voice=voice.id, engine=name))


async def answer(request: Request, audio_format: str, speak: Callable[[Cancel], Speech]) -> TtsAnswer:
    """Run ``speak`` in a thread, keep its audio in the outputs, and say where."""
    service: SpeechService = request.app.state.service

    def work(cancel: Cancel) -> tuple[Speech, str]:
        from indextts.audio.encode import encode
        from indextts.export.subtitles import Subtitles

        speech = speak(cancel)
        audio = encode(speech.samples, speech.sample_rate, audio_format, service.config.audio.resampler)
        # The small file first: where only one fits, it is the audio.
        times = service.outputs.save(Subtitles.of(speech.utterance).to_json().encode(), "json")
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
        subtitles={form: f"{folder}/{stem}.{form}" for form in ("srt", "vtt", "lrc", "json")},
        warnings=[ErrorDetail(**one) for one in warned(speech.warnings, caller_language(request.headers))],
        **told(speech.utterance.receipt, speech.verdict),
        request_id=request_id(request.scope),
    )
