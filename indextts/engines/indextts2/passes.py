"""Segments that the model says in one pass, as the official program does with sentences up to its limit of tokens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from indextts.engines.indextts2.frontend.v25 import TokenLine
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment
from indextts.plan.segment_cache import contents
from indextts.platform.lru import Lru

_KNOWN: Final = 4096


def joined(segments: Sequence[Segment]) -> Segment:
    """One segment of the text of several."""
    if len(segments) == 1:
        return segments[0]
    tokens = []
    words = 0
    for segment in segments:
        tokens += [replace(token, word=token.word + words) for token in segment.tokens]
        words = max((token.word for token in tokens), default=-1) + 1
    first, last = segments[0], segments[-1]
    text, spoken = ("".join(getattr(one, name) for one in segments) for name in ("text", "spoken"))
    return replace(first, text=text, end=last.end, spoken=spoken, tokens=tokens)


def shares_of(segment: Segment) -> list[float]:
    """How much of a pass each clause of a segment takes: its symbols, from mark to mark."""
    clauses = [0.0]
    for token in segment.tokens:
        if token.kind != "punctuation":
            clauses[-1] += len(token.phones)
        elif clauses[-1]:
            clauses.append(0.0)
    return clauses if clauses[-1] else clauses[:-1] or [1.0]


class PassSize:
    """How many segments one pass takes; remembers the tokens of those that it was asked about. Thread-safe."""

    def __init__(self, lines: Callable[[Segment], list[TokenLine]], longest: int) -> None:
        """``lines`` is the front end's; a pass has ``longest`` tokens at most, 0 for one segment each."""
        self._lines = lines
        self._lock = threading.Lock()
        self._longest = longest
        self._known: Lru[str, tuple[int, int | None]] = Lru(_KNOWN)

    def of(self, segments: Sequence[Segment]) -> int:
        """From the first of ``segments`` on; 0 where each is a pass of its own."""
        if not self._longest:
            return 0
        total, count = 0, 0
        language: int | None = None
        for segment in segments:
            tokens, spoken_in = self._measured(segment)
            if not tokens or total + tokens > self._longest or (count and spoken_in != language):
                break
            total, count, language = total + tokens, count + 1, spoken_in
        while count > 1 and not self._measured(joined(segments[:count]))[0]:
            count -= 1  # together they are more than one by one
        return max(1, count)

    def lines(self, segment: Segment) -> list[TokenLine]:
        """What the front end makes of a segment; one thread at a time, as its grammars want it."""
        with self._lock:
            return self._lines(segment)

    def _measured(self, segment: Segment) -> tuple[int, int | None]:
        """The tokens and the language of what the model says in one go; no tokens where it does not."""
        return self._known.get_or_make(contents(segment), lambda: self._measure(segment))

    def _measure(self, segment: Segment) -> tuple[int, int | None]:
        try:
            lines = self.lines(segment)
        except StudioError:  # told where it is spoken
            return 0, None
        one = len(lines) == 1 and len(lines[0].ids) <= self._longest
        return (len(lines[0].ids), lines[0].language) if one else (0, None)
