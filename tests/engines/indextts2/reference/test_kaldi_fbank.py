from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.indextts2.reference.sound import (
    MEL,
    SPEECH,
    MelConfig,
    fbank,
    kaldi_basis,
    log_mel,
    mel_basis,
    semantic_features,
    speaker_features,
)


def noise(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(scale=0.1, size=count).astype(np.float32)


@given(st.integers(0, 4000))
def test_only_whole_frames_count(count: int) -> None:
    expected = 0 if count < SPEECH.frame else 1 + (count - SPEECH.frame) // SPEECH.hop
    assert fbank(noise(count)).shape == (expected, 80)


def test_a_tone_is_loudest_in_the_band_around_it() -> None:
    audio = np.sin(2 * np.pi * 1000.0 * np.arange(8000) / 16000).astype(np.float32)
    centres = np.argmax(kaldi_basis(), axis=1) * 16000 / 512
    loudest = int(fbank(audio).mean(axis=0).argmax())
    assert abs(centres[loudest] - 1000.0) < 60.0


def test_a_steady_offset_is_not_heard_and_loudness_only_lifts() -> None:
    audio = noise(3200)
    assert np.allclose(fbank(audio + np.float32(0.5)), fbank(audio), atol=1e-3)
    assert np.allclose(fbank(audio * np.float32(2.0)), fbank(audio) + np.log(4.0), atol=1e-4)


def test_speaker_features_have_no_mean_and_no_loudness() -> None:
    audio = noise(8000)
    features = speaker_features(audio)
    assert np.abs(features.mean(axis=0)).max() < 1e-4
    assert np.allclose(speaker_features(audio * np.float32(0.5)), features, atol=1e-3)


@settings(max_examples=30)
@given(st.integers(720, 6000), st.sampled_from([0.0, 1.0]))
def test_semantic_features_are_those_of_the_published_extractor(count: int, padding: float) -> None:
    transformers = pytest.importorskip("transformers")
    audio = noise(count, count)
    theirs = transformers.SeamlessM4TFeatureExtractor(padding_value=padding)(
        audio, sampling_rate=16000, return_tensors="np"
    )
    rows, mask = semantic_features(audio, padding)
    assert rows.shape == theirs["input_features"][0].shape
    assert np.abs(rows - theirs["input_features"][0]).max() < 1e-3
    assert np.array_equal(mask, theirs["attention_mask"][0])


def test_less_than_two_frames_have_no_variance() -> None:
    with pytest.raises(ValueError, match="two frames"):
        semantic_features(noise(500), 1.0)


@given(st.integers(385, 5000))
def test_every_whole_hop_is_a_mel_frame(count: int) -> None:
    assert log_mel(noise(count)).shape == (80, count // MEL.hop)


def test_the_mel_of_silence_is_the_floor_and_what_is_too_short_has_none() -> None:
    assert np.allclose(log_mel(np.zeros(4096, np.float32)), np.log(1e-5), atol=1.0)
    with pytest.raises(ValueError, match="384"):
        log_mel(np.zeros(384, np.float32))


def test_the_mel_filters_are_those_of_librosa() -> None:
    librosa = pytest.importorskip("librosa")
    theirs = librosa.filters.mel(sr=22050, n_fft=1024, n_mels=80, fmin=0, fmax=None)
    assert np.abs(mel_basis() - theirs).max() < 1e-6


@pytest.mark.parametrize(("written", "meant"), [("None", None), (None, None), (7000, 8000.0)])
def test_the_upper_edge_in_the_configuration_is_none_or_8000(written: object, meant: float | None) -> None:
    spectrum = {"n_fft": 1024, "win_length": 1024, "hop_length": 256, "n_mels": 80, "fmin": 0, "fmax": written}
    config = MelConfig.read({"sr": 22050, "spect_params": spectrum})
    assert config.high_hz == meant
