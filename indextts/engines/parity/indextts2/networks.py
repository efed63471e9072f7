"""Recorded outputs of every network, against ours: as they are, and those that serve on a CPU also packed for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from typing import Any, Final, cast

import numpy as np
import torch
from torch import Tensor, nn

from indextts.engines.indextts2.checkpoint.config import GptConfig
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.fast.packed_linear import can_pack, pack
from indextts.engines.indextts2.fast.packed_vocoder import FusedActivation, PackedVocoder
from indextts.engines.indextts2.reference import conditioning
from indextts.engines.indextts2.reference import gpt as network
from indextts.engines.indextts2.reference.acoustics import RegulatorConfig, load_regulator, solve
from indextts.engines.indextts2.reference.bigvgan import Activation, BigVGANConfig, Vocoder, load_bigvgan
from indextts.engines.indextts2.reference.campplus import CampplusConfig, load_campplus
from indextts.engines.indextts2.reference.dit import DiTConfig, load_dit
from indextts.engines.indextts2.reference.emotion import Exemplars, normalised, scaled
from indextts.engines.indextts2.reference.semantic_codec import CodecConfig, load_codec, load_enhanced_codec
from indextts.engines.indextts2.reference.w2vbert import LAYERS, SemanticEncoder, load_w2vbert
from indextts.engines.indextts2.speech.decoding import Draw, Search, find_codes
from indextts.engines.parity.runner import Array, Fixture, Row, Runner, compared, largest, same
from indextts.platform.config import Config

Prepare = Callable[[nn.Module], None]
"""What is done to a network before it is asked."""

_HIDDEN: Final = re.compile(r"out\.hidden(\d+)")
_TOLERANCE: Final = 1e-4
_MIX_TOLERANCE: Final = 1e-5
_EXACT: Final = 1e-12
_MANY_STEPS: Final = 10
_SPECIALS: Final = "_specials"
_NAMES: Final = {"max_generate_length": "max_tokens", "do_sample": "sample"}


def both(compare: Callable[[Prepare], Iterator[Row]]) -> Iterator[Row]:
    """The rows of the plain layers, then those of the laid-out ones (``packed_linear``), whose names say so.

    Where oneDNN is not there, the plain ones serve, and are all that there is to compare.
    """
    yield from compare(lambda _: None)
    if torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
        for what, error, tolerance in compare(pack):
            yield f"{what} (packed)", error, tolerance


def packed_too(compare: Callable[[Fixture, Prepare], Iterator[Row]]) -> Runner:
    """Compares a whole fixture twice, as :func:`both` does."""
    return lambda fixture, _config: both(partial(compare, fixture))


def given(fixture: Fixture, *names: str) -> list[Tensor]:
    """Recorded inputs."""
    return [torch.tensor(fixture.arrays[f"in.{name}"]) for name in names]


@packed_too
def w2vbert(fixture: Fixture, prepare: Prepare) -> Iterator[Row]:
    """The hidden states that are recorded, and the normalised features; only the last comparison has a mask."""
    state = tensors(fixture.state())
    features, mask, mean, variance = given(fixture, "features", "attention_mask", "mean", "var")

    def encoder(layers: int) -> SemanticEncoder:
        model = load_w2vbert(fixture.about["config"], state, layers=layers, source=fixture.path.name)
        made = SemanticEncoder(model, mean, variance)
        prepare(made)
        return made

    # Hidden state n is what comes out of a model of n layers.
    depths = [int(match[1]) for match in map(_HIDDEN.fullmatch, fixture.arrays) if match]
    found = {f"hidden{depth}": encoder(depth).hidden(features) for depth in depths}
    whole = encoder(LAYERS)
    found |= {"sem_feat": whole(features), "sem_feat_masked_last": whole(features, mask)}
    yield from compared(fixture.arrays, found, _TOLERANCE)


def semantic_codec(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """Encoding, codes of one recording and of a batch, their embeddings, and codes to embeddings."""
    codec = load_codec(CodecConfig.read(fixture.about["config"]), tensors(fixture.state()), source=fixture.path.name)
    features, batch, recorded = given(fixture, "x", "x_batch", "codes")
    codes, embedded = codec.quantize(features)
    found = {"encoder": codec.encode(features), "indices": codes, "quantized": embedded}
    # The last recording has the channels first.
    found |= {"indices_batch": codec.quantize(batch)[0], "vq2emb": codec.embed(recorded).mT}
    yield from compared(fixture.arrays, found, _TOLERANCE)


def enhanced_codec_v25(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """Codes of features, of features without their last row, embeddings, and codes back to features."""
    config = CodecConfig.read(fixture.about["config"])
    codec = load_enhanced_codec(config, tensors(fixture.state()), source=fixture.path.name)
    (features,) = given(fixture, "x")
    codes, embedded = codec.quantize(features)
    decoded = codec.decode(torch.tensor(fixture.arrays["out.indices"]))
    found = {"indices": codes, "quantized": embedded, "indices_odd": codec.quantize(features[:, :-1])[0]}
    yield from compared(fixture.arrays, {**found, "decoded": decoded}, _TOLERANCE)


def campplus(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """The 2-D network alone, the vector of one recording and of a batch."""
    config = CampplusConfig(**fixture.about["config"])
    encoder = load_campplus(config, tensors(fixture.state()), source=fixture.path.name)
    features, batch = given(fixture, "feat", "feat_batch")
    found = {"head": encoder.head(features.mT), "embedding": encoder(features), "embedding_batch": encoder(batch)}
    yield from compared(fixture.arrays, found, _TOLERANCE)


@torch.inference_mode()
def emotion(fixture: Fixture, config: Config) -> Iterator[Row]:
    """Weights made fit, scaled, and the mixed vectors; the nearest rows exactly."""
    styles, vectors, style, base = given(fixture, "spk_matrix", "emo_matrix", "style", "base_emovec")
    exemplars = Exemplars(styles, vectors, tuple(fixture.about["emo_num"]))
    places = exemplars.nearest(style)
    yield same("nearest_index", np.array(places), fixture.arrays["out.nearest_index"])
    for case in fixture.about["cases"]:
        fit = normalised(case["emo_vector"], bias=case["apply_bias"])
        name = case["key"].removeprefix("out.")
        yield f"{name}: normalised", largest(fit, np.array(case["normalized"], float)), _EXACT
        weights = scaled(fit, case["alpha"])
        yield f"{name}: scaled", largest(weights, np.array(case["scaled"], float)), _EXACT
        yield from compared(fixture.arrays, {name: exemplars.mix(base, weights, places)}, _MIX_TOLERANCE)


def length_regulator(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """Every target length that ``ylens`` lists; one that is a list is a batch."""
    config = RegulatorConfig.read(fixture.about["config"])
    regulator = load_regulator(config, tensors(fixture.state()), source=fixture.path.name)
    for name, lengths in fixture.about["ylens"].items():
        (rows,) = given(fixture, "xb" if isinstance(lengths, list) else "x")
        yield from compared(fixture.arrays, {name: regulator(rows, torch.tensor(lengths).reshape(-1))}, _TOLERANCE)


@packed_too
def dit(fixture: Fixture, prepare: Prepare) -> Iterator[Row]:
    """The velocity for every set of lengths in ``x_lens``; within the first, what the parts hand on."""
    arrays = fixture.arrays
    network = load_dit(DiTConfig.read(fixture.about["config"]), tensors(fixture.state()), source=fixture.path.name)
    prepare(network)
    mel, prompt, time, style, condition = given(fixture, "x", "prompt_x", "t", "style", "cond")
    parts: dict[str, nn.Module] = {
        **{"transformer": network.transformer, "wavenet": network.wavenet},
        **{"t_embed": network.t_embedder, "t_embed2": network.t_embedder2},
    }
    for case, lengths in fixture.about["x_lens"].items():
        handed_on: dict[str, Tensor] = {}
        # A single length is that of every one in the batch.
        own = torch.tensor(lengths).expand(len(mel))
        with ExitStack() as stack:
            for name, part in parts.items():
                stack.enter_context(part.register_forward_hook(partial(_keep, handed_on, name)))
            velocity = network(mel, prompt, own, time, style, condition)
        yield from compared(arrays, {case: velocity}, _TOLERANCE)
        for name, value in handed_on.items():
            recorded = arrays.get(f"out.{name}" if name.startswith("t_") else f"out.{case}_{name}")
            if recorded is not None:
                # Recorded with the frames last, as it was published.
                ours = value.mT if name == "wavenet" else value
                yield f"{case}: {name}", largest(ours, recorded), _TOLERANCE


def _keep(kept: dict[str, Tensor], name: str, _part: nn.Module, _given: object, out: Tensor) -> None:
    kept[name] = out


@packed_too
def cfm(fixture: Fixture, prepare: Prepare) -> Iterator[Row]:
    """Every case, with the weights of the fixture ``dit`` beside this one."""
    weights = fixture.sibling("dit")
    network = load_dit(DiTConfig.read(fixture.about["config"]), tensors(weights.state()), source=weights.path.name)
    prepare(network)
    lengths = torch.tensor(fixture.about["x_lens"])
    for case, said in fixture.about["cases"].items():
        steps, guidance = int(said["n_timesteps"]), float(said["cfg"])
        inputs = given(fixture, "noise", "prompt", "style", "mu")
        mel = solve(network, *inputs, lengths=lengths, steps=steps, guidance=guidance)
        yield from compared(fixture.arrays, {case: mel}, 5e-4 if steps > _MANY_STEPS else _TOLERANCE)


def bigvgan(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """One activation alone, a whole mel, and the same mel in chunks; then by the vocoder that serves on a CPU."""
    config = BigVGANConfig.read(fixture.about["config"], source=fixture.path.name)
    vocoder = load_bigvgan(config, tensors(fixture.state()), source=fixture.path.name)
    mel, rows = given(fixture, "mel", "act_x")
    first = cast(Activation, vocoder.get_submodule("resblocks.0.activations.0"))
    yield from _vocoded(fixture, mel, vocoder, first(rows))
    if can_pack():
        activated = FusedActivation(first)(rows.mT.contiguous().mT)
        for what, error, tolerance in _vocoded(fixture, mel, PackedVocoder(vocoder), activated):
            yield f"{what} (packed)", error, tolerance


def _vocoded(fixture: Fixture, mel: Tensor, vocoder: Vocoder, activated: Tensor) -> Iterator[Row]:
    yield "activation", largest(activated, fixture.arrays["out.act_y"]), _TOLERANCE
    yield from compared(fixture.arrays, {"wav": vocoder(mel)}, _TOLERANCE)
    pieces = torch.cat(list(vocoder.chunks(mel, frames=max(1, mel.shape[2] // 3))), dim=2)
    yield "wav in chunks", largest(pieces, fixture.arrays["out.wav"]), _TOLERANCE


class Recorder:
    """A ``decoding.Stepper`` that keeps the scores that it passes on."""

    def __init__(self, writer: network.CodeWriter) -> None:
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
    """Encoders, prompts, the latent pass, every way of choosing codes (exactly)."""
    about, arrays, source = fixture.about, fixture.arrays, str(fixture.path)
    settings = GptConfig.read(about["config"], source=source)
    encoders = conditioning.load(tensors(fixture.state()), settings, source=source)
    voice = network.load(tensors(fixture.state()), settings, source=source)
    ours = _conditioning(encoders, fixture)
    conds = encoders.tokens(ours["spk_latents"], torch.tensor(arrays[about["emo_vec_used_in_decoding_and_latent"]]))
    ours["conds_latent"] = conds
    own = encoders.tokens(ours["spk_latents"], ours["emovec_from_emo"])
    recorded = [name for name in ours if f"out.{name}" in arrays]
    yield from compared(arrays, {name: ours[name] for name in recorded}, _TOLERANCE)
    if can_pack():
        pack(encoders, laid_out=False)
        served = _conditioning(encoders, fixture)
        mine = {name: served[name] for name in recorded if name in served}
        for what, error, tolerance in compared(arrays, mine, _TOLERANCE):
            yield f"{what} (in place)", error, tolerance
    for ending, text in (("", "in.text"), (_SPECIALS, "in.text_with_specials")):
        prompt = voice.prompt(conds, _ids(arrays[text]))
        stand_in = [[*[settings.stop_text_token] * len(prompt.counts), settings.start_mel_token]]
        found = {
            f"prompt_embeds{ending}": prompt.embeddings,
            f"prompt_attention_mask{ending}": _counted(prompt),
            f"prompt_fake_ids{ending}": np.array(stand_in),
        }
        yield from compared(arrays, found, _TOLERANCE)
    yield from both(lambda prepare: _written(fixture, settings, conds, own, prepare))


def _written(fixture: Fixture, settings: GptConfig, conds: Tensor, own: Tensor, prepare: Prepare) -> Iterator[Row]:
    """What the language model makes of the speaker's vectors: latents, and codes."""
    arrays = fixture.arrays
    voice = network.load(tensors(fixture.state()), settings, source=str(fixture.path))
    prepare(voice)
    for name, vectors in (("latent", conds), ("latent_emo_vec_none", own)):
        if f"out.{name}" in arrays:
            latent = voice.latent(vectors, _ids(arrays["in.text"]), _ids(arrays["in.codes"]))
            yield from compared(arrays, {name: latent}, _TOLERANCE)
    for name, case in fixture.about["cases"].items():
        text = "in.text_with_specials" if name.endswith(_SPECIALS) else "in.text"
        yield from _decoding(voice, voice.prompt(conds, _ids(arrays[text])), name, case, arrays)


def _conditioning(encoders: conditioning.Conditioning, fixture: Fixture) -> dict[str, Tensor]:
    speaker, borrowed = given(fixture, "spk_cond", "emo_cond")
    length = torch.tensor([int(fixture.about["masked_length"])])
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
    for name in (name.removeprefix("out.") for name in fixture.arrays if name.startswith("out.merge_emovec_alpha")):
        strength = float(name.removeprefix("merge_emovec_alpha"))
        ours[name] = conditioning.merge(ours["emovec_from_spk"], ours["emovec_from_emo"], strength)
    return ours


def _counted(prompt: network.TextPrompt) -> Array:
    """The prompt's mask as it was recorded: with the start token, which counts."""
    return np.append(prompt.counts.numpy(), True)[None].astype(np.int64)


def _ids(array: Array) -> list[int]:
    return [int(one) for one in array.flatten()]


def _decoding(
    voice: network.UnifiedVoice, prompt: network.TextPrompt, name: str, case: Mapping[str, Any], arrays: Any
) -> Iterator[Row]:
    """One recorded way of choosing codes after ``prompt``: the codes, and scores or weights where there are some."""
    known = {_NAMES.get(key, key): value for key, value in case.items()}
    search = Search(**{key: value for key, value in known.items() if key in Search.__dataclass_fields__})
    recorder, weights = Recorder(network.CodeWriter(voice, prompt)), list[Tensor]()
    chosen = arrays.get(f"out.{name}.chosen")
    draw = None if chosen is None else replay(chosen, weights)
    stop = voice.config.stop_mel_token
    found: dict[str, Any] = {
        f"{name}.codes": np.array([find_codes(recorder, search, stop=stop, seen=voice.always_seen, draw=draw)])
    }
    if f"out.{name}.step_logits" in arrays:
        found[f"{name}.step_logits"] = torch.cat(recorder.scores)
    if chosen is not None:
        found[f"{name}.probs"] = torch.stack(weights)
    yield from compared(arrays, found, _TOLERANCE)


@torch.inference_mode()
def gpt_v25(fixture: Fixture, config: Config) -> Iterator[Row]:
    """The same of version 2.5, which hears the speaker's style alone."""
    arrays, source = fixture.arrays, str(fixture.path)
    settings = GptConfig.read(fixture.about["config"], speaker="style", source=source)
    encoders = conditioning.load(tensors(fixture.state()), settings, source=source)
    voice = network.load(tensors(fixture.state()), settings, source=source)
    features, style = given(fixture, "spk_feat", "style")
    emotion = encoders.emotion(features)
    conds = encoders.tokens(encoders.speaker_of_style(style), emotion)
    prompt = voice.prompt(conds, _ids(arrays["in.text"]), int(arrays["in.lang"][0]))
    found = {"emovec": emotion, "conds": conds, "prompt_embeds": prompt.embeddings, "prompt_mask": _counted(prompt)}
    yield from compared(arrays, found, _TOLERANCE)
    yield from both(lambda prepare: _codes(fixture, settings, prompt, prepare))


def _codes(fixture: Fixture, settings: GptConfig, prompt: network.TextPrompt, prepare: Prepare) -> Iterator[Row]:
    voice = network.load(tensors(fixture.state()), settings, source=str(fixture.path))
    prepare(voice)
    case = {"do_sample": not fixture.about.get("greedy", True), "num_beams": 1, **fixture.about}
    named = {f"out.greedy.{name}": fixture.arrays[f"out.{name}"] for name in ("codes", "step_logits")}
    yield from _decoding(voice, prompt, "greedy", case, named)
