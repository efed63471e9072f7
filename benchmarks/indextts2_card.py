"""IndexTTS-2 at its published size with random weights on a graphics card: how long a text takes, and what it needs.

    python -m benchmarks.indextts2 --device cuda --rows 2s,10s,page

Rows are those of ``indextts2_versions.py``. The first sentence is written alone and the others four at a time, as the
engine does it. Time is what a clock shows, of the second run of each row. Where there is no card, one line says that
nothing was run.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from typing import Final

import torch

from benchmarks.indextts2_versions import FRAMES_PER_S, ROWS
from indextts.engines.indextts2.checkpoint.precision import EXACT, ON_CARD, Precision
from indextts.engines.indextts2.fast.accelerate import lay_out
from indextts.engines.indextts2.opened.card import products
from indextts.engines.indextts2.reference.acoustics import AcousticPrompt, Acoustics, Flow, noise_for
from indextts.engines.indextts2.reference.gpt import UnifiedVoice
from indextts.engines.indextts2.speech.decoding import Search
from indextts.engines.indextts2.speech.writing import LineToWrite, WrittenCodes, write_lines

NONE: Final = "not run: no card\n"
_TOGETHER: Final = 4
_CODES_PER_S: Final = 50
_PROMPT_S: Final = 6.0
_SEEN: Final = 34
"""Vectors of speaker and emotion."""
_TEXT: Final = 20
_GB: Final = 1e9


def run(options: argparse.Namespace, voice: UnifiedVoice, acoustics: Acoustics) -> None:
    """Print the rows as JSON, with the card's name."""
    device, exact = torch.device("cuda"), options.precision == "exact"
    precision: Precision = EXACT if exact else ON_CARD
    voice.mel_head.bias[voice.config.start_mel_token] = -1e4  # it has no sound
    voice = voice.to(device, torch.float32 if exact else torch.float16)
    for network in (acoustics.codec, acoustics.projection, acoustics.regulator, acoustics.flow, acoustics.vocoder):
        if network is not None:
            network.to(device)
    lay_out(acoustics.flow, precision.flow)
    about = {"card": torch.cuda.get_device_name(device), "torch": torch.__version__, "precision": options.precision}
    with products(device, tf32=not exact):
        rows = {name: timed(voice, acoustics, *ROWS[name], steps=options.steps) for name in options.rows.split(",")}
    sys.stdout.write(json.dumps({**about, "rows": rows}, indent=1) + "\n")


def timed(voice: UnifiedVoice, acoustics: Acoustics, seconds: float, count: int, *, steps: int) -> dict[str, float]:
    """The second run of so many sentences, each of so many seconds."""
    on_card = voice.device.type == "cuda"
    told: dict[str, float] = {}
    for _ in range(2):
        if on_card:
            torch.cuda.reset_peak_memory_stats()
        told = spoken(voice, acoustics, seconds, count, steps=steps)
        if on_card:
            told["peak_gb"] = torch.cuda.max_memory_allocated() / _GB
    return told


@torch.inference_mode()
def spoken(voice: UnifiedVoice, acoustics: Acoustics, seconds: float, count: int, *, steps: int) -> dict[str, float]:
    """The time until the first sentence is there, that of all of them, and this for each second of speech."""
    prompt = _prompt(acoustics, voice.device)
    search = Search(sample=False, max_tokens=max(1, round(seconds * _CODES_PER_S)))
    lines = [_line(voice, number, search) for number in range(count)]
    groups = [lines[:1], *(lines[at : at + _TOGETHER] for at in range(1, count, _TOGETHER))]
    began, first, samples = time.perf_counter(), 0.0, 0
    for group in groups:
        for number, written in enumerate(write_lines(group, voice, latents=True)):
            assert isinstance(written, WrittenCodes)
            condition = acoustics.condition(written.spoken, written.latent)
            noise = noise_for(prompt, condition.shape[1], torch.Generator().manual_seed(number))
            mel = acoustics.mel(condition, prompt, noise, Flow(steps))
            sound = acoustics.samples(mel).cpu()  # waits for the card
            samples += sound.numel()
            first = first or time.perf_counter() - began
    took = time.perf_counter() - began
    return {"first_sound_s": first, "all_s": took, "real_time_factor": took / (samples / 22050)}


def _prompt(acoustics: Acoustics, device: torch.device) -> AcousticPrompt:
    draw = torch.Generator().manual_seed(0)
    frames, bands = round(_PROMPT_S * FRAMES_PER_S), 80
    content, style = acoustics.regulator.content_in_proj.out_features, 192
    shapes = (1, bands, frames), (1, frames, content), (1, style)
    mel, condition, who = (torch.randn(shape, generator=draw).to(device) for shape in shapes)
    return AcousticPrompt(mel * 2 - 4, condition * 0.5, who)


def _line(voice: UnifiedVoice, number: int, search: Search) -> LineToWrite:
    draw = torch.Generator().manual_seed(number)
    vectors = torch.randn(1, _SEEN, voice.config.model_dim, generator=draw) * 0.5
    return LineToWrite([*range(2 + number, 2 + number + _TEXT)], vectors, None, search, draw)
