"""Whole segments against recordings, from token ids to 16-bit samples, over the weights of the other fixtures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch import Tensor

from indextts.engines.indextts2.checkpoint.config import GptConfig
from indextts.engines.indextts2.checkpoint.weights import part, tensors
from indextts.engines.indextts2.reference import conditioning, gpt
from indextts.engines.indextts2.reference.acoustics import (
    Acoustics,
    Flow,
    RegulatorConfig,
    load_projection,
    load_regulator,
)
from indextts.engines.indextts2.reference.bigvgan import BigVGANConfig, load_bigvgan
from indextts.engines.indextts2.reference.campplus import Campplus, CampplusConfig, load_campplus
from indextts.engines.indextts2.reference.dit import DiTConfig, load_dit
from indextts.engines.indextts2.reference.emotion import Exemplars, scaled
from indextts.engines.indextts2.reference.semantic_codec import CodecConfig, load_codec
from indextts.engines.indextts2.reference.sound import SPEECH_RATE, WHOLE_RATE, ReferenceAudio, sinc_resample
from indextts.engines.indextts2.speech.decoding import Search
from indextts.engines.indextts2.speech.speaker import EncodedSpeaker, listen
from indextts.engines.indextts2.speech.synthesis import SynthesisParams, speak
from indextts.engines.parity.indextts2.networks import Prepare, both, given
from indextts.engines.parity.runner import Array, Fixture, Row, compared
from indextts.platform.config import Config

_TOLERANCE: Final = 1e-4
_FLOW_TOLERANCE: Final = 5e-4
_STEPS_OF_16_BITS: Final = 8.0
_SILENCE_MS: Final = 200
_FULL_SCALE: Final = 32767.0


@dataclass(frozen=True)
class _Networks:
    encoders: conditioning.Conditioning
    voice: gpt.UnifiedVoice
    style: Campplus
    acoustics: Acoustics


def e2e(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """What the recording says about the speaker, then for every case the codes and all that follows from them."""
    arrays = fixture.arrays
    networks = _load(fixture)
    features, borrowed = given(fixture, "spk_feat", "emo_feat")
    full = fixture.sibling("mel22k").arrays["in.wav22k"][0]
    recording = ReferenceAudio(full, sinc_resample(full, WHOLE_RATE, SPEECH_RATE), np.zeros(0, np.float32))
    # The recorded features stand in for the semantic encoder; the emotion's are used also where none is borrowed.
    speaker = listen(
        recording, features, borrowed, encoders=networks.encoders, style=networks.style, acoustics=networks.acoustics
    )
    styles, vectors = given(fixture, "spk_matrix", "emo_matrix")
    exemplars = Exemplars(styles, vectors, tuple(fixture.about["emo_num"]))
    places = exemplars.nearest(speaker.prompt.style)
    found = {"style": speaker.prompt.style, "spk_latents": speaker.vectors}
    found |= {"prompt_condition": speaker.prompt.condition, "emo_nearest_index": torch.tensor(places)}
    yield from compared(arrays, found, _TOLERANCE)
    emotions = {
        name: _emotion(case["kwargs"], speaker, exemplars, places) for name, case in fixture.about["cases"].items()
    }
    for name, emotion in emotions.items():
        yield from compared(arrays, {"emovec": emotion}, _TOLERANCE, name)
    yield from both(lambda prepare: _spoken(fixture, speaker, emotions, prepare))


def _spoken(
    fixture: Fixture, speaker: EncodedSpeaker, emotions: Mapping[str, Tensor], prepare: Prepare
) -> Iterator[Row]:
    networks = _load(fixture)
    prepare(networks.voice)
    prepare(networks.acoustics.flow)
    for name, case in fixture.about["cases"].items():
        yield from _case(name, case, fixture, networks, speaker, emotions[name])


def _load(fixture: Fixture) -> _Networks:
    names = ("gpt", "semantic_codec", "campplus", "length_regulator", "dit", "bigvgan")
    about = {name: fixture.sibling(name).about["config"] for name in names}
    states = {name: tensors(fixture.sibling(name).state()) for name in names}
    source = str(fixture.path)
    settings = GptConfig.read(about["gpt"], source=source)
    return _Networks(
        conditioning.load(states["gpt"], settings, source=source),
        gpt.load(states["gpt"], settings, source=source),
        load_campplus(CampplusConfig(**about["campplus"]), states["campplus"], source=source),
        Acoustics(
            load_codec(CodecConfig.read(about["semantic_codec"]), states["semantic_codec"], source=source),
            load_projection(part(tensors(fixture.state()), "gpt_layer."), source=source),
            load_regulator(RegulatorConfig.read(about["length_regulator"]), states["length_regulator"], source=source),
            load_dit(DiTConfig.read(about["dit"]), states["dit"], source=source),
            load_bigvgan(BigVGANConfig.read(about["bigvgan"], source=source), states["bigvgan"], source=source),
        ),
    )


def _emotion(asked: Mapping[str, Any], speaker: EncodedSpeaker, exemplars: Exemplars, places: Sequence[int]) -> Tensor:
    strength = float(asked.get("emo_alpha", 1.0))
    if "emo_vector" in asked:
        return exemplars.mix(speaker.own_emotion, scaled(asked["emo_vector"], strength), places)
    return speaker.with_emotion_of(speaker.mood, strength if "emo_audio_prompt" in asked else 1.0)


def _case(
    name: str, case: Mapping[str, Any], fixture: Fixture, networks: _Networks, speaker: EncodedSpeaker, emotion: Tensor
) -> Iterator[Row]:
    arrays, asked, flow = fixture.arrays, case["kwargs"], fixture.about["cfm"]
    # Sampling among the best one alone is taking the best.
    search = Search(
        sample=False,
        num_beams=int(case["forced"]["num_beams"]),
        repetition_penalty=float(asked["repetition_penalty"]),
        max_tokens=int(asked["max_mel_tokens"]),
    )
    params = SynthesisParams(emotion, search, Flow(int(flow["steps"]), float(flow["cfg_rate"])))
    silence = int(WHOLE_RATE * int(asked.get("interval_silence", _SILENCE_MS)) / 1000)
    waves: list[Array] = []
    for index in range(int(case["segments"])):
        spoken = speak(
            arrays[f"out.{name}.text{index}"][0].tolist(),
            speaker,
            params,
            encoders=networks.encoders,
            voice=networks.voice,
            acoustics=networks.acoustics,
            generator=torch.Generator(),
            noise=torch.tensor(arrays[f"in.{name}.noise{index}"]),
        )
        found = {f"codes{index}": [spoken.codes], f"latent{index}": spoken.latent, f"cond{index}": spoken.condition}
        yield from compared(arrays, found, _TOLERANCE, name)
        yield from compared(arrays, {f"mel{index}": spoken.mel}, _FLOW_TOLERANCE, name)
        waves += [np.zeros(silence), spoken.samples.numpy()]
    # As 16-bit samples, which are cut off rather than rounded.
    joined = np.clip(np.concatenate(waves[1:]) * _FULL_SCALE, -_FULL_SCALE, _FULL_SCALE).astype(np.int16)
    yield from compared(arrays, {"wav_int16": joined[None]}, _STEPS_OF_16_BITS, name)
