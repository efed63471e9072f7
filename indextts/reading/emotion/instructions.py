"""What free instructions on how to speak say of emotion, speed and pitch, in Chinese and English.

heard = read_instructions("Speak cheerfully and a bit slower with an Irish accent.")
heard.emotion, heard.speed, heard.pitch      # ("happy", 0.85, 0.0)
heard.unused                                 # ("with an Irish accent",)

A clause that denies something (“don't sound sad”) is not guessed at: it counts as unused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from indextts.platform.tables import tables_beside

_MOST: Final = 4_000  # Characters that are looked at.
_CLAUSES: Final = re.compile(r"[,;.!?\n，。；！？、：]+|\b(?:and|but)\b|而且|并且|但是|同时", re.IGNORECASE)
_DENIED: Final = re.compile(
    r"\b(?:not|don'?t|never|without|avoid|no|less)\b|don’t|不要|不能|别|切勿|避免|不用", re.IGNORECASE
)
_DOUBLED: Final = re.compile(r"([一-鿿])\1([一-鿿])\2")  # 高高兴兴 is 高兴.


@dataclass(frozen=True)
class Instructions:
    """What was understood."""

    emotion: str = ""
    """Empty where none was named."""
    speed: float = 1.0
    pitch: float = 0.0
    """Semitones."""
    unused: tuple[str, ...] = ()
    """What said nothing of these, in order: whole clauses, or what stands in one beside words that were understood."""


def read_instructions(text: str) -> Instructions:
    """Read ``text``; of two that contradict each other the first holds, and the other is unused."""
    known = tables_beside(__file__, "instructions.yaml")
    en, zh = ("|".join(known["fillers"][language].split()) for language in ("en", "zh"))
    fillers = re.compile(rf"[\W_]|\b(?:{en})(?:['’](?:s|d|m|re|ll|ve))?\b|{zh}", re.IGNORECASE)
    heard: dict[str, Any] = {}
    unused = [text[_MOST:]] if len(text) > _MOST else []
    for rest in _CLAUSES.split(_DOUBLED.sub(r"\1\2", text[:_MOST])):
        said = "" if _DENIED.search(rest) and "不带感情" not in rest else rest.lower()
        for kind in ("emotions", "speeds", "pitches"):
            value, words = next((one for one in known[kind].items() if re.search(one[1], said)), (None, ""))
            if words and heard.setdefault(kind, value) == value:
                rest = re.sub(rf"(?<![a-z])[a-z]*?(?:{words})[a-z]*", "\n", rest, flags=re.IGNORECASE)
        unused += [piece.strip() for piece in rest.split("\n") if fillers.sub("", piece)]
    return Instructions(heard.get("emotions", ""), heard.get("speeds", 1.0), heard.get("pitches", 0.0), tuple(unused))
