"""Sambert as one graph, both of its loops inside.

Inputs: ``units`` int64 ``[T, fields]``; the rows ``emotion [T, ·]`` and ``speaker [T, ·]``; ``length [T]``, a factor on
each symbol's frames; ``pitch [T]`` and ``energy [T]``, added to what is predicted. Outputs: ``mel [N, mels]`` and
``frames`` int64 ``[T]``.

Two dense layers with nothing between are one here: the projection of a step's last frame and the pre-net's first layer,
the pre-net's last layer and the projection after it. What of a step does not hang on the one before is computed for
all steps at once.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import onnx
from onnx import TensorProto

from indextts.engines.sambert.export.writer import LoopGraph, Weights
from indextts.engines.sambert.shapes import AcousticShape, table_names

_FAR: Final = 2**62
_DEC: Final = "mel_decoder.mel_dec"


def build_acoustic(shape: AcousticShape, weights: Weights) -> onnx.ModelProto:
    """``weights`` as :func:`indextts.engines.sambert.weights.checked_acoustic` gives them."""
    graph = LoopGraph("acoustic", weights)
    tables = [name for name in table_names(shape) if name.endswith("_emb")]
    units = graph.input("units", ["T", len(tables)], TensorProto.INT64)
    emotion = graph.input("emotion", ["T", shape.emotion])
    speaker = graph.input("speaker", ["T", shape.speaker])
    length, pitch, energy = (graph.input(name, ["T"]) for name in ("length", "pitch", "energy"))
    hidden = _encode(graph, shape, tables, units)
    hidden, frames, band = _adapt(graph, shape, hidden, (speaker, emotion), (length, pitch, energy))
    memory, total = _memory(graph, shape, hidden, speaker, emotion, frames)
    mel = _finish(graph, shape, _decode(graph, shape, memory, band), total)
    graph.output(mel, "mel", ["N", shape.mels])
    graph.output(frames, "frames", ["T"], TensorProto.INT64)
    return graph.model()


def _encode(graph: LoopGraph, shape: AcousticShape, tables: list[str], units: str) -> str:
    x, root = "", np.float32(shape.encoder_units**0.5)
    for place, name in enumerate(tables):
        ids = graph.op("Gather", units, graph.constant(place, np.int64), axis=1)
        rows = graph.op("Gather", graph.constant(graph.weights[f"text_encoder.{name}.weight"] * root), ids)
        x = graph.add(x, rows) if x else rows
    x = graph.add(x, _positions(graph, units, shape.embedding))
    width = shape.embedding
    for number in range(shape.encoder_layers):
        stem = f"text_encoder.ling_enc.fft.{number}"
        mixed = graph.linear(
            _self_attention(graph, shape, graph.norm(x, f"{stem}.slf_attn.layer_norm"), stem), f"{stem}.slf_attn.fc"
        )
        x = graph.add(mixed, x) if width == shape.encoder_units else mixed
        width = shape.encoder_units
        x = graph.add(x, _convolutions(graph, graph.norm(x, f"{stem}.pos_ffn.layer_norm"), f"{stem}.pos_ffn"))
    return graph.linear(graph.norm(x, "text_encoder.ling_enc.ln"), "text_encoder.ling_proj")


def _positions(graph: LoopGraph, units: str, width: int) -> str:
    half = width // 2
    rates = np.power(10000.0, -np.arange(half) / (half - 1 if half > 1 else 1)).astype(np.float32)
    places = graph.add(graph.cast(graph.range(graph.length(units))), graph.constant(1.0))
    angles = graph.mul(graph.op("Unsqueeze", places, graph.ints(1)), graph.constant(rates[None]))
    return graph.op("Concat", graph.op("Sin", angles), graph.op("Cos", angles), axis=1)


def _self_attention(graph: LoopGraph, shape: AcousticShape, x: str, stem: str) -> str:
    heads, units = shape.encoder_heads, shape.encoder_units
    parts = graph.split_op("Split", 3, graph.linear(x, f"{stem}.slf_attn.w_qkv"), axis=1)
    q, k, v = (graph.op("Reshape", part, graph.ints(-1, heads, units // heads)) for part in parts)
    scores = graph.op("MatMul", graph.op("Transpose", q, perm=[1, 0, 2]), graph.op("Transpose", k, perm=[1, 2, 0]))
    weights = graph.op("Softmax", graph.mul(scores, graph.constant((units // heads) ** -0.5)), axis=-1)
    mixed = graph.op("MatMul", weights, graph.op("Transpose", v, perm=[1, 0, 2]))
    return graph.op("Reshape", graph.op("Transpose", mixed, perm=[1, 0, 2]), graph.ints(-1, units))


def _convolutions(graph: LoopGraph, x: str, name: str) -> str:
    first = graph.weights[f"{name}.w_1.weight"]
    h = graph.conv(graph.to_channels(x), first, graph.weights[f"{name}.w_1.bias"], pad=(first.shape[2] - 1) // 2)
    h = graph.conv(graph.op("Relu", h), graph.weights[f"{name}.w_2.weight"], graph.weights[f"{name}.w_2.bias"])
    return graph.to_rows(h)


def _adapt(
    graph: LoopGraph, shape: AcousticShape, hidden: str, tags: tuple[str, str], controls: tuple[str, str, str]
) -> tuple[str, str, str]:
    """Hidden vectors with pitch and energy, frames of each symbol, and the decoder's band as int64 ``[1]``."""
    length, *shifts = controls
    x = graph.op("Concat", hidden, *tags, axis=1)
    for kind, shift in zip(("pitch", "energy"), shifts, strict=True):
        stem = f"variance_adaptor.{kind}_predictor"
        width = shape.text + shape.speaker + shape.emotion
        seen = graph.fsmn(graph.to_channels(x), f"{stem}.fsmn", width, shape.predictor)
        seen = graph.lstm(graph.to_rows(seen), f"{stem}.blstm", shape.predictor.lstm, both=True)
        value = graph.add(graph.linear(seen, f"{stem}.fc"), graph.op("Unsqueeze", shift, graph.ints(1)))
        name = f"variance_adaptor.{kind}_emb"
        part = graph.conv(
            graph.to_channels(value), graph.weights[f"{name}.weight"], graph.weights[f"{name}.bias"], pad=4
        )
        hidden = graph.add(hidden, graph.to_rows(part))
    logarithms = _durations(graph, shape, graph.op("Concat", hidden, *tags, axis=1))
    lengths = graph.mul(graph.op("Sub", graph.op("Exp", logarithms), graph.constant(1.0)), length)
    half = graph.constant(0.5)
    frames = graph.cast(graph.op("Floor", graph.add(lengths, half)), TensorProto.INT64)
    nothing = graph.cast(graph.op("Equal", graph.op("ReduceSum", frames), graph.ints(0)), TensorProto.INT64)
    last = graph.op("Sub", graph.length(frames), graph.ints(1))
    # Something must be said: the last symbol, for one frame.
    frames = graph.op("ScatterElements", frames, last, nothing, reduction="add")
    longest = graph.op("Div", graph.op("ReduceMax", lengths, axes=[0]), graph.constant(shape.frames_per_step))
    band = graph.cast(graph.op("Floor", graph.add(longest, half)), TensorProto.INT64)
    return hidden, frames, band


def _durations(graph: LoopGraph, shape: AcousticShape, x: str) -> str:
    """``log(length + 1)`` of each symbol, ``[T]``."""
    weights, stem = graph.weights, "variance_adaptor.duration_predictor"
    units, fed = shape.duration_lstm, shape.duration_prenet[-1]
    enter = weights[f"{stem}.lstm.weight_ih_l0"]
    bias = [weights[f"{stem}.lstm.bias_ih_l{layer}"] + weights[f"{stem}.lstm.bias_hh_l{layer}"] for layer in (0, 1)]
    fixed = graph.dense(x, enter[:, fed:].T, bias[0])
    first = graph.constant(np.concatenate([enter[:, :fed], weights[f"{stem}.lstm.weight_hh_l0"]], axis=1).T)
    both = [weights[f"{stem}.lstm.weight_ih_l1"], weights[f"{stem}.lstm.weight_hh_l1"]]
    second, second_bias = graph.constant(np.concatenate(both, axis=1).T), graph.constant(bias[1])

    def body(number: str, states: list[str]) -> tuple[list[str], list[str]]:
        y, low, low_cell, high, high_cell = states
        ahead = y
        for layer in range(len(shape.duration_prenet)):
            ahead = graph.op("Relu", graph.linear(ahead, f"{stem}.prenet.fcs.{3 * layer}"))
        row = graph.op("Gather", fixed, number)
        gates = graph.op("Gemm", graph.op("Concat", ahead, low, axis=1), first, row)
        low, low_cell = _cell(graph, gates, low_cell)
        gates = graph.op("Gemm", graph.op("Concat", low, high, axis=1), second, second_bias)
        high, high_cell = _cell(graph, gates, high_cell)
        y = graph.op("Relu", graph.linear(high, f"{stem}.fc"))
        return [y, low, low_cell, high, high_cell], [y]

    zero = graph.constant(np.zeros((1, units)))
    states = [graph.constant(np.zeros((1, 1))), zero, zero, zero, zero]
    _, (said,) = graph.loop(graph.op("Squeeze", graph.length(x)), states, body)
    return graph.op("Reshape", said, graph.ints(-1))


def _cell(graph: LoopGraph, gates: str, cell: str) -> tuple[str, str]:
    enter, forget, new, leave = graph.split_op("Split", 4, gates, axis=1)
    kept = graph.mul(graph.op("Sigmoid", forget), cell)
    cell = graph.add(kept, graph.mul(graph.op("Sigmoid", enter), graph.op("Tanh", new)))
    return graph.mul(graph.op("Sigmoid", leave), graph.op("Tanh", cell)), cell


def _memory(
    graph: LoopGraph, shape: AcousticShape, hidden: str, speaker: str, emotion: str, frames: str
) -> tuple[str, str]:
    """The decoder's memory ``[L, ·]``, and how many frames there are, int64 ``[1]``."""
    step = shape.frames_per_step
    ends = graph.op("CumSum", frames, graph.constant(0, np.int64))
    total = graph.op("ReduceSum", frames, graph.ints(0))
    frame = graph.range(total)
    # The symbol of a frame is the number of symbols that end before it.
    passed = graph.op(
        "GreaterOrEqual", graph.op("Unsqueeze", frame, graph.ints(1)), graph.op("Unsqueeze", ends, graph.ints(0))
    )
    symbol = graph.op("ReduceSum", graph.cast(passed, TensorProto.INT64), graph.ints(1), keepdims=0)
    begin = graph.op("Gather", graph.op("Sub", ends, frames), symbol)
    place = graph.add(graph.op("Sub", frame, begin), graph.ints(1))
    zero = graph.ints(0)
    steps = graph.op("Div", graph.add(total, graph.ints(step - 1)), graph.ints(step))
    missing = graph.op("Sub", graph.mul(steps, graph.ints(step)), total)

    def filled(rows: str) -> str:
        return graph.op("Pad", rows, graph.op("Concat", zero, zero, missing, zero, axis=0))

    text = filled(graph.op("Gather", hidden, symbol))
    rates = np.power(10000.0, -2.0 * (np.arange(shape.text) // 2) / shape.text).astype(np.float32)
    angles = graph.mul(filled(graph.op("Unsqueeze", graph.cast(place), graph.ints(1))), graph.constant(rates[None]))
    even = graph.constant(np.arange(shape.text)[None] % 2 == 0, np.bool_)
    code = graph.op("Where", even, graph.op("Sin", angles), graph.op("Cos", angles))
    text = graph.op("Reshape", graph.add(text, code), graph.ints(-1, step * shape.text))
    first = graph.op("Slice", symbol, graph.ints(0), graph.ints(_FAR), graph.ints(0), graph.ints(step))
    tags = [graph.op("Gather", rows, first) for rows in (speaker, emotion)]
    return graph.op("Concat", text, *tags, axis=1), total


def _decode(graph: LoopGraph, shape: AcousticShape, memory: str, band: str) -> str:
    """Every step's frames, ``[L, r · mels]``."""
    weights, units = graph.weights, shape.decoder_units
    heads, layers, last = shape.decoder_heads, shape.decoder_layers, 3 * len(shape.decoder_prenet)
    size, root = units // heads, shape.decoder_units**0.5
    enter = weights[f"{_DEC}.dec_in_proj.weight"] * root
    # What enters a step from the memory, and from the pre-net through its last layer.
    bias = (
        weights[f"{_DEC}.dec_in_proj.bias"] * root
        + enter[:, shape.memory :] @ weights[f"{_DEC}.prenet.fcs.{last}.bias"]
    )
    told = graph.dense(memory, enter[:, : shape.memory].T, bias)
    inner = graph.constant((enter[:, shape.memory :] @ weights[f"{_DEC}.prenet.fcs.{last}.weight"]).T)
    # From the end of a step, through its last frame, to the pre-net's first layer.
    rows = slice((shape.frames_per_step - 1) * shape.mels, None)
    back = weights[f"{_DEC}.prenet.fcs.0.weight"].astype(np.float64)
    again = graph.constant((back @ weights[f"{_DEC}.dec_out_proj.weight"][rows]).T)
    again_bias = graph.constant(
        back @ weights[f"{_DEC}.dec_out_proj.bias"][rows] + weights[f"{_DEC}.prenet.fcs.0.bias"]
    )
    memory_k, memory_v = _memory_keys(graph, shape, memory)
    wide = graph.add(band, graph.ints(1))

    def body(number: str, states: list[str]) -> tuple[list[str], list[str]]:
        fed, past_k, past_v = states
        end = graph.add(number, wide)
        ahead_k = graph.split_op("Split", layers, graph.part(memory_k, number, end, 2), axis=0)
        ahead_v = graph.split_op("Split", layers, graph.part(memory_v, number, end, 1), axis=0)
        before_k = graph.split_op("Split", layers, past_k, axis=0)
        before_v = graph.split_op("Split", layers, past_v, axis=0)
        x = graph.op("Relu", fed)
        for layer in range(1, len(shape.decoder_prenet)):
            x = graph.op("Relu", graph.linear(x, f"{_DEC}.prenet.fcs.{3 * layer}"))
        x = graph.op("Gemm", x, inner, graph.op("Gather", told, number))
        keys, values = [], []
        for layer in range(layers):
            stem = f"{_DEC}.pnca.{layer}"
            entered = _enter(graph, graph.norm(x, f"{stem}.pnca_attn.layer_norm"), f"{stem}.pnca_attn.w_x_qkv", size)
            q, k, v = graph.split_op("Split", 3, entered, axis=1)
            q = graph.op("Reshape", q, graph.ints(heads, 1, size))
            # One step's keys lie in memory the same either way round.
            k = graph.op("Reshape", k, graph.ints(heads, size, 1))
            v = graph.op("Reshape", v, graph.ints(heads, 1, size))
            keys.append(k)
            values.append(v)
            said = _look(
                graph,
                q,
                graph.op("Concat", before_k[layer], k, axis=2),
                graph.op("Concat", before_v[layer], v, axis=1),
            )
            heard = _look(graph, q, ahead_k[layer], ahead_v[layer])
            mixed = graph.op("Reshape", graph.op("Concat", said, heard, axis=0), graph.ints(1, 2 * units))
            x = graph.add(x, _both(graph, mixed, f"{stem}.pnca_attn"))
            h = graph.linear(graph.norm(x, f"{stem}.pos_ffn.layer_norm"), f"{stem}.pos_ffn.w_1")
            x = graph.add(x, graph.linear(graph.op("Relu", h), f"{stem}.pos_ffn.w_2"))
        x = graph.norm(x, f"{_DEC}.ln")
        past_k, past_v = _kept(graph, past_k, keys, band, 2), _kept(graph, past_v, values, band, 1)
        return [graph.op("Gemm", x, again, again_bias), past_k, past_v], [x]

    states = [
        graph.constant(weights[f"{_DEC}.prenet.fcs.0.bias"][None]),
        graph.constant(np.zeros((layers * heads, size, 0))),
        graph.constant(np.zeros((layers * heads, 0, size))),
    ]
    _, (steps,) = graph.loop(graph.op("Squeeze", graph.length(memory)), states, body)
    return graph.linear(graph.op("Reshape", steps, graph.ints(-1, units)), f"{_DEC}.dec_out_proj")


def _memory_keys(graph: LoopGraph, shape: AcousticShape, memory: str) -> tuple[str, str]:
    """Keys ``[layers · heads, d, L]`` and values ``[layers · heads, L, d]``."""
    size = shape.decoder_units // shape.decoder_heads
    names = [f"{_DEC}.pnca.{layer}.pnca_attn.w_h_kv" for layer in range(shape.decoder_layers)]
    halves = []
    for half in (slice(None, shape.decoder_units), slice(shape.decoder_units, None)):
        weight = np.concatenate([graph.weights[f"{name}.weight"][half] for name in names])
        bias = np.concatenate([graph.weights[f"{name}.bias"][half] for name in names])
        rows = graph.dense(memory, weight.T, bias)
        halves.append(graph.op("Reshape", rows, graph.ints(-1, shape.decoder_layers * shape.decoder_heads, size)))
    keys, values = halves
    return graph.op("Transpose", keys, perm=[1, 2, 0]), graph.op("Transpose", values, perm=[1, 0, 2])


def _enter(graph: LoopGraph, x: str, name: str, size: int) -> str:
    """Query, key and value of a step, the query scaled for both attentions."""
    weight, bias = graph.weights[f"{name}.weight"], graph.weights[f"{name}.bias"]
    scale = np.ones(bias.shape, np.float32)
    scale[: bias.size // 3] = size**-0.5
    return graph.dense(x, (weight * scale[:, None]).T, bias * scale)


def _look(graph: LoopGraph, q: str, keys: str, values: str) -> str:
    return graph.op("MatMul", graph.op("Softmax", graph.op("MatMul", q, keys), axis=-1), values)


def _both(graph: LoopGraph, mixed: str, stem: str) -> str:
    """The sum of both attentions' last layers."""
    weight = np.concatenate([graph.weights[f"{stem}.{name}.weight"] for name in ("fc_x", "fc_h")], axis=1)
    return graph.dense(mixed, weight.T, graph.weights[f"{stem}.fc_x.bias"] + graph.weights[f"{stem}.fc_h.bias"])


def _kept(graph: LoopGraph, past: str, new: list[str], band: str, axis: int) -> str:
    """The past with this step, as far back as the next one looks."""
    grown = graph.op("Concat", past, graph.op("Concat", *new, axis=0), axis=axis)
    length = graph.length(grown, axis)
    begin = graph.op("Max", graph.op("Sub", length, band), graph.ints(0))
    return graph.part(grown, begin, length, axis)


def _finish(graph: LoopGraph, shape: AcousticShape, raw: str, total: str) -> str:
    mel = graph.op("Reshape", raw, graph.ints(-1, shape.mels))
    mel = graph.part(mel, graph.ints(0), total, 0)
    seen = graph.to_rows(graph.fsmn(graph.to_channels(mel), "mel_postnet.fsmn", shape.mels, shape.postnet))
    return graph.add(mel, graph.linear(graph.lstm(seen, "mel_postnet.lstm", shape.postnet.lstm), "mel_postnet.fc"))
