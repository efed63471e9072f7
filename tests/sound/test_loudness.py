"""Loudness agrees with the standard, and nothing gets past the limiter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.sound.loudness import SILENCE_LUFS, Limiter, LoudnessMeter, gated, limit, loudness
from tests.support.peaks import true_peak


def noise(seconds: float, rate: int, level: float = 0.1, seed: int = 0) -> np.ndarray:
    size = int(seconds * rate)
    swell = np.abs(np.sin(np.arange(size) / rate * 3.0))
    return (np.random.default_rng(seed).standard_normal(size) * swell * level).astype(np.float32)


@pytest.mark.parametrize("rate", [22050, 24000, 48000])
def test_a_full_scale_tone_of_1_khz_measures_minus_3_lufs(rate: int) -> None:
    # BS.1770-4, Annex 1: a 0 dBFS sine of 997 Hz in one channel reads -3.01 LKFS.
    tone = np.sin(2 * np.pi * 997.0 * np.arange(5 * rate) / rate).astype(np.float32)
    assert loudness(tone, rate) == pytest.approx(-3.01, abs=0.05)


@pytest.mark.parametrize("rate", [24000, 48000])
def test_agrees_with_an_independent_meter(rate: int) -> None:
    pyloudnorm = pytest.importorskip("pyloudnorm")
    audio = noise(4.0, rate)
    assert loudness(audio, rate) == pytest.approx(pyloudnorm.Meter(rate).integrated_loudness(audio), abs=0.15)


def test_pauses_do_not_count() -> None:
    speech = noise(3.0, 24000)
    with_pause = np.concatenate([speech, np.zeros(48000, np.float32), speech])
    assert loudness(with_pause, 24000) == pytest.approx(loudness(speech, 24000), abs=0.3)


def test_silence_is_at_the_gate() -> None:
    assert loudness(np.zeros(24000, np.float32), 24000) == SILENCE_LUFS
    assert loudness(np.zeros(0, np.float32), 24000) == SILENCE_LUFS


def test_true_peak_finds_what_lies_between_samples() -> None:
    # A quarter-rate sine sampled 45° off its crests: the samples say 0.707, the wave reaches 1.
    wave = np.sin(np.pi / 2 * np.arange(2400) + np.pi / 4).astype(np.float32)
    assert np.abs(wave).max() < 0.71
    assert true_peak(wave, 24000) == pytest.approx(1.0, abs=0.02)


@given(st.floats(0.05, 3.0), st.integers(0, 50), st.floats(0.2, 1.0))
@settings(max_examples=25, deadline=None)
def test_limited_sound_stays_below_its_ceiling(level: float, seed: int, ceiling: float) -> None:
    audio = noise(0.4, 24000, level, seed)
    limited = limit(audio, 24000, ceiling)
    assert limited.shape == audio.shape
    assert true_peak(limited, 24000) <= ceiling * 1.001


def test_limiting_leaves_quiet_parts_alone() -> None:
    audio = noise(1.0, 24000, 0.02)
    audio[12000] = 0.99
    limited = limit(audio, 24000, 0.5)
    assert np.array_equal(limited[:11000], audio[:11000])
    assert limit(audio, 24000, 1.5) is audio


def test_a_sound_that_is_a_little_too_high_becomes_softer_and_keeps_its_shape() -> None:
    audio = noise(1.0, 24000)
    high = true_peak(audio, 24000)
    softer = limit(audio, 24000, 0.95 * high, yields_db=1.0)
    assert np.allclose(softer, audio * (softer[5000] / audio[5000]), atol=1e-6)
    assert true_peak(softer, 24000) == pytest.approx(0.95 * high, rel=1e-3)
    held = limit(audio, 24000, 0.5 * high, yields_db=1.0)
    assert true_peak(held, 24000) <= 0.5 * high * 1.001
    quiet = np.abs(audio) < 0.02 * high
    assert np.abs(held[quiet]).max() <= np.abs(audio[quiet]).max() * 10 ** (-1.0 / 20) * 1.001


@pytest.mark.parametrize("rate", [22050, 24000, 44100])
def test_a_long_sound_measured_piece_by_piece_is_as_loud_as_in_one(rate: int) -> None:
    audio = noise(40.0, rate)
    meter = LoudnessMeter(rate)
    for at in range(0, audio.size, 7777):
        meter.take(audio[at : at + 7777])
    assert gated(meter.finish()) == pytest.approx(loudness(audio, rate), abs=1e-6)


@pytest.mark.parametrize(("rate", "piece"), [(24000, 1001), (24000, 100_000), (44100, 30_000)])
def test_limiting_piece_by_piece_leaves_no_seams(rate: int, piece: int) -> None:
    audio = noise(9.0, rate, 0.6)
    limiter = Limiter(rate, 0.5)
    pieces = [limiter.take(audio[at : at + piece]) for at in range(0, audio.size, piece)]
    streamed = np.concatenate([*pieces, limiter.finish()])
    whole = limit(audio, rate, 0.5)
    assert np.abs(whole - audio).max() > 0.1
    assert streamed.shape == whole.shape
    assert np.abs(streamed - whole).max() < 1e-4


def test_a_limiter_holds_little_of_a_long_sound() -> None:
    limiter, given = Limiter(24000, 0.5), 0
    for seed in range(8):
        given += limiter.take(noise(5.0, 24000, 0.6, seed)).size
        assert given >= (seed + 1) * 5 * 24000 - 2 * 24000


def _spoken(rate: int, seconds: float = 1.0) -> np.ndarray:
    """Partials of 120 Hz that are all highest at once, formants at 700 and 1,200 Hz."""
    time = np.arange(int(seconds * rate)) / rate
    partials = 120.0 * np.arange(1, 60)
    levels = sum(np.exp(-(((partials - centre) / 400.0) ** 2)) for centre in (700.0, 1200.0)) + 0.05
    wave = levels @ np.cos(2 * np.pi * np.outer(partials, time))
    return np.asarray(0.1 * wave, np.float32)


@pytest.mark.parametrize("rate", [16000, 22050, 24000, 48000])
def test_turned_phases_lower_the_peaks_of_a_voice_and_no_level(rate: int) -> None:
    audio = _spoken(rate)
    high = true_peak(audio, rate)
    turned = limit(audio, rate, 0.9 * high, turns_phases=True)
    assert true_peak(turned, rate) <= 0.9 * high
    middle = slice(rate // 4, -rate // 4)
    before, after = (np.abs(np.fft.rfft(sound[middle] * np.hanning(audio[middle].size))) for sound in (audio, turned))
    assert np.allclose(before, after, atol=2e-3 * before.max())
    assert loudness(turned, rate) == pytest.approx(loudness(audio, rate), abs=0.02)


def test_phases_stay_where_no_peak_is_too_high_and_where_turning_would_not_lower_it() -> None:
    audio = _spoken(24000)
    assert limit(audio, 24000, 1.01 * true_peak(audio, 24000), turns_phases=True) is audio
    click = np.zeros(24000, np.float32)
    click[12000] = 0.9
    turned = limit(click, 24000, 0.5, turns_phases=True)
    assert true_peak(turned, 24000) <= 0.5 * 1.001


def test_turned_phases_are_up_to_two_milliseconds_late() -> None:
    rate = 24000
    burst = np.zeros(rate, np.float32)
    time = np.arange(2400) / rate
    burst[6000:8400] = np.hanning(2400) * np.sin(2 * np.pi * 850.0 * time)
    turned = limit(burst, rate, 0.5, turns_phases=True, yields_db=60.0)
    lag = int(np.argmax(np.correlate(np.abs(turned), np.abs(burst), "full"))) - (rate - 1)
    assert 0 <= lag / rate <= 0.002
