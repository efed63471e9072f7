"""The mels that the flow network makes and the vocoder speaks: natural logarithm of magnitudes, at 22.05 kHz."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.audio import mel

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

_POWER_EPS: Final = 1e-9
_FLOOR: Final = 1e-5


@dataclass(frozen=True)
class MelConfig:
    """Window and hop in samples, frequencies in Hz, ``high_hz`` None for half the rate."""

    sample_rate: int = 22050
    n_fft: int = 1024
    window: int = 1024
    hop: int = 256
    bands: int = 80
    low_hz: float = 0.0
    high_hz: float | None = None

    @classmethod
    def read(cls, preprocess: Mapping[str, Any]) -> MelConfig:
        """From ``s2mel.preprocess_params`` of ``config.yaml``; its ``fmax`` is "None", and 8000 for all else."""
        spectrum = preprocess["spect_params"]
        return cls(
            int(preprocess["sr"]),
            int(spectrum["n_fft"]),
            int(spectrum["win_length"]),
            int(spectrum["hop_length"]),
            int(spectrum["n_mels"]),
            float(spectrum.get("fmin", 0)),
            None if str(spectrum.get("fmax", "None")) == "None" else 8000.0,
        )


MEL: Final = MelConfig()
"""That of the published checkpoints."""


def log_mel(samples: Floats, config: MelConfig = MEL) -> Floats:
    """``[bands, N // hop]`` of ``samples`` (``[N]``, ±1): frame i covers the samples around ``(i + ½) · hop``.

    Raises ``ValueError`` where ``samples`` is not longer than the mirrored margin, (n_fft − hop) / 2.
    """
    margin = (config.n_fft - config.hop) // 2
    audio = np.asarray(samples, np.float64)
    if audio.size <= margin:
        raise ValueError(f"more than {margin} samples are needed")
    padded = np.pad(audio, margin, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, config.n_fft)[:: config.hop]
    taper = np.zeros(config.n_fft)
    offset = (config.n_fft - config.window) // 2
    taper[offset : offset + config.window] = 0.5 - 0.5 * np.cos(
        2.0 * np.pi * np.arange(config.window) / config.window
    )
    spectrum = np.fft.rfft(frames * taper, axis=1)
    magnitudes = np.sqrt(spectrum.real**2 + spectrum.imag**2 + _POWER_EPS)
    mel = mel_basis(config) @ magnitudes.T
    return np.log(np.maximum(mel, _FLOOR)).astype(np.float32)


def mel_basis(config: MelConfig = MEL) -> Doubles:
    """Slaney's triangles with equal areas, ``[bands, n_fft // 2 + 1]``."""
    high = config.sample_rate / 2.0 if config.high_hz is None else config.high_hz
    return mel.mel_basis(config.sample_rate, config.n_fft, config.bands, config.low_hz, high)
