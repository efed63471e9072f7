"""The picture of speech as a PNG: four lanes over one time axis. Pillow draws it, at twice the size, for smooth lines.

Chinese needs a font that has it. One of the usual ones of the system is taken; without any, the words are written as
pinyin, and the log says so.
"""

from __future__ import annotations

import io
import logging
import os
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

    from indextts.export.plot import Floats, Picture

log = logging.getLogger(__name__)

_FOLDERS: Final = (
    "/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts",
    "/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts", "C:/Windows/Fonts",
)  # fmt: skip
_FONTS: Final = (
    "NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "NotoSansSC-Regular.otf", "SourceHanSansSC-Regular.otf",
    "wqy-microhei.ttc", "wqy-zenhei.ttc", "PingFang.ttc", "Hiragino Sans GB.ttc", "STHeiti Light.ttc", "msyh.ttc",
    "simhei.ttf", "uming.ttc", "DroidSansFallbackFull.ttf", "DroidSansFallback.ttf",
)  # fmt: skip
"""Fonts with Chinese, best first."""

_SCALE: Final = 2
_LEFT, _RIGHT, _TOP = 64, 16, 16
_PX_S: Final = 190.0
_WIDTHS: Final = (900, 6000)
_LANES: Final = (("wave", 120), ("words", 48), ("mel", 200), ("pitch", 150), ("energy", 100))
_GAP, _FOOT = 10, 28

_INK, _QUIET, _LINE, _ACCENT = "#1a1d23", "#5c6472", "#d9dde4", "#2b5be0"
_COLOURS: Final = ((13, 16, 32), (38, 46, 120), (110, 60, 160), (214, 86, 110), (250, 170, 80), (252, 250, 200))
"""Of the mel spectrum, from quiet to loud."""


def png(picture: Picture) -> bytes:
    sink = io.BytesIO()
    draw_png(picture).save(sink, "PNG", optimize=True)
    return sink.getvalue()


def chinese_font(folders: Sequence[str] = _FOLDERS) -> str | None:
    """A font file that has Chinese, or ``None`` when the system has none of the usual ones."""
    found: dict[str, str] = {}
    for folder in folders:
        for place, _, names in os.walk(Path(folder).expanduser()):
            for name in names:
                found.setdefault(name, os.path.join(place, name))
    return next((found[name] for name in _FONTS if name in found), None)


def draw_png(picture: Picture, *, font: str | None = "") -> Image:
    """The picture as an image; ``font`` is a file with Chinese, empty to look for one, ``None`` to do without."""
    return _Sheet(picture, chinese_font() if font == "" else font).draw()


class _Sheet:
    """One drawing; places are in pixels of the finished size."""

    def __init__(self, picture: Picture, font: str | None) -> None:
        from PIL import ImageFont

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

    def draw(self) -> Image:
        from PIL import Image, ImageDraw

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

    def _line(
        self, pen: ImageDraw, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.0
    ) -> None:
        pen.line([x * _SCALE for x in (x1, y1, x2, y2)], colour, round(width * _SCALE))

    def _text(self, pen: ImageDraw, x: float, y: float, text: str, size: int, **more: Any) -> None:
        pen.text((x * _SCALE, y * _SCALE), text, font=self._fonts[size], **{"fill": _QUIET, **more})

    def _wave(self, pen: ImageDraw, top: int, height: int) -> None:
        picture, middle = self._picture, top + height / 2
        reach = height / 2 / max(float(np.abs([picture.low, picture.high]).max()), 1e-3) if picture.low.size else 0.0
        points = [(self._x(at), middle - value * reach) for at, value in zip(picture.wave_s, picture.high, strict=True)]
        back = [(self._x(at), middle - value * reach) for at, value in zip(picture.wave_s, picture.low, strict=True)]
        if len(points) > 1:
            pen.polygon([(x * _SCALE, y * _SCALE) for x, y in points + back[::-1]], _ACCENT, _ACCENT)

    def _words(self, pen: ImageDraw, top: int, height: int) -> None:
        for word in self._picture.words:
            middle, room = (
                (self._x(word.start_s) + self._x(word.end_s)) / 2,
                self._x(word.end_s) - self._x(word.start_s),
            )
            chinese = not word.text.isascii()
            label = word.reading if chinese and not self._chinese else word.text
            self._fitted(pen, middle, top + 4, label, 15, room, fill=_INK)
            if chinese and self._chinese:
                self._fitted(pen, middle, top + 26, word.reading, 11, room)

    def _fitted(self, pen: ImageDraw, x: float, y: float, text: str, size: int, room: float, **more: Any) -> None:
        """Text centred at ``x``, smaller where there is no room, left out where even that is too wide."""
        text = text if self._chinese else "".join(c for c in unicodedata.normalize("NFD", text) if ord(c) < 128)
        for fit in (size, 12, 11):
            if fit <= size and pen.textlength(text, self._fonts[fit]) <= (room + 4) * _SCALE:
                self._text(pen, x, y, text, fit, anchor="mt", **more)
                return

    def _mel(self, image: Image, top: int, height: int) -> None:
        from PIL import Image as Images
        from PIL import ImageDraw

        level = np.clip(1.0 - self._picture.mel_db / self._picture.mel_db.min(), 0.0, 1.0)
        stops = np.linspace(0.0, 1.0, len(_COLOURS))
        rgb = np.stack([np.interp(level, stops, [colour[band] for colour in _COLOURS]) for band in range(3)], axis=-1)
        pixels = np.ascontiguousarray(rgb.transpose(1, 0, 2)[::-1].astype(np.uint8))
        size = (self._inner * _SCALE, height * _SCALE)
        image.paste(Images.fromarray(pixels).resize(size, Images.Resampling.BILINEAR), (_LEFT * _SCALE, top * _SCALE))
        pen, bands = ImageDraw.Draw(image), self._picture.mel_hz
        for hertz in (500, 1000, 2000, 4000):
            y = top + height * (1.0 - float(np.interp(hertz, bands, np.linspace(0.0, 1.0, bands.size))))
            self._text(pen, _LEFT - 8, y, str(hertz), 11, anchor="rm")

    def _curve(self, pen: ImageDraw, unit: str, times: Floats, values: Floats, top: int, height: int) -> None:
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

    def _seconds(self, pen: ImageDraw, top: int) -> None:
        length = self._picture.duration_s
        step = next((step for step in (0.5, 1, 2, 5, 10, 30, 60) if length / step <= 20), 120)
        for number in range(int(length / step) + 1):
            self._text(pen, self._x(number * step), top, f"{number * step:g} s", 11, anchor="mt")
