"""The speaker encoder against recordings."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.networks.campplus import CampplusConfig, load_campplus
from indextts.parity.runner import Fixture, largest


def compare(fixture: Fixture, _config: Config) -> Iterator[tuple[str, float, float]]:
    """The 2-D network alone, the vector of one recording and of a batch."""
    arrays = fixture.arrays
    config = CampplusConfig(**fixture.about["config"])
    encoder = load_campplus(config, tensors(fixture.state()), source=fixture.path.name)
    features = torch.tensor(arrays["in.feat"])
    yield "head", largest(encoder.head(features.mT), arrays["out.head"]), 1e-4
    yield "embedding", largest(encoder(features), arrays["out.embedding"]), 1e-4
    batch = torch.tensor(arrays["in.feat_batch"])
    yield "embedding_batch", largest(encoder(batch), arrays["out.embedding_batch"]), 1e-4
