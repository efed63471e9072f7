"""The vocoder against recordings."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.networks.bigvgan import BigVGANConfig, load_bigvgan
from indextts.parity.runner import Fixture, largest


def compare(fixture: Fixture, _config: Config) -> Iterator[tuple[str, float, float]]:
    """One activation alone, a whole mel, and the same mel in chunks."""
    arrays = fixture.arrays
    config = BigVGANConfig.read(fixture.about["config"], source=fixture.path.name)
    vocoder = load_bigvgan(config, tensors(fixture.state()), source=fixture.path.name)
    first = vocoder.get_submodule("resblocks.0.activations.0")
    yield "activation", largest(first(torch.tensor(arrays["in.act_x"])), arrays["out.act_y"]), 1e-4
    mel = torch.tensor(arrays["in.mel"])
    yield "wav", largest(vocoder(mel), arrays["out.wav"]), 1e-4
    pieces = list(vocoder.chunks(mel, frames=max(1, mel.shape[2] // 3)))
    yield "wav in chunks", largest(torch.cat(pieces, dim=2), arrays["out.wav"]), 1e-4
