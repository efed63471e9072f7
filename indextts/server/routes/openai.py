"""OpenAI's calls for speech, so that its clients work here unchanged."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import caller_language
from indextts.model.settings import ENGINES
from indextts.server.calls import in_thread, limit_rate, service_of, with_service
from indextts.server.errors import ERRORS, NOT_FOUND, error_body
from indextts.server.parsing import FORM_TYPES, content_type, numbers_from_text, parse_json, read_form, read_json
from indextts.server.schemas import BINARY, OPENAI_BODY, OPENAI_FORM, OPENAI_TYPES, body_of
from indextts.server.streamed import WORDLESS, HeardSpeech, chunks_of, delta, done, event, joined, warning_headers
from indextts.server.tolerant import OPENAI_MODELS, read_wish
from indextts.service import offered

if TYPE_CHECKING:
    from indextts.engines.base import Voice

router = APIRouter(prefix="/v1", tags=["openai"], responses=ERRORS)

_AUDIO: Final[dict[str, Any]] = {
    "description": "Audio, chunked as it is made; with `stream_format: sse` as events",
    "content": {**dict.fromkeys(OPENAI_TYPES.values(), BINARY), "text/event-stream": {}, "application/json": {}},
}
_FORM: Final = {"schema": OPENAI_FORM}
_BODIES: Final[dict[str, Any]] = body_of(OPENAI_BODY)
_BODIES["requestBody"]["content"] |= dict.fromkeys(FORM_TYPES, _FORM)
_QUERY: Final[dict[str, Any]] = {
    "parameters": [
        {"name": name, "in": "query", "required": name == "input", "schema": shape}
        for name, shape in OPENAI_FORM["properties"].items()
    ]
}

_HOW: Final[dict[str, Any]] = {
    "dependencies": [Depends(limit_rate)],
    "response_class": Response,
    "responses": {200: _AUDIO},
}


@router.post("/audio/speech", openapi_extra=_BODIES, **_HOW)
async def speech(request: Request) -> Response:
    """Speak ``input``; the audio comes in chunks as it is made, or as server-sent events."""
    kind = content_type(request)
    if _is_strict(request) or kind not in FORM_TYPES:
        return await _spoken(request, await read_json(request))
    # curl says "a form" of whatever its -d brings, unless it is told what that is.
    if kind == FORM_TYPES[1] and (body := await request.body()).lstrip().startswith(b"{"):
        return await _spoken(request, parse_json(body))
    form = await read_form(request)
    return await _spoken(request, {name: one for name, one in form.multi_items() if isinstance(one, str)})


@router.get("/audio/speech", openapi_extra=_QUERY, **_HOW)
async def speech_by_query(request: Request) -> Response:
    """The same from a query, for programs that can fetch an address and no more."""
    if _is_strict(request):
        raise HTTPException(405)
    return await _spoken(request, dict(request.query_params))


async def _spoken(request: Request, fields: dict[str, Any]) -> Response:
    service, strict = service_of(request), _is_strict(request)
    if request.method == "GET" or content_type(request) in FORM_TYPES:
        fields = numbers_from_text(fields)
        timing = fields.get("return_timing")
        fields["return_timing"] = {"true": True, "1": True, "false": False, "0": False}.get(str(timing).lower(), timing)
    voices: list[Voice] | None = None
    with suppress(StudioError):  # what is wrong is told by the speech itself, after what is wrong with the text
        voices = await in_thread(request, service.voices)
    wish = read_wish(fields, voices, await in_thread(request, service.installed), strict=strict)
    heard = HeardSpeech()
    chunks = chunks_of(request, wish.request, wish.audio_format, heard, timed=wish.timed, strict=strict)
    first = await anext(chunks, b"")  # what goes wrong until here still gets a status of its own
    if heard.wordless:
        wish.told["input"] = WORDLESS
    headers = {"Cache-Control": "no-store", **heard.headers(), **warning_headers(request, wish.told)}
    if wish.as_events:
        events = _events(first, chunks, partial(error_body, request.scope), heard)
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)
    if wish.timed:
        audio = first + b"".join([chunk async for chunk in chunks])
        timed = {"audio": base64.b64encode(audio).decode(), "audio_format": wish.audio_format}
        return JSONResponse({**timed, "timestamps": heard.words()}, headers=headers)
    return StreamingResponse(joined(first, chunks), media_type=OPENAI_TYPES[wish.audio_format], headers=headers)


def _is_strict(request: Request) -> bool:
    return bool(request.app.state.config.openai.strict)


@router.get("/models")
@router.get("/audio/models")
async def models(request: Request) -> dict[str, Any]:
    """What ``model`` takes, in OpenAI's form: the engines that are installed, and OpenAI's own names."""
    installed = await in_thread(request, service_of(request).installed)
    return {"object": "list", "data": [_model(name) for name in (*installed, *OPENAI_MODELS)]}


@router.get("/models/{name}", responses={404: NOT_FOUND})
async def model(name: str) -> dict[str, Any]:
    """One of them, or an engine that is not installed: a request for it is spoken by another one."""
    if name not in (*ENGINES, *OPENAI_MODELS):
        raise StudioError("not_found")
    return _model(name)


@router.get("/audio/voices")
async def voices(request: Request) -> dict[str, Any]:
    """The voices that ``voice`` can name, the engines that speak them, and a person's own that none can speak."""
    language = caller_language(request.headers)

    return await with_service(request, lambda service: offered.told(service, language))


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "indextts-studio"}


async def _events(
    first: bytes, chunks: AsyncIterator[bytes], tell: Callable[[StudioError], dict[str, Any]], heard: HeardSpeech
) -> AsyncIterator[bytes]:
    yield delta(first, heard)
    try:
        async for chunk in chunks:
            yield delta(chunk, heard)
    except StudioError as error:
        yield event({"type": "error", **tell(error)})
        return
    yield done(heard)
