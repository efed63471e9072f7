"""What a client of ``/v1/audio/stream`` asks for, and its sound in the format that it wants."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, get_args

from indextts.model.errors import StudioError
from indextts.model.settings import SETTINGS, numbers_of
from indextts.model.utterance import Lang
from indextts.plan.request import SpeechRequest
from indextts.platform import importing
from indextts.server.doors.written import Served, WrittenPart, WrittenText
from indextts.server.parsing import invalid, number_of, rate_of
from indextts.server.schemas import OWN_SETTINGS
from indextts.server.tolerant import read_wish

if TYPE_CHECKING:
    from indextts.engines.base import Voice

encoding = importing.lazy("indextts.sound.encode")
labels = importing.lazy("indextts.sound.export.label")

RATES: Final = (8_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
"""Hz; for every format but Opus, which chooses among its own."""
LONGEST_FLUSH_S: Final = 60.0
_FIELDS: Final = ("language", "sample_rate", "words", "flush_after_s", "audio", "type")


@dataclass(frozen=True)
class LiveWish:
    """What one client wants of all its texts."""

    request: SpeechRequest
    """Without a text."""
    audio_format: str
    rate: int | None
    """Of the file, in Hz; ``None`` for the sound's own."""
    words: bool
    """Whether the words' times are wanted."""
    flush_s: float
    """Seconds after the last piece of text at which what is there is spoken; 0 waits for ever."""
    told: dict[str, str]
    """What was replaced or left out, by the field, in English."""


async def read_live_wish(served: Served, fields: dict[str, Any], *, strict: bool, usual: str = "mp3") -> LiveWish:
    """Read ``fields``: OpenAI's, and our own. Raises :class:`StudioError` for what cannot be used."""
    service = served.service
    voices: list[Voice] | None = None
    with suppress(StudioError):  # what is wrong is told by the check at the end
        voices = await served.in_thread(service.voices)
    given = {"response_format": usual, **{name: one for name, one in fields.items() if one is not None}, "input": ""}
    theirs = {name: one for name, one in given.items() if name not in (*OWN_SETTINGS, *_FIELDS)}
    wish = read_wish(theirs, voices, await served.in_thread(service.installed), strict=strict)
    own = {name: given[name] for name in OWN_SETTINGS if name in given}
    settings = replace(wish.request.settings, **numbers_of(SETTINGS, own))
    language, rate, words = given.get("language"), given.get("sample_rate"), given.get("words", False)
    if language not in (None, *get_args(Lang)):
        raise invalid("language", "it should be zh or en.", "应为 zh 或 en。")
    rate = None if rate is None else rate_of("sample_rate", rate, RATES)
    if not isinstance(words, bool):
        raise invalid("words", "it should be true or false.", "应是 true 或 false。")
    flush_s = number_of("flush_after_s", given.get("flush_after_s", 0), 0, LONGEST_FLUSH_S)
    # Labels at the beginnings of lines name voices only where they are given: a second line would make the first one.
    request = replace(wish.request, settings=settings, speakers=wish.request.speakers or {}, language=language)
    await served.in_thread(lambda: service.loaded().check(replace(request, text="a")))
    return LiveWish(request, wish.audio_format, rate, words, flush_s, wish.told)


class LiveSound:
    """The sound of one text, encoded as it is made."""

    def __init__(self, served: Served, wish: LiveWish, text: WrittenText) -> None:
        self._served = served
        self._wish = wish
        self._text = text
        self._encoder: Any = None

    async def add(self, part: WrittenPart) -> bytes:
        """What is ready to be sent now that ``part`` has come."""
        return await self._served.in_thread(partial(self._feed, part))

    async def finish(self) -> bytes:
        """What is left."""
        return b"" if self._encoder is None else await self._served.in_thread(self._encoder.finish)

    def _feed(self, part: WrittenPart) -> bytes:
        if self._encoder is None:
            config, request = self._served.config, self._wish.request
            label = labels.label_text(
                config.label, [self._text.text[: part.stretch[1]], request.settings, request.speakers]
            )
            self._encoder = encoding.StreamEncoder(
                part.rate, self._wish.audio_format, config.audio.resampler, label=label, rate=self._wish.rate
            )
        encoded: bytes = self._encoder.feed(part.samples)
        return encoded
