"""Levels of stretches."""

from __future__ import annotations

import numpy as np

from indextts.sound.edges import apply_gains


def test_each_stretch_has_its_level_and_they_join_without_a_step() -> None:
    rate = 1000
    samples = np.ones(3 * rate, np.float32)
    shaped = apply_gains(samples, rate, np.array([0.0, -20.0, 6.0]), np.array([0.0, 1.0, 2.0, 3.0]))
    for second, level in enumerate((1.0, 0.1, 10 ** (6 / 20))):
        assert np.allclose(shaped[second * rate + 20 : (second + 1) * rate - 20], level, rtol=1e-4)
    assert np.abs(np.diff(shaped)).max() < 0.25
    assert shaped.dtype == np.float32


def test_nothing_asked_for_changes_nothing_and_empty_stretches_are_allowed() -> None:
    samples = np.random.default_rng(0).standard_normal(500).astype(np.float32)
    assert apply_gains(samples, 1000, np.zeros(2), np.array([0.0, 0.2, 0.5])) is samples
    shaped = apply_gains(samples, 1000, np.array([3.0, 0.0, 3.0]), np.array([0.0, 0.2, 0.2, 0.5]))
    assert np.isfinite(shaped).all() and shaped.shape == samples.shape
