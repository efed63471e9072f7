"""What a book is made into: files of all of it or of one chapter, kept under a hash of what they are made of.

    files = BookFiles(config, records, books, playback, music)
    files.make(owner, book, "m4b", None, progress=…, cancel=…)      # in this thread
    files.begin(owner, book, "mp3")                                 # in another one
    files.listed(owner, book)

Sounds are read from the store piece by piece; one that was swept is spoken again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any, Final, Literal

from indextts.books.binding import FORMS, TEXT_FORMS, Binding, BindingReport, BoundAhead, BoundChapter, bind
from indextts.books.binding.model import DECK
from indextts.books.binding.page import ChapterPage
from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Language
from indextts.model.utterance import Utterance
from indextts.platform.clock import believed
from indextts.platform.config import Config
from indextts.platform.storage.files import new_file, sweep, write_file
from indextts.sound.export.anki import AnkiCard, write_deck
from indextts.sound.export.label import LABELLED, label_of, label_text, write_label
from indextts.works.books.book_ahead import ChaptersAhead
from indextts.works.books.book_contents import settings_of
from indextts.works.books.book_pages import SpokenPart, page_of
from indextts.works.books.book_rows import Book
from indextts.works.books.heard_chapter import HeardChapter
from indextts.works.books.library import BookLibrary
from indextts.works.books.music import BookMusic
from indextts.works.db.database import BookRow
from indextts.works.db.model import Job, mixed
from indextts.works.db.records import Records
from indextts.works.running.playback import Playback

log = logging.getLogger(__name__)

_FORMS: Final = (*FORMS, DECK)
_RETRY_S: Final = 5
_UNUSED_S: Final = 30 * 86_400.0
"""Seconds after which an unused file is deleted. It is made again when it is requested."""


@dataclass(frozen=True)
class BookFile:
    """A file of a book at this moment."""

    form: str
    chapter: int | None
    """Its number; ``None`` for the whole book."""
    state: Literal["making", "ready", "failed"]
    progress: float = 0.0
    bytes: int = 0
    error: StudioError | None = None
    path: Path | None = None

    def told(self, language: Language) -> dict[str, Any]:
        """What the API says of it."""
        said = None
        if self.error is not None:
            message, hint = self.error.localise(language)
            said = {"code": self.error.code, "message": message, "hint": hint}
        return {
            "format": self.form,
            "chapter": self.chapter,
            "status": self.state,
            "progress": round(self.progress, 4),
            "bytes": self.bytes,
            "error": said,
        }


class BookFiles:
    """Thread-safe."""

    def __init__(
        self, config: Config, records: Records, books: BookLibrary, playback: Playback, music: BookMusic
    ) -> None:
        self._music = music
        self._config = config
        self._records = records
        self._books = books
        self._playback = playback
        self._folder = config.works_path / "books"
        self._lock = threading.Lock()
        self._one = threading.Lock()
        """Held while a file is put together in the background: one at a time."""
        self._making: dict[Path, BookFile] = {}
        self._closed = False

    def close(self) -> None:
        """Stop what is being put together."""
        self._closed = True

    def file(self, owner: str, name: str, form: str, chapter: int | None = None) -> Path:
        """The file, if it is there; subtitles, and single chapters, are made at once, others in the background.

        Raises :class:`StudioError` ``job_empty``, ``no_chapter``, ``book_binding`` while it is made, and what has kept
        it from being made.
        """
        path = self._path(owner, name, form, chapter)
        if not path.exists() and (form in TEXT_FORMS or chapter is not None):
            return self.make(owner, name, form, chapter)
        found = self.begin(owner, name, form, chapter)
        if found.state == "ready" and found.path is not None:
            with suppress(OSError):
                os.utime(found.path)
            return found.path
        if found.error is not None:
            with self._lock:
                self._making.pop(path, None)
            raise found.error
        raise StudioError("book_binding", retry_after_s=_RETRY_S, percent=round(100 * found.progress))

    def begin(self, owner: str, name: str, form: str, chapter: int | None = None) -> BookFile:
        """Make it in the background, unless it is there or being made. Raises as :meth:`make` before it begins."""
        path = self._path(owner, name, form, chapter)
        with self._lock:
            found = self._making.get(path)
            if found is not None and found.state != "failed":
                return found
            if path.exists():
                return self._ready(path, form, chapter)
            if found is not None:
                return found
            self._making[path] = found = BookFile(form, chapter, "making")
        thread = threading.Thread(target=self._work, args=(owner, name, path, found), name="book file", daemon=True)
        thread.start()
        return found

    def listed(self, owner: str, name: str) -> list[BookFile]:
        """Those that are made of the book as it is now, and those that are being made."""
        self._books.get(owner, name)
        with self._lock:
            making = [one for path, one in self._making.items() if path.parent.name == name]
        found: list[BookFile] = []
        for path in sorted(self._folder.glob(f"{name}/*")):
            form, _, chapter = path.name.partition("-")[0].partition(".")
            if form not in _FORMS or path.suffix == ".json":
                continue
            number = int(chapter) if chapter else None
            with suppress(StudioError):
                if self._path(owner, name, form, number) == path:
                    found.append(self._ready(path, form, number))
        return [*found, *making]

    def warnings(self, owner: str, name: str) -> list[StudioError]:
        """What a person should know before taking a file: what is spoken of a book for commercial use that may not
        be used so.
        """
        book = self._books.get(owner, name)
        on = {one.number for one in book.chapters if one.on}
        spoken = [one for one in self._records.parts_of(name) if one.chapter in on and one.segments_done]
        return mixed(spoken) if book.settings.get("commercial") else []

    def report(self, owner: str, name: str, form: str, chapter: int | None = None) -> dict[str, Any] | None:
        """What was measured of a file (:class:`indextts.books.binding.BindingReport`)."""
        with suppress(FileNotFoundError):
            return dict(json.loads(_report(self._path(owner, name, form, chapter)).read_bytes()))
        return None

    def length_s(self, owner: str, name: str, form: str, chapter: int | None = None) -> float:
        """How long a file lasts, all its pauses and music included; 0 where it is not made, or has no sound."""
        return float((self.report(owner, name, form, chapter) or {}).get("duration_s", 0.0))

    def make(
        self,
        owner: str,
        name: str,
        form: str,
        chapter: int | None = None,
        *,
        progress: Callable[[float], None] = lambda _: None,
        cancel: Callable[[], bool] = lambda: False,
        ahead: BoundAhead | None = None,
    ) -> Path:
        """The file, made in this thread unless it is there, of what is coded ``ahead`` as far as that goes.

        Raises :class:`StudioError` ``job_empty`` where nothing of it is spoken, ``no_chapter``, ``cancelled``,
        ``disk_full``.
        """
        path = self._path(owner, name, form, chapter)
        if path.exists() and _report(path).exists():
            return path
        book = self._books.get(owner, name)

        def cancelled() -> bool:
            return self._closed or cancel()

        if form == DECK:
            report = self._deck(book, chapter, path, progress, cancelled)
        else:
            chapters = self._chapters(owner, book, chapter)
            report = bind(
                self._pages(owner, book, chapter, chapters) if form == "epub" else chapters,
                path,
                form,
                options=self._options(owner, book, chapter),
                label=self._labelled(path.stem),
                mark=label_text(self._config.label, [path.stem]),
                progress=progress,
                cancel=cancelled,
                ahead=ahead,
            )
        write_file(_report(path), json.dumps(report.to_json(), ensure_ascii=False).encode())
        for old in path.parent.glob(f"{path.name.partition('-')[0]}-*"):
            if old not in (path, _report(path)):
                old.unlink(missing_ok=True)
        return path

    def _deck(
        self, book: Book, chapter: int | None, path: Path, progress: Callable[[float], None], cancel: Callable[[], bool]
    ) -> BindingReport:
        """Write the sentences as a package for Anki, each chapter as a deck of its own inside the book's."""
        titles = {one.number: one.title for one in book.chapters}
        parts = self._parts(book, chapter)

        def cards() -> Iterator[AnkiCard]:
            for done, part in enumerate(parts):
                progress(done / len(parts))
                number = part.chapter or 0
                for card in self._playback.cards(part, titles[number] or str(number), number):
                    if cancel():
                        raise StudioError("cancelled")
                    yield card

        with new_file(path) as stream:
            write_deck(stream, book.title, cards(), key=book.id, now=time.time())
        progress(1.0)
        return BindingReport(form=DECK, norm="none", bytes=path.stat().st_size)

    @contextmanager
    def ahead(self, owner: str, name: str, form: str, cancel: Callable[[], bool]) -> Iterator[ChaptersAhead]:
        """Within, chapters are coded as soon as they are spoken, for the book's file of that form."""

        def begun() -> BoundAhead:
            return BoundAhead(self._folder / name, form, self._options(owner, self._books.get(owner, name), None))

        def chapter(number: int) -> BoundChapter | None:
            try:
                return self._chapters(owner, self._books.get(owner, name), number)[0]
            except StudioError as error:
                if error.code != "job_empty":
                    raise
                return None

        under_way = ChaptersAhead(begun, form, chapter, lambda: self._closed or cancel())
        try:
            yield under_way
        finally:
            under_way.close()

    def sweep(self) -> None:
        """Remove the files of deleted books and files unused for a long time."""
        sweep(self._folder)
        for folder in self._folder.glob("*"):
            if not self._is_there(folder.name):
                shutil.rmtree(folder, ignore_errors=True)
                continue
            for path in folder.iterdir():
                with suppress(OSError):
                    if path.suffix != ".json" and believed() - path.stat().st_mtime > _UNUSED_S:
                        path.unlink()
                        _report(path).unlink(missing_ok=True)

    def _is_there(self, name: str) -> bool:
        with self._records.database.reading() as session:
            return session.get(BookRow, name) is not None

    # ------------------------------------------------------------------ what it is made of

    def _path(self, owner: str, name: str, form: str, chapter: int | None) -> Path:
        if form not in _FORMS:
            raise ValueError(form)
        book = self._books.get(owner, name)
        parts = self._parts(book, chapter)
        options = self._options(owner, book, chapter)
        cover = hashlib.sha256(options.cover or b"").hexdigest()
        sounds = {place: (one.told(place), _digest(one.file)) for place, one in options.music.items()}
        made_of = (
            [(part.id, part.hash, part.segments_done, part.duration_s, part.chapter) for part in parts],
            [(one.title, one.kind, one.on) for one in book.chapters],
            replace(options, cover=None, intro=None, outro=None, chime=None),
            cover,
            sounds,
            self._config.label.model_dump_json(),
            # Its words are the book's own: those of chapters that are not spoken as well.
            *([(options.clips, options.ruby, options.identifier, book.revision)] if form == "epub" else []),
        )
        written = hashlib.sha256(repr(made_of).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        which = form if chapter is None else f"{form}.{chapter}"
        return self._folder / name / f"{which}-{written}.{form}"

    def _parts(self, book: Book, chapter: int | None) -> list[Job]:
        """The parts that are spoken. Raises :class:`StudioError` ``job_empty`` where there are none."""
        numbers = {one.number for one in book.chapters if one.on and chapter in (None, one.number)}
        if chapter is not None and chapter not in {one.number for one in book.chapters}:
            raise StudioError("no_chapter", number=chapter)
        parts = self._records.parts_of(book.id)
        if chapter is not None and any(one.chapter == chapter and one.state in ("queued", "running") for one in parts):
            raise StudioError("job_unfinished", retry_after_s=_RETRY_S)
        found = [one for one in parts if one.chapter in numbers and one.state == "done" and one.segments_done]
        if not found:
            raise StudioError("job_empty")
        return found

    def _chapters(self, owner: str, book: Book, chapter: int | None) -> list[BoundChapter]:
        about = {one.number: one for one in book.chapters}
        chapters = []
        for number, group in groupby(self._parts(book, chapter), key=lambda job: job.chapter):
            parts = list(group)
            one = about[number or 0]
            sizes = [round(part.duration_s * part.sample_rate) for part in parts]
            heard = HeardChapter(self._playback, parts, sizes)
            chapters.append(
                BoundChapter(
                    one.title,
                    sum(sizes),
                    heard.pieces,
                    heard.sentences,
                    rate=parts[0].sample_rate,
                    kind=one.kind,
                    title_samples=heard.title_samples(one.title) if parts[0].number == 0 else 0,
                    joints=tuple(accumulate(sizes[:-1])),
                    key=repr((one.title, one.kind, [(part.id, part.hash) for part in parts], sizes)),
                    page=partial(self._page, owner, book, one.number, parts),
                )
            )
        return chapters

    def _pages(self, owner: str, book: Book, chapter: int | None, spoken: Sequence[BoundChapter]) -> list[BoundChapter]:
        """The spoken chapters with those between them that nobody hears, as they stand in the book."""
        heard = iter(spoken)
        parts = {part.chapter for part in self._parts(book, chapter)}
        return [
            next(heard)
            if one.number in parts
            else BoundChapter(
                one.title, 0, lambda: iter(()), kind=one.kind, page=partial(self._page, owner, book, one.number, ())
            )
            for one in book.chapters
            if chapter in (None, one.number)
        ]

    def _page(self, owner: str, book: Book, number: int, parts: Sequence[Job]) -> ChapterPage:
        """What is read along of a chapter."""
        spoken, begin = [], 0
        for part in parts:
            plan = Utterance.from_json(self._playback.plan(part.id))
            tape = self._playback.read_tape(part.id, part.updated)
            spoken.append(SpokenPart(plan, tape, part.sample_rate, begin))
            begin += round(part.duration_s * part.sample_rate)
        chapter = self._books.chapter(owner, book.id, number)
        return page_of(chapter, spoken, glossed=book.options.ruby != "none")

    def _options(self, owner: str, book: Book, chapter: int | None) -> Binding:
        options, metadata = book.options, book.metadata
        fits = options.fit  # the pauses are those of the video
        title = next((one.title for one in book.chapters if one.number == chapter), "") or book.title
        # Music would shift a video's cues, and a chapter by itself is no book with a beginning and an end.
        music = {} if fits or chapter is not None else self._music.bound(owner, book.id, options.music)
        return Binding(
            title=title,
            author=book.author,
            date=metadata.get("date", ""),
            description=metadata.get("description", ""),
            publisher=metadata.get("publisher", ""),
            language=book.language,
            cover=self._books.cover(owner, book.id),
            norm=options.norm,
            chapter_pause_s=0.0 if fits else options.chapter_pause_s,
            part_pause_s=0.0 if fits else self._config.pauses.paragraph / settings_of(book.settings).speed,
            each=options.zip_format,
            clips=options.clips,
            ruby=options.ruby,
            identifier=book.id if chapter is None else f"{book.id}/{chapter}",
            modified=datetime.fromtimestamp(book.updated, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **music,  # type: ignore[arg-type]  # its places are fields there
        )

    def _note_length(self, owner: str, name: str, made: BookFile) -> None:
        """The book lasts as long as its file; that is no change of its job."""
        own = made.chapter is None and made.form == self._books.get(owner, name).options.format
        if own and (seconds := self.length_s(owner, name, made.form)):
            self._records.change(name, duration_s=seconds, updated=self._records.kept(name, "updated"))

    def _labelled(self, written: str) -> Callable[[Path], None] | None:
        label = label_of(self._config.label, [written])
        if label is None:
            return None

        def work(path: Path) -> None:
            if path.suffix.removeprefix(".") in LABELLED:
                write_label(path, label)

        return work

    def _ready(self, path: Path, form: str, chapter: int | None) -> BookFile:
        return BookFile(form, chapter, "ready", 1.0, path.stat().st_size, None, path)

    def _work(self, owner: str, name: str, path: Path, began: BookFile) -> None:
        """The thread of a file that is put together."""

        def tell(share: float) -> None:
            with self._lock:
                self._making[path] = replace(began, progress=share)

        error: StudioError | None = None
        try:
            with self._one:
                self.make(owner, name, began.form, began.chapter, progress=tell)
            self._note_length(owner, name, began)
        except StudioError as told:
            error = told
        except Exception:
            log.exception("The file %s of a book", path)
            error = StudioError("internal", request_id=path.name)
        with self._lock:
            if error is None:
                self._making.pop(path, None)
            else:
                self._making[path] = replace(began, state="failed", error=error)


def _digest(file: Path | bytes) -> str:
    return hashlib.sha256(file if isinstance(file, bytes) else file.read_bytes()).hexdigest()


def _report(path: Path) -> Path:
    return path.with_name(f"{path.name}.json")
