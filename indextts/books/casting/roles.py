"""A voice for everybody: those who say most choose first, by gender, and apart in pitch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from indextts.books.model import NARRATOR, Role
from indextts.voices import Voice
from indextts.voices.dialogue import voice_for

if TYPE_CHECKING:
    from indextts.books.casting import Character

_GROUPS: Final = {"female": ("women",), "male": ("men",), "": ("women", "men")}
OWN_VOICES: Final = 12
"""Characters that get a voice of their own; those who say little share the rest's."""


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
