"""The work of one binding: every chapter is listened to where a norm or music asks for it, then all is written."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.audio.encode import to_int16
from indextts.audio.loudness import gated
from indextts.books.binding.checks import ACX_BIT_RATE, ACX_RATE, LOUDNESS, acx_checks, loudness_checks
from indextts.books.binding.mastering import Master
from indextts.books.binding.measure import ChapterMeter, Measured, level
from indextts.books.binding.model import TEXT_FORMS, Binding, BindingReport, BoundChapter, BoundReport
from indextts.books.binding.places import growing, safe_name
from indextts.books.binding.sound_file import ChapterMark, SoundFile, bit_rate_for, rate_for
from indextts.books.binding.stretch import ChapterStretch
from indextts.books.binding.tags import BookTags, cover_type, write_tags
from indextts.errors import StudioError
from indextts.export.subtitles import Subtitles

_SILENCE_DB: Final = -60.0
_HIGH_BITS: Final = 160
"""Kilobits a second that MP3 has at rates of 32 kHz and more alone."""
_FULL_SCALE: Final = np.float32(32767.0)
_NEVER: Final = (1980, 1, 1, 0, 0, 0)
"""The date of all members of an archive: the earliest that it can say."""


@dataclass(frozen=True)
class _Prepared:
    stretch: ChapterStretch
    gain: float
    ceiling: float


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
    ) -> None:
        self._chapters, self._form, self._options, self._label = chapters, form, options, label
        self._progress, self._cancel = progress, cancel
        self._sound = options.each if form == "zip" else "m4b" if form in TEXT_FORMS else form
        self._rate, self._bit_rate = self._rates()
        self._master = Master(options, self._rate, self._step)
        self._done = 0
        times = self._master.reads_twice() + (form not in TEXT_FORMS)
        self._total = times * sum(chapter.samples * self._rate / chapter.rate for chapter in chapters)
        self._powers: list[npt.NDArray[np.float64]] = []

    def bind(self, into: Path) -> BindingReport:
        """Write the file."""
        together = self._form != "zip"
        prepared = self._prepared(together=together)
        with growing(into) as folder:
            path = folder / into.name
            if self._form in TEXT_FORMS:
                stretches = [one.stretch for one in prepared]
                text = Subtitles.timed(_sentences(stretches)).render(self._form)
                path.write_text(text, encoding="utf-8", newline="\n")
                report = BindingReport(form=self._form, norm=self._options.norm, bytes=0)
            elif together:
                report = self._report(self._one_file(path, prepared))
            else:
                report = self._archive(path, prepared)
            size = path.stat().st_size
        self._progress(1.0)
        return replace(report, bytes=size)

    def _rates(self) -> tuple[int, int]:
        options, form = self._options, self._sound
        rate = options.sample_rate or max(chapter.rate for chapter in self._chapters)
        bits = options.bit_rate
        if form == "mp3" and options.norm == "acx":
            rate, bits = options.sample_rate or ACX_RATE, bits or ACX_BIT_RATE
        elif form == "mp3" and bits > _HIGH_BITS and not options.sample_rate:
            rate = max(rate, ACX_RATE)
        rate = rate_for(form, rate)
        return rate, bit_rate_for(form, rate, bits)

    def _step(self, samples: int) -> None:
        """Note work that was done; raises where the rest is not wanted any more."""
        if self._cancel():
            raise StudioError("cancelled")
        if samples:
            self._done += samples
            self._progress(min(1.0, self._done / max(1.0, self._total)))

    def _prepared(self, *, together: bool) -> list[_Prepared]:
        prepared, last = [], len(self._chapters) - 1
        for number, chapter in enumerate(self._chapters):
            self._step(0)
            stretch = ChapterStretch.of(chapter, self._rate, self._options)
            levels = self._master.prepare(stretch, first=number == 0, last=number == last, together=together)
            prepared.append(_Prepared(stretch, *levels))
        return prepared

    # ------------------------------------------------------------------ one file

    def _one_file(self, path: Path, prepared: Sequence[_Prepared]) -> list[BoundReport]:
        marks, at = [], 0
        for one in prepared:
            marks.append(ChapterMark(one.stretch.chapter.title, at, at + one.stretch.samples))
            at += one.stretch.samples
        tags = self._tags(self._options.title)
        reports = self._write(path, tags, prepared, marks)
        size = path.stat().st_size
        return [
            replace(report, number=number, begin_s=mark.begin / self._rate, bytes=size)
            for number, (report, mark) in enumerate(zip(reports, marks, strict=True), start=1)
        ]

    def _write(
        self, path: Path, tags: BookTags, prepared: Sequence[_Prepared], marks: Sequence[ChapterMark]
    ) -> list[BoundReport]:
        file = SoundFile(
            path,
            self._sound,
            self._rate,
            bit_rate=self._bit_rate,
            marks=marks,
            language=tags.letters,
            info=tags.info,
        )
        try:
            reports = [self._about(one, self._sounded(one, file)) for one in prepared]
            file.close()
        except BaseException:
            file.abandon()
            raise
        write_tags(path, self._sound, tags, marks, self._rate)
        if self._label is not None:
            self._label(path)
        return reports

    def _sounded(self, one: _Prepared, file: SoundFile) -> Measured:
        meter = ChapterMeter(self._rate)
        for piece in self._master.sound(one.stretch, one.gain, one.ceiling):
            self._step(piece.size)
            pcm = to_int16(piece)
            file.write(pcm)
            meter.take(pcm.astype(np.float32) / _FULL_SCALE)
        measured = meter.finish()
        self._powers.append(measured.powers)
        return measured

    # ------------------------------------------------------------------ a file for each

    def _archive(self, path: Path, prepared: Sequence[_Prepared]) -> BindingReport:
        reports: list[BoundReport] = []
        count = len(prepared)
        with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
            for number, one in enumerate(prepared, start=1):
                title = one.stretch.chapter.title
                name = safe_name(number, count, title)
                sound = path.parent / f"{number}.{self._sound}"
                (about,) = self._write(sound, self._tags(title, number), [one], [])
                size = sound.stat().st_size
                reports.append(replace(about, number=number, file=f"{name}.{self._sound}", bytes=size))
                self._add(archive, reports[-1].file, _contents(sound))
                sound.unlink()
                subtitles = Subtitles.timed(_sentences([one.stretch]))
                for form in ("srt", "lrc"):
                    if subtitles.sentences:
                        self._add(archive, f"{name}.{form}", [subtitles.render(form).encode("utf-8")])
            if kind := cover_type(self._options.cover):
                self._add(archive, f"cover.{'png' if kind == 'image/png' else 'jpg'}", [self._options.cover or b""])
            report = self._report(reports)
            text = json.dumps(report.to_json(), ensure_ascii=False, indent=1) + "\n"
            self._add(archive, "report.json", [text.encode("utf-8")])
        return report

    def _add(self, archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
        about = zipfile.ZipInfo(name, _NEVER)
        about.external_attr = 0o644 << 16
        about.create_system = 3
        with archive.open(about, "w", force_zip64=True) as member:
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

    def _about(self, one: _Prepared, heard: Measured) -> BoundReport:
        begin, end = heard.sound(_SILENCE_DB)
        floor = heard.noise_floor_db(_SILENCE_DB)
        seconds = heard.samples / heard.rate
        silent = begin == end
        return BoundReport(
            number=1,
            title=one.stretch.chapter.title,
            file="",
            begin_s=0.0,
            duration_s=seconds,
            gain_db=round(level(one.gain), 2),
            limited=bool(one.ceiling),
            rms_db=round(heard.rms_db(), 2),
            peak_db=round(level(heard.peak), 2),
            true_peak_db=round(level(heard.true_peak), 2),
            lufs=round(heard.lufs, 2),
            noise_floor_db=None if floor is None else round(floor, 1),
            head_s=round(seconds if silent else begin * heard.window / heard.rate, 2),
            tail_s=round(seconds if silent else seconds - end * heard.window / heard.rate, 2),
        )

    def _report(self, reports: Sequence[BoundReport]) -> BindingReport:
        norm = self._options.norm
        checks = acx_checks(self._chapters, reports, self._sound, self._rate, self._bit_rate)
        if norm in LOUDNESS:
            checks = (*loudness_checks(reports, LOUDNESS[norm]), *checks)
        return BindingReport(
            form=self._form,
            norm=norm,
            bytes=0,
            duration_s=sum(report.duration_s for report in reports),
            sample_rate=self._rate,
            bit_rate=self._bit_rate,
            lufs=round(gated(np.concatenate(self._powers)), 2),
            chapters=tuple(reports),
            checks=checks,
        )


def _contents(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            yield piece


def _sentences(stretches: Sequence[ChapterStretch]) -> Iterator[tuple[float, float, str]]:
    begin = 0
    for stretch in stretches:
        at = begin / stretch.rate
        for start_s, end_s, text in stretch.chapter.sentences():
            yield at + stretch.time(start_s), at + stretch.time(end_s, end=True), text
        begin += stretch.samples
