"""IndexTTS-2's language model at its published size with random weights: what a code takes, and how exact it is.

    python -m benchmarks.indextts2_codes            # one thread, 24 layers, float32, bfloat16 and int8

For one and for four passes that are written together, with one beam and with three: processor time of a code for all
of them, behind prompts of about 140 positions, and its share of what as many passes take one by one in float32. Then
reading such a prompt and reading 300 codes for their latents. Last, how near the scores are to those of float32 on the
same prompts and codes: they are brought to a standard deviation of 2.9, which the divergence depends on. Needs
``requirements/torch.txt``, 5 GB of memory and some minutes; processor time counts, best of several.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from typing import Any, Final, get_args

import torch
from torch import Tensor, nn

from benchmarks.indextts2 import GPT
from benchmarks.indextts2_nearness import code_seconds, greedy, nearness, read_along
from indextts.engines.indextts2.checkpoint.precision import Weights
from indextts.engines.indextts2.fast.light_linear import lighten
from indextts.engines.indextts2.fast.packed_linear import pack
from indextts.engines.indextts2.reference.gpt import Projection, TextPrompt, UnifiedVoice

_VECTORS: Final = 34
_TEXT: Final = 100
_REPEATS: Final = 4
_SPREAD: Final = 2.9
"""Of the scores, as a standard deviation."""
_SHAPES: Final = ((1, 1), (1, 3), (4, 1), (4, 3))
"""Passes and beams."""


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.indextts2_codes", description="What a code takes.")
    parser.add_argument("--layers", type=int, default=GPT.layers)
    parser.add_argument("--codes", type=int, default=40, help="codes of each of eight prompts that are compared")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    with torch.inference_mode():
        print(json.dumps(measure(options.layers, options.codes), indent=2))
    return 0


def measure(layers: int, codes: int) -> dict[str, Any]:
    """Milliseconds and shares, by numbers; the nearness of each to float32."""
    kinds: tuple[Weights, ...] = get_args(Weights)
    voices = {kind: build(layers, kind) for kind in kinds}
    prompts = {kind: [prompt(voice, seed) for seed in range(8)] for kind, voice in voices.items()}
    took: dict[str, dict[str, float]] = {}
    for passes, beams in _SHAPES:
        times = dict.fromkeys(kinds, float("inf"))
        for _ in range(_REPEATS):  # in turns: other work may share the machine
            for kind, voice in voices.items():
                spent = code_seconds(voice, prompts[kind][0], beams=beams, passes=passes, clock=time.process_time)
                times[kind] = min(times[kind], spent)
        took[f"{passes} x {beams} beams"] = {kind: 1000 * spent for kind, spent in times.items()}
    for count in (_VECTORS + _TEXT, 300):
        rows = torch.randn(1, count, GPT.model_dim)
        took[f"{count} positions"] = {kind: 1000 * _best(partial(voice.gpt, rows)) for kind, voice in voices.items()}
    exact = voices["float32"]
    said = [greedy(exact, one, codes) for one in prompts["float32"]]
    scores = {
        kind: [read_along(voice, one, own) for one, own in zip(prompts[kind], said, strict=True)]
        for kind, voice in voices.items()
    }
    return {
        "ms": took,
        "share of one by one": {
            name: {kind: spent / (int(name[0]) * took["1 x" + name[3:]]["float32"]) for kind, spent in each.items()}
            for name, each in took.items()
            if "beams" in name
        },
        "nearness": {kind: asdict(nearness(scores["float32"], one)) for kind, one in scores.items()},
    }


def build(layers: int, kind: Weights) -> UnifiedVoice:
    """The same weights each time, laid out for that kind of numbers."""
    torch.manual_seed(0)
    voice = UnifiedVoice(replace(GPT, layers=layers)).eval().requires_grad_(False)
    for layer in voice.modules():
        if isinstance(layer, Projection):
            nn.init.normal_(layer.weight, std=0.02)
    nn.init.normal_(voice.mel_head.weight, std=_SPREAD / GPT.model_dim**0.5)
    if kind == "float32":
        pack(voice)
    elif lighten(voice, kind):
        voice.cache_dtype = torch.bfloat16
    return voice


def prompt(voice: UnifiedVoice, seed: int) -> TextPrompt:
    generator = torch.Generator().manual_seed(seed)
    vectors: Tensor = torch.randn(1, _VECTORS, GPT.model_dim, generator=generator) * 0.02
    text = torch.randint(2, GPT.number_text_tokens, (_TEXT,), generator=generator).tolist()
    return voice.prompt(vectors, text)


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(2):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
