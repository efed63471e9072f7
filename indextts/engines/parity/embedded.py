"""Compares the default voice's networks with recordings of them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from indextts.engines.embedded.acoustic.controls import whole_frames
from indextts.engines.embedded.networks import load_networks
from indextts.engines.parity.runner import Fixture, Row
from indextts.platform.config import Config


def embedded_voice(fixture: Fixture, config: Config) -> Iterator[Row]:
    """Durations, F0, energy, mel and audio, each within what a listener cannot tell."""
    networks = load_networks(config)
    arrays = fixture.arrays
    said = networks.acoustic.encode(arrays["ids"])
    off = np.abs(whole_frames(said.durations) - arrays["durations"])
    yield "durations: frames", float(off.max()), 1.0
    yield "durations: share of symbols off", float((off > 0).mean()), 0.15
    yield "f0: mean abs", float(np.abs(said.f0 - arrays["f0"]).mean()), 0.1
    yield "energy: mean abs", float(np.abs(said.energy - arrays["energy"]).mean()), 0.05
    mel = networks.acoustic.decode(said.hidden, arrays["durations"], arrays["f0"], arrays["energy"])
    yield "decoder_mel: mean abs", float(np.abs(mel - arrays["decoder_mel"]).mean()), 0.01
    expected = arrays["vocoder_audio"].astype(np.float64)
    difference = networks.vocoder(arrays["vocoder_mel"]) - expected
    # 20 dB signal-to-difference, written as a ratio of powers.
    yield "vocoder_audio: difference to signal", float((difference**2).sum() / (expected**2).sum()), 0.01
