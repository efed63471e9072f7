"""What a reader has found so far, and how it becomes a manuscript."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from indextts.books.marks import carried, placed
from indextts.books.marks import plain as without_places
from indextts.books.model import MAX_CHAPTERS, MAX_CHARACTERS, Chapter, Direction, Fix, Manuscript
from indextts.books.reading.adverts import without_adverts, without_request
from indextts.books.reading.languages import warning_of
from indextts.books.reading.limits import TITLE, notice, too_large, unreadable
from indextts.books.reading.notes import gathered, without_references
from indextts.books.reading.ruby import plain
from indextts.books.reading.tidy import as_text, clean, has_surrogates, is_speakable, one_line
from indextts.books.reading.title_page import from_name
from indextts.model.errors import StudioError, printable
from indextts.model.i18n.messages import Language
from indextts.platform.tables import pattern_of

_LANGUAGES: Final[tuple[Language, ...]] = ("en", "zh")
_SAMPLES: Final = 6  # chapters that are looked at
_SAMPLE: Final = 1500  # characters of each
_FEW: Final = 6  # sentences of a part that only lists something
_EXAMPLE: Final = 40  # characters of an advert that are shown
_MOST_ASIDE: Final = 2000
"""Characters of a part that is not spoken from which on it is looked at whether it is the book."""
_PROSE: Final = re.compile(r"[。！？][”’」』]?\n?|[.!?][”’\"']?(?:\s|$)")
_SENTENCE: Final = 200  # most characters of a sentence of prose, on an average; contents and lists have hardly any
_STRANGE: Final = 20  # of so many letters, one at least is of the language that the file names
_HAN: Final = re.compile("[\u3400-\u9fff]")
_LETTER: Final = re.compile("[A-Za-z]")


@dataclass
class Draft:
    """A manuscript that is still being read."""

    title: str = ""
    chapters: list[Chapter] = field(default_factory=list)
    author: str = ""
    language: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    cover: bytes | None = None
    warnings: list[tuple[str, str]] = field(default_factory=list)
    marks: list[Fix | Direction] = field(default_factory=list)
    """What the places in the text are about (:mod:`indextts.books.marks`)."""

    def add(self, chapter: Chapter, *, first: bool = False) -> None:
        """One more, if there is anything in it."""
        if chapter.kind == "body" and _only_lists(chapter):
            chapter = chapter.changed(kind="front", on=False)
        if chapter.text or (chapter.title and chapter.kind == "body"):
            self.chapters.insert(0 if first else len(self.chapters), chapter)

    def carry(self, lines: list[str]) -> None:
        """Put places for the marks of the studio in ``lines`` of its text (:mod:`indextts.books.marks`)."""
        if wrong := carried(lines, self.marks):
            english, chinese = (" ".join(wrong[0].localise(language)) for language in _LANGUAGES)
            self.warnings.append(notice("marks_wrong", len(wrong), english, chinese))

    def with_marks_in(self, found: Draft) -> Draft:
        """``found`` with what is known of the marks in lines that it was made of."""
        found.marks, found.warnings = self.marks, [*found.warnings, *self.warnings]
        return found

    def take(self, found: Draft) -> None:
        """What a text tells; of its title it knows more than a file that names no writer, as programs fill these in."""
        self.title = found.title if found.title and not (self.title and self.author) else self.title
        self.author = self.author or found.author
        self.metadata = found.metadata | self.metadata
        self.chapters += found.chapters

    def add_notes(self, notes: Sequence[str]) -> None:
        """What is said below the text, and at the end of the book, in a part that is not spoken."""
        self.chapters, below = gathered(without_references(self.chapters))
        text = plain(as_text([*notes, *below]))
        self.add(Chapter("注释" if _HAN.search(text[:200]) else "Notes", text, "notes", on=False))

    def finished(self, name: str, encoding: str = "", *, otherwise: str = "") -> Manuscript:
        """The manuscript of the file ``name``. Raises :class:`StudioError` for one that is empty or too large."""
        self.chapters = [placed(chapter, self.marks) for chapter in self.chapters]
        if not any(is_speakable(chapter.text) for chapter in self.chapters):
            raise StudioError("book_empty", name=printable(name, 60))
        self._leave_out_adverts()
        self._turn_on_what_is_most()
        size = sum(len(chapter.text) for chapter in self.chapters)
        if size > MAX_CHARACTERS:
            too_large(
                name,
                f"it has {size:,} characters, and {MAX_CHARACTERS:,} is the most",
                f"共 {size:,} 个字符，最多 {MAX_CHARACTERS:,} 个",
            )
        if len(self.chapters) > MAX_CHAPTERS:
            count = len(self.chapters)
            too_large(name, f"it has {count} chapters", f"共有 {count} 章")
        if any(has_surrogates(chapter.text) or has_surrogates(chapter.title) for chapter in self.chapters):
            unreadable(name, "it holds half characters", "其中有不完整的字符")
        if warning := warning_of(self._sample()):
            self.warnings.append(warning)
        named, by = from_name(name)
        title = one_line(without_places(self.title), TITLE) or one_line(named, TITLE) or "?"
        return Manuscript(
            title=title,
            chapters=tuple(self._finished(title)),
            author=one_line(without_places(self.author) or by, TITLE),
            language=self._language() or otherwise,
            metadata={
                key: one_line(without_places(value), 4000) for key, value in self.metadata.items() if value.strip()
            },
            cover=self.cover,
            warnings=tuple(self.warnings),
            encoding=encoding,
        )

    def _turn_on_what_is_most(self) -> None:
        """A part that its name alone calls front or back matter is the book where it is longer than all that is on.

        A heading of a list of pictures, of an appendix, may be the last that was found before the whole story.
        """
        spoken = sum(len(chapter.text) for chapter in self.chapters if chapter.on)
        for at, chapter in enumerate(self.chapters):
            size = len(chapter.text)
            if chapter.on or chapter.kind not in ("front", "back") or size < _MOST_ASIDE or size < 2 * spoken:
                continue
            if len(_PROSE.findall(chapter.text)) * _SENTENCE < size or "Project Gutenberg" in chapter.title:
                continue
            self.chapters[at] = chapter.changed(kind="body", on=True)
            self.warnings.append(notice("longest", chapter.title))

    def _leave_out_adverts(self) -> None:
        """Gather what a web novel asks for and its websites put in, in a part that is not spoken."""
        found: list[str] = []
        for at, chapter in enumerate(self.chapters):
            if chapter.kind != "body" or chapter.quotations or chapter.timed:
                continue
            title, in_title = without_request(chapter.title)
            text, in_text = without_adverts(chapter.text)
            if in_text and not is_speakable(text):  # all of it: a part of its own already
                self.chapters[at] = chapter.changed(title=title, kind="back", on=False)
            elif in_title or in_text:
                found += (*in_title, *in_text)
                self.chapters[at] = chapter.changed(title=title, text=text)
        if found:
            lines = list(dict.fromkeys(found))
            title = "广告与求票" if _HAN.search("".join(lines)) else "Adverts"
            self.chapters.append(Chapter(title, "\n".join(lines), "back", on=False))
            example = lines[0] if len(lines[0]) <= _EXAMPLE else f"{lines[0][:_EXAMPLE]}…"
            self.warnings.append(notice("adverts", len(found), example))

    def _finished(self, title: str) -> list[Chapter]:
        top = min((chapter.level for chapter in self.chapters if chapter.kind == "body"), default=1)
        last = max((at for at, one in enumerate(self.chapters) if one.kind == "body"), default=len(self.chapters))
        nothing_on = not any(chapter.on and is_speakable(chapter.text) for chapter in self.chapters)
        nameless = [chapter for chapter in self.chapters if chapter.kind == "body" and not chapter.title.strip()]
        # Several parts without a name are told apart by their numbers.
        numbers = {id(chapter): str(number) for number, chapter in enumerate(nameless, 1)} if len(nameless) > 1 else {}
        return [
            chapter.changed(
                title=one_line(chapter.title, TITLE) or numbers.get(id(chapter), title),
                level=max(1, chapter.level - top + 1),
                # A copyright page is as often the last page as the first.
                kind="back" if chapter.kind == "front" and at > last else chapter.kind,
                # A file that seems to be nothing but front matter is read all the same.
                on=chapter.on or (nothing_on and chapter.kind != "notes"),
            )
            for at, chapter in enumerate(self.chapters)
        ]

    def _sample(self) -> str:
        """Something of what will be read, from the beginning, the middle and the end."""
        read = [chapter.text for chapter in self.chapters if chapter.on and chapter.text]
        chosen = {len(read) * number // _SAMPLES: None for number in range(_SAMPLES)} if read else {}
        return "\n".join(clean(read[at][:_SAMPLE]) for at in chosen)

    def _language(self) -> str:
        han = letters = 0
        for chapter in self.chapters:
            sample = clean(chapter.text[:5000])
            han += len(_HAN.findall(sample))
            letters += len(_LETTER.findall(sample))
        if self.language and (han if self.language == "zh" else letters) * _STRANGE > han + letters:
            return self.language  # else a program filled it in
        # A word of English has about five letters, one of Chinese two characters.
        return "zh" if han * 2 > letters / 2.5 and han else "en" if letters else self.language


def _only_lists(chapter: Chapter) -> bool:
    """Whether a part names what else somebody has written, or who made the file, and tells nothing."""
    head = chapter.title or chapter.text.partition("\n")[0]
    told = [len(line) for line in chapter.text.split("\n") if _PROSE.search(line[-2:])]
    is_list = pattern_of(__file__, "also_by").fullmatch(head.strip()) is not None
    return is_list and len(told) <= _FEW and max(told, default=0) <= _EXAMPLE
