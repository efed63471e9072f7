"""The work of one binding: every chapter is listened to where a norm or music asks for it, then it is written."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.books.binding.ahead import BoundAhead
from indextts.books.binding.checks import LOUDNESS, acx_checks, loudness_checks
from indextts.books.binding.epub import EpubFile
from indextts.books.binding.mastering import Master, reads_twice
from indextts.books.binding.model import TEXT_FORMS, Binding, BindingReport, BoundChapter, BoundReport
from indextts.books.binding.page import spoken_page
from indextts.books.binding.places import copied, growing, safe_name, zip_member
from indextts.books.binding.reel import Reel, rates_of
from indextts.books.binding.stretch import ChapterStretch
from indextts.books.binding.tags import BookTags, cover_type, write_tags
from indextts.model.errors import StudioError
from indextts.sound.export.subtitles import Subtitles
from indextts.sound.loudness import gated

_READ_ALONG: Final = ("mp3", "m4a")  # Sounds that all programs play which read EPUB along


class Binder:
    """Binds once."""

    def __init__(
        self,
        chapters: Sequence[BoundChapter],
        form: str,
        options: Binding,
        label: Callable[[Path], None] | None,
        progress: Callable[[float], None],
        cancel: Callable[[], bool],
        ahead: BoundAhead | None = None,
        mark: str = "",
    ) -> None:
        self._ahead, self._mark, self._pages = ahead, mark, chapters
        if form == "epub":
            chapters = [chapter for chapter in chapters if chapter.samples]
        self._chapters, self._form, self._options, self._label = chapters, form, options, label
        self._progress, self._cancel = progress, cancel
        self._sound = options.each if form == "zip" else "m4b" if form in TEXT_FORMS else form
        if form == "epub":
            self._sound = options.each if options.each in _READ_ALONG else _READ_ALONG[0]
        self._rates = rates_of(self._sound, max(chapter.rate for chapter in chapters), options)
        self._done = 0
        self._times = reads_twice(options) + (form not in TEXT_FORMS)
        self._total = self._times * sum(chapter.samples * self._rates[0] / chapter.rate for chapter in chapters)
        self._powers: list[npt.NDArray[np.float64]] = []

    def bind(self, into: Path) -> BindingReport:
        """Write the file."""
        with growing(into) as folder:
            path = folder / into.name
            if self._form in TEXT_FORMS:
                text = Subtitles.timed(_sentences(self._stretches())).render(self._form)
                path.write_text(text, encoding="utf-8", newline="\n")
                report = BindingReport(form=self._form, norm=self._options.norm, bytes=0)
            elif self._form == "zip":
                report = self._archive(path)
            elif self._form == "epub":
                report = self._report(self._read_along(path))
            else:
                report = self._report(self._one_file(path))
            size = path.stat().st_size
        self._progress(1.0)
        return replace(report, bytes=size)

    def _step(self, samples: int) -> None:
        """Note work that was done; raises where the rest is not wanted any more."""
        if self._cancel():
            raise StudioError("cancelled")
        if samples:
            self._done += samples
            self._progress(min(1.0, self._done / max(1.0, self._total)))

    def _stretches(self) -> list[ChapterStretch]:
        master, last = Master(self._options, self._rates[0], self._step), len(self._chapters) - 1
        stretches = []
        for number, chapter in enumerate(self._chapters):
            self._step(0)
            stretches.append(ChapterStretch.of(chapter, self._rates[0], self._options))
            master.prepare(stretches[-1], first=number == 0, last=number == last, together=True)
        return stretches

    # ------------------------------------------------------------------ one file

    def _one_file(self, path: Path) -> list[BoundReport]:
        tags = self._tags(self._options.title)
        reel = None if self._ahead is None else self._ahead.taken(self._chapters, self._form, self._options)
        if reel is None:
            reel = Reel(path, self._sound, self._rates, self._options, tags.rows("info"))
        last = len(self._chapters) - 1
        try:
            for number, chapter in enumerate(self._chapters):
                if number < len(reel.marks):
                    self._step(round(self._times * chapter.samples * self._rates[0] / chapter.rate))
                else:
                    reel.add(chapter, self._step, first=number == 0, last=number == last)
            reel.close(tags.letters)
        except BaseException:
            reel.abandon()
            raise
        if reel.path != path:
            reel.path.replace(path)
        self._finish(path, tags, reel)
        size = path.stat().st_size
        return [replace(report, number=number, bytes=size) for number, report in enumerate(reel.reports, start=1)]

    def _finish(self, path: Path, tags: BookTags, reel: Reel, *, marked: bool = True) -> None:
        self._powers.append(reel.take_powers())
        write_tags(path, self._sound, tags, reel.marks if marked else [], self._rates[0])
        if self._label is not None:
            self._label(path)

    # ------------------------------------------------------------------ a file for each

    def _archive(self, path: Path) -> BindingReport:
        reports: list[BoundReport] = []
        count = len(self._chapters)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for number, chapter in enumerate(self._chapters, start=1):
                name = safe_name(number, count, chapter.title)
                sound = path.parent / f"{number}.{self._sound}"
                (about,), stretch = self._single(sound, chapter, number)
                size = sound.stat().st_size
                reports.append(replace(about, number=number, file=f"{name}.{self._sound}", bytes=size))
                self._add(archive, reports[-1].file, copied(sound))
                sound.unlink()
                subtitles = Subtitles.timed(_sentences([stretch]))
                for form in ("srt", "lrc"):
                    if subtitles.sentences:
                        self._add(archive, f"{name}.{form}", [subtitles.render(form).encode("utf-8")])
            if kind := cover_type(self._options.cover):
                self._add(archive, f"cover.{'png' if kind == 'image/png' else 'jpg'}", [self._options.cover or b""])
            report = self._report(reports)
            text = json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n"
            self._add(archive, "report.json", [text.encode("utf-8")])
        return report

    def _read_along(self, path: Path) -> list[BoundReport]:
        reports: list[BoundReport] = []
        with path.open("wb") as stream:
            book = EpubFile(stream, self._options, self._sound, self._mark, self._step)
            try:
                for chapter in self._pages:
                    self._add_page(book, path.parent / f"chapter.{self._sound}", chapter, reports)
                book.close()
            except BaseException:
                book.abandon()
                raise
        return reports

    def _add_page(self, book: EpubFile, sound: Path, chapter: BoundChapter, reports: list[BoundReport]) -> None:
        page = spoken_page(chapter.title, list(chapter.sentences())) if chapter.page is None else chapter.page()
        if not chapter.samples:
            book.add(page, chapter.title, chapter.kind)
            return
        number = len(reports) + 1
        (about,), stretch = self._single(sound, chapter, number)
        reports.append(replace(about, number=number, bytes=sound.stat().st_size))
        length_s = stretch.samples / stretch.rate
        book.add(page, chapter.title, chapter.kind, sound, time=stretch.time, length_s=length_s)
        sound.unlink()

    def _single(self, path: Path, chapter: BoundChapter, number: int) -> tuple[list[BoundReport], ChapterStretch]:
        tags = self._tags(chapter.title, number)
        reel = Reel(path, self._sound, self._rates, self._options, tags.rows("info"))
        try:
            first, last = number == 1, number == len(self._chapters)
            stretch = reel.add(chapter, self._step, first=first, last=last, together=False)
            reel.close(tags.letters, marked=False)
        except BaseException:
            reel.abandon()
            raise
        self._finish(path, tags, reel, marked=False)
        return reel.reports, stretch

    def _add(self, archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
        with archive.open(zip_member(name), "w", force_zip64=True) as member:
            for piece in pieces:
                self._step(0)
                member.write(piece)

    # ------------------------------------------------------------------ what is said about it

    def _tags(self, title: str, number: int = 0) -> BookTags:
        options = self._options
        return BookTags(
            title=title or options.title,
            book=options.title,
            author=options.author,
            narrator=options.narrator,
            date=options.date,
            description=options.description,
            publisher=options.publisher,
            language=options.language,
            cover=options.cover,
            number=number,
            count=len(self._chapters) if number else 0,
        )

    def _report(self, reports: Sequence[BoundReport]) -> BindingReport:
        norm = self._options.norm
        checks = acx_checks(self._chapters, reports, self._sound, *self._rates)
        if norm in LOUDNESS:
            checks = (*loudness_checks(reports, LOUDNESS[norm]), *checks)
        return BindingReport(
            form=self._form,
            norm=norm,
            bytes=0,
            duration_s=sum(report.duration_s for report in reports),
            sample_rate=self._rates[0],
            bit_rate=self._rates[1],
            lufs=round(gated(np.concatenate(self._powers)), 2),
            chapters=tuple(reports),
            checks=checks,
            music=tuple(one.told(place) for place, one in self._options.music.items()),
        )


def _sentences(stretches: Sequence[ChapterStretch]) -> Iterator[tuple[float, float, str]]:
    begin = 0
    for stretch in stretches:
        at = begin / stretch.rate
        for start_s, end_s, text in stretch.chapter.sentences():
            yield at + stretch.time(start_s), at + stretch.time(end_s, end=True), text
        begin += stretch.samples
