"""The voice's own vocoder in onnxruntime."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class NeuralVocoder:
    """Multi-band MelGAN: mel ``[L, 80]`` → audio ``[L · hop]``. Thread-safe.

    Long mels go through in chunks that overlap by the network's reach: the result differs by float rounding only, takes
    a fraction of the memory and, because the work stays in the processor's cache, less time.
    """

    CHUNK_FRAMES: Final = 400
    """Longest chunk; a mel is cut into equal ones, because what overlaps is done twice."""
    REACH_FRAMES: Final = 22
    """Measured: with this overlap the chunks leave no trace."""
    MIN_FRAMES: Final = 16
    """Shorter mels are extended by their last frame: the widest reflection in the network reaches 27 steps back."""

    def __init__(self, session: InferenceSession, hop: int) -> None:
        self._session = session
        self._hop = hop

    def __call__(self, mel: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Float32 samples, full scale ±1."""
        length = mel.shape[0]
        if length < self.MIN_FRAMES:
            mel = np.pad(mel, ((0, self.MIN_FRAMES - length), (0, 0)), mode="edge")
        chunks = -(-mel.shape[0] // self.CHUNK_FRAMES)
        edges = [mel.shape[0] * number // chunks for number in range(chunks + 1)]
        pieces = [self._chunk(mel, begin, end) for begin, end in pairwise(edges)]
        return np.concatenate(pieces)[: length * self._hop]

    def _chunk(self, mel: npt.NDArray[np.float32], begin: int, end: int) -> npt.NDArray[np.float32]:
        """The audio of the frames from ``begin`` to ``end``."""
        first = max(0, begin - self.REACH_FRAMES)
        last = min(mel.shape[0], end + self.REACH_FRAMES)
        audio: npt.NDArray[np.float32] = self._session.run(["audio"], {"mel": mel[first:last]})[0]
        return audio[(begin - first) * self._hop : (end - first) * self._hop]
