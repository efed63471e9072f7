"""Finished segments, kept in memory under the hash of everything that decides how they sound.

    key = segment_key(contents(segment), settings, surroundings)
    sound = cache.get(key)             # None: it has to be spoken
    cache.put(sound, key)
    sound.fill(segment)                # a kept segment fills the plan exactly as a fresh one

So an edit of a long plan costs one sentence, and what was not edited stays the same to the byte.
"""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.model.sources import MARKUP, TOLD_SOURCES, USER
from indextts.model.utterance import Phone, Sampling, Segment, Settings, Token, Utterance
from indextts.platform.lru import Lru
from indextts.platform.memory import in_own_pages
from indextts.platform.spans import span

Floats = npt.NDArray[np.float32]

_FULL_SCALE: Final = 32767.0
_OVERHEAD_BYTES: Final = 2048
"""Approximate size of an entry without its arrays."""
_LATELY: Final = 20_000
"""Names for what was heard last, at most; each takes some 300 bytes, and none exists for engines without passes."""
_UNHEARD: Final = frozenset(
    (
        "prosody", "tokens", "phones", "changes", "alternatives", "start", "end", "start_s", "end_s",
        "pause_after_s", "break_source", "break_probability", "prominence_source", "prominence_probability",
        "reading_source", "reading_probability", "intonation_source", "intonation_probability", "emotion_source",
        "voice_source", "pause_source", "emotion_probability", "quality", "readings_source", "commercial",
    )
)  # fmt: skip
"""Fields that do not change the sound of a segment, or are counted by themselves. Whatever else there is, counts."""
_SETTINGS: Final = tuple(field.name for field in fields(Settings) if field.name not in _UNHEARD)
_SEGMENT: Final = tuple(field.name for field in fields(Segment) if field.name not in _UNHEARD)
_NUMBERS: Final = ("duration_scale", "pitch_shift", "energy_shift", "frames", "f0", "energy")


def _reader(kind: type, *, numbers: bool) -> Callable[[object], object]:
    """Reads the fields of ``kind`` that are heard: the numbers that may be fractions, or all others."""
    names = [field.name for field in fields(kind) if field.name not in _UNHEARD]
    return attrgetter(*(name for name in names if (name in _NUMBERS) is numbers))


_token_words: Final = _reader(Token, numbers=False)
_token_numbers: Final = _reader(Token, numbers=True)
_phone_words: Final = _reader(Phone, numbers=False)
_phone_numbers: Final = _reader(Phone, numbers=True)


@dataclass(frozen=True)
class SegmentSound:
    """A finished segment: its sound, and what speaking it writes into the plan."""

    pcm: npt.NDArray[np.int16]
    """``[N]``. Kept, and handed out fresh too, in the 16 bits that files get: half the memory, the same bytes."""
    times: npt.NDArray[np.float64]
    """``[tokens, 2]``, seconds from the segment's start; not a number where a token is not heard."""
    predicted: npt.NDArray[np.float64]
    """``[phones, 3]``: frames, F0, energy."""
    contents: str
    """:func:`contents` of the segment once it was spoken, with what the model predicted."""
    spoken_in: str = ""
    """The pass in which it was spoken (:func:`indextts.plan.passes.pass_name`); empty where that was its own."""

    @staticmethod
    def of(segment: Segment, samples: Floats, spoken_in: str = "") -> SegmentSound:
        """Take down a segment that has just been spoken into ``samples`` ``[N]``, ±1."""
        pcm = np.clip(np.round(samples * _FULL_SCALE), -_FULL_SCALE, _FULL_SCALE)
        times = [(token.start_s, token.end_s) for token in segment.tokens]
        predicted = [(phone.frames, phone.f0, phone.energy) for phone in segment.phones]
        kept = in_own_pages(pcm.astype(np.int16))
        return SegmentSound(kept, _table(times, 2), _table(predicted, 3), contents(segment), spoken_in)

    @property
    def samples(self) -> Floats:
        """``[N]``, ±1."""
        sound: Floats = self.pcm.astype(np.float32) / np.float32(_FULL_SCALE)
        return sound

    @property
    def nbytes(self) -> int:
        """Approximate memory in bytes."""
        return self.pcm.nbytes + self.times.nbytes + self.predicted.nbytes + _OVERHEAD_BYTES

    def fill(self, segment: Segment) -> None:
        """Write times and predictions into a segment of the same contents."""
        for token, (start, end) in zip(segment.tokens, self.times.tolist(), strict=True):
            token.start_s, token.end_s = _number(start), _number(end)
        for phone, (frames, f0, energy) in zip(segment.phones, self.predicted.tolist(), strict=True):
            phone.frames, phone.f0, phone.energy = _number(frames), _number(f0), _number(energy)


@dataclass(frozen=True)
class SegmentAudio:
    """One finished segment with the pause after it."""

    samples: Floats
    sample_rate: int
    index: int
    total: int
    engine: str = ""
    """The one that has spoken so far."""
    reason: Bilingual | None = None
    """Why it is another one than was asked for; ``None`` where it is not."""
    warnings: tuple[StudioError, ...] = ()
    """What has gone wrong so far without keeping this from being spoken."""
    sound: SegmentSound | None = None
    """What is heard of it, without the pauses."""
    keys: tuple[str, ...] = ()
    """The names of that sound, first the one that it was looked for under; none where nothing is said."""
    lead: int = 0
    """Samples of silence before it."""
    lately: tuple[str, ...] = ()
    """Names that stand for whatever sound was heard last there (:func:`indextts.plan.passes.lately_names`)."""
    plan: Utterance | None = None
    """The plan with this segment alone, its times in it, where they were asked for."""

    def within(self, plan: Utterance | None) -> SegmentAudio:
        """The same with its part of the whole ``plan``."""
        return self if plan is None else replace(self, plan=replace(plan, segments=[plan.segments[self.index]]))


class KeptSounds(Protocol):
    """Where sounds last longer than in memory."""

    def get(self, key: str) -> SegmentSound | None: ...


class SegmentCache:
    """The segments heard last, within a bound of bytes. Thread-safe."""

    def __init__(self, max_bytes: int) -> None:
        """``max_bytes`` 0 keeps nothing."""
        self.below: KeptSounds | None = None
        """Asked for what is not in memory."""
        self.asked: Final[Counter[tuple[str, str]]] = Counter()
        """How often something was asked for, by where (``memory``, ``store``) and ``hit`` or ``miss``."""
        self._lock = threading.Lock()
        self._kept: Lru[str, tuple[SegmentSound, tuple[str, ...]]] = Lru(max_bytes, self._dropped)
        self._first: dict[str, str] = {}
        """Of all keys, the first one that was given with it: that under which the store has the sound."""
        self._lately: Lru[str, str] = Lru(_LATELY)
        """Of names for what was heard last, the key of that."""

    @property
    def nbytes(self) -> int:
        """Approximate memory in bytes."""
        return self._kept.size

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str) -> SegmentSound | None:
        """What was put under ``key``, unless it has made room for others."""
        with self._lock:
            found = self._kept.get(self._first.get(key, ""))
            self.asked["memory", "miss" if found is None else "hit"] += 1
        if found is not None:
            return found[0]
        if self.below is None:
            return None
        with span("store.get") as seen:
            sound = self.below.get(key)
            seen.note("indextts.hit", sound is not None)
        with self._lock:
            self.asked["store", "miss" if sound is None else "hit"] += 1
        if sound is not None:
            self.put(sound, key)
        return sound

    def peek(self, key: str) -> SegmentSound | None:
        """As above without counting it as a use."""
        with self._lock:
            found = self._kept.peek(self._first.get(key, ""))
        if found is not None:
            return found[0]
        return None if self.below is None else self.below.get(key)

    def put(self, sound: SegmentSound, *keys: str) -> None:
        """Keep ``sound`` under all ``keys``; those unheard for longest go where room is needed."""
        size = sound.nbytes
        if size > self._kept.bound:
            return
        with self._lock:
            for key in keys:
                self._kept.pop(self._first.get(key, ""))
            self._kept.put(keys[0], (sound, keys), size)
            self._first.update(dict.fromkeys(keys, keys[0]))

    def note(self, key: str, names: Sequence[str]) -> None:
        """From now on ``names`` stand for the sound that was put under ``key``."""
        for name in names:
            self._lately.put(name, key)

    def heard(self, names: Sequence[str]) -> SegmentSound | None:
        """What one of ``names`` stands for (:meth:`note`), here or below."""
        for name in names:
            with self._lock:
                found = self._kept.get(self._first.get(self._lately.get(name) or "", ""))
            sound = found[0] if found is not None else self.below.get(name) if self.below is not None else None
            if sound is not None:
                return sound
        return None

    def _dropped(self, first: str, entry: tuple[SegmentSound, tuple[str, ...]]) -> None:
        for key in entry[1]:
            self._first.pop(key, None)


def from_own_start(segment: Segment) -> Segment:
    """A copy of a spoken segment whose times count from its own start."""
    offset_s = segment.start_s or 0.0

    def own(seconds: float | None) -> float | None:
        return None if seconds is None else seconds - offset_s

    tokens = [replace(token, start_s=own(token.start_s), end_s=own(token.end_s)) for token in segment.tokens]
    return replace(segment, tokens=tokens, start_s=own(segment.start_s), end_s=own(segment.end_s))


def contents(segment: Segment) -> str:
    """Hash of all that a segment itself says about its sound: not of where it stands, nor of what is after it."""
    own = [_plain(getattr(segment, name)) for name in _SEGMENT]
    words: list[object] = [own]
    for token in segment.tokens:
        words.append((_token_words(token), bool(token.prominence_source), [*map(_phone_words, token.phones)]))
        if token.reading_source in TOLD_SOURCES:
            words.append("kept")  # an engine that reads characters by itself is told such a reading, and no other
        # An engine may leave to its network what neither a person nor a mark has set.
        words += [kind for kind in ("break_source", "prominence_source") if getattr(token, kind) in (USER, MARKUP)]
    whole = hashlib.sha256(repr(words).encode("utf-8", "surrogatepass"))
    whole.update(_bytes([*map(_token_numbers, segment.tokens)]))
    whole.update(_bytes([*map(_phone_numbers, segment.phones)]))
    return whole.hexdigest()


def segment_key(own: str, settings: Settings, surroundings: str) -> str:
    """The name of a segment's sound, from its :func:`contents` and what it shares with others.

    ``surroundings`` stands for what is outside the plan: models, tables, how the sound is finished.
    """
    return digest(repr((own, heard(settings), surroundings)))


def heard(settings: Settings) -> list[object]:
    """The settings that decide how a finished plan sounds; which model decided its breaks does not.

    A quality counts as the sampling that it stands for, and as nothing where that is the published one.
    """
    if settings.drawn != Sampling():
        settings = replace(settings, sampling=settings.drawn)
    return [(name, _plain(getattr(settings, name))) for name in _SETTINGS]


def digest(text: str) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _bytes(rows: list[object]) -> bytes:
    """Numbers, or nothing, in one spelling each: 1 is 1.0, and -0.0 is 0.0."""
    return (np.array(rows, np.float64) + 0.0).tobytes()


def _plain(value: object) -> object:
    """One spelling for numbers that are equal."""
    return float(value) if isinstance(value, (int, float)) else value


def _table(rows: Sequence[tuple[float | None, ...]], width: int) -> npt.NDArray[np.float64]:
    values = [[np.nan if value is None else value for value in row] for row in rows]
    return np.array(values, np.float64).reshape(-1, width)


def _number(value: float) -> float | None:
    return None if value != value else value
