"""What is heard of a book, word by word, where it stands in the chapters' texts as they are now.

heard = works.heard.part("local", book, job)
heard.sentences[3].words[0]                    # where it stands, and when it is heard
works.heard.word("local", book, "JOB.3.5")     # how it is read: what a person may decide, as about a doubtful place
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from indextts.books.model import Chapter
from indextts.books.proof import word_at
from indextts.books.shaping import places_after
from indextts.model.errors import StudioError
from indextts.model.utterance import Segment, Utterance
from indextts.works.books.book_rows import Book
from indextts.works.books.book_runner import Desk
from indextts.works.books.doubts import BookDoubt
from indextts.works.books.heard_words import HeardPart, HeardWord, PlacedSentence
from indextts.works.books.library import BookLibrary
from indextts.works.books.script import BookScript
from indextts.works.db.model import Job
from indextts.works.db.records import Records
from indextts.works.running.playback import Playback


class HeardText:
    """Thread-safe. All methods raise :class:`StudioError` ``no_book``, and ``not_found`` for what is no part of it."""

    def __init__(
        self, records: Records, library: BookLibrary, script: BookScript, playback: Callable[[], Playback], desk: Desk
    ) -> None:
        self._records = records
        self._library = library
        self._script = script
        self._playback = playback
        self._desk = desk

    def part(self, owner: str, name: str, job: str) -> HeardPart:
        """What is spoken of a part by now."""
        book = self._library.get(owner, name)
        found = self._job(owner, book, job)
        plan = self._plan(job)
        spoken = [] if plan is None else [one for one in enumerate(plan.segments) if one[1].start_s is not None]
        words = [(number, one) for number, segment in spoken for one in _words(segment)]
        places: list[tuple[int, int, bool] | None] = []
        if plan is not None:
            places = self._places(owner, book, found, plan.text, [(one.start, one.end) for _, one in words])
        sentences: dict[tuple[int, bool], list[HeardWord]] = {}
        for (number, word), place in zip(words, places, strict=True):
            if place is not None:
                start, end, in_title = place
                there = HeardWord(start, end, word.token, word.start_s, word.end_s)
                sentences.setdefault((number, in_title), []).append(there)
        times = {number: (one.start_s or 0.0, one.end_s or 0.0) for number, one in spoken}
        told = (PlacedSentence(*key, *times[key[0]], tuple(found)) for key, found in sentences.items())
        return HeardPart(job, found.chapter or 1, tuple(told), book.revision)

    def word(self, owner: str, book: Book, name: str) -> BookDoubt:
        """A word by the id of its part, its segment and its token: ``JOB.3.5``; ``rule`` is what has decided its
        reading.

        Raises :class:`StudioError` ``no_doubt`` where it is not heard, or was written anew since.
        """
        job, *numbers = name.rsplit(".", 2)
        segment, token = map(int, numbers)
        found, plan = self._job(owner, book, job), self._plan(job)
        known = plan is not None and segment < len(plan.segments) and token < len(plan.segments[segment].tokens)
        if plan is None or not known or not plan.segments[segment].tokens[token].reading:
            raise StudioError("no_doubt")
        people = {one for name, role in book.cast.items() for one in (name, *role.others) if len(one) > 1}
        doubt = word_at(plan, segment, token, people)
        (place,) = self._places(owner, book, found, plan.text, [(doubt.start, doubt.end)])
        if place is None:
            raise StudioError("no_doubt")
        start, end, in_title = place
        number = found.chapter or 1
        quotations = () if in_title else self._library.chapter(owner, book.id, number).quotations
        return BookDoubt(
            id=name,
            group=name,
            count=1,
            kind=doubt.kind,
            chapter=number,
            job=job,
            at_s=doubt.at_s,
            start=start,
            end=end,
            in_title=in_title,
            text=doubt.text,
            before=doubt.before,
            after=doubt.after,
            reading=doubt.reading,
            alternatives=doubt.alternatives,
            probability=doubt.probability,
            rule=doubt.rule,
            word=doubt.word,
            word_readings=doubt.word_readings,
            word_at=doubt.word_at,
            settled=False,
            quotation=next((n for n, one in enumerate(quotations) if one.start <= start < one.end), None),
        )

    def _job(self, owner: str, book: Book, name: str) -> Job:
        job = self._records.get(name, owner)
        if job.book != book.id:
            raise StudioError("not_found")
        return job

    def _plan(self, job: str) -> Utterance | None:
        """What it is spoken by; ``None`` where nothing of that is known yet."""
        work = self._desk.part_under_way(job)
        if work is not None and work.run.utterance is not None:
            return work.run.utterance
        try:
            return self._playback().utterance(job)
        except StudioError as error:
            if error.code != "job_empty":
                raise
            return None

    def _places(
        self, owner: str, book: Book, job: Job, text: str, spans: Sequence[tuple[int, int]]
    ) -> list[tuple[int, int, bool] | None]:
        """Where ``spans`` of a part's ``text`` stand in its chapter now, and whether that is in the title."""
        voicing = self._script.voicing(owner, book)
        if text in (voicing.notice_first, voicing.notice_last):
            return [None] * len(spans)
        number = job.chapter or 1
        chapter = self._library.chapter(owner, book.id, number)
        parts = self._script.parts(owner, book, only=number)
        asked = next((asked for wanted, asked in parts if wanted.number == (job.number or 0)), None)
        if asked is not None and asked.request.text == text:
            return [
                (start, end, True) if start < asked.title else (start - asked.by, end - asked.by, False)
                for start, end in spans
            ]
        return _found(chapter, text, spans)


def _found(chapter: Chapter, text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int, bool] | None]:
    """The same where the chapter was changed since: those whose words stand there still."""
    title = f"{chapter.title.strip()}\n"
    by = len(title)
    return [
        None if place is None else (*place, True) if place[1] < by else (place[0] - by, place[1] - by, False)
        for place in places_after(spans, text, title + chapter.text)
    ]


def _words(segment: Segment) -> list[HeardWord]:
    """Its words with places of the plan's text."""
    words: list[HeardWord] = []
    for number, token in enumerate(segment.tokens):
        if not token.reading or token.kind == "punctuation":
            continue
        if words and token.start < words[-1].end:  # more is said than was written
            last = words[-1]
            words[-1] = HeardWord(last.start, max(last.end, token.end), last.token, last.start_s, token.end_s)
        else:
            words.append(HeardWord(token.start, token.end, number, token.start_s, token.end_s))
    return words
