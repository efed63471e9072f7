"""Wishes in semitones and decibels become numbers for the model."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indextts.engines.embedded.acoustic.controls import (
    MODEL_PITCH,
    MODEL_TEMPO,
    PITCH_OFFSETS,
    PITCH_SEMITONES,
    effort_offset,
    pitch_offset,
    plan_pitch,
    plan_tempo,
    shape_f0,
    squeeze,
    whole_frames,
)


@given(st.floats(-12, 12))
def test_pitch_is_shared_between_model_and_resampling_without_loss(semitones: float) -> None:
    asked, stretch = plan_pitch(semitones)
    assert MODEL_PITCH[0] <= asked <= MODEL_PITCH[1]
    assert asked + 12 * np.log2(stretch) == pytest.approx(semitones, abs=1e-9)


@given(st.floats(0.2, 8))
def test_tempo_is_shared_between_model_and_mel_without_loss(tempo: float) -> None:
    asked, pressed = plan_tempo(tempo)
    assert asked <= MODEL_TEMPO and pressed >= 1.0
    assert asked * pressed == pytest.approx(tempo)


@given(st.floats(-15, 15), st.floats(-15, 15))
def test_more_semitones_are_a_higher_offset(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert pitch_offset(low) <= pitch_offset(high)


def test_measured_points_are_met() -> None:
    assert np.allclose(pitch_offset(PITCH_SEMITONES), PITCH_OFFSETS)
    assert pitch_offset(0.0) == 0.0


@given(st.floats(0.3, 2.0))
def test_spread_scales_around_the_speaking_mean(spread: float) -> None:
    f0 = np.array([5.0, 1.0, -1.0, 0.5, 9.0], np.float32)
    speaking = np.array([False, True, True, True, False])
    shaped = shape_f0(f0, speaking, semitones=0.0, spread=spread)
    assert shaped[speaking].mean() == pytest.approx(f0[speaking].mean(), abs=1e-5)
    assert shaped[speaking].std() == pytest.approx(f0[speaking].std() * spread, rel=1e-4)


def test_a_shift_moves_every_symbol_alike() -> None:
    f0 = np.array([1.0, -1.0, 0.5], np.float32)
    moved = shape_f0(f0, np.ones(3, bool), semitones=2.3, spread=1.0)
    assert np.allclose(moved - f0, 1.0, atol=1e-5)


def test_effort_grows_with_loudness_and_rests_at_zero() -> None:
    steps = [effort_offset(db) for db in (-12, -6, 0, 6, 12)]
    assert steps == sorted(steps)
    assert effort_offset(0.0) == 0.0


def test_frames_are_whole_and_never_negative() -> None:
    assert whole_frames([2.4, 2.6, -3.0, 0.0]).tolist() == [2, 3, 0, 0]


@given(st.integers(1, 300), st.floats(1.0, 4.0))
def test_time_is_pressed_together_in_order(length: int, factor: float) -> None:
    mel = np.repeat(np.arange(length, dtype=np.float32)[:, None], 3, axis=1)
    pressed = squeeze(mel, factor)
    assert pressed.shape == (max(1, round(length / factor)), 3) and pressed.dtype == np.float32
    steps = np.diff(pressed[:, 0])
    assert (steps > 0).all() and pressed[0, 0] == pytest.approx(length - 1 - pressed[-1, 0], abs=1e-3)


def test_no_factor_changes_nothing() -> None:
    mel = np.ones((7, 80), np.float32)
    assert squeeze(mel, 1.0) is mel
