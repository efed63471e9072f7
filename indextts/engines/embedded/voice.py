"""What the embedded voice's folder holds beside its networks."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

VOICE_FILE: Final = "voice.json"
ENCODER_FILE: Final = "encoder.onnx"
DECODER_FILE: Final = "decoder.onnx"
VOCODER_FILE: Final = "vocoder.onnx"
WAVEFORM_FILE: Final = "waveform.onnx"
INTEGER_ENCODER_FILE: Final = "encoder_integers.onnx"
INTEGER_DECODER_FILE: Final = "decoder_integers.onnx"
INTEGER_PROBE_FILE: Final = "probe_integers.onnx"
NETWORKS: Final = (ENCODER_FILE, DECODER_FILE, VOCODER_FILE, WAVEFORM_FILE)

IN_INTEGERS: Final = {ENCODER_FILE: INTEGER_ENCODER_FILE, DECODER_FILE: INTEGER_DECODER_FILE}
"""What stands in the place of which network where the processor is quicker with integers."""


@dataclass(frozen=True)
class EmbeddedVoiceData:
    """The facts that a voice's networks need around them."""

    sample_rate: int
    hop: int
    """Samples for each frame."""
    max_frames: int
    """Rows of the position table that a mel can use."""
    symbols: tuple[str, ...]
    """The inventory, in the order of the ids."""
    mel_mean: tuple[float, ...]
    """log₁₀ magnitude where the normalised mel is 0, for each band."""
    mel_scale: tuple[float, ...]
    """log₁₀ magnitude for each unit of the normalised mel."""
    level_lufs: float
    """How loud the voice is by itself."""

    def to_json(self) -> str:
        """Text of ``voice.json``."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"

    @staticmethod
    def from_json(text: str | bytes) -> EmbeddedVoiceData:
        """Read what :meth:`to_json` wrote."""
        data = json.loads(text)
        for name in ("symbols", "mel_mean", "mel_scale"):
            data[name] = tuple(data[name])
        return EmbeddedVoiceData(**data)

    @property
    def mean(self) -> npt.NDArray[np.float32]:
        """``mel_mean`` as an array ``[80]``."""
        return np.asarray(self.mel_mean, np.float32)

    @property
    def scale(self) -> npt.NDArray[np.float32]:
        """``mel_scale`` as an array ``[80]``."""
        return np.asarray(self.mel_scale, np.float32)
