"""Recordings as the networks take them: at their sample rates, as mels and as Kaldi's spectra.

There are two ways to another sample rate, because the published models were trained and run with two. The speaker's
recording goes through a windowed sinc (:func:`sinc_resample`), the emotion's through soxr: the same file gives slightly
different features on each path, and both must stay as they are.

The two speaker encoders were trained on spectra of 16 kHz speech after Kaldi: povey-windowed frames of 25 ms every
10 ms and 80 triangles drawn on Kaldi's mel scale, computed in double precision. The speaker encoder hears the wave at
±1 and loses the mean of each band; w2v-bert hears it at ±32768, normalised band by band. The flow network makes, and
the vocoder speaks, mels at 22.05 kHz: natural logarithms of magnitudes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt
import soxr

from indextts.sound import mel

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

WHOLE_RATE: Final = 22050
SPEECH_RATE: Final = 16000
LONGEST_S: Final = 15
"""Of a reference recording; what comes later is not heard."""

_ZEROS: Final = 6
"""Zero crossings of the sinc on each side."""
_ROLLOFF: Final = 0.99
_POWER_EPS: Final = 1e-9
_LEAST_MAGNITUDE: Final = 1e-5
_LEAST_POWER: Final = float(np.finfo(np.float32).eps)
_POVEY: Final = 0.85
"""Kaldi's window is a symmetric Hann window to this power."""
_INT16: Final = 32768.0
_VARIANCE_EPS: Final = 1e-7


@dataclass(frozen=True)
class ReferenceAudio:
    """Reference audio at the rates that the networks take, each ``[N]``."""

    full: Floats
    """22.05 kHz, for the mel."""
    speaker: Floats
    """16 kHz, made from ``full``: for the speaker's conditioning."""
    emotion: Floats
    """16 kHz, straight from the file: for the emotion's conditioning."""


def recording(samples: Floats, sample_rate: int) -> ReferenceAudio:
    """A mono recording (``[N]``, at ``sample_rate`` Hz), cut to 15 s from its start, at the rates that are needed."""
    # A second more than is kept is far more than the filters reach: the cut is not heard, and hours are not resampled.
    begin = samples[: (LONGEST_S + 1) * sample_rate]
    full = soxr_resample(begin, sample_rate, WHOLE_RATE)[: LONGEST_S * WHOLE_RATE]
    emotion = soxr_resample(begin, sample_rate, SPEECH_RATE)[: LONGEST_S * SPEECH_RATE]
    return ReferenceAudio(full, sinc_resample(full, WHOLE_RATE, SPEECH_RATE), emotion)


def soxr_resample(samples: Floats, source_rate: int, target_rate: int) -> Floats:
    """The soxr library in its high quality, with ``ceil(N · target / source)`` samples."""
    audio = np.ascontiguousarray(samples, np.float32)
    if source_rate == target_rate or not audio.size:
        return audio.copy()
    length = math.ceil(audio.size * target_rate / source_rate)
    out = np.asarray(soxr.resample(audio, source_rate, target_rate, quality="HQ"), np.float32)[:length]
    return np.pad(out, (0, length - out.size))


def sinc_resample(samples: Floats, source_rate: int, target_rate: int) -> Floats:
    """A Hann-windowed sinc of six crossings with its edge at 0.99 of the lower half rate.

    ``[N]`` becomes ``[ceil(N · target / source)]``; outside the recording there is silence.
    """
    audio = np.asarray(samples, np.float64)
    shared = math.gcd(source_rate, target_rate)
    source, target = source_rate // shared, target_rate // shared
    if source == target:
        return audio.astype(np.float32)
    kernel, reach = _sinc_kernel(source, target)
    length = -(-audio.size * target // source)
    steps = -(-length // target)
    # Output sample i · target + j is a dot product of kernel row j with the samples from i · source − reach on.
    padded = np.pad(audio, (reach, max(0, (steps - 1) * source + kernel.shape[1] - reach - audio.size)))
    frames = np.lib.stride_tricks.sliding_window_view(padded, kernel.shape[1])[::source][:steps]
    return (frames @ kernel.T).reshape(-1)[:length].astype(np.float32)


@lru_cache(maxsize=8)
def _sinc_kernel(source: int, target: int) -> tuple[Doubles, int]:
    """``([target, source + 2 · reach], reach)`` for two rates without a common factor."""
    edge = min(source, target) * _ROLLOFF
    reach = math.ceil(_ZEROS * source / edge)
    taps = np.arange(-reach, source + reach) / source
    times = np.clip((taps[None, :] - np.arange(target)[:, None] / target) * edge, -_ZEROS, _ZEROS)
    window = np.cos(times * math.pi / _ZEROS / 2.0) ** 2
    return np.sinc(times) * window * (edge / source), reach


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
        sizes = {"n_fft": "n_fft", "window": "win_length", "hop": "hop_length", "bands": "n_mels"}
        numbers = {name: int(spectrum[said]) for name, said in sizes.items()}
        high = None if str(spectrum.get("fmax", "None")) == "None" else 8000.0
        return cls(int(preprocess["sr"]), **numbers, low_hz=float(spectrum.get("fmin", 0)), high_hz=high)


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
    taper[offset : offset + config.window] = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(config.window) / config.window)
    spectrum = np.fft.rfft(frames * taper, axis=1)
    magnitudes = np.sqrt(spectrum.real**2 + spectrum.imag**2 + _POWER_EPS)
    mel = mel_basis(config) @ magnitudes.T
    return np.log(np.maximum(mel, _LEAST_MAGNITUDE)).astype(np.float32)


def mel_basis(config: MelConfig = MEL) -> Doubles:
    """Slaney's triangles with equal areas, ``[bands, n_fft // 2 + 1]``."""
    high = config.sample_rate / 2.0 if config.high_hz is None else config.high_hz
    return mel.mel_basis(config.sample_rate, config.n_fft, config.bands, config.low_hz, high)


@dataclass(frozen=True)
class Bank:
    """What a filterbank analysis depends on; ``frame`` and ``hop`` are samples, frequencies Hz."""

    sample_rate: int = 16000
    frame: int = 400
    hop: int = 160
    bands: int = 80
    low_hz: float = 20.0
    high_hz: float = 8000.0
    preemphasis: float = 0.97

    @property
    def n_fft(self) -> int:
        """The next power of two from ``frame`` up."""
        return 1 << (self.frame - 1).bit_length()


SPEECH: Final = Bank()


def fbank(samples: Floats | Doubles, bank: Bank = SPEECH) -> Doubles:
    """Natural log of the mel energies, ``[1 + (N − frame) // hop, bands]``; only whole frames count.

    Each frame loses its mean, then is pre-emphasised, its first sample against itself, then windowed.
    """
    audio = np.asarray(samples, np.float64)
    if audio.size < bank.frame:
        return np.zeros((0, bank.bands))
    frames = np.lib.stride_tricks.sliding_window_view(audio, bank.frame)[:: bank.hop]
    frames = frames - frames.mean(axis=1, keepdims=True)
    before = np.concatenate([frames[:, :1], frames[:, :-1]], axis=1)
    frames = (frames - bank.preemphasis * before) * np.hanning(bank.frame) ** _POVEY
    power = np.abs(np.fft.rfft(frames, bank.n_fft, axis=1)) ** 2
    return cast(Doubles, np.log(np.maximum(power @ kaldi_basis(bank).T, _LEAST_POWER)))


@lru_cache(maxsize=4)
def kaldi_basis(bank: Bank = SPEECH) -> Doubles:
    """Triangles ``[bands, n_fft // 2 + 1]`` with straight sides on the mel scale 1127 ln(1 + f / 700), peak 1."""
    low, high = _kaldi_mel(bank.low_hz), _kaldi_mel(bank.high_hz)
    edges = np.linspace(low, high, bank.bands + 2)[:, None]
    bins = _kaldi_mel(np.arange(bank.n_fft // 2 + 1) * bank.sample_rate / bank.n_fft)[None, :]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    return cast(Doubles, np.maximum(0.0, np.minimum(rising, falling)))


def _kaldi_mel(hz: npt.ArrayLike) -> Doubles:
    return 1127.0 * np.log1p(np.asarray(hz, np.float64) / 700.0)


def speaker_features(samples: Floats) -> Floats:
    """What the speaker encoder takes, ``[F, 80]``: :func:`fbank` less each band's mean over time."""
    bands = fbank(samples)
    return cast(Floats, (bands - bands.mean(axis=0)).astype(np.float32))


def semantic_features(samples: Floats, padding_value: float) -> tuple[Floats, npt.NDArray[np.int64]]:
    """What w2v-bert takes: ``([T, 160], mask [T])``, two frames to a row, 50 rows a second.

    ``padding_value`` is the second frame of the last row where their number is odd; that row's mask is 0.
    Raises ``ValueError`` for less than two frames (35 ms), whose variance is not defined.
    """
    bands = fbank(np.asarray(samples, np.float64) * _INT16)
    count = len(bands)
    if count < 2:
        raise ValueError("at least two frames are needed")
    bands = (bands - bands.mean(axis=0)) / np.sqrt(bands.var(axis=0, ddof=1) + _VARIANCE_EPS)
    if count % 2:
        bands = np.concatenate([bands, np.full((1, bands.shape[1]), padding_value)])
    rows = bands.reshape(-1, 2 * bands.shape[1]).astype(np.float32)
    mask = (np.arange(1, 2 * len(rows), 2) < count).astype(np.int64)
    return rows, mask
