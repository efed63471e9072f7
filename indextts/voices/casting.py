"""Which voice speaks which part of a text: what SSML's ``voice`` says, else the speaker of a line, else the request.

parts = parts_of(marked, voices, voice="baker", speakers=None)
parts.at(12)              # the voice of the character there; empty where it is the request's own
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indextts.markup.marked import Marked, VoiceTag, bad_markup
from indextts.text.overrides import Override
from indextts.utterance.sources import DIALOGUE
from indextts.voices.dialogue import DialogueTurn, cast_of, find_turns, voice_named
from indextts.voices.voice import Voice


@dataclass(frozen=True)
class Parts:
    """The stretches of a text with their voices."""

    starts: tuple[int, ...] = ()
    """Offsets where another one begins, in order."""
    voices: tuple[str, ...] = ()
    """Which; empty where it is the request's own."""
    labels: tuple[Override, ...] = ()
    """Labels that name the speaker; they are not spoken."""

    def at(self, offset: int) -> str:
        """The voice at ``offset``; empty where it is the request's own."""
        place = bisect_right(self.starts, offset) - 1
        return self.voices[place] if place >= 0 else ""


def parts_of(
    marked: Marked, voices: Sequence[Voice], *, voice: str, speakers: Mapping[str, str] | None = None
) -> Parts:
    """The voices of ``marked.text``, whose request asks for ``voice``.

    Raises :class:`StudioError` ``bad_markup`` for a tag with the name of no voice.
    """
    turns = [turn for turn in find_turns(marked.text, voices, speakers) if not _is_marked(turn, marked)]
    cast = cast_of(turns, voices, first=voice, speakers=speakers)
    spans = [(turn.begin, turn.end, cast[turn.label]) for turn in turns]
    # Outer tags begin before inner ones; what is painted later covers what was there.
    tags = sorted(marked.voices, key=lambda tag: (tag.start, -tag.end))
    spans += [(tag.start, tag.end, _named(tag, voices, voice)) for tag in tags if tag.start < tag.end]
    for tag in tags:
        _named(tag, voices, voice)
    labels = tuple(Override(turn.start, turn.begin, spoken=" ", source=DIALOGUE) for turn in turns)
    return _painted(spans, voice, labels)


def _is_marked(turn: DialogueTurn, marked: Marked) -> bool:
    """Whether the writer has said how the label is to be read: then it is read."""
    return any(fixed.start < turn.begin and turn.start < fixed.end for fixed in marked.fixed)


def _named(tag: VoiceTag, voices: Sequence[Voice], voice: str) -> str:
    if tag.name == "default":
        return voice
    named = voice_named(voices, tag.name)
    if named is None:
        known = ", ".join(one.id for one in voices)
        raise bad_markup(
            tag.position - 1,
            tag.tag,
            f"there is no voice {tag.name}; there are {known}",
            f"没有声音 {tag.name}；可用的有 {known}",
        )
    return named


def _painted(spans: Sequence[tuple[int, int, str]], voice: str, labels: tuple[Override, ...]) -> Parts:
    """Spans, of which later ones cover earlier ones, as changes from left to right."""
    edges = sorted({0, *(edge for start, end, _ in spans for edge in (start, end))})
    place = {edge: number for number, edge in enumerate(edges)}
    painted = [""] * len(edges)
    for start, end, name in spans:
        for number in range(place[start], place[end]):
            painted[number] = "" if name == voice else name
    kept = [number for number, name in enumerate(painted) if number == 0 or name != painted[number - 1]]
    return Parts(tuple(edges[number] for number in kept), tuple(painted[number] for number in kept), labels)
