"""Chapters to be bound, made of tones and noise; and files read back as any player does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from indextts.books.binding import BoundChapter
from indextts.sound.encode import to_int16
from tests.support.recordings import speech

Pcm = npt.NDArray[np.int16]
RATE = 24_000


def spoken(seconds: float, *, seed: int = 0, level: float = 0.3, rate: int = RATE, lead_s: float = 0.1) -> Pcm:
    """Syllables with pauses between phrases, silence at both ends."""
    sound = speech(seconds, 150.0 + 20.0 * seed, rate=rate, seed=seed)
    sound[(np.arange(sound.size) / rate % 2.2) > 1.95] = 0.0
    edge = np.zeros(round(lead_s * rate), np.float32)
    return to_int16(np.concatenate([edge, sound / 0.5 * level, edge]).astype(np.float32))


def chapter(pcm: Pcm, title: str = "第一章 开端", piece: int = 10_007, **fields: Any) -> BoundChapter:
    def parts() -> Iterator[Pcm]:
        for at in range(0, pcm.size, piece):
            yield pcm[at : at + piece]

    return BoundChapter(title, pcm.size, parts, **fields)


def decoded(path: Path) -> tuple[npt.NDArray[np.float32], int]:
    """All samples that a player hears, ±1, and their rate."""
    with av.open(str(path)) as file:
        stream = file.streams.audio[0]
        pieces = []
        for frame in file.decode(stream):
            samples = frame.to_ndarray().reshape(-1)
            scale = 32768.0 if samples.dtype == np.int16 else 2.0**31 if samples.dtype == np.int32 else 1.0
            pieces.append(samples.astype(np.float32) / np.float32(scale))
        return np.concatenate(pieces), stream.rate


def chapters_of(path: Path) -> list[tuple[str, float, float]]:
    """Title, begin and end in seconds, as FFmpeg reads them."""
    found = []
    with av.open(str(path)) as file:
        for mark in file.chapters():
            base = mark["time_base"] or 0
            found.append((mark["metadata"]["title"], float(mark["start"] * base), float(mark["end"] * base)))
    return found
