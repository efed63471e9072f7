"""OpenAI's calls for speech, so that its clients work here unchanged."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, caller_language
from indextts.model.settings import AUTO_ENGINE, ENGINES
from indextts.model.utterance import Settings
from indextts.plan.request import FORMATS, SpeechRequest
from indextts.server.calls import cancel_on_leave, in_thread, iterate, limit_rate, service_of
from indextts.server.errors import ERRORS, NOT_FOUND, error_body
from indextts.server.middleware import BrokenStreamError
from indextts.server.parsing import NOT_TEXT, invalid, read_json
from indextts.server.schemas import AUDIO_TYPES, BINARY, OPENAI_BODY, OPENAI_MODELS, OPENAI_VOICES, body_of

router = APIRouter(prefix="/v1", tags=["openai"], responses=ERRORS)

_AUDIO: Final[dict[str, Any]] = {
    "description": "Audio, chunked as it is made; with `stream_format: sse` as events",
    "content": {**dict.fromkeys(AUDIO_TYPES.values(), BINARY), "text/event-stream": {}},
}

WARNING_HEADER: Final = "X-IndexTTS-Warning"


@router.post(
    "/audio/speech",
    dependencies=[Depends(limit_rate)],
    openapi_extra=body_of(OPENAI_BODY),
    response_class=Response,
    responses={200: _AUDIO},
)
async def speech(request: Request) -> Response:
    """Speak ``input``; the audio comes in chunks as it is made, or as server-sent events."""
    body = await read_json(request)
    wanted = _wanted(body)
    audio_format = _choice(body, "response_format", "mp3", FORMATS)
    as_events = _choice(body, "stream_format", "audio", ("audio", "sse")) == "sse"
    heard = _Heard()
    chunks = _chunks(request, wanted, audio_format, heard)
    first = await anext(chunks, b"")  # what goes wrong until here still gets a status of its own
    headers = {"Cache-Control": "no-store", **heard.headers()}
    if body.get("instructions"):
        headers[WARNING_HEADER] = "instructions were not used: the engine cannot follow free text"
    if as_events:
        events = _events(first, chunks, partial(error_body, request.scope), heard)
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)
    return StreamingResponse(_joined(first, chunks), media_type=AUDIO_TYPES[audio_format], headers=headers)


@router.get("/models")
async def models(request: Request) -> dict[str, Any]:
    """The engines that are installed, in OpenAI's form."""
    return {"object": "list", "data": [_model(name) for name in service_of(request).installed()]}


@router.get("/models/{name}", responses={404: NOT_FOUND})
async def model(name: str) -> dict[str, Any]:
    """One of them."""
    if name not in (*ENGINES, *OPENAI_MODELS):
        raise StudioError("not_found")
    return _model(name)


@router.get("/audio/voices")
async def voices(request: Request) -> dict[str, Any]:
    """The voices that ``voice`` can name."""
    in_chinese = caller_language(request.headers) == "zh"
    listed = [
        {
            "id": voice.id,
            "name": voice.name_zh if in_chinese else voice.name_en,
            "engine": voice.engine,
            "languages": list(voice.languages),
            "licence": voice.licence,
            "group": voice.group,
            "description": voice.about_zh if in_chinese else voice.about_en,
        }
        for voice in service_of(request).voices()
    ]
    return {"voices": listed}


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "indextts-studio"}


def _wanted(body: dict[str, Any]) -> SpeechRequest:
    """OpenAI's body as our request."""
    text = body.get("input", "")
    if not isinstance(text, str):
        raise invalid("input", *NOT_TEXT)
    model = _choice(body, "model", AUTO_ENGINE, (AUTO_ENGINE, *ENGINES, *OPENAI_MODELS))
    voice = body.get("voice")
    if isinstance(voice, dict):  # the API's newer form
        if voice.get("id") is None:
            raise invalid("voice", 'write it as {"id": "…"}.', '请写成 {"id": "…"}。')
        voice = voice["id"]
    if voice is None or (isinstance(voice, str) and voice in OPENAI_VOICES):
        voice = "default"
    instructions = body.get("instructions")
    if instructions is not None and not isinstance(instructions, str):
        raise invalid("instructions", *NOT_TEXT)
    engine = model if model in ENGINES else AUTO_ENGINE
    given = {name: body[name] for name in ("speed", "commercial") if body.get(name) is not None}
    settings = Settings(engine, voice, **given)
    return SpeechRequest(text, settings, body.get("speakers"))


def _choice(body: dict[str, Any], name: str, default: str, choices: tuple[str, ...]) -> str:
    value = body.get(name)
    if value is None:
        return default
    if value not in choices:
        known = ", ".join(choices)
        raise invalid(name, f"it should be one of {known}.", f"可选 {known}。")
    return str(value)


class _Heard:
    """The speaker, as far as it is known."""

    def __init__(self) -> None:
        self.engine = ""
        self.reason: Bilingual | None = None
        self.warnings: list[StudioError] = []

    def headers(self) -> dict[str, str]:
        """What can be told with the first sound; a header takes ASCII alone."""
        headers = {"X-Engine": self.engine, "X-Fallback": "false" if self.reason is None else "true"}
        if self.reason is not None:
            reason = self.reason.en.translate({0x201C: '"', 0x201D: '"', 0x2019: "'"})
            headers["X-Fallback-Reason"] = reason.encode("ascii", "replace").decode("ascii")
        if self.warnings:
            headers["X-Warnings"] = ", ".join(dict.fromkeys(one.code for one in self.warnings))
        return headers


async def _chunks(request: Request, wanted: SpeechRequest, audio_format: str, heard: _Heard) -> AsyncIterator[bytes]:
    """Encoded audio, segment by segment. Closing it stops the work."""
    from indextts.sound.encode import StreamEncoder, encode
    from indextts.sound.export.label import label_text

    service = service_of(request)
    resampler = service.config.audio.resampler
    label = label_text(service.config.label, [wanted.text, wanted.settings, wanted.speakers])
    async with cancel_on_leave(request) as cancel:
        segments = await in_thread(request, lambda: service.stream(wanted, cancel=cancel))
        encoder: StreamEncoder | None = None
        async for segment in iterate(request, segments):
            heard.engine, heard.reason = segment.engine, segment.reason
            heard.warnings = [*segment.warnings, *service.notices]
            if segment.total == 1:  # the whole speech: its file can say how long it is
                samples, rate = segment.samples, segment.sample_rate
                yield await in_thread(request, lambda: encode(samples, rate, audio_format, resampler, label=label))  # noqa: B023
                return
            encoder = encoder or StreamEncoder(segment.sample_rate, audio_format, resampler, label=label)
            encoded = await in_thread(request, lambda: encoder.feed(segment.samples))  # noqa: B023
            if encoded:
                yield encoded
        if encoder is not None and (rest := await in_thread(request, encoder.finish)):
            yield rest


async def _joined(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    try:
        async for chunk in chunks:
            yield chunk
    except StudioError as error:
        raise BrokenStreamError(str(error)) from error


async def _events(
    first: bytes, chunks: AsyncIterator[bytes], tell: Callable[[StudioError], dict[str, Any]], heard: _Heard
) -> AsyncIterator[bytes]:
    yield _delta(first)
    try:
        async for chunk in chunks:
            yield _delta(chunk)
    except StudioError as error:
        yield _event({"type": "error", **tell(error)})
        return
    usage = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    spoke = {"engine": heard.engine, "fallback": heard.reason is not None}
    yield _event({"type": "speech.audio.done", "usage": usage, **spoke})


def _delta(audio: bytes) -> bytes:
    return _event({"type": "speech.audio.delta", "audio": base64.b64encode(audio).decode("ascii")})


def _event(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()
