"""The mel front end against recordings."""

from __future__ import annotations

from collections.abc import Iterator

from indextts.config import Config
from indextts.engines.indextts2.frontend.mel import MelConfig, log_mel, mel_basis
from indextts.parity.runner import Fixture, largest


def compare(fixture: Fixture, _config: Config) -> Iterator[tuple[str, float, float]]:
    """One comparison for each analysis that ``args`` lists."""
    audio = fixture.arrays["in.wav22k"]
    for index, said in enumerate(fixture.about["args"]):
        high = said["fmax"]
        config = MelConfig(
            sample_rate=said["sampling_rate"],
            n_fft=said["n_fft"],
            window=said["win_size"],
            hop=said["hop_size"],
            bands=said["num_mels"],
            low_hz=float(said["fmin"]),
            high_hz=None if high is None else float(high),
        )
        yield f"mel_basis{index}", largest(mel_basis(config), fixture.arrays[f"out.mel_basis{index}"]), 1e-4
        yield f"mel{index}", largest(log_mel(audio[0], config)[None], fixture.arrays[f"out.mel{index}"]), 1e-3
