"""Assigns a voice to each character, in the order of their numbers of lines, by gender and with distinct pitches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from indextts.books.model import NARRATOR, Role
from indextts.model.people import Age, Gender
from indextts.voices import Voice
from indextts.voices.dialogue import peers, person_voice
from indextts.voices.mixture import is_mixture, read_mixture


@dataclass(frozen=True)
class Character:
    """A character."""

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
    age: Age = ""


def suggest(
    characters: Sequence[Character],
    voices: Sequence[Voice],
    *,
    narrator: str,
    leading: str = "",
    language: str = "",
    taken: Sequence[str] = (),
) -> dict[str, Role]:
    """The voice of each of ``characters``, and the voice ``narrator`` for all other text; others have ``taken`` ones.

    They are of the engine of the voice ``leading``, the narrator's unless it is given, and speak ``language`` best. A
    child, or an old person, has a voice of that age while one is free. Emotions follow the text, and no role speaks
    faster than the book.
    """
    cast = {NARRATOR: Role(voice=narrator)}
    leading = leading or (voices[0].id if voices and narrator == "default" else narrator)
    voices, taken = peers(voices, leading, language), [narrator, *taken]
    if voices:  # the narrator's, or the first in the language of the book
        heaviest = read_mixture(leading).heaviest if is_mixture(leading) else leading
        taken.append(heaviest if any(voice.id == heaviest for voice in voices) else voices[0].id)
    sexes: Counter[Gender] = Counter()
    for character in sorted(characters, key=lambda one: -one.count):
        sex: Gender = character.gender
        if not sex and sexes and not character.age:  # whoever answers a man is told from him by a woman's voice
            sex = "female" if sexes["male"] > sexes["female"] else "male"
        sexes[sex] += 1
        chosen = person_voice(voices, taken, sex, character.age)
        taken.append(chosen)
        cast[character.name] = Role(voice=chosen, emotion="auto", others=character.others, gender=character.gender)
    return cast
