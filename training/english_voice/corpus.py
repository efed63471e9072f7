"""What the network learns from: texts said by the teacher, as phones, frames, pitch and mels in the voice's norm."""

from __future__ import annotations

import logging
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded.acoustic.english_input import MEAN_HZ, PAUSE, PHONES, POINTS, describe
from indextts.engines.embedded.voice import EmbeddedVoiceData
from indextts.reading.phonemes.en.pronunciation import dictionary_entries
from indextts.sound.loudness import loudness
from indextts.sound.mel import log_mel
from indextts.sound.resample import resample
from training.english_voice.teacher import Lesson, Teacher

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

PITCH_STEP_S: Final = 0.005
_SHARD: Final = 250
_PLAIN: Final = re.compile(r"[A-Za-z0-9 ,.;:?!'\"()-]{12,190}")
_SPACED: Final = re.compile(r" (?=[,.;:?!])| (?=n't\b)| (?='\w)")

_log = logging.getLogger("training.english_voice")


@dataclass(frozen=True)
class Example:
    """One lesson of T phones and L frames."""

    phones: Ints
    marks: Floats
    frames: Ints
    """``[T]``."""
    pitch: Floats
    """``[T, 3]``: octaves from :data:`MEAN_HZ`, interpolated where there is none."""
    voiced: Floats
    """``[T, 3]``: 1 where the pitch was spoken."""
    mel: Floats
    """``[L, 80]``, in the voice's own norm."""


def texts(files: Sequence[Path], words: int, kept: Iterable[str], seed: int) -> list[str]:
    """Sentences of the files, and ``words`` texts of one to four words of the dictionary, none of those ``kept``."""
    rng = random.Random(seed)
    found: list[str] = []
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            line = line.split("\t")[1] if "\t" in line else line
            line = _SPACED.sub("", line.replace(" -- ", ", ").strip())
            if _PLAIN.fullmatch(line):
                found.append(line)
    known = sorted({word for word, _ in dictionary_entries() if word.isalpha() and 2 < len(word) < 13} - set(kept))
    common = sorted({word for line in found for word in re.findall(r"[a-z]{2,}", line.lower())} - set(kept)) or known
    for number in range(words):
        count = rng.choice((1, 1, 1, 1, 2, 3, 4))
        chosen = [rng.choice(common if rng.random() < 0.7 else known) for _ in range(count)]
        found.append((", " if number % 3 else " ").join(chosen) + rng.choice((".", ".", ".", "?")))
    rng.shuffle(found)
    return found


def example(lesson: Lesson, data: EmbeddedVoiceData) -> Example | None:
    """A lesson as the network learns it; nothing if its times do not fit."""
    phones, marks = describe(lesson.words)
    if len(phones) != len(lesson.ends_s):
        return None
    hop_s = data.hop / data.sample_rate
    sound = resample(lesson.samples, lesson.sample_rate, data.sample_rate)
    sound = sound * np.float32(10.0 ** ((data.level_lufs - loudness(sound, data.sample_rate)) / 20.0))
    mel = (log_mel(sound, data.sample_rate, data.hop) - data.mean) / data.scale
    bounds = np.round(np.array([0.0, *lesson.ends_s]) / hop_s).astype(np.int64)
    bounds[-1] = min(bounds[-1], len(mel))
    frames = np.diff(bounds)
    if frames.min() < 1 or frames.max() > 120:
        return None
    starts, ends = np.array([0.0, *lesson.ends_s[:-1]]), np.array(lesson.ends_s)
    at = starts[:, None] + (ends - starts)[:, None] * (np.arange(POINTS) + 0.5)[None, :] / POINTS
    times = np.arange(lesson.pitch.size) * PITCH_STEP_S
    spoken = lesson.pitch > 0
    if spoken.sum() < 8:
        return None
    octaves = np.log2(lesson.pitch[spoken] / MEAN_HZ)
    pitch = np.interp(at, times[spoken], octaves)
    voiced = np.interp(at, times, spoken.astype(float)) > 0.5
    return Example(
        phones, marks, frames, pitch.astype(np.float32), voiced.astype(np.float32), mel[: bounds[-1]].astype(np.float32)
    )


def prepare(lines: Sequence[str], folder: Path, data: EmbeddedVoiceData) -> None:
    """Have all of ``lines`` said and write what is learned from them in files of some hundred each."""
    teacher = Teacher()
    folder.mkdir(parents=True, exist_ok=True)
    kept: list[Example] = []
    number = 0
    for place, line in enumerate(lines, 1):
        lesson = teacher.say(line)
        made = example(lesson, data) if lesson is not None else None
        if made is not None:
            kept.append(made)
        if len(kept) == _SHARD or (place == len(lines) and kept):
            write(folder / f"{number:03d}.npz", kept)
            _log.info("%s: %d of %d texts said", folder.name, place, len(lines))
            number, kept = number + 1, []


_PHONE_FIELDS: Final = ("phones", "marks", "frames", "pitch", "voiced")


def write(file: Path, examples: Sequence[Example]) -> None:
    """Some examples as one file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    together = {name: np.concatenate([getattr(one, name) for one in examples]) for name in _PHONE_FIELDS}
    mel = np.concatenate([one.mel for one in examples]).astype(np.float16)
    counts = np.array([(len(one.phones), len(one.mel)) for one in examples])
    aside = file.with_suffix(".part.npz")
    np.savez(aside, allow_pickle=False, counts=counts, mel=mel, **together)
    aside.rename(file)


def read(folder: Path) -> Iterator[Example]:
    """All examples of a folder."""
    for file in sorted(folder.rglob("[0-9][0-9][0-9].npz")):
        with np.load(file) as stored:
            parts = {name: stored[name] for name in (*_PHONE_FIELDS, "mel", "counts")}
        phone = frame = 0
        for phones, frames in parts["counts"]:
            own = slice(phone, phone + phones)
            mel = parts["mel"][frame : frame + frames].astype(np.float32)
            yield Example(**{name: parts[name][own] for name in _PHONE_FIELDS}, mel=mel)
            phone, frame = phone + phones, frame + frames


def active(example: Example) -> npt.NDArray[np.bool_]:
    """Which of the frames are speech."""
    return np.repeat(example.phones != PHONES.index(PAUSE), example.frames)
