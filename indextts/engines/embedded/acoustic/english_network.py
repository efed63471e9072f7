"""The English network of the voice, in onnxruntime: what each phone would be by itself, then the mel of all.

``python -m training.english_voice`` makes it. Its mels are in the norm of the Mandarin network's, and in its timbre.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from indextts.engines.embedded.acoustic.english_input import frame_pitch, places
from indextts.engines.embedded.acoustic.english_motion import quickened, shipped_gains
from indextts.platform.onnx import open_session
from indextts.platform.storage import assets

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int64]

ENCODER: Final = assets.ASSETS / "english" / "encoder.onnx"
DECODER: Final = assets.ASSETS / "english" / "decoder.onnx"


@dataclass(frozen=True)
class EnglishPrediction:
    """What the network makes of T phones."""

    hidden: Floats
    """``[T, C]``."""
    frames: Floats
    """``[T]``, at normal speed, not rounded."""
    octaves: Floats
    """``[T, POINTS]``, from the mean pitch of English."""


class EnglishNetwork:
    """Encoder and decoder sessions, and what their mels lack in movement. Thread-safe."""

    def __init__(self, encoder: InferenceSession, decoder: InferenceSession, gains: npt.NDArray[np.float64]) -> None:
        """``gains``: see :func:`indextts.engines.embedded.acoustic.english_motion.quickened`."""
        self._encoder = encoder
        self._decoder = decoder
        self._gains = gains

    def predict(self, phones: Ints, marks: Floats) -> EnglishPrediction:
        """For phones ``[T]`` and marks ``[T, MARKS]`` (:mod:`indextts.engines.embedded.acoustic.english_input`)."""
        names = ["hidden", "log_frames", "octaves"]
        hidden, log_frames, octaves = self._encoder.run(names, {"phones": phones, "marks": marks})
        return EnglishPrediction(hidden, np.exp(np.clip(log_frames, -2.0, 5.0)), octaves)

    def mel(self, prediction: EnglishPrediction, frames: Ints, moved: Floats) -> Floats:
        """``[sum(frames), bands]`` with so many frames ``[T]``, the pitch ``moved`` ``[T]`` octaves from its own.

        The timbre and the level are those of the pitch that was predicted: of the teacher's narrow range the network
        has learned that what is higher is louder, which holds for no wider one.
        """
        given = {
            "hidden": prediction.hidden,
            "index": np.repeat(np.arange(frames.size, dtype=np.int64), frames),
            "places": places(frames),
            "octaves": frame_pitch(prediction.octaves, frames),
            "moved": frame_pitch(prediction.octaves + moved[:, None], frames),
        }
        return quickened(self._decoder.run(["mel"], given)[0], self._gains)


def load(threads: int = 1) -> EnglishNetwork:
    """The network that travels with the program. Raises :class:`StudioError` ``model_corrupt``."""
    encoder, decoder = (open_session(assets.read(path), threads=threads) for path in (ENCODER, DECODER))
    return EnglishNetwork(encoder, decoder, shipped_gains())
