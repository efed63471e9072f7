"""Assigns a voice to each character, in the order of their numbers of lines, by gender and with distinct pitches."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from indextts.books.model import NARRATOR, Chapter, Role
from indextts.model.people import Age, Gender
from indextts.voices import Voice
from indextts.voices.dialogue import peers, person_voice, suits
from indextts.voices.mixture import is_mixture, read_mixture

NOBODY: Final[Mapping[str, Role]] = MappingProxyType({})
_SCENE: Final = 12  # quotations before one, whose speakers are there too


@dataclass(frozen=True)
class Character:
    """A character."""

    name: str
    others: tuple[str, ...] = ()
    """Other names of the same person, the most frequent first."""
    gender: Gender = ""
    count: int = 0  # How many quotations are theirs
    lines: tuple[str, ...] = ()
    """The first of them, without quotation marks."""
    evidence: tuple[tuple[str, int], ...] = ()
    """What the gender was told by, and how often: ``she``, ``title``, ``name``."""
    age: Age = ""
    voice: str = ""  # What speaks for it so far: that stays where it suits


def _neighbours(chapters: Sequence[Chapter]) -> dict[str, set[str]]:
    """Who is heard in the same scenes as whom, by names."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for chapter in chapters:
        names = [one.speaker for one in chapter.quotations]
        for at, name in enumerate(names):
            for other in {*names[max(0, at - _SCENE) : at]} - {name}:
                found[name].add(other)
                found[other].add(name)
    return found


def suggest(
    characters: Sequence[Character],
    voices: Sequence[Voice],
    *,
    narrator: str = "default",
    leading: str = "",
    language: str = "",
    known: Mapping[str, Role] = NOBODY,
    chapters: Sequence[Chapter] = (),
) -> dict[str, Role]:
    """The voice of each of ``characters``, and the voice ``narrator`` for all other text; ``known`` people have theirs.
    Those who are heard in one scene of ``chapters`` have different ones, as far as there are any.

    They are of the engine of the voice ``leading``, the narrator's unless it is given, and speak ``language`` best. A
    child, or an old person, has a voice of that age while one is free. Emotions follow the text, and no role speaks
    faster than the book.
    """
    cast = {NARRATOR: Role(voice=narrator)}
    leading = leading or (voices[0].id if voices and narrator == "default" else narrator)
    voices = peers(voices, leading, language)
    there = {name: role.voice for name, role in known.items() if role.voice} | {one.name: "" for one in characters}
    taken = [narrator, *filter(None, there.values())]
    if voices:  # the narrator's, or the first in the language of the book
        heaviest = read_mixture(leading).heaviest if is_mixture(leading) else leading
        taken.append(heaviest if any(voice.id == heaviest for voice in voices) else voices[0].id)
    beside = _neighbours(chapters) if chapters else None
    sexes: Counter[Gender] = Counter()
    for character in sorted(characters, key=lambda one: -one.count):
        sex: Gender = character.gender
        if not sex and sexes and not character.age:  # whoever answers a man is told from him by a woman's voice
            sex = "female" if sexes["male"] > sexes["female"] else "male"
        sexes[sex] += 1
        name, age = character.name, character.age
        near = None if beside is None else {there.get(one, "") for one in beside.get(name, ())}
        kept = any(voice.id == character.voice and suits(voice, sex, age) for voice in voices)
        chosen = there[name] = character.voice if kept else person_voice(voices, taken, sex, age, near)
        taken.append(chosen)
        cast[name] = Role(chosen, "auto", others=character.others, gender=character.gender, picked=True)
    return cast
