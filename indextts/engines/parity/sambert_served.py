"""What serves beside recordings: the runtime with its wishes, intensities and pieces, and several sentences at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from indextts.engines.parity.runner import GRAPH, Array, Row, near, same
from indextts.engines.sambert.runtime import (
    ACOUSTIC_FILE,
    NEUTRAL,
    VOCODER_FILE,
    Floats,
    Runtime,
    SambertVoiceData,
    SymbolControls,
    synthesise,
)
from indextts.engines.sambert.shapes import VocoderShape
from indextts.engines.sambert.symbols import SymbolVocabulary, Units

if TYPE_CHECKING:
    from indextts.engines.sambert.networks.acoustic import Sambert

_INTENSITY: Final = 0.4
_PIECES: Final = 3


@contextmanager
def runtime(model: Any, tables: Mapping[str, Floats], shape: VocoderShape | None = None) -> Iterator[Runtime]:
    """What serves, over one exported graph: an acoustic model, or the vocoder of ``shape``."""
    sizes = shape or VocoderShape(1, 1, 1, 1, (1,), (1,), (), (), 0.1, True)
    data = SambertVoiceData(
        name="",
        sample_rate=0,
        hop=sizes.hop * sizes.bands,
        bands=sizes.bands,
        mels=sizes.mels,
        reach=sizes.reach if shape else (0, 0),
        speaker="",
        fields=SymbolVocabulary.mandarin(["F7"]).fields,
        source=sizes.source,
    )
    with TemporaryDirectory() as folder:
        file = Path(folder) / "graph.onnx"
        file.write_bytes(model.SerializeToString())
        # The half that is not compared is opened, and never asked.
        yield Runtime({ACOUSTIC_FILE: file, VOCODER_FILE: file}, tables, data)


def sentence(
    network: Sambert, model: Any, weights: Mapping[str, Array], run: str, inputs: Mapping[str, Array], mel: Array
) -> Iterator[Row]:
    """A recorded sentence through the runtime; then with wishes and at a weaker emotion, beside the plain network."""
    emotion, rows = inputs["inputs_emotion"][0], weights["emo_tokenizer.weight"]
    speaker, table = inputs["inputs_speaker"][0], weights.get("spk_tokenizer.weight")
    if speaker.ndim == 2:
        table, speaker = np.unique(speaker, axis=0, return_inverse=True)
    assert table is not None
    units = Units(inputs["inputs_ling"][0], emotion, speaker.reshape(-1))
    count = len(emotion)
    wishes = SymbolControls(
        np.where(np.arange(count) % 2, 1.5, 0.75), np.linspace(-1.0, 1.0, count), np.linspace(0.5, -0.5, count)
    )
    with runtime(model, {"emotion": rows, "speaker": table}) as serving:
        yield near(f"{run}/runtime/mel", serving.acoustic(units)[0], mel, GRAPH)
        for name, asked, strength in (
            ("wishes", wishes, 1.0),
            ("intensity", SymbolControls.none(count), _INTENSITY),
            ("neutral", SymbolControls.none(count), 0.0),
        ):
            ours, frames = serving.acoustic(units, asked, strength)
            said = _plain(network, units, _felt(rows, emotion, strength), table[units.speaker], asked)
            yield same(f"{run}/runtime/{name}/frames", frames, said.frames.numpy())
            yield near(f"{run}/runtime/{name}/mel", ours, said.mel.numpy(), GRAPH)


def _felt(rows: Array, emotion: Array, strength: float) -> Array:
    """Emotions at a strength: between neutral and themselves; what has none, as the breaks, stays."""
    names = SymbolVocabulary.mandarin(["F7"])
    neutral, none = (names.id("emo_category", name) for name in (NEUTRAL, "emotion_none"))
    mixed = [rows[one] if one == none else (1.0 - strength) * rows[neutral] + strength * rows[one] for one in emotion]
    return np.stack(mixed).astype(np.float32)


def _plain(network: Sambert, units: Units, emotion: Array, speaker: Array, wishes: SymbolControls) -> Any:
    import torch

    from indextts.engines.sambert.networks.acoustic import Controls

    def one(array: Array, kind: Any = np.float32) -> Any:
        return torch.from_numpy(np.array(array, kind))[None]

    controls = Controls(one(wishes.length), one(wishes.pitch), one(wishes.energy))
    return network(one(units.text, np.int64), one(emotion), one(speaker), controls)


def sound(model: Any, shape: VocoderShape, run: str, mel: Array, sines: Array | None, wave: Array) -> Iterator[Row]:
    """A recorded mel ``[N, ·]`` through the runtime, whole and in pieces."""
    expected = wave[0] if shape.bands == 1 else synthesise(wave[0])[None]
    with runtime(model, {}, shape) as serving:
        yield near(f"{run}/runtime/wav", serving.sound(mel, sines)[None], expected, GRAPH)
        pieces = serving.sound(mel, sines, frames=max(1, len(mel) // _PIECES))
        yield near(f"{run}/runtime/wav in pieces", pieces[None], expected, GRAPH)


def batch(network: Sambert, run: str, inputs: Mapping[str, Array], want: Mapping[str, Array]) -> Iterator[Row]:
    """Padded sentences, up to their frames: every recorded value of what is no padding.

    The recorded network lets a sentence's end see the padding after it, which the one that serves does not: here the
    encoder is made to. What follows takes each sentence by itself.
    """
    import torch

    from indextts.engines.sambert.networks.acoustic import Controls

    units, emotion, speaker, lengths = (
        torch.from_numpy(inputs[name].copy())
        for name in ("inputs_ling", "inputs_emotion", "inputs_speaker", "input_lengths")
    )
    seen: dict[str, list[Any]] = {}
    with torch.inference_mode(), _seeing_padding(network, lengths):
        found: dict[str, Any] = {}
        hidden = network.text_encoder(units, lengths, lambda name, value: found.update({f"enc.{name}": value}))
        for name, value in found.items():
            seen[name] = [value.reshape(len(lengths), -1, *value.shape[1:])[place] for place in range(len(lengths))]
        for place, length in enumerate(lengths.tolist()):
            held = slice(place, place + 1), slice(0, length)
            network.variance_adaptor(
                hidden[held],
                speaker[held] if speaker.is_floating_point() else network.spk_tokenizer(speaker[held]),
                network.emo_tokenizer(emotion[held]),
                Controls(),
                lambda name, value: seen.setdefault(f"va.{name}", []).append(value),
            )
    totals = [int(frames.sum()) for frames in seen["va.dur_frames"]]
    yield same(f"{run}/out.lengths", totals, want["out.lengths"])
    for name, expected in want.items():
        if name.startswith("out."):
            continue
        pairs = _real(name, seen.get(name, []), expected, lengths.tolist(), totals)
        ours = np.concatenate([np.ravel(mine) for mine, _ in pairs])
        theirs = np.concatenate([np.ravel(its) for _, its in pairs])
        yield (same if name == "va.dur_frames" else near)(f"{run}/{name}", ours, theirs)


def _real(
    name: str, ours: list[Any], theirs: Array, lengths: list[int], totals: list[int]
) -> list[tuple[Array, Array]]:
    """Each sentence's values and the recorded ones, without padding."""
    pairs = []
    heads_first = name.endswith(".attn")
    for place, (length, total) in enumerate(zip(lengths, totals, strict=True)):
        mine = np.zeros(()) if place >= len(ours) else ours[place].numpy()
        if heads_first:
            its = theirs.reshape(-1, len(lengths), *theirs.shape[1:])[:, place, :length, :length]
            mine = mine[:, :length, :length] if mine.ndim else mine
        else:
            count = total if name.startswith(("va.lr_", "va.dur_pos")) else length
            its = theirs[place, :count]
            mine = mine.reshape(-1, *its.shape[1:])[:count] if mine.ndim else mine
        pairs.append((mine, its))
    return pairs


@contextmanager
def _seeing_padding(network: Sambert, lengths: Any) -> Iterator[None]:
    """Inside, convolutions of the encoder read what the norm makes of padding, as the recorded ones do."""
    import torch

    parts = [layer.get_submodule("pos_ffn") for layer in network.text_encoder.ling_enc["fft"].children()]
    kept: Any = None

    def note_kept(_module: Any, given: tuple[Any, ...]) -> tuple[Any, ...]:
        nonlocal kept
        kept = torch.arange(given[0].shape[1])[None, :, None] < lengths[:, None, None]
        return (given[0] * kept,)

    hooks = [part.register_forward_pre_hook(note_kept) for part in parts]
    hooks += [part.register_forward_hook(lambda _module, _given, out: out * kept) for part in parts]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()
