"""Compares emotion mixing with recordings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import torch

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.networks.emotion import Exemplars, normalised, scaled
from indextts.parity.runner import Fixture, largest, unequal

_TOLERANCE: Final = 1e-5
_EXACT: Final = 1e-12


@torch.inference_mode()
def compare(fixture: Fixture, config: Config) -> Iterator[tuple[str, float, float]]:
    """Weights made fit, scaled, and the mixed vectors; the nearest rows exactly."""
    names = ("spk_matrix", "emo_matrix", "style", "base_emovec")
    given = tensors({name: fixture.arrays[f"in.{name}"] for name in names})
    exemplars = Exemplars(given["spk_matrix"], given["emo_matrix"], tuple(fixture.about["emo_num"]))
    places = exemplars.nearest(given["style"])
    yield "nearest_index", unequal(np.array(places), fixture.arrays["out.nearest_index"]), 0.0
    for case in fixture.about["cases"]:
        fit = normalised(case["emo_vector"], bias=case["apply_bias"])
        name = case["key"].removeprefix("out.")
        yield f"{name}: normalised", largest(fit, np.array(case["normalized"], float)), _EXACT
        weights = scaled(fit, case["alpha"])
        yield f"{name}: scaled", largest(weights, np.array(case["scaled"], float)), _EXACT
        mixed = exemplars.mix(given["base_emovec"], weights, places)
        yield name, largest(mixed.numpy(), fixture.arrays[case["key"]]), _TOLERANCE
