"""Sambert at its published size with random weights: our graphs in onnxruntime beside the same networks in PyTorch.

    python -m benchmarks.sambert               # 16 kHz, one sentence of 60 symbols, 4.5 s, one thread each

Needs ``requirements/torch.txt``. Both run in turn in one process; CPU time counts, because other work may share the
machine.
Exits with 1 where the graphs take more than 0.6 of PyTorch's time or differ from it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np

ACOUSTIC: Final[dict[str, Any]] = {
    "embedding_dim": 512, "encoder_num_layers": 8, "encoder_num_heads": 8, "encoder_num_units": 128,
    "encoder_ffn_inner_dim": 1024, "encoder_projection_units": 32, "speaker_units": 32, "emotion_units": 32,
    "predictor_filter_size": 41, "predictor_fsmn_num_layers": 3, "predictor_num_memory_units": 128,
    "predictor_ffn_inner_dim": 256, "predictor_shift": 0, "predictor_lstm_units": 128,
    "dur_pred_prenet_units": [128, 128], "dur_pred_lstm_units": 128, "decoder_prenet_units": [256, 256],
    "decoder_num_layers": 12, "decoder_num_heads": 8, "decoder_num_units": 128, "decoder_ffn_inner_dim": 1024,
    "outputs_per_step": 3, "num_mels": 80, "postnet_filter_size": 41, "postnet_fsmn_num_layers": 4,
    "postnet_num_memory_units": 256, "postnet_ffn_inner_dim": 512, "postnet_shift": 17, "postnet_lstm_units": 128,
}  # fmt: skip
VOCODER: Final[dict[str, Any]] = {
    "in_channels": 80, "channels": 256, "kernel_size": 7, "upsample_scales": [10, 5, 2, 2],
    "upsample_kernal_sizes": [20, 10, 4, 4], "resblock_kernel_sizes": [3, 7, 11],
    "resblock_dilations": [[1, 3, 5, 7]] * 3, "causal": True,
}  # fmt: skip
ROWS: Final = {
    "sy_emb": 147,
    "tone_emb": 10,
    "syllable_flag_emb": 8,
    "ws_emb": 8,
    "emo_tokenizer": 36,
    "spk_tokenizer": 9,
}
SYMBOLS: Final = 60
FRAMES_PER_SYMBOL: Final = 6
SAMPLE_RATE: Final = 16000
MOST: Final = 0.6
TOLERANCE: Final = 2e-4


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON; 1 if the target is missed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sambert", description="Sambert in onnxruntime and PyTorch."
    )
    parser.add_argument("--rounds", type=int, default=5, help="repetitions (default 5)")
    results = measure(parser.parse_args(arguments).rounds)
    print(json.dumps(results, indent=2))
    return 0 if results["ratio"] <= MOST and results["difference"] <= TOLERANCE else 1


def measure(rounds: int) -> dict[str, Any]:
    """Real-time factors of each half and way, their ratio, and the largest difference of the samples."""
    import torch

    from indextts.engines.sambert.shapes import AcousticShape, VocoderShape
    from indextts.engines.sambert.weights import acoustic_weights, vocoder_weights
    from tests.support.sambert_networks.acoustic import Sambert
    from tests.support.sambert_networks.vocoder import Generator

    torch.set_num_threads(1)
    shape, vocoder_shape = AcousticShape.from_params(ACOUSTIC), VocoderShape.from_params(VOCODER)
    weights, vocoder_weights_ = _random(acoustic_weights(shape, ROWS)), _random(vocoder_weights(vocoder_shape))
    # Random weights say nothing about lengths: every symbol gets the same.
    weights["variance_adaptor.duration_predictor.fc.weight"][:] = 0.0
    weights["variance_adaptor.duration_predictor.fc.bias"][:] = np.log(FRAMES_PER_SYMBOL + 1.0)
    inputs = _inputs(weights)
    network, generator = Sambert.from_state(shape, weights), Generator.from_state(vocoder_shape, vocoder_weights_)
    tensors = [torch.from_numpy(inputs[name])[None] for name in ("units", "emotion", "speaker")]
    acoustic, vocoder = _sessions(shape, weights, vocoder_shape, vocoder_weights_)
    mel = network(*tensors).mel
    ways: dict[str, Callable[[], Any]] = {
        "torch acoustic": lambda: network(*tensors).mel.numpy(),
        "torch vocoder": lambda: generator(mel.T[None])[0, 0].numpy(),
        "graph acoustic": lambda: acoustic.run(["mel"], inputs)[0],
        "graph vocoder": lambda: vocoder.run(["audio"], {"mel": mel.numpy()})[0][0],
    }
    last: dict[str, Any] = {name: way() for name, way in ways.items()}
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            begin = time.process_time()
            last[name] = way()
            seconds[name].append(time.process_time() - begin)
    length = last["torch vocoder"].size / SAMPLE_RATE
    factor = {name: statistics.median(values) / length for name, values in seconds.items()}
    total = {kind: factor[f"{kind} acoustic"] + factor[f"{kind} vocoder"] for kind in ("torch", "graph")}
    differences = [
        float(np.abs(last[f"torch {half}"] - last[f"graph {half}"]).max()) for half in ("acoustic", "vocoder")
    ]
    return {
        "audio_s": length,
        "real_time_factor": {**factor, **total},
        "ratio": total["graph"] / total["torch"],
        "difference": max(differences),
    }


def _sessions(shape: Any, weights: Any, vocoder_shape: Any, vocoder_weights: Any) -> tuple[Any, Any]:
    import onnxruntime

    from indextts.engines.sambert.export.acoustic import build_acoustic
    from indextts.engines.sambert.export.vocoder import build_vocoder

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    models = build_acoustic(shape, weights), build_vocoder(vocoder_shape, vocoder_weights)
    first, second = (
        onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        for model in models
    )
    return first, second


def _inputs(weights: Mapping[str, Any]) -> dict[str, Any]:
    chance = np.random.default_rng(1)
    zeros = np.zeros(SYMBOLS, np.float32)
    return {
        "units": np.stack([chance.integers(0, high, SYMBOLS) for high in (143, 7, 5, 5)], axis=1),
        "emotion": np.repeat(weights["emo_tokenizer.weight"][1:2], SYMBOLS, axis=0),
        "speaker": np.repeat(weights["spk_tokenizer.weight"][:1], SYMBOLS, axis=0),
        "length": zeros + 1.0,
        "pitch": zeros,
        "energy": zeros,
    }


def _random(shapes: Mapping[str, tuple[int, ...]]) -> dict[str, Any]:
    chance = np.random.default_rng(0)
    weights = {}
    for name, size in shapes.items():
        spread = 0.7 / np.sqrt(np.prod(size[1:])) if len(size) > 1 else 0.02
        weights[name] = chance.standard_normal(size, np.float32) * np.float32(spread)
        if len(size) == 1 and name.endswith("weight"):
            weights[name] += 1.0
    return weights


if __name__ == "__main__":
    sys.exit(main())
