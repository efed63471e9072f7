"""Names and terms that occur often in a book, with their readings, before the first minute is spoken.

for term in terms_of(chapters, words):
    term.word, term.count, term.reading       # "任盈盈", 214, "ren2 ying2 ying2"
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from indextts.books.model import Chapter
from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.reading.lexicon.entry import EntryDraft, EntryKind, draft, key_of
from indextts.reading.lexicon.lexicon import Matcher
from indextts.reading.phonemes.en import pronunciation
from indextts.reading.phonemes.zh import mandarin, names, polyphones
from indextts.reading.text.chars import is_hanzi
from indextts.reading.text.tokens import tagged

FEWEST: Final = 3
"""Times that a name or a word occurs before it is listed."""
MOST: Final = 400
"""Listed for one book: the commonest."""
SURE: Final = 0.9
"""Probability of each character's reading from which on a name is not doubtful."""
_LOOKED_AT: Final = 5
"""Paragraphs in which a word that is looked for is read."""
_LONGEST: Final = 12
_AROUND: Final = 14
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]")


@dataclass(frozen=True)
class Term:
    """A word that is worth a look before it is heard many times."""

    word: str
    count: int
    kind: EntryKind
    """What its reading is written in."""
    reading: str
    """What will be said: pinyin with tone numbers or ARPAbet, separated by spaces."""
    alternatives: tuple[str, ...]
    """Other readings of the whole word."""
    sure: bool
    """Whether no other reading is likely, and a dictionary or a person says this one."""
    example: str
    """A place where it stands."""

    def told(self) -> dict[str, Any]:
        return asdict(self)


def terms_of(chapters: Iterable[Chapter], words: Sequence[EntryDraft] = ()) -> list[Term]:
    """The names and unknown words of the chapters that are spoken, those that are not sure and common first.

    ``words`` are entries that hold for the book already: their readings are told, as sure.
    """
    own = {key_of(one.word): one for one in words if one.enabled}
    counts: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for chapter in chapters:
        if chapter.on:
            for line in chapter.text.split("\n"):
                for word, start in _candidates(line):
                    counts[word] += 1
                    if word not in examples:
                        examples[word] = line[max(0, start - _AROUND) : start + len(word) + _AROUND].strip()
    common = [(word, count) for word, count in counts.most_common() if count >= FEWEST]
    terms = [term for word, count in common if (term := _term(word, count, examples[word], own)) is not None]
    terms.sort(key=lambda one: (one.sure, -one.count))
    return terms[:MOST]


def looked_up(word: str, lines: Iterable[str], words: Sequence[EntryDraft] = ()) -> tuple[Term, list[str]]:
    """Any word, counted in ``lines``, with the first few of them that have it; its reading is left open.

    ``words`` are entries that hold for the book already: one of that word is told.
    """
    matcher = Matcher((EntryDraft(word, word, "text"),))
    count, found, example = 0, list[str](), ""
    for line in lines:
        if places := matcher.match(line):
            count += len(places)
            example = example or line[max(0, places[0].start - _AROUND) : places[0].end + _AROUND].strip()
            if len(found) < _LOOKED_AT:
                found.append(line)
    entry = next((one for one in words if one.enabled and key_of(one.word) == key_of(word)), None)
    if entry is not None:
        return Term(word, count, entry.kind, entry.reading, (), True, example), found
    return Term(word, count, "text", "", (), False, example), found


def as_said(term: Term, plans: Iterable[Utterance]) -> Term:
    """``term`` with the readings that it has in ``plans``, the commonest first."""
    said: Counter[str] = Counter()
    sure = True
    matcher = Matcher((EntryDraft(term.word, term.word, "text"),))
    for plan in plans:
        tokens = [one for segment in plan.segments for one in segment.tokens if one.reading]
        for place in matcher.match(plan.text):
            inside = [one for one in tokens if one.start < place.end and place.start < one.end]
            said[" ".join(one.reading for one in inside)] += 1
            sure &= all((one.reading_probability or 1.0) >= SURE for one in inside)
    (reading, *others) = [one for one, _ in said.most_common() if one] or [""]
    try:
        entry = draft(term.word, reading)
    except StudioError:  # a number, or a word of two languages: nothing but other words can stand for it
        return term
    if is_hanzi(term.word[0]):
        others += [one for one in _others(term.word, reading.split()) if one not in others]
    return replace(
        term, kind=entry.kind, reading=entry.reading, alternatives=tuple(others)[:8], sure=sure and len(said) == 1
    )


def _candidates(line: str) -> Iterator[tuple[str, int]]:
    """Names of a line by the tagger, and words in Latin letters, with their places."""
    tags = names.members("name_tags")
    at = 0
    for word, tag in tagged(line):
        if tag in tags and 1 < len(word) <= _LONGEST and all(map(is_hanzi, word)):
            yield word, at
        at += len(word)
    for match in _LATIN.finditer(line):
        yield match[0], match.start()


def _term(word: str, count: int, example: str, own: dict[str, EntryDraft]) -> Term | None:
    """``None`` for an English word that every dictionary has."""
    if (entry := own.get(key_of(word))) is not None:
        return Term(word, count, entry.kind, entry.reading, (), True, example)
    if not is_hanzi(word[0]):
        reading, source = pronunciation.pronounce(word)
        if source == "dictionary" and not word.isupper():
            return None
        others = tuple(one for one in pronunciation.alternatives(word) if one != reading)
        return Term(word, count, "arpabet", reading, others, source == "dictionary", example)
    read = mandarin.readings(word, [polyphones.SegmentedWord(0, word, "nr")])
    reading = " ".join(one.pinyin for one in read)
    alike = _others(word, reading.split())
    sure = all(
        one.probability >= SURE or len(mandarin.alternatives(char)) < 2 for one, char in zip(read, word, strict=True)
    )
    return Term(word, count, "pinyin", reading, tuple(alike[:8]), sure, example)


def _others(word: str, reading: Sequence[str]) -> list[str]:
    """Readings of a word that differ from ``reading`` in one of its characters."""
    if len(reading) != len(word):
        return []
    return [
        " ".join([*reading[:place], other, *reading[place + 1 :]])
        for place, char in enumerate(word)
        for other in mandarin.living(char)
        if other != reading[place]
    ]
