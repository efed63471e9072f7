"""Sound of magnitudes alone: Griffin and Lim's search for phases that fit, in its quick form.

D. Griffin and J. Lim, "Signal estimation from modified short-time Fourier transform", 1984; with a momentum,
N. Perraudin and others, "A fast Griffin-Lim algorithm", 2013.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.sound.transform import spectrum_of

Floats = npt.NDArray[np.float32]
Spectrum = npt.NDArray[np.complex64]

MOMENTUM: Final = 0.99


def with_phases(magnitudes: Floats, hop: int, window: int, length: int, n_iter: int) -> Floats:
    """``length`` samples whose magnitudes are near ``magnitudes`` (``[frames, bins]``), the same each time.

    Frames are ``hop`` samples apart and centred, the first on the first sample; ``window`` samples of each are seen.
    """
    frames = _Frames(2 * (magnitudes.shape[1] - 1), hop, window, len(magnitudes), length)
    turns = np.random.RandomState(0).random_sample(magnitudes.shape[::-1]).T
    guess = (magnitudes * np.exp(2j * np.pi * turns)).astype(np.complex64)
    before: Spectrum | None = None
    for _ in range(n_iter):
        found = frames.of(frames.joined(guess))
        guess = found if before is None else found - np.float32(MOMENTUM / (1 + MOMENTUM)) * before
        before = found
        guess = guess / (np.abs(guess) + np.finfo(np.float32).tiny) * magnitudes
    return frames.joined(guess)


class _Frames:
    """Cuts sound into windows that overlap, and joins what is made of them."""

    def __init__(self, n_fft: int, hop: int, window: int, count: int, length: int) -> None:
        self._n_fft, self._hop, self._count, self._length = n_fft, hop, count, length
        self._window = np.zeros(n_fft, np.float32)
        begin = (n_fft - window) // 2
        self._window[begin : begin + window] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window) / window)
        overlap = self._added(np.broadcast_to(self._window**2, (count, n_fft)))
        self._overlap: Floats = np.where(overlap > np.finfo(np.float32).tiny, overlap, np.float32(1))

    def of(self, sound: Floats) -> Spectrum:
        beside = self._n_fft // 2
        behind = max(beside, (self._count - 1) * self._hop + self._n_fft - beside - self._length)
        padded = np.pad(sound, (beside, behind))
        views = np.lib.stride_tricks.sliding_window_view(padded, self._n_fft)[:: self._hop][: self._count]
        return spectrum_of(views * self._window)

    def joined(self, spectrum: Spectrum) -> Floats:
        pieces = np.fft.irfft(spectrum, self._n_fft, axis=1).astype(np.float32, copy=False)
        return self._added(pieces * self._window) / self._overlap

    def _added(self, frames: Floats) -> Floats:
        """Each ``hop`` samples after the one before; without what is before the first frame's centre."""
        steps = -(-self._n_fft // self._hop)
        pieces = np.pad(frames, ((0, 0), (0, steps * self._hop - self._n_fft))).reshape(len(frames), steps, self._hop)
        total = np.zeros((len(frames) + steps - 1, self._hop), np.float32)
        for step in range(steps):
            total[step : step + len(frames)] += pieces[:, step]
        flat = total.ravel()[self._n_fft // 2 :][: self._length]
        return np.pad(flat, (0, self._length - flat.size))
