"""A little of each network's work, on nothing in particular: what is timed to know how a machine does."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

import numpy as np
import torch

from indextts.engines.indextts2.opened.model_cache import Modules
from indextts.engines.indextts2.reference.acoustics import AcousticPrompt, noise_for, solve
from indextts.engines.indextts2.reference.gpt import CodeWriter
from indextts.engines.indextts2.reference.w2vbert import LAYERS
from indextts.platform.beats import Beat

CODES: Final = 4
FRAMES: Final = 384
SOUND_FRAMES: Final = 32

_PROMPT: Final = 80
"""Approximate positions in front of the codes: a speaker, an emotion, a sentence."""
_LATENTS: Final = 24
_HEARD_S: Final = 2

Work = Callable[[], object]


def codes(modules: Modules, beams: int, check: Beat) -> Work:
    """:data:`CODES` codes of so many beams."""
    voice = modules.voice()
    writer = CodeWriter(voice, voice.prompt(_vectors(modules), _text(modules)))
    writer.begin(beams)
    following, parents = (torch.arange(beams, device=modules.device) for _ in range(2))

    def work() -> None:
        for _ in range(CODES):
            check()
            writer.step(following, parents)

    return work


def sentence(modules: Modules, beams: int, check: Beat) -> Work:
    """Reading a prompt, some codes, and what the acoustics need of them: in about a sentence's shares."""
    voice = modules.voice()

    def work() -> None:
        codes(modules, beams, check)()
        if not modules.config.is_25:
            voice.latent(_vectors(modules), _text(modules), [1] * _LATENTS)

    return work


def flow(modules: Modules, check: Beat) -> Work:
    """One step over :data:`FRAMES` frames, with guidance."""
    acoustics = modules.acoustics()
    bands, device, known = modules.mel().bands, modules.device, FRAMES // 2
    latent = None if modules.config.is_25 else torch.zeros(1, 8, modules.config.gpt.model_dim, device=device)
    content = acoustics.condition([0] * 8, latent).shape[2]
    style = modules.exemplars().styles[:1].to(device)
    prompt = AcousticPrompt(
        torch.zeros(1, bands, known, device=device), torch.zeros(1, known, content, device=device), style
    )
    noise = noise_for(prompt, FRAMES - known, torch.Generator().manual_seed(0))
    condition = torch.zeros(1, FRAMES, content, device=device)
    return lambda: solve(acoustics.flow, noise, prompt.mel, style, condition, steps=1, check=check)


def sound(modules: Modules, check: Beat) -> Work:
    """:data:`SOUND_FRAMES` frames of the vocoder."""
    acoustics = modules.acoustics()
    mel = torch.zeros(1, modules.mel().bands, SOUND_FRAMES, device=modules.device)
    return lambda: acoustics.samples(mel, check=check)


def seconds(work: Work, device: torch.device) -> float:
    """Of the second time: the first one pays for what is set up once."""
    took = 0.0
    for _ in range(2):
        began = time.perf_counter()
        work()
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        took = time.perf_counter() - began
    return took


def hearing_seconds(modules: Modules, check: Beat) -> float:
    """Of the layers that hear two seconds of noise, the second time; not of opening them."""
    stamps: list[float] = []
    before = modules.beat

    def beat() -> None:
        check()
        stamps.append(time.perf_counter())

    noise = np.random.default_rng(0).normal(scale=0.1, size=16000 * _HEARD_S).astype(np.float32)
    modules.beat = beat
    try:
        modules.hear([noise, noise])
        return time.perf_counter() - stamps[-min(LAYERS, len(stamps))]
    finally:
        modules.beat = before


def _vectors(modules: Modules) -> torch.Tensor:
    return torch.zeros(1, 1, modules.config.gpt.model_dim)


def _text(modules: Modules) -> list[int]:
    return [2] * min(_PROMPT, modules.config.gpt.max_text_tokens)
