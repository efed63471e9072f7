"""Clues to a speaker in the narration beside a quotation; each language has its own reader of them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from indextts.books.casting.people import ChinesePeople, Mention
from indextts.books.casting.people_en import EnglishPeople

Span = tuple[int, int]

WEAK: Final = 0.6  # How surely a tag tells who speaks that names somebody met nowhere else

BESIDE: Final = 400  # Characters beside a quotation that are looked at


class Clue(NamedTuple):
    """``who`` speaks, for all that ``words`` tell; ``sure`` is how often such words are right."""

    who: Mention
    sure: float
    words: str
    verb: bool  # Whether a verb of saying tells it
    to: str = ""  # The addressee


def near_edges(people: ChinesePeople | EnglishPeople, text: str, start: int, end: int) -> list[Mention]:
    """Mentions near both ends."""
    if end - start <= 60:
        return list(people.mentions(text, start, end))
    return [*people.mentions(text, start, start + 24), *people.mentions(text, end - 24, end)]


def sentences_of(text: str, start: int, end: int, ends: re.Pattern[str]) -> list[Span]:
    """The sentences of ``text[start:end]``, which ``ends`` end."""
    found, at = [], start
    for match in ends.finditer(text, start, end):
        if text[at : match.end()].strip():
            found.append((at, match.end()))
        at = match.end()
    if text[at:end].strip():
        found.append((at, end))
    return found
