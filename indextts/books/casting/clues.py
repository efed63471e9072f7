"""Clues to a speaker in the narration beside a quotation; each language has its own reader of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from indextts.books.casting.people import Mention

Span = tuple[int, int]

WEAK: Final = 0.6
"""How surely a tag tells who speaks that names somebody met nowhere else."""

BESIDE: Final = 400
"""Characters beside a quotation that are looked at."""


class Clue(NamedTuple):
    """``who`` speaks, for all that ``words`` tell; ``sure`` is how often such words are right."""

    who: Mention
    sure: float
    words: str
    verb: bool
    """Whether a verb of saying tells it."""
    to: str = ""
    """The addressee."""


class CastPeople(Protocol):
    """The people of a book."""

    def mentions(self, text: str, start: int, end: int) -> Iterator[Mention]:
        """From left to right and apart."""
        ...


class ClueReader(Protocol):
    """Reads the narration of one language."""

    @property
    def people(self) -> CastPeople:
        """The people present."""
        ...

    def before(self, text: str, start: int, end: int) -> Clue | None:
        """What ``text[start:end]`` tells of the quotation that follows."""
        ...

    def after(self, text: str, start: int, end: int, *, leads: bool) -> Clue | None:
        """What ``text[start:end]`` tells of the quotation before it; ``leads``: another one follows."""
        ...

    def acts(self, text: str, start: int, end: int) -> Mention | None:
        """The person who acts in the last sentence that mentions people."""
        ...

    def opens(self, text: str, start: int, end: int) -> Mention | None:
        """The person about whom the first sentence is."""
        ...

    def heard(self, text: str, start: int, end: int) -> bool:
        """Whether the last sentence tells of a voice, or of somebody who is not seen."""
        ...

    def retells(self, text: str, start: int, end: int) -> bool:
        """Whether the sentence goes on at ``start`` with what somebody said, without its words."""
        ...

    def called(self, text: str, start: int, end: int) -> tuple[list[str], list[str]]:
        """The person whom the quotation ``text[start:end]`` addresses by name, and who gives the own name in it."""
        ...

    def said(self, told: str, quote: Span, body: str) -> float:
        """How surely ``body`` is speech, by what surrounds its place in the line ``told``."""
        ...

    def same(self, between: str, before: Clue, known: tuple[Mention, ...], *, open_turn: bool) -> bool:
        """Whether who is told of ``before`` the next quotation is the speaker of those before ``between``."""
        ...


def near_edges(people: CastPeople, text: str, start: int, end: int) -> list[Mention]:
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
