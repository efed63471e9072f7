"""A text whose segments are known, in parts that can be analysed one after the other while the first is spoken.

What the stages after the normalisation decide about a segment depends on little of what is around it. Each part
brings that along, so that the plan is the same as if all of it were analysed at once.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

from indextts.model.errors import StudioError
from indextts.model.sources import KEPT_SOURCES
from indextts.model.utterance import USUAL_S, Segment, Token, Utterance
from indextts.plan.check import MAX_SEGMENT_S, MAX_SPEECH_S, MAX_SYMBOLS
from indextts.plan.keeping import Keeping
from indextts.plan.versions import shift
from indextts.reading.markup.marked import Marked, Span
from indextts.reading.phonemes.annotate import symbols_of
from indextts.reading.phonemes.en.pronunciation import is_word
from indextts.reading.prosody.decide import FOREIGN
from indextts.reading.prosody.windows import CONTEXT
from indextts.reading.text.segment import sentence_ends

LETTER: Final = 16
"""Symbols for a letter that is read by its name, and the break after it, at most; ``W`` has the most."""
_MOST: Final = 32
"""Segments of a part: what is read waits in memory until it is spoken."""
WORD: Final = 24
"""What a word of the dictionary may have beyond three for each letter: ``feb`` is February."""


def in_parts(utterance: Utterance) -> Iterator[tuple[int, Utterance]]:
    """Whole sentences, twice as many each time, up to :data:`_MOST`.

    What is told is where they end, and ``utterance`` with the segments to analyse.
    These are the utterance's own ones between copies of their neighbours.
    """
    segments, ends = utterance.segments, sentence_ends(utterance)
    begin, size = 0, 1
    while begin < len(segments):
        end = min(begin + size, len(segments))
        while not ends[end - 1]:
            end += 1
        first = begin - _context(segments, range(begin - 1, -1, -1), CONTEXT)
        last = end + _context(segments, range(end, len(segments)), 1)
        around = [*map(_copied, segments[first:begin])], [*map(_copied, segments[end:last])]
        yield end, replace(utterance, segments=[*around[0], *segments[begin:end], *around[1]])
        begin, size = end, min(2 * size, _MOST)


def leave_said(utterance: Utterance, own: list[str], marked: Marked) -> Segment | None:
    """Leave out of ``utterance``, which is read, and of its contents ``own`` what was said before; its last segment."""
    count = sum(segment.end <= marked.said for segment in utterance.segments)
    before, utterance.segments = utterance.segments[:count], utterance.segments[count:]
    del own[:count]
    utterance.pause_before_s = 0.0
    return before[-1] if before else None


Around = tuple[Utterance, Utterance]
"""What stands before a text, and what stands after it; both are read already."""


@contextmanager
def placed(utterance: Utterance, marked: Marked, around: Around | None) -> Iterator[tuple[Utterance, Marked]]:
    """``utterance`` and its marks, to be read within this where they stand; the segments around are copies."""
    if around is None:
        yield utterance, marked
        return
    before, after = around
    begin, end = len(before.text), len(before.text) + len(utterance.text)
    following = [*map(_copied, after.segments)]
    for segment in following:
        shift(segment, end)
    for segment in utterance.segments:
        shift(segment, begin)
    segments = [*map(_copied, before.segments), *utterance.segments, *following]
    whole = replace(utterance, text=before.text + utterance.text + after.text, segments=segments)
    spans = [replace(span, start=span.start + begin, end=span.end + begin) for span in marked.spans]
    yield whole, replace(marked, spans=spans)
    utterance.stage = whole.stage
    for segment in utterance.segments:
        shift(segment, -begin)
    if not any(token.phones for segment in utterance.segments for token in segment.tokens):
        raise StudioError("text_unspeakable")


def is_surely_short(utterance: Utterance, spans: Iterable[Span], keeping: Keeping | None = None) -> bool:
    """Whether no reading can make the plan too long to be spoken (:func:`indextts.plan.check.check_length`).

    ``spans`` are those that are still to be applied, and so is what is ``keeping`` a person's fixes. Raises
    :class:`StudioError` ``unknown_symbol`` for a reading of the text or the dictionary that the voice cannot say.
    """
    sizes = [sum(map(_most_symbols, segment.tokens)) for segment in utterance.segments]
    more, slow = (0, False) if keeping is None else (keeping.symbols, keeping.stretches)
    slowest = 4.0 if slow or any(span.duration > 1.0 for span in spans) else 1.0
    symbol_s = USUAL_S * slowest / utterance.settings.speed
    longest, whole = max(sizes) + more, sum(sizes) + more
    return longest <= MAX_SYMBOLS and longest * symbol_s <= MAX_SEGMENT_S and whole * symbol_s <= MAX_SPEECH_S


def _most_symbols(token: Token) -> int:
    """More symbols than ``token`` has with the break after it, whatever its reading."""
    if token.kind == "punctuation":
        return 0
    if token.reading and token.reading_source in KEPT_SOURCES:
        return len(symbols_of(token)) + 1
    if token.kind == "hanzi":
        return 3 * len(token.text)
    if token.kind == "word" and not token.text.isupper() and is_word(token.text.lower()):
        return WORD + 3 * len(token.text)
    return LETTER * len(token.text)


def _context(segments: Sequence[Segment], order: Sequence[int], least: int) -> int:
    """How many of the segments in ``order`` are looked at to decide about the one before these.

    The networks read :data:`~indextts.reading.prosody.windows.CONTEXT` units before a sentence, at most ``least``
    tokens. Few English words beside Chinese ones are phrased with these: so far that it is known which they are.
    """
    shown, chinese = 0, False
    words: set[tuple[int, int]] = set()
    for count, place in enumerate(order, start=1):
        for token in segments[place].tokens:
            if token.kind != "punctuation":
                shown += 1
                words.add((place, token.word))
                chinese = chinese or token.kind == "hanzi" or token.lang != "en"
        if shown >= least and (chinese or len(words) > FOREIGN):
            return count
    return len(order)


def _copied(segment: Segment) -> Segment:
    return replace(segment, tokens=[*map(copy.copy, segment.tokens)])
