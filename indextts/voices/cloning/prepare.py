"""Makes a recording what engines read: checked, its best part alone, one channel, at one loudness, as FLAC.

    prepared = prepare(file, "me.m4a")       # raises what it is refused for
    prepared.sha256, prepared.findings

The checks are arithmetic on the sound: levels, its spectrum, and the height of the voice. How often the guess that
several people speak is right is measured by ``python -m benchmarks.clones`` (docs/measurements.md).
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

import numpy as np
import numpy.typing as npt
import soundfile

from indextts.platform.run import Cancel
from indextts.sound.edges import fade
from indextts.sound.loudness import SILENCE_LUFS, limit, loudness
from indextts.sound.pitch import track
from indextts.sound.resample import resample
from indextts.voices.cloning.recordings import MIN_SOURCE_RATE, Recording, quoted, read_recording
from indextts.voices.cloning.stretch import FRAME_S, MAX_RATE, MAX_USED_S, SILENT, Samples, Scan, powers, stretch
from indextts.voices.cloning.voice import MAX_FLAC_BYTES, Finding, Prepared

Floats = npt.NDArray[np.float64]

TARGET_LUFS: Final = -20.0
PEAK: Final = 10.0 ** (-1.0 / 20.0)  # True peak, linear: −1 dBTP
MIN_SOUND_S: Final = 1.0  # Seconds of sound below which a recording is refused …
MIN_VOICED_S: Final = 0.4  # … of voiced sound …
GOOD_SOUND_S: Final = 3.0  # … and below which it is taken with a warning
QUIET_LUFS: Final = -40.0
NOISY_DB: Final = 16.0
STEADY_DB: Final = 1.0
"""A sound whose quietest parts are as loud as this below its others is a tone or noise: speech is never so even."""
SPEAKERS_SEMITONES: Final = 4.5  # How far apart the two heights of voice are at which two people are assumed

_RATE: Final = 16_000  # Of what the height of the voice is looked for in, in Hz
_HOP_S: Final = 0.01
_FLAT: Final = 5e-5  # Neighbouring samples that are so close to the highest one were cut off
_MAX_FLAT: Final = 3e-4
_FULL: Final = 0.985
_MAX_FULL: Final = 3e-3
"""Shares of samples in flat tops, and near full scale (where coding has bent the tops), that are heard."""
_NARROW_HZ: Final = 4_000.0
_NARROW_DB: Final = -45.0
_PIECE: Final = 100
_LEAST_PIECE: Final = 40
_GAP: Final = 25
_LEAST_SHARE_S: Final = 0.8
"""For the heights: voiced frames of a piece, the fewest, the unvoiced ones between two; voiced seconds of a speaker."""
_FADE_MS: Final = 5.0
_SLACK_S: Final = 0.5


@dataclass(frozen=True)
class Measures:
    """Measurements of the part that is used."""

    level_lufs: float = SILENCE_LUFS
    peak: float = 0.0
    clipped: float = 0.0  # Share of samples that were cut off
    snr_db: float = 0.0  # Of the sound over the quietest tenth, at most 99
    sound_s: float = 0.0
    voiced_s: float = 0.0
    pitch_hz: float = 0.0  # Median F0, 0 where no voice was found
    apart: float = 0.0
    """Semitones between the two heights of voice that the pieces fall into best; 0 where there are too few."""


@dataclass(frozen=True)
class Checked:
    """A recording with its measurements and findings."""

    recording: Recording
    start: int
    end: int  # The samples that are used, counted from where the recording begins
    measures: Measures
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        return not any(finding.refused for finding in self.findings)

    def without_samples(self) -> Checked:
        """A copy without the samples, for messages."""
        return replace(self, recording=replace(self.recording, samples=np.zeros(0, np.float32), course=None))

    def require(self) -> None:
        """Raises the first finding for which it is refused."""
        for finding in self.findings:
            if finding.refused:
                raise finding.error()


def look(file: BinaryIO, name: str, cancel: Cancel | None = None) -> Checked:
    """Read and check a recording; raises :class:`StudioError` where it cannot be read, or ``cancel`` says so."""
    cancel = cancel or Cancel()
    return check(read_recording(file, name, cancel), cancel)


def prepare(file: BinaryIO, name: str, cancel: Cancel | None = None) -> Prepared:
    """Read, check, trim and level a recording.

    Raises :class:`StudioError` with what it is refused for, a code of :mod:`indextts.model.i18n.messages.voices`, and
    what ``cancel.check()`` raises.
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


def check(recording: Recording, cancel: Cancel | None = None) -> Checked:
    """Look at a recording: the part to use, and everything that is wrong with it, what it is refused for first.

    Raises what ``cancel.check()`` raises.
    """
    rate, cancel = recording.sample_rate, cancel or Cancel()
    if (course := recording.course) is None:
        scan = Scan(rate)
        for at in range(0, recording.samples.size, rate):
            scan.take(recording.samples[at : at + rate])
        course = scan.course(rate)
    if course.peak < SILENT:
        return _refused(recording, Measures(peak=course.peak), "recording_silent")
    start, end = stretch(course.active, course.size, rate)
    part = recording.between(start, end)
    peak, used = course.peak, part - np.float32(course.mean)
    frame = round(FRAME_S * rate)
    sound_s = float(course.active[start // frame : -(-end // frame)].sum()) * FRAME_S
    level = loudness(used, rate)
    if level <= SILENCE_LUFS:
        return _refused(recording, Measures(level, peak), "recording_silent")
    if sound_s < MIN_SOUND_S:
        return _refused(recording, Measures(level, peak, sound_s=sound_s), "recording_short", seconds=f"{sound_s:.1f}")
    cancel.check()
    _, hertz = track(resample(used, rate, _RATE), _RATE, _HOP_S)
    cancel.check()
    voiced = hertz[np.isfinite(hertz)]
    measures = Measures(
        level_lufs=level,
        peak=peak,
        clipped=clipped_share(part),
        snr_db=noise_distance(used, rate),
        sound_s=max(sound_s, voiced.size * _HOP_S),
        voiced_s=voiced.size * _HOP_S,
        pitch_hz=float(np.median(voiced)) if voiced.size else 0.0,
        apart=heights_apart(hertz),
    )
    if measures.voiced_s < MIN_VOICED_S or measures.snr_db < STEADY_DB:
        return _refused(recording, measures, "recording_no_speech")
    findings = _warnings(recording, measures, start, end, _is_narrow(used, rate))
    return Checked(recording, start, end, measures, tuple(findings))


def _refused(recording: Recording, measures: Measures, code: str, **details: str) -> Checked:
    finding = Finding(code, {"file": quoted(recording.name), **details}, refused=True)
    return Checked(recording, recording.start, recording.start + recording.samples.size, measures, (finding,))


def _warnings(recording: Recording, measures: Measures, start: int, end: int, narrow: bool) -> list[Finding]:
    found: list[Finding] = []

    def warn(code: str, **details: str) -> None:
        found.append(Finding(code, {"file": quoted(recording.name), **details}))

    rate = recording.sample_rate
    if not recording.whole:
        warn("recording_damaged")
    used_s = (end - start) / rate
    if recording.seconds > MAX_USED_S and used_s > MAX_USED_S - 2.0:
        warn("recording_long", length=clock(recording.seconds), seconds=f"{used_s:.0f}", start=clock(start / rate))
    if measures.sound_s < GOOD_SOUND_S:
        warn("recording_brief", seconds=f"{measures.sound_s:.1f}")
    if measures.clipped > 0.0:
        warn("recording_clipped")
    if measures.snr_db < NOISY_DB:
        warn("recording_noisy", snr=f"{measures.snr_db:.0f}")
    if measures.level_lufs < QUIET_LUFS:
        warn("recording_quiet", level=f"{measures.level_lufs:.0f}")
    if narrow:
        warn("recording_narrow", khz=f"{min(_NARROW_HZ, rate / 2) / 1000:g}")
    if measures.apart >= SPEAKERS_SEMITONES:
        warn("recording_speakers")
    return found


def clock(seconds: float) -> str:
    """``1:02:03`` or ``2:03``."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def clipped_share(samples: Samples) -> float:
    """The share of samples that were cut off at the highest or lowest value; 0 where that is not heard."""
    flat = 0
    for edge in (samples >= samples.max() - _FLAT, samples <= samples.min() + _FLAT):
        # Three in a row, counted once for each sample in such a run.
        runs = edge[:-2] & edge[1:-1] & edge[2:]
        inside = np.zeros(edge.size, np.bool_)
        for shift in range(3):
            inside[shift : shift + runs.size] |= runs
        flat += int(inside.sum())
    share = flat / samples.size
    full = float((np.abs(samples) >= _FULL).mean())
    return max(share if share > _MAX_FLAT else 0.0, full if full > _MAX_FULL else 0.0)


def noise_distance(samples: Samples, rate: int) -> float:
    """Decibels of the sound above the noise, taken from the quietest tenth of its frames; at most 99.

    Without pauses, the quietest sound passes for noise: the number is too low rather than too high.
    """
    power = np.sort(powers(samples, rate))
    noise = float(power[: max(1, power.size // 10)].mean())
    sound = float(power[power.size // 2 :].mean()) - noise
    return float(np.clip(10.0 * np.log10(max(sound, 1e-12) / max(noise, 1e-12)), -20.0, 99.0))


def _is_narrow(samples: Samples, rate: int) -> bool:
    """Whether there is nothing above 4 kHz that belongs to a voice."""
    if rate <= 2.2 * _NARROW_HZ:
        return True
    size = 1 << int(np.ceil(np.log2(FRAME_S * rate * 2)))
    count = samples.size // size
    if not count:
        return False
    frames, window = samples[: count * size].reshape(count, size), np.hanning(size)
    # A few seconds at a time: the spectra of a minute are tens of megabytes.
    spectrum = np.zeros(size // 2 + 1)
    for at in range(0, count, 64):
        spectrum += np.square(np.abs(np.fft.rfft(frames[at : at + 64] * window, axis=1))).sum(axis=0) / count
    hertz = np.arange(spectrum.size) * rate / size
    high = spectrum[(hertz > 1.1 * _NARROW_HZ) & (hertz < 7_500)].mean()
    middle = spectrum[(hertz > 500) & (hertz < 3_000)].mean()
    return bool(10.0 * np.log10(max(high, 1e-20) / max(middle, 1e-20)) < _NARROW_DB)


def heights_apart(hertz: Floats) -> float:
    """Semitones between the two heights of voice that the stretches of a course of F0 fall into best.

    ``hertz`` is ``[N]`` every 10 ms, not-a-number where there is no voice. About a second of voiced sound gives one
    median; the medians are divided where the two groups vary least within themselves. One person's sentences are 2 to 4
    semitones apart so, a man's and a woman's 6 to 12.
    """
    places = np.flatnonzero(np.isfinite(hertz))
    if not places.size:
        return 0.0
    medians, weights = list[float](), list[int]()
    for run in np.split(places, np.flatnonzero(np.diff(places) > _GAP) + 1):
        for piece in np.array_split(run, max(1, round(run.size / _PIECE))):
            if piece.size >= _LEAST_PIECE:
                medians.append(12.0 * float(np.log2(np.median(hertz[piece]))))
                weights.append(piece.size)
    order = np.argsort(medians)
    heights, shares = np.asarray(medians)[order], np.asarray(weights, np.float64)[order]
    best, apart = np.inf, 0.0
    for cut in range(1, heights.size):
        low, high = slice(0, cut), slice(cut, None)
        if min(shares[low].sum(), shares[high].sum()) * _HOP_S < _LEAST_SHARE_S:
            continue
        means = [float(np.average(heights[part], weights=shares[part])) for part in (low, high)]
        within = sum(
            float((shares[part] * np.square(heights[part] - mean)).sum())
            for part, mean in zip((low, high), means, strict=True)
        )
        if within < best:
            best, apart = within, means[1] - means[0]
    return apart


def to_flac(samples: Samples, rate: int) -> bytes:
    """A mono FLAC file of 16 bits."""
    out = io.BytesIO()
    soundfile.write(out, samples, rate, format="FLAC", subtype="PCM_16")
    return out.getvalue()


def read_prepared(data: bytes) -> Prepared | None:
    """What :func:`prepare` has made once, from elsewhere; ``None`` where ``data`` is something else."""
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
