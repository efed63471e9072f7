"""Griffin & Lim's phase reconstruction through librosa: a vocoder without a network.

The voice's mels are normalised for each band; ``mean`` and ``scale``, made by the voice's build, bring them back to
log₁₀ magnitudes. librosa and what it brings (SciPy, numba) are imported on first use only.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from indextts.audio.mel import WINDOW, mel_basis

Floats = npt.NDArray[np.float32]


class GriffinLim:
    """Mel ``[L, 80]`` → audio ``[L · hop]``. Thread-safe; the same input gives the same output."""

    def __init__(
        self, mean: Floats, scale: Floats, *, sample_rate: int, hop: int, n_iter: int = 30, n_fft: int = 1024
    ) -> None:
        if n_fft < 2 * hop:
            raise ValueError("n_fft must be at least two hops long")
        self._mean = mean
        self._scale = scale
        self._sample_rate = sample_rate
        self._hop = hop
        self._n_iter = n_iter
        self._n_fft = n_fft
        self._window = min(WINDOW, n_fft)

    @cached_property
    def _inverse(self) -> npt.NDArray[np.float64]:
        """Mel magnitudes to spectrum magnitudes, ``[80, bins]``.

        The statistics were taken with the long window; a shorter one collects proportionally less amplitude.
        """
        inverse = np.linalg.pinv(mel_basis(self._sample_rate, self._n_fft)).T * (self._window / WINDOW)
        return np.asarray(inverse, np.float64)

    def __call__(self, mel: Floats) -> Floats:
        """Float32 samples."""
        import librosa

        length = mel.shape[0] * self._hop
        # Frames are centred: L hops lie between L + 1 of them.
        mel = np.pad(mel, ((0, 1), (0, 0)), mode="edge")
        magnitudes = 10.0 ** (mel.astype(np.float64) * self._scale + self._mean)
        spectrum = np.maximum(magnitudes @ self._inverse, 0.0).T
        audio = librosa.griffinlim(
            spectrum.astype(np.float32),
            n_iter=self._n_iter,
            hop_length=self._hop,
            win_length=self._window,
            n_fft=self._n_fft,
            length=length,
            random_state=0,
        )
        return np.asarray(audio, np.float32)
