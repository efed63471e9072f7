"""The pages of a book that is read along: the chapter's own text with the sentences that were spoken of it.

    page = page_of(chapter, [SpokenPart(plan, stretches, rate, begin), …], glossed=True)

A text that was changed since it was spoken is shown as it was spoken: what is heard is what is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, get_args

from indextts.books.binding.glosses import glosses_of
from indextts.books.binding.page import ChapterPage, Gloss, HeardSentence, HeardSpan
from indextts.books.model import Chapter
from indextts.model.i18n.messages import Language
from indextts.model.utterance import Utterance
from indextts.sound.export.label import notice_text
from indextts.works.db.model import Stretch, Word

_NOTICES: Final = frozenset(notice_text(language) for language in get_args(Language))


@dataclass(frozen=True)
class SpokenPart:
    """A part of a chapter that was spoken."""

    plan: Utterance
    stretches: Sequence[Stretch]
    rate: int
    begin: int
    """Samples of the chapter before it."""


def page_of(chapter: Chapter, parts: Sequence[SpokenPart], *, glossed: bool = False) -> ChapterPage:
    """The page of a chapter; without parts it is its text alone. ``glossed``: with the readings of its characters."""
    title = chapter.title.strip()
    texts = [part.plan.text for part in parts]
    page = _placed(title, chapter.text, texts) or _as_spoken(title, texts)
    sentences: list[HeardSentence] = []
    glosses: list[Gloss] = []
    for part, by in zip(parts, page.shifts, strict=True):
        sentences += _sentences(part, by)
        if glossed:
            glosses += glosses_of(part.plan, by)
    return ChapterPage(page.text, page.heading, tuple(sentences), tuple(glosses))


@dataclass(frozen=True)
class _Text:
    """The text of a page, and what the places of each part's text have more in it."""

    text: str
    heading: tuple[int, int] | None
    shifts: Sequence[int]


def _placed(title: str, body: str, texts: Sequence[str]) -> _Text | None:
    """The chapter's text with the parts found in it; ``None`` where one of them is not there any more."""
    first_line = next((line for line in body.split("\n") if line.strip()), "")
    titled = not title or first_line.strip() == title
    head = "" if titled else f"{title}\n"
    before = "".join(f"{text}\n" for text in texts[:1] if text in _NOTICES)
    lead, shifts, cursor, tail = len(before) + len(head), [], 0, ""
    for number, text in enumerate(texts):
        if text in _NOTICES:
            shifts.append(0 if number == 0 else lead + len(body) + 1)
            tail += "" if number == 0 else f"\n{text}"
            continue
        at, said = body.find(text, cursor), 0
        if at < 0 and head and f"{text}\n".startswith(head):
            said = len(head)
            at = body.find(text[said:], cursor)
        if at < 0:
            return None
        shifts.append(lead + at - said)
        cursor = at + len(text) - said
    begin = len(before) if head else lead + body.find(first_line)
    heading = (begin, begin + max(len(first_line) if titled else len(title), 1)) if title else None
    return _Text(before + head + body + tail, heading, shifts)


def _as_spoken(title: str, texts: Sequence[str]) -> _Text:
    shifts, at, heading = [], 0, None
    for text in texts:
        if heading is None and title and f"{text}\n".startswith(f"{title}\n"):
            heading = (at, at + len(title))
        shifts.append(at)
        at += len(text) + 1
    return _Text("\n".join(texts), heading, shifts)


def _sentences(part: SpokenPart, by: int) -> list[HeardSentence]:
    found = []
    segments = part.plan.segments
    for one in part.stretches:
        if not one.sound or not any(map(str.isalnum, one.text)):
            continue
        begin = part.begin + one.begin + one.lead
        tokens = segments[one.index].tokens if one.index < len(segments) else []
        numbers = {word.token: tokens[word.token].word for word in one.words if word.token < len(tokens)}
        since_s = part.begin / part.rate
        words = [
            HeardSpan(a + by, z + by, from_s + since_s, to_s + since_s)
            for a, z, from_s, to_s in _words(one.words, numbers)
        ]
        found.append(
            HeardSentence(
                one.start + by, one.end + by, begin / part.rate, (begin + one.sound) / part.rate, tuple(words)
            )
        )
    return found


def _words(heard: Sequence[Word], numbers: dict[int, int]) -> list[tuple[int, int, float, float]]:
    """Characters of one word together: begin and end in the text, begin and end in seconds."""
    found = [(word.start, word.end, word.start_s, word.end_s) for word in heard[:1]]
    for before, word in pairwise(heard):
        number = numbers.get(word.token)
        if word.start == before.end and number is not None and number == numbers.get(before.token):
            found[-1] = (found[-1][0], word.end, found[-1][2], word.end_s)
        else:
            found.append((word.start, word.end, word.start_s, word.end_s))
    return found
