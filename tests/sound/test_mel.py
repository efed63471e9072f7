"""The mel analysis is the one that librosa would give."""

from __future__ import annotations

import numpy as np
import pytest

from indextts.sound.mel import hz_to_mel, log_mel, mel_basis, mel_to_hz


def test_scale_and_inverse_agree() -> None:
    hz = np.array([0.0, 80.0, 999.0, 1000.0, 4000.0, 12000.0])
    assert np.allclose(mel_to_hz(hz_to_mel(hz)), hz)


@pytest.mark.parametrize("n_fft", [1024, 2048])
def test_filters_equal_librosas(n_fft: int) -> None:
    librosa = pytest.importorskip("librosa")
    expected = librosa.filters.mel(sr=24000, n_fft=n_fft, n_mels=80, fmin=80, fmax=7600)
    assert np.abs(mel_basis(24000, n_fft) - expected).max() < 1e-6


def test_a_tone_lights_its_band() -> None:
    tone = np.sin(2 * np.pi * 1000.0 * np.arange(24000) / 24000).astype(np.float32)
    mel = log_mel(tone, 24000, 300)
    assert mel.shape == (80, 80)
    edges = mel_to_hz(np.linspace(hz_to_mel(80.0), hz_to_mel(7600.0), 82))
    brightest = int(mel[40].argmax())
    assert edges[brightest] < 1000.0 < edges[brightest + 2]
