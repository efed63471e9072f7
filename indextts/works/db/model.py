"""A job as others see it at one moment, and the stretches of sound that it consists of: plain data."""

from __future__ import annotations

import json
import secrets
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from indextts.engines.registry import commercial
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual, Language
from indextts.model.sources import Commercial, least, not_free

if TYPE_CHECKING:
    from indextts.model.utterance import Segment, Settings

Kind = Literal["speech", "plan", "book"]
State = Literal["queued", "running", "paused", "done", "failed", "cancelled"]
STATES: Final[tuple[State, ...]] = ("queued", "running", "paused", "done", "failed", "cancelled")

UNDER_WAY: Final = ("queued", "running")
"""States in which a worker has the job, or will have it."""
ENDED: Final = ("done", "failed", "cancelled")
"""States that it leaves only on request."""

ID: Final = "[A-Za-z0-9_-]{22}"
"""The form of the ids of jobs and projects, as a regular expression."""

DAY_S: Final = 86_400.0
GONE_S: Final = DAY_S
"""What was deleted can be put back for so long."""

PEAKS_EACH_S: Final = 20


def new_id() -> str:
    """An id that cannot be guessed, in the form of :data:`ID`; no hyphen begins it, as one begins an option."""
    made = secrets.token_urlsafe(16)
    return made if made[0] != "-" else new_id()


@dataclass(frozen=True)
class Lease:
    """The right to work at something until another process holds a higher ``token``."""

    name: str
    token: int


class LeaseLostError(Exception):
    """Another process works at it by now: nothing may be written of it."""


@dataclass(frozen=True)
class Wanted:
    """Which jobs of a person a list should have."""

    project: str | None = None
    search: str = ""
    states: tuple[str, ...] = ()
    favourite: bool | None = None
    before: str | None = None
    """Those made before this one."""
    limit: int = 50
    deleted: bool = False
    """Instead of those that are there, those that can be put back."""


@dataclass(frozen=True, slots=True)
class Word:
    """What a listener hears as one: a word, a character, or a number however many are said for it."""

    text: str
    """As written."""
    start: int
    """Place of ``text`` in the text of the plan."""
    end: int
    start_s: float
    """In the whole sound."""
    end_s: float
    token: int
    """The first of its tokens in its segment of the plan."""
    tokens: int
    """How many they are."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A segment with the pauses around it: the stretches of a job follow each other without a gap."""

    index: int
    begin: int
    """Samples before it, as all counts below."""
    lead: int
    sound: int
    tail: int
    key: str
    """The name of its sound; empty where nothing is said."""
    text: str
    start: int
    end: int
    words: tuple[Word, ...]
    peaks: tuple[int, ...]
    """The loudest sample of every twentieth of a second, 255 being full scale."""
    voice: str
    engine: str

    @property
    def size(self) -> int:
        return self.lead + self.sound + self.tail

    def told(self, rate: int) -> dict[str, Any]:
        """What a player is told of it."""
        words = [
            {
                "text": word.text,
                "start": word.start,
                "end": word.end,
                "start_s": round(word.start_s, 4),
                "end_s": round(word.end_s, 4),
                "segment": self.index,
                "token": word.token,
                "tokens": word.tokens,
            }
            for word in self.words
        ]
        return {
            "index": self.index,
            "start_s": self.begin / rate,
            "duration_s": self.size / rate,
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "tokens": words,
            "peaks": [round(peak / 255, 3) for peak in self.peaks],
            "voice": self.voice,
            "engine": self.engine,
        }


def words_of(text: str, segment: Segment) -> tuple[Word, ...]:
    """The words of a spoken segment; an engine that gives no times has none."""
    words: list[Word] = []
    for place, token in enumerate(segment.tokens):
        if token.start_s is None or token.end_s is None or not token.phones:
            continue
        if words and token.start < words[-1].end:  # more is said than was written
            last = words[-1]
            end = max(last.end, token.end)
            words[-1] = Word(
                text[last.start : end], last.start, end, last.start_s, token.end_s, last.token, place + 1 - last.token
            )
        else:
            written = text[token.start : token.end]
            words.append(Word(written, token.start, token.end, token.start_s, token.end_s, place, 1))
    return tuple(words)


def voice_of(segment: Segment, settings: Settings) -> str:
    return segment.voice or settings.voice


def packed_stretches(stretches: list[Stretch]) -> bytes:
    """As they stand in the database."""
    return zlib.compress(json.dumps([asdict(one) for one in stretches], ensure_ascii=False).encode(), 1)


def stretches_of(packed: bytes | None) -> list[Stretch]:
    """What :func:`packed_stretches` wrote."""
    if packed is None:
        return []
    return [
        Stretch(**{**row, "words": tuple(Word(**word) for word in row["words"]), "peaks": tuple(row["peaks"])})
        for row in json.loads(zlib.decompress(packed))
    ]


@dataclass(frozen=True)
class Job:
    """Everything about a job but its plan, its sound and what is told of its segments."""

    id: str
    owner: str
    kind: Kind
    title: str
    project: str | None
    sample_rate: int
    live: bool
    before: str | None
    format: str
    created: float
    updated: float
    started: float | None = None
    state: State = "queued"
    segments_done: int = 0
    segments_total: int = 0
    duration_s: float = 0.0
    engine: str = ""
    reason: Bilingual | None = None
    """Why another engine has spoken than was asked for."""
    error: StudioError | None = None
    """Why it failed, or was paused without anybody asking."""
    favourite: bool = False
    kept: bool = False
    warnings: tuple[StudioError, ...] = ()
    stages: tuple[tuple[str, float], ...] = ()
    """Names and seconds of what was done since it last went on."""
    cached: int = 0
    """Segments whose sound was kept from before."""
    work_s: float = 0.0
    stage: str = ""
    """What is being done: ``queue`` while it waits for its turn."""
    place: int = 0
    """In that queue, 1 being next."""
    part: float = 0.0
    """Share of the segment under way that is done."""
    book: str | None = None
    """The book that it is a part of; such a job is in no list."""
    chapter: int | None = None
    """Its number in the book, from 1 on."""
    number: int | None = None
    """Of the part in its chapter, from 0 on."""
    hash: str | None = None
    """Of all that a part was asked for."""
    dub: bool = False
    """Of a book: that subtitles are spoken."""
    share: float | None = None
    """How much of it is done, where its segments do not tell: of a book, and of what another process speaks."""
    left_s: float | None = field(default=None, compare=False)
    """Seconds that such a one will take yet."""
    pace_s: float | None = field(default=None, compare=False)
    """Seconds for each segment of late."""
    waits: StudioError | None = field(default=None, compare=False)
    """What it waits for that comes back by itself."""
    rights: Mapping[str, Commercial] | None = field(default=None, compare=False)
    """The models that spoke and decided, and whether each may be used commercially; ``None`` if it was not recorded."""
    deleted: float | None = field(default=None, compare=False)

    @property
    def commercial(self) -> Commercial | Literal[""]:
        """Whether its sound may be used commercially; empty while it is not spoken whole, and of a book.

        ``unclear`` where nothing was noted, as of a take that came in with a project's file: what that says is not
        this program's own.
        """
        if self.rights is not None:
            return least(self.rights)
        return "unclear" if self.state == "done" and self.kind != "book" else ""

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    @property
    def progress(self) -> float:
        """Share that is done, 0 to 1."""
        if self.state == "done":
            return 1.0
        if self.share is not None:
            return self.share
        return min(1.0, (self.segments_done + self.part) / self.segments_total) if self.segments_total else 0.0

    @property
    def eta_s(self) -> float | None:
        """Estimated seconds until it is done; ``None`` while there is no estimate."""
        if self.state == "done":
            return 0.0
        if self.left_s is not None and self.state == "running":
            return self.left_s
        if self.pace_s is None or self.state != "running":
            return None
        return self.pace_s * max(0.0, self.segments_total - self.segments_done - self.part)

    def told(self, language: Language) -> dict[str, Any]:
        """What the API says of it."""
        eta_s = self.eta_s
        return {
            "id": self.id,
            "kind": self.kind,
            "dub": self.dub,
            "title": self.title,
            "project": self.project,
            "status": self.state,
            "segments_done": self.segments_done,
            "segments_total": self.segments_total,
            "progress": round(self.progress, 4),
            "eta_s": None if eta_s is None else round(eta_s, 1),
            "duration_s": self.duration_s,
            "sample_rate": self.sample_rate,
            "engine": self.engine,
            "fallback": self.reason is not None,
            "reason": "" if self.reason is None else self.reason.of(language),
            "error": None if self.error is None else sentence_of(self.error, language),
            "favourite": self.favourite,
            "kept": self.kept,
            "created": self.created,
            "updated": self.updated,
            "live": self.live,
            "before": self.before,
            "format": self.format,
            "warnings": [sentence_of(one, language) for one in self.warnings],
            "stages": [{"name": name, "seconds": round(seconds, 4)} for name, seconds in self.stages],
            "cached": self.cached,
            "commercial": self.commercial,
            "not_free": not_free(self.rights or ({self.engine: commercial(self.engine)} if self.reason else {})),
            "work_s": round(self.work_s, 4),
            "stage": self.stage,
            "place": self.place,
            "waits": None if self.waits is None else sentence_of(self.waits, language),
            "deleted": self.deleted,
        }


def sentence_of(error: StudioError, language: Language) -> dict[str, str]:
    """What the API says of an error or a warning."""
    message, hint = error.localise(language)
    return {"code": error.code, "message": message, "hint": hint}


def mixed(spoken: Sequence[Job]) -> list[StudioError]:
    """The warning about those of ``spoken`` that may not be used commercially, for what is to be used so."""
    barred = [one for one in spoken if one.commercial != "yes"]
    names = [*dict.fromkeys(name for one in barred for name in not_free(one.rights or {}))]
    # What was spoken elsewhere, or before it was noted, may be anything.
    unknown = any(one.rights is None for one in barred)
    said = Bilingual(
        ", ".join([*names, "what made it is not recorded"] if unknown else names),
        "、".join([*names, "未记录由什么合成"] if unknown else names),
    )
    return [StudioError("mixed_rights", count=len(barred), total=len(spoken), names=said)] if barred else []


def kept_error(error: StudioError) -> dict[str, Any]:
    """``error`` as it stands in the database: it is told in anybody's language later."""
    details = {
        name: list(value) if isinstance(value, Bilingual) else value if isinstance(value, (int, float)) else str(value)
        for name, value in error.details.items()
    }
    return {"code": error.code, "retry_after_s": error.retry_after_s, "details": details}


def error_of(row: Mapping[str, Any] | None) -> StudioError | None:
    """What :func:`kept_error` wrote; ``None`` for ``None``, and for a code that there is no more."""
    if row is None:
        return None
    details = {name: Bilingual(*value) if isinstance(value, list) else value for name, value in row["details"].items()}
    try:
        return StudioError(str(row["code"]), retry_after_s=row["retry_after_s"], **details)
    except KeyError:
        return StudioError("engine_failed", reason=str(row["code"]))


def now() -> float:
    """Seconds since 1970."""
    return time.time()
