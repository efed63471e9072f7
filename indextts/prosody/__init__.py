"""Where a speaker would pause: breaks behind tokens, by rules or by a model, behind one protocol."""

from __future__ import annotations

from typing import Protocol

from indextts.errors import StudioError
from indextts.utterance import Utterance

USER = "user"
"""``break_source`` of a break that a person has set: no model changes it."""


class ProsodyModel(Protocol):
    """Sets ``break_after``, ``break_source`` and ``break_probability`` of every token, whole text in view."""

    name: str

    def annotate(self, utterance: Utterance) -> None:
        """Fill in the breaks of all segments; those whose source is ``user`` stay as they are."""


def load(name: str) -> ProsodyModel:
    """The model called ``name``. Raises :class:`StudioError` ``unknown_choice`` for a name that does not exist."""
    if name == "rules":
        from indextts.prosody.rules import RuleProsody

        return RuleProsody()
    raise StudioError("unknown_choice", field="prosody", field_zh="韵律模型", value=name, choices="rules")


def mark_line(line: str, model: ProsodyModel | None = None) -> str:
    """``line`` with ``#1``–``#4`` behind the characters and words that a break follows, and nothing else changed."""
    from indextts.text.frontend import build_segments

    utterance = Utterance(line, segments=build_segments(line, max_syllables=60))
    (model or load("rules")).annotate(utterance)
    marks: dict[int, int] = {}
    for segment in utterance.segments:
        for token, after in zip(segment.tokens, [*segment.tokens[1:], None], strict=True):
            # A break in the middle of one rewriting has no place in the written text.
            if token.break_after and (after is None or after.start >= token.end):
                marks[token.end] = token.break_after
    parts: list[str] = []
    done = 0
    for place in sorted(marks):
        parts.append(line[done:place])
        parts.append(f"#{marks[place]}")
        done = place
    return "".join((*parts, line[done:]))
