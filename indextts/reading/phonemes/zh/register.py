"""Whether a text is classical Chinese, whose characters have readings of their own: 夫 fu2 at the head, 说 yue4.

Sentence by sentence, from function words and constructions, and from how many words have a single character; a sentence
that says little by itself goes with those around it.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from indextts.model.utterance import Segment
from indextts.platform.tables import tables_beside
from indextts.reading.phonemes.zh import polyphones

CLASSICAL: Final = "classical"
MODERN: Final = "modern"

_WEAK: Final = 1 / 3
_ENOUGH: Final = 1.02  # What a sentence must score to be classical by itself …
_HINT: Final = 0.0  # … and beside one that is.
_SHORTEST: Final = 4
_TERSE: Final = 0.5  # How many of its characters are words by themselves in a sentence that needs fewer other signs.
_TERSE_COUNTS: Final = 0.7
_END: Final = "。"


@dataclass(frozen=True)
class _Marks:
    strong: tuple[re.Pattern[str], ...]
    weak: frozenset[str]
    modern: frozenset[str]
    words: re.Pattern[str]
    modern_not: re.Pattern[str]


@functools.cache
def _marks() -> _Marks:
    table = tables_beside(__file__, "classical.yaml")
    return _Marks(
        strong=tuple(re.compile(pattern) for pattern in table["strong"]),
        weak=frozenset(table["weak"]),
        modern=frozenset(table["modern"]),
        words=re.compile(table["words"]),
        modern_not=re.compile(table["modern_not"]),
    )


def decide(segments: Sequence[Segment], asked: str) -> None:
    """Set the register of every segment; ``asked`` is that of all, or ``auto``."""
    if asked != "auto":
        for segment in segments:
            segment.register = CLASSICAL if asked == CLASSICAL else MODERN
        return
    scores = [_score(segment) for segment in segments]
    for index, (segment, score) in enumerate(zip(segments, scores, strict=True)):
        around = [scores[place] for place in (index - 1, index + 1) if 0 <= place < len(scores)]
        needed = _HINT if any(one >= _ENOUGH for one in around) else _ENOUGH
        segment.register = CLASSICAL if score >= needed else MODERN


def _score(segment: Segment) -> float:
    """How much speaks for classical Chinese, less what speaks against it."""
    hanzi = [token for token in segment.tokens if token.kind == "hanzi"]
    if len(hanzi) < _SHORTEST or len(hanzi) < sum(token.kind != "punctuation" for token in segment.tokens):
        return 0.0
    names = [token for token in hanzi if token.pos.startswith("n") and token.pos[1:2] in ("r", "s", "z")]
    sizes = Counter(token.word for token in hanzi if token not in names)
    terse = sum(size == 1 for size in sizes.values()) >= _TERSE * (len(hanzi) - len(names))
    text = _END + "".join(token.text if token.kind == "hanzi" else _END for token in segment.tokens) + _END
    marks = _marks()
    plain = marks.modern_not.sub("", text)
    against = sum(char in marks.modern for char in plain) + len(marks.words.findall(text))
    strong: float = sum(len(pattern.findall(text)) for pattern in marks.strong)
    weak = sum(char in marks.weak for char in text)
    own = sum(char not in "为还" and polyphones.in_classical(text, at) is not None for at, char in enumerate(text))
    strong += _TERSE_COUNTS * min(own, 2)
    return strong + _WEAK * min(weak, 4 * (strong + 0.5)) + _TERSE_COUNTS * (terse and weak > 2) - against
