"""A converted voice in onnxruntime: symbols → mel → samples, without PyTorch. Thread-safe."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.engines.sambert.info import VOICE_FILE as VOICE_FILE
from indextts.engines.sambert.shapes import SourceShape
from indextts.engines.sambert.symbols import SymbolVocabulary, Units
from indextts.platform.onnx import open_session

Floats = npt.NDArray[np.float32]

TABLES_FILE: Final = "tables.npz"
"""The rows ``emotion [·, ·]`` and ``speaker [·, ·]`` (or ``[1, ·]``, the one speaker of a voice that has a vector)."""
ACOUSTIC_FILE: Final = "acoustic.onnx"
VOCODER_FILE: Final = "vocoder.onnx"
ACOUSTIC_WEIGHTS: Final = "acoustic.safetensors"
VOCODER_WEIGHTS: Final = "vocoder.safetensors"

FORMAT: Final = 1

VOICED: Final = 0.6
"""From which value of the last channel a frame is voiced."""
LOWEST_HZ: Final = 30.0
NEUTRAL: Final = "emotion_neutral"
TAPS: Final = 62
CUTOFF: Final = 0.142
BETA: Final = 9.0


@dataclass(frozen=True)
class PitchScale:
    """``F0 = channel · scale + offset``: from the corpus's deviation and mean, or from a range."""

    scale: float
    offset: float

    @classmethod
    def mean_std(cls, mvn: npt.NDArray[Any]) -> PitchScale:
        """``mvn`` holds the mean and the deviation."""
        mean, deviation = (float(value) for value in np.asarray(mvn, np.float64).ravel()[:2])
        return cls(deviation, mean)

    @classmethod
    def between(cls, highest: float, lowest: float) -> PitchScale:
        """0 is ``lowest``, 1 is ``highest``."""
        return cls(highest - lowest, lowest)


@dataclass(frozen=True)
class SambertVoiceData:
    """What the engine needs to know of a voice."""

    name: str
    sample_rate: int
    hop: int
    """Samples of a frame."""
    bands: int
    """Sub-bands that the vocoder says at once."""
    mels: int
    """Of the vocoder's spectrum."""
    reach: tuple[int, int]
    """Frames before and after a stretch that its sound depends on."""
    speaker: str
    """The speaker that is used."""
    fields: dict[str, tuple[str, ...]]
    """The vocabulary."""
    source: SourceShape | None = None
    pitch: PitchScale | None = None
    """How the F0 channel is read, where there is a source module."""
    level_lufs: float = -20.0
    pitch_hz: float = 0.0
    """Median F0 of one sentence; 0 where none was found."""

    @property
    def vocabulary(self) -> SymbolVocabulary:
        return SymbolVocabulary(self.fields)

    def to_json(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> SambertVoiceData:
        """Read what :meth:`to_json` wrote. Raises ``ValueError``, ``KeyError`` or ``TypeError`` for anything else."""
        data: dict[str, Any] = json.loads(text)
        if data.pop("format") != FORMAT:
            raise ValueError("format")
        source, pitch = data.pop("source"), data.pop("pitch")
        return cls(
            fields={name: tuple(symbols) for name, symbols in data.pop("fields").items()},
            reach=(int(data["reach"][0]), int(data.pop("reach")[1])),
            source=None if source is None else SourceShape(**source),
            pitch=None if pitch is None else PitchScale(**pitch),
            **data,
        )


def binarise(mel: npt.NDArray[Any]) -> Floats:
    """``[N, mels + 2]`` with 0 or 1 as its last channel."""
    out: Floats = np.array(mel, np.float32)
    out[:, -1] = out[:, -1] >= VOICED
    return out


def finish_mel(mel: npt.NDArray[Any], pitch: PitchScale) -> Floats:
    """``[N, mels + 2]`` as the acoustic model says it → F0 in Hz, at least 30 in unvoiced frames too, and voicing."""
    out = binarise(mel)
    out[:, -2] = np.maximum(out[:, -2] * np.float32(pitch.scale) + np.float32(pitch.offset), LOWEST_HZ)
    return out


def draw(shape: SourceShape, samples: int, seed: int) -> tuple[Floats, Floats]:
    """Chance: the harmonics' first phases ``[H + 1]``, and noise ``[H + 1, samples]``."""
    random = np.random.default_rng(seed)
    phases = random.uniform(-np.pi, np.pi, shape.harmonics + 1).astype(np.float32)
    noise = random.standard_normal((shape.harmonics + 1, samples), np.float32) * np.float32(shape.sigma)
    return phases, noise


def sines(shape: SourceShape, mel: npt.NDArray[Any], hop: int, phases: Floats, noise: Floats) -> Floats:
    """``[H + 1, N · hop]`` from ``mel [N, mels + 2]`` as :func:`finish_mel` leaves it.

    The fundamental begins at 0 whatever its phase; unvoiced stretches are louder noise.
    """
    f0 = np.repeat(mel[:, -2].astype(np.float32), hop)
    voiced = np.repeat(mel[:, -1].astype(np.float32), hop)
    steps = f0[None, :] * np.arange(1, shape.harmonics + 2, dtype=np.float32)[:, None] / np.float32(shape.sample_rate)
    # Cycles add up over a whole sentence: in single precision the upper harmonics would drift.
    cycles = np.cumsum(steps.astype(np.float64), axis=1) % 1.0
    start = np.array(phases, np.float64).reshape(-1, 1)
    start[0] = 0.0
    spoken = shape.alpha * np.sin(2.0 * np.pi * cycles + start) + noise
    hissed = shape.alpha / 3.0 / shape.sigma * noise
    mixed: Floats = (voiced * spoken + (1.0 - voiced) * hissed).astype(np.float32)
    return mixed


@lru_cache(maxsize=4)
def synthesis_filters(bands: int) -> npt.NDArray[np.float64]:
    """``[bands, TAPS + 1]``: a low pass with a Kaiser window, moved to the middle of each band."""
    place = np.arange(TAPS + 1) - TAPS / 2.0
    # numpy's sinc is sin(πx)/(πx).
    low_pass = CUTOFF * np.sinc(CUTOFF * place) * np.kaiser(TAPS + 1, BETA)
    band = np.arange(bands)[:, None]
    turn = (2 * band + 1) * np.pi / (2 * bands) * place - (-1.0) ** band * np.pi / 4
    filters: npt.NDArray[np.float64] = 2.0 * low_pass * np.cos(turn)
    return filters


def synthesise(bands: Floats) -> Floats:
    """A multi-band generator's sub-bands → samples: ``[bands, N]`` → ``[N · bands]`` (pseudo-QMF; Nguyen, 1994)."""
    count, length = bands.shape
    spread = np.zeros((count, length * count))
    spread[:, ::count] = bands * count
    sounds = [
        np.convolve(row, taps[::-1])[TAPS // 2 :] for row, taps in zip(spread, synthesis_filters(count), strict=True)
    ]
    samples: Floats = np.sum(sounds, axis=0)[: length * count].astype(np.float32)
    return samples


@dataclass(frozen=True)
class SymbolControls:
    """Changes of the predictions for each of T symbols."""

    length: npt.NDArray[Any]
    """Factor on the frames."""
    pitch: npt.NDArray[Any]
    """Added, in the model's normalised units."""
    energy: npt.NDArray[Any]

    @classmethod
    def none(cls, count: int) -> SymbolControls:
        return cls(np.ones(count), np.zeros(count), np.zeros(count))


class Runtime:
    """Both halves of a voice, opened."""

    CHUNK_FRAMES: Final = 600
    """Longest stretch that the vocoder takes at once; what overlaps is done twice."""

    def __init__(
        self,
        paths: Mapping[str, Path],
        tables: Mapping[str, Floats],
        data: SambertVoiceData,
        threads: int = 1,
        digests: Mapping[str, str] | None = None,
    ) -> None:
        """``paths`` of ``acoustic.onnx`` and ``vocoder.onnx``; ``tables`` with the rows ``emotion`` and ``speaker``.

        ``digests`` are the hashes of the voice's files.
        """
        self.data = data
        self.digests = dict(digests or {})
        self.vocabulary = data.vocabulary
        self._tables = tables
        self._acoustic = open_session(paths[ACOUSTIC_FILE], threads=threads)
        self._vocoder = open_session(paths[VOCODER_FILE], threads=threads)

    def acoustic(
        self, units: Units, controls: SymbolControls | None = None, intensity: float = 1.0
    ) -> tuple[Floats, npt.NDArray[np.int64]]:
        """``(mel [N, ·], frames [T])``; what carries a source's F0 and voicing is finished.

        ``intensity`` 0 says everything neutrally, 1 as the emotion's own row is.
        """
        controls = controls or SymbolControls.none(len(units.text))
        table = self._tables["emotion"]
        neutral = table[self.vocabulary.id("emo_category", NEUTRAL)]
        rows = table[units.emotion]
        # Breaks are said without any emotion, which is no shade of neutral.
        said = units.emotion != self.vocabulary.id("emo_category", "emotion_none")
        rows = np.where(said[:, None], neutral + np.float32(intensity) * (rows - neutral), rows)
        speakers = self._tables["speaker"]
        speaker = speakers[units.speaker] if len(speakers) > 1 else np.repeat(speakers, len(units.text), axis=0)
        mel, frames = self._acoustic.run(
            ["mel", "frames"],
            {
                "units": units.text,
                "emotion": rows.astype(np.float32),
                "speaker": speaker,
                "length": controls.length.astype(np.float32),
                "pitch": controls.pitch.astype(np.float32),
                "energy": controls.energy.astype(np.float32),
            },
        )
        if self.data.pitch is not None:
            mel = finish_mel(mel, self.data.pitch)
        return mel, frames

    def vocode(self, mel: Floats, seed: int = 0) -> Floats:
        """``[N · hop]`` samples, full scale ±1. ``seed`` decides a source module's noise."""
        if self.data.source is None:
            return self.sound(mel)
        hop = self.data.hop // self.data.bands
        phases, noise = draw(self.data.source, len(mel) * hop, seed)
        return self.sound(mel, sines(self.data.source, mel, hop, phases, noise))

    def sound(self, mel: Floats, sines: Floats | None = None, frames: int = CHUNK_FRAMES) -> Floats:
        """As :meth:`vocode`, with the source's ``sines`` made already, at most so many frames at once."""
        inputs = {"mel": np.ascontiguousarray(mel[:, : self.data.mels], np.float32)}
        if sines is not None:
            inputs["sines"] = sines
        count = -(-len(mel) // frames)
        edges = [len(mel) * number // count for number in range(count + 1)]
        hop = self.data.hop // self.data.bands
        audio = np.concatenate([self._chunk(inputs, begin, end, hop) for begin, end in pairwise(edges)], axis=1)
        return np.ascontiguousarray(audio[0]) if len(audio) == 1 else synthesise(audio)

    def _chunk(self, inputs: Mapping[str, Floats], begin: int, end: int, hop: int) -> Floats:
        """``[bands, (end - begin) · hop]``, as the whole would have it there."""
        back, ahead = self.data.reach
        first, last = max(0, begin - back), min(len(inputs["mel"]), end + ahead)
        given = {"mel": inputs["mel"][first:last]}
        if "sines" in inputs:
            given["sines"] = np.ascontiguousarray(inputs["sines"][:, first * hop : last * hop])
        audio: Floats = self._vocoder.run(["audio"], given)[0]
        return audio[:, (begin - first) * hop : (end - first) * hop]
