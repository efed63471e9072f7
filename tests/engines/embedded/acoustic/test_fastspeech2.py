"""The acoustic model's two halves, on the published weights and on tiny ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indextts.engines.embedded.networks import load_networks
from indextts.engines.parity.runner import read_safetensors, run_fixtures
from indextts.platform.config import Config

FIXTURES = Path(__file__).parents[3] / "fixtures" / "embedded_voice"


@pytest.mark.night
def test_published_voice_reproduces_the_recordings(real_config: Config) -> None:
    results = list(run_fixtures(FIXTURES, real_config))
    assert len(results) == 12
    assert [result for result in results if not result.ok] == []


def test_decoding_is_repeatable(real_config: Config) -> None:
    """No dropout is left on."""
    acoustic = load_networks(real_config).acoustic
    case = read_safetensors(FIXTURES / "case0.safetensors")
    said = acoustic.encode(case["ids"])
    first, second = (acoustic.decode(said.hidden, case["durations"], said.f0, said.energy) for _ in range(2))
    assert np.array_equal(first, second)


def test_frames_decide_the_length(tiny_config: Config) -> None:
    acoustic = load_networks(tiny_config).acoustic
    said = acoustic.encode(np.array([1, 7, 30, 2, 1, 218], np.int64))
    frames = np.array([3, 0, 10, 1, 2, 4])
    assert acoustic.decode(said.hidden, frames, said.f0, said.energy).shape == (20, 80)


def test_every_symbols_pitch_and_energy_reach_the_mel(tiny_config: Config) -> None:
    acoustic = load_networks(tiny_config).acoustic
    ids = np.array([1, 7, 30, 2, 8, 40, 1, 218], np.int64)
    said = acoustic.encode(ids)
    frames = np.full(ids.size, 8)
    plain = acoustic.decode(said.hidden, frames, said.f0, said.energy)
    for name in ("f0", "energy"):
        values = {"f0": said.f0.copy(), "energy": said.energy.copy()}
        values[name][5] += 2.0
        changed = acoustic.decode(said.hidden, frames, values["f0"], values["energy"])
        assert np.abs(changed - plain).max() > 1e-3


@pytest.mark.parametrize("total", [40, 300])
def test_longer_than_the_position_table_is_decoded_in_windows(tmp_path: Path, total: int) -> None:
    from tests.support.tiny_voice import make_tiny_voice

    config = Config(cache_dir=tmp_path)
    make_tiny_voice(config.models_path, max_frames=64)
    acoustic = load_networks(config).acoustic
    ids = np.arange(20) + 6
    said = acoustic.encode(ids)
    frames = np.full(ids.size, total // ids.size)
    frames[3] += 5
    mel = acoustic.decode(said.hidden, frames, said.f0, said.energy)
    assert mel.shape == (frames.sum(), 80)
    assert np.isfinite(mel).all()
