"""The trained network as two ONNX graphs in ``assets/``, its mels moved into the Mandarin voice's timbre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from onnx import TensorProto

from indextts.engines.embedded.acoustic.english_input import MARKS, PLACES, POINTS
from indextts.engines.embedded.acoustic.english_network import DECODER, ENCODER
from indextts.engines.embedded.install.recipe import SENTENCES, speak_plainly
from indextts.engines.embedded.networks import load_networks, load_voice_data
from indextts.engines.onnx_graph import Graph
from indextts.platform.config import Config
from indextts.platform.storage import assets
from indextts.sound.mel import BANDS
from training.english_voice import corpus, motion
from training.english_voice.harmonics import OCTAVES, STEPS
from training.english_voice.learning import Norm
from training.english_voice.network import DILATIONS, KERNEL, WIDTH, Pupil

Floats = npt.NDArray[np.float32]
_COMPARED: Final = 200
"""Examples by which the network is compared with its teacher."""
_RANGE: Final = 1.6
"""Mean log₁₀ magnitude below the loudest frames from which a frame is silence."""


@dataclass(frozen=True)
class Timbre:
    """What the Mandarin voice's mels are like, band by band, ``[80]``."""

    mean: Floats
    deviation: Floats
    floor: Floats
    """Its silence."""


def mandarin_timbre(config: Config) -> Timbre:
    """Over the sentences by which the voice was measured when it was built."""
    networks, data = load_networks(config), load_voice_data(config)
    spoken = np.concatenate(
        [speak_plainly(networks.acoustic, networks.vocoder, data.symbols, sentence)[0] for sentence in SENTENCES]
    )
    level = (spoken * data.scale + data.mean).mean(1)
    heard = level > np.percentile(level, 95) - _RANGE
    floor = np.percentile(spoken[~heard], 10, axis=0)
    return Timbre(spoken[heard].mean(0), spoken[heard].std(0), floor.astype(np.float32))


def drawn(pupil: Pupil, examples: Sequence[corpus.Example]) -> list[Floats]:
    """The network's own mels ``[L, 80]`` with the examples' lengths and pitch."""
    from training.english_voice.batches import Batch

    made = []
    with torch.no_grad():
        for one in examples:
            said = Batch([one]).sentences
            told = pupil.encoder(said.phones, said.marks, said.spoken)
            mel = pupil.decoder(told.hidden, said.owner, said.places, said.octaves, said.heard)
            made.append(mel.numpy()[: len(one.mel)])
    return made


def statistics(mels: Sequence[Floats], examples: Sequence[corpus.Example]) -> Norm:
    """Mean and deviation of each band of speech."""
    frames = np.concatenate([mel[corpus.active(one)] for mel, one in zip(mels, examples, strict=True)])
    return Norm(frames.mean(0), frames.std(0))


def moved(mels: Sequence[Floats], own: Norm, timbre: Timbre) -> list[Floats]:
    """Mels whose bands are like ``own``, in another timbre."""
    factor = timbre.deviation / own.deviation
    return [np.maximum((mel - own.mean) * factor + timbre.mean, timbre.floor).astype(np.float32) for mel in mels]


class _Writer:
    """A graph whose large weights are stored in 16 bits."""

    def __init__(self, name: str, weights: dict[str, Any]) -> None:
        self.graph = Graph(name)
        self._weights = weights

    def weight(self, name: str) -> Floats:
        values: Floats = self._weights[name].numpy()
        return values

    def half(self, values: npt.NDArray[Any]) -> str:
        return self.graph.op("Cast", self.graph.constant(values, np.float16), to=TensorProto.FLOAT)

    def dense(self, x: str, name: str, *, bias: bool = True) -> str:
        product = self.graph.op("MatMul", x, self.half(self.weight(f"{name}.weight").T))
        return self.graph.add(product, self.graph.constant(self.weight(f"{name}.bias"))) if bias else product

    def norm(self, x: str, name: str) -> str:
        return self.graph.layer_norm(x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"))

    def layer(self, x: str, name: str, dilation: int) -> str:
        graph = self.graph
        inner = graph.to_channels(graph.op("Relu", self.norm(x, f"{name}.norm")))
        pad = dilation * (KERNEL // 2)
        weight, bias = self.half(self.weight(f"{name}.conv.weight")), self.weight(f"{name}.conv.bias")
        added = graph.op("Conv", inner, weight, graph.constant(bias), dilations=[dilation], pads=[pad, pad])
        return graph.add(x, graph.to_rows(added))

    def ripple(self, table: str, octaves: str) -> str:
        """The harmonics of a pitch ``[L]``, between two rows of the table."""
        graph, (low, high) = self.graph, OCTAVES
        inside = graph.op("Clip", octaves, graph.constant(low), graph.constant(high))
        at = graph.mul(graph.op("Sub", inside, graph.constant(low)), graph.constant((STEPS - 1) / (high - low)))
        below = graph.op("Min", graph.op("Floor", at), graph.constant(STEPS - 2.0))
        share = graph.op("Unsqueeze", graph.op("Sub", at, below), graph.ints(1))
        row = graph.op("Cast", below, to=TensorProto.INT64)
        first = graph.op("Gather", table, row, axis=0)
        second = graph.op("Gather", table, graph.add(row, graph.ints(1)), axis=0)
        return graph.add(first, graph.mul(graph.op("Sub", second, first), share))


def encoder_model(weights: dict[str, Any], layers: int) -> bytes:
    """Phones to hidden states, log lengths and pitch."""
    writer = _Writer("english_encoder", weights)
    graph = writer.graph
    phones, marks = graph.input("phones", ["T"], TensorProto.INT64), graph.input("marks", ["T", MARKS])
    x = graph.op("Gather", writer.half(writer.weight("phones.weight")), phones, axis=0)
    x = graph.add(x, writer.dense(marks, "marks"))
    for number in range(layers):
        x = writer.layer(x, f"layers.{number}", 1)
    hidden = writer.norm(x, "norm")
    told = writer.dense(hidden, "heads")
    lengths, octaves = graph.split_op("Split", 2, told, graph.ints(1, POINTS), axis=1)
    graph.output(hidden, "hidden", ["T", WIDTH])
    graph.output(graph.op("Squeeze", lengths, graph.ints(1)), "log_frames", ["T"])
    graph.output(octaves, "octaves", ["T", POINTS])
    return bytes(graph.model().SerializeToString())


def decoder_model(weights: dict[str, Any], own: Norm, timbre: Timbre) -> bytes:
    """Frames to a mel in the voice's norm; its bands are like ``own``, and become like ``timbre``."""
    writer = _Writer("english_decoder", weights)
    graph = writer.graph
    hidden, index = graph.input("hidden", ["T", WIDTH]), graph.input("index", ["L"], TensorProto.INT64)
    places, octaves = graph.input("places", ["L", PLACES]), graph.input("octaves", ["L"])
    moved = graph.input("moved", ["L"])
    table = writer.half(writer.weight("ripple"))
    template, said = (writer.ripple(table, pitch) for pitch in (octaves, moved))
    told = graph.op("Concat", places, graph.op("Unsqueeze", octaves, graph.ints(1)), axis=1)
    x = graph.op("Gather", writer.dense(hidden, "hidden"), index, axis=0)
    x = graph.add(graph.add(x, writer.dense(told, "places")), writer.dense(template, "seen", bias=False))
    for number, dilation in enumerate(DILATIONS):
        x = writer.layer(x, f"layers.{number}", dilation)
    both = writer.dense(writer.norm(x, "norm"), "out")
    curve, gate = graph.split_op("Split", 2, both, graph.ints(BANDS, BANDS), axis=1)
    ripple = graph.mul(graph.op("Sigmoid", gate), graph.mul(said, graph.constant(2.0)))
    mel = graph.add(curve, ripple)
    factor = timbre.deviation / own.deviation
    mel = graph.add(graph.mul(mel, graph.constant(factor)), graph.constant(timbre.mean - own.mean * factor))
    mel = graph.op("Max", mel, graph.constant(timbre.floor))
    graph.output(mel, "mel", ["L", BANDS])
    return bytes(graph.model().SerializeToString())


def export(config: Config, checkpoint: Path, data: Path, folder: Path) -> None:
    """Write both graphs of a checkpoint into ``folder``, and what its mels lack in movement."""
    stored = torch.load(checkpoint, weights_only=True)
    pupil = Pupil()
    pupil.load_state_dict(stored["average"])
    norm = Norm(stored["mean"].numpy(), stored["deviation"].numpy())
    some = [norm.apply(one) for _, one in zip(range(_COMPARED), corpus.read(data), strict=False)]
    said, mels = [one.mel.astype(np.float32) for one in some], drawn(pupil, some)
    own, timbre = statistics(mels, some), mandarin_timbre(config)
    parts: dict[str, dict[str, Any]] = {"encoder": {}, "decoder": {}}
    for name, value in pupil.state_dict().items():
        half, _, rest = name.partition(".")
        parts[half][rest] = value
    folder.mkdir(parents=True, exist_ok=True)
    layers = len(pupil.encoder.layers)
    (folder / ENCODER.name).write_bytes(encoder_model(parts["encoder"], layers))
    (folder / DECODER.name).write_bytes(decoder_model(parts["decoder"], own, timbre))
    taught = moved(said, statistics(said, some), timbre)
    motion.write(motion.motion_gains(zip(taught, moved(mels, own, timbre), strict=True)), folder)
    assets.renew(folder / DECODER.name)
