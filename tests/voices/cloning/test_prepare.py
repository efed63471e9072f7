"""A prepared recording is mono, trimmed, levelled, and named by what it holds."""

from __future__ import annotations

import hashlib
import io
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from indextts.sound.loudness import loudness
from indextts.voices.cloning.prepare import PEAK, TARGET_LUFS, prepare, read_prepared, to_flac
from indextts.voices.cloning.voice import group_of
from tests.support.peaks import true_peak
from tests.support.recordings import RATE, noise, speech, wav

SPOKEN = speech(6.0)


def opened(data: bytes) -> tuple[Any, int]:
    samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
    return samples, rate


@pytest.mark.parametrize("gain", [0.05, 0.4, 1.9])
def test_one_loudness_whatever_it_was(gain: float) -> None:
    prepared = prepare(io.BytesIO(wav(SPOKEN * gain, subtype="FLOAT")), "a.wav")
    samples, rate = opened(prepared.data)
    assert samples.ndim == 1 and rate == RATE == prepared.sample_rate
    assert prepared.sha256 == hashlib.sha256(prepared.data).hexdigest()
    assert prepared.seconds == pytest.approx(samples.size / rate)
    assert loudness(samples, rate) == pytest.approx(TARGET_LUFS, abs=1.0)
    assert true_peak(samples, rate) <= PEAK * 1.01
    assert abs(float(samples.mean())) < 1e-3


def test_what_was_prepared_can_be_read_again() -> None:
    prepared = prepare(io.BytesIO(wav(SPOKEN)), "a.wav")
    again = read_prepared(prepared.data)
    assert again is not None
    assert (again.sha256, again.seconds, again.sample_rate) == (prepared.sha256, prepared.seconds, prepared.sample_rate)
    assert again.pitch_hz == pytest.approx(prepared.pitch_hz, rel=0.01)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"fLaC",
        wav(SPOKEN),
        to_flac(speech(62.0, rate=8_000), 8_000),
        to_flac(np.zeros(RATE * 3, np.float32), RATE),
        to_flac(SPOKEN[:1000], RATE),
        to_flac(np.stack([SPOKEN, SPOKEN], 1), RATE),
        to_flac(SPOKEN, 96_000),
        to_flac(SPOKEN, RATE)[:2000],
    ],
    ids=["empty", "head", "wav", "long", "silent", "short", "stereo", "rate", "cut"],
)
def test_nothing_else_passes_for_it(data: bytes) -> None:
    assert read_prepared(data) is None


@given(st.integers(0, 3000), st.binary(min_size=1, max_size=40))
def test_a_broken_one_is_told_from_a_whole_one(place: int, change: bytes) -> None:
    data = bytearray(to_flac(noise(1.0, rate=8_000), 8_000))
    data[place : place + len(change)] = change
    found = read_prepared(bytes(data))
    assert found is None or 0 < found.seconds < 61


def test_groups() -> None:
    assert [group_of(hertz) for hertz in (0.0, 120.0, 210.0, 310.0)] == ["", "men", "women", "children"]
