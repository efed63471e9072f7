"""Ready voices that are most like a recording, by pitch and by the shape of the spectrum. Nothing is cloned.

    nearest(samples, 24_000, ["zf_xiaoxiao", "zm_yunxi", "af_heart"])[0].voice      # "zm_yunxi"

A recording becomes 50 numbers: median and spread of its pitch, and mean and spread of 24 cepstral coefficients over
its voiced frames. ``assets/natural_voices.npz`` has the same numbers of every ready voice, and how much each of them
differs between sentences of one voice; distances are counted in that (``training/natural_voices.py``).
"""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import soundfile

from indextts.model.errors import StudioError
from indextts.model.i18n.messages import Bilingual
from indextts.platform.storage.assets import ASSETS, read
from indextts.sound.mel import log_mel
from indextts.sound.pitch import track
from indextts.sound.resample import resample
from indextts.voices.cloning.voice import Prepared

Floats = npt.NDArray[np.floating]
Closeness = Literal["close", "similar", "distant"]

TABLE: Final = ASSETS / "natural_voices.npz"
COUNT: Final = 3  # Voices that are found, where there are as many
COEFFICIENTS: Final = 24

_RATE: Final = 16_000
_HOP: Final = 160
_WINDOW: Final = 400
_FFT: Final = 1024
_QUIET: Final = 20.0  # Percentage of the voiced frames that are left out as the quietest
_LEAST: Final = 50  # Voiced frames of 10 ms below which nothing is compared
_CLOSE: Final = 2.0  # Above the distance of every sentence that was tried from its own voice (0.8 to 1.8)
_SIMILAR: Final = 3.4  # The distance at which nine in ten ready voices have another one


@dataclass(frozen=True)
class Likeness:
    """How far a ready voice is from a recording."""

    voice: str
    distance: float  # About 1 between a voice and another sentence of its own
    semitones: float  # By how much the voice is higher than the recording

    @property
    def closeness(self) -> Closeness:
        """A word for the distance: most recordings of other people are ``distant`` from every ready voice."""
        return "close" if self.distance <= _CLOSE else "similar" if self.distance <= _SIMILAR else "distant"


def features(samples: Floats, sample_rate: int) -> Floats:
    """The numbers by which voices are compared, ``[2 + 2 · COEFFICIENTS]``.

    Raises :class:`StudioError` ``recording_no_speech`` where there is too little voice in it.
    """
    audio = resample(np.asarray(samples, np.float32), sample_rate, _RATE)
    _, hertz = track(audio, _RATE)
    decibels = 20.0 * log_mel(audio, _RATE, _HOP, n_fft=_FFT, window=_WINDOW)
    count = min(len(hertz), len(decibels))
    voiced = np.isfinite(hertz[:count])
    if np.count_nonzero(voiced) < _LEAST:
        raise StudioError("recording_no_speech", file=Bilingual("the recording", "这段录音"))
    semitones = 12.0 * np.log2(hertz[:count][voiced])
    bands = decibels[:count][voiced]
    levels = bands.mean(axis=1)
    bands = bands[levels > np.percentile(levels, _QUIET)]
    cepstra = (bands - bands.mean(axis=1, keepdims=True)) @ _cosines(bands.shape[1]).T
    pitch = [float(np.median(semitones)), float(semitones.std())]
    return np.concatenate([pitch, cepstra.mean(axis=0), cepstra.std(axis=0)])


def nearest(samples: Floats, sample_rate: int, ids: Sequence[str]) -> list[Likeness]:
    """The :data:`COUNT` voices of ``ids`` that are most like ``samples`` (``[N]``), the most like first.

    Raises :class:`StudioError` ``recording_no_speech``.
    """
    names, means, spread = table()
    known = [place for place, name in enumerate(names) if name in ids]
    here = features(samples, sample_rate)
    distances = np.sqrt(np.square((means[known] - here) / spread).mean(axis=1))
    found = [
        Likeness(names[place], float(distance), float(means[place][0] - here[0]))
        for place, distance in zip(known, distances, strict=True)
    ]
    return sorted(found, key=lambda one: one.distance)[:COUNT]


def nearest_to(recording: Prepared, ids: Sequence[str]) -> list[Likeness]:
    """The same of a recording that was prepared; raises :class:`StudioError` where no ready voice is installed too."""
    if not ids:
        raise StudioError("natural_absent")
    samples, rate = soundfile.read(io.BytesIO(recording.data), dtype="float32")
    return nearest(samples, int(rate), ids)


def packed(measured: dict[str, list[Floats]]) -> bytes:
    """The table of voices, of the features of several sentences of each."""
    sentences = np.stack([np.stack(rows) for rows in measured.values()])
    file = io.BytesIO()
    spread = np.sqrt(sentences.var(axis=1, ddof=1).mean(axis=0))
    means = sentences.mean(axis=1)
    np.savez(file, names=np.array(list(measured)), means=means.astype(np.float32), spread=spread.astype(np.float32))
    return file.getvalue()


@functools.cache
def table() -> tuple[list[str], Floats, Floats]:
    """The voices' names, their features ``[V, D]``, and how much each feature differs within a voice, ``[D]``.

    Raises :class:`StudioError` ``model_corrupt``.
    """
    with np.load(io.BytesIO(read(TABLE)), allow_pickle=False) as kept:
        return [str(name) for name in kept["names"]], kept["means"].astype(np.float64), kept["spread"]


@functools.cache
def _cosines(bands: int) -> Floats:
    orders = np.arange(1, COEFFICIENTS + 1)
    angles = np.pi * np.outer(orders, np.arange(bands) + 0.5) / bands
    cosines: Floats = np.sqrt(2.0 / bands) * np.cos(angles)
    return cosines
