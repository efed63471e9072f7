"""What there is to see in speech: its wave, mel spectrum, pitch and loudness, and the words and sounds of them.

    picture = picture_of(speech.samples, speech.sample_rate, speech.utterance)
    data = png(picture)                        # indextts.export.plot_png, for the command line
    figure = plotly_figure(picture, "en")      # indextts.studio.tabs.speak.plot, for the page

Everything is measured in the sound itself, but for the words and sounds, which are where the voice says that they are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.audio.mel import BANDS, HIGH_HZ, log_mel, mel_edges
from indextts.audio.pitch import track
from indextts.phonemes.symbols import BREAKS
from indextts.utterance.model import Token, Utterance

Floats = npt.NDArray[np.float64]

QUIET_DB: Final = -70.0
"""What is softer is drawn as this."""
_HOP_S: Final = 0.01
_SILENT: Final = "silent"


@dataclass(frozen=True)
class PlotSpan:
    """A labelled stretch of time: a word or a sound."""

    text: str
    start_s: float
    end_s: float
    reading: str = ""


@dataclass(frozen=True)
class Picture:
    """Speech, made ready to be drawn. Times are in seconds."""

    duration_s: float
    wave_s: Floats
    """Middle of each column of the wave, ``[W]`` …"""
    low: Floats
    """… its least and greatest sample, ``[W]``."""
    high: Floats
    mel_s: Floats
    """Time of each mel frame, ``[T]``."""
    mel_db: Floats
    """``[T, 80]``: decibels below the loudest point."""
    mel_hz: Floats
    """Middle of each band, ``[80]``."""
    pitch_s: Floats
    pitch_hz: Floats
    """Not-a-number where there is no voice, ``[N]``."""
    energy_s: Floats
    energy_db: Floats
    """Decibels of full scale, ``[M]``."""
    words: tuple[PlotSpan, ...]
    phones: tuple[PlotSpan, ...]


def picture_of(
    samples: npt.NDArray[np.float32], sample_rate: int, utterance: Utterance, *, columns: int = 1200
) -> Picture:
    """The picture of ``samples``, which say ``utterance``; wave and mel have at most ``columns`` columns."""
    wave_s, low, high = _envelope(samples, sample_rate, columns)
    mel_s, mel = _mel(samples, sample_rate, columns)
    pitch_s, pitch_hz = track(samples, sample_rate, _HOP_S)
    energy_s, energy = _energy(samples, sample_rate)
    words = tuple(_words(utterance))
    phones = tuple(span for token in _timed(utterance) for span in _phones(token))
    middles = mel_edges(BANDS, high_hz=min(HIGH_HZ, sample_rate / 2))[1:-1]
    return Picture(
        samples.size / sample_rate, wave_s, low, high, mel_s, mel, middles,
        pitch_s, pitch_hz, energy_s, energy, words, phones,
    )  # fmt: skip


def _envelope(samples: npt.NDArray[np.float32], sample_rate: int, columns: int) -> tuple[Floats, Floats, Floats]:
    """Least and greatest sample of each column, no sample left out."""
    if not samples.size:
        return np.zeros(0), np.zeros(0), np.zeros(0)
    edges = np.unique(np.linspace(0, samples.size, min(columns, samples.size) + 1).astype(np.int64))
    low, high = np.minimum.reduceat(samples, edges[:-1]), np.maximum.reduceat(samples, edges[:-1])
    return (edges[:-1] + edges[1:]) / 2.0 / sample_rate, low.astype(np.float64), high.astype(np.float64)


def _mel(samples: npt.NDArray[np.float32], sample_rate: int, columns: int) -> tuple[Floats, Floats]:
    hop = max(round(_HOP_S * sample_rate), -(-samples.size // columns))
    if samples.size <= 2048:  # too short to be mirrored at its ends
        samples = np.pad(samples, (0, 2049 - samples.size))
    mel = 20.0 * log_mel(samples, sample_rate, hop).astype(np.float64)
    return np.arange(len(mel)) * hop / sample_rate, np.maximum(mel - mel.max(), QUIET_DB)


def _energy(samples: npt.NDArray[np.float32], sample_rate: int) -> tuple[Floats, Floats]:
    """Loudness of each 10 ms, over 30 ms."""
    hop = round(_HOP_S * sample_rate)
    padded = np.pad(np.asarray(samples, np.float64), (hop, 2 * hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, 3 * hop)[::hop]
    power = np.mean(np.square(frames), axis=1)
    return np.arange(len(frames)) * hop / sample_rate, np.maximum(10.0 * np.log10(power + 1e-12), QUIET_DB)


def _timed(utterance: Utterance) -> Iterator[Token]:
    for segment in utterance.segments:
        for token in segment.tokens:
            if token.start_s is not None and token.end_s is not None and token.phones:
                yield token


def _words(utterance: Utterance) -> Iterator[PlotSpan]:
    for token in _timed(utterance):
        assert token.start_s is not None and token.end_s is not None
        yield PlotSpan(token.text, token.start_s, token.end_s, token.reading)


def _phones(token: Token) -> Iterator[PlotSpan]:
    """A token's sounds: it shares its time out among them as the voice planned it; breaks are not among them."""
    lengths = [0.0 if phone.shape == _SILENT else phone.frames or 0.0 for phone in token.phones]
    total = sum(lengths)
    if not total or token.start_s is None or token.end_s is None:
        return
    at, rate = token.start_s, (token.end_s - token.start_s) / total
    for phone, length in zip(token.phones, lengths, strict=True):
        if length and phone.symbol not in BREAKS:
            yield PlotSpan(phone.symbol, at, at + length * rate)
        at += length * rate
