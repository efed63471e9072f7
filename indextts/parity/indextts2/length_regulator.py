"""The length regulator against recordings."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.networks.regulator import RegulatorConfig, load_regulator
from indextts.parity.runner import Fixture, largest


def compare(fixture: Fixture, _config: Config) -> Iterator[tuple[str, float, float]]:
    """Every target length that ``ylens`` lists; one that is a list is a batch."""
    arrays = fixture.arrays
    config = RegulatorConfig.read(fixture.about["config"])
    regulator = load_regulator(config, tensors(fixture.state()), source=fixture.path.name)
    for name, lengths in fixture.about["ylens"].items():
        rows = torch.tensor(arrays["in.xb" if isinstance(lengths, list) else "in.x"])
        conditions = regulator(rows, torch.tensor(lengths).reshape(-1))
        yield name, largest(conditions, arrays[f"out.{name}"]), 1e-4
