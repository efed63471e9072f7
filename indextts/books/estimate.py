"""How long a book will last, and how much room it takes, before a word of it is spoken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from indextts.books.model import Chapter
from indextts.reading.text.chars import HANZI

HANZI_S: Final = 0.27
"""A Chinese character in a story, all pauses included; measured with the embedded voice, as is …"""
LETTER_S: Final = 0.08  # … any other character, spaces and marks among them, of a text that has few Chinese ones
SOUND_BYTES: Final = 27_000  # Of a second in the store of sounds, as FLAC
FILE_BYTES: Final[Mapping[str, int]] = {
    "m4b": 8_500,
    "m4a": 8_500,
    "mp3": 12_500,
    "opus": 6_500,
    "flac": 27_000,
    "wav": 48_000,
    "epub": 12_500,
}
"""Of a second in the file, at most."""
_HANZI: Final = re.compile(f"[{HANZI}]+")
TWICE: Final = ("m4b", "m4a")  # What is coded of these lies beside the file until that is whole
SPARE_BYTES: Final = 64 * 2**20  # That should be free beyond all that is reckoned with


@dataclass(frozen=True)
class Estimate:
    """What is to be expected of the chapters that are on."""

    characters: int
    chapters: int
    duration_s: float
    sound_bytes: int
    file_bytes: int


def estimate(chapters: Iterable[Chapter], *, speed: float, form: str) -> Estimate:
    """Of the whole, at ``speed``, as a file of ``form``."""
    characters = count = 0
    seconds = 0.0
    for chapter in chapters:
        if chapter.on:
            count += 1
            characters += len(chapter.text)
            seconds += length_s(chapter.title) + length_s(chapter.text)
    seconds /= speed
    return Estimate(characters, count, seconds, round(seconds * SOUND_BYTES), round(seconds * _file_bytes(form)))


def room(left_s: float, whole_s: float, form: str) -> int:
    """Bytes of the disk to speak ``left_s`` seconds, and to make a file of all."""
    file = whole_s * _file_bytes(form) * (2 if form in TWICE else 1)
    return round(left_s * SOUND_BYTES + file) + SPARE_BYTES


def _file_bytes(form: str) -> int:
    return FILE_BYTES.get(form, max(FILE_BYTES.values()))


def length_s(text: str) -> float:
    """How long it lasts at the usual speed."""
    hanzi = sum(map(len, _HANZI.findall(text)))
    others = len(text) - hanzi
    # Marks and line ends of a Chinese text are in the time of its characters: about one for each five.
    words = max(0, others - hanzi // 4)
    return hanzi * HANZI_S + words * LETTER_S
