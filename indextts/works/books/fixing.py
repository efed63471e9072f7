"""What a person decides about a doubtful place: here, or in the whole book.

done = works.fixing.fix("local", book, doubt=doubt, reading="chong2", scope="book")
done.places, done.parts      # 31, 4: what will be spoken again
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from indextts.books.model import Fix
from indextts.books.parts import parts_of
from indextts.model.errors import invalid
from indextts.model.fields import check
from indextts.reading.lexicon.entry import EntryDraft, draft, key_of
from indextts.reading.lexicon.lexicon import Matcher
from indextts.reading.phonemes.reading_input import read
from indextts.works.books.book_rows import Book, find_book
from indextts.works.books.doubts import BookDoubt, Decision, Fixed
from indextts.works.books.heard import HeardText
from indextts.works.books.proofing import DoubtList

if TYPE_CHECKING:
    from indextts.works.books.casts import Casts
    from indextts.works.books.library import BookLibrary
    from indextts.works.books.script import BookScript
    from indextts.works.db.database import WorksDatabase


class Fixing:
    """Thread-safe: where two windows decide at the same time, one of them is told so."""

    def __init__(
        self,
        database: WorksDatabase,
        library: BookLibrary,
        casts: Casts,
        doubts: DoubtList,
        heard: HeardText,
        script: BookScript,
    ) -> None:
        self._database = database
        self._library = library
        self._casts = casts
        self._doubts = doubts
        self._heard = heard
        self._script = script

    def fix(self, owner: str, name: str, /, **fields: Any) -> Fixed:
        """Settle a doubt, or a word that is heard, as a :class:`Decision` says; ``right`` false makes it a doubt again,
        unless it was about the speaker. ``right`` for the whole book is for all of its group.

        Raises :class:`StudioError` ``no_book``, ``no_doubt``, ``bad_reading``, ``project_changed``, and
        ``invalid_value`` for what does not go together.
        """
        given = check(Decision, fields)
        way, value = given.way()
        book = self._library.get(owner, name)
        heard = "word" in given.model_fields_set
        found = self._heard.word(owner, book, given.word) if heard else self._doubts.one(owner, book, given.doubt)
        if way == "right":
            return self._right(owner, book, found, value, given)
        before = self._script.hashes(owner, book)
        revision = given.revision or book.revision
        everywhere = given.scope == "book"
        word = ""
        if way == "speaker":
            places = self._say(owner, book, found, value, everywhere, revision)
        elif way == "text":
            places, word = self._text(owner, book, found, value, everywhere, revision)
        else:
            places, word = self._reading(owner, book, found, value, everywhere, revision)
        after = self._library.get(owner, name)
        parts = len(self._script.hashes(owner, after) - before)
        if parts:
            self._library.note_again(owner, name, places)
        return Fixed("book" if everywhere or word else "here", places, parts, word, after.revision)

    def _right(self, owner: str, book: Book, doubt: BookDoubt, value: bool, given: Decision) -> Fixed:
        everywhere = given.scope == "book" and doubt.quotation is None
        about = doubt.group if everywhere else doubt.about
        places = sum(one.group == doubt.group for one in self._doubts.all(owner, book)) if everywhere else 1
        if not value:
            with self._database.writing() as session:
                row = find_book(session, owner, book.id)
                row.settled = [one for one in row.settled if one not in (about, doubt.group)]
        elif doubt.quotation is not None:
            self._say(owner, book, doubt, doubt.reading, False, given.revision or book.revision)
        else:
            with self._database.writing() as session:
                row = find_book(session, owner, book.id)
                row.settled = list(dict.fromkeys([*row.settled, about]))
        return Fixed("book" if everywhere else "here", places, 0, "", self._library.get(owner, book.id).revision)

    def _say(self, owner: str, book: Book, doubt: BookDoubt, speaker: str, everywhere: bool, revision: int) -> int:
        if doubt.quotation is None:
            raise invalid("speaker", "there is no quotation at this place.", "此处不是引语。")
        places = 1
        if everywhere:
            chapters = self._library.chapters(owner, book.id)
            old = chapters[doubt.chapter - 1].quotations[doubt.quotation].speaker
            places = sum(one.speaker == old for chapter in chapters for one in chapter.quotations)
        self._casts.say(
            owner, book.id, doubt.chapter, doubt.quotation, speaker, everywhere=everywhere, revision=revision
        )
        return places

    def _text(
        self, owner: str, book: Book, doubt: BookDoubt, text: str, everywhere: bool, revision: int
    ) -> tuple[int, str]:
        if everywhere:
            return self._word(owner, book, draft(doubt.text, text, "text"), revision)
        chapter = self._library.chapter(owner, book.id, doubt.chapter)
        if doubt.in_title:
            title = chapter.title.strip()
            new: dict[str, Any] = {"title": title[: doubt.start] + text + title[doubt.end :]}
        else:
            new = {"text": chapter.text[: doubt.start] + text + chapter.text[doubt.end :]}
        self._library.change_chapter(owner, book.id, doubt.chapter, revision=revision, **new)
        self._casts.meet(owner, book.id, doubt.chapter)
        return 1, ""

    def _reading(
        self, owner: str, book: Book, doubt: BookDoubt, reading: str, everywhere: bool, revision: int
    ) -> tuple[int, str]:
        if doubt.kind not in ("polyphone", "word", "number"):
            raise invalid("reading", "it should be how a word is read.", "应是字词的读法。")
        # A number may be said in other words. What is typed for any other word is its sound, and the text stays.
        entry = draft(doubt.text, reading) if doubt.kind == "number" else _sound(doubt.text, reading)
        if entry.kind == "text":
            return self._text(owner, book, doubt, reading, everywhere, revision)
        if everywhere or doubt.in_title:
            return self._word(owner, book, _entry(doubt, entry), revision)
        chapter = self._library.chapter(owner, book.id, doubt.chapter)
        fixes = [one for one in chapter.fixes if one.end <= doubt.start or doubt.end <= one.start]
        fixes.append(Fix(doubt.start, doubt.end, entry.reading))
        self._library.change_chapter(
            owner, book.id, doubt.chapter, revision=revision, fixes=[asdict(one) for one in fixes]
        )
        return 1, ""

    def _word(self, owner: str, book: Book, entry: EntryDraft, revision: int) -> tuple[int, str]:
        """Take it into the book's own words; how often it stands in what is spoken."""
        others = [one for one in self._library.words(owner, book.id) if key_of(one.word) != key_of(entry.word)]
        words = [one.as_json() for one in (*others, entry)]
        self._library.change(owner, book.id, revision=revision, words=words)
        matcher, voicing = Matcher((entry,)), self._script.voicing(owner, book)
        places = 0
        for number in (one.number for one in book.chapters if one.on):
            for part in parts_of(self._library.chapter(owner, book.id, number), voicing):
                places += len(matcher.match(part.request.text))
        return places, entry.word


def _sound(word: str, reading: str) -> EntryDraft:
    said = read(word, reading)
    return EntryDraft(word, said.text, said.kind)


def _entry(doubt: BookDoubt, entry: EntryDraft) -> EntryDraft:
    """Of the word around it, where there is one: a character alone would be read so in every word."""
    if not doubt.word or not doubt.word_readings:
        return entry
    readings = list(doubt.word_readings)
    readings[doubt.word_at] = read(doubt.text, entry.reading, "pinyin").text
    return draft(doubt.word, " ".join(readings), "pinyin")
