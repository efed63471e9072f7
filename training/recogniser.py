"""The acoustic model of pocketsphinx's American English, in numpy: how well a stretch of sound fits each phone.

The decoder of the package tells words; the search for English sounds needs to know of each sound how far it is from
being taken for itself. Read here are the model's files (CMU Sphinx's formats: Gaussians, quantised mixture weights,
phone list) and computed is what its configuration says: 13 cepstra from 25 mel filters, 130 to 6,800 Hz, at 100 frames
a second, their mean over the utterance taken out, with first and second differences.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

RATE: Final = 16_000
HOP_S: Final = 0.01
WINDOW: Final = 410
"""Samples of the analysis window."""

_HOP: Final = 160
_FILTERS: Final = 25
_CEPSTRA: Final = 13
_LIFTER: Final = 22
_RANGE_HZ: Final = (130.0, 6800.0)
_STATES: Final = 3
_LOG_STEP: Final = 1024 * np.log(1.0001)
"""What one step of a quantised mixture weight is worth."""
_ORDER: Final = 0x11223344


class AcousticModel:
    """Context-independent phones as three-state chains of Gaussian mixtures."""

    def __init__(self, folder: Path) -> None:
        """Read the model in ``folder``."""
        self.phones = _phone_names((folder / "mdef").read_bytes())
        self._means = _gaussians((folder / "means").read_bytes())
        variances = np.maximum(_gaussians((folder / "variances").read_bytes()), 1e-4)
        self._precision = (0.5 / variances).astype(np.float32)
        self._constant = (-0.5 * np.log(2.0 * np.pi * variances).sum(-1)).astype(np.float32)
        self._weights = _mixture_weights((folder / "sendump").read_bytes(), len(self.phones) * _STATES)

    def state_scores(self, features: list[Floats]) -> Floats:
        """Log-likelihoods ``[T, phones, 3]`` of the three feature streams ``[T, 13]`` each."""
        scores = np.zeros((len(features[0]), len(self.phones), _STATES), np.float32)
        for stream, frames in enumerate(features):
            for phone in range(len(self.phones)):
                away = (frames[:, None, :] - self._means[phone, stream]) ** 2 * self._precision[phone, stream]
                density = self._constant[phone, stream] - away.sum(-1)
                for state in range(_STATES):
                    mixed = density + self._weights[stream, :, _STATES * phone + state]
                    top = mixed.max(1)
                    scores[:, phone, state] += top + np.log(np.exp(mixed - top[:, None]).sum(1))
        return scores

    def path_scores(self, features: list[Floats]) -> Floats:
        """For each phone, the best way through its three states in T frames, for each frame ``[phones]``."""
        scores = self.state_scores(features)
        if len(scores) < _STATES:
            shortest: Floats = scores.max(2).mean(0)
            return shortest
        best = np.full(scores.shape[1:], -np.inf, np.float32)
        best[:, 0] = scores[0, :, 0]
        for frame in scores[1:]:
            reached = best.copy()
            reached[:, 1:] = np.maximum(best[:, 1:], best[:, :-1])
            best = reached + frame
        paths: Floats = (best[:, -1] / len(scores)).astype(np.float32)
        return paths

    def margin(self, features: list[Floats], phone: str) -> float:
        """How much better ``phone`` fits than any other, in nats a frame; negative if another fits better."""
        paths = self.path_scores(features)
        own = self.phones.index(phone)
        others = [index for index, name in enumerate(self.phones) if index != own and not name.startswith("+")]
        return float(paths[own] - paths[others].max())


def features(samples: npt.ArrayLike) -> list[Floats]:
    """Cepstra of 16-bit samples at 16 kHz and their first and second differences, ``[T, 13]`` each."""
    signal = np.asarray(samples, np.float64)
    signal = np.concatenate([signal[:1], signal[1:] - 0.97 * signal[:-1]])
    count = 1 + max(0, (signal.size - WINDOW) // _HOP)
    signal = np.pad(signal, (0, max(0, WINDOW - signal.size)))
    frames = np.lib.stride_tricks.sliding_window_view(signal, WINDOW)[: count * _HOP : _HOP] * np.hamming(WINDOW)
    power = np.abs(np.fft.rfft(frames, 512)) ** 2
    bands = np.log(np.maximum(power @ _filters().T, 1e-5))
    turns = np.arange(_CEPSTRA)[:, None] * (np.arange(_FILTERS) + 0.5)[None, :]
    cosines = np.cos(np.pi * turns / _FILTERS) * np.sqrt(2.0 / _FILTERS)
    cosines[0] *= np.sqrt(0.5)
    cepstra = bands @ cosines.T * (1.0 + _LIFTER / 2.0 * np.sin(np.pi * np.arange(_CEPSTRA) / _LIFTER))
    cepstra -= cepstra.mean(0)
    padded = np.pad(cepstra, ((3, 3), (0, 0)), mode="edge")

    def at(offset: int) -> Doubles:
        shifted: Doubles = padded[3 + offset : 3 + offset + count]
        return shifted

    first = at(2) - at(-2)
    second = (at(3) - at(-1)) - (at(1) - at(-3))
    return [cepstra.astype(np.float32), first.astype(np.float32), second.astype(np.float32)]


def _filters() -> Doubles:
    """Triangles of unit area, ``[25, 257]``, their corners on the transform's bins."""
    low, high = (2595.0 * np.log10(1.0 + hz / 700.0) for hz in _RANGE_HZ)
    corners = 700.0 * (10.0 ** (np.linspace(low, high, _FILTERS + 2) / 2595.0) - 1.0)
    step = RATE / 512
    corners = np.round(corners / step) * step
    bins = np.arange(257) * step
    rising = (bins - corners[:-2, None]) / (corners[1:-1] - corners[:-2])[:, None]
    falling = (corners[2:, None] - bins) / (corners[2:] - corners[1:-1])[:, None]
    triangles: Doubles = np.maximum(0.0, np.minimum(rising, falling))
    return triangles * (2.0 / (corners[2:] - corners[:-2]))[:, None]


def _gaussians(data: bytes) -> Floats:
    """Means or variances, ``[phones, streams, densities, 13]``."""
    place = data.index(b"endhdr\n") + len(b"endhdr\n")
    order, books, streams, densities = struct.unpack_from("<4i", data, place)
    if order != _ORDER:
        raise ValueError("the model's Gaussians are of another byte order")
    place += 16
    sizes = struct.unpack_from(f"<{streams}i", data, place)
    place += 4 * streams + 4
    values = np.frombuffer(data, "<f4", count=books * streams * densities * sizes[0], offset=place)
    return values.reshape(books, streams, densities, sizes[0])


def _phone_names(data: bytes) -> list[str]:
    """The phones without context, in the order of their numbers."""
    (length,) = struct.unpack_from("<i", data, 8)
    place = 12 + length
    (count,) = struct.unpack_from("<i", data, place)
    place += 40
    names = []
    for _ in range(count):
        end = data.index(b"\0", place)
        names.append(data[place:end].decode())
        place = end + 1
    return names


def _mixture_weights(data: bytes, states: int) -> Floats:
    """Log-weights ``[streams, densities, states]`` of the states without context, which come first."""
    place = 0
    while True:
        (length,) = struct.unpack_from("<i", data, place)
        place += 4
        if length == 0:
            break
        place += length
    densities, total = struct.unpack_from("<2i", data, place)
    steps = np.frombuffer(data, np.uint8, count=3 * densities * total, offset=place + 8)
    weights: Floats = (-_LOG_STEP * steps.reshape(3, densities, total)[:, :, :states]).astype(np.float32)
    return weights
