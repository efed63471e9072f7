"""Compares the GPT with recordings: encoders, prompts, the latent pass, every way of choosing codes (exactly)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.config import GptConfig
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.decoding import Draw, Search, find_codes
from indextts.engines.indextts2.networks import conditioning
from indextts.engines.indextts2.networks import gpt as network
from indextts.parity.indextts2.packed import Prepare, both
from indextts.parity.runner import Array, Fixture, Row, largest, unequal

_TOLERANCE: Final = 1e-4
_SPECIALS: Final = "_specials"
_NAMES: Final = {"max_generate_length": "max_tokens", "do_sample": "sample"}


class Recorder:
    """A ``decoding.Stepper`` that keeps the scores that it passes on."""

    def __init__(self, writer: network.Writer) -> None:
        self._writer = writer
        self.scores: list[Tensor] = []

    def begin(self, beams: int) -> Tensor:
        self.scores.append(self._writer.begin(beams))
        return self.scores[-1]

    def step(self, codes: Tensor, parents: Tensor) -> Tensor:
        self.scores.append(self._writer.step(codes, parents))
        return self.scores[-1]


def replay(chosen: Array, seen: list[Tensor]) -> Draw:
    """Draws what was drawn when ``chosen`` ``[steps, count]`` was recorded; keeps the weights that it is shown."""

    def draw(weights: Tensor, count: int) -> Tensor:
        row = chosen[len(seen)] if len(seen) < len(chosen) else np.arange(count)
        seen.append(weights)
        return torch.from_numpy(np.array(row[:count], np.int64))

    return draw


@torch.inference_mode()
def gpt(fixture: Fixture, config: Config) -> Iterator[Row]:
    about, arrays = fixture.about, fixture.arrays
    settings = GptConfig.read(about["config"], source=str(fixture.path))
    state = tensors(fixture.state())
    encoders = conditioning.load(state, settings, source=str(fixture.path))
    voice = network.load(state, settings, source=str(fixture.path))
    ours = _conditioning(encoders, arrays, torch.tensor([int(about["masked_length"])]))
    emotion = torch.from_numpy(np.array(arrays[about["emo_vec_used_in_decoding_and_latent"]]))
    conds = encoders.tokens(ours["spk_latents"], emotion)
    ours["conds_latent"] = conds
    own = encoders.tokens(ours["spk_latents"], ours["emovec_from_emo"])
    for name, value in ours.items():
        if f"out.{name}" in arrays:
            yield name, largest(value.numpy(), arrays[f"out.{name}"]), _TOLERANCE
    for ending, text in (("", "in.text"), (_SPECIALS, "in.text_with_specials")):
        yield from _prompt(voice.prompt(conds, _ids(arrays[text])), settings, arrays, ending)
    yield from both(lambda prepare: _written(fixture, settings, conds, own, prepare))


def _written(fixture: Fixture, settings: GptConfig, conds: Tensor, own: Tensor, prepare: Prepare) -> Iterator[Row]:
    """What the language model makes of the speaker's vectors: latents, and codes."""
    arrays = fixture.arrays
    voice = network.load(tensors(fixture.state()), settings, source=str(fixture.path))
    prepare(voice)
    for name, given in (("latent", conds), ("latent_emo_vec_none", own)):
        if f"out.{name}" in arrays:
            latent = voice.latent(given, _ids(arrays["in.text"]), _ids(arrays["in.codes"]))
            yield name, largest(latent.numpy(), arrays[f"out.{name}"]), _TOLERANCE
    for name, case in fixture.about["cases"].items():
        text = "in.text_with_specials" if name.endswith(_SPECIALS) else "in.text"
        prompt = voice.prompt(conds, _ids(arrays[text]))
        yield from _decoding(voice, prompt, name, case, arrays)


def _conditioning(encoders: conditioning.Conditioning, arrays: Any, length: Tensor) -> dict[str, Tensor]:
    speaker, borrowed = (torch.from_numpy(arrays[name]) for name in ("in.spk_cond", "in.emo_cond"))
    encoded, mask = encoders.conditioning_encoder(speaker, length)
    emotion, _ = encoders.emo_conditioning_encoder(borrowed)
    everything = torch.tensor([speaker.shape[1]])
    ours = {
        "spk_conformer": encoders.conditioning_encoder(speaker)[0],
        "spk_conformer_mask": encoders.conditioning_encoder(speaker, everything)[1],
        "spk_conformer_masked": encoded,
        "spk_conformer_masked_mask": mask,
        "emo_conformer": emotion,
        "spk_latents": encoders.speaker(speaker),
        "spk_latents_masked": encoders.speaker(speaker, length),
        "emo_perceiver": encoders.emo_perceiver_encoder(emotion)[:, 0],
        "emovec_from_spk": encoders.emotion(speaker),
        "emovec_from_emo": encoders.emotion(borrowed),
    }
    for name in arrays:
        if name.startswith("out.merge_emovec_alpha"):
            strength = float(name.removeprefix("out.merge_emovec_alpha"))
            merged = conditioning.merge(ours["emovec_from_spk"], ours["emovec_from_emo"], strength)
            ours[name.removeprefix("out.")] = merged
    return ours


def _prompt(prompt: network.TextPrompt, settings: GptConfig, arrays: Any, ending: str) -> Iterator[Row]:
    yield f"prompt_embeds{ending}", largest(prompt.embeddings.numpy(), arrays[f"out.prompt_embeds{ending}"]), _TOLERANCE
    counts = np.append(prompt.counts.numpy(), True)[None].astype(np.int64)
    yield f"prompt_attention_mask{ending}", unequal(counts, arrays[f"out.prompt_attention_mask{ending}"]), 0.0
    stand_in = np.array([[*[settings.stop_text_token] * len(prompt.counts), settings.start_mel_token]])
    yield f"prompt_fake_ids{ending}", unequal(stand_in, arrays[f"out.prompt_fake_ids{ending}"]), 0.0


def _decoding(
    voice: network.UnifiedVoice, prompt: network.TextPrompt, name: str, case: dict[str, Any], arrays: Any
) -> Iterator[Row]:
    """One recorded way of choosing codes behind ``prompt``: the codes, and scores or weights where there are some."""
    known = {_NAMES.get(key, key): value for key, value in case.items()}
    search = Search(**{key: value for key, value in known.items() if key in Search.__dataclass_fields__})
    recorder, weights = Recorder(network.Writer(voice, prompt)), list[Tensor]()
    chosen = arrays.get(f"out.{name}.chosen")
    codes = find_codes(
        recorder,
        search,
        stop=voice.config.stop_mel_token,
        seen=voice.always_seen,
        draw=None if chosen is None else replay(chosen, weights),
    )
    yield f"{name}.codes", unequal(np.array([codes]), arrays[f"out.{name}.codes"]), 0.0
    if f"out.{name}.step_logits" in arrays:
        scores = torch.cat(recorder.scores).numpy()
        yield f"{name}.step_logits", largest(scores, arrays[f"out.{name}.step_logits"]), _TOLERANCE
    if chosen is not None:
        drawn = torch.stack(weights).numpy()
        yield f"{name}.probs", largest(drawn, arrays[f"out.{name}.probs"]), _TOLERANCE


def _ids(array: Array) -> list[int]:
    return [int(one) for one in array.flatten()]


@torch.inference_mode()
def gpt_v25(fixture: Fixture, config: Config) -> Iterator[Row]:
    about, arrays = fixture.about, fixture.arrays
    settings = GptConfig.read(about["config"], speaker="style", source=str(fixture.path))
    state = tensors(fixture.state())
    encoders = conditioning.load(state, settings, source=str(fixture.path))
    voice = network.load(state, settings, source=str(fixture.path))
    emotion = encoders.emotion(torch.from_numpy(arrays["in.spk_feat"]))
    yield "emovec", largest(emotion.numpy(), arrays["out.emovec"]), _TOLERANCE
    conds = encoders.tokens(encoders.speaker_of_style(torch.from_numpy(arrays["in.style"])), emotion)
    yield "conds", largest(conds.numpy(), arrays["out.conds"]), _TOLERANCE
    text = [int(one) for one in arrays["in.text"].flatten()]
    prompt = voice.prompt(conds, text, int(arrays["in.lang"][0]))
    yield "prompt_embeds", largest(prompt.embeddings.numpy(), arrays["out.prompt_embeds"]), _TOLERANCE
    counts = np.append(prompt.counts.numpy(), True)[None].astype(np.int64)
    yield "prompt_mask", unequal(counts, arrays["out.prompt_mask"]), 0.0
    yield from both(lambda prepare: _codes(fixture, settings, prompt, prepare))


def _codes(fixture: Fixture, settings: GptConfig, prompt: network.TextPrompt, prepare: Prepare) -> Iterator[Row]:
    about, arrays = fixture.about, fixture.arrays
    voice = network.load(tensors(fixture.state()), settings, source=str(fixture.path))
    prepare(voice)
    case: dict[str, Any] = {"do_sample": not about.get("greedy", True), "num_beams": 1, **about}
    named = {f"out.greedy.{name}": arrays[f"out.{name}"] for name in ("codes", "step_logits")}
    yield from _decoding(voice, prompt, "greedy", case, named)
