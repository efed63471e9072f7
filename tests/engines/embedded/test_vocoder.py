"""Both vocoders turn the same mel into the same speech."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.embedded.networks import load_networks
from indextts.engines.embedded.vocoder import GriffinLim, NeuralVocoder
from indextts.engines.parity.runner import read_safetensors
from indextts.platform.config import PROJECT_ROOT, Config
from indextts.sound.mel import log_mel
from tests.tiers import by_night

FIXTURES = Path(__file__).parents[2] / "fixtures" / "embedded_voice"


@pytest.mark.parametrize("frames", [1, 2, 15, 16, 17, 100])
def test_neural_length_is_frames_times_hop(tiny_config: Config, frames: int) -> None:
    audio = load_networks(tiny_config).vocoder(np.zeros((frames, 80), np.float32))
    assert audio.shape == (frames * 300,)
    assert np.isfinite(audio).all()


@pytest.mark.parametrize("frames", [1, 33, 450, 1300])
def test_pieces_that_are_made_at_the_same_time_are_the_same_sound(tiny_config: Config, frames: int) -> None:
    def vocoder(pieces: int) -> NeuralVocoder:
        embedded = tiny_config.engines.embedded.model_copy(update={"pieces": pieces})
        engines = tiny_config.engines.model_copy(update={"embedded": embedded})
        return load_networks(tiny_config.model_copy(update={"engines": engines})).vocoder

    mel = np.random.default_rng(frames).normal(size=(frames, 80)).astype(np.float32)
    assert np.array_equal(vocoder(1)(mel), vocoder(3)(mel))


class Counting:
    """A network in which every number tells of how many rows there were with it, and in which thread that was."""

    def __init__(self) -> None:
        self.threads: dict[str, list[str]] = {}

    def run(self, wanted: list[str], given: dict[str, np.ndarray]) -> list[np.ndarray]:
        (rows,) = given.values()
        self.threads.setdefault(wanted[0], []).append(threading.current_thread().name)
        marked = rows[:, :1] * np.float32(1.7) + np.float32(len(rows))
        return [np.repeat(marked[:, 0], 2) if wanted == ["audio"] else marked]


def made_beside(sentences: int, cores: int, mel: np.ndarray) -> tuple[np.ndarray, dict[str, list[str]]]:
    """The sound of a mel while so many sentences are on their way, and the threads that each stage ran in."""
    network: Any = Counting()
    vocoder = NeuralVocoder(network, network, 2, cores)
    with ExitStack() as under_way:
        for _ in range(sentences):
            under_way.enter_context(vocoder.sentence())
        return vocoder(mel), network.threads


@pytest.mark.parametrize(("cores", "sentences", "shared"), [(2, 1, True), (2, 2, False), (4, 2, True), (4, 3, False)])
def test_pieces_are_made_at_the_same_time_only_where_a_core_is_left(cores: int, sentences: int, shared: bool) -> None:
    for frames, parts in ((200, 2), (100, 1)):
        audio, threads = made_beside(sentences, cores, np.zeros((frames, 80), np.float32))
        assert audio.size == 2 * frames
        assert len(threads["features"]) == parts, "too short a mel is not parted"
        for stage in threads.values():
            assert any(name.startswith("vocoder") for name in stage) == shared


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 1500), st.integers(2, 9), st.integers(0, 9))
def test_a_sentence_is_cut_alike_for_any_number_of_cores(frames: int, cores: int, sentences: int) -> None:
    """Each number of this network changes with the length of the chunk that it is made in."""
    mel = np.random.default_rng(frames).normal(size=(frames, 80)).astype(np.float32)
    assert np.array_equal(made_beside(sentences, cores, mel)[0], made_beside(1, 1, mel)[0])


@pytest.mark.parametrize(("n_fft", "n_iter"), by_night([(2048, 10), (1024, 30)]))
def test_griffin_lim_says_the_same_as_the_network(real_config: Config, n_fft: int, n_iter: int) -> None:
    from indextts.engines.embedded.info import folder
    from indextts.engines.embedded.voice import VOICE_FILE, EmbeddedVoiceData

    data = EmbeddedVoiceData.from_json(folder(real_config).read(VOICE_FILE))
    mel = read_safetensors(FIXTURES / "case0.safetensors")["vocoder_mel"]
    thin = GriffinLim(data.mean, data.scale, sample_rate=24000, hop=300, n_iter=n_iter, n_fft=n_fft)
    audio = thin(mel)
    assert audio.shape == (mel.shape[0] * 300,)
    assert np.array_equal(audio, thin(mel))
    ours, network = log_mel(audio, 24000, 300), log_mel(load_networks(real_config).vocoder(mel), 24000, 300)
    loud = network.mean(axis=1) > np.median(network.mean(axis=1))
    correlation = np.corrcoef(ours[loud].ravel(), network[loud].ravel())[0, 1]
    assert correlation > 0.9, "the spectra of the two agree, so the words do"
    assert abs(ours[loud].mean() - network[loud].mean()) < 0.25, "and so do their levels (log₁₀)"


def test_griffin_lim_compiles_nothing() -> None:
    code = (
        "import sys, numpy as np; from indextts.engines.embedded.vocoder import GriffinLim; z = np.zeros(80, 'f');"
        "assert GriffinLim(z, z + 1, sample_rate=24000, hop=300)(np.zeros((9, 80), 'f')).shape == (2700,);"
        "sys.exit(str([name for name in ('librosa', 'numba', 'scipy') if name in sys.modules] or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_griffin_lim_needs_windows_that_overlap() -> None:
    flat = np.zeros(80, np.float32)
    with pytest.raises(ValueError, match="hops"):
        GriffinLim(flat, flat, sample_rate=24000, hop=300, n_fft=512)


@pytest.mark.parametrize("frames", by_night([31, 401, 33, 65, 399, 400, 800, 801, 1100], first=2))
def test_chunks_leave_no_trace(real_config: Config, frames: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long mel sounds as it would in one piece: the chunks' overlap covers the networks' whole reach."""
    mel = np.tile(read_safetensors(FIXTURES / "case0.safetensors")["vocoder_mel"], (4, 1))[:frames]
    vocoder = load_networks(real_config).vocoder
    chunked = vocoder(mel)
    for chunk in ("CHUNK_FRAMES", "FINE_FRAMES"):
        monkeypatch.setattr(NeuralVocoder, chunk, frames)
    whole = vocoder(mel)
    assert chunked.shape == whole.shape
    assert np.abs(chunked - whole).max() < 1e-5, "below the last bit of a 16-bit file"
