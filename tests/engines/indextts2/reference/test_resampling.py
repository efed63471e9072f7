from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.indextts2.reference.sound import (
    LONGEST_S,
    SPEECH_RATE,
    WHOLE_RATE,
    recording,
    sinc_resample,
    soxr_resample,
)

RATES = st.sampled_from([8000, 11025, 16000, 22050, 24000, 32000, 44100, 48000])


def tone(hz: float, rate: int, seconds: float = 0.5) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate)).astype(np.float32)


@given(st.integers(1, 3000), RATES, RATES)
def test_the_length_is_rounded_up(count: int, source: int, target: int) -> None:
    expected = math.ceil(count * target / source)
    audio = np.zeros(count, np.float32)
    assert sinc_resample(audio, source, target).shape == (expected,)
    assert soxr_resample(audio, source, target).shape == (expected,)


@given(st.integers(1, 2000))
def test_the_same_rate_changes_nothing(count: int) -> None:
    audio = np.random.default_rng(count).normal(size=count).astype(np.float32)
    assert np.array_equal(sinc_resample(audio, 22050, 22050), audio)
    assert np.array_equal(soxr_resample(audio, 22050, 22050), audio)


@pytest.mark.parametrize("target", [8000, 16000, 24000, 44100])
def test_a_tone_stays_the_tone_it_is(target: int) -> None:
    out = sinc_resample(tone(1000.0, WHOLE_RATE), WHOLE_RATE, target)
    expected = tone(1000.0, target)
    middle = slice(out.size // 4, out.size // 2)
    assert np.abs(out[middle] - expected[middle]).max() < 0.01


def test_what_the_lower_rate_cannot_hold_is_taken_out() -> None:
    out = sinc_resample(tone(10000.0, 22050), 22050, 16000)
    assert np.abs(out[200:-200]).max() < 0.01


def test_each_output_depends_only_on_what_is_near() -> None:
    audio = np.random.default_rng(0).normal(size=4000).astype(np.float32)
    changed = audio.copy()
    changed[3000:] = 0.0
    before, after = (sinc_resample(samples, 24000, 16000) for samples in (audio, changed))
    assert np.array_equal(before[:1900], after[:1900])
    assert not np.array_equal(before[1990:2010], after[1990:2010])


def test_a_recording_is_cut_and_takes_two_ways_to_16_khz() -> None:
    rng = np.random.default_rng(3)
    given_rate = 44100
    audio = rng.normal(scale=0.1, size=(LONGEST_S + 2) * given_rate).astype(np.float32)
    heard = recording(audio, given_rate)
    assert heard.full.size == LONGEST_S * WHOLE_RATE
    assert heard.speaker.size == heard.emotion.size == LONGEST_S * SPEECH_RATE
    middle = slice(8000, -8000)
    difference = heard.speaker[middle] - heard.emotion[middle]
    assert np.abs(difference).max() > 0
    assert np.sqrt((difference**2).mean()) < 0.2 * np.sqrt((heard.emotion[middle] ** 2).mean())


def test_the_end_of_what_is_kept_does_not_show_the_cut() -> None:
    audio = np.random.default_rng(4).normal(scale=0.1, size=20 * 24000).astype(np.float32)
    whole = soxr_resample(audio, 24000, WHOLE_RATE)[: LONGEST_S * WHOLE_RATE]
    assert np.abs(recording(audio, 24000).full - whole).max() < 1e-5
