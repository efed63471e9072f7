"""A text that is spoken while it is written: for Home Assistant's port, the WebSocket and the call with a long body.

    text = WrittenText(client)
    text.add("你好，", most_chars=1000)              # from the task that reads what the client sends
    text.finish()
    async for part in spoken(served, text, request):  # in the task that sends what is spoken
        ...

Each stretch of the text (:mod:`indextts.server.doors.sentence_feed`) is read behind what was said before it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

import anyio

from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.plan.request import SpeechRequest
from indextts.platform import importing
from indextts.platform.config import Config
from indextts.platform.run import Cancel
from indextts.reading import markup
from indextts.reading.markup.marked import Marked
from indextts.reading.text import cleaned
from indextts.reading.text.sentences import main_language
from indextts.server.doors.sentence_feed import SentenceFeed
from indextts.server.streamed import PAUSE_S
from indextts.service.rate_limit import RateLimit
from indextts.service.service import SpeechService
from indextts.sound.export.subtitles import Subtitles

if TYPE_CHECKING:
    from indextts.engines.base import Samples
    from indextts.plan.segment_cache import SegmentAudio

T = TypeVar("T")

np = importing.lazy("numpy")
segment_cache = importing.lazy("indextts.plan.segment_cache")

MOST_CONNECTIONS: Final = 64
MOST_OF_ONE: Final = 16
"""Connections of one client."""
_LEAST_BEFORE: Final = 48
"""Characters of what was said that a stretch is read behind, if they begin a line …"""
_MOST_BEFORE: Final = 600
"""… and the most, where none begins there."""
_BEFORE_CODE: Final = 300
"""Characters that tell in which language a block of code is named."""


@dataclass(frozen=True)
class Served:
    """What all connections of one door share."""

    config: Config
    service: SpeechService
    light_rate: RateLimit
    """Counts questions that cost little."""
    threads: anyio.CapacityLimiter
    """For work that blocks."""

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Run ``work`` in a thread. Leaves at once when the task is cancelled; the thread goes on."""
        return await anyio.to_thread.run_sync(work, limiter=self.threads, abandon_on_cancel=True)


class Places:
    """How many connections there are, in all and of each client. For one event loop."""

    def __init__(self) -> None:
        self._taken: Counter[str] = Counter()

    @contextmanager
    def one(self, client: str) -> Iterator[None]:
        """A connection of ``client``. Raises :class:`StudioError` ``too_many_connections``."""
        if self._taken.total() >= MOST_CONNECTIONS or self._taken[client] >= MOST_OF_ONE:
            raise StudioError("too_many_connections", retry_after_s=5)
        self._taken[client] += 1
        try:
            yield
        finally:
            self._taken[client] -= 1
            self._taken += Counter()  # without those at 0


@dataclass(frozen=True)
class TimedWord:
    """A word as it was written, and when it is heard."""

    text: str
    start_s: float
    """From the first sample of the whole text on, as is ``end_s``."""
    end_s: float
    start: int
    """In the text as it was sent, as is ``end``."""
    end: int

    def as_json(self) -> dict[str, str | float]:
        """As clients are told it."""
        times = {"start_time": self.start_s, "end_time": self.end_s}
        return {"word": self.text, **times, "start": self.start, "end": self.end}


@dataclass(frozen=True)
class WrittenPart:
    """The sound of a segment, with the silence before it."""

    samples: Samples
    rate: int
    """Hz."""
    stretch: tuple[int, int]
    """The stretch of the text that it belongs to …"""
    end: int
    """… and where the segment ends in it."""
    words: tuple[TimedWord, ...]
    segment: SegmentAudio
    """Of no engine where the text has no word, and this is a silence."""


class WrittenText:
    """One text to be spoken, which may still be written. For one event loop."""

    def __init__(self, client: str, *, streamed: bool = True, flush_s: float = 0.0) -> None:
        """``streamed`` says that it comes in pieces; ``flush_s`` seconds after the last one it is flushed, 0: never."""
        self.streamed = streamed
        self.cancel = Cancel(client=client)
        self.ended = asyncio.Event()
        """Set when the client has sent all of it."""
        self.given_up = False
        """Whether nobody wants it any more."""
        self.text = ""
        """What has come so far."""
        self._feed = SentenceFeed()
        self._pieces: asyncio.Queue[str | StudioError | None] = asyncio.Queue()
        self._half = ""
        self._given = False
        self._flush_s = flush_s
        self._timer: asyncio.TimerHandle | None = None

    def add(self, text: str, *, most_chars: int) -> None:
        """More of the text; once it is longer than ``most_chars``, nothing more is taken."""
        if len(self.text) > most_chars or self.ended.is_set():
            return
        text, self._half = self._half + text, ""
        if "\ud800" <= text[-1:] <= "\udbff":  # half a character: the other half comes with the next piece
            text, self._half = text[:-1], text[-1]
        if not text.isascii():
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
        self.text += text
        if len(self.text) > most_chars:
            self._pieces.put_nowait(StudioError("text_too_long", length=len(self.text), limit=most_chars))
            return
        for stretch in self._feed.add(text):
            self._give(stretch)
        if self._flush_s:
            self._stop_timer()
            self._timer = asyncio.get_running_loop().call_later(self._flush_s, self.flush)

    def whole(self, text: str) -> None:
        """The text, all of it, in one piece."""
        self.text = text
        self._pieces.put_nowait(text)
        self._pieces.put_nowait(None)
        self.ended.set()

    def flush(self) -> None:
        """Speak what is there, as if a sentence ended with it."""
        if rest := self._feed.flush():
            self._give(rest)

    def finish(self) -> None:
        """The text has ended."""
        if self.ended.is_set():
            return
        self.text += self._half
        rest = self._feed.finish() + self._half
        if rest.strip() or not self._given:
            self._give(rest)
        self._pieces.put_nowait(None)
        self._end()

    def fail(self, error: StudioError) -> None:
        """Nothing more will come: what was to come is told by ``error``, after what is complete."""
        self._pieces.put_nowait(error)
        self._end()

    def give_up(self) -> None:
        """Nobody wants it any more: stop what is spoken of it."""
        self.given_up = True
        self.cancel.cancel()
        self.finish()

    async def pieces(self) -> AsyncIterator[str]:
        """The pieces to speak, as they come. Raises :class:`StudioError`, ``text_too_long`` among others."""
        while (piece := await self._pieces.get()) is not None:
            if isinstance(piece, StudioError):
                raise piece
            yield piece

    def _end(self) -> None:
        self.ended.set()
        self._stop_timer()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _give(self, stretch: str) -> None:
        self._given = True
        self._pieces.put_nowait(stretch)


async def spoken(
    served: Served, text: WrittenText, wanted: SpeechRequest, *, strict: bool = False
) -> AsyncIterator[WrittenPart]:
    """The sound of ``text`` as ``wanted``, whose own text does not count, asks for it: segment by segment.

    A text without a word is a short silence unless ``strict``, as in :func:`~indextts.server.streamed.chunks_of`.
    Cancelling ``text.cancel`` stops the work. Raises :class:`StudioError`.
    """
    said: list[str] = []
    at, clock_s, whole = 0, 0.0, ""
    anything, unsaid = False, None
    async for piece in text.pieces():
        before = _before(said, piece, served.config.server.max_text_chars - len(piece))
        if text.streamed and wanted.language is None:
            wanted = replace(wanted, language=main_language(piece, "zh"))  # what comes later has the same voice
        with suppress(StudioError):  # what is wrong is told when it is spoken
            whole += cleaned.plain(markup.parse(piece).text)
        request = replace(wanted, text=before + piece, said=len(before), whole=whole)
        begin, at = at, at + len(piece)
        said.append(piece)
        try:
            segments = await served.in_thread(partial(served.service.stream, request, cancel=text.cancel, timed=True))
            began_s, marked = clock_s, markup.parse(request.text)
            while (segment := await served.in_thread(partial(next, segments, None))) is not None:
                words, end = _placed(segment.plan, marked, begin - len(before), began_s)
                end = at if segment.index == segment.total - 1 else end
                yield WrittenPart(segment.samples, segment.sample_rate, (begin, at), end, words, segment)
                anything, clock_s = True, clock_s + segment.samples.size / segment.sample_rate
        except StudioError as error:
            if error.code not in ("text_empty", "text_unspeakable"):
                raise
            unsaid = error  # a sentence of marks alone: there may be words before it or after it
    if not anything and unsaid is not None:
        if strict or text.given_up or unsaid.code != "text_unspeakable":
            raise unsaid
        rate = served.service.loaded().sample_rate
        silence = np.zeros(round(PAUSE_S * rate), np.float32)
        yield WrittenPart(silence, rate, (0, at), at, (), segment_cache.SegmentAudio(silence, rate, 0, 1))


def _before(said: Sequence[str], piece: str, room: int) -> str:
    """The end of what was said before ``piece``, from the beginning of a line on where there is one near."""
    size, place = 0, len(said)
    least = _BEFORE_CODE if "```" in piece or "~~~" in piece else _LEAST_BEFORE
    while place and size + len(said[place - 1]) <= min(_MOST_BEFORE, room):
        place -= 1
        size += len(said[place])
        begins = place == 0 or said[place - 1].endswith("\n") or said[place].startswith("\n")
        if begins and size >= least:
            break
    return "".join(said[place:])


def _placed(plan: Utterance | None, marked: Marked, shift: int, began_s: float) -> tuple[tuple[TimedWord, ...], int]:
    """The words of a segment, and where it ends, in the text as it was sent: ``marked`` begins at ``shift`` in it."""
    if plan is None:
        return (), 0
    words, (segment,) = [], plan.segments
    at = segment.start
    for word in (word for line in Subtitles.of(plan).lines for word in line.words):
        start = max(plan.text.find(word.text, at), at)
        at = min(start + len(word.text), len(plan.text))
        times = round(began_s + word.start_s, 4), round(began_s + word.end_s, 4)
        words.append(TimedWord(word.text, *times, shift + marked.source(start), shift + marked.source(at - 1) + 1))
    return tuple(words), shift + marked.source(segment.end - 1) + 1


async def first_ended(*tasks: asyncio.Task[None]) -> None:
    """Wait until one of ``tasks`` has ended, cancel the others, and raise what it has raised."""
    try:
        ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in ended:
        task.result()
