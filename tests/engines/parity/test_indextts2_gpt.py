"""The recordings of text, GPT and emotions, through the same comparison as ``python -m indextts parity``."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from indextts.engines.indextts2.fast.light_linear import Light, lighten
from indextts.engines.parity.indextts2 import networks
from indextts.engines.parity.runner import load, run_fixtures, runner
from indextts.platform.config import Config
from tests.tiers import by_night

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.mark.parametrize(
    ("name", "comparisons", "packed"),
    [
        ("indextts2/gpt", 47, 14),
        ("indextts2/text", 577, 0),
        ("indextts2/emotion", 217, 0),
        ("indextts2/qwen_emotion", 32, 0),
        ("indextts25/gpt_v25", 6, 2),
    ],
)
def test_what_the_official_modules_made_is_made_here(name: str, comparisons: int, packed: int) -> None:
    fixture = load(FIXTURES / f"{name}.json")
    results = list(runner(fixture)(fixture, Config()))
    assert sum(what.endswith("(packed)") for what, *_ in results) == packed
    assert len(results) == comparisons + packed
    assert {what: error for what, error, tolerance in results if error > tolerance} == {}


def test_the_command_finds_the_comparison(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "indextts2" / "qwen_emotion.json", tmp_path)
    results = list(run_fixtures(tmp_path, Config()))
    assert len(results) == 32
    assert all(result.ok for result in results)


@pytest.mark.parametrize("name", ["indextts2/gpt", "indextts25/gpt_v25"])
@pytest.mark.parametrize(("numbers", "latents", "scores"), by_night([("int8", 0.08, 0.3), ("bfloat16", 0.04, 0.15)]))
def test_in_fewer_bits_it_is_near_what_the_official_modules_made(
    name: str, numbers: Light, latents: float, scores: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At a tiny size, where few weights make up for a rounded one. Scores count where codes are equal."""

    def near(module: torch.nn.Module, *, laid_out: bool = True) -> None:
        if laid_out:  # the encoders stay in 32 bits
            lighten(module, numbers)

    monkeypatch.setattr(networks, "pack", near)
    fixture = load(FIXTURES / f"{name}.json")
    results = {what: error for what, error, _ in runner(fixture)(fixture, Config()) if what.endswith("(packed)")}
    compared = 0
    for what, error in results.items():
        case = what.partition(".")[0]
        if "latent" in what:
            compared += 1
            assert 0 < error < latents
        elif what.endswith("step_logits (packed)") and results[f"{case}.codes (packed)"] == 0:
            compared += 1
            assert 0 < error < scores
    assert compared > 0
