"""What follows from a person's edits of a plan: the tones around a new reading or a moved break, and the symbols.

One place for page, API and command line. What a person has not touched stays as the plan has it, even if this
version would read it otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence

from indextts.phonemes.annotate import NO_READING, hanzi_runs, refresh, symbols_of, words_of
from indextts.phonemes.symbols import BREAKS
from indextts.phonemes.zh import mandarin, sandhi
from indextts.utterance.model import Segment, Token
from indextts.utterance.sources import KEPT_SOURCES, SANDHI, USER


def revise(segment: Segment) -> bool:
    """Bring ``segment`` in line with what was edited in it, and tell whether anything was.

    A reading or a break that its phones do not show yet has been edited: it becomes the person's own (source
    ``user``), and the tones of 一, 不 and third tones in the same stretch of characters are decided again around it.
    Readings that a person has chosen stay. Raises :class:`StudioError` ``unknown_symbol`` for a reading that the
    voice cannot say.
    """
    edited = {id(token) for token in _edited(segment)}
    if not edited:
        return False
    for run in hanzi_runs(segment.tokens):
        if any(id(token) in edited for token in run):
            _decide_tones(run)
    refresh(segment)
    return True


def _edited(segment: Segment) -> list[Token]:
    """Tokens whose phones are not those of their reading and break; marks what a person must have set there."""
    spoken = [token for token in segment.tokens if token.kind != "punctuation" and token.reading]
    found = [token for token in segment.tokens if token.phones and (token.kind == "punctuation" or not token.reading)]
    for token in spoken:
        written = [tuple(symbol) for symbol in symbols_of(token)]
        shown = [(phone.symbol, phone.shape) for phone in token.phones]
        behind = [] if token is spoken[-1] else [(BREAKS[min(max(token.break_after, 0), 3)], "")]
        if shown == written + behind:
            continue
        found.append(token)
        last = shown[-1:] if shown and shown[-1][0] in BREAKS else []
        sounds = shown[: len(shown) - len(last)]
        # Without any phones nothing was decided here yet.
        if shown and sounds != written and token.reading_source not in KEPT_SOURCES:
            token.reading_source, token.reading_probability = USER, None
        if last and behind and last != behind:
            token.break_source, token.break_probability = USER, None
    return found


def _decide_tones(run: Sequence[Token]) -> None:
    """Sandhi over a stretch of characters, from the readings that it had before any sandhi."""
    open_ = [token.reading_source in ("", SANDHI) for token in run]
    read = mandarin.readings(*words_of(run)) if any(open_) else [None] * len(run)
    syllables = []
    for token, is_open, reading in zip(run, open_, read, strict=True):
        own = token.reading
        # Before its tone was changed it was what the dictionary says, unless that has come to say something else.
        if is_open and reading is not None and (not own or reading.pinyin[:-1] == own[:-1]):
            own = reading.pinyin
        fixed = token.reading_source in KEPT_SOURCES
        syllables.append(sandhi.Syllable(token.text, own, token.word, token.pos, token.break_after, fixed=fixed))
    before = [syllable.reading for syllable in syllables]
    sandhi.apply(syllables)
    for token, syllable, plain, reading in zip(run, syllables, before, read, strict=True):
        if syllable.reading == token.reading or syllable.fixed:
            continue
        others = dict.fromkeys([plain, token.reading, *token.alternatives])
        token.alternatives = [other for other in others if other and other != syllable.reading]
        token.reading = syllable.reading
        token.changes = [change for change in token.changes if change.rule != NO_READING]
        if syllable.changed:
            token.reading_source = SANDHI
        elif reading is not None:
            token.reading_source, token.reading_probability = reading.source, round(reading.probability, 4)
