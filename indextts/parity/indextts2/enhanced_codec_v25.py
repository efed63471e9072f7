"""Version 2.5's semantic codec against recordings."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.networks.semantic_codec import CodecConfig, load_enhanced_codec
from indextts.parity.runner import Fixture, largest, unequal


def compare(fixture: Fixture, _config: Config) -> Iterator[tuple[str, float, float]]:
    """Codes of features, of features without their last row, embeddings, and codes back to features."""
    arrays = fixture.arrays
    config = CodecConfig.read(fixture.about["config"])
    codec = load_enhanced_codec(config, tensors(fixture.state()), source=fixture.path.name)
    features = torch.tensor(arrays["in.x"])
    codes, embedded = codec.quantize(features)
    yield "indices", unequal(codes, arrays["out.indices"]), 0.0
    yield "quantized", largest(embedded, arrays["out.quantized"]), 1e-4
    without_last, _ = codec.quantize(features[:, :-1])
    yield "indices_odd", unequal(without_last, arrays["out.indices_odd"]), 0.0
    recorded = torch.tensor(arrays["out.indices"])
    yield "decoded", largest(codec.decode(recorded), arrays["out.decoded"]), 1e-4
