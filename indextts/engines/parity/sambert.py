"""Recorded values of Sambert beside what serves here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import onnxruntime

from indextts.engines.parity import sambert_served
from indextts.engines.parity.runner import GRAPH, Array, Fixture, Row, near, same
from indextts.engines.sambert import frontend, runtime, symbols
from indextts.engines.sambert.export.acoustic import build_acoustic
from indextts.engines.sambert.export.vocoder import build_vocoder
from indextts.engines.sambert.shapes import AcousticShape, VocoderShape, fold
from indextts.engines.sambert.weights import checked_acoustic, folded_vocoder
from indextts.platform.config import Config
from indextts.sound.mel import mel_basis

WAVE: Final = 2e-5


def _under(arrays: Mapping[str, Array], prefix: str) -> dict[str, Array]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}


def acoustic(fixture: Fixture, config: Config) -> Iterator[Row]:
    """The whole acoustic model as it serves: the exported graph, and the runtime over it."""
    shape = AcousticShape.from_params(fixture.about["config"])
    weights = checked_acoustic(shape, fixture.state())
    model = build_acoustic(shape, weights)
    graph = _opened(model)
    for run in fixture.about["runs"]:
        inputs, want = _under(fixture.arrays, f"{run}/in/"), _under(fixture.arrays, f"{run}/out/")
        if inputs["inputs_ling"].shape[0] > 1:
            continue  # recorded with padding, which a sentence by itself has none of
        yield from _graph(graph, weights, run, inputs, want)
        mel = want["out.postnet_outputs"][0, : int(want["va.dur_frames"].sum())]
        yield from sambert_served.sentence(model, weights, run, inputs, mel)


def _graph(
    graph: Any, weights: Mapping[str, Array], run: str, inputs: Mapping[str, Array], want: Mapping[str, Array]
) -> Iterator[Row]:
    speaker = inputs["inputs_speaker"][0]
    count = len(inputs["inputs_ling"][0])
    given = {
        "units": inputs["inputs_ling"][0],
        "emotion": weights["emo_tokenizer.weight"][inputs["inputs_emotion"][0]],
        "speaker": speaker if speaker.ndim == 2 else weights["spk_tokenizer.weight"][speaker],
        "length": np.ones(count, np.float32),
        "pitch": np.zeros(count, np.float32),
        "energy": np.zeros(count, np.float32),
    }
    mel, frames = graph.run(["mel", "frames"], given)
    yield same(f"{run}/graph/frames", frames[None], want["va.dur_frames"])
    yield near(f"{run}/graph/mel", mel, want["out.postnet_outputs"][0, : frames.sum()], GRAPH)


def _opened(model: Any) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def vocoder(fixture: Fixture, config: Config) -> Iterator[Row]:
    """The generator at each recorded length, with the recorded chance, as it serves."""
    shape = VocoderShape.from_params(fixture.about["params"])
    state = fixture.state()
    weights = folded_vocoder(shape, state)
    model = build_vocoder(shape, weights)
    graph = _opened(model)
    for run in sorted({name.partition("/")[0] for name in fixture.arrays if "/in/" in name}):
        inputs, want = _under(fixture.arrays, f"{run}/in/"), _under(fixture.arrays, f"{run}/out/")
        given = {"mel": np.ascontiguousarray(inputs["mel"][0, : shape.mels].T)}
        if shape.source:
            chance = inputs["phase"].ravel(), inputs["noise"][0]
            given["sines"] = runtime.sines(shape.source, inputs["mel"][0].T, shape.hop, *chance)
        yield near(f"{run}/graph/wav", graph.run(["audio"], given)[0][None], want["wav"], GRAPH)
        yield from sambert_served.sound(model, shape, run, given["mel"], given.get("sines"), want["wav"])
        other = fixture.arrays.get(f"{run}/alt/wav_without_transpose_branch")
        if other is not None:
            without = _opened(build_vocoder(replace(shape, transposed=False), weights))
            yield near(f"{run}/alt", without.run(["audio"], given)[0][None], other, GRAPH)
    for name, expected in _under(fixture.arrays, "folded/").items():
        yield near(f"folded/{name}", fold(state[f"{name}_g"], state[f"{name}_v"]), expected, WAVE)


def nsf_post(fixture: Fixture, config: Config) -> Iterator[Row]:
    """F0 and voicing after the acoustic model."""
    given = fixture.arrays
    mean_std = runtime.PitchScale.mean_std(given["mean_std/in/mvn"])
    between = runtime.PitchScale.between(*(float(value) for value in given["global/in/max_min"]))
    yield near("mean_std", runtime.finish_mel(given["mean_std/in/mel"], mean_std), given["mean_std/out/mel"])
    yield near("global", runtime.finish_mel(given["global/in/mel"], between), given["global/out/mel"])
    yield same("binarize", runtime.binarise(given["binarize/in/mel"]), given["binarize/out/mel"])


def pqmf(fixture: Fixture, config: Config) -> Iterator[Row]:
    subbands = fixture.arrays["in/subbands"][0]
    filters = runtime.synthesis_filters(subbands.shape[0])[None]
    yield near("synthesis_filter", filters, fixture.arrays["synthesis_filter"], WAVE)
    yield near("wav", runtime.synthesise(subbands)[None, None], fixture.arrays["out/wav"], WAVE)


@dataclass(frozen=True)
class MelAnalysis:
    """Samples → mel as the voices' training did it, but for the corpus's mean and deviation, which no package holds."""

    sample_rate: int
    n_fft: int
    hop: int
    window: int
    low_hz: float
    high_hz: float
    bands: int = 80

    def __call__(self, samples: Array) -> Array:
        """``[1 + N // hop, bands]`` between 0 and 1; frame i is centred on sample ``i · hop``, zeros around."""
        padded = np.pad(samples.astype(np.float64), self.n_fft // 2)
        frames = np.lib.stride_tricks.sliding_window_view(padded, self.n_fft)[:: self.hop]
        taper = np.zeros(self.n_fft)
        offset = (self.n_fft - self.window) // 2
        turn = 2.0 * np.pi * np.arange(self.window) / self.window
        taper[offset : offset + self.window] = 0.5 - 0.5 * np.cos(turn)
        magnitudes = np.abs(np.fft.rfft(frames * taper, axis=1))
        basis = mel_basis(self.sample_rate, self.n_fft, self.bands, self.low_hz, self.high_hz)
        loudness = 20.0 * np.log10(np.maximum(1e-5, magnitudes @ basis.T)) - 20.0
        mel: Array = np.clip((loudness + 100.0) / 100.0, 0.0, 1.0).astype(np.float32)
        return mel


MEL_16K: Final = MelAnalysis(16000, 2048, 200, 1000, 0.0, 8000.0)
MEL_24K: Final = MelAnalysis(24000, 1024, 240, 1024, 50.0, 8000.0)


def mel_frontend(fixture: Fixture, config: Config) -> Iterator[Row]:
    for analyse in (MEL_16K, MEL_24K):
        name = f"sr{analyse.sample_rate}"
        if f"{name}/in/wav" in fixture.arrays:
            mel = analyse(fixture.arrays[f"{name}/in/wav"])
            yield near(name, mel, fixture.arrays[f"{name}/out/mel"])


def text(fixture: Fixture, config: Config) -> Iterator[Row]:
    """Vocabularies, sentences to ids, transcripts to sentences, syllables to phones: all exact."""
    about = fixture.about
    speakers = about["linguistic_unit"]["speaker_list"].split(",")
    mandarin, of_bytes = symbols.SymbolVocabulary.mandarin(speakers), symbols.SymbolVocabulary.of_bytes(speakers)
    for name, expected in about["vocabulary_in_id_order"].items():
        yield same("vocabulary/" + name, mandarin.symbols(name), expected)
    names = {"emo_category": "emotion", "speaker_category": "speaker"}
    sizes = {names.get(field, field): mandarin.size(field) for field in mandarin.fields}
    yield same("unit_size_with_mask", sizes, about["unit_size_with_mask"])
    for language, expected in about["unit_sizes_other_languages_one_speaker"].items():
        counted = symbols.OTHER_LANGUAGES.get(language, (len(symbols.PHONES), len(symbols.TONES)))
        ours = (counted[0] + len(symbols.SPECIALS), counted[1] + len(symbols.SPECIALS))
        yield same(f"unit_sizes/{language}", ours, (expected["sy"], expected["tone"]))
    for number, case in enumerate(about["prosody_cases"]):
        words = frontend.transcript(case["prosody_text"], case["pinyin"], mandarin)
        written = symbols.write(frontend.write(words, case["emotion"], case["speaker"], "sentence").items)
        yield same(f"prosody/{number}", written, case["symbols"])
        yield same(f"prosody/{number}/ids", mandarin.encode(case["symbols"]), case["ids"])
    for number, case in enumerate(about["symbol_cases"]):
        yield same(f"symbols/{number}", mandarin.encode(case["symbols"]), case["ids"])
    case = about["byte_case"]
    yield same("bytes", of_bytes.encode(case["symbols"]), case["ids"])
    yield same("bytes/size", of_bytes.size("byte_index"), case["size"]["byte_index"])
    for syllable, expected in about["syllable_to_phones"].items():
        spoken = frontend.mandarin(syllable, mandarin.has_phone)
        yield same(f"syllable/{syllable}", [phone for part in spoken for phone in part.phones], expected)
