"""IndexTTS-2 at its published size with random weights: our way of running it beside a plain loop of the same modules.

    python -m benchmarks.indextts2                  # one reference of 6 s, two segments of 2 s, one thread
    python -m benchmarks.indextts2 --against PATH   # another version instead, see benchmarks/indextts2_versions.py
    python -m benchmarks.indextts2 --device cuda    # on a graphics card, see benchmarks/indextts2_card.py

The plain loop does what a direct reading of the published code does: all 24 layers of the semantic encoder, the
conditioning of speaker and emotion made again for every segment, keys and values copied whenever beams change places,
two passes for guidance, plain linear layers. Both choose the codes by beams without chance, so the outputs can be
compared. Needs ``requirements/torch.txt``, 15 GB of memory and some ten minutes; processor time counts, because other
work may share the machine. Exits with 1 where ours takes more than 0.7 of the plain loop's time or says something else.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks import indextts2_card, indextts2_versions
from benchmarks.indextts2_plain import PlainWriter, two_passes
from indextts.engines.indextts2.checkpoint.config import EncoderConfig, GptConfig
from indextts.engines.indextts2.fast.packed_linear import pack
from indextts.engines.indextts2.reference.acoustics import (
    Acoustics,
    Flow,
    LatentProjection,
    LengthRegulator,
    RegulatorConfig,
    frames_for,
    noise_for,
)
from indextts.engines.indextts2.reference.bigvgan import BigVGAN, BigVGANConfig
from indextts.engines.indextts2.reference.campplus import Campplus, CampplusConfig
from indextts.engines.indextts2.reference.conditioning import Conditioning, merge
from indextts.engines.indextts2.reference.dit import DiT, DiTConfig
from indextts.engines.indextts2.reference.gpt import Projection, UnifiedVoice
from indextts.engines.indextts2.reference.semantic_codec import CodecConfig, SemanticCodec
from indextts.engines.indextts2.reference.sound import ReferenceAudio, recording, semantic_features
from indextts.engines.indextts2.reference.w2vbert import LAYERS, SemanticEncoder, semantics
from indextts.engines.indextts2.speech.decoding import Search, find_codes
from indextts.engines.indextts2.speech.speaker import EncodedSpeaker, listen
from indextts.engines.indextts2.speech.synthesis import SynthesisParams, speak

if TYPE_CHECKING:
    from transformers import Wav2Vec2BertModel

GPT: Final = GptConfig(
    layers=24, model_dim=1280, heads=20, max_text_tokens=600, max_mel_tokens=1815, number_text_tokens=12000,
    number_mel_codes=8194, start_text_token=0, stop_text_token=1, start_mel_token=8192, stop_mel_token=8193,
    condition_num_latent=32, condition_module=EncoderConfig(512, 2048, 8, 6, 2.0),
    emo_condition_module=EncoderConfig(512, 1024, 4, 4, 2.0),
)  # fmt: skip
TEXT_TOKENS: Final = 20
REFERENCE_S: Final = 6.0
MOST: Final = 0.7
TOLERANCE: Final = 2e-3
"""Of mels and samples: the layers are added up in another order."""
_PADDING: Final = 1.0


class Clock:
    """Processor seconds by stage: ``with clock.stage("flow"): …``."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add the time of what is within."""
        begin = time.process_time()
        yield
        self.seconds[name] = self.seconds.get(name, 0.0) + time.process_time() - begin


@dataclass
class Networks:
    """All of them, with random weights."""

    hearing: Wav2Vec2BertModel
    """All 24 layers, until our way cuts it."""
    encoders: Conditioning
    voice: UnifiedVoice
    style: Campplus
    acoustics: Acoustics


def main(arguments: list[str] | None = None) -> int:
    """Measure and print JSON; 1 if the target is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.indextts2", description="IndexTTS-2 at full size.")
    parser.add_argument("--segments", type=int, default=2)
    parser.add_argument("--codes", type=int, default=100, help="codes of each segment, 50 for a second")
    parser.add_argument("--steps", type=int, default=25, help="steps of the flow")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--device", choices=("cpu", "cuda"), default="cpu")
    indextts2_versions.arguments(parser)
    options = parser.parse_args(arguments)
    if options.against is not None:
        return indextts2_versions.compare(options)
    if options.device == "cuda":
        if not torch.cuda.is_available():
            sys.stdout.write(indextts2_card.NONE)
            return 0
        networks = build()
        indextts2_card.run(options, networks.voice, networks.acoustics)
        return 0
    torch.set_num_threads(options.threads)
    results = measure(options.segments, options.codes, options.steps)
    print(json.dumps(results, indent=2))
    same = results["codes_equal"] and max(results["difference"].values()) <= TOLERANCE
    return 0 if results["ratio"] <= MOST and same else 1


@torch.inference_mode()
def measure(segments: int, codes: int, steps: int) -> dict[str, Any]:
    """Processor seconds of each stage both ways, their ratio, and the largest difference of the samples."""
    networks = build()
    tune = np.random.default_rng(3).normal(0.0, 0.1, int(REFERENCE_S * 22050)).astype(np.float32)
    heard = recording(tune, 22050)
    texts = [np.random.default_rng(number).integers(2, 12000, TEXT_TOKENS).tolist() for number in range(segments)]
    search = Search(sample=False, max_tokens=codes)
    plain, ours = Clock(), Clock()
    expected = plain_loop(networks, heard, texts, search, Flow(steps), plain)
    for part in (networks.voice, networks.acoustics.flow, networks.acoustics.codec, networks.hearing):
        pack(part)
    got = our_way(networks, heard, texts, search, Flow(steps), ours)
    totals = {"plain": sum(plain.seconds.values()), "ours": sum(ours.seconds.values())}
    audio_s = sum(part.samples.numel() for part in got) / 22050
    return {
        "audio_s": audio_s,
        "stages": {"plain": plain.seconds, "ours": ours.seconds},
        "real_time_factor": {name: seconds / audio_s for name, seconds in totals.items()},
        "ratio": totals["ours"] / totals["plain"],
        "codes_equal": all(one.codes == other.codes for one, other in zip(expected, got, strict=True)),
        "difference": {
            "mel": max(_apart(one.mel, other.mel) for one, other in zip(expected, got, strict=True)),
            "samples": max(_apart(one.samples, other.samples) for one, other in zip(expected, got, strict=True)),
        },
        "level": {
            "mel": float(expected[0].mel.std()),
            "samples": float(expected[0].samples.std()),
        },
    }


def _apart(one: Tensor, other: Tensor) -> float:
    return float((one - other).abs().max())


@dataclass(frozen=True)
class Said:
    """What both ways must agree on."""

    codes: list[int]
    mel: Tensor
    samples: Tensor


def plain_loop(
    networks: Networks, heard: ReferenceAudio, texts: list[list[int]], search: Search, flow: Flow, clock: Clock
) -> list[Said]:
    """Every segment on its own, everything in the order in which the published code has it."""
    encoders, voice, acoustics = networks.encoders, networks.voice, networks.acoustics
    with clock.stage("hearing"):
        features, borrowed = (_all_layers(networks.hearing, samples) for samples in (heard.speaker, heard.emotion))
    with clock.stage("conditioning"):
        speaker = _listen(networks, heard, features, borrowed)
    said: list[Said] = []
    for number, text in enumerate(texts):
        with clock.stage("conditioning"):
            emotion = merge(encoders.emotion(features), encoders.emotion(borrowed), 1.0)
            tokens = encoders.tokens(encoders.speaker(features), emotion)
        with clock.stage("codes"):
            writer = PlainWriter(voice, voice.prompt(tokens, text))
            codes = find_codes(writer, search, stop=GPT.stop_mel_token, seen=voice.always_seen)
        with clock.stage("latents"):
            latent = voice.latent(tokens, text, codes)
        with clock.stage("flow"):
            condition = acoustics.condition(codes, latent)
            noise = noise_for(speaker.prompt, condition.shape[1], torch.Generator().manual_seed(number))
            mel = two_passes(acoustics.flow, noise, speaker.prompt, condition, flow)
        with clock.stage("vocoder"):
            said.append(Said(codes, mel, acoustics.vocoder(mel)[0, 0]))
    return said


def our_way(
    networks: Networks, heard: ReferenceAudio, texts: list[list[int]], search: Search, flow: Flow, clock: Clock
) -> list[Said]:
    """As the engine does it: the reference once, then each segment through :func:`speak`."""
    model = networks.hearing
    model.encoder.layers = model.encoder.layers[:LAYERS]
    width = model.config.hidden_size
    encoder = SemanticEncoder(model, torch.zeros(width), torch.ones(width)).eval()
    with clock.stage("hearing"):
        features, borrowed = (semantics(samples, encoder, _PADDING) for samples in (heard.speaker, heard.emotion))
    with clock.stage("conditioning"):
        speaker = _listen(networks, heard, features, borrowed)
        params = SynthesisParams(speaker.with_emotion_of(speaker.mood, 1.0), search, flow)
    said: list[Said] = []
    for number, text in enumerate(texts):
        noise = noise_for(speaker.prompt, frames_for(search.max_tokens), torch.Generator().manual_seed(number))
        with clock.stage("segments"):
            spoken = speak(
                text, speaker, params, encoders=networks.encoders, voice=networks.voice,
                acoustics=networks.acoustics, generator=torch.Generator(), noise=noise,
            )  # fmt: skip
        said.append(Said(spoken.codes, spoken.mel, spoken.samples))
    return said


def _all_layers(model: Wav2Vec2BertModel, samples: Any) -> Tensor:
    rows, mask = semantic_features(samples, _PADDING)
    heard = model(
        input_features=torch.from_numpy(rows)[None],
        attention_mask=torch.from_numpy(mask)[None],
        output_hidden_states=True,
    )
    found: Tensor = heard.hidden_states[LAYERS]
    return found


def _listen(networks: Networks, heard: ReferenceAudio, features: Tensor, borrowed: Tensor) -> EncodedSpeaker:
    return listen(
        heard, features, borrowed, encoders=networks.encoders, style=networks.style, acoustics=networks.acoustics
    )


def build() -> Networks:
    """All networks at the published size, seeded."""
    from transformers import Wav2Vec2BertConfig, Wav2Vec2BertModel

    torch.manual_seed(0)
    hearing = Wav2Vec2BertModel(Wav2Vec2BertConfig())
    acoustics = Acoustics(
        SemanticCodec(CodecConfig()), LatentProjection(), LengthRegulator(RegulatorConfig()), DiT(DiTConfig()),
        BigVGAN(BigVGANConfig()),
    )  # fmt: skip
    networks = Networks(hearing, Conditioning(GPT), UnifiedVoice(GPT), Campplus(CampplusConfig()), acoustics)
    for module in (hearing, networks.encoders, networks.voice, networks.style, *_parts(acoustics)):
        module.eval().requires_grad_(False)
        for layer in module.modules():
            if isinstance(layer, Projection):
                nn.init.normal_(layer.weight, std=0.02)
    # Filters that come with the published weights: without them nothing would be heard.
    for name, buffer in acoustics.vocoder.named_buffers():
        if name.endswith("filter"):
            buffer.fill_(1.0 / buffer.shape[-1])
    # Random weights must neither stop on their own nor hang between codes that are all but equal.
    networks.voice.mel_head.bias[GPT.stop_mel_token] = -1e4
    networks.voice.mel_head.weight *= 20.0
    return networks


def _parts(acoustics: Acoustics) -> list[nn.Module]:
    assert acoustics.projection is not None
    return [acoustics.codec, acoustics.projection, acoustics.regulator, acoustics.flow, acoustics.vocoder]


if __name__ == "__main__":
    sys.exit(main())
