"""The weights of a voice's two networks by the names of published checkpoints: their sizes, and the check of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from indextts.engines.sambert.shapes import (
    AcousticShape,
    Array,
    MemoryShape,
    Shapes,
    VocoderShape,
    as_floats,
    check,
    fold,
    table_rows,
    unusable,
)

_MAY_LACK: Final = (
    "text_encoder.ling_enc.position_enc.position_enc",
    "variance_adaptor.dur_position_encoder.inv_timescales",
)
"""Computed, not learned."""
_TRAINING_ONLY: Final = "align_attention."

Sized = Iterator[tuple[str, tuple[int, ...]]]


def checked_acoustic(shape: AcousticShape, state: Mapping[str, Array], voice: object = "sambert") -> dict[str, Array]:
    """Sambert's weights as float32 without what only training needs.

    Raises :class:`StudioError` ``voice_unusable`` naming what is missing, left over or of another size.
    """
    plain = as_floats(state)
    kept = {
        name: array for name, array in plain.items() if not name.startswith(_TRAINING_ONLY) and name not in _MAY_LACK
    }
    check(acoustic_weights(shape, table_rows(shape, kept)), kept, voice)
    return kept


def folded_vocoder(shape: VocoderShape, state: Mapping[str, Array], voice: object = "sambert") -> dict[str, Array]:
    """The generator's weights as float32, its kernels folded: ``conv_pre.conv1d.weight``.

    A kernel may come as ``weight_g`` and ``weight_v``, as ``parametrizations.weight.original0`` and ``…1``, or as it
    is.
    Raises :class:`StudioError` ``voice_unusable`` naming what is missing, left over or of another size.
    """
    plain = {
        name.replace("parametrizations.weight.original0", "weight_g").replace(
            "parametrizations.weight.original1", "weight_v"
        ): array
        for name, array in as_floats(state).items()
    }
    folded = {name: array for name, array in plain.items() if not name.endswith(("weight_g", "weight_v"))}
    for name, direction in plain.items():
        if name.endswith("weight_v"):
            stem = name.removesuffix("_v")
            length = plain.get(f"{stem}_g")
            if length is None:
                raise unusable(voice, f"its weights lack “{stem}_g”.", f"权重中缺少“{stem}_g”。")
            folded[stem] = fold(length, direction)
    check(vocoder_weights(shape), folded, voice)
    return folded


def acoustic_weights(shape: AcousticShape, rows: Mapping[str, int]) -> Shapes:
    """Of Sambert; ``rows``: how many rows each table of embeddings has, by its name."""
    return dict(_sambert(shape, rows))


def _sambert(shape: AcousticShape, rows: Mapping[str, int]) -> Sized:
    units, voiced = shape.encoder_units, shape.text + shape.speaker + shape.emotion
    for name in (name for name in rows if name.endswith("_emb")):
        yield f"text_encoder.{name}.weight", (rows[name], shape.embedding)
    for place in range(shape.encoder_layers):
        at, width = f"text_encoder.ling_enc.fft.{place}", units if place else shape.embedding
        yield from _norm(f"{at}.slf_attn.layer_norm", width)
        yield from _layer(f"{at}.slf_attn.w_qkv", 3 * units, width)
        yield from _layer(f"{at}.slf_attn.fc", units, units)
        yield from _feed_forward(f"{at}.pos_ffn", units, shape.encoder_inner, 3)
    yield from _norm("text_encoder.ling_enc.ln", units)
    yield "text_encoder.ling_proj.weight", (shape.text, units)
    if not shape.speaker_vectors:
        yield "spk_tokenizer.weight", (rows["spk_tokenizer"], shape.speaker)
    yield "emo_tokenizer.weight", (rows["emo_tokenizer"], shape.emotion)
    for what in ("pitch", "energy"):
        at = f"variance_adaptor.{what}_predictor"
        yield from _fsmn(f"{at}.fsmn", voiced, shape.predictor)
        yield from _lstm(f"{at}.blstm", shape.predictor.width, shape.predictor.lstm, ("l0", "l0_reverse"))
        yield from _layer(f"{at}.fc", 1, 2 * shape.predictor.lstm)
        yield from _layer(f"variance_adaptor.{what}_emb", shape.text, 1, 9)
    at = "variance_adaptor.duration_predictor"
    yield from _prenet(f"{at}.prenet", 1, shape.duration_prenet)
    yield from _lstm(f"{at}.lstm", shape.duration_prenet[-1] + voiced, shape.duration_lstm, ("l0", "l1"))
    yield from _layer(f"{at}.fc", 1, shape.duration_lstm)
    yield from _decoder("mel_decoder.mel_dec", shape)
    yield from _fsmn("mel_postnet.fsmn", shape.mels, shape.postnet)
    yield from _lstm("mel_postnet.lstm", shape.postnet.width, shape.postnet.lstm, ("l0",))
    yield from _layer("mel_postnet.fc", shape.mels, shape.postnet.lstm)


def _decoder(at: str, shape: AcousticShape) -> Sized:
    units = shape.decoder_units
    yield from _prenet(f"{at}.prenet", shape.mels, (*shape.decoder_prenet, units))
    yield from _layer(f"{at}.dec_in_proj", units, shape.memory + units)
    for place in range(shape.decoder_layers):
        attention = f"{at}.pnca.{place}.pnca_attn"
        yield from _norm(f"{attention}.layer_norm", units)
        yield from _layer(f"{attention}.w_x_qkv", 3 * units, units)
        yield from _layer(f"{attention}.fc_x", units, units)
        yield from _layer(f"{attention}.w_h_kv", 2 * units, shape.memory)
        yield from _layer(f"{attention}.fc_h", units, units)
        yield from _feed_forward(f"{at}.pnca.{place}.pos_ffn", units, shape.decoder_inner, 1)
    yield from _norm(f"{at}.ln", units)
    yield from _layer(f"{at}.dec_out_proj", shape.frames_per_step * shape.mels, units)


def vocoder_weights(shape: VocoderShape) -> Shapes:
    """Of the generator, its kernels folded."""
    return dict(_generator(shape))


def _generator(shape: VocoderShape) -> Sized:
    yield from _layer("conv_pre.conv1d", shape.channels, shape.mels, shape.kernel)
    width, blocks = shape.channels, 0
    for stage, (_, kernel) in enumerate(zip(shape.scales, shape.kernels, strict=True)):
        half = shape.channels // 2 ** (stage + 1)
        # In training an activation, and where it repeats an upsampling too, stands before the layer.
        yield from _layer(f"repeat_upsamples.{stage}.2.conv1d", half, width, shape.kernel)
        yield f"transpose_upsamples.{stage}.1.deconv.weight", (width, half, kernel)
        yield f"transpose_upsamples.{stage}.1.deconv.bias", (half,)
        if shape.source:
            stride = shape.hop // math.prod(shape.scales[: stage + 1])
            yield from _layer(f"source_downs.{stage}.conv1d", half, 1, 2 * stride if stride > 1 else 1)
        for size, steps in zip(shape.block_kernels, shape.block_dilations, strict=True):
            for one in (f"{part}.{place}" for part in ("convs1", "convs2") for place in range(len(steps))):
                yield from _layer(f"conv_blocks.{blocks}.{one}.conv1d", half, half, size)
            blocks += 1
        width = half
    if shape.source:
        yield from _layer("source_module.ffn.0", 1, shape.source.harmonics + 1, 1)
    yield from _layer("conv_post.conv1d", shape.bands, width, shape.kernel)


def _layer(name: str, *sizes: int) -> Sized:
    yield f"{name}.weight", sizes
    yield f"{name}.bias", sizes[:1]


def _norm(name: str, width: int) -> Sized:
    yield f"{name}.weight", (width,)
    yield f"{name}.bias", (width,)


def _feed_forward(name: str, width: int, inner: int, kernel: int) -> Sized:
    yield from _layer(f"{name}.w_1", inner, width, kernel)
    yield from _layer(f"{name}.w_2", width, inner, 1)
    yield from _norm(f"{name}.layer_norm", width)


def _prenet(name: str, width: int, units: Sequence[int]) -> Sized:
    """Every third place, because training has a ReLU and a dropout between."""
    for number, unit in enumerate(units):
        yield from _layer(f"{name}.fcs.{3 * number}", unit, width)
        width = unit


def _lstm(name: str, width: int, units: int, layers: Sequence[str]) -> Sized:
    for number, layer in enumerate(layers):
        inside = units if layer == "l1" and number else width
        yield f"{name}.weight_ih_{layer}", (4 * units, inside)
        yield f"{name}.weight_hh_{layer}", (4 * units, units)
        yield f"{name}.bias_ih_{layer}", (4 * units,)
        yield f"{name}.bias_hh_{layer}", (4 * units,)


def _fsmn(name: str, width: int, shape: MemoryShape) -> Sized:
    for place in range(shape.layers):
        yield from _layer(f"{name}.ffn_lst.{place}.w_1", shape.inner, shape.width if place else width, 1)
        yield f"{name}.ffn_lst.{place}.w_2.weight", (shape.width, shape.inner, 1)
        yield f"{name}.memory_block_lst.{place}.conv_dw.weight", (shape.width, 1, shape.kernel)
