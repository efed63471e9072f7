"""Every chapter at the level that a norm asks for: one gain for all of it, and a limiter where its peaks need one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.books.binding.checks import LOUDNESS
from indextts.books.binding.measure import ChapterMeter, Measured
from indextts.books.binding.model import Binding, Norm
from indextts.books.binding.music import MOST_CHIME_S, beside, ducked, faded, read_music
from indextts.books.binding.stretch import ChapterStretch
from indextts.sound.loudness import SILENCE_LUFS, Limiter

Samples = npt.NDArray[np.float32]

_ACX_RMS_DB: Final = -20.0
_HEAD_S: Final = 0.75
_TAIL_S: Final = 2.0
_TAILS_S: Final = (1.2, 4.8)  # Silence at a chapter's end that stays as it is
_SILENT_DB: Final = -40.0  # Beside the level of the whole chapter
_CEILING_DB: Final = {"acx": -3.5, "podcast": -1.5, "ebu": -1.5}
"""Half a decibel below what the norm allows: codecs do not keep peaks exactly."""
_MUSIC_CEILING_DB: Final = -1.0
_MOST_GAIN_DB: Final = 40.0
_NEAR_DB: Final = 0.15
_TRIES: Final = 3


class Master:
    """Decides how each chapter's stretch sounds; ``heard`` is told of every sample that was read, and may raise."""

    def __init__(self, options: Binding, rate: int, heard: Callable[[int], None]) -> None:
        self._options, self._rate, self._heard = options, rate, heard
        self._chime: Samples | None = None

    def prepare(self, stretch: ChapterStretch, *, first: bool, last: bool, together: bool) -> tuple[float, float]:
        """Give ``stretch`` its silences and music; returns gain and ceiling, both linear, 0 for no limiter.

        ``together``: the next chapter follows in the same file.
        """
        options = self._options
        pause = 0 if last or not together else round(options.chapter_pause_s * self._rate)
        if not reads_twice(options):
            stretch.tail = pause
            return 1.0, 0.0
        measured = self._listen(stretch, 1.0, 0.0, self._heard)
        if options.norm == "acx":
            self._room(stretch, measured)
        else:
            stretch.tail = pause
        if self._add_music(stretch, measured, first=first, last=last, chime=bool(together and not last), pause=pause):
            measured = self._listen(stretch, 1.0, 0.0, self._checked)
        return self._level(stretch, measured)

    def sound(self, stretch: ChapterStretch, gain: float, ceiling: float) -> Iterator[Samples]:
        """What is written, piece by piece."""
        limiter = Limiter(self._rate, ceiling) if ceiling else None
        for piece in stretch.pieces():
            if gain != 1.0:
                piece = np.asarray(piece * np.float32(gain), np.float32)
            if limiter is not None:
                piece = limiter.take(piece)
            if piece.size:
                yield piece
        if limiter is not None:
            yield limiter.finish()

    def _listen(self, stretch: ChapterStretch, gain: float, ceiling: float, heard: Callable[[int], None]) -> Measured:
        meter = ChapterMeter(self._rate)
        for piece in self.sound(stretch, gain, ceiling):
            heard(piece.size)
            meter.take(piece)
        return meter.finish()

    def _checked(self, _: int) -> None:
        self._heard(0)

    def _room(self, stretch: ChapterStretch, measured: Measured) -> None:
        """Silence at head and end as ACX wants it, of which the chapter's own is a part."""
        begin, end = measured.sound(measured.rms_db() + _SILENT_DB)
        if begin == end:
            return
        own_s = measured.samples / self._rate - end * measured.window / self._rate
        stretch.head = round(_HEAD_S * self._rate) - begin * measured.window
        if not _TAILS_S[0] <= own_s <= _TAILS_S[1]:
            stretch.tail = round((_TAIL_S - own_s) * self._rate)

    def _add_music(
        self, stretch: ChapterStretch, measured: Measured, *, first: bool, last: bool, chime: bool, pause: int
    ) -> bool:
        options, rate, speech = self._options, self._rate, measured.lufs
        if first and (music := options.intro) is not None:
            stretch.head = max(0, stretch.head)
            stretch.lead = round(music.alone_s * rate)
            samples = read_music(music, rate)[: stretch.lead + round(music.under_s * rate)]
            bed = beside(samples, rate, music, speech)
            stretch.beds.append((0, faded(ducked(bed, music, measured, -stretch.lead), rate, music)))
        if last and (music := options.outro) is not None:
            stretch.tail = max(0, stretch.tail)
            stretch.trail = round(music.alone_s * rate)
            under = min(round(music.under_s * rate), stretch.spoken)
            samples = read_music(music, rate)[: under + stretch.trail]
            bed = beside(samples, rate, music, speech)
            begin = stretch.spoken - under
            bed = faded(ducked(bed, music, measured, begin), rate, music)
            stretch.beds.append((stretch.lead + begin, bed))
        if chime and (music := options.chime) is not None:
            if self._chime is None:
                self._chime = read_music(music, rate, MOST_CHIME_S)
            after = 0 if options.norm == "acx" else pause
            stretch.chime = np.pad(beside(self._chime, rate, music, speech), (0, after))
        return bool(stretch.beds or stretch.chime.size)

    def _level(self, stretch: ChapterStretch, measured: Measured) -> tuple[float, float]:
        norm = self._options.norm
        if norm == "none":
            ceiling = _linear(_MUSIC_CEILING_DB)
            loud = (stretch.beds or stretch.chime.size) and measured.true_peak > ceiling
            return 1.0, ceiling if loud else 0.0
        if measured.lufs <= SILENCE_LUFS:
            return 1.0, 0.0
        target, gain_db = LOUDNESS.get(norm, _ACX_RMS_DB), 0.0
        ceiling = _linear(_CEILING_DB[norm])
        gain_db = _bounded(target - _reached(norm, measured, stretch.samples))
        if measured.true_peak * _linear(gain_db) <= ceiling:
            return _linear(gain_db), 0.0
        for _ in range(_TRIES):  # the limiter takes some of the level away
            held = self._listen(stretch, _linear(gain_db), ceiling, self._checked)
            missing = target - _reached(norm, held, stretch.samples)
            if abs(missing) <= _NEAR_DB:
                break
            gain_db = _bounded(gain_db + missing)
        return _linear(gain_db), ceiling


def reads_twice(options: Binding) -> bool:
    """Whether chapters are listened to before they are written."""
    return options.norm != "none" or any((options.intro, options.outro, options.chime))


def _reached(norm: Norm, measured: Measured, samples: int) -> float:
    return measured.rms_db(samples) if norm == "acx" else measured.lufs


def _bounded(gain_db: float) -> float:
    return min(_MOST_GAIN_DB, max(-_MOST_GAIN_DB, gain_db))


def _linear(decibels: float) -> float:
    return float(10.0 ** (decibels / 20.0))
