"""What parsing gives, and the error that it raises."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from indextts.errors import StudioError, printable
from indextts.i18n.messages import Bilingual
from indextts.text.overrides import Override
from indextts.utterance.model import Lang


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
    """Seconds of silence at an offset; 0 is before everything."""
    spans: list[Span] = field(default_factory=list)
    """In the order in which they end: inner ones before outer ones."""
    langs: list[tuple[int, int, Lang]] = field(default_factory=list)
    """Stretches whose language is given, in order, apart, none of them in one of ``fixed``."""
    voices: list[VoiceTag] = field(default_factory=list)
    emotion_spans: list[EmotionSpan] = field(default_factory=list)
    """The emotions that the writer has marked, in order."""
    cuts: list[int] = field(default_factory=list)
    """Where another voice or emotion begins. Nothing that is decided about the text reaches across."""


def bad_markup(position: int, tag: str, reason: str, reason_zh: str) -> StudioError:
    """The error for ``tag`` at ``position``, counted from 0."""
    return StudioError("bad_markup", position=position + 1, tag=printable(tag, 60), reason=Bilingual(reason, reason_zh))
