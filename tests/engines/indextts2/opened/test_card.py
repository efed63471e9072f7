"""A graphics card beside the CPU, network by network, on tiny networks. Where there is no card, nothing here is run.

They have not been run on a card yet.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from indextts.engines.indextts2.checkpoint.folder import PublishedFolder
from indextts.engines.indextts2.checkpoint.precision import EXACT, ON_CARD, Precision
from indextts.engines.indextts2.opened import pieces
from indextts.engines.indextts2.opened.card import products
from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.engines.indextts2.speech.decoding import Search
from indextts.engines.indextts2.speech.writing import LineToWrite, find_together, write_lines
from indextts.platform.beats import no_beat

pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="no graphics card here: a card beside the CPU was not run"
)
CPU, CARD = torch.device("cpu"), torch.device("cuda")


def opened(folder: Path, device: torch.device, precision: Precision = EXACT, *, half: bool = False) -> Modules:
    return Modules(PublishedFolder(folder), device=device, precision=precision, half=half)


def lines(modules: Modules, **search: Any) -> list[LineToWrite]:
    vectors = torch.randn(1, 4, modules.config.gpt.model_dim, generator=torch.Generator().manual_seed(0))
    how = Search(**{"max_tokens": 60, **search})
    texts = ([3, 4, 5], [7, 8, 9, 10, 11], [12])
    return [
        LineToWrite(text, vectors, None, how, torch.Generator().manual_seed(seed)) for seed, text in enumerate(texts)
    ]


@pytest.mark.parametrize("sample", [True, False])
@pytest.mark.parametrize("beams", [1, 3])
def test_a_card_writes_the_codes_of_the_cpu(beams: int, sample: bool, checkpoint: Path) -> None:
    here, there = opened(checkpoint, CPU), opened(checkpoint, CARD)
    expected = find_together(lines(here, num_beams=beams, sample=sample), here.voice())
    with products(CARD, tf32=False):
        assert find_together(lines(there, num_beams=beams, sample=sample), there.voice()) == expected


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


@pytest.mark.parametrize(("tf32", "tolerance"), [(False, 1e-4), (True, 1e-2)])
def test_the_vocoder_is_near_that_of_the_cpu(tf32: bool, tolerance: float, checkpoint: Path) -> None:
    mel = torch.randn(1, 80, 60, generator=torch.Generator().manual_seed(0))
    expected = opened(checkpoint, CPU).acoustics().samples(mel)
    with products(CARD, tf32=tf32):
        acoustics = opened(checkpoint, CARD).acoustics()
        got = acoustics.samples(mel.to(CARD)).cpu()
    assert float((got - expected).norm() / expected.norm()) < tolerance
