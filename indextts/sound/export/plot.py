"""What there is to see in speech: its wave, mel spectrum, pitch and loudness, and the words and sounds of them.

    picture = picture_of(speech.samples, speech.sample_rate, speech.utterance)
    data = png(picture)                        # for the command line
    figure = plotly_figure(picture, "en")      # indextts.studio.tabs.speak.plot, for the page

Everything is measured in the sound itself, but for the words and sounds, which are where the voice says that they are.

The PNG has four lanes over one time axis; Pillow draws it at twice the size, for smooth lines. Chinese needs a font
that has it: one of the usual ones of the system is taken; without any the words are written as pinyin, as the log says.
"""

from __future__ import annotations

import io
import logging
import os
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from indextts.model.utterance import Token, Utterance
from indextts.platform.tables import tables_beside
from indextts.reading.phonemes.symbols import BREAKS
from indextts.sound.mel import BANDS, HIGH_HZ, log_mel, mel_edges
from indextts.sound.pitch import track

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float64]
Pen = ImageDraw.ImageDraw

QUIET_DB: Final = -70.0
"""What is softer is drawn as this."""
_HOP_S: Final = 0.01

_SCALE: Final = 2
_LEFT, _RIGHT, _TOP = 64, 16, 16
_PX_S: Final = 190.0
_WIDTHS: Final = (900, 6000)
_LANES: Final = (("wave", 120), ("words", 48), ("mel", 200), ("pitch", 150), ("energy", 100))
_GAP, _FOOT = 10, 28

_INK, _QUIET, _LINE, _ACCENT = "#1a1d23", "#5c6472", "#d9dde4", "#2b5be0"
_COLOURS: Final = ((13, 16, 32), (38, 46, 120), (110, 60, 160), (214, 86, 110), (250, 170, 80), (252, 250, 200))
"""Of the mel spectrum, from quiet to loud."""


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
    lengths = [phone.frames or 0.0 for phone in token.phones]
    total = sum(lengths)
    if not total or token.start_s is None or token.end_s is None:
        return
    at, rate = token.start_s, (token.end_s - token.start_s) / total
    for phone, length in zip(token.phones, lengths, strict=True):
        if length and phone.symbol not in BREAKS:
            yield PlotSpan(phone.symbol, at, at + length * rate)
        at += length * rate


# ---------------------------------------------------------------------- as a PNG


def png(picture: Picture) -> bytes:
    sink = io.BytesIO()
    draw_png(picture).save(sink, "PNG", optimize=True)
    return sink.getvalue()


def chinese_font(folders: Sequence[str] | None = None) -> str | None:
    """A font file that has Chinese, or ``None`` when the system (or ``folders``) has none of the usual ones."""
    usual = tables_beside(__file__, "fonts.yaml")
    found: dict[str, str] = {}
    for folder in usual["folders"] if folders is None else folders:
        for place, _, names in os.walk(Path(folder).expanduser()):
            for name in names:
                found.setdefault(name, os.path.join(place, name))
    return next((found[name] for name in usual["fonts"] if name in found), None)


def draw_png(picture: Picture, *, font: str | None = "") -> Image.Image:
    """The picture as an image; ``font`` is a file with Chinese, empty to look for one, ``None`` to do without."""
    return _Sheet(picture, chinese_font() if font == "" else font).draw()


class _Sheet:
    """One drawing; places are in pixels of the finished size."""

    def __init__(self, picture: Picture, font: str | None) -> None:
        self._picture = picture
        self._chinese = font is not None
        if font is None:
            log.warning("No font with Chinese was found: the plot writes the words as pinyin")
            self._fonts = {size: ImageFont.load_default(size * _SCALE) for size in (11, 12, 15)}
        else:
            self._fonts = {size: ImageFont.truetype(font, size * _SCALE) for size in (11, 12, 15)}
        inner = np.clip(picture.duration_s * _PX_S, _WIDTHS[0] - _LEFT - _RIGHT, _WIDTHS[1] - _LEFT - _RIGHT)
        self._inner = round(float(inner))
        self._size = (_LEFT + self._inner + _RIGHT, _TOP + sum(height + _GAP for _, height in _LANES) + _FOOT)

    def draw(self) -> Image.Image:
        image = Image.new("RGB", (self._size[0] * _SCALE, self._size[1] * _SCALE), "white")
        pen = ImageDraw.Draw(image)
        top = _TOP
        places = {}
        for name, height in _LANES:
            places[name] = (top, height)
            top += height + _GAP
        self._mel(image, *places["mel"])
        self._seconds(pen, top)
        for word in self._picture.words:
            self._line(pen, self._x(word.start_s), _TOP, self._x(word.start_s), top - _GAP, _LINE)
        for phone in self._picture.phones:
            x = self._x(phone.start_s)
            for name in ("pitch", "energy"):
                self._line(pen, x, places[name][0], x, sum(places[name]), "#eceef2")
        self._wave(pen, *places["wave"])
        self._words(pen, *places["words"])
        self._curve(pen, "Hz", self._picture.pitch_s, self._picture.pitch_hz, *places["pitch"])
        self._curve(pen, "dB", self._picture.energy_s, self._picture.energy_db, *places["energy"])
        self._text(pen, _LEFT - 8, places["mel"][0], "Hz", 11, anchor="rt")
        return image.resize(self._size, Image.Resampling.LANCZOS)

    def _x(self, seconds: float) -> float:
        return _LEFT + self._inner * seconds / max(self._picture.duration_s, 1e-3)

    def _line(self, pen: Pen, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.0) -> None:
        pen.line([x * _SCALE for x in (x1, y1, x2, y2)], colour, round(width * _SCALE))

    def _text(self, pen: Pen, x: float, y: float, text: str, size: int, **more: Any) -> None:
        pen.text((x * _SCALE, y * _SCALE), text, font=self._fonts[size], **{"fill": _QUIET, **more})

    def _wave(self, pen: Pen, top: int, height: int) -> None:
        picture, middle = self._picture, top + height / 2
        reach = height / 2 / max(float(np.abs([picture.low, picture.high]).max()), 1e-3) if picture.low.size else 0.0
        points = [(self._x(at), middle - value * reach) for at, value in zip(picture.wave_s, picture.high, strict=True)]
        back = [(self._x(at), middle - value * reach) for at, value in zip(picture.wave_s, picture.low, strict=True)]
        if len(points) > 1:
            pen.polygon([(x * _SCALE, y * _SCALE) for x, y in points + back[::-1]], _ACCENT, _ACCENT)

    def _words(self, pen: Pen, top: int, height: int) -> None:
        for word in self._picture.words:
            left, right = self._x(word.start_s), self._x(word.end_s)
            middle, room = (left + right) / 2, right - left
            chinese = not word.text.isascii()
            label = word.reading if chinese and not self._chinese else word.text
            self._fitted(pen, middle, top + 4, label, 15, room, fill=_INK)
            if chinese and self._chinese:
                self._fitted(pen, middle, top + 26, word.reading, 11, room)

    def _fitted(self, pen: Pen, x: float, y: float, text: str, size: int, room: float, **more: Any) -> None:
        """Text centred at ``x``, smaller where there is no room, left out where even that is too wide."""
        text = text if self._chinese else "".join(c for c in unicodedata.normalize("NFD", text) if ord(c) < 128)
        for fit in (size, 12, 11):
            if fit <= size and pen.textlength(text, self._fonts[fit]) <= (room + 4) * _SCALE:
                self._text(pen, x, y, text, fit, anchor="mt", **more)
                return

    def _mel(self, image: Image.Image, top: int, height: int) -> None:
        level = np.clip(1.0 - self._picture.mel_db / self._picture.mel_db.min(), 0.0, 1.0)
        stops = np.linspace(0.0, 1.0, len(_COLOURS))
        rgb = np.stack([np.interp(level, stops, [colour[band] for colour in _COLOURS]) for band in range(3)], axis=-1)
        pixels = np.ascontiguousarray(rgb.transpose(1, 0, 2)[::-1].astype(np.uint8))
        size = (self._inner * _SCALE, height * _SCALE)
        image.paste(Image.fromarray(pixels).resize(size, Image.Resampling.BILINEAR), (_LEFT * _SCALE, top * _SCALE))
        pen, bands = ImageDraw.Draw(image), self._picture.mel_hz
        for hertz in (500, 1000, 2000, 4000):
            y = top + height * (1.0 - float(np.interp(hertz, bands, np.linspace(0.0, 1.0, bands.size))))
            self._text(pen, _LEFT - 8, y, str(hertz), 11, anchor="rm")

    def _curve(self, pen: Pen, unit: str, times: Floats, values: Floats, top: int, height: int) -> None:
        known = values[~np.isnan(values)]
        low, high = (float(known.min()), float(known.max())) if known.size else (0.0, 1.0)
        spare = max((high - low) * 0.08, 1.0)
        low, high = low - spare, high + spare
        step = next((step for step in (5, 10, 20, 50, 100, 200) if (high - low) / step <= 5), 500)
        for level in range(int(np.ceil(low / step)) * step, int(high) + 1, step):
            y = top + height * (high - level) / (high - low)
            self._line(pen, _LEFT, y, _LEFT + self._inner, y, "#eceef2")
            self._text(pen, _LEFT - 8, y, str(level), 11, anchor="rm")
        self._text(pen, 8, top, unit, 11, anchor="lt")
        points: list[float] = []
        for at, value in [*zip(times, values, strict=True), (0.0, np.nan)]:
            if not np.isnan(value):
                points += [self._x(at) * _SCALE, (top + height * (high - value) / (high - low)) * _SCALE]
                continue
            if len(points) > 2:
                pen.line(points, _ACCENT, round(1.6 * _SCALE), joint="curve")
            points = []

    def _seconds(self, pen: Pen, top: int) -> None:
        length = self._picture.duration_s
        step = next((step for step in (0.5, 1, 2, 5, 10, 30, 60) if length / step <= 20), 120)
        for number in range(int(length / step) + 1):
            self._text(pen, self._x(number * step), top, f"{number * step:g} s", 11, anchor="mt")
