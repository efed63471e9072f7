"""IndexTTS-2's encoders of speaker and emotion at their published size, with random weights, on one CPU.

    python -m benchmarks.indextts2_conditioning             # a recording of 6 s, one thread

What PyTorch has by itself stands beside oneDNN on the weights where they lie, which is what serves, and on weights that
are laid out for it first; since the encoders are opened for each new recording, what that takes counts as well. All run
in turns in one process, the processor's time counts, and of each its best. Needs ``requirements/torch.txt`` and 5 GB of
memory.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import torch
from torch import Tensor

from benchmarks.indextts2 import GPT
from indextts.engines.indextts2.fast.packed_linear import pack
from indextts.engines.indextts2.reference.conditioning import Conditioning

_FEATURES_PER_S: Final = 50


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.indextts2_conditioning", description="The encoders.")
    parser.add_argument("--seconds", type=float, default=6.0, help="of the recording")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args(arguments)
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    with torch.inference_mode():
        print(json.dumps(_compared(round(options.seconds * _FEATURES_PER_S), options.repeats), indent=2))
    return 0


def _compared(rows: int, repeats: int) -> dict[str, Any]:
    plain = random_encoders()
    features = torch.randn(1, rows, GPT.features)
    served = copy.deepcopy(plain)
    pack(served, laid_out=False)
    laid_out: list[float] = []
    best: dict[str, float] = {}
    heard: dict[str, Tensor] = {}
    for _ in range(repeats):
        packed = copy.deepcopy(plain)
        began = time.process_time()
        pack(packed)
        laid_out.append(time.process_time() - began)
        for name, network in (("plain", plain), ("served", served), ("laid out", packed)):
            heard[name], seconds = _timed(partial(listened, network, features))
            best[name] = min(best.get(name, seconds), seconds)
        del packed
    apart = (heard["plain"] - heard["served"]).abs().max() / heard["plain"].abs().max()
    return {"seconds": best, "laying_out_s": min(laid_out), "relative_difference": float(apart)}


def listened(network: Conditioning, features: Tensor) -> Tensor:
    """What a new recording costs: its speaker once, its emotion twice."""
    return torch.cat([network.speaker(features)[0], network.emotion(features), network.emotion(features)])


def random_encoders() -> Conditioning:
    """With the published sizes, their outputs of a usual size."""
    return Conditioning(GPT).eval()


def _timed(work: Callable[[], Tensor]) -> tuple[Tensor, float]:
    began = time.process_time()
    made = work()
    return made, time.process_time() - began


if __name__ == "__main__":
    sys.exit(main())
