"""Both vocoders turn the same mel into the same speech."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from indextts.audio.mel import log_mel
from indextts.config import Config
from indextts.engines.embedded.engine import load_networks
from indextts.engines.embedded.vocoder import GriffinLim
from indextts.parity.runner import read_safetensors

FIXTURES = Path(__file__).parents[2] / "fixtures" / "embedded_voice"


@pytest.mark.parametrize("frames", [1, 2, 15, 16, 17, 100])
def test_neural_length_is_frames_times_hop(tiny_config: Config, frames: int) -> None:
    audio = load_networks(tiny_config).vocoder(np.zeros((frames, 80), np.float32))
    assert audio.shape == (frames * 300,)
    assert np.isfinite(audio).all()


@pytest.mark.parametrize(("n_fft", "n_iter"), [(1024, 30), (2048, 10)])
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


def test_the_first_use_says_that_it_goes_on_however_long_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    import librosa

    thin = GriffinLim(np.zeros(80, np.float32), np.ones(80, np.float32), sample_rate=24000, hop=300)
    beats: list[int] = []
    uses: list[int] = []
    enough = threading.Event()

    def beat() -> None:
        beats.append(1)
        if len(beats) == 3:
            enough.set()

    def slow(*_: object, length: int, **__: object) -> np.ndarray:
        uses.append(length)
        assert enough.wait(60)
        return np.zeros(length)

    monkeypatch.setattr(librosa, "griffinlim", slow)
    thin.get_ready(beat)
    assert len(beats) >= 3 and len(uses) == 1
    thin.get_ready(beat)
    assert len(uses) == 1, "the second time there is nothing to do"


def test_griffin_lim_needs_windows_that_overlap() -> None:
    flat = np.zeros(80, np.float32)
    with pytest.raises(ValueError, match="hops"):
        GriffinLim(flat, flat, sample_rate=24000, hop=300, n_fft=512)


@pytest.mark.parametrize("frames", [399, 400, 401, 800, 801, 1100])
def test_chunks_leave_no_trace(real_config: Config, frames: int) -> None:
    """A long mel sounds as it would in one piece: the chunks' overlap covers the network's whole reach."""
    mel = np.tile(read_safetensors(FIXTURES / "case0.safetensors")["vocoder_mel"], (4, 1))[:frames]
    vocoder = load_networks(real_config).vocoder
    whole = vocoder._session.run(["audio"], {"mel": mel})[0]
    chunked = vocoder(mel)
    assert chunked.shape == whole.shape
    assert np.abs(chunked - whole).max() < 1e-5, "below the last bit of a 16-bit file"
