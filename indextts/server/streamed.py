"""Answers that are speech, sent as it is made: what OpenAI's call and the calls of other programs share."""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import aclosing
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.types import Scope

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform import importing
from indextts.server.calls import cancel_on_leave, in_thread, iterate, service_of
from indextts.server.encodings import READ_AS
from indextts.server.errors import request_id
from indextts.server.middleware import BrokenStreamError
from indextts.server.parsing import restricted
from indextts.sound.export.subtitles import Subtitles

log = logging.getLogger(__name__)
encoding = importing.lazy("indextts.sound.encode")
labels = importing.lazy("indextts.sound.export.label")

PAUSE_S: Final = 0.3
"""What has no words lasts so long."""
WORDLESS: Final = "input: it has no word, so this is a short silence"
WARNING_HEADER: Final = "X-IndexTTS-Warning"

if TYPE_CHECKING:
    from indextts.model.utterance import Utterance
    from indextts.plan.request import SpeechRequest
    from indextts.plan.segment_cache import SegmentAudio


class HeardSpeech:
    """The speaker, as far as it is known."""

    def __init__(self) -> None:
        self.engine = ""
        self.reason: Bilingual | None = None
        self.warnings: list[StudioError] = []
        self.wordless = False
        """Whether there was nothing to say, and the sound is a short silence."""
        self._words: list[dict[str, Any]] = []

    def add(self, plan: Utterance | None) -> None:
        """Keep the words of a part of the plan that was spoken."""
        if plan is None:
            return
        for word in (word for line in Subtitles.of(plan).lines for word in line.words):
            times = {"start_time": round(word.start_s, 4), "end_time": round(word.end_s, 4)}
            self._words.append({"word": word.text, **times})

    def take(self, words: Iterable[dict[str, Any]]) -> None:
        """Keep words that are told as they are."""
        self._words += words

    def words(self) -> list[dict[str, Any]]:
        """Those that were added since the last call."""
        words, self._words = self._words, []
        return words

    def headers(self) -> dict[str, str]:
        """What can be told with the first sound; a header takes ASCII alone."""
        headers = {"X-Engine": self.engine, "X-Fallback": "false" if self.reason is None else "true"}
        if self.reason is not None:
            reason = self.reason.en.translate({0x201C: '"', 0x201D: '"', 0x2019: "'"})
            headers["X-Fallback-Reason"] = reason.encode("ascii", "replace").decode("ascii")
        if self.warnings:
            headers["X-Warnings"] = ", ".join(dict.fromkeys(one.code for one in self.warnings))
        return headers


async def chunks_of(
    request: Request,
    wanted: SpeechRequest,
    audio_format: str,
    heard: HeardSpeech,
    *,
    timed: bool = False,
    rate: int | None = None,
    sent: Callable[[SegmentAudio], None] | None = None,
    strict: bool = False,
) -> AsyncIterator[bytes]:
    """Encoded audio, segment by segment; closing it stops the work.

    ``rate`` is the file's, in Hz, and ``None`` the sound's own; with ``timed`` the words' times are kept in ``heard``.
    ``sent`` gets each segment after it was sent. A text without a word ("……", an emoji) is a short silence unless
    ``strict``: clients send sentence by sentence, and an error would stop them. Raises :class:`StudioError`.
    """
    try:
        async with aclosing(_spoken(request, wanted, audio_format, heard, timed, rate, sent)) as chunks:
            async for chunk in chunks:
                yield chunk
    except StudioError as error:
        if strict or error.code != "text_unspeakable":
            raise
        heard.wordless = True
        yield await in_thread(request, partial(encoding.silence, PAUSE_S, audio_format, rate))


async def _spoken(
    request: Request,
    wanted: SpeechRequest,
    audio_format: str,
    heard: HeardSpeech,
    timed: bool,
    rate: int | None,
    sent: Callable[[SegmentAudio], None] | None,
) -> AsyncGenerator[bytes]:
    service, wanted = service_of(request), restricted(request, wanted)
    resampler = service.config.audio.resampler
    label = labels.label_text(service.config.label, [wanted.text, wanted.settings, wanted.speakers])
    with cancel_on_leave(request) as cancel:
        segments = await in_thread(request, lambda: service.stream(wanted, cancel=cancel, timed=timed))
        encoder: Any = None
        async for segment in iterate(request, segments):
            heard.engine, heard.reason = segment.engine, segment.reason
            heard.add(segment.plan)
            heard.warnings = [*segment.warnings, *service.notices]
            if segment.total == 1:  # the whole speech: its file can say how long it is
                whole = partial(encoding.encode, segment.samples, segment.sample_rate, audio_format, resampler)
                yield await in_thread(request, partial(whole, label=label, rate=rate))
                if sent is not None:
                    await in_thread(request, partial(sent, segment))
                return
            encoder = encoder or encoding.StreamEncoder(
                segment.sample_rate, audio_format, resampler, label=label, rate=rate
            )
            encoded = await in_thread(request, partial(encoder.feed, segment.samples))
            if encoded:
                yield encoded
            if sent is not None:
                await in_thread(request, partial(sent, segment))
        if encoder is not None and (rest := await in_thread(request, encoder.finish)):
            yield rest


def delta(audio: bytes, heard: HeardSpeech) -> bytes:
    """The server-sent event of a piece of the sound, with the words that were spoken since the one before."""
    words = heard.words()
    timed = {"timestamps": words} if words else {}
    return event({"type": "speech.audio.delta", "audio": base64.b64encode(audio).decode("ascii"), **timed})


def done(heard: HeardSpeech) -> bytes:
    """The server-sent event at the end of the sound."""
    usage = {"input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
    left = heard.words()
    spoke = {**({"timestamps": left} if left else {}), "engine": heard.engine, "fallback": heard.reason is not None}
    return event({"type": "speech.audio.done", "usage": usage, **spoke})


def event(data: dict[str, Any]) -> bytes:
    """A server-sent event."""
    return f"data: {json.dumps(data)}\n\n".encode()


async def joined(first: bytes, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """``first`` and the rest. Raises :class:`BrokenStreamError` for what goes wrong on the way."""
    yield first
    try:
        async for chunk in chunks:
            yield chunk
    except StudioError as error:
        raise BrokenStreamError(str(error)) from error


def warning_headers(request: Request, told: Mapping[str, str]) -> dict[str, str]:
    """The header that tells what was replaced or left out of what a client sent, by the field; it is logged, too."""
    read_as = request.scope["state"].get(READ_AS)
    told = {**({"encoding": read_as} if read_as else {}), **told}
    if not told:
        return {}
    tell_warnings(request.scope, told)
    return {WARNING_HEADER: "; ".join(told.values()).encode("ascii", "backslashreplace").decode("ascii")}


def tell_warnings(scope: Scope, told: Mapping[str, str]) -> None:
    """Log what was replaced or left out of what a client sent."""
    if told:
        log.info("Request %s: replaced or left out: %s", request_id(scope), ", ".join(told))


async def speech_answer(
    request: Request,
    wanted: SpeechRequest,
    audio_format: str,
    media_type: str,
    *,
    rate: int | None = None,
    headers: Mapping[str, str] | None = None,
    sent: Callable[[SegmentAudio], None] | None = None,
) -> StreamingResponse:
    """The sound of ``wanted``, chunked; ``rate`` and ``sent`` as in :func:`chunks_of`.

    Raises :class:`StudioError` for what goes wrong before the first sound. What goes wrong later breaks the answer off.
    """
    heard = HeardSpeech()
    chunks = chunks_of(request, wanted, audio_format, heard, rate=rate, sent=sent)
    first = await anext(chunks, b"")
    told = {"Cache-Control": "no-store", **heard.headers(), **(headers or {})}
    return StreamingResponse(joined(first, chunks), media_type=media_type, headers=told)
