"""Recordings made here: sound with the course of speech, in any file format."""

from __future__ import annotations

import io
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import soundfile

from indextts.sound.resample import resample
from indextts.voices.cloning.prepare import prepare
from indextts.voices.cloning.voice import Prepared

Samples = npt.NDArray[np.float32]

RATE = 24_000
FORMATS: dict[str, tuple[str, str]] = {
    "wav": ("wav", "pcm_s16le"),
    "wav24": ("wav", "pcm_s24le"),
    "wav32": ("wav", "pcm_f32le"),
    "flac": ("flac", "flac"),
    "mp3": ("mp3", "libmp3lame"),
    "ogg": ("ogg", "libopus"),
    "m4a": ("ipod", "aac"),
    "alac": ("ipod", "alac"),
    "aac": ("adts", "aac"),
    "webm": ("webm", "libopus"),
    "aiff": ("aiff", "pcm_s16be"),
}
"""Container and codec by a short name."""


def speech(
    seconds: float = 5.0, hertz: float = 200.0, *, rate: int = RATE, seed: int = 0, formant: float = 1.0
) -> Samples:
    """Syllables of a voiced sound with two resonances and a breath of noise, in phrases with pauses."""
    rng = np.random.default_rng(seed)
    count = int(seconds * rate)
    times = np.arange(count) / rate
    pitch = hertz * 2.0 ** (1.2 / 12.0 * np.sin(2 * np.pi * 0.35 * times + rng.uniform(0, 6)))
    phase = 2 * np.pi * np.cumsum(pitch) / rate
    voice = np.zeros(count)
    for harmonic in range(1, int(7000 / hertz)):
        at = harmonic * hertz / formant
        gain = 1.0 / (1.0 + ((at - 600) / 250) ** 2) + 0.5 / (1.0 + ((at - 1700) / 400) ** 2) + 0.02
        voice += gain * np.sin(harmonic * phase)
    syllables = np.clip(np.sin(2 * np.pi * 3.5 * times) * 1.4 + 0.7, 0.02, 1.0)
    phrases = np.where((times % 2.2) < 1.9, 1.0, 0.0)
    envelope = np.convolve(syllables * phrases, np.hanning(rate // 50) / np.hanning(rate // 50).sum(), "same")
    sound = voice / np.abs(voice).max() * envelope + rng.standard_normal(count) * (2e-4 + 0.02 * envelope)
    return np.asarray(0.5 * sound, np.float32)


def noise(seconds: float = 3.0, level: float = 0.1, *, rate: int = RATE) -> Samples:
    return np.asarray(np.random.default_rng(1).standard_normal(int(seconds * rate)) * level, np.float32)


def wav(samples: Any, rate: int = RATE, subtype: str = "PCM_16") -> bytes:
    """``[N]`` or ``[N, channels]``."""
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format="WAV", subtype=subtype)
    return out.getvalue()


def encoded(samples: Samples, name: str, *, rate: int = 48_000) -> bytes:
    """Mono, through PyAV, in one of :data:`FORMATS`."""
    container, codec = FORMATS[name]
    out = io.BytesIO()
    with av.open(out, "w", format=container) as file:
        stream: Any = file.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(resample(samples, RATE, rate)[None], format="fltp", layout="mono")
        frame.sample_rate = rate
        form: Any = stream.codec_context
        fit = av.AudioResampler(form.format, "mono", rate, frame_size=form.frame_size or None)
        for piece in [*fit.resample(frame), *fit.resample(None)]:
            file.mux(stream.encode(piece))
        file.mux(stream.encode(None))
    return out.getvalue()


def prepared(seconds: float = 4.0, hertz: float = 200.0, seed: int = 0) -> Prepared:
    return prepare(io.BytesIO(wav(speech(seconds, hertz, seed=seed))), "a.wav")
