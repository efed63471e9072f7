"""Recorded values of every part of Sambert beside the plain networks, and the runtime beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
import torch

from indextts.engines.parity import sambert_served
from indextts.engines.parity.runner import GRAPH, Array, Fixture, Row, near, same
from indextts.engines.parity.sambert import WAVE
from indextts.engines.sambert import runtime
from indextts.engines.sambert.export.acoustic import build_acoustic
from indextts.engines.sambert.runtime import NEUTRAL, SymbolControls
from indextts.engines.sambert.shapes import AcousticShape, VocoderShape
from indextts.engines.sambert.symbols import SymbolVocabulary, Units
from indextts.engines.sambert.weights import checked_acoustic
from tests.support.sambert_networks.acoustic import Controls, Sambert
from tests.support.sambert_networks.decoder import band_masks
from tests.support.sambert_networks.vocoder import Generator

_INTENSITY: Final = 0.4
_MASK: Final = "teacher/out/mask_x"
_BANDS: Final = re.compile(r"_len\d+_xb(\d+)_hb(\d+)")
_NOTHING: Final = np.zeros(())
"""What is not computed here, which is like no recording."""


def under(arrays: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def acoustic(fixture: Fixture) -> Iterator[Row]:
    """The acoustic model step by step, parts of it alone, and the runtime with wishes and weaker emotions."""
    shape = AcousticShape.from_params(fixture.about["config"])
    weights = checked_acoustic(shape, fixture.state())
    network, model = Sambert.from_state(shape, weights), build_acoustic(shape, weights)
    for run in fixture.about["runs"]:
        inputs, want = under(fixture.arrays, f"{run}/in/"), under(fixture.arrays, f"{run}/out/")
        if inputs["inputs_ling"].shape[0] > 1:
            yield from _batch(network, run, inputs, want)
            continue
        yield from _sentence(network, run, inputs, want)
        yield from _wishes(network, model, weights, run, inputs)
    alone = {name: torch.from_numpy(array.copy()) for name, array in fixture.arrays.items() if "batch" not in name}
    with torch.inference_mode():
        yield from _parts(network, alone, fixture.arrays)


def vocoder(fixture: Fixture) -> Iterator[Row]:
    """The generator stage by stage."""
    shape = VocoderShape.from_params(fixture.about["params"])
    network = Generator.from_state(shape, fixture.state())
    for run in sorted({name.partition("/")[0] for name in fixture.arrays if "/in/" in name}):
        inputs, want = under(fixture.arrays, f"{run}/in/"), under(fixture.arrays, f"{run}/out/")
        sounding = None
        if shape.source:
            chance = inputs["phase"].ravel(), inputs["noise"][0]
            sounding = torch.from_numpy(runtime.sines(shape.source, inputs["mel"][0].T, shape.hop, *chance))[None]
        seen: dict[str, Array] = {}

        def note(name: str, value: Any, seen: dict[str, Array] = seen) -> None:
            seen[name] = value.numpy()

        wave = network(torch.from_numpy(inputs["mel"][:, : shape.mels].copy()), sounding, note)
        for name, expected in want.items():
            if name != "wav":
                yield near(f"{run}/{name}", seen.get(name, _NOTHING), expected)
        yield near(f"{run}/wav", wave, want["wav"], WAVE)


def _sentence(network: Any, run: str, inputs: Mapping[str, Array], want: Mapping[str, Array]) -> Iterator[Row]:
    seen: dict[str, Array] = {}
    fields = ("inputs_ling", "inputs_emotion", "inputs_speaker")
    said = network(
        *(torch.from_numpy(inputs[name].copy()) for name in fields),
        note=lambda name, value: seen.update({name: value.numpy()}),
    )
    total = int(said.frames.sum())
    yield same(f"{run}/out.lengths", [total], want["out.lengths"])
    yield same(f"{run}/out.band_width", [said.band, said.band], want["out.band_width"])
    for name, expected in want.items():
        if name == "va.dur_frames":
            yield same(f"{run}/{name}", seen[name], expected)
        elif not name.startswith("out."):
            ours = seen.get(name, _NOTHING)
            # Recorded with the frames that only fill the last step, which are not computed here.
            theirs = expected[:, : ours.shape[1]] if name.startswith("post.") and ours.ndim else expected
            yield near(f"{run}/{name}", ours, theirs)
    yield near(f"{run}/out.dec_outputs", said.before_postnet.numpy(), want["out.dec_outputs"][0, :total])
    yield near(f"{run}/out.postnet_outputs", said.mel.numpy(), want["out.postnet_outputs"][0, :total])


def _wishes(
    network: Sambert, model: Any, weights: Mapping[str, Array], run: str, inputs: Mapping[str, Array]
) -> Iterator[Row]:
    """The runtime with wishes and at weaker emotions, beside the plain network."""
    units, tables = sambert_served.spoken(weights, inputs)
    count = len(units.emotion)
    wishes = SymbolControls(
        np.where(np.arange(count) % 2, 1.5, 0.75), np.linspace(-1.0, 1.0, count), np.linspace(0.5, -0.5, count)
    )
    with sambert_served.runtime(model, tables) as serving:
        for name, asked, strength in (
            ("wishes", wishes, 1.0),
            ("intensity", SymbolControls.none(count), _INTENSITY),
            ("neutral", SymbolControls.none(count), 0.0),
        ):
            ours, frames = serving.acoustic(units, asked, strength)
            said = _plain(network, units, _felt(tables["emotion"], units.emotion, strength), tables["speaker"], asked)
            yield same(f"{run}/runtime/{name}/frames", frames, said.frames.numpy())
            yield near(f"{run}/runtime/{name}/mel", ours, said.mel.numpy(), GRAPH)


def _felt(rows: Array, emotion: Array, strength: float) -> Array:
    """Emotions at a strength: between neutral and themselves; what has none, as the breaks, stays."""
    names = SymbolVocabulary.mandarin(["F7"])
    neutral, none = (names.id("emo_category", name) for name in (NEUTRAL, "emotion_none"))
    mixed = [rows[one] if one == none else (1.0 - strength) * rows[neutral] + strength * rows[one] for one in emotion]
    return np.stack(mixed).astype(np.float32)


def _plain(network: Sambert, units: Units, emotion: Array, speakers: Array, wishes: SymbolControls) -> Any:
    def one(array: Array, kind: Any = np.float32) -> Any:
        return torch.from_numpy(np.array(array, kind))[None]

    controls = Controls(one(wishes.length), one(wishes.pitch), one(wishes.energy))
    return network(one(units.text, np.int64), one(emotion), one(speakers[units.speaker]), controls)


def _parts(network: Any, given: Mapping[str, Any], want: Mapping[str, Array]) -> Iterator[Row]:
    decoder = network.mel_decoder.mel_dec
    if "teacher/in/target" in given:
        memory, band = given["single/out/dec.memory"], int(want["single/out/out.band_width"][0])
        yield near(
            "teacher/dec_raw", decoder.teach(memory, given["teacher/in/target"], band), want["teacher/out/dec_raw"]
        )
        for name in (name for name in want if name.startswith(_MASK)):
            name = name.removeprefix(_MASK)
            wide = _BANDS.fullmatch(name)
            back, ahead = (int(wide[1]), int(wide[2])) if wide else (band, band)
            theirs = want[f"{_MASK}{name}"]
            not_past, not_memory = band_masks(theirs.shape[-1], back, ahead)
            yield same(f"teacher/mask_x{name}", not_past[None].numpy().astype(np.uint8), theirs)
            yield same(
                f"teacher/mask_h{name}", not_memory[None].numpy().astype(np.uint8), want[f"teacher/out/mask_h{name}"]
            )
    if "postnet_alone/in/mel" in given:
        residual = network.mel_postnet(given["postnet_alone/in/mel"])
        yield near("postnet_alone/residual", residual, want["postnet_alone/out/residual"])
    if "eps_probe/in/x_enc" in given:
        ours = network.text_encoder.ling_enc.fft[1](given["eps_probe/in/x_enc"])
        yield near("eps_probe/enc_layer1", ours, want["eps_probe/out/enc_layer1"])
        x = given["eps_probe/in/x_dec"]
        yield near("eps_probe/dec_final_ln", decoder.ln(x), want["eps_probe/out/dec_final_ln"])
        memory = next(value for name, value in given.items() if name.startswith("eps_probe/in/memory"))
        ours = decoder.pnca[0](x, memory)
        yield near("eps_probe/pnca_layer0_no_mask", ours, want["eps_probe/out/pnca_layer0_no_mask"])


def _batch(network: Sambert, run: str, inputs: Mapping[str, Array], want: Mapping[str, Array]) -> Iterator[Row]:
    """Padded sentences, up to their frames: every recorded value of what is no padding.

    The recorded network lets a sentence's end see the padding after it, which the one that serves does not: here the
    encoder is made to. What follows takes each sentence by itself.
    """
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
