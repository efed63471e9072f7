"""The flow solver against recordings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import torch

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.networks.dit import DiTConfig, load_dit
from indextts.engines.indextts2.networks.flow import solve
from indextts.parity.indextts2.packed import Prepare, Row, both
from indextts.parity.runner import Fixture, largest

_MANY_STEPS: Final = 10


def compare(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """Every case, with the weights of the fixture ``dit`` beside this one."""
    yield from both(lambda prepare: _rows(fixture, prepare))


def _rows(fixture: Fixture, prepare: Prepare) -> Iterator[Row]:
    arrays = fixture.arrays
    weights = fixture.sibling("dit")
    network = load_dit(DiTConfig.read(fixture.about["config"]), tensors(weights.state()), source=weights.path.name)
    prepare(network)
    noise, prompt, style, condition = (
        torch.tensor(arrays[f"in.{name}"]) for name in ("noise", "prompt", "style", "mu")
    )
    lengths = torch.tensor(fixture.about["x_lens"])
    for case, said in fixture.about["cases"].items():
        steps, guidance = int(said["n_timesteps"]), float(said["cfg"])
        mel = solve(network, noise, prompt, style, condition, lengths=lengths, steps=steps, guidance=guidance)
        yield case, largest(mel, arrays[f"out.{case}"]), 5e-4 if steps > _MANY_STEPS else 1e-4
