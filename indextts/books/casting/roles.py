"""A voice for everybody: those who say most choose first, by gender, and apart in pitch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from indextts.books.casting.people import Gender
from indextts.books.model import NARRATOR, Role
from indextts.voices import Voice
from indextts.voices.dialogue import voice_for

_GROUPS: Final = {"female": ("women",), "male": ("men",), "": ("women", "men")}


@dataclass(frozen=True)
class Character:
    """Somebody who speaks."""

    name: str
    others: tuple[str, ...] = ()
    """Other names of the same person, the most frequent first."""
    gender: Gender = ""
    count: int = 0
    """How many quotations are theirs."""
    lines: tuple[str, ...] = ()
    """The first of them, without quotation marks."""
    evidence: tuple[tuple[str, int], ...] = ()
    """What the gender was told by, and how often: ``she``, ``title``, ``name``."""


def suggest(characters: Sequence[Character], voices: Sequence[Voice], *, narrator: str) -> dict[str, Role]:
    """The voice of each of ``characters``, and the voice ``narrator`` for all that nobody says.

    Emotions are left to the text, and nobody speaks faster than the book.
    """
    cast = {NARRATOR: Role(voice=narrator)}
    taken = [narrator]
    for character in sorted(characters, key=lambda one: -one.count):
        groups = _GROUPS[character.gender]
        chosen = voice_for(voices, taken, groups)
        taken.append(chosen)
        cast[character.name] = Role(voice=chosen, emotion="auto", others=character.others, gender=character.gender)
    return cast
