"""Runs the acoustic model's two halves in onnxruntime.

prediction = model.encode(ids)                       # what the voice would do by itself
mel = model.decode(prediction.hidden, frames, f0, energy)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Prediction:
    """The encoder's view of a sentence of T symbols."""

    hidden: Floats
    """``[T, C]``."""
    durations: Floats
    """``[T]``, frames at normal speed, not rounded."""
    f0: Floats
    """``[T]``, normalised."""
    energy: Floats
    """``[T]``, normalised."""


class FastSpeech2:
    """Encoder and decoder sessions with what is known of their limits. Thread-safe."""

    MAX_FRAMES: Final = 2048
    """Rows of the published position table: the longest mel that one pass can make."""

    def __init__(self, encoder: InferenceSession, decoder: InferenceSession, *, max_frames: int = MAX_FRAMES) -> None:
        self._encoder = encoder
        self._decoder = decoder
        self._max_frames = max_frames

    def encode(self, ids: Ints) -> Prediction:
        """Symbol ids ``[T]`` → what the model would say and how."""
        hidden, durations, f0, energy = self._encoder.run(["hidden", "duration", "f0", "energy"], {"ids": ids})
        return Prediction(hidden, durations, f0, energy)

    def decode(self, hidden: Floats, frames: Ints, f0: Floats, energy: Floats) -> Floats:
        """Whole ``frames`` for each of T symbols, with their pitch and energy → mel ``[sum(frames), 80]``.

        A sentence that is longer than the position table is decoded in windows cut between symbols.
        """
        index = np.repeat(np.arange(frames.size, dtype=np.int64), frames)
        pieces = [
            self._decoder.run(["mel"], {"hidden": hidden, "f0": f0, "energy": energy, "frame_index": index[begin:end]})[
                0
            ]
            for begin, end in self._windows(np.cumsum(frames))
        ]
        mel: Floats = pieces[0] if len(pieces) == 1 else np.concatenate(pieces)
        return mel

    def _windows(self, ends: Ints) -> list[tuple[int, int]]:
        """Spans of at most ``max_frames`` that begin and end at symbols, or inside one that alone is longer."""
        total = int(ends[-1])
        cuts = [0]
        while total - cuts[-1] > self._max_frames:
            fitting = ends[(ends > cuts[-1]) & (ends <= cuts[-1] + self._max_frames)]
            cuts.append(int(fitting[-1]) if fitting.size else cuts[-1] + self._max_frames)
        return list(zip(cuts, [*cuts[1:], total], strict=True))
