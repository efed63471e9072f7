"""A line of text at a time through the first stages, for the command line."""

from __future__ import annotations

from collections.abc import Sequence

from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.reading import prosody
from indextts.reading.phonemes.annotate import annotate
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.text.frontend import build_segments
from indextts.reading.text.overrides import Override


def mark_line(line: str, model: prosody.ProsodyModel | None = None) -> str:
    """``line`` with ``#1``–``#4`` after the characters and words that a break follows, and nothing else changed."""
    utterance = Utterance(line, segments=build_segments(line, is_word=is_word, max_syllables=60))
    (model or prosody.load("rules")).annotate(utterance)
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


def pinyin_line(line: str, fixed: Sequence[Override] = (), model: prosody.ProsodyModel | None = None) -> str:
    """Pinyin of one line of Chinese text, one syllable with its tone for each character, sandhi applied.

    ``fixed`` has what is decided about it already; ``model`` sets its breaks, the rules if it is left out.
    """
    utterance = Utterance(line, segments=build_segments(line, is_word=is_word, max_syllables=60, fixed=fixed))
    if not utterance.segments:
        return ""
    (model or prosody.load("rules")).annotate(utterance)
    try:
        annotate(utterance)
    except StudioError as error:
        if error.code != "text_unspeakable":
            raise
    tokens = (token for segment in utterance.segments for token in segment.tokens)
    return " ".join(token.reading or "?" for token in tokens if token.kind == "hanzi")
