"""Compares version 2.5's GPT with recordings: the style as the speaker, languages, the masked first place, codes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.config import GptConfig
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.networks import conditioning, gpt
from indextts.parity.indextts2.gpt import TOLERANCE, decoding
from indextts.parity.indextts2.packed import Prepare, Row, both
from indextts.parity.runner import Fixture, largest, unequal


@torch.inference_mode()
def compare(fixture: Fixture, config: Config) -> Iterator[Row]:
    about, arrays = fixture.about, fixture.arrays
    settings = GptConfig.read(about["config"], speaker="style", source=str(fixture.path))
    state = tensors(fixture.state())
    encoders = conditioning.load(state, settings, source=str(fixture.path))
    voice = gpt.load(state, settings, source=str(fixture.path))
    emotion = encoders.emotion(torch.from_numpy(arrays["in.spk_feat"]))
    yield "emovec", largest(emotion.numpy(), arrays["out.emovec"]), TOLERANCE
    conds = encoders.tokens(encoders.speaker_of_style(torch.from_numpy(arrays["in.style"])), emotion)
    yield "conds", largest(conds.numpy(), arrays["out.conds"]), TOLERANCE
    text = [int(one) for one in arrays["in.text"].flatten()]
    prompt = voice.prompt(conds, text, int(arrays["in.lang"][0]))
    yield "prompt_embeds", largest(prompt.embeddings.numpy(), arrays["out.prompt_embeds"]), TOLERANCE
    counts = np.append(prompt.counts.numpy(), True)[None].astype(np.int64)
    yield "prompt_mask", unequal(counts, arrays["out.prompt_mask"]), 0.0
    yield from both(lambda prepare: _codes(fixture, settings, prompt, prepare))


def _codes(fixture: Fixture, settings: GptConfig, prompt: gpt.Prompt, prepare: Prepare) -> Iterator[Row]:
    about, arrays = fixture.about, fixture.arrays
    voice = gpt.load(tensors(fixture.state()), settings, source=str(fixture.path))
    prepare(voice)
    case: dict[str, Any] = {"do_sample": not about.get("greedy", True), "num_beams": 1, **about}
    named = {f"out.greedy.{name}": arrays[f"out.{name}"] for name in ("codes", "step_logits")}
    yield from decoding(voice, prompt, "greedy", case, named)
