"""Makes a recording what engines read: one channel, its best part alone, at one loudness, as FLAC named by its hash.

prepared = prepare(file, "me.m4a")       # raises what it is refused for
prepared.sha256, prepared.findings
"""

from __future__ import annotations

import hashlib
import io
from typing import BinaryIO, Final

import numpy as np

from indextts.audio.edges import fade
from indextts.audio.loudness import limit
from indextts.run import Cancel
from indextts.voices.cloning.checks import Checked, check
from indextts.voices.cloning.mixing import MAX_RATE
from indextts.voices.cloning.recordings import MIN_SOURCE_RATE, read_recording
from indextts.voices.cloning.stretch import MAX_USED_S, Samples
from indextts.voices.cloning.voice import MAX_FLAC_BYTES, Prepared

TARGET_LUFS: Final = -20.0
PEAK: Final = 10.0 ** (-1.0 / 20.0)
"""True peak, linear: −1 dBTP."""

_FADE_MS: Final = 5.0
_SLACK_S: Final = 0.5


def look(file: BinaryIO, name: str, cancel: Cancel | None = None) -> Checked:
    """Read and check a recording; raises :class:`StudioError` where it cannot be read, or ``cancel`` says so."""
    cancel = cancel or Cancel()
    return check(read_recording(file, name, cancel), cancel)


def prepare(file: BinaryIO, name: str, cancel: Cancel | None = None) -> Prepared:
    """Read, check, trim and level a recording.

    Raises :class:`StudioError` with what it is refused for, a code of :mod:`indextts.i18n.messages.voices`, and what
    ``cancel.check()`` raises.
    """
    cancel = cancel or Cancel()
    checked = look(file, name, cancel)
    checked.require()
    cancel.check()
    return prepared(checked)


def prepared(checked: Checked) -> Prepared:
    """The part of a usable recording that is used, brought to :data:`TARGET_LUFS`."""
    recording = checked.recording
    rate = recording.sample_rate
    used = recording.between(checked.start, checked.end)
    used = used - np.float32(used.mean(dtype=np.float64))
    gain = 10.0 ** ((TARGET_LUFS - checked.measures.level_lufs) / 20.0)
    levelled = limit((used * gain).astype(np.float32), rate, PEAK)
    data = to_flac(fade(levelled, rate, _FADE_MS), rate)
    return Prepared(
        name=recording.name,
        data=data,
        sha256=hashlib.sha256(data).hexdigest(),
        seconds=used.size / rate,
        sample_rate=rate,
        pitch_hz=checked.measures.pitch_hz,
        findings=checked.findings,
    )


def to_flac(samples: Samples, rate: int) -> bytes:
    """A mono FLAC file of 16 bits."""
    import soundfile

    out = io.BytesIO()
    soundfile.write(out, samples, rate, format="FLAC", subtype="PCM_16")
    return out.getvalue()


def read_prepared(data: bytes) -> Prepared | None:
    """What :func:`prepare` has made once, from elsewhere; ``None`` where ``data`` is something else."""
    import soundfile

    from indextts.audio.pitch import track
    from indextts.audio.resample import resample

    if data[:4] != b"fLaC" or len(data) > MAX_FLAC_BYTES:
        return None
    try:
        with soundfile.SoundFile(io.BytesIO(data)) as file:
            most = int((MAX_USED_S + _SLACK_S) * file.samplerate)
            fits = file.channels == 1 and MIN_SOURCE_RATE <= file.samplerate <= MAX_RATE
            if file.format != "FLAC" or not fits or not 0 < file.frames <= most:
                return None
            rate = int(file.samplerate)
            samples = file.read(most, dtype="float32")
    except (soundfile.SoundFileError, ValueError):
        return None
    if samples.size < rate // 2 or not np.abs(samples).max() > 0.0:
        return None
    _, hertz = track(resample(samples, rate, 16_000), 16_000)
    voiced = hertz[np.isfinite(hertz)]
    pitch = float(np.median(voiced)) if voiced.size else 0.0
    return Prepared("", data, hashlib.sha256(data).hexdigest(), samples.size / rate, rate, pitch)
