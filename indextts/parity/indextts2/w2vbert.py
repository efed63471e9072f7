"""The semantic encoder against recordings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import torch

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.networks.w2vbert import LAYERS, SemanticEncoder, load_w2vbert
from indextts.parity.indextts2.packed import Prepare, Row, both
from indextts.parity.runner import Fixture, largest

_HIDDEN: Final = re.compile(r"out\.hidden(\d+)")


def compare(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """The hidden states that are recorded, and the normalised features; only the last comparison has a mask."""
    yield from both(lambda prepare: _rows(fixture, prepare))


def _rows(fixture: Fixture, prepare: Prepare) -> Iterator[Row]:
    arrays = fixture.arrays
    state = tensors(fixture.state())
    mean, variance = torch.tensor(arrays["in.mean"]), torch.tensor(arrays["in.var"])
    features = torch.tensor(arrays["in.features"])
    for name, recorded in arrays.items():
        match = _HIDDEN.fullmatch(name)
        if match:
            # Hidden state n is what comes out of a model of n layers.
            model = load_w2vbert(fixture.about["config"], state, layers=int(match[1]), source=fixture.path.name)
            encoder = SemanticEncoder(model, mean, variance)
            prepare(encoder)
            yield name.removeprefix("out."), largest(encoder.hidden(features), recorded), 1e-4
    model = load_w2vbert(fixture.about["config"], state, layers=LAYERS, source=fixture.path.name)
    encoder = SemanticEncoder(model, mean, variance)
    prepare(encoder)
    yield "sem_feat", largest(encoder(features), arrays["out.sem_feat"]), 1e-4
    masked = encoder(features, torch.tensor(arrays["in.attention_mask"]))
    yield "sem_feat_masked_last", largest(masked, arrays["out.sem_feat_masked_last"]), 1e-4
