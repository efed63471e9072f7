"""The user's own music: read within limits, set to a loudness relative to the speech, and lowered during speech."""

from __future__ import annotations

import io
from typing import Final

import numpy as np
import numpy.typing as npt

from indextts.books.binding.measure import Measured
from indextts.books.binding.model import Music
from indextts.model.errors import StudioError
from indextts.sound.loudness import SILENCE_LUFS, loudness
from indextts.sound.resample import resample
from indextts.voices.cloning.recordings import file_name, quoted, read_beginning

Samples = npt.NDArray[np.float32]

MOST_S: Final = 120.0
"""What comes after in a file of music is not read."""
MOST_CHIME_S: Final = 15.0
_SPEECH_DB: Final = 25.0  # so far below the level of all speech is still speech
_HOLD: Final = 40  # windows before and after speech in which music stays low
_SLOPE: Final = 31  # windows in which it is lowered and raised again
_USUAL_LUFS: Final = -20.0  # Where no speech is, that it could be measured beside


def read_music(music: Music, rate: int, most_s: float = MOST_S) -> Samples:
    """The first ``most_s`` seconds as one channel at ``rate``. Raises what :func:`read_beginning` raises."""
    if isinstance(music.file, bytes):
        samples, source = read_beginning(io.BytesIO(music.file), music.name, most_s)
        return resample(samples, source, rate)
    try:
        with music.file.open("rb") as file:
            samples, source = read_beginning(file, music.file.name, most_s)
    except OSError as error:
        raise StudioError("recording_not_audio", file=quoted(file_name(music.file.name))) from error
    return resample(samples, source, rate)


def beside(samples: Samples, rate: int, music: Music, speech_lufs: float) -> Samples:
    """``samples`` as loud as ``music`` asks for beside the speech."""
    own = loudness(samples, rate)
    if own <= SILENCE_LUFS:
        return samples
    speech = speech_lufs if speech_lufs > SILENCE_LUFS else _USUAL_LUFS
    return np.asarray(samples * 10.0 ** ((speech + music.level_db - own) / 20.0), np.float32)


def faded(samples: Samples, rate: int, music: Music) -> Samples:
    """Raised at its begin and lowered at its end, each by half a cosine."""
    shaped = samples.copy()
    for seconds, back in ((music.fade_in_s, False), (music.fade_out_s, True)):
        length = min(round(seconds * rate), samples.size)
        if length <= 0:
            continue
        ramp = (0.5 - 0.5 * np.cos(np.pi * np.arange(length) / length)).astype(np.float32)
        part = shaped[::-1][:length] if back else shaped[:length]
        part *= ramp
    return shaped


def ducked(samples: Samples, music: Music, speech: Measured, begin: int) -> Samples:
    """``samples`` lowered wherever ``speech`` is heard; they begin at its sample ``begin``, which may be below 0."""
    window = speech.window
    spoken = speech.levels > 10.0 ** ((speech.rms_db() - _SPEECH_DB) / 10.0)
    first = begin // window
    wanted = np.arange(first - _HOLD - _SLOPE, first + samples.size // window + 2 + _HOLD + _SLOPE)
    inside = (wanted >= 0) & (wanted < spoken.size)
    present = np.zeros(wanted.size)
    present[inside] = spoken[wanted[inside]]
    near = np.convolve(present, np.ones(2 * _HOLD + 1), "same") > 0.5
    low = np.convolve(near, np.full(_SLOPE, 1.0 / _SLOPE), "same")
    at = begin + np.arange(samples.size)
    gains = np.interp(at, (wanted + 0.5) * window, low) * music.duck_db
    return np.asarray(samples * 10.0 ** (gains / 20.0), np.float32)
