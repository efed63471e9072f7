"""What a person can change about a sentence that was read: a reading, a break, an emphasis, how its melody ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol, cast, get_args

from indextts.errors import StudioError
from indextts.pauses import last_spoken
from indextts.prosody import USER
from indextts.utterance import Intonation, Segment, Token, Utterance

MAX_TYPED: Final = 80
"""Characters of a typed reading."""


class Edit(Protocol):
    """One change of one sentence of a take."""

    @property
    def segment(self) -> int:
        """Which sentence."""
        ...

    @property
    def token(self) -> int:
        """Which of its tokens."""
        ...

    def apply(self, sentence: Segment) -> None:
        """Make it, on a sentence of one's own."""
        ...


@dataclass(frozen=True)
class Fix:
    """Read the token like this."""

    segment: int
    token: int
    reading: str

    def apply(self, sentence: Segment) -> None:
        """See :class:`Edit`."""
        token = sentence.tokens[self.token]
        others = dict.fromkeys([token.reading, *token.alternatives])
        token.alternatives = [other for other in others if other != self.reading]
        token.reading, token.reading_source = self.reading, USER


@dataclass(frozen=True)
class Break:
    """Pause behind the token, 0 (not) to 4."""

    segment: int
    token: int
    level: int

    def apply(self, sentence: Segment) -> None:
        """See :class:`Edit`."""
        _set_break(sentence.tokens[self.token], self.level)


@dataclass(frozen=True)
class Moved:
    """The break behind the token goes behind ``to``, and what was there comes here."""

    segment: int
    token: int
    to: int

    def apply(self, sentence: Segment) -> None:
        """See :class:`Edit`."""
        here, there = sentence.tokens[self.token], sentence.tokens[self.to]
        level = here.break_after
        _set_break(here, there.break_after)
        _set_break(there, level)


@dataclass(frozen=True)
class Emphasis:
    """The token's word stands out, 0 (not) to 2."""

    segment: int
    token: int
    level: int

    def apply(self, sentence: Segment) -> None:
        """See :class:`Edit`."""
        chosen = sentence.tokens[self.token]
        for token in sentence.tokens:
            if token.kind == chosen.kind and token.word == chosen.word:
                token.prominence, token.prominence_source, token.prominence_probability = self.level, USER, None


@dataclass(frozen=True)
class Ending:
    """The sentence's melody ends like this."""

    segment: int
    token: int
    intonation: Intonation

    def apply(self, sentence: Segment) -> None:
        """See :class:`Edit`."""
        sentence.intonation, sentence.intonation_source = self.intonation, USER
        sentence.intonation_probability = None


def _set_break(token: Token, level: int) -> None:
    token.break_after, token.break_source, token.break_probability = level, USER, None


def edit_from(event: Mapping[str, Any], utterance: Utterance) -> Edit:
    """The edit that the page sent: ``action``, ``segment``, ``token`` and what goes with the action.

    Raises :class:`StudioError`: ``nothing_read`` for a place without a reading, ``bad_reading`` for a reading that
    cannot be said, ``bad_edit`` for a level, a place or a melody that there is not.
    """
    segment, place = _whole(event, "segment"), _whole(event, "token")
    token = token_of(utterance, segment, place)
    match event.get("action"):
        case "break":
            return Break(segment, place, _level(event, 4))
        case "move":
            other = _whole(event, "to")
            end = last_spoken(utterance.segments[segment])
            if other == place or end in (token, token_of(utterance, segment, other)):
                raise StudioError("bad_edit")
            return Moved(segment, place, other)
        case "emphasis":
            return Emphasis(segment, place, _level(event, 2))
        case "ending":
            wanted = event.get("intonation")
            if not wanted or wanted not in get_args(Intonation):
                raise StudioError("bad_edit")
            return Ending(segment, place, cast(Intonation, wanted))
    return Fix(segment, place, wanted_reading(token, str(event.get("reading", ""))))


def wanted_reading(token: Token, typed: str) -> str:
    """What was typed or chosen for ``token``, in the form that the stages use: ``zhòng`` becomes ``zhong4``.

    Raises :class:`StudioError` ``bad_reading``, naming what can be said.
    """
    from indextts.readings import read

    return typed if typed in (token.reading, *token.alternatives) else read(token.text, typed[:MAX_TYPED]).text


def token_of(utterance: Utterance, segment: int, token: int) -> Token:
    """The token at that place. Raises :class:`StudioError` ``nothing_read`` where there is none that can be read."""
    if 0 <= segment < len(utterance.segments) and 0 <= token < len(utterance.segments[segment].tokens):
        found = utterance.segments[segment].tokens[token]
        if found.kind != "punctuation" and found.reading:
            return found
    raise StudioError("nothing_read")


def _whole(event: Mapping[str, Any], name: str) -> int:
    value = event.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1


def _level(event: Mapping[str, Any], most: int) -> int:
    level = _whole(event, "level")
    if not 0 <= level <= most:
        raise StudioError("bad_edit")
    return level
