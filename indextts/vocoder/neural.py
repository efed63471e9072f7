"""The voice's own vocoder in onnxruntime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


class NeuralVocoder:
    """Multi-band MelGAN: mel ``[L, 80]`` → audio ``[L · hop]``. Thread-safe."""

    MIN_FRAMES = 16
    """Shorter mels are extended by their last frame: the widest reflection in the network reaches 27 steps back."""

    def __init__(self, session: InferenceSession, hop: int) -> None:
        self._session = session
        self._hop = hop

    def __call__(self, mel: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """Float32 samples, full scale ±1."""
        length = mel.shape[0]
        if length < self.MIN_FRAMES:
            mel = np.pad(mel, ((0, self.MIN_FRAMES - length), (0, 0)), mode="edge")
        audio: npt.NDArray[np.float32] = self._session.run(["audio"], {"mel": mel})[0]
        return audio[: length * self._hop]
