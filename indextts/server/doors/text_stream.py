"""Speech of a text that is still being written: ``/v1/audio/stream``, as a WebSocket and as a call with a long body.

The body is plain text, or a line of JSON for each piece (``{"text": "…"}``); the answer begins while it arrives.
"""

from __future__ import annotations

import asyncio
import codecs
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import WebSocketRoute
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from indextts.model.errors import StudioError, printable
from indextts.server.calls import limit_rate
from indextts.server.connections import OWN_PACE
from indextts.server.doors.common import check_open
from indextts.server.doors.live import LiveSound, LiveWish, read_live_wish
from indextts.server.doors.speech_socket import SpeechSocket
from indextts.server.doors.written import Places, Served, WrittenText, spoken
from indextts.server.encodings import NOT_UTF8
from indextts.server.errors import ERRORS, error_body, error_response
from indextts.server.parsing import NOT_TEXT, content_type, invalid, numbers_from_text, parse_json
from indextts.server.schemas import BINARY, LIVE_QUERY, OPENAI_TYPES
from indextts.server.streamed import WORDLESS, HeardSpeech, delta, done, event, joined, warning_headers
from indextts.service.rate_limit import client_of

PATH: Final = "/v1/audio/stream"
_LINES: Final = ("application/x-ndjson", "application/jsonl")
_PLAIN: Final = "text/plain"
_TOLD: Final = (
    (_PLAIN, "The text, in UTF-8."),
    *((kind, 'Lines of JSON, each a piece: `{"text": "…"}`; or `{"type": "flush"}`.') for kind in _LINES),
)
_BODY: Final[dict[str, Any]] = {
    "parameters": LIVE_QUERY,
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {**BINARY["schema"], "description": told}} for kind, told in _TOLD},
    },
}
_ANSWER: Final[dict[str, Any]] = {
    "description": "Audio as it is made, while the body may still arrive; with `stream_format=sse` as events",
    "content": {**dict.fromkeys(OPENAI_TYPES.values(), BINARY), "text/event-stream": {}},
}

router = APIRouter(tags=["openai"], responses={**ERRORS, 408: {**ERRORS[400], "description": "The body stalled"}})


@router.post(
    PATH,
    openapi_extra=_BODY,
    dependencies=[Depends(limit_rate)],
    response_class=Response,
    responses={200: _ANSWER},
)
async def speech(request: Request) -> Response:
    """Speak the text in the body as it arrives."""
    check_open(request, "text_stream")
    take = _taker(request)
    fields = numbers_from_text(dict(request.query_params))
    for name in ("words", "sample_rate", "flush_after_s"):
        fields |= _plain_value(name, fields.get(name))
    as_events = fields.pop("stream_format", "audio")
    if as_events not in ("audio", "sse"):
        raise invalid("stream_format", "it should be audio or sse.", "应为 audio 或 sse。")
    strict = bool(request.app.state.config.openai.strict)
    wish = await read_live_wish(request.app.state.served, fields, strict=strict)
    heard = HeardSpeech()
    chunks = _chunks(request, wish, take, heard)
    first = await anext(chunks, b"")  # what goes wrong until here still gets a status of its own
    if heard.wordless:
        wish.told["input"] = WORDLESS
    headers = {"Cache-Control": "no-store", **heard.headers(), **warning_headers(request, wish.told)}
    if as_events == "sse":
        return _Live(_events(request, first, chunks, heard), chunks, "text/event-stream", headers)
    return _Live(joined(first, chunks), chunks, OPENAI_TYPES[wish.audio_format], headers)


async def socket(socket: WebSocket) -> None:
    """The same as a conversation, which can be interrupted."""
    state = socket.app.state
    places: Places = state.places
    try:
        check_open(socket, "text_stream")
        with places.one(client_of(socket)):
            await socket.accept()
            check = partial(state.access.caller, socket.scope, PATH)
            await SpeechSocket(state.served, socket, check=check, strict=bool(state.config.openai.strict)).run()
    except StudioError as error:
        await error_response(socket.scope, error)(socket.scope, socket.receive, socket.send)


router.routes.append(WebSocketRoute(PATH, socket))


class _Live(Response):
    """An answer that goes out while its request still comes in: reading that is not left to Starlette."""

    def __init__(
        self,
        body: AsyncIterator[bytes],
        source: AsyncGenerator[bytes, None],
        media_type: str,
        headers: dict[str, str],
    ) -> None:
        self._chunks = body
        self._source = source
        super().__init__(media_type=media_type, headers=headers)
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            async for chunk in self._chunks:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await self._source.aclose()


async def _chunks(
    request: Request, wish: LiveWish, take: Callable[[bytes, bool, WrittenText], None], heard: HeardSpeech
) -> AsyncGenerator[bytes, None]:
    """The encoded sound; closing it stops the work and the reading of the body."""
    served: Served = request.app.state.served
    client = client_of(request)
    with request.app.state.places.one(client):
        text = WrittenText(client, flush_s=wish.flush_s)
        request.scope["state"][OWN_PACE] = True
        reading = asyncio.create_task(_read(request, text, take))
        try:
            sound = LiveSound(served, wish, text)
            async for part in spoken(served, text, wish.request, strict=served.config.openai.strict):
                heard.wordless = not part.segment.engine
                heard.engine, heard.reason = part.segment.engine, part.segment.reason
                heard.warnings = [*part.segment.warnings, *served.service.notices]
                if wish.words:
                    heard.take([word.as_json() for word in part.words])
                if encoded := await sound.add(part):
                    yield encoded
            if rest := await sound.finish():
                yield rest
        finally:
            text.give_up()
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def _read(request: Request, text: WrittenText, take: Callable[[bytes, bool, WrittenText], None]) -> None:
    """Hand the body to ``text``, and stop its sound when the client goes."""
    limits = request.app.state.config.server
    try:
        more = True
        while more:
            async with asyncio.timeout(limits.body_idle_s):
                message = await request.receive()
            if message["type"] == "http.disconnect":
                text.cancel.cancel()
                raise StudioError("cancelled")
            more = message.get("more_body", False)
            take(message.get("body", b""), not more, text)
        text.finish()
    except TimeoutError:
        text.fail(StudioError("too_slow", seconds=f"{limits.body_idle_s:g}"))
    except StudioError as error:
        text.fail(error)
    gone = text.cancel.cancelled
    while not gone:
        with suppress(StudioError):  # more than may be sent
            gone = (await request.receive())["type"] == "http.disconnect"
    text.cancel.cancel()


async def _events(
    request: Request, first: bytes, chunks: AsyncIterator[bytes], heard: HeardSpeech
) -> AsyncIterator[bytes]:
    yield delta(first, heard)
    try:
        async for chunk in chunks:
            yield delta(chunk, heard)
    except StudioError as error:
        yield event({"type": "error", **error_body(request.scope, error)})
        return
    yield done(heard)


def _taker(request: Request) -> Callable[[bytes, bool, WrittenText], None]:
    """What puts the bytes of the body into a text. Raises :class:`StudioError` ``wrong_type``."""
    kind, most = content_type(request), request.app.state.config.server.max_text_chars
    if kind == _PLAIN:
        return _plain(most)
    if kind in _LINES:
        return _lines(most)
    expected = " or ".join((_PLAIN, *_LINES))
    raise StudioError("wrong_type", expected=expected, received=printable(kind, 60) or "a body without a type")


def _plain(most_chars: int) -> Callable[[bytes, bool, WrittenText], None]:
    decoder = codecs.getincrementaldecoder("utf-8")()

    def take(data: bytes, last: bool, text: WrittenText) -> None:
        try:
            text.add(decoder.decode(data, last), most_chars=most_chars)
        except UnicodeDecodeError as error:
            raise StudioError("malformed", reason=NOT_UTF8) from error

    return take


def _lines(most_chars: int) -> Callable[[bytes, bool, WrittenText], None]:
    rest = bytearray()

    def take(data: bytes, last: bool, text: WrittenText) -> None:
        rest.extend(data)
        if not last and b"\n" not in data:
            return
        *lines, kept = bytes(rest).split(b"\n")
        rest[:] = b"" if last else kept
        for line in filter(bytes.strip, [*lines, *([kept] if last else [])]):
            message = parse_json(line)
            if message.get("type") == "flush":
                text.flush()
            elif not isinstance(message.get("text"), str):
                raise invalid("text", *NOT_TEXT)
            else:
                text.add(message["text"], most_chars=most_chars)

    return take


def _plain_value(name: str, given: Any) -> dict[str, Any]:
    """A value of the query as JSON has it; what cannot be read so is left to the check that follows."""
    if not isinstance(given, str):
        return {}
    if given.lower() in ("true", "false"):
        return {name: given.lower() == "true"}
    with suppress(ValueError):
        return {name: int(given) if given.isdecimal() else float(given)}
    return {}
