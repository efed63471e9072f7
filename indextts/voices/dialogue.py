"""Lines that name their speaker: ``A：你吃了吗？``, ``青年男声：还没有。``

A label stands at the beginning of a line, with a colon (``:`` or ``：``) after it: a single letter, or the name or id
of a voice. Only where at least two lines begin so are they taken for labels; a caller can name others (``speakers``),
and then one line with such a one is enough, or turn labels off with none at all. What follows belongs to that speaker
until the next label or an empty line; everything else to the request's voice. The label itself is not spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from indextts.voices.design import INLINE, read_inline
from indextts.voices.speaker_labels import MAX_LABEL, in_one_form, key_of
from indextts.voices.voice import Voice

APART: Final = 3.0
"""Semitones of median F0 by which voices that are picked for a dialogue differ from those in it, if they can."""

_LABEL: Final = re.compile(
    rf"[^\S\n]*+(?:\*\*)?(?P<label>[^\s:：*][^\n:：*]{{0,{MAX_LABEL - 1}}}?)(?:\*\*)?[^\S\n]*+"
    # No drive of a computer (C:\), no address (http://), no two colons (A::B).
    r"[:：](?![:：/\\])(?:\*\*)?[^\S\n]*+"
)
_EMPTY_LINE: Final = re.compile(r"\n[^\S\n]*(?=\n)")
_LETTER: Final = re.compile(r"[A-Z]")


@dataclass(frozen=True)
class DialogueTurn:
    """``text[start:end]`` is spoken by ``label``, of which ``text[start:begin]`` tells; that is not spoken."""

    label: str
    start: int
    begin: int
    end: int


def find_turns(text: str, voices: Sequence[Voice], speakers: Mapping[str, str] | None = None) -> list[DialogueTurn]:
    """The parts of a text that have a speaker, from left to right and apart; none where it is no dialogue."""
    if speakers is not None and not speakers:
        return []
    given = {key_of(label): label for label in speakers or {}}
    found = list(_labelled(text, given, _names(voices)))
    if len(found) < (1 if any(label in given.values() for label, _, _ in found) else 2):
        return []
    turns = []
    for number, (label, start, begin) in enumerate(found):
        stop = found[number + 1][1] if number + 1 < len(found) else len(text)
        turns.append(DialogueTurn(label, start, begin, _paragraph_end(text, begin, stop)))
    return turns


def cast_of(
    turns: Sequence[DialogueTurn], voices: Sequence[Voice], *, first: str, speakers: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The voice of each label in ``turns``: an id, or a design.

    A label of ``speakers`` has the voice given there, the name of a voice that voice. Of the other letters, the first
    in the alphabet has ``first`` (the request's voice), and each further one the next of the engine's cast that is
    still free and differs enough in pitch.
    """
    names, given = _names(voices), speakers or {}
    labels = dict.fromkeys(turn.label for turn in turns)
    cast = {label: _default(given[label], voices) for label in labels if label in given}
    cast |= {label: names[key_of(label)] for label in labels if label not in cast and key_of(label) in names}
    for number, label in enumerate(sorted(label for label in labels if label not in cast)):
        taken = list(cast.values())
        cast[label] = first if number == 0 and first not in taken else _next(voices, taken)
    return {label: cast[label] for label in labels}


def _default(voice: str, voices: Sequence[Voice]) -> str:
    return voices[0].id if voice == "default" else voice


def voice_named(voices: Sequence[Voice], name: str) -> str | None:
    """The id of the voice with that id or name, whatever its case; a design is its own id."""
    return name if name.startswith(INLINE) else _names(voices).get(key_of(name))


def _names(voices: Sequence[Voice]) -> dict[str, str]:
    """Ids by what the voices are called. An id goes before a name."""
    names = {key_of(name): voice.id for voice in voices for name in (voice.name_zh, voice.name_en)}
    return {**names, **{key_of(voice.id): voice.id for voice in voices}}


def _labelled(text: str, given: Mapping[str, str], names: Mapping[str, str]) -> Iterator[tuple[str, int, int]]:
    """Each label, as ``given`` has it if it is there, with the beginning of its line and the place after its colon."""
    at = 0
    while at < len(text):
        match = _LABEL.match(text, at)
        if match:
            written = in_one_form(match["label"])
            if key_of(written) in given:
                yield given[key_of(written)], at, match.end()
            elif key_of(written) in names or _LETTER.fullmatch(written):
                yield written, at, match.end()
        line_end = text.find("\n", at)
        at = line_end + 1 if line_end >= 0 else len(text)


def _paragraph_end(text: str, begin: int, stop: int) -> int:
    empty = _EMPTY_LINE.search(text, begin, stop)
    return empty.start() if empty else stop


def _next(voices: Sequence[Voice], taken: Sequence[str]) -> str:
    """Voices to try, in order: free ones far from all others, then any free one, then all again."""
    cast = sorted((voice for voice in voices if voice.cast >= 0), key=lambda voice: voice.cast) or list(voices)
    free = [voice for voice in cast if voice.id not in taken]
    pitches = [voice.pitch for voice in voices if voice.id in taken]
    pitches += [read_inline(voice).pitch for voice in taken if voice.startswith(INLINE)]
    far = [voice for voice in free if all(abs(voice.pitch - pitch) >= APART for pitch in pitches)]
    if far or free:
        return (far or free)[0].id
    return min(cast, key=lambda voice: list(taken).count(voice.id)).id
