"""Names and terms that occur often in a book, with their readings, before the first minute is spoken.

Whole words alone: what the dictionary has as a name, what statistics of the whole book show to be one
(:mod:`indextts.books.names`), and the cast.

for term in terms_of(chapters, words):
    term.word, term.count, term.reading       # "任盈盈", 214, "ren2 ying2 ying2"
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from typing import Any, Final

from indextts.books.casting.lexicon import signs
from indextts.books.model import Chapter
from indextts.books.names import is_name, names_in, spoken_names, word_tag
from indextts.books.suspects import Suspects, read_in
from indextts.model.errors import StudioError
from indextts.model.utterance import Utterance
from indextts.platform.tables import members
from indextts.reading.lexicon.entry import EntryDraft, EntryKind, draft, key_of
from indextts.reading.lexicon.lexicon import Matcher
from indextts.reading.phonemes.en import pronunciation
from indextts.reading.phonemes.zh import mandarin, names
from indextts.reading.text.chars import is_hanzi
from indextts.reading.text.tokens import tagged
from indextts.voices.labels import known_people
from indextts.voices.sexes import table

FEWEST: Final = 3  # Times that a name or a word occurs before it is listed
MOST: Final = 400  # Listed for one book: the commonest
_LOOKED_AT: Final = 5  # paragraphs in which a word that is looked for is read
_SHARE: Final = 0.6  # what is a part of a longer name in more than this share of its places is none by itself
LOOKED_THROUGH: Final = 400_000
"""Characters in which names are looked for; of a longer book, lines from all over it; the whole is counted."""
_LONGEST: Final = 12
_AROUND: Final = 14
_LATIN: Final = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]")


@dataclass(frozen=True)
class Term:
    """A word that is worth a look before it is heard many times."""

    word: str
    count: int
    kind: EntryKind  # What its reading is written in
    reading: str  # What will be said: pinyin with tone numbers or ARPAbet, separated by spaces
    alternatives: tuple[str, ...]  # Other readings of the whole word
    sure: bool  # Whether no other reading is likely, and a dictionary or a person says this one
    example: str  # A place where it stands

    def told(self) -> dict[str, Any]:
        return asdict(self)


def terms_of(chapters: Iterable[Chapter], words: Sequence[EntryDraft] = (), *, cast: Iterable[str] = ()) -> list[Term]:
    """The names and unknown words of the chapters that are spoken, those that are not sure and common first.

    ``words`` are entries that hold for the book already: their readings are told, as sure. Names of the ``cast`` that
    are in the text are always there. A reading is that of the first place, and not sure where the list of doubtful
    places (:mod:`indextts.books.proof`) asks about it.
    """
    own = {key_of(one.word): one for one in words if one.enabled}
    whole = [chapter.text for chapter in chapters if chapter.on]
    texts = _from_all_over(whole)
    counts: Counter[str] = Counter()
    places: dict[str, tuple[str, int]] = {}
    for text in texts:
        for line in text.split("\n"):
            for word, start in _candidates(line):
                counts[word] += 1
                places.setdefault(word, (line, start))
    # A name in letters is read word by word, and a role, as in “the magistrate”, is no name.
    known = dict.fromkeys(part for name in cast if is_name(name) for part in _parts(name))
    people = {name: count for name in islice(known, MOST) if (count := sum(_times(name, text) for text in whole))}
    names = {**names_in(texts), **people}
    for name, count in names.items():
        counts[name] = max(count, counts[name])
        if name not in places:
            line = next(line for text in whole if name in text for line in text.split("\n") if _times(name, line))
            places[name] = line, line.index(name)
    # A name of the cast with what stands behind it: 苏禾|提 where 苏禾 is known.
    hanzi = (word for word in counts if word not in people and is_hanzi(word[0]))
    for word in [word for word in hanzi if any(word[:end] in people for end in range(2, len(word)))]:
        del counts[word]
    common = [one for one in counts.most_common() if one[0] in people or one[1] >= FEWEST]
    inside = _insides(dict(common))
    common = [(one, count) for one, count in common if inside.get(one, 0) <= _SHARE * count]
    common.sort(key=lambda one: one[0] not in people)
    fixed = {one.word: one.reading for one in spoken_names(people)}
    found = (
        _term(word, count, places[word], own, name="known" if word in names else _name(word), said=fixed.get(word, ""))
        for word, count in common
    )
    terms = list(islice((term for term in found if term is not None), MOST))
    if texts is not whole:
        terms = [replace(one, count=sum(text.count(one.word) for text in whole)) for one in terms]
    return sorted(terms, key=lambda one: (one.sure, -one.count))


def _from_all_over(texts: list[str]) -> list[str]:
    """``texts``, or as many of their lines as are looked through, evenly from the first to the last.

    What is told of a book is what occurs often in it, and reading each word of the longest ones takes minutes.
    """
    size = sum(map(len, texts))
    if size <= LOOKED_THROUGH:
        return texts
    taken, due = list[str](), 0.0
    for text in texts:
        for line in text.split("\n"):
            due += len(line) * LOOKED_THROUGH / size
            if due >= len(line) > 0:
                taken.append(line)
                due -= len(line)
    return taken


def _parts(name: str) -> list[str]:
    """``name``, of one in Latin letters the words that are written large, but for titles such as Dr."""
    if is_hanzi(name[0]):
        return [name]
    titles = known_people("titles") | table("en", "titles_male") | table("en", "titles_female")
    return [part for part in _LATIN.findall(name) if part[0].isupper() and part not in titles]


def _times(name: str, text: str) -> int:
    """How often ``name`` is there, in Latin letters as a whole word."""
    return text.count(name) if is_hanzi(name[0]) else sum(part == name for part in _LATIN.findall(text))


def _name(word: str) -> str:
    """``likely`` where the tagger takes ``word`` for somebody's name; else empty."""
    (_, tag), *more = tagged(word)
    return "likely" if tag.startswith("nr") and not more else ""


def _insides(counts: Mapping[str, int]) -> dict[str, int]:
    """For each part of a Chinese name how often the commonest name with it is there."""
    found: dict[str, int] = {}
    for name, count in counts.items():
        if is_hanzi(name[0]):
            for begin in range(len(name)):
                for end in range(begin + 2, len(name) + 1):
                    if end - begin < len(name):
                        found[name[begin:end]] = max(count, found.get(name[begin:end], 0))
    return found


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


def as_said(term: Term, plans: Iterable[Utterance], people: Collection[str] = ()) -> Term:
    """``term`` with the readings that it has in ``plans``, the commonest first; ``people`` are names of the cast."""
    said: Counter[str] = Counter()
    sure = True
    matcher = Matcher((EntryDraft(term.word, term.word, "text"),))
    for plan in plans:
        suspects = Suspects(plan, people)
        tokens = [(one, at) for one in plan.segments for at, token in enumerate(one.tokens) if token.reading]
        for place in matcher.match(plan.text):
            spans = ((one, at, one.tokens[at]) for one, at in tokens)
            inside = [(one, at) for one, at, token in spans if token.start < place.end and place.start < token.end]
            said[" ".join(one.tokens[at].reading for one, at in inside)] += 1
            sure &= all(suspects.of(segment, at) is None for segment, at in inside)
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
        if tag in tags and 1 < len(word) <= _LONGEST and all(map(is_hanzi, word)) and _is_whole(line, at, word):
            yield word, at
        at += len(word)
    for match in _LATIN.finditer(line):
        yield match[0], match.start()


def _is_whole(line: str, at: int, word: str) -> bool:
    """Whether what the tagger calls a name is all of it and no more: not 封信 of 一封信, 陈叹 of 老陈叹了口气."""
    before = line[at - 1 : at]
    if word[-1] in "说道问答喊叫骂" or (word_tag(word) is None and word[-1] in signs("trailing")):
        return False
    if word_tag(word) is not None and not (len(word) == 2 and before in members(__file__, "before_things")):
        return True
    return not (before and (before in members(__file__, "before_things") or before in table("zh", "prefixes")))


def _term(
    word: str, count: int, place: tuple[str, int], own: dict[str, EntryDraft], *, name: str, said: str
) -> Term | None:
    """``None`` for an English word that every dictionary has and nobody is called by.

    ``place`` is a line and where the word stands there.
    ``said`` is its reading where that is fixed everywhere.
    """
    line, start = place
    example = line[max(0, start - _AROUND) : start + len(word) + _AROUND].strip()
    if (entry := own.get(key_of(word))) is not None:
        return Term(word, count, entry.kind, entry.reading, (), True, example)
    if not is_hanzi(word[0]):
        reading, source = pronunciation.pronounce(word)
        if source == "dictionary" and not word.isupper() and name != "known":
            return None
        others = tuple(one for one in pronunciation.alternatives(word) if one != reading)
        return Term(word, count, "arpabet", reading, others, source == "dictionary", example)
    read = read_in(line, start, word, name=name, said=said)
    syllables = [reading for reading, _ in read]
    likelier = [
        " ".join([*syllables[:at], why.likelier, *syllables[at + 1 :]])
        for at, (_, why) in enumerate(read)
        if why is not None and why.likelier
    ]
    alike = tuple(dict.fromkeys([*likelier, *_others(word, syllables)]))[:8]
    return Term(word, count, "pinyin", " ".join(syllables), alike, all(why is None for _, why in read), example)


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
