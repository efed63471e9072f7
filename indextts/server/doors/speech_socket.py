"""One WebSocket of ``/v1/audio/stream``: what its client writes is read by one task, and spoken by another.

Messages are JSON objects with a ``type`` (docs/api.md). A text is a turn: it begins with its first piece and ends
with ``end`` or ``interrupt``; turns are spoken one after the other. A turn that is refused is refused to its end.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from indextts.model.errors import StudioError, because
from indextts.server.doors.live import LiveSound, LiveWish, read_live_wish
from indextts.server.doors.written import Served, TimedWord, WrittenPart, WrittenText, first_ended, spoken
from indextts.server.errors import error_body, request_id
from indextts.server.parsing import NOT_TEXT, invalid, number_of, parse_json
from indextts.server.streamed import tell_warnings
from indextts.service.rate_limit import client_of

log = logging.getLogger(__name__)

MOST_WAITING: Final = 4
"""Turns that wait while one is spoken."""
IDLE_S: Final = 300.0
"""A connection on which nothing is written or spoken for so long is closed."""
_KEPT: Final = 2 * MOST_WAITING
"""Turns about which can be asked what was heard of them."""
_CHUNK: Final = 32 * 1024
"""Bytes of sound in one message."""


@dataclass
class _Turn:
    """One text, and what has been sent of it."""

    number: int
    wish: LiveWish
    binary: bool
    text: WrittenText
    over: bool = False
    """Whether all of it was sent."""
    sent_s: float = 0.0
    sent_to: int = 0
    """Up to where in the text all sound has been sent."""
    begun_to: int = 0
    """Up to where something may have been sent, with these words."""
    words: list[TimedWord] = field(default_factory=list)

    def heard_to(self, played_s: float | None) -> int:
        """Up to where in the text the sound of ``played_s`` seconds was heard, ``None`` for all that was sent."""
        if played_s is None:
            return self.sent_to
        return next((word.start for word in self.words if word.end_s > played_s), self.begun_to)


class SpeechSocket:
    """A connection, until its client goes."""

    def __init__(self, served: Served, socket: WebSocket, *, check: Callable[[], object], strict: bool) -> None:
        """``check`` raises :class:`StudioError` where the client may ask for nothing any more; ``strict`` as in the
        configuration's ``openai.strict``.
        """
        self._served = served
        self._server = served.config.server
        self._socket = socket
        self._check = check
        self._strict = strict
        self._client = client_of(socket)
        self._sending = asyncio.Lock()
        self._wish: LiveWish | None = None
        self._binary = False
        self._count = 0
        self._refusal: StudioError | None = None
        """Why the last settings were not taken: nothing is spoken with others in their place."""
        self._written: _Turn | None = None
        """The one whose text is still coming …"""
        self._refused = 0
        """… or its number, where it is not spoken."""
        self._waiting: asyncio.Queue[_Turn] = asyncio.Queue(MOST_WAITING)
        self._spoken: _Turn | None = None
        self._kept: dict[int, _Turn] = {}

    async def run(self) -> None:
        """Answer until the client goes; then stop what it asked for."""
        try:
            await first_ended(asyncio.create_task(self._read_all()), asyncio.create_task(self._speak_all()))
        except (WebSocketDisconnect, TimeoutError):
            pass
        finally:
            for turn in self._kept.values():
                turn.text.give_up()

    # ------------------------------------------------------------------ what comes

    async def _read_all(self) -> None:
        while (message := await self._message()) is not None:
            try:
                await self._take(parse_json(message.encode("utf-8", "surrogatepass")))
            except StudioError as error:
                await self._tell("error", None, **error_body(self._socket.scope, error))

    async def _message(self) -> str | None:
        """The next message, waited for as long as something is spoken; ``None`` where none comes."""
        while True:
            try:
                async with asyncio.timeout(IDLE_S):
                    message = await self._socket.receive()
            except TimeoutError:
                if self._spoken is not None and self._written is None:
                    continue
                error = StudioError("too_slow", seconds=f"{IDLE_S:g}")
                await self._tell("error", None, **error_body(self._socket.scope, error))
                await self._socket.close()
                return None
            if message["type"] == "websocket.disconnect":
                return None
            return message.get("text") or ""

    async def _take(self, message: dict[str, Any]) -> None:
        match message.get("type"):
            case "start":
                try:
                    await self._start(message)
                except StudioError as error:
                    self._refusal = error
                    raise
            case "text":
                if not isinstance(message.get("text"), str):
                    raise invalid("text", *NOT_TEXT)
                if (turn := await self._turn()) is not None:
                    turn.text.add(message["text"], most_chars=self._server.max_text_chars)
            case "flush" if self._written is not None:
                self._written.text.flush()
            case "end":  # each is answered by a `done`, also where no text came
                if (turn := await self._turn()) is not None:
                    turn.text.finish()
                else:
                    await self._tell("done", None, turn=self._refused, duration=0.0, engine="", fallback=False)
                self._written, self._refused = None, 0
            case "interrupt":
                await self._interrupt(message)
            case "flush":
                pass
            case _:
                english = "its type should be start, text, flush, end or interrupt."
                raise because("malformed", english, "type 应为 start、text、flush、end 或 interrupt。")

    async def _start(self, fields: dict[str, Any]) -> None:
        """Take settings, for the turns that begin from now on."""
        self._served.light_rate.check(self._client)
        audio = fields.get("audio")
        if audio not in (None, "base64", "binary"):
            raise invalid("audio", "it should be base64 or binary.", "应为 base64 或 binary。")
        self._wish = await read_live_wish(self._served, fields, strict=self._strict, usual="pcm")
        self._binary, self._refusal = audio == "binary", None
        tell_warnings(self._socket.scope, self._wish.told)
        ready = {"response_format": self._wish.audio_format, "sample_rate": self._wish.rate or self._own_rate()}
        await self._tell("ready", None, **ready, replaced=self._wish.told)

    def _own_rate(self) -> int:
        return self._served.service.loaded().sample_rate

    async def _turn(self) -> _Turn | None:
        """The turn whose text is coming, a new one where there is none; ``None`` for one that is refused, once told."""
        if self._written is None and not self._refused:
            self._count += 1
            try:
                self._written = await self._begun()
            except StudioError as error:
                self._refused = self._count
                await self._tell("error", None, turn=self._refused, **error_body(self._socket.scope, error))
        return self._written

    async def _begun(self) -> _Turn:
        """A new turn, which waits to be spoken. Raises :class:`StudioError` where it cannot be."""
        self._check()
        if self._refusal is not None:
            raise self._refusal
        if self._wish is None:
            await self._start({})
        assert self._wish is not None
        turn = _Turn(self._count, self._wish, self._binary, WrittenText(self._client, flush_s=self._wish.flush_s))
        try:
            self._waiting.put_nowait(turn)
        except asyncio.QueueFull:
            raise StudioError("queue_full", retry_after_s=1, waiting=MOST_WAITING) from None
        self._kept[turn.number] = turn
        while len(self._kept) > _KEPT:
            self._kept.pop(next(iter(self._kept)))
        return turn

    async def _interrupt(self, message: dict[str, Any]) -> None:
        """Stop everything, and tell what was heard of the turn that is meant: the one that is spoken, or the last.

        What is no number is complained of after that: whoever cuts in must not be talked over. One below 0 is that of a
        clock that has not begun to play.
        """
        number = message.get("turn", self._spoken.number if self._spoken is not None else self._count)
        for turn in self._kept.values():
            if not turn.over:
                turn.text.give_up()
        self._written, self._refused = None, 0
        played_ms = None if message.get("played_ms") is None else number_of("played_ms", message["played_ms"])
        meant = self._kept.get(number) if isinstance(number, int) else None
        told: dict[str, Any] = {"heard": "", "unheard": "", "heard_to": 0, "sent_to": 0, "sent_s": 0.0}
        if meant is not None:
            to, text = meant.heard_to(None if played_ms is None else played_ms / 1000), meant.text.text
            told = {"heard": text[:to], "unheard": text[to:], "heard_to": to, "sent_to": meant.sent_to}
            told["sent_s"] = round(meant.sent_s, 4)
        await self._tell("interrupted", None, turn=number, **told)

    # ------------------------------------------------------------------ what is said

    async def _speak_all(self) -> None:
        while True:
            turn = self._spoken = await self._waiting.get()
            if not turn.text.given_up:
                await self._speak(turn)
            self._spoken = None

    async def _speak(self, turn: _Turn) -> None:
        told: dict[str, Any] = {"engine": "", "fallback": False}
        try:
            with self._served.service.rate.counted(self._client):
                sound, stretch = LiveSound(self._served, turn.wish, turn.text), (0, 0)
                async for part in spoken(self._served, turn.text, turn.wish.request, strict=self._strict):
                    told = {"engine": part.segment.engine, "fallback": part.segment.reason is not None}
                    encoded = await sound.add(part)
                    if part.stretch != stretch:
                        stretch = part.stretch
                        place = {"start": stretch[0], "end": stretch[1]}
                        await self._tell("clause", turn, text=turn.text.text[slice(*stretch)], **place)
                    await self._send_part(turn, part, encoded)
                await self._send_sound(turn, await sound.finish())
        except StudioError as error:
            if error.status >= 500 and error.retry_after_s is None:
                log.warning("A text in pieces: %s", error)
            if turn.text.text or error.code != "text_empty":
                await self._tell("error", turn, **error_body(self._socket.scope, error))
        except (WebSocketDisconnect, TimeoutError):
            raise
        except Exception:
            name = request_id(self._socket.scope)
            log.exception("Request %s: a text in pieces could not be spoken", name)
            await self._tell("error", turn, **error_body(self._socket.scope, StudioError("internal", request_id=name)))
        await turn.text.ended.wait()
        await self._tell("done", turn, duration=round(turn.sent_s, 4), **told)
        turn.over = True

    async def _send_part(self, turn: _Turn, part: WrittenPart, encoded: bytes) -> None:
        if turn.text.given_up:
            return
        turn.begun_to = part.end
        turn.words += part.words
        if turn.wish.words and part.words:
            await self._tell("words", turn, words=[word.as_json() for word in part.words])
        await self._send_sound(turn, encoded)
        if not turn.text.given_up:
            turn.sent_s += part.samples.size / part.rate
            turn.sent_to = part.end

    async def _send_sound(self, turn: _Turn, encoded: bytes) -> None:
        for at in range(0, len(encoded), _CHUNK):
            piece = encoded[at : at + _CHUNK]
            if turn.binary:
                await self._send({"type": "websocket.send", "bytes": piece}, turn)
            else:
                await self._tell("audio", turn, audio=base64.b64encode(piece).decode("ascii"))

    async def _tell(self, kind: str, of: _Turn | None, **fields: Any) -> None:
        about = {} if of is None else {"turn": of.number}
        text = json.dumps({"type": kind, **about, **fields}, ensure_ascii=False)
        whole = text.encode("utf-8", "replace").decode()  # half a character cannot be sent
        await self._send({"type": "websocket.send", "text": whole}, of)

    async def _send(self, message: dict[str, Any], turn: _Turn | None) -> None:
        """Send it, unless ``turn`` was interrupted. Raises :class:`TimeoutError` where the client takes nothing."""
        async with self._sending, asyncio.timeout(self._server.reader_idle_s):
            if turn is None or not turn.text.given_up:
                await self._socket.send(message)
