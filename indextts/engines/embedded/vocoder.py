"""From mel spectrograms to waveforms."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from indextts.sound.mel import WINDOW, mel_basis
from indextts.sound.phases import with_phases

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = npt.NDArray[np.float32]
Vocoder = Callable[[Floats], Floats]
"""Turns a normalised mel ``[L, 80]`` into audio ``[L · hop]``, float32 samples at the voice's rate."""


class NeuralVocoder:
    """Multi-band MelGAN: mel ``[L, 80]`` → audio ``[L · hop]``. Thread-safe.

    Mels go through in chunks that overlap by the networks' reach: the result is the same, takes a fraction of the
    memory and, because the work stays in the processor's cache, less time. The last stage, where each frame is many
    numbers and the reach is short, has much shorter chunks. Where cores are free, several chunks go at the same time.

    Where a mel is cut depends on its length alone, never on the cores: with other chunks, a processor's last bit may
    be another one, and every machine is to make the same samples of a sentence, whatever else it has to do.
    """

    CHUNK_FRAMES: Final = 400
    """Longest chunk …"""
    SHARED_FRAMES: Final = 64
    """… and the shortest of a mel that is cut in two so that another core may have one: what overlaps is done twice."""
    REACH_FRAMES: Final = 22
    """Measured: with this overlap the chunks leave no trace."""
    FINE_FRAMES: Final = 32
    """Longest chunk of the last stage …"""
    FINE_REACH_FRAMES: Final = 1
    """… and the overlap that it takes."""
    MIN_FRAMES: Final = 16
    """Shorter mels are extended by their last frame: the widest reflection in the network reaches 27 steps back."""

    def __init__(self, coarse: InferenceSession, fine: InferenceSession, hop: int, at_once: int = 1) -> None:
        """``coarse`` turns mels into features, ``fine`` these into audio, ``at_once`` chunks at the same time."""
        self._coarse = coarse
        self._fine = fine
        self._hop = hop
        self._at_once = at_once
        self._threads = ThreadPoolExecutor(at_once, "vocoder") if at_once > 1 else None
        self._sentences = 0
        self._lock = threading.Lock()

    @contextmanager
    def sentence(self) -> Iterator[None]:
        """Within, a sentence is on its way here; each has its share of the processor's cores."""
        with self._lock:
            self._sentences += 1
        try:
            yield
        finally:
            with self._lock:
                self._sentences -= 1

    def __call__(self, mel: Floats) -> Floats:
        """Float32 samples, full scale ±1."""
        length = mel.shape[0]
        if length < self.MIN_FRAMES:
            mel = np.pad(mel, ((0, self.MIN_FRAMES - length), (0, 0)), mode="edge")
        # Where another sentence has the other core, to hand pieces over takes time and brings none.
        alone = self._threads is None or 2 * self._sentences > self._at_once
        each = map if self._threads is None or alone else self._threads.map
        halves = -(-mel.shape[0] // min(2, max(1, mel.shape[0] // self.SHARED_FRAMES)))
        spans = _spans(mel.shape[0], min(self.CHUNK_FRAMES, halves))
        features = chain.from_iterable(each(partial(self._features, mel), spans))
        return np.concatenate([*each(self._sound, features)])[: length * self._hop]

    def _features(self, mel: Floats, span: tuple[int, int]) -> list[_Features]:
        """Of the frames of ``span``, in pieces for the last stage."""
        begin, end = span
        total, reach, fine = mel.shape[0], self.REACH_FRAMES, self.FINE_REACH_FRAMES
        first, last = max(0, begin - reach), min(total, end + reach)
        features: Floats = self._coarse.run(["features"], {"mel": mel[first:last]})[0]
        rows = features.shape[0] // (last - first)
        pieces = []
        for start, stop in _spans(end - begin, self.FINE_FRAMES):
            left, right = max(0, begin + start - fine), min(total, begin + stop + fine)
            part = features[(left - first) * rows : (right - first) * rows]
            pieces.append(_Features(part, begin + start - left, stop - start))
        return pieces

    def _sound(self, features: _Features) -> Floats:
        audio: Floats = self._fine.run(["audio"], {"features": features.rows})[0]
        begin = features.before * self._hop
        return audio[begin : begin + features.frames * self._hop]


@dataclass(frozen=True)
class _Features:
    """What the last stage makes ``frames`` frames of."""

    rows: Floats
    before: int
    """Frames of overlap before them."""
    frames: int


def _spans(length: int, most: int) -> Iterator[tuple[int, int]]:
    """``length`` cut into equal parts of at most ``most``, because what overlaps is done twice."""
    count = -(-length // most)
    return pairwise([length * number // count for number in range(count + 1)])


@dataclass
class GriffinLim:
    """Griffin & Lim's phase reconstruction, a vocoder without a network: mel ``[L, 80]`` → audio.

    The voice's mels are normalised for each band; ``mean`` and ``scale``, made by the voice's build, bring them back to
    log₁₀ magnitudes. Thread-safe; the same input gives the same output.
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

    @cached_property
    def _inverse(self) -> npt.NDArray[np.float64]:
        """Mel magnitudes to spectrum magnitudes, ``[80, bins]``.

        The statistics were taken with the long window; a shorter one collects proportionally less amplitude.
        """
        inverse = np.linalg.pinv(mel_basis(self.sample_rate, self.n_fft)).T * (self._window / WINDOW)
        return np.asarray(inverse, np.float64)

    def __call__(self, mel: Floats) -> Floats:
        """Float32 samples."""
        length = mel.shape[0] * self.hop
        # Frames are centred: L hops lie between L + 1 of them.
        mel = np.pad(mel, ((0, 1), (0, 0)), mode="edge")
        magnitudes = 10.0 ** (mel.astype(np.float64) * self.scale + self.mean)
        spectrum = np.maximum(magnitudes @ self._inverse, 0.0)
        return with_phases(spectrum.astype(np.float32), self.hop, self._window, length, self.n_iter)
