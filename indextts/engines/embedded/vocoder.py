"""From mel spectrograms to waveforms."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from indextts.audio.mel import WINDOW, mel_basis

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = npt.NDArray[np.float32]
Vocoder = Callable[[Floats], Floats]
"""Turns a normalised mel ``[L, 80]`` into audio ``[L · hop]``, float32 samples at the voice's rate."""
_FIRST_USE_S: Final = 180.0
"""An import that takes longer hangs."""
_BEAT_S: Final = 0.2


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

    def __call__(self, mel: Floats) -> Floats:
        """Float32 samples, full scale ±1."""
        length = mel.shape[0]
        if length < self.MIN_FRAMES:
            mel = np.pad(mel, ((0, self.MIN_FRAMES - length), (0, 0)), mode="edge")
        chunks = -(-mel.shape[0] // self.CHUNK_FRAMES)
        edges = [mel.shape[0] * number // chunks for number in range(chunks + 1)]
        pieces = [self._chunk(mel, begin, end) for begin, end in pairwise(edges)]
        return np.concatenate(pieces)[: length * self._hop]

    def _chunk(self, mel: Floats, begin: int, end: int) -> Floats:
        """The audio of the frames from ``begin`` to ``end``."""
        first = max(0, begin - self.REACH_FRAMES)
        last = min(mel.shape[0], end + self.REACH_FRAMES)
        audio: Floats = self._session.run(["audio"], {"mel": mel[first:last]})[0]
        return audio[(begin - first) * self._hop : (end - first) * self._hop]


@dataclass
class GriffinLim:
    """Griffin & Lim's phase reconstruction through librosa, a vocoder without a network: mel ``[L, 80]`` → audio.

    The voice's mels are normalised for each band; ``mean`` and ``scale``, made by the voice's build, bring them back to
    log₁₀ magnitudes. librosa and what it brings (SciPy, numba) are imported on first use only. Thread-safe; the same
    input gives the same output.
    """

    mean: Floats
    scale: Floats
    sample_rate: int
    hop: int
    n_iter: int = 30
    n_fft: int = 1024

    def __post_init__(self) -> None:
        if self.n_fft < 2 * self.hop:
            raise ValueError("n_fft must be at least two hops long")
        self._window = min(WINDOW, self.n_fft)
        self._is_ready = False

    def get_ready(self, beat: Callable[[], object]) -> None:
        """Do what the first use takes, and call ``beat`` meanwhile.

        Where numba has compiled nothing yet, that is 10 s of work, and minutes on a busy machine.
        """
        if self._is_ready:
            return

        def use() -> None:
            with suppress(Exception):  # the call that is to be heard raises it again
                self(np.zeros((4, self.mean.size), np.float32))

        first = threading.Thread(target=use, name="griffin-lim", daemon=True)
        first.start()
        ends = time.monotonic() + _FIRST_USE_S
        while first.is_alive() and time.monotonic() < ends:
            beat()
            first.join(_BEAT_S)
        first.join()
        self._is_ready = True

    @cached_property
    def _inverse(self) -> npt.NDArray[np.float64]:
        """Mel magnitudes to spectrum magnitudes, ``[80, bins]``.

        The statistics were taken with the long window; a shorter one collects proportionally less amplitude.
        """
        inverse = np.linalg.pinv(mel_basis(self.sample_rate, self.n_fft)).T * (self._window / WINDOW)
        return np.asarray(inverse, np.float64)

    def __call__(self, mel: Floats) -> Floats:
        """Float32 samples."""
        import librosa

        length = mel.shape[0] * self.hop
        # Frames are centred: L hops lie between L + 1 of them.
        mel = np.pad(mel, ((0, 1), (0, 0)), mode="edge")
        magnitudes = 10.0 ** (mel.astype(np.float64) * self.scale + self.mean)
        spectrum = np.maximum(magnitudes @ self._inverse, 0.0).T
        audio = librosa.griffinlim(
            spectrum.astype(np.float32),
            n_iter=self.n_iter,
            hop_length=self.hop,
            win_length=self._window,
            n_fft=self.n_fft,
            length=length,
            random_state=0,
        )
        return np.asarray(audio, np.float32)
