"""The plain ways that ``benchmarks.indextts2`` compares with: beams that copy their caches, guidance in two passes."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from indextts.engines.indextts2.reference.acoustics import AcousticPrompt, Flow
from indextts.engines.indextts2.reference.dit import DiT
from indextts.engines.indextts2.reference.gpt import Block, TextPrompt, UnifiedVoice
from indextts.platform.beats import no_beat


class PlainWriter:
    """Writes codes with keys and values of its own for every beam; they are copied at each step."""

    def __init__(self, voice: UnifiedVoice, prompt: TextPrompt) -> None:
        self._voice = voice
        self._prompt = prompt.condensed
        self._past: list[tuple[Tensor, Tensor]] = []
        self._written = 0

    def begin(self, beams: int) -> Tensor:
        """Read the prompt once for every beam."""
        voice = self._voice
        start = voice.mel_embedding.weight[voice.config.start_mel_token] + voice.mel_pos_embedding.emb.weight[0]
        whole = torch.cat((self._prompt, start[None, None]), dim=1).expand(beams, -1, -1)
        return voice.logits(self._run(whole)[:, -1])

    def step(self, codes: Tensor, parents: Tensor) -> Tensor:
        """One more code for every beam."""
        voice = self._voice
        self._written += 1
        self._past = [(keys[parents], values[parents]) for keys, values in self._past]
        x = voice.mel_embedding(codes) + voice.mel_pos_embedding.emb.weight[self._written + 1]
        return voice.logits(self._run(x[:, None])[:, -1])

    def _run(self, x: Tensor) -> Tensor:
        stack = self._voice.gpt
        first = not self._past
        for number, module in enumerate(stack.h):
            assert isinstance(module, Block)
            fused = module.attn.c_attn(module.ln_1(x)).chunk(3, dim=2)
            query, key, value = (part.unflatten(2, (module.attn.heads, -1)).transpose(1, 2) for part in fused)
            if first:
                self._past.append((key, value))
            else:
                before = self._past[number]
                key, value = torch.cat((before[0], key), dim=2), torch.cat((before[1], value), dim=2)
                self._past[number] = key, value
            mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=first)
            x = x + module.attn.c_proj(mixed.transpose(1, 2).flatten(2))
            x = x + module.mlp(module.ln_2(x))
        y: Tensor = stack.ln_f(x)
        return y


def two_passes(network: DiT, noise: Tensor, prompt: AcousticPrompt, condition: Tensor, flow: Flow) -> Tensor:
    """The mel behind the prompt, the network asked with the conditions and then without any at each step."""
    known = prompt.mel.shape[2]
    mel = noise.clone()
    mel[:, :, :known] = 0.0
    shown = torch.zeros_like(mel)
    shown[:, :, :known] = prompt.mel
    whole = torch.cat((prompt.condition, condition), dim=1)
    grid = torch.linspace(0, 1, flow.steps + 1)
    time, width = grid[0], grid[1] - grid[0]
    for step in range(1, flow.steps + 1):
        when = time.expand(1)
        given = network(mel, shown, None, when, prompt.style, whole, no_beat)
        nothing = (torch.zeros_like(part) for part in (shown, prompt.style, whole))
        no_mel, no_style, no_condition = nothing
        free = network(mel, no_mel, None, when, no_style, no_condition, no_beat)
        mel = mel + width * ((1.0 + flow.guidance) * given - flow.guidance * free)
        time = time + width
        if step < flow.steps:
            width = grid[step + 1] - time
        mel[:, :, :known] = 0.0
    return mel[:, :, known:]
