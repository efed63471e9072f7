"""What a person does to a chapter: another text, one made two, two made one; attributions move along where they can.

edited(chapter, "“你好，”老人说。")       # quotations and readings around the change stay where their words are
first, second = split(chapter, 120, "下")
merged(first, second)
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import accumulate, takewhile
from operator import eq
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from indextts import books
from indextts.books.model import NARRATOR, SURE, UNKNOWN, Chapter, Direction, Fix, Quotation, Role, Timed
from indextts.books.quotes import find_quotes, paragraphs

Span = TypeVar("Span", Quotation, Timed, Fix, Direction)

_SPANS: Final = ("quotations", "timed", "fixes", "directions")
_LINE: Final = re.compile(".+")
_MARKS: Final = frozenset("“‘「『\"'—")
_LONGEST_NAME: Final = 64
NOBODY: Final[Mapping[str, str]] = MappingProxyType({})
_AROUND: Final = 20_000  # Characters
_MOST_WORDS: Final = 1_000  # That are compared one with the other within a line
_KEPT_WORDS: Final = 0.75  # Of the words between its first and last change: where fewer stay, it is another line
_WORDS: Final = re.compile(r"[A-Za-z0-9'’]+|\s+|.", re.DOTALL)
_MOST_LINES: Final = 2_000
"""Lines that are compared one with the other; what has more of them between its first and last change is one change."""


class _Change(NamedTuple):
    begin: int
    end: int
    size: int
    """Characters that stand in place of those from ``begin`` to ``end``."""


def edited(chapter: Chapter, text: str, *, exactly: bool = False, people: Mapping[str, str] = NOBODY) -> Chapter:
    """``chapter`` with another text.

    A quotation that a change lies inside of grows or shrinks with it, one whose edge is changed is dropped; a reading
    stays only where nothing of its words is changed. A cue is its line, with all that is written there and in new lines
    below it, and so is what a script gives to somebody; a name before a new line (``妈妈：走吧。``) is taken off and
    becomes its speaker, unless the text is to be ``exactly`` that. In a story that is one of the ``people`` only, who
    are characters by each of their names.
    """
    found = _followed(chapter, text, _changes(chapter.text, text, cued=bool(chapter.timed)))
    return found if exactly else _named(replace(found, timed=_covering(found)), chapter, people)


def _covering(chapter: Chapter) -> tuple[Timed, ...]:
    """The cues, each with the lines up to the next one, the first with those before it."""
    text, found = chapter.text, list[Timed]()
    for one, end in zip(chapter.timed, [*(one.start for one in chapter.timed[1:]), len(text)], strict=False):
        start = one.start if found else min(one.start, len(text) - len(text.lstrip()))
        new_lines = text[one.end : max(one.end, text.rfind("\n", one.end, end) if end < len(text) else end)]
        found.append(replace(one, start=start, end=one.end + len(new_lines.rstrip())))
    return tuple(found)


def _followed(chapter: Chapter, text: str, changes: list[_Change]) -> Chapter:
    old = chapter.text

    def lined(one: Quotation | Timed) -> tuple[bool, bool]:
        """Whether it begins and ends where its line does, whatever is written there."""
        marked = not chapter.timed and old[one.start] in _MARKS
        if marked or (isinstance(one, Quotation) and one.source in ("rule", "llm")):
            return False, False
        return old[one.start - 1 : one.start] in ("", "\n"), old[one.end : one.end + 1] in ("", "\n")

    return replace(
        chapter,
        text=text,
        quotations=_moved(chapter.quotations, changes, text, lined),
        timed=_moved(chapter.timed, changes, text, lined),
        fixes=_moved(chapter.fixes, changes, text, None),
        directions=_moved(chapter.directions, changes, text, lambda one: (False, False)),
    )


def _named(chapter: Chapter, before: Chapter, people: Mapping[str, str]) -> Chapter:
    """With the speakers whose names stand before lines that were changed, and without these names."""
    script = any(one.source == "file" and before.text[one.start] not in _MARKS for one in before.quotations)
    known, old = {*people, *speakers_of([before])}, before.text.split("\n")
    there, labels = {*old}, {one.partition(sign)[0] for one in old for sign in ":：" if sign in one[:_LONGEST_NAME]}
    spans = [one.span() for one in _LINE.finditer(chapter.text)]
    if not chapter.timed and not script:
        spans = [(start, end) for start, end in spans if chapter.text[start:end] not in there] if known else []
    texts = [chapter.text[start:end] for start, end in spans]
    pieces, changes, said, last, by = [], [], [], 0, 0
    named: list[Timed] = []
    # By way of the wing's face: the readers of files are imported when a chapter is changed.
    for (start, end), text, found in zip(spans, texts, books.labelled_lines(texts, known), strict=True):
        if found is None or text in there:
            continue
        line, turns = found
        if not chapter.timed and not script and {one.speaker for one in turns} - (known - labels):
            continue
        changes += _within_lines(start, chapter.text[start:end], line)
        pieces += [chapter.text[last:start], line]
        named.append(Timed(start + by, start + by + len(line), 0.0, 0.0))
        said += [decided(one, people.get(one.speaker, one.speaker)) for one in _shifted(turns, start + by)]
        last, by = end, by + len(line) - (end - start)
    if not named:
        return chapter
    chapter = _followed(chapter, "".join(pieces) + chapter.text[last:], changes)
    both = sorted([*_beside(chapter.quotations, named), *said], key=lambda one: one.start)
    return replace(chapter, quotations=tuple(both))


def added(chapter: Chapter, before: str, cast: Mapping[str, Role]) -> Chapter:
    """With the speakers of quotations in lines that ``before`` did not have; what is there stays as it is.

    Of a long chapter as much is read around them as tells who is there.
    """
    old = {*before.split("\n")}
    new = [one.span() for one in _LINE.finditer(chapter.text) if one.group() not in old and _MARKS & {*one.group()}]
    if chapter.timed or not new:
        return chapter
    kept = (one for one in chapter.quotations if not (is_narrated(one) and _is_in(one, new)))
    chapter = chapter.changed(quotations=tuple(kept))
    begin = chapter.text.rfind("\n", 0, max(0, new[0][0] - _AROUND)) + 1
    end = (chapter.text.find("\n", new[-1][1] + _AROUND) + 1 or len(chapter.text) + 1) - 1
    there = _cut(chapter, begin, end)
    held = there.changed(quotations=tuple(replace(one, source="file") for one in there.quotations))
    found = quoted(*books.attribute([held], cast=cast).chapters)
    said = _beside(_shifted((one for one in found.quotations if one.source != "file"), begin), chapter.quotations)
    fresh = [_as_before(one, chapter) for one in said if _is_in(one, new)]
    return chapter.changed(quotations=tuple(sorted([*chapter.quotations, *fresh], key=lambda one: one.start)))


def _is_in(one: Quotation, lines: Sequence[tuple[int, int]]) -> bool:
    at = bisect_right(lines, one.start, key=lambda line: line[0])
    return at > 0 and one.start < lines[at - 1][1]


def _as_before(one: Quotation, chapter: Chapter) -> Quotation:
    """The other half of a turn is as sure as what was there of it."""
    line = chapter.text.rfind("\n", 0, one.start)
    beside = [old for old in chapter.quotations if line < old.start < one.start and old.speaker == one.speaker]
    return replace(one, probability=beside[-1].probability) if beside and one.probability == 1 else one


def known_of(chapter: Chapter, before: Chapter, cast: Mapping[str, Role]) -> Chapter:
    """With the speakers that quotations had ``before`` where none is found now, if they are still of the ``cast``."""
    had = {(one.start, one.end): one for one in before.quotations if one.speaker in cast and one.speaker != NARRATOR}
    said = (had.get((one.start, one.end), one) if one.speaker == UNKNOWN else one for one in chapter.quotations)
    return chapter.changed(quotations=tuple(said))


def narrated(chapter: Chapter) -> Chapter:
    """With the narrator for each line of a cue that nobody says, so that a person can give it to another."""
    lines = [one.span() for cue in chapter.timed for one in _LINE.finditer(chapter.text, cue.start, cue.end)]
    return _with_narrator(chapter, [Quotation(*line, NARRATOR, source="file") for line in lines])


def quoted(chapter: Chapter) -> Chapter:
    """With the narrator for what stands between quotation marks and nobody says (an inscription), for the same end."""
    found = [] if chapter.timed else find_quotes(chapter.text, paragraphs(chapter.text), None)
    return _with_narrator(chapter, [Quotation(one.start, one.end, NARRATOR) for line in found for one in line])


def _with_narrator(chapter: Chapter, lines: Sequence[Quotation]) -> Chapter:
    said = _beside(lines, chapter.quotations)
    both = sorted([*chapter.quotations, *said], key=lambda one: one.start)
    return replace(chapter, quotations=tuple(both)) if said else chapter


def _beside(spans: Iterable[Span], others: Sequence[Quotation | Timed]) -> list[Span]:
    """Those of ``spans`` that none of ``others``, which are in order, overlaps."""
    ends, starts = [one.end for one in others], [*(one.start for one in others), sys.maxsize]
    return [one for one in spans if one.end <= starts[bisect_right(ends, one.start)]]


def places_after(spans: Sequence[tuple[int, int]], old: str, new: str) -> list[tuple[int, int] | None]:
    """Where ``spans`` of ``old`` stand in ``new``; ``None`` for one of which something is changed."""
    changes = _changes(old, new)
    found: list[tuple[int, int] | None] = []
    for start, end in spans:
        by = sum(at.size - (at.end - at.begin) for at in changes if at.end <= start)
        hit = any(at.begin < end and start < at.end for at in changes)
        found.append(None if hit else (start + by, end + by))
    return found


def split(chapter: Chapter, at: int, title: str = "") -> tuple[Chapter, Chapter]:
    """Two of ``chapter``, the second one from its character ``at`` on; what lies across is in neither."""
    text = chapter.text
    end = len(text[:at].rstrip())
    begin = at + len(text[at:]) - len(text[at:].lstrip())
    first = _cut(chapter, 0, end)
    return first, replace(_cut(chapter, begin, len(text)), title=title or second_title(chapter.title))


def merged(first: Chapter, second: Chapter) -> Chapter:
    """One of two that follow each other; the second one's title becomes a line, unless :func:`split` has made it."""
    between = "\n\n"
    if second.title and second.title != second_title(first.title):
        between += f"{second.title}\n\n"
    if not first.text.strip():
        between = between.lstrip("\n")
    by = len(first.text) + len(between)
    spans = {one: (*getattr(first, one), *_shifted(getattr(second, one), by)) for one in _SPANS}
    return first.changed(text=f"{first.text}{between}{second.text}", **spans)


def second_title(title: str) -> str:
    """What the second half of a chapter is called until a person names it."""
    if not title:
        return ""
    return f"{title}（下）" if any("\u4e00" <= char <= "\u9fff" for char in title) else f"{title} (2)"


def said_by(chapter: Chapter, old: str, new: str, *, names: Sequence[str] = ()) -> Chapter:
    """All that ``old`` says is said by ``new``; in no doubt where one of the ``names``, which are the same person's,
    told it.
    """

    def given(one: Quotation) -> Quotation:
        one = replace(one, speaker=new) if one.speaker == old else one
        told = one.speaker == new and is_unsure(one) and any(name in one.evidence for name in names)
        return decided(one, new) if told else one

    return replace(chapter, quotations=tuple(map(given, chapter.quotations)))


def decided(quotation: Quotation, speaker: str) -> Quotation:
    """A quotation whose speaker a person has named."""
    return replace(quotation, speaker=speaker, probability=1.0, source="user", evidence="")


def is_narrated(quotation: Quotation) -> bool:
    """Whether it is only :func:`quoted`."""
    return quotation.speaker == NARRATOR and quotation.source == "rule"


def is_unsure(quotation: Quotation) -> bool:
    """Whether a person should check its speaker."""
    return quotation.speaker == UNKNOWN or quotation.probability < SURE


def speakers_of(chapters: Iterable[Chapter]) -> set[str]:
    """The names of all characters with lines, without the narrator and unattributed quotations."""
    return {one.speaker for chapter in chapters for one in chapter.quotations} - {NARRATOR, UNKNOWN}


def _cut(chapter: Chapter, begin: int, end: int) -> Chapter:
    spans = {one: _within(getattr(chapter, one), begin, end) for one in _SPANS}
    return chapter.changed(text=chapter.text[begin:end], **spans)


def _within(spans: Iterable[Span], begin: int, end: int) -> tuple[Span, ...]:
    return _shifted([one for one in spans if begin <= one.start and one.end <= end], -begin)


def _shifted(spans: Iterable[Span], by: int) -> tuple[Span, ...]:
    return tuple(replace(one, start=one.start + by, end=one.end + by) for one in spans)


def _moved(
    spans: Iterable[Span], changes: list[_Change], text: str, lined: Callable[[Span], tuple[bool, bool]] | None
) -> tuple[Span, ...]:
    """``spans`` where they are in ``text`` after ``changes``, without those that have an edge changed which is not
    ``lined``; without ``lined`` those of which nothing is.
    """
    begins, ends = [at.begin for at in changes], [at.end for at in changes]
    longer = [0, *accumulate(at.size - (at.end - at.begin) for at in changes)]
    there: list[tuple[Span, int, int, bool, bool]] = []
    for one in spans:
        before, within = bisect_right(ends, one.start), bisect_left(begins, one.end)
        first, last = lined(one) if lined else (False, False)
        hit = changes[before:within]
        if all(lined and one.start < at.begin + first and at.end < one.end + last for at in hit):
            start, end = one.start + longer[before], one.end + longer[within]
            there += [(one, start, end, first, last)] if end > start else []
    kept: list[Span] = []
    for (one, start, end, first, last), limit in zip(there, [*(one[1] for one in there[1:]), len(text)], strict=False):
        if first:
            start = max(kept[-1].end if kept else 0, text.rfind("\n", 0, start) + 1)
        if last:
            end = min(limit, (text.find("\n", end) + 1 or len(text) + 1) - 1)
        kept.append(replace(one, start=start, end=end))
    return tuple(kept)


def _changes(old: str, new: str, *, cued: bool = False) -> list[_Change]:
    """What stands elsewhere in ``new``, in the places of ``old``: line by line, then within the lines.

    ``cued``: as many lines as before are those that were there before.
    """
    ours, theirs = old.splitlines(keepends=True), new.splitlines(keepends=True)
    head = _alike(ours, theirs)
    tail = _alike(ours[head:][::-1], theirs[head:][::-1])
    ours, theirs = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    begin = sum(map(len, old.splitlines(keepends=True)[:head]))
    same = cued and len(ours) == len(theirs)
    if not same and max(len(ours), len(theirs)) > _MOST_LINES:
        return _within_lines(begin, "".join(ours), "".join(theirs))
    found: list[_Change] = []
    places = [begin]
    for line in ours:
        places.append(places[-1] + len(line))
    whole = [("replace", 0, len(ours), 0, len(theirs))]
    for tag, i1, i2, j1, j2 in whole if same else SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if tag == "replace" and i2 - i1 == j2 - j1:
            for number in range(i2 - i1):
                found += _within_lines(places[i1 + number], ours[i1 + number], theirs[j1 + number])
        elif tag != "equal":
            found += _within_lines(places[i1], "".join(ours[i1:i2]), "".join(theirs[j1:j2]))
    return found


def _within_lines(begin: int, old: str, new: str) -> list[_Change]:
    if old == new:
        return []
    head = _alike(old, new)
    tail = _alike(old[head:][::-1], new[head:][::-1])
    old, new, begin = old[head : len(old) - tail], new[head : len(new) - tail], begin + head
    ours, theirs = _WORDS.findall(old), _WORDS.findall(new)
    if not 0 < max(len(ours), len(theirs)) <= _MOST_WORDS:
        return [_Change(begin, begin + len(old), len(new))]
    blocks = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    kept = sum(word.isalnum() for tag, i1, i2, *_ in blocks if tag == "equal" for word in ours[i1:i2])
    if not kept or kept < _KEPT_WORDS * sum(map(str.isalnum, ours)):
        return [_Change(begin, begin + len(old), len(new))]
    places, sizes = [0, *accumulate(map(len, ours))], [0, *accumulate(map(len, theirs))]
    return [
        _Change(begin + places[i1], begin + places[i2], sizes[j2] - sizes[j1])
        for tag, i1, i2, j1, j2 in blocks if tag != "equal"
    ]  # fmt: skip


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many at the beginning of both are the same."""
    return sum(takewhile(bool, map(eq, one, other)))
