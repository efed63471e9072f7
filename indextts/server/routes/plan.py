"""``POST /v1/plan`` and ``POST /v1/render``: stop before the sound, look, edit, go on."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from indextts.request import FORMATS, check_choice
from indextts.server.errors import ERRORS
from indextts.server.field_schemas import LATER, Schema, with_note
from indextts.server.parsing import read_json, read_raw_json, speech_request
from indextts.server.rate_limit import limit_rate
from indextts.server.routes.speech import answer
from indextts.server.schemas import SPEECH_BODY, TtsAnswer, body_of
from indextts.server.threads import in_thread, stoppable
from indextts.service.service import SpeechService
from indextts.utterance.model import Utterance

router = APIRouter(prefix="/v1", tags=["plan"], dependencies=[Depends(limit_rate)], responses=ERRORS)

_EDITABLE = (
    "A plan of /v1/plan, edited: a token's reading, break_after, prominence, duration_scale, pitch_shift, "
    "energy_shift; a segment's intonation, pause_after_s, emotion, intensity, voice, seed. What cannot be spoken is "
    "refused by the field's path, such as segments[2].tokens[5].duration_scale."
)
_PLAN: Final[Schema] = {LATER: "plan"}
_PLANNED: Final[dict[str, Any]] = {"description": "The plan", "content": {"application/json": {"schema": _PLAN}}}


@router.post("/plan", openapi_extra=body_of(SPEECH_BODY), response_class=Response, responses={200: _PLANNED})
async def plan(request: Request) -> Response:
    """How a text would be read: segments, tokens, readings, breaks, prominence, intonation, phones."""
    wanted, _ = speech_request(await read_json(request))
    service: SpeechService = request.app.state.service
    utterance = await stoppable(request, lambda cancel: service.analyse(wanted, cancel=cancel))
    return Response(await in_thread(request, utterance.to_json), media_type="application/json")


@router.post("/render", openapi_extra=body_of(with_note(_PLAN, _EDITABLE)))
async def render(
    request: Request, format: Annotated[str, Query(json_schema_extra={"enum": list(FORMATS)})] = "wav"
) -> TtsAnswer:
    """Speak a plan, edited or not; the answer is that of ``/tts``. What was spoken just so before is kept."""
    check_choice("format", format, FORMATS)
    raw = await read_raw_json(request)
    utterance = await in_thread(request, lambda: Utterance.from_json(raw))
    service: SpeechService = request.app.state.service
    return await answer(request, format, lambda cancel: service.render(utterance, cancel=cancel))
