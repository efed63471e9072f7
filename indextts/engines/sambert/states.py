"""Weights by their published names: what must be there, what may, and how weight-normalised kernels are folded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from indextts.engines.sambert.shapes import AcousticShape, MemoryShape, VocoderShape, unusable

Array = npt.NDArray[Any]
Shapes = dict[str, tuple[int, ...]]

SYMBOL_TABLES: Final = ("sy_emb", "tone_emb", "syllable_flag_emb", "ws_emb")
BYTE_TABLES: Final = ("byte_index_emb",)

_MAY_LACK: Final = (
    "text_encoder.ling_enc.position_enc.position_enc",
    "variance_adaptor.dur_position_encoder.inv_timescales",
)
"""Computed, not learned."""
_TRAINING_ONLY: Final = "align_attention."


def table_rows(shape: AcousticShape, state: Mapping[str, Array]) -> dict[str, int]:
    """The rows of each table of embeddings, by its name; the weights say it, because voices differ.

    Raises :class:`StudioError` ``voice_unusable``.
    """
    rows = {}
    for name in table_names(shape):
        key = f"{name}.weight" if name.endswith("tokenizer") else f"text_encoder.{name}.weight"
        if key not in state or state[key].ndim != 2:
            raise unusable("sambert", f"its weights lack “{key}”.", f"权重中缺少“{key}”。")
        rows[name] = int(state[key].shape[0])
    return rows


def table_names(shape: AcousticShape) -> list[str]:
    speaker = () if shape.speaker_vectors else ("spk_tokenizer",)
    return [*(BYTE_TABLES if shape.bytes else SYMBOL_TABLES), "emo_tokenizer", *speaker]


def checked_acoustic(shape: AcousticShape, state: Mapping[str, Array], voice: object = "sambert") -> dict[str, Array]:
    """Sambert's weights as float32 without what only training needs.

    Raises :class:`StudioError` ``voice_unusable`` naming what is missing, left over or of another size.
    """
    plain = _plain(state)
    kept = {
        name: array for name, array in plain.items() if not name.startswith(_TRAINING_ONLY) and name not in _MAY_LACK
    }
    _check(acoustic_weights(shape, table_rows(shape, kept)), kept, voice)
    return kept


def folded_vocoder(shape: VocoderShape, state: Mapping[str, Array], voice: object = "sambert") -> dict[str, Array]:
    """The generator's weights as float32, its kernels folded: ``conv_pre.conv1d.weight``.

    A kernel may come as ``weight_g`` and ``weight_v``, as ``parametrizations.weight.original0`` and ``…1``, or as it
    is.
    Raises as :func:`checked_acoustic` does.
    """
    plain = {
        name.replace("parametrizations.weight.original0", "weight_g").replace(
            "parametrizations.weight.original1", "weight_v"
        ): array
        for name, array in _plain(state).items()
    }
    folded = {name: array for name, array in plain.items() if not name.endswith(("weight_g", "weight_v"))}
    for name, direction in plain.items():
        if name.endswith("weight_v"):
            stem = name.removesuffix("_v")
            length = plain.get(f"{stem}_g")
            if length is None:
                raise unusable(voice, f"its weights lack “{stem}_g”.", f"权重中缺少“{stem}_g”。")
            folded[stem] = fold(length, direction)
    _check(vocoder_weights(shape), folded, voice)
    return folded


def fold(length: Array, direction: Array) -> Array:
    """A weight-normalised kernel as it is used: each slice of the first axis gets the norm ``length``.

    The first axis of a transposed convolution is that of its inputs.
    """
    axes = tuple(range(1, direction.ndim))
    norm = np.sqrt(np.square(direction.astype(np.float64)).sum(axis=axes, keepdims=True))
    folded: Array = (direction * (length / norm)).astype(np.float32)
    return folded


def acoustic_weights(shape: AcousticShape, rows: Mapping[str, int]) -> Shapes:
    want: Shapes = {}
    for name, count in rows.items():
        if name.endswith("_emb"):
            want[f"text_encoder.{name}.weight"] = (count, shape.embedding)
    units, width = shape.encoder_units, shape.embedding
    for number in range(shape.encoder_layers):
        stem = f"text_encoder.ling_enc.fft.{number}."
        want |= _norm(f"{stem}slf_attn.layer_norm", width)
        want |= _dense(f"{stem}slf_attn.w_qkv", width, 3 * units) | _dense(f"{stem}slf_attn.fc", units, units)
        want |= _feed_forward(f"{stem}pos_ffn", units, shape.encoder_inner, 3)
        width = units
    want |= _norm("text_encoder.ling_enc.ln", units)
    want["text_encoder.ling_proj.weight"] = (shape.text, units)
    if not shape.speaker_vectors:
        want["spk_tokenizer.weight"] = (rows["spk_tokenizer"], shape.speaker)
    want["emo_tokenizer.weight"] = (rows["emo_tokenizer"], shape.emotion)
    return want | _adaptor(shape) | _decoder(shape) | _postnet(shape)


def vocoder_weights(shape: VocoderShape) -> Shapes:
    """The size of every (folded) weight that the generator must have."""
    want = _conv("conv_pre.conv1d", shape.mels, shape.channels, shape.kernel)
    width = shape.channels
    for stage, kernel in enumerate(shape.kernels):
        half = shape.channels // 2 ** (stage + 1)
        want |= _conv(f"repeat_upsamples.{stage}.2.conv1d", width, half, shape.kernel)
        want[f"transpose_upsamples.{stage}.1.deconv.weight"] = (width, half, kernel)
        want[f"transpose_upsamples.{stage}.1.deconv.bias"] = (half,)
        for place, (size, steps) in enumerate(zip(shape.block_kernels, shape.block_dilations, strict=True)):
            stem = f"conv_blocks.{stage * len(shape.block_kernels) + place}."
            for layer in range(len(steps)):
                want |= _conv(f"{stem}convs1.{layer}.conv1d", half, half, size)
                want |= _conv(f"{stem}convs2.{layer}.conv1d", half, half, size)
        if shape.source:
            stride = shape.hop // int(np.prod(shape.scales[: stage + 1]))
            want |= _conv(f"source_downs.{stage}.conv1d", 1, half, 2 * stride if stride > 1 else 1)
        width = half
    if shape.source:
        want |= _conv("source_module.ffn.0", shape.source.harmonics + 1, 1, 1)
    return want | _conv("conv_post.conv1d", width, shape.bands, shape.kernel)


def _plain(state: Mapping[str, Array]) -> dict[str, Array]:
    """Float32, without the prefix that training on several devices leaves."""
    return {name.removeprefix("module."): np.asarray(array, np.float32) for name, array in state.items()}


def _check(want: Shapes, state: Mapping[str, Array], voice: object) -> None:
    wrong = [
        f"{name} {list(state[name].shape)}≠{list(size)}"
        for name, size in want.items()
        if name in state and state[name].shape != size
    ]
    for names, en, zh in (
        ([name for name in want if name not in state], "its weights lack", "权重中缺少"),
        ([name for name in state if name not in want], "its weights hold unknown entries:", "权重中有未知内容："),
        (wrong, "its weights do not fit its configuration:", "权重与配置不符："),
    ):
        if names:
            raise unusable(voice, f"{en} {_some(names)}.", f"{zh} {_some(names)}。")


def _some(names: Iterable[str]) -> str:
    found = list(names)
    rest = f" … ({len(found)})" if len(found) > 3 else ""
    return ", ".join(found[:3]) + rest


def _dense(name: str, width: int, out: int) -> Shapes:
    return {f"{name}.weight": (out, width), f"{name}.bias": (out,)}


def _norm(name: str, width: int) -> Shapes:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def _conv(name: str, width: int, out: int, kernel: int) -> Shapes:
    return {f"{name}.weight": (out, width, kernel), f"{name}.bias": (out,)}


def _feed_forward(name: str, width: int, inner: int, kernel: int) -> Shapes:
    return (
        _conv(f"{name}.w_1", width, inner, kernel)
        | _conv(f"{name}.w_2", inner, width, 1)
        | _norm(f"{name}.layer_norm", width)
    )


def _lstm(name: str, width: int, units: int, suffix: str) -> Shapes:
    return {
        f"{name}.weight_ih_{suffix}": (4 * units, width),
        f"{name}.weight_hh_{suffix}": (4 * units, units),
        f"{name}.bias_ih_{suffix}": (4 * units,),
        f"{name}.bias_hh_{suffix}": (4 * units,),
    }


def _fsmn(name: str, width: int, shape: MemoryShape) -> Shapes:
    want: Shapes = {}
    for layer in range(shape.layers):
        want |= _conv(f"{name}.ffn_lst.{layer}.w_1", width, shape.inner, 1)
        want[f"{name}.ffn_lst.{layer}.w_2.weight"] = (shape.width, shape.inner, 1)
        want[f"{name}.memory_block_lst.{layer}.conv_dw.weight"] = (shape.width, 1, shape.kernel)
        width = shape.width
    return want


def _adaptor(shape: AcousticShape) -> Shapes:
    want: Shapes = {}
    width = shape.text + shape.speaker + shape.emotion
    for kind in ("pitch", "energy"):
        stem = f"variance_adaptor.{kind}_predictor"
        want |= _fsmn(f"{stem}.fsmn", width, shape.predictor)
        for suffix in ("l0", "l0_reverse"):
            want |= _lstm(f"{stem}.blstm", shape.predictor.width, shape.predictor.lstm, suffix)
        want |= _dense(f"{stem}.fc", 2 * shape.predictor.lstm, 1)
        want |= _conv(f"variance_adaptor.{kind}_emb", 1, shape.text, 9)
    stem, fed = "variance_adaptor.duration_predictor", 1
    for number, units in enumerate(shape.duration_prenet):
        want |= _dense(f"{stem}.prenet.fcs.{3 * number}", fed, units)
        fed = units
    want |= _lstm(f"{stem}.lstm", fed + width, shape.duration_lstm, "l0")
    want |= _lstm(f"{stem}.lstm", shape.duration_lstm, shape.duration_lstm, "l1")
    return want | _dense(f"{stem}.fc", shape.duration_lstm, 1)


def _decoder(shape: AcousticShape) -> Shapes:
    want: Shapes = {}
    units, fed = shape.decoder_units, shape.mels
    for number, size in enumerate((*shape.decoder_prenet, units)):
        want |= _dense(f"mel_decoder.mel_dec.prenet.fcs.{3 * number}", fed, size)
        fed = size
    want |= _dense("mel_decoder.mel_dec.dec_in_proj", shape.memory + units, units)
    for number in range(shape.decoder_layers):
        stem = f"mel_decoder.mel_dec.pnca.{number}."
        want |= _norm(f"{stem}pnca_attn.layer_norm", units) | _dense(f"{stem}pnca_attn.w_x_qkv", units, 3 * units)
        want |= _dense(f"{stem}pnca_attn.w_h_kv", shape.memory, 2 * units)
        want |= _dense(f"{stem}pnca_attn.fc_x", units, units) | _dense(f"{stem}pnca_attn.fc_h", units, units)
        want |= _feed_forward(f"{stem}pos_ffn", units, shape.decoder_inner, 1)
    want |= _norm("mel_decoder.mel_dec.ln", units)
    return want | _dense("mel_decoder.mel_dec.dec_out_proj", units, shape.frames_per_step * shape.mels)


def _postnet(shape: AcousticShape) -> Shapes:
    want = _fsmn("mel_postnet.fsmn", shape.mels, shape.postnet)
    want |= _lstm("mel_postnet.lstm", shape.postnet.width, shape.postnet.lstm, "l0")
    return want | _dense("mel_postnet.fc", shape.postnet.lstm, shape.mels)
