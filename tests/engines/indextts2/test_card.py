"""A graphics card beside the CPU, network by network, on tiny networks. Where there is no card, nothing here is run."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
import torch

from indextts.engines.indextts2 import pieces
from indextts.engines.indextts2.card_graphs import products
from indextts.engines.indextts2.checkpoint.folder import Published
from indextts.engines.indextts2.checkpoint.model_cache import Modules
from indextts.engines.indextts2.decoding import Search
from indextts.engines.indextts2.networks.acoustics import AcousticPrompt, Flow
from indextts.engines.indextts2.networks.card_activation import CardActivation
from indextts.engines.indextts2.precision import EXACT, ON_CARD, Precision
from indextts.engines.indextts2.writing import LineToWrite, find_together, write_lines
from indextts.runtime.beats import no_beat

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="no graphics card here: a card beside the CPU was not run"
)
CPU, CARD = torch.device("cpu"), torch.device("cuda")


def opened(folder: Path, device: torch.device, precision: Precision = EXACT, *, half: bool = False) -> Modules:
    return Modules(Published(folder), device=device, precision=precision, half=half)


def lines(modules: Modules, **search: Any) -> list[LineToWrite]:
    vectors = torch.randn(1, 4, modules.config.gpt.model_dim, generator=torch.Generator().manual_seed(0))
    how = Search(**{"max_tokens": 60, **search})
    texts = ([3, 4, 5], [7, 8, 9, 10, 11], [12])
    return [
        LineToWrite(text, vectors, None, how, torch.Generator().manual_seed(seed)) for seed, text in enumerate(texts)
    ]


@pytest.mark.parametrize("sample", [True, False])
@pytest.mark.parametrize("beams", [1, 3])
def test_a_card_writes_the_codes_of_the_cpu_and_records_them(
    beams: int, sample: bool, checkpoint: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = opened(checkpoint, CPU), opened(checkpoint, CARD)
    expected = find_together(lines(here, num_beams=beams, sample=sample), here.voice())
    with caplog.at_level(logging.WARNING), products(CARD, tf32=False):
        for _ in range(2):  # the second time all of it is recorded
            assert find_together(lines(there, num_beams=beams, sample=sample), there.voice()) == expected
    assert not [one for one in caplog.records if "graph" in one.message]


def test_latents_are_those_of_the_cpu(checkpoint: Path) -> None:
    both = []
    for device in (CPU, CARD):
        modules = opened(checkpoint, device)
        with products(device, tf32=False):
            both.append(write_lines(lines(modules, sample=False), modules.voice(), latents=True))
    for one, other in zip(*both, strict=True):
        mine, theirs = getattr(one, "latent", None), getattr(other, "latent", None)
        assert isinstance(mine, torch.Tensor) and isinstance(theirs, torch.Tensor)
        assert torch.allclose(mine, theirs.cpu(), atol=1e-4)


@pytest.mark.parametrize(("precision", "tolerance"), [(EXACT, 1e-4), (ON_CARD, 0.05)], ids=["exact", "fast"])
def test_the_flow_is_near_that_of_the_cpu(precision: Precision, tolerance: float, checkpoint: Path) -> None:
    expected = pieces.flow(opened(checkpoint, CPU), no_beat)()
    with products(CARD, tf32=precision != EXACT):
        got = pieces.flow(opened(checkpoint, CARD, precision), no_beat)()
    assert isinstance(got, torch.Tensor) and isinstance(expected, torch.Tensor)
    assert float((got.cpu() - expected).norm() / expected.norm()) < tolerance


def test_the_flow_is_recorded_once_for_each_solve_and_is_near_that_of_the_cpu(
    checkpoint: Path, caplog: pytest.LogCaptureFixture
) -> None:
    here, there = opened(checkpoint, CPU).acoustics(), opened(checkpoint, CARD).acoustics()
    assert here.recording is None and there.recording is not None
    content = here.regulator.content_in_proj.out_features
    with caplog.at_level(logging.WARNING), products(CARD, tf32=False):
        for frames in (40, 25, 60):
            generator = torch.Generator().manual_seed(frames)
            shapes = ((1, 80, 20), (1, 20, content), (1, 192), (1, frames, content), (1, 80, 20 + frames))
            mel, known, style, condition, noise = (torch.randn(shape, generator=generator) for shape in shapes)
            expected = here.mel(condition, AcousticPrompt(mel, known, style), noise, Flow(steps=8))
            prompt = AcousticPrompt(mel.to(CARD), known.to(CARD), style.to(CARD))
            got = there.mel(condition.to(CARD), prompt, noise.to(CARD), Flow(steps=8)).cpu()
            assert float((got - expected).norm() / expected.norm()) < 1e-4
    assert not [one for one in caplog.records if "graph" in one.message]


@pytest.mark.parametrize(("tf32", "tolerance"), [(False, 1e-4), (True, 1e-2)])
def test_the_vocoder_is_near_that_of_the_cpu(tf32: bool, tolerance: float, checkpoint: Path) -> None:
    mel = torch.randn(1, 80, 60, generator=torch.Generator().manual_seed(0))
    expected = opened(checkpoint, CPU).acoustics().samples(mel)
    with products(CARD, tf32=tf32):
        acoustics = opened(checkpoint, CARD).acoustics()
        assert any(isinstance(layer, CardActivation) for layer in acoustics.vocoder.modules())
        got = acoustics.samples(mel.to(CARD)).cpu()
    assert float((got - expected).norm() / expected.norm()) < tolerance
