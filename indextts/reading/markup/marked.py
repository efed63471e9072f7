"""What parsing gives, the error that it raises, and which brackets mark an emotion: ``[happy]…[/happy]``, ``[高兴]``.

A closing mark of an emotion is always a mark, and so is an opening one with a number in it. A bare ``[happy]`` is one
if an end belongs to it: a closing mark of that emotion after it, or one that nothing opens (``[/hapy]``: a slip of
the pen). Everywhere else it is prose, such as the stickers of Chinese posts: ``[高兴][高兴]``.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Bilingual
from indextts.model.settings import EMOTIONS, RANGES
from indextts.model.utterance import Lang
from indextts.reading.text.overrides import Override


@dataclass(frozen=True)
class Span:
    """How ``text[start:end]`` is said, relative to what is around it."""

    start: int
    end: int
    duration: float = 1.0
    """Factor of the length."""
    pitch: float = 0.0
    """Semitones."""
    energy: float = 0.0
    """Decibels."""
    prominence: int | None = None
    """How much its words stand out, 0 to 2; ``None`` leaves that to the prosody model."""


@dataclass(frozen=True)
class VoiceTag:
    """A voice asked for in ``text[start:end]``: ``position`` counts from 1 in the text as it was sent."""

    name: str
    tag: str
    """As it is written; empty where no mark says it: then ``name`` is an id that was checked."""
    position: int
    start: int
    end: int


class EmotionSpan(NamedTuple):
    """From the offset ``start`` on, until the next one, the text has this emotion; an empty name: none of its own."""

    start: int
    emotion: str
    intensity: float | None


@dataclass
class Marked:
    """A text without its tags. All offsets are those of ``text``."""

    text: str
    fixed: list[Override] = field(default_factory=list)
    pauses: dict[int, float] = field(default_factory=dict)
    """Seconds of silence at an offset, which is 0 before everything; no seconds take the pause of a sentence's end."""
    spans: list[Span] = field(default_factory=list)
    """In the order in which they end: inner ones before outer ones."""
    langs: list[tuple[int, int, Lang]] = field(default_factory=list)
    """Stretches whose language is given, in order, apart, none of them in one of ``fixed``."""
    voices: list[VoiceTag] = field(default_factory=list)
    emotion_spans: list[EmotionSpan] = field(default_factory=list)
    """The emotions that the writer has marked, in order."""
    cuts: list[int] = field(default_factory=list)
    """Where another voice or emotion begins. Nothing that is decided about the text reaches across."""
    said: int = 0
    """Up to here it was spoken before …"""
    said_pause_s: float = 0.0
    """… with this silence at its end."""
    sources: list[tuple[int, int]] = field(default_factory=list, compare=False)
    """Offsets at which stretches of ``text`` begin, each with that in the text as it was sent; in order."""

    def source(self, offset: int) -> int:
        """Where the character at ``offset`` stands in the text as it was sent; in an SSML document, about there."""
        place = bisect_right(self.sources, (offset, sys.maxsize)) - 1
        if place < 0:
            return offset
        begin, sent = self.sources[place]
        after = self.sources[place + 1][1] if place + 1 < len(self.sources) else sys.maxsize
        return min(sent + offset - begin, after)


def bad_markup(position: int, tag: str, reason: str, reason_zh: str) -> StudioError:
    """The error for ``tag`` at ``position``, counted from 0."""
    return StudioError("bad_markup", position=position + 1, tag=printable(tag, 60), reason=Bilingual(reason, reason_zh))


NAMES: Final[Mapping[str, str]] = {
    **{name: name for name in EMOTIONS},
    "高兴": "happy", "愤怒": "angry", "悲伤": "sad", "恐惧": "afraid", "厌恶": "disgusted", "忧郁": "melancholic",
    "惊讶": "surprised", "平静": "calm", "中性": "neutral",
    "反感": "disgusted", "低落": "melancholic", "自然": "neutral",
    "高興": "happy", "憤怒": "angry", "悲傷": "sad", "恐懼": "afraid", "厭惡": "disgusted", "憂鬱": "melancholic",
    "驚訝": "surprised", "平靜": "calm",
}  # fmt: skip
"""How an emotion may be written: as everywhere, as the page spells it, as IndexTTS-2 does, in either script."""

_ANY: Final = "|".join(NAMES)
_OPEN: Final = re.compile(
    rf"\[\s{{0,9}}({_ANY})(?:(?:\s{{1,9}}|\s{{0,9}}[:=]\s{{0,9}})([+-]?(?:\d{{1,4}}(?:\.\d{{0,6}})?|\.\d{{1,6}})))?\s{{0,9}}\]",
    re.IGNORECASE,
)
_CLOSE: Final = re.compile(r"\[\s{0,9}/\s{0,9}([^\W\d_]{0,20})\s{0,9}\]")
_EMPHASIS: Final = re.compile(r"\[(/?)(?:emphasis|[强強][调調])\]", re.IGNORECASE)
_BEGUN: Final = re.compile(r"\[\s{0,9}([^\W\d_]{1,20})")


def may_open(text: str) -> bool:
    """Whether in ``text``, where they are prose, brackets stand that an end after it would make marks: ``[happy]``."""
    return any(opening[2] is None for opening in _OPEN.finditer(text)) or bool(_EMPHASIS.search(text))


class Mark(NamedTuple):
    """A bracket that is a mark: ``text[start:end]``."""

    emotion: str
    intensity: float | None
    """``None`` where it is not written."""
    closing: bool
    end: int
    written: str


class Brackets:
    """The brackets of one text; linear in its length."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._last: dict[str, int] = {}
        """Where an emotion is closed last; under the empty name, where something is that nothing opens."""
        begun: dict[str, int] = {}
        for match in _BEGUN.finditer(text):
            begun.setdefault(match[1].lower(), match.start())
        for match in _CLOSE.finditer(text):
            name = match[1].lower()
            if name in NAMES:
                self._last[NAMES[name]] = match.start()
            elif begun.get(name, match.start()) >= match.start():
                self._last[""] = match.start()
        self._emphasis_ends = max((match.start() for match in _EMPHASIS.finditer(text) if match[1]), default=-1)
        self._emphases = 0
        """Those that are open."""

    def emphasis(self, at: int) -> re.Match[str] | None:
        """The bracket at ``at`` that opens or closes an emphasis, ``None`` where the other one is missing."""
        match = _EMPHASIS.match(self._text, at)
        if match is None or (self._emphases == 0 if match[1] else self._emphasis_ends < at):
            return None
        self._emphases += -1 if match[1] else 1
        return match

    def mark(self, at: int) -> Mark | None:
        """The mark that begins at ``at``, ``None`` if what stands there is prose.

        Raises :class:`StudioError` ``bad_markup`` for an intensity out of its bounds.
        """
        closing = _CLOSE.match(self._text, at)
        if closing:
            emotion = NAMES.get(closing[1].lower())
            return Mark(emotion, None, True, closing.end(), closing[0]) if emotion else None
        opening = _OPEN.match(self._text, at)
        if not opening:
            return None
        emotion = NAMES[opening[1].lower()]
        if opening[2] is None and max(self._last.get(emotion, -1), self._last.get("", -1)) < at:
            return None
        intensity = None if opening[2] is None else float(opening[2])
        low, high = RANGES["intensity"]
        if intensity is not None and not low <= intensity <= high:
            raise bad_markup(
                at,
                opening[0],
                f"the intensity must be from {low:g} to {high:g}, as in [happy 0.8]",
                f"强度应在 {low:g} 到 {high:g} 之间，例如 [高兴 0.8]",
            )
        return Mark(emotion, intensity, False, opening.end(), opening[0])


def extend(spans: list[EmotionSpan], after: EmotionSpan) -> None:
    """Go on with ``after``; what ends where it begins, or is the same, leaves no trace."""
    if spans and spans[-1].start == after.start:
        spans.pop()
    before = spans[-1] if spans else EmotionSpan(0, "", None)
    if (before.emotion, before.intensity) != (after.emotion, after.intensity):
        spans.append(after)
