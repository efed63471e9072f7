"""What free instructions on how to speak say of emotion, speed and pitch, in Chinese and English.

heard = read_instructions("Speak cheerfully and a bit slower. Irish accent.")
heard.emotion, heard.speed, heard.pitch      # ("happy", 0.85, 0.0)
heard.unused                                 # ("Irish accent",)

A clause that denies something (“don't sound sad”) is not guessed at: it counts as unused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from indextts.platform.tables import tables_beside

_MOST: Final = 4_000
"""Characters that are looked at."""
_CLAUSES: Final = re.compile(r"[,;.!?\n，。；！？、：]+|\b(?:and|but)\b|而且|并且|但是|同时", re.IGNORECASE)
_DENIED: Final = re.compile(
    r"\b(?:not|don'?t|never|without|avoid|no|less)\b|don’t|不要|不能|别|切勿|避免|不用", re.IGNORECASE
)
_EMPTY: Final = re.compile(r"[\W_]*")


@dataclass(frozen=True)
class Instructions:
    """What was understood."""

    emotion: str = ""
    """Empty where none was named."""
    speed: float = 1.0
    pitch: float = 0.0
    """Semitones."""
    unused: tuple[str, ...] = ()
    """The clauses that said nothing of these, in order."""


def read_instructions(text: str) -> Instructions:
    """Read ``text``; of two that contradict each other the first holds, and the other is unused."""
    emotion, speed, pitch = "", 1.0, 0.0
    known = tables_beside(__file__, "instructions.yaml")
    unused = [text[_MOST:]] if len(text) > _MOST else []
    for part in _CLAUSES.split(text[:_MOST]):
        clause = part.strip()
        if _EMPTY.fullmatch(clause):
            continue
        said = "" if _DENIED.search(clause) and "不带感情" not in clause else clause.lower()
        feeling = next((name for name, words in known["emotions"].items() if re.search(words, said)), "")
        pace = next((value for value, words in known["speeds"].items() if re.search(words, said)), 1.0)
        tone = next((value for value, words in known["pitches"].items() if re.search(words, said)), 0.0)
        taken = False
        if feeling and emotion in ("", feeling):
            emotion, taken = feeling, True
        if pace != 1.0 and speed in (1.0, pace):
            speed, taken = pace, True
        if tone and pitch in (0.0, tone):
            pitch, taken = tone, True
        if not taken:
            unused.append(clause)
    return Instructions(emotion, speed, pitch, tuple(unused))
