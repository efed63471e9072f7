"""A converted voice in onnxruntime: symbols → mel → samples, without PyTorch. Thread-safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.engines.sambert import source
from indextts.engines.sambert.symbols import Units
from indextts.engines.sambert.voice import ACOUSTIC_FILE, VOCODER_FILE, SambertVoiceData
from indextts.runtime.onnx import open_session

Floats = npt.NDArray[np.float32]

NEUTRAL: Final = "emotion_neutral"
TAPS: Final = 62
CUTOFF: Final = 0.142
BETA: Final = 9.0


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
            mel = source.finish_mel(mel, self.data.pitch)
        return mel, frames

    def vocode(self, mel: Floats, seed: int = 0) -> Floats:
        """``[N · hop]`` samples, full scale ±1. ``seed`` decides a source module's noise."""
        if self.data.source is None:
            return self.sound(mel)
        hop = self.data.hop // self.data.bands
        phases, noise = source.draw(self.data.source, len(mel) * hop, seed)
        return self.sound(mel, source.sines(self.data.source, mel, hop, phases, noise))

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
