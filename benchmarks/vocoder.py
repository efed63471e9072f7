"""IndexTTS-2's vocoder and its semantic encoder at their published size, with random weights, on one CPU.

    python -m benchmarks.vocoder                    # 256 frames (3 s), one thread
    python -m benchmarks.vocoder --hearing          # 6 s of a recording; needs transformers and 5 GB of memory

The plain loop is the same network out of PyTorch's own layers; beside it stands what serves, in float32 and in
bfloat16. All run in turns in one process; the processor's time counts, because other work may share the machine, and
of each way its best. How near the sound is to the plain loop's is said in decibels, and what oneDNN multiplies with can
be kept down by ``ONEDNN_MAX_CPU_ISA``. Needs ``requirements/torch.txt``.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from indextts.engines.indextts2.fast.light_linear import lighten
from indextts.engines.indextts2.fast.packed_linear import can_be_half, pack
from indextts.engines.indextts2.fast.packed_vocoder import PackedVocoder
from indextts.engines.indextts2.reference.bigvgan import BigVGAN, BigVGANConfig
from indextts.engines.indextts2.reference.semantic_codec import CodecConfig, SemanticCodec
from indextts.engines.indextts2.reference.w2vbert import LAYERS, SemanticEncoder, semantics

_RECORDING_S: Final = 6.0
_PADDING: Final = 1.0


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.vocoder", description="The vocoder at full size.")
    parser.add_argument("--frames", type=int, default=256, help="mel frames, 86 for a second")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--hearing", action="store_true", help="the semantic encoder instead")
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    with torch.inference_mode():
        results = _hearing(options.repeats) if options.hearing else _vocoder(options.frames, options.repeats)
    print(json.dumps(results, indent=2))
    return 0


def _vocoder(frames: int, repeats: int) -> dict[str, Any]:
    plain = random_vocoder()
    mel = torch.randn(1, plain.config.bands, frames) * 2.0 - 5.0
    ways: dict[str, nn.Module] = {"plain": plain, "float32": PackedVocoder(copy.deepcopy(plain))}
    if can_be_half():
        ways["bfloat16"] = PackedVocoder(copy.deepcopy(plain), half=True)
    seconds, sounds = _in_turns({name: partial(way, mel) for name, way in ways.items()}, repeats)
    return {"audio_s": frames * plain.hop / 22050, **_compared(seconds, sounds)}


def _hearing(repeats: int) -> dict[str, Any]:
    from transformers import Wav2Vec2BertConfig, Wav2Vec2BertModel

    model = Wav2Vec2BertModel(Wav2Vec2BertConfig(num_hidden_layers=LAYERS))
    width = model.config.hidden_size
    plain = SemanticEncoder(model, torch.zeros(width), torch.ones(width)).eval()
    samples = np.random.default_rng(3).normal(0.0, 0.1, int(_RECORDING_S * 16000)).astype(np.float32)
    ways = {"plain": plain, "float32": copy.deepcopy(plain), "bfloat16": copy.deepcopy(plain)}
    pack(ways["float32"])
    lighten(ways["bfloat16"], "bfloat16")
    work = {name: partial(semantics, samples, way, _PADDING) for name, way in ways.items()}
    seconds, features = _in_turns(work, repeats)
    codec = SemanticCodec(CodecConfig()).eval()
    codes = {name: codec.quantize(heard)[0] for name, heard in features.items()}
    equal = {name: float((own == codes["plain"]).float().mean()) for name, own in codes.items()}
    return {"audio_s": _RECORDING_S, **_compared(seconds, features), "codes_equal": equal}


def random_vocoder() -> BigVGAN:
    """Of the published size, with low-pass filters such as it has."""
    vocoder = BigVGAN(BigVGANConfig()).eval()
    taps = torch.arange(12) - 5.5
    lowpass = torch.kaiser_window(12, periodic=False, beta=4.66) * torch.sinc(taps * 0.5)
    for name, tensor in vocoder.state_dict().items():
        if name.endswith("filter"):
            tensor.copy_(lowpass / lowpass.sum())
        elif name.endswith(("alpha", "beta")):
            tensor.normal_(std=0.5)
    return vocoder


def _in_turns(
    ways: Mapping[str, Callable[[], Tensor]], repeats: int
) -> tuple[dict[str, list[float]], dict[str, Tensor]]:
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    found: dict[str, Tensor] = {}
    for _ in range(repeats):
        for name, work in ways.items():
            began, began_wall = time.process_time(), time.perf_counter()
            found[name] = work()
            seconds[name].append(time.process_time() - began)
            seconds.setdefault(f"{name}, wall", []).append(time.perf_counter() - began_wall)
    return seconds, found


def _compared(seconds: Mapping[str, list[float]], found: Mapping[str, Tensor]) -> dict[str, Any]:
    best = {name: min(took) for name, took in seconds.items()}
    plain = found["plain"].double()
    return {
        "seconds": {name: round(took, 3) for name, took in best.items()},
        "ratio": {name: round(best[name] / best["plain"], 3) for name in found},
        "decibels": {
            name: round(float(10.0 * torch.log10(plain.square().sum() / (plain - other).square().sum())), 1)
            for name, other in found.items()
            if name != "plain"
        },
    }


if __name__ == "__main__":
    sys.exit(main())
