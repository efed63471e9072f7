"""``POST /tts`` and ``POST /tts/generate``: a text in, the address of its audio out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request

from indextts.errors import StudioError
from indextts.language import caller_language
from indextts.run import Cancel
from indextts.server.bodies import FORM_TYPES, numbers_from_text, read_form, read_json, speech_request
from indextts.server.errors import ERRORS, request_id
from indextts.server.limits import limit_rate
from indextts.server.schemas import GenerateForm, StageSeconds, TtsAnswer, TtsBody, body_of
from indextts.server.work import stoppable
from indextts.service import SpeechService

if TYPE_CHECKING:
    from indextts.pipeline import Speech

router = APIRouter(tags=["speech"], dependencies=[Depends(limit_rate)], responses=ERRORS)


@router.post("/tts", openapi_extra=body_of(TtsBody))
async def tts(request: Request) -> TtsAnswer:
    """Speak a text; the answer says where the audio is, for a limited time."""
    wanted, audio_format = speech_request(await read_json(request))
    service: SpeechService = request.app.state.service
    return await answer(request, audio_format, lambda cancel: service.speak(wanted, cancel=cancel))


@router.post("/tts/generate", openapi_extra=body_of(GenerateForm, *FORM_TYPES))
async def generate(request: Request) -> TtsAnswer:
    """The same from a form, with reference recordings for engines that can imitate a voice."""
    form = await read_form(request)
    try:
        fields = numbers_from_text({name: value for name, value in form.items() if name != "reference"})
        given = [item for item in form.getlist("reference") if not isinstance(item, UploadFile) or item.filename]
    finally:
        await form.close()
    wanted, audio_format = speech_request(fields)
    if any(given):
        raise StudioError("cloning_unsupported", engine=wanted.settings.engine)
    service: SpeechService = request.app.state.service
    return await answer(request, audio_format, lambda cancel: service.speak(wanted, cancel=cancel))


async def answer(request: Request, audio_format: str, speak: Callable[[Cancel], Speech]) -> TtsAnswer:
    """Run ``speak`` in a thread, keep its audio in the outputs, and say where."""
    service: SpeechService = request.app.state.service

    def work(cancel: Cancel) -> tuple[Speech, str]:
        from indextts.audio.encode import encode
        from indextts.subtitles import Subtitles

        speech = speak(cancel)
        audio = encode(speech.samples, speech.sample_rate, audio_format)
        # The small file first: where only one fits, it is the audio.
        times = service.outputs.save(Subtitles.of(speech.utterance).to_json().encode(), "json")
        return speech, service.outputs.save(audio, audio_format, beside=times.name).name

    speech, name = await stoppable(request, work)
    # Not before: a server answers before its numbers are there.
    from indextts.receipt import told

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
        **told(speech.utterance.receipt, speech.verdict),
        request_id=request_id(request.scope),
    )
