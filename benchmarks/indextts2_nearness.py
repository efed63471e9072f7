"""How near a language model in fewer bits is to the exact one, and how long a code takes; for one network at a time.

said = [greedy(exact, prompt, 40) for prompt in prompts]
scores = [read_along(exact, prompt, codes) for prompt, codes in zip(prompts, said)]
... open the other one ...
nearness(scores, [read_along(other, prompt, codes) for ...])
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from indextts.engines.indextts2.reference.gpt import CodeWriter, TextPrompt, UnifiedVoice, step_together
from indextts.engines.indextts2.speech.decoding import Search, find_codes
from indextts.platform.beats import Beat, no_beat

_CODES: Final = 4


@dataclass(frozen=True)
class Nearness:
    """Of two networks that read the same prompts and codes."""

    divergence: float
    """Kullback and Leibler's, of the other from the exact one, in nats; the mean over all codes."""
    equal: float
    """The share of codes where both find the same one most likely."""
    error: float
    """Of the scores, relative to how they vary."""


def greedy(voice: UnifiedVoice, prompt: TextPrompt, most: int) -> list[int]:
    """The likeliest codes after a prompt."""
    search = Search(sample=False, num_beams=1, max_tokens=most)
    with torch.inference_mode():
        stop = voice.config.stop_mel_token
        return find_codes(CodeWriter(voice, prompt), search, stop=stop, seen=voice.always_seen)


def read_along(voice: UnifiedVoice, prompt: TextPrompt, codes: Sequence[int]) -> Tensor:
    """The scores of each of ``codes`` where those before it were written, ``[codes, scores]``."""
    with torch.inference_mode():
        writer, parent = CodeWriter(voice, prompt), torch.zeros(1, dtype=torch.long)
        rows = [writer.begin(1)]
        rows += [writer.step(torch.tensor([code]), parent) for code in codes[:-1]]
        return torch.cat(rows)


def nearness(exact: Sequence[Tensor], other: Sequence[Tensor]) -> Nearness:
    """From the scores ``[codes, scores]`` of the same codes after the same prompts."""
    known, given = torch.cat([*exact]).double(), torch.cat([*other]).double()
    likely = known.log_softmax(1)
    divergence = (likely.exp() * (likely - given.log_softmax(1))).sum(1).mean()
    apart = (given - known).norm() / (known - known.mean(1, keepdim=True)).norm()
    return Nearness(float(divergence), float((known.argmax(1) == given.argmax(1)).double().mean()), float(apart))


@torch.inference_mode()
def code_seconds(
    voice: UnifiedVoice,
    prompt: TextPrompt,
    *,
    beams: int,
    passes: int,
    check: Beat = no_beat,
    clock: Callable[[], float] = time.perf_counter,
) -> float:
    """How long one more code takes for each of ``passes`` that are written together, all of them taken together."""
    writers = [CodeWriter(voice, prompt) for _ in range(passes)]
    for writer in writers:
        check()
        writer.begin(beams)
    device = voice.mel_embedding.weight.device
    codes, parents = (torch.arange(beams, device=device) for _ in range(2))
    best = torch.inf
    for _ in range(2):  # the first one pays for what is set up once
        began = clock()
        for _ in range(_CODES):
            check()
            step_together([(writer, writer.embedded(codes), parents) for writer in writers])
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        best = min(best, (clock() - began) / _CODES)
    return best
