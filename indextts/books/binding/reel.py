"""One sound file of a book while it grows, chapter after chapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.books.binding.checks import ACX_BIT_RATE, ACX_RATE
from indextts.books.binding.mastering import Master
from indextts.books.binding.measure import ChapterMeter, Measured, level
from indextts.books.binding.model import Binding, BoundChapter, BoundReport
from indextts.books.binding.sound_file import ChapterMark, SoundFile, bit_rate_for, rate_for
from indextts.books.binding.stretch import ChapterStretch
from indextts.sound.encode import to_int16

Step = Callable[[int], None]
"""Hears how many samples were worked at; raises where the rest is not wanted any more."""

_SILENCE_DB: Final = -60.0
_HIGH_BITS: Final = 160  # kilobits a second that MP3 has at rates of 32 kHz and more alone
_FULL_SCALE: Final = np.float32(32767.0)


def rates_of(form: str, rate: int, options: Binding) -> tuple[int, int]:
    """Samples and kilobits a second of a file, for chapters of at most ``rate``."""
    bits = options.bit_rate
    rate = options.sample_rate or rate
    if form == "mp3" and options.norm == "acx":
        rate, bits = options.sample_rate or ACX_RATE, bits or ACX_BIT_RATE
    elif form == "mp3" and bits > _HIGH_BITS and not options.sample_rate:
        rate = max(rate, ACX_RATE)
    rate = rate_for(form, rate)
    return rate, bit_rate_for(form, rate, bits)


class Reel:
    """Holds of each chapter that it has what was measured; what grows with the sound lies on the disk."""

    def __init__(
        self, path: Path, form: str, rates: tuple[int, int], options: Binding, info: Mapping[str, str] | None = None
    ) -> None:
        self.path, self.rates = path, rates
        self.marks: list[ChapterMark] = []
        self.reports: list[BoundReport] = []
        # Nothing is left of it, however the process ends.
        self._powers = TemporaryFile(dir=path.parent)  # noqa: SIM115
        self._options, self._rate = options, rates[0]
        self._step: Step = lambda _: None
        self._master = Master(options, self._rate, lambda samples: self._step(samples))
        self._file = SoundFile(path, form, self._rate, bit_rate=rates[1], info=info)

    def add(
        self, chapter: BoundChapter, step: Step, *, first: bool, last: bool, together: bool = True
    ) -> ChapterStretch:
        """Write the next chapter; ``together``: another one that is not the ``last`` follows in this file."""
        self._step = step
        step(0)
        stretch = ChapterStretch.of(chapter, self._rate, self._options)
        gain, ceiling = self._master.prepare(stretch, first=first, last=last, together=together)
        measured = self._sounded(stretch, gain, ceiling)
        begin = self.marks[-1].end if self.marks else 0
        self.marks.append(ChapterMark(chapter.title, begin, begin + stretch.samples))
        self._powers.write(measured.powers.tobytes())
        self.reports.append(_about(chapter, measured, gain, begin / self._rate, limited=bool(ceiling)))
        return stretch

    def take_powers(self) -> npt.NDArray[np.float64]:
        """Those of all blocks, see :func:`indextts.sound.loudness.gated`; only once."""
        with self._powers as file:
            file.seek(0)
            return np.frombuffer(file.read(), np.float64)

    def close(self, language: str = "", *, marked: bool = True) -> None:
        """Make the file whole."""
        self._file.close(self.marks if marked else (), language)

    def abandon(self) -> None:
        """Whatever becomes of the file."""
        self._powers.close()
        self._file.abandon()

    def _sounded(self, stretch: ChapterStretch, gain: float, ceiling: float) -> Measured:
        meter = ChapterMeter(self._rate)
        for piece in self._master.sound(stretch, gain, ceiling):
            self._step(piece.size)
            pcm = to_int16(piece)
            self._file.write(pcm)
            meter.take(pcm.astype(np.float32) / _FULL_SCALE)
        return meter.finish()


def _about(chapter: BoundChapter, heard: Measured, gain: float, begin_s: float, *, limited: bool) -> BoundReport:
    begin, end = heard.sound(_SILENCE_DB)
    floor = heard.noise_floor_db(_SILENCE_DB)
    seconds = heard.samples / heard.rate
    silent = begin == end
    return BoundReport(
        number=1,
        title=chapter.title,
        file="",
        begin_s=begin_s,
        duration_s=seconds,
        gain_db=round(level(gain), 2),
        limited=limited,
        rms_db=round(heard.rms_db(), 2),
        peak_db=round(level(heard.peak), 2),
        true_peak_db=round(level(heard.true_peak), 2),
        lufs=round(heard.lufs, 2),
        noise_floor_db=None if floor is None else round(floor, 1),
        head_s=round(seconds if silent else begin * heard.window / heard.rate, 2),
        tail_s=round(seconds if silent else seconds - end * heard.window / heard.rate, 2),
    )
