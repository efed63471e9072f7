"""Recorded outputs of every network but the GPT, against ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Final

import numpy as np
import torch
from torch import nn

from indextts.config import Config
from indextts.engines.indextts2.checkpoint.weights import tensors
from indextts.engines.indextts2.networks.acoustics import RegulatorConfig, load_regulator, solve
from indextts.engines.indextts2.networks.bigvgan import BigVGANConfig, load_bigvgan
from indextts.engines.indextts2.networks.campplus import CampplusConfig, load_campplus
from indextts.engines.indextts2.networks.dit import DiTConfig, load_dit
from indextts.engines.indextts2.networks.emotion import Exemplars, normalised, scaled
from indextts.engines.indextts2.networks.semantic_codec import CodecConfig, load_codec, load_enhanced_codec
from indextts.engines.indextts2.networks.w2vbert import LAYERS, SemanticEncoder, load_w2vbert
from indextts.parity.indextts2.packed import Prepare, both
from indextts.parity.runner import Fixture, Row, largest, unequal

_HIDDEN: Final = re.compile(r"out\.hidden(\d+)")
_MIX_TOLERANCE: Final = 1e-5
_EXACT: Final = 1e-12
_MANY_STEPS: Final = 10


def w2vbert(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """The hidden states that are recorded, and the normalised features; only the last comparison has a mask."""
    yield from both(lambda prepare: _w2vbert(fixture, prepare))


def _w2vbert(fixture: Fixture, prepare: Prepare) -> Iterator[Row]:
    arrays = fixture.arrays
    state = tensors(fixture.state())
    mean, variance = torch.tensor(arrays["in.mean"]), torch.tensor(arrays["in.var"])
    features = torch.tensor(arrays["in.features"])
    for name, recorded in arrays.items():
        match = _HIDDEN.fullmatch(name)
        if match:
            # Hidden state n is what comes out of a model of n layers.
            model = load_w2vbert(fixture.about["config"], state, layers=int(match[1]), source=fixture.path.name)
            encoder = SemanticEncoder(model, mean, variance)
            prepare(encoder)
            yield name.removeprefix("out."), largest(encoder.hidden(features), recorded), 1e-4
    model = load_w2vbert(fixture.about["config"], state, layers=LAYERS, source=fixture.path.name)
    encoder = SemanticEncoder(model, mean, variance)
    prepare(encoder)
    yield "sem_feat", largest(encoder(features), arrays["out.sem_feat"]), 1e-4
    masked = encoder(features, torch.tensor(arrays["in.attention_mask"]))
    yield "sem_feat_masked_last", largest(masked, arrays["out.sem_feat_masked_last"]), 1e-4


def semantic_codec(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """Encoding, codes of one recording and of a batch, their embeddings, and codes to embeddings."""
    arrays = fixture.arrays
    codec = load_codec(CodecConfig.read(fixture.about["config"]), tensors(fixture.state()), source=fixture.path.name)
    features = torch.tensor(arrays["in.x"])
    yield "encoder", largest(codec.encode(features), arrays["out.encoder"]), 1e-4
    codes, embedded = codec.quantize(features)
    yield "indices", unequal(codes, arrays["out.indices"]), 0.0
    yield "quantized", largest(embedded, arrays["out.quantized"]), 1e-4
    batched, _ = codec.quantize(torch.tensor(arrays["in.x_batch"]))
    yield "indices_batch", unequal(batched, arrays["out.indices_batch"]), 0.0
    # The recording has the channels first.
    yield "vq2emb", largest(codec.embed(torch.tensor(arrays["in.codes"])).mT, arrays["out.vq2emb"]), 1e-4


def enhanced_codec_v25(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """Codes of features, of features without their last row, embeddings, and codes back to features."""
    arrays = fixture.arrays
    config = CodecConfig.read(fixture.about["config"])
    codec = load_enhanced_codec(config, tensors(fixture.state()), source=fixture.path.name)
    features = torch.tensor(arrays["in.x"])
    codes, embedded = codec.quantize(features)
    yield "indices", unequal(codes, arrays["out.indices"]), 0.0
    yield "quantized", largest(embedded, arrays["out.quantized"]), 1e-4
    without_last, _ = codec.quantize(features[:, :-1])
    yield "indices_odd", unequal(without_last, arrays["out.indices_odd"]), 0.0
    recorded = torch.tensor(arrays["out.indices"])
    yield "decoded", largest(codec.decode(recorded), arrays["out.decoded"]), 1e-4


def campplus(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """The 2-D network alone, the vector of one recording and of a batch."""
    arrays = fixture.arrays
    config = CampplusConfig(**fixture.about["config"])
    encoder = load_campplus(config, tensors(fixture.state()), source=fixture.path.name)
    features = torch.tensor(arrays["in.feat"])
    yield "head", largest(encoder.head(features.mT), arrays["out.head"]), 1e-4
    yield "embedding", largest(encoder(features), arrays["out.embedding"]), 1e-4
    batch = torch.tensor(arrays["in.feat_batch"])
    yield "embedding_batch", largest(encoder(batch), arrays["out.embedding_batch"]), 1e-4


@torch.inference_mode()
def emotion(fixture: Fixture, config: Config) -> Iterator[Row]:
    """Weights made fit, scaled, and the mixed vectors; the nearest rows exactly."""
    names = ("spk_matrix", "emo_matrix", "style", "base_emovec")
    given = tensors({name: fixture.arrays[f"in.{name}"] for name in names})
    exemplars = Exemplars(given["spk_matrix"], given["emo_matrix"], tuple(fixture.about["emo_num"]))
    places = exemplars.nearest(given["style"])
    yield "nearest_index", unequal(np.array(places), fixture.arrays["out.nearest_index"]), 0.0
    for case in fixture.about["cases"]:
        fit = normalised(case["emo_vector"], bias=case["apply_bias"])
        name = case["key"].removeprefix("out.")
        yield f"{name}: normalised", largest(fit, np.array(case["normalized"], float)), _EXACT
        weights = scaled(fit, case["alpha"])
        yield f"{name}: scaled", largest(weights, np.array(case["scaled"], float)), _EXACT
        mixed = exemplars.mix(given["base_emovec"], weights, places)
        yield name, largest(mixed.numpy(), fixture.arrays[case["key"]]), _MIX_TOLERANCE


def length_regulator(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """Every target length that ``ylens`` lists; one that is a list is a batch."""
    arrays = fixture.arrays
    config = RegulatorConfig.read(fixture.about["config"])
    regulator = load_regulator(config, tensors(fixture.state()), source=fixture.path.name)
    for name, lengths in fixture.about["ylens"].items():
        rows = torch.tensor(arrays["in.xb" if isinstance(lengths, list) else "in.x"])
        conditions = regulator(rows, torch.tensor(lengths).reshape(-1))
        yield name, largest(conditions, arrays[f"out.{name}"]), 1e-4


def dit(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """The velocity for every set of lengths in ``x_lens``; within the first, what the parts hand on."""
    yield from both(lambda prepare: _dit(fixture, prepare))


def _dit(fixture: Fixture, prepare: Prepare) -> Iterator[Row]:
    arrays = fixture.arrays
    network = load_dit(DiTConfig.read(fixture.about["config"]), tensors(fixture.state()), source=fixture.path.name)
    prepare(network)
    mel, prompt, time, style, condition = (
        torch.tensor(arrays[f"in.{name}"]) for name in ("x", "prompt_x", "t", "style", "cond")
    )
    parts: dict[str, nn.Module] = {
        "transformer": network.transformer,
        "wavenet": network.wavenet,
        "t_embed": network.t_embedder,
        "t_embed2": network.t_embedder2,
    }
    for case, lengths in fixture.about["x_lens"].items():
        handed_on: dict[str, torch.Tensor] = {}
        # A single length is that of every one in the batch.
        own = torch.tensor(lengths).expand(len(mel))
        with ExitStack() as stack:
            for name, part in parts.items():
                stack.enter_context(_kept(part, name, handed_on))
            velocity = network(mel, prompt, own, time, style, condition)
        yield case, largest(velocity, arrays[f"out.{case}"]), 1e-4
        for name, value in handed_on.items():
            recorded = arrays.get(f"out.{name}" if name.startswith("t_") else f"out.{case}_{name}")
            if recorded is not None:
                yield f"{case}: {name}", largest(value, recorded), 1e-4


def _kept(part: nn.Module, name: str, kept: dict[str, torch.Tensor]) -> torch.utils.hooks.RemovableHandle:
    def keep(_part: nn.Module, _given: object, out: torch.Tensor) -> None:
        kept[name] = out

    return part.register_forward_hook(keep)


def cfm(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """Every case, with the weights of the fixture ``dit`` beside this one."""
    yield from both(lambda prepare: _cfm(fixture, prepare))


def _cfm(fixture: Fixture, prepare: Prepare) -> Iterator[Row]:
    arrays = fixture.arrays
    weights = fixture.sibling("dit")
    network = load_dit(DiTConfig.read(fixture.about["config"]), tensors(weights.state()), source=weights.path.name)
    prepare(network)
    noise, prompt, style, condition = (
        torch.tensor(arrays[f"in.{name}"]) for name in ("noise", "prompt", "style", "mu")
    )
    lengths = torch.tensor(fixture.about["x_lens"])
    for case, said in fixture.about["cases"].items():
        steps, guidance = int(said["n_timesteps"]), float(said["cfg"])
        mel = solve(network, noise, prompt, style, condition, lengths=lengths, steps=steps, guidance=guidance)
        yield case, largest(mel, arrays[f"out.{case}"]), 5e-4 if steps > _MANY_STEPS else 1e-4


def bigvgan(fixture: Fixture, _config: Config) -> Iterator[Row]:
    """One activation alone, a whole mel, and the same mel in chunks."""
    arrays = fixture.arrays
    config = BigVGANConfig.read(fixture.about["config"], source=fixture.path.name)
    vocoder = load_bigvgan(config, tensors(fixture.state()), source=fixture.path.name)
    first = vocoder.get_submodule("resblocks.0.activations.0")
    yield "activation", largest(first(torch.tensor(arrays["in.act_x"])), arrays["out.act_y"]), 1e-4
    mel = torch.tensor(arrays["in.mel"])
    yield "wav", largest(vocoder(mel), arrays["out.wav"]), 1e-4
    pieces = list(vocoder.chunks(mel, frames=max(1, mel.shape[2] // 3)))
    yield "wav in chunks", largest(torch.cat(pieces, dim=2), arrays["out.wav"]), 1e-4
