"""Mels of other speakers: where resonances and harmonics go, and that nothing happens where nothing is asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.embedded.acoustic.tract import Tract, TractChange, plan_speaker, smoothing, stretch
from indextts.sound.mel import HIGH_HZ, LOW_HZ, hz_to_mel, mel_to_hz

BANDS = 80
LOW, HIGH = hz_to_mel([LOW_HZ, HIGH_HZ])
CENTRES = mel_to_hz(np.linspace(LOW, HIGH, BANDS + 2)[1:-1])
RNG = np.random.default_rng(5)
MEAN = np.linspace(-1.0, -3.0, BANDS).astype(np.float32)
SCALE = np.linspace(0.6, 1.1, BANDS).astype(np.float32)


def normalised(levels: np.ndarray) -> np.ndarray:
    return ((levels - MEAN) / SCALE).astype(np.float32)


def levels(mel: np.ndarray) -> np.ndarray:
    return mel * SCALE + MEAN


def bump(hz: float, width: float = 0.18) -> np.ndarray:
    """A resonance."""
    return -2.0 + np.exp(-0.5 * (np.log2(CENTRES / hz) / width) ** 2)


def comb(f0: float, up_to: float = 1200.0) -> np.ndarray:
    """Harmonics, where the bands can tell them apart."""
    return -2.0 + 0.5 * np.cos(2 * np.pi * CENTRES / f0) * (up_to > CENTRES)


def spacing(level: np.ndarray) -> float:
    """Distance of the harmonics below 1 kHz, in Hz."""
    hz = np.linspace(150, 900, 1500)
    curve = np.interp(hz, CENTRES, level)
    curve = curve - curve.mean()
    found = np.correlate(curve, curve, "full")[curve.size :]
    lag = np.arange(1, found.size + 1) * (hz[1] - hz[0])
    wanted = (lag > 90) & (lag < 450)
    return float(lag[wanted][np.argmax(found[wanted])])


def test_nothing_asked_gives_the_same_object_back() -> None:
    mel = RNG.standard_normal((7, BANDS)).astype(np.float32)
    assert Tract(MEAN, SCALE)(mel, TractChange()) is mel


@pytest.mark.parametrize("factor", [0.8, 0.9, 1.1, 1.2])
def test_the_resonances_move_by_the_factor(factor: float) -> None:
    moved = levels(Tract(MEAN, SCALE)(normalised(bump(2000.0))[None], TractChange(factor, factor)))[0]
    assert CENTRES[moved.argmax()] == pytest.approx(2000 * factor, rel=0.05)


@pytest.mark.parametrize("factor", [0.7, 0.85, 1.15])
def test_harmonics_move_without_the_resonances(factor: float) -> None:
    level = bump(2200.0, 0.4) + comb(240.0) + 2.0
    moved = levels(Tract(MEAN, SCALE)(normalised(level)[None], TractChange(1.0, factor)))[0]
    assert spacing(moved) == pytest.approx(240 * factor, rel=0.06)
    above = CENTRES > 1500
    assert CENTRES[above][moved[above].argmax()] == pytest.approx(2200, rel=0.06)


def test_resonances_move_without_the_harmonics() -> None:
    level = bump(2200.0, 0.4) + comb(240.0) + 2.0
    moved = levels(Tract(MEAN, SCALE)(normalised(level)[None], TractChange(0.85, 1.0)))[0]
    assert spacing(moved) == pytest.approx(240, rel=0.04)
    above = CENTRES > 1300
    assert CENTRES[above][moved[above].argmax()] == pytest.approx(2200 * 0.85, rel=0.07)


def test_resonances_are_made_ready_for_being_played_faster() -> None:
    change = TractChange(0.9, 1.1, 1.0).further(0.5, 1.25)
    assert (change.tract, change.harmonics, change.tilt) == pytest.approx((0.9 / 1.25, 1.1, 1.5))
    prepared = levels(Tract(MEAN, SCALE)(normalised(bump(1800.0, 0.4))[None], TractChange().further(0.0, 1.25)))[0]
    assert CENTRES[prepared.argmax()] * 1.25 == pytest.approx(1800.0, rel=0.06)


def test_the_top_falls_off_where_a_longer_tract_has_nothing() -> None:
    flat = levels(Tract(MEAN, SCALE)(normalised(np.full(BANDS, -2.0))[None], TractChange(0.8, 0.8)))[0]
    beyond = CENTRES[-1] < CENTRES / 0.8
    assert flat[~beyond] == pytest.approx(-2.0, abs=1e-4)
    assert np.all(np.diff(flat[beyond]) < 0) and flat[-1] > -2.15


def test_a_tilt_is_decibels_an_octave_around_a_kilohertz() -> None:
    flat = np.full(BANDS, -2.0)
    tilted = levels(Tract(MEAN, SCALE)(normalised(flat)[None], TractChange(tilt=3.0)))[0]
    assert 20 * (tilted - flat) == pytest.approx(3.0 * np.log2(CENTRES / 1000.0), abs=1e-3)


def test_the_matrices_are_what_their_names_say() -> None:
    assert stretch(CENTRES, 1.0) == pytest.approx(np.eye(BANDS))
    assert stretch(CENTRES, 0.83).sum(axis=1) == pytest.approx(1.0)
    slow, fast = (
        np.cos(np.pi * (np.arange(BANDS) + 0.5) / BANDS * 3),
        np.cos(np.pi * (np.arange(BANDS) + 0.5) * 30 / BANDS),
    )
    assert smoothing(BANDS) @ slow == pytest.approx(slow)
    assert smoothing(BANDS) @ fast == pytest.approx(0.0, abs=1e-9)


@given(st.floats(0.8, 1.2), st.floats(-12, 12))
def test_a_plan_adds_up_to_what_was_asked(tract: float, semitones: float) -> None:
    change, longer = plan_speaker(tract, semitones, 0.5)
    assert change.harmonics * longer == pytest.approx(2.0 ** (semitones / 12))
    assert change.tract * longer == pytest.approx(tract)
    assert longer >= 0.79 and change.tilt == 0.5


def test_the_voice_as_it_is_is_left_alone() -> None:
    change, longer = plan_speaker(1.0, 0.0, 0.0)
    assert change == TractChange() and longer == 1.0


@given(st.floats(0.5, 1.6), st.floats(0.5, 2.0), st.floats(-4, 4))
def test_every_change_gives_finite_mels(tract: float, harmonics: float, tilt: float) -> None:
    mel = RNG.standard_normal((3, BANDS)).astype(np.float32)
    changed = Tract(MEAN, SCALE)(mel, TractChange(tract, harmonics, tilt))
    assert changed.shape == mel.shape and changed.dtype == np.float32 and np.isfinite(changed).all()
