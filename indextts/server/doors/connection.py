"""One client of the Wyoming protocol: what it asks for is read by one task, and spoken by another."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

from indextts import __version__
from indextts.engines.base import Samples, Voice
from indextts.model.errors import StudioError, printable
from indextts.model.utterance import Lang, Settings
from indextts.plan.request import SpeechRequest
from indextts.server.doors.framing import EventError, EventReader, WyomingEvent, bad_event, packed
from indextts.server.doors.written import Served as Served
from indextts.server.doors.written import WrittenText, first_ended, spoken
from indextts.server.tolerant import known_voice
from indextts.sound.encode import to_int16

log = logging.getLogger(__name__)

MOST_WAITING: Final = 4
"""Texts of one connection that wait while one is spoken."""
IDLE_S: Final = 300.0
"""A connection on which nothing is asked for or spoken for so long is closed."""
_LEAVE_S: Final = 2.0
_CHUNK: Final = 16 * 1024
"""Bytes of sound in one event."""
_EMPTY: Final = ("asr", "handle", "intent", "wake", "mic", "snd")
"""What else a Wyoming server may offer, and this one does not."""


@dataclass(frozen=True)
class _Wish:
    """One text to be spoken, and by whom."""

    voice: dict[str, Any]
    text: WrittenText


class WyomingConnection:
    """A connection, until its client goes."""

    def __init__(self, served: Served, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: str) -> None:
        self._served = served
        self._server = served.config.server
        self._events = EventReader(reader, most_bytes=self._server.max_body_bytes, message_s=self._server.header_s)
        self._writer = writer
        self._client = client
        self._sending = asyncio.Lock()
        self._wishes: asyncio.Queue[_Wish] = asyncio.Queue(MOST_WAITING)
        self._written: WrittenText | None = None
        """The one whose text is still coming."""
        self._spoken: _Wish | None = None

    async def run(self) -> None:
        """Answer until the client goes; then stop what it asked for."""
        speaker = asyncio.create_task(self._speak_all())
        try:
            # A client that can no longer be written to is gone as well.
            await first_ended(asyncio.create_task(self._read_all()), speaker)
        except (ConnectionError, TimeoutError):
            pass
        finally:
            if self._spoken is not None:
                self._spoken.text.cancel.cancel()
            await self._leave()

    async def _leave(self) -> None:
        self._writer.close()
        try:
            async with asyncio.timeout(_LEAVE_S):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()

    async def _read_all(self) -> None:
        while await self._awaited():
            try:
                event = await self._events.event()
                if event is None:
                    return
                await self._take(event)
            except StudioError as error:
                await self._send(error_event(error))
            except EventError as error:
                await self._send(error_event(error.error))
                if not error.whole:
                    return

    async def _awaited(self) -> bool:
        """Wait for an event, for ever while something is spoken; false where none comes."""
        while True:
            try:
                async with asyncio.timeout(IDLE_S):
                    return await self._events.wait()
            except TimeoutError:
                if self._spoken is None or self._written is not None:
                    return False

    async def _take(self, event: WyomingEvent) -> None:
        match event.type:
            case "describe":
                self._served.light_rate.check(self._client)
                voices = await self._served.in_thread(self._served.service.voices)
                await self._send(packed("info", _info(voices)))
            case "ping":
                text = event.data.get("text")
                await self._send(packed("pong", {"text": text} if isinstance(text, str) else None))
            case "synthesize" if self._written is None:  # else it is the text again, for servers that take no pieces
                wish = self._wish(event, streamed=False)
                text = _text(event)
                self._enqueue(wish)
                wish.text.whole(text)
            case "synthesize-start":
                wish = self._wish(event, streamed=True)
                self._give_up()
                self._enqueue(wish)
                self._written = wish.text
            case "synthesize-chunk":
                self._begun().add(_text(event), most_chars=self._server.max_text_chars)
            case "synthesize-stop":
                self._begun().finish()
                self._written = None

    def _wish(self, event: WyomingEvent, *, streamed: bool) -> _Wish:
        voice = event.data.get("voice")
        if not isinstance(voice, dict | None):
            raise bad_event("voice should be an object", "voice 应是一个对象")
        return _Wish(voice or {}, WrittenText(self._client, streamed=streamed))

    def _enqueue(self, wish: _Wish) -> None:
        try:
            self._wishes.put_nowait(wish)
        except asyncio.QueueFull:
            raise StudioError("queue_full", retry_after_s=1, waiting=MOST_WAITING) from None

    def _give_up(self) -> None:
        """Stop a text whose end never came: its client has begun another one."""
        if self._written is not None:
            self._written.give_up()
            self._written = None

    def _begun(self) -> WrittenText:
        if self._written is None:
            raise bad_event("no synthesize-start came before it", "此前没有 synthesize-start")
        return self._written

    async def _speak_all(self) -> None:
        while True:
            wish = self._spoken = await self._wishes.get()
            await self._speak(wish)
            self._spoken = None

    async def _speak(self, wish: _Wish) -> None:
        """Say all of it; its end is told also where something goes wrong, as clients wait for that."""
        sound, failed, text = _Sound(self._send), False, wish.text
        try:
            with self._served.service.rate.counted(self._client):
                voice = await self._voice(wish.voice.get("name"))
                language = _language(wish.voice.get("language"))
                request = SpeechRequest("", Settings(voice=voice), speakers={}, language=language)
                async for part in spoken(self._served, text, request):
                    await sound.add(part.samples, part.rate)
        except StudioError as error:
            failed = True
            if error.status >= 500 and error.retry_after_s is None:
                log.warning("Wyoming: %s", error)
            if not text.given_up:
                await self._send(error_event(error))
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            failed = True
            name = secrets.token_hex(8)
            log.exception("Request %s: Wyoming: a text could not be spoken", name)
            await self._send(error_event(StudioError("internal", request_id=name)))
        await sound.end(even_without=failed and not text.streamed)
        if text.streamed:
            await text.ended.wait()
            if not text.given_up:
                await self._send(packed("synthesize-stopped"))

    async def _voice(self, name: Any) -> str:
        """The voice of that name, the default one where there is none; that is told in the log."""
        if name is None:
            return "default"
        told: dict[str, str] = {}
        voices = await self._served.in_thread(self._served.service.voices)
        voice = known_voice(str(name), voices, told)
        if told:
            log.info("Wyoming: %s", told["voice"])
        return str(voice)

    async def _send(self, event: bytes) -> None:
        """Send it. Raises :class:`TimeoutError` where the client does not take what was sent."""
        async with self._sending, asyncio.timeout(self._server.reader_idle_s):
            self._writer.write(event)
            await self._writer.drain()


class _Sound:
    """The sound of one text, announced with its rate before its first sample."""

    def __init__(self, send: Callable[[bytes], Awaitable[None]]) -> None:
        self._send = send
        self._form: dict[str, Any] = {}

    async def add(self, samples: Samples, rate: int) -> None:
        """Send more samples, as 16-bit integers."""
        if self._form.get("rate") != rate:
            await self.end()
            self._form = {"rate": rate, "width": 2, "channels": 1}
            await self._send(packed("audio-start", self._form))
        sound = to_int16(samples).tobytes()
        for at in range(0, len(sound), _CHUNK):
            await self._send(packed("audio-chunk", self._form, sound[at : at + _CHUNK]))

    async def end(self, *, even_without: bool = False) -> None:
        """Tell the end of what was announced, or ``even_without`` any."""
        if self._form or even_without:
            await self._send(packed("audio-stop"))
        self._form = {}


def error_event(error: StudioError) -> bytes:
    """What happened, in one sentence."""
    return packed("error", {"text": error.localise("en")[0], "code": error.code})


def _text(event: WyomingEvent) -> str:
    text = event.data.get("text")
    if not isinstance(text, str):
        raise bad_event("text should be a string", "text 应是一个字符串")
    return text


def _language(name: Any) -> Lang | None:
    """The language of a tag such as ``zh-CN``, where a voice is chosen by it."""
    tongue = str(name).lower().replace("_", "-").partition("-")[0]
    languages: dict[str, Lang] = {"zh": "zh", "cmn": "zh", "en": "en"}
    return languages.get(tongue)


def _info(voices: list[Voice]) -> dict[str, Any]:
    program = {
        "name": "indextts-studio",
        "description": "IndexTTS Studio",
        "attribution": {"name": "IndexTTS Studio", "url": ""},
        "installed": True,
        "version": __version__,
        "supports_synthesize_streaming": True,
        "voices": [_described(voice) for voice in voices],
    }
    return {**{kind: [] for kind in _EMPTY}, "tts": [program]}


def _described(voice: Voice) -> dict[str, Any]:
    names = dict.fromkeys(printable(name, 80) for name in (voice.name_en, voice.name_zh))
    return {
        "name": voice.id,
        "description": " · ".join(names),
        "attribution": {"name": f"{voice.engine} ({voice.licence})", "url": ""},
        "installed": True,
        "version": None,
        "languages": list(voice.languages),
        "speakers": None,
    }
