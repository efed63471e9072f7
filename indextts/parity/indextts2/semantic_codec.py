"""Version 2's semantic codec against recordings."""

from __future__ import annotations

from collections.abc import Iterator

import torch

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.networks.semantic_codec import CodecConfig, load_codec
from indextts.parity.runner import Fixture, largest, unequal


def compare(fixture: Fixture, _config: Config) -> Iterator[tuple[str, float, float]]:
    """Encoding, codes of one recording and of a batch, their embeddings, and codes to embeddings."""
    arrays = fixture.arrays
    codec = load_codec(CodecConfig.read(fixture.about["config"]), tensors(fixture.state()), source=fixture.path.name)
    features = torch.tensor(arrays["in.x"])
    yield "encoder", largest(codec.encode(features), arrays["out.encoder"]), 1e-4
    codes, embedded = codec.quantize(features)
    yield "indices", unequal(codes, arrays["out.indices"]), 0.0
    yield "quantized", largest(embedded, arrays["out.quantized"]), 1e-4
    batched, _ = codec.quantize(torch.tensor(arrays["in.x_batch"]))
    yield "indices_batch", unequal(batched, arrays["out.indices_batch"]), 0.0
    # The recording has the channels first.
    yield "vq2emb", largest(codec.embed(torch.tensor(arrays["in.codes"])).mT, arrays["out.vq2emb"]), 1e-4
