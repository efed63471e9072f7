"""The vocoder that serves on a CPU says what the plain one says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.fast import packed_vocoder
from indextts.engines.indextts2.fast.packed_linear import can_be_half
from indextts.engines.indextts2.fast.packed_vocoder import FusedActivation, PackedVocoder
from indextts.engines.indextts2.reference.bigvgan import Activation, BigVGAN, BigVGANConfig, load_bigvgan
from indextts.engines.parity.runner import load
from tests.support import tiny_networks

FIXTURE = Path(__file__).parents[3] / "fixtures" / "indextts2" / "bigvgan.json"


def plain() -> BigVGAN:
    return tiny_networks.vocoder().float()


def mel(frames: int, batch: int = 1) -> torch.Tensor:
    return torch.randn(batch, tiny_networks.BANDS, frames, generator=torch.Generator().manual_seed(frames))


def rows(channels: int, count: int, batch: int = 1) -> torch.Tensor:
    """Wide rows, those of each moment together."""
    drawn = torch.randn(batch, count, channels, generator=torch.Generator().manual_seed(count))
    return (3.0 * drawn).mT


def decibels(expected: torch.Tensor, got: torch.Tensor) -> float:
    return float(10.0 * torch.log10(expected.double().square().sum() / (expected - got).double().square().sum()))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.integers(1, 200), st.integers(1, 2))
def test_an_activation_in_one_pass_is_the_plain_one(channels: int, count: int, batch: int) -> None:
    activation = tiny_networks.random(lambda: Activation(channels))
    given_rows = rows(channels, count, batch)
    with torch.inference_mode():
        expected = activation(given_rows.double())
        assert decibels(expected, FusedActivation(activation)(given_rows)) > 110


def test_an_activation_of_halves_is_that_of_their_values_rounded() -> None:
    activation = tiny_networks.random(lambda: Activation(30)).float()
    halves = rows(30, 150).to(torch.bfloat16)
    fused = FusedActivation(activation)
    assert torch.equal(fused(halves), fused(halves.float()).to(torch.bfloat16))
    wide, more = rows(30, 151), rows(30, 151).flip(1, 2).mT.contiguous().mT.to(torch.bfloat16)
    out, sums = fused.narrow(wide, more)
    assert torch.equal(sums, wide + more)
    assert torch.equal(out, fused(sums).to(torch.bfloat16))


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 90), st.integers(1, 100), st.booleans())
def test_packed_it_says_the_same_whole_and_in_chunks(frames: int, chunk: int, half: bool) -> None:
    half = half and can_be_half()
    expected, packed = plain()(mel(frames)), PackedVocoder(plain(), half=half)
    whole = packed(mel(frames))
    parts = torch.cat(list(packed.chunks(mel(frames), chunk)), dim=2)
    least, alike = (25, 1e-2) if half else (100, 1e-5)
    assert decibels(expected, whole) > least
    assert torch.allclose(parts, whole, atol=alike)


def test_a_batch_is_each_of_its_own() -> None:
    packed, spoken = PackedVocoder(plain()), mel(9, batch=3)
    together = packed(spoken)
    for index in range(3):
        assert torch.allclose(packed(spoken[index : index + 1])[0], together[index], atol=1e-5)
    parts = torch.cat(list(packed.chunks(spoken, 4)), dim=2)
    assert torch.allclose(parts, together, atol=1e-5)


def test_several_threads_make_what_one_makes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed_vocoder, "_SPLIT", 1)
    packed, threads = PackedVocoder(plain()), torch.get_num_threads()
    try:
        sounds = []
        for count in (1, 3):
            torch.set_num_threads(count)
            sounds.append(packed(mel(40, batch=2)))
    finally:
        torch.set_num_threads(threads)
    assert torch.allclose(sounds[0], sounds[1], atol=1e-6)


@pytest.mark.skipif(not can_be_half(), reason="oneDNN multiplies no bfloat16 on this processor")
def test_in_bfloat16_the_recorded_sound_is_kept_within_what_is_said() -> None:
    fixture = load(FIXTURE)
    config = BigVGANConfig.read(fixture.about["config"], source="")
    recorded = torch.tensor(fixture.arrays["out.wav"])
    spoken = torch.tensor(fixture.arrays["in.mel"])
    least = {False: 100.0, True: 24.0}
    for half, decibels_kept in least.items():
        vocoder = PackedVocoder(load_bigvgan(config, tensors(fixture.state()), source=""), half=half)
        assert decibels(recorded, vocoder(spoken)) > decibels_kept


def test_its_memory_is_that_of_the_plain_one_which_it_takes_apart() -> None:
    whole, stages = plain(), []
    PackedVocoder(whole, done=lambda: stages.append(sum(part.numel() for part in whole.parameters())))
    assert len(stages) == len(whole.config.rates)
    assert stages == sorted(stages, reverse=True) and stages[-1] < stages[0]


@pytest.mark.night
def test_without_a_place_for_machine_code_it_is_made_for_the_process(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path / "file" / "below"), "HOME": str(tmp_path / "file")}
    code = "from indextts.engines.indextts2.fast import snake_kernel; assert snake_kernel.compiled()"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
