"""One resampler for everything: lengths, times and levels survive, with either library."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.model.errors import StudioError
from indextts.sound.resample import resample


def tone(rate: int, hz: float, seconds: float = 0.5) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(int(rate * seconds)) / rate)).astype(np.float32)


@pytest.mark.parametrize("resampler", ["soxr", "resampy"])
@pytest.mark.parametrize(("source", "target"), [(24000, 16000), (24000, 48000), (44100, 24000)])
def test_a_tone_keeps_its_pitch_level_and_place(resampler: str, source: int, target: int) -> None:
    out = resample(tone(source, 440.0), source, target, resampler=resampler)  # type: ignore[arg-type]
    expected = tone(target, 440.0)
    assert out.size == expected.size
    inner = slice(target // 20, -target // 20)
    assert np.abs(out[inner] - expected[inner]).max() < 2e-3


@given(st.integers(1, 4000), st.sampled_from([8000, 16000, 22050, 24000, 48000]), st.floats(0.5, 2.0))
@settings(max_examples=60, deadline=None)
def test_length_is_the_rounded_ratio(samples: int, source: int, ratio: float) -> None:
    out = resample(np.zeros(samples, np.float32), source, source * ratio)
    assert out.size == round(samples * (source * ratio) / source)
    assert out.dtype == np.float32


def test_same_rate_gives_an_independent_copy() -> None:
    audio = tone(24000, 100.0)
    out = resample(audio, 24000, 24000)
    out[:] = 0.0
    assert audio.any()


def test_rates_must_be_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        resample(np.zeros(3, np.float32), 0, 24000)


def test_resampy_is_an_extra_and_says_how_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resampy", None)
    with pytest.raises(StudioError) as caught:
        resample(tone(24000, 440.0), 24000, 16000, resampler="resampy")
    assert caught.value.code == "dependency_missing"
    assert caught.value.details["command"] == "./start_app.sh --with resampy"


def test_default_needs_neither_scipy_nor_numba() -> None:
    code = (
        "import sys, numpy as np; from indextts.sound.resample import resample;"
        "resample(np.zeros(100, np.float32), 24000, 16000);"
        "print([m for m in ('scipy', 'numba', 'librosa', 'resampy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
